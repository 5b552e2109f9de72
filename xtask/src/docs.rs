//! What the documents show is what happens.
//!
//! Two kinds of places are checked, each marked by a comment that a reader of the page does not
//! see. `<!-- runs -->` stands before a block of commands (`$ …`) with their output: they are run,
//! in an empty folder for each document, with the programs just built. `<!-- made by: COMMAND -->`
//! stands before text that a command prints, up to `<!-- end -->`; `docs --write` writes it anew.

pub mod made;
pub mod transcript;

use anyhow::{Context, Result, bail};

use crate::say;
use crate::tidy::tree::Tree;
use crate::workspace::Workspace;

/// Commands that the README promises, word for word.
const PROMISED: [&str; 2] = ["cargo xtask run", "cargo xtask test"];

/// Checks all documents; with `--write`, first writes anew what commands print.
///
/// # Errors
///
/// A command fails or prints something else than the document says.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    let writes = match words {
        [] => false,
        [word] if word == "--write" => true,
        _ => bail!("`docs` knows only the option --write"),
    };
    promised(workspace)?;
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
        let blocks = transcript::blocks(&file.text).with_context(|| file.path.clone())?;
        checked += blocks.len();
        problems.extend(transcript::check(workspace, &file.path, &blocks)?);
        let parts = made::parts(&file.text).with_context(|| file.path.clone())?;
        checked += parts.len();
        problems.extend(made::check(workspace, file, &parts, writes)?);
    }
    for problem in &problems {
        say(problem);
    }
    match problems.len() {
        0 => {
            say(format!("docs: {checked} places checked"));
            Ok(())
        }
        count => bail!("docs: {count} places that say something else than what happens"),
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
