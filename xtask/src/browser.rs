//! The tests that click through the pages in Chromium.
//!
//! They are JavaScript in `tests/e2e` for node's own test runner; the pages are drawn, and the
//! program under test is, what was just built. The closing line counts them as other tests are
//! counted.

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::workspace::Workspace;
use crate::{packages, say};

/// Where they lie.
const FOLDER: &str = "tests/e2e";

/// Installs what is missing, builds what is looked at, and runs the tests.
///
/// # Errors
///
/// Something cannot be installed or built, or a test fails, or none ran.
pub fn run(workspace: &Workspace, _: &[String]) -> Result<()> {
    packages::install(&packages::FOR_BROWSER)?;
    packages::install_npm(workspace, FOLDER)?;
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
    let tests = Program::new("node")
        .args(["--test", "--test-reporter=tap"])
        .within(&workspace.path(FOLDER))
        .set("DULY_BIN", workspace.built("duly"))
        .set("DULY_GALLERY", &*gallery);
    say(format!("$ {}", tests.line()));
    let output = tests.output()?;
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let count = |label| count(&report, label);
    let (Some(passed), Some(failed)) = (count("# pass "), count("# fail ")) else {
        bail!("node reports no tests:\n{report}{errors}");
    };
    if failed > 0 || passed == 0 || !output.status.success() {
        say(format!("{report}{errors}"));
    }
    let skipped = count("# skipped ").context("node's report does not say how many it skipped")?;
    say(format!(
        "browser: {passed} passed, {failed} failed, {skipped} skipped"
    ));
    if failed > 0 || passed == 0 || !output.status.success() {
        bail!("browser tests failed; what they said is above");
    }
    Ok(())
}

/// The number after a label in a report.
fn count(report: &str, label: &str) -> Option<u32> {
    report
        .lines()
        .find_map(|line| line.strip_prefix(label)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_the_closing_lines() {
        let report = "ok 1 - a\n# tests 3\n# pass 2\n# fail 1\n";
        assert_eq!(
            (count(report, "# pass "), count(report, "# fail ")),
            (Some(2), Some(1))
        );
    }

    #[test]
    fn a_report_without_closing_lines_has_no_count() {
        assert_eq!(count("node: bad option", "# pass "), None);
    }
}
