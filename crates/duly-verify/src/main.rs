//! `duly-verify`: judges a pack by the client's own policy and kept checkpoints, offline.
//!
//! Reads the files it is given and prints one report: a page, or JSON with `--json`. Writes no
//! file, opens no socket, asks for no time.

mod arguments;
mod input;

use std::io::Write;
use std::process::ExitCode;

use duly_proof::policy::Policy;
use duly_verify::{Kept, Report, Request, page, plain, plain_json, verify};

use arguments::{Arguments, Command};

/// Exit code for wrong usage: what was asked cannot be judged (`EX_USAGE` of sysexits).
const EXIT_USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    match Command::parse(arguments) {
        Ok(Command::Help) => print(arguments::HELP, 0),
        Ok(Command::Version) => print(concat!("duly-verify ", env!("CARGO_PKG_VERSION"), "\n"), 0),
        Ok(Command::Verify(arguments)) => match judge(&arguments) {
            Ok(report) => answer(&report, arguments.json),
            Err(problem) => complain(&problem),
        },
        Err(problem) => complain(&format!("{problem}\nTry `duly-verify --help`.")),
    }
}

fn judge(arguments: &Arguments) -> Result<Report, String> {
    let pack = input::pack(&arguments.pack)?;
    let policy = input::small(&arguments.policy)?;
    let policy = Policy::parse(&policy)
        .map_err(|error| format!("{}: {error}", arguments.policy.display()))?;
    let mut notes = Vec::with_capacity(arguments.seen.len());
    for path in &arguments.seen {
        notes.push((path.display().to_string(), input::text(path)?));
    }
    let kept: Vec<Kept<'_>> = notes
        .iter()
        .map(|(name, note)| Kept { name, note })
        .collect();
    let request = Request {
        pack: &pack,
        policy: &policy,
        kept: &kept,
        from: arguments.from,
        to: arguments.to,
    };
    verify(&request).map_err(|error| error.to_string())
}

fn answer(report: &Report, json: bool) -> ExitCode {
    let text = if json {
        match serde_json::to_string_pretty(report) {
            Ok(json) => plain_json(&json) + "\n",
            Err(error) => return complain(&format!("the report cannot be written: {error}")),
        }
    } else {
        page::page(report)
    };
    print(&text, report.exit_code())
}

/// Prints; a reader that has gone away (`| head`) is no failure.
fn print(text: &str, code: u8) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("standard output cannot be written: {error}"))
        }
        _ => ExitCode::from(code),
    }
}

fn complain(problem: &str) -> ExitCode {
    let lines = problem.lines().map(plain).collect::<Vec<_>>().join("\n");
    let mut err = std::io::stderr().lock();
    // There is nowhere left to say that this failed.
    let _ = writeln!(err, "duly-verify: {lines}");
    ExitCode::from(EXIT_USAGE)
}
