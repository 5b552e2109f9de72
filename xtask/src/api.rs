//! Lets schemathesis ask a served duly everything that its OpenAPI document describes.
//!
//! Schemathesis comes from PyPI by package name and exact version, into a folder of its own under
//! the built files; nothing else of the machine's Python is touched. What is started, set up and
//! asked stands in `tests/api/fuzz.py`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::packages;
use crate::program::Program;
use crate::workspace::Workspace;

/// Where it lies.
const FOLDER: &str = "tests/api";

/// The exact packages.
const REQUIREMENTS: &str = "requirements.txt";

/// Installs what is missing, builds the program, and asks. Words after the verb go to schemathesis.
///
/// # Errors
///
/// Something cannot be installed or built, or an answer is not as the document says.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    packages::install(&packages::FOR_API)?;
    let home = installed(workspace)?;
    workspace
        .cargo(["build", "--locked", "--package", "duly"])
        .run()?;
    Program::new(home.join("bin/python"))
        .shown_as("python")
        .args(["fuzz.py"])
        .args(words)
        .within(&workspace.path(FOLDER))
        .set("DULY_BIN", workspace.built("duly"))
        .set("DULY_SCHEMATHESIS", home.join("bin/schemathesis"))
        .run()
}

/// The folder with the packages, made anew where another list of them was installed.
fn installed(workspace: &Workspace) -> Result<PathBuf> {
    let home = workspace.built_folder().join("schemathesis");
    let list = workspace.path(FOLDER).join(REQUIREMENTS);
    let wanted = std::fs::read_to_string(&list).context("the list of Python packages")?;
    let mark = home.join(REQUIREMENTS);
    if std::fs::read_to_string(&mark).is_ok_and(|had| had == wanted) {
        return Ok(home);
    }
    Program::new("/usr/bin/python3")
        .args(["-m", "venv", "--clear"])
        .args([&home])
        .run()?;
    Program::new(home.join("bin/pip"))
        .shown_as("pip")
        .args(["install", "--quiet", "--no-input", "--requirement"])
        .args([&list])
        .run()?;
    std::fs::write(&mark, wanted).context("remembering what was installed")?;
    Ok(home)
}
