//! All automation of this repository: `cargo xtask VERB`.
//!
//! One program in the language of the product instead of shell scripts, so that it is typed,
//! tested and the same on every machine. It installs only what a verb needs, only through the
//! machine's package managers, and is itself never shipped.

mod advisories;
mod api;
mod bench;
mod browser;
mod check;
mod ci;
mod dist;
mod docs;
mod faults;
mod machine;
mod packages;
mod pdf;
mod program;
mod run;
mod test;
mod tidy;
mod workspace;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;

use workspace::Workspace;

/// Exit code for a call that makes no sense, as in the product.
const WRONG_USAGE: u8 = 64;

/// What each verb is called, what may follow it, what it is for, and what it does.
#[rustfmt::skip] // A table is read by its columns.
const VERBS: [(&str, &str, &str, Verb); 13] = [
    ("run", "[OPTION…]", "start the demonstration with its small world (`duly try`)", run::run),
    ("test", "[FILTER]", "install what is missing and run all tests", test::run),
    ("check", "", "format, style and lints: quick, before each commit", check::run),
    ("tidy", "", "style and floors alone", |workspace, _| tidy::run(workspace)),
    ("e2e", "", "click through the pages in Chromium", browser::run),
    ("api", "[OPTION…]", "let schemathesis ask everything that the API describes", api::run),
    ("bench", "[NAME]", "measure, beside others' figures in the same run", bench::run),
    ("pdf", "", "build what makes PDFs and test it", pdf::run),
    ("faults", "backups", "print the table of broken backups and who notices", faults::run),
    ("docs", "[--write]", "check that what the documents show is what happens", docs::run),
    ("advisories", "", "known holes and licences of everything that is built in", advisories::run),
    ("dist", "", "build the released programs", dist::run),
    ("ci", "", "everything that must hold before a change is taken", ci::run),
];

/// What carries out a verb, given the words after it.
type Verb = fn(&Workspace, &[String]) -> Result<()>;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let verb = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let Some((_, _, _, carry_out)) = VERBS.iter().find(|(name, ..)| *name == verb) else {
        say(usage());
        return ExitCode::from(WRONG_USAGE);
    };
    match Workspace::here().and_then(|workspace| carry_out(&workspace, &rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {verb}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = VERBS.iter().map(|(name, follows, what, _)| {
        let call = format!("{name} {follows}");
        format!("    {call:<18}{what}\n")
    });
    format!("cargo xtask VERB\n\n{}", lines.collect::<String>())
}

/// Prints a line; a reader who has closed the pipe is no reason to fail.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
