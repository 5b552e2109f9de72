//! What the documents show is what happens.
//!
//! Blocks of commands that are marked by a comment, which a reader of the page does not see, are
//! run with the programs just built (see [`transcript`]). With `--faults` the table of faults in
//! docs/backups.md is made anew from real repositories and compared; `--write` writes it.

pub mod transcript;

use anyhow::{Context, Result, bail};

use crate::tidy::tree::Tree;
use crate::workspace::Workspace;
use crate::{faults, say};

/// Commands that the README promises, word for word.
const PROMISED: [&str; 2] = ["cargo xtask run", "cargo xtask test"];

/// Checks all documents; with `--write`, first writes anew what commands print.
///
/// # Errors
///
/// A command fails or prints something else than the document says, or the table is stale.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    // The table takes minutes to make, and every fault in it has a test of its own: it is compared
    // cell by cell when somebody asks for it.
    let faults = match words {
        [] => None,
        [word] if word == "--write" => Some(true),
        [word] if word == "--faults" => Some(false),
        _ => bail!("`docs` knows only the options --write and --faults"),
    };
    promised(workspace)?;
    if let Some(writes) = faults {
        faults::documented(workspace, writes)?;
    }
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
    let tree = Tree::read(workspace)?;
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in tree.files.iter().filter(|file| file.extension() == "md") {
        let marked = transcript::read(&file.text).with_context(|| file.path.clone())?;
        checked += marked.commands.len();
        problems.extend(transcript::check(workspace, &file.path, &marked)?);
    }
    for problem in &problems {
        say(problem);
    }
    match problems.len() {
        0 => {
            say(format!(
                "docs: {checked} commands did what the documents show"
            ));
            Ok(())
        }
        count => bail!("{count} commands do something else than the documents show"),
    }
}

/// The README's two commands stand in it, each alone on a line, and the verbs exist.
fn promised(workspace: &Workspace) -> Result<()> {
    let readme = std::fs::read_to_string(workspace.path("README.md")).context("README.md")?;
    for command in PROMISED {
        let stands = readme.lines().any(|line| line.trim() == command);
        let verb = command.rsplit(' ').next().unwrap_or("");
        if !stands || !crate::VERBS.iter().any(|(name, ..)| *name == verb) {
            bail!("README.md: `{command}` must stand there, alone on a line, and exist");
        }
    }
    Ok(())
}
