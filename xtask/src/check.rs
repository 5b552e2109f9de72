//! The quick checks before each commit.

use anyhow::Result;

use crate::tidy;
use crate::workspace::Workspace;

/// Format, style, floors, lints.
///
/// # Errors
///
/// Anything is amiss.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    workspace.cargo(["fmt", "--all", "--check"]).run()?;
    tidy::run(workspace)?;
    workspace
        .cargo([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])
        .run()
}
