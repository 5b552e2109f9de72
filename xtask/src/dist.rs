//! The programs as they are released: optimised, stripped, with the hash by which they are known.

use anyhow::{Context, Result};

use crate::program::Program;
use crate::say;
use crate::workspace::Workspace;

/// What is released.
const PROGRAMS: [&str; 2] = ["duly", "duly-verify"];

/// Builds the programs and prints size and SHA-256 of each.
///
/// # Errors
///
/// They do not build.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    let build = ["build", "--locked", "--release"];
    // Left out of the everyday build: it takes as long as all the rest.
    let features = ["--features", "duly/pdf"];
    let packages = PROGRAMS.iter().flat_map(|program| ["--package", program]);
    workspace.cargo(build).args(packages).args(features).run()?;
    let folder = workspace.released_folder();
    for program in PROGRAMS {
        let size = std::fs::metadata(folder.join(program))
            .with_context(|| program)?
            .len();
        let sum = Program::new("sha256sum")
            .args([program])
            .within(&folder)
            .text()?;
        say(format!("{:>10} bytes  {}", size, sum.trim()));
    }
    Ok(())
}
