//! The tests that look at the pages in Chromium.
//!
//! They are JavaScript in `tests/e2e`, driven by node; the pages are drawn by the program's own
//! templates just built. Their closing line counts views as other tests are counted.

use anyhow::Result;

use crate::packages;
use crate::program::Program;
use crate::workspace::Workspace;

/// Where they lie.
const FOLDER: &str = "tests/e2e";

/// Installs what is missing, draws every page in every state, and looks at each.
///
/// # Errors
///
/// Something cannot be installed or built, or a view fails, or there was none.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    packages::install(&packages::FOR_BROWSER)?;
    packages::install_npm(workspace, FOLDER)?;
    let gallery = workspace.built_folder().join("gallery");
    let gallery = gallery.to_string_lossy();
    workspace
        .cargo([
            "run",
            "--locked",
            "--package",
            "duly-web",
            "--example",
            "gallery",
            "--",
        ])
        .args([&*gallery])
        .run()?;
    Program::new("node")
        .args(["run.mjs", "--gallery", &*gallery])
        .within(&workspace.path(FOLDER))
        .run()
}
