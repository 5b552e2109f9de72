//! The tables of broken things, and who notices: made by breaking real ones, each time anew.

use anyhow::{Result, bail};

use crate::packages;
use crate::workspace::Workspace;

/// Prints the table of a subject; `backups` is the one there is.
///
/// # Errors
///
/// Another subject is asked for, or the table cannot be made.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    match words {
        [subject] if subject == "backups" => {
            packages::install(&packages::FOR_RUN)?;
            let table = ["--package", "duly-probe", "--example", "backup_faults"];
            workspace
                .cargo(["run", "--locked", "--quiet"])
                .args(table)
                .run()
        }
        _ => bail!("which faults? there is a table for: backups"),
    }
}
