//! Runs all tests: first the Rust ones, then those that ask everything of the API, then those that
//! click through the pages.

use anyhow::{Result, bail};

use crate::program::is_installed;
use crate::workspace::Workspace;
use crate::{api, browser, packages};

/// Installs what is missing and runs the tests; with a filter, the Rust tests whose name holds it.
///
/// # Errors
///
/// Something cannot be installed, or a test fails.
pub fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    let filter = match words {
        [] => None,
        [filter] => Some(filter.as_str()),
        _ => bail!("one filter at most: a part of the name of the tests to run"),
    };
    packages::install(&packages::FOR_TESTS)?;
    let runner = if is_installed("cargo-nextest") {
        vec![
            "nextest",
            "run",
            "--locked",
            "--workspace",
            "--no-fail-fast",
        ]
    } else {
        vec!["test", "--locked", "--workspace", "--no-fail-fast"]
    };
    workspace.cargo(runner).args(filter).run()?;
    if filter.is_none() {
        api::run(workspace, &[])?;
        browser::run(workspace, &[])?;
    }
    Ok(())
}
