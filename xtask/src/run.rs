//! Starts the demonstration: `duly try`, two clients that live their last 90 days.
//!
//! It is built in the profile for development, whose dependencies are optimised where it matters:
//! that builds in half the time of a release and the demonstration does not notice.

use anyhow::Result;

use crate::packages;
use crate::program::Program;
use crate::workspace::Workspace;

/// Builds the program, installs restic if it is missing, and becomes `duly try`.
///
/// # Errors
///
/// It does not build, or restic cannot be installed.
pub fn run(workspace: &Workspace, options: &[String]) -> Result<()> {
    packages::install(&packages::FOR_RUN)?;
    workspace
        .cargo([
            "build",
            "--locked",
            "--package",
            "duly",
            "--package",
            "duly-verify",
        ])
        .run()?;
    Program::new(workspace.built("duly"))
        .shown_as("duly")
        .args(["try"])
        .args(options)
        .become_it()
}
