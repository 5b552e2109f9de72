//! Whether duly carries the size it says: not a comparison, but a world that is built and served.

use anyhow::{Result, bail};

use crate::program::Program;
use crate::workspace::Workspace;

/// By what it is asked for: `cargo xtask bench size`.
pub const NAME: &str = "size";

/// What may follow the name: only every so-manieth client is built, for a first look.
const PART_DEFAULT: &str = "1";

/// Builds the world beside the other results of building, unless it lies there, and measures.
///
/// # Errors
///
/// A word too many, or a program fails. An aim that is not reached is said and is no error: a busy
/// machine must not stop a change.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    let part = match words {
        [] => PART_DEFAULT,
        [part] => part.as_str(),
        _ => bail!("`cargo xtask bench {NAME} [PART]`"),
    };
    let example = ["--package", "duly-web", "--example", "size"];
    let program = ["--package", "duly"];
    for what in [&example[..], &program[..]] {
        let build = ["build", "--locked", "--release"];
        workspace.cargo(build.iter().chain(what).copied()).run()?;
    }
    let released = workspace.released_folder();
    let folder = released.join("bench").join(format!("size-{part}"));
    Program::new(released.join("examples").join("size"))
        .shown_as("size")
        .args([folder.as_os_str(), released.join("duly").as_os_str()])
        .args([part])
        .run()
}
