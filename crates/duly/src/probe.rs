//! `duly probe`: one verification now, for a person; or, without options, the reader itself, for
//! the one who started it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use duly_probe::backup::{AnswerError, answer};
use duly_work::clock::Clock;

use crate::{USAGE, say};

mod backup;
mod documents;
mod words;

/// What to verify
#[derive(Args, Debug)]
pub struct ProbeArgs {
    #[command(subcommand)]
    command: ProbeCommand,
}

#[derive(Subcommand, Debug)]
enum ProbeCommand {
    /// Read a backup back and compare it with its source's manifest
    Backup(Box<backup::BackupArgs>),
}

/// Exit status of a reader that could not answer; whoever started it counts that as a crash.
const READER_FAILED: u8 = 70;

/// Verifies, or answers.
///
/// # Errors
///
/// When standard output is closed.
pub fn run(args: ProbeArgs, clock: Clock) -> anyhow::Result<ExitCode> {
    let ProbeCommand::Backup(args) = args.command;
    if args.is_empty() {
        return Ok(be_the_reader());
    }
    backup::run(*args, clock)
}

fn be_the_reader() -> ExitCode {
    match answer(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ AnswerError::Request(_)) => {
            say(&format!("duly: {error}"));
            say("Without options, `duly probe backup` takes a request document on standard input.");
            say("To verify a backup yourself: duly probe backup --repo DIR --manifest FILE");
            ExitCode::from(USAGE)
        }
        Err(error) => {
            say(&format!("duly: {error}"));
            ExitCode::from(READER_FAILED)
        }
    }
}
