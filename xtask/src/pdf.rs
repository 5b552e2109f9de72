//! Builds what makes PDFs, which no other step does, and tests it.

use anyhow::Result;

use crate::packages;
use crate::workspace::Workspace;

/// Installs what reads PDFs and runs the tests of what writes them.
///
/// # Errors
///
/// Something cannot be installed, or a test fails.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    packages::install(&packages::FOR_PDF)?;
    let test = ["test", "--locked", "--package", "duly-paper"];
    workspace.cargo(test).args(["--features", "pdf"]).run()
}
