//! The tables of broken things, and who notices: made by breaking real ones, each time anew.

use anyhow::{Result, bail};

use crate::packages;
use crate::workspace::Workspace;

/// The call of the example that makes the table of broken backups.
const TABLE: [&str; 7] = [
    "run",
    "--locked",
    "--quiet",
    "--package",
    "duly-probe",
    "--example",
    "backup_faults",
];

/// The document that shows it.
const DOCUMENT: &str = "docs/backups.md";

/// Prints the table of a subject; `backups` is the one there is.
///
/// # Errors
///
/// Another subject is asked for, or the table cannot be made.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    match words {
        [subject] if subject == "backups" => {
            packages::install(&packages::FOR_RUN)?;
            workspace.cargo(TABLE).run()
        }
        _ => bail!("which faults? there is a table for: backups"),
    }
}

/// Makes the table anew and compares it with the documented one, or writes it there.
///
/// # Errors
///
/// The table cannot be made, or the documented one is another.
pub fn documented(workspace: &Workspace, writes: bool) -> Result<()> {
    packages::install(&packages::FOR_RUN)?;
    let option = if writes { "--write" } else { "--check" };
    workspace.cargo(TABLE).args(["--", option, DOCUMENT]).run()
}
