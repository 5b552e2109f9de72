//! `duly check PATH…`: everything that is wrong with process files, for a person on standard error
//! or as one JSON document on standard output. It reads no clock: what is due "in the next 400
//! days" is counted from each file's own date, or from the one that is given.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use duly_declare::{Checked, Colour, FilesError};
use jiff::civil::Date;
use serde::Serialize;

use crate::{DOES_NOT_HOLD, USAGE, say};

/// It could not be found out whether it holds.
const NOT_EVALUATED: u8 = 2;

/// What `duly check` is told.
#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// Process files, or directories to search for `*.yaml` and `*.yml`
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print one JSON document on standard output
    #[arg(long)]
    json: bool,
    /// Count the 400 days in which a schedule must have a date from this day
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

/// The document that `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    files: usize,
    refusals: &'a [duly_declare::Refusal],
}

/// Runs the command.
pub fn run(args: &CheckArgs) -> ExitCode {
    match duly_declare::check(&args.paths, args.today) {
        Ok(checked) => {
            if args.json {
                print(&checked);
            } else {
                tell(&checked);
            }
            ExitCode::from(if checked.refusals.is_empty() {
                0
            } else {
                DOES_NOT_HOLD
            })
        }
        Err(error) => {
            say(&format!(
                "duly: {error}\n  = help: {} [{}]",
                error.help(),
                error.code()
            ));
            let usage = matches!(error, FilesError::Missing { .. });
            ExitCode::from(if usage { USAGE } else { NOT_EVALUATED })
        }
    }
}

fn print(checked: &Checked) {
    let document = Document {
        files: checked.files,
        refusals: &checked.refusals,
    };
    crate::schema::print_json(&document);
}

fn tell(checked: &Checked) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = if !plain && std::io::stderr().is_terminal() {
        Colour::Ansi
    } else {
        Colour::Plain
    };
    for refusal in &checked.refusals {
        say(&refusal.render(colour));
    }
    if checked.files_left > 0 {
        say(&format!(
            "{} more files were not read\n",
            checked.files_left
        ));
    }
    let files = counted(checked.files, "file");
    match checked.refusals.len() {
        0 => say(&format!("{files} checked, nothing refused")),
        count => say(&format!("{files} checked, {}", counted(count, "problem"))),
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
