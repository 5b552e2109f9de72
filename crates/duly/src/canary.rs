//! `duly canary plant`: a file that nobody ever changes.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use duly_probe::canary::{PlantError, plant};

use crate::{USAGE, print_json, say};

/// What to do with canaries
#[derive(Args, Debug)]
pub struct CanaryArgs {
    #[command(subcommand)]
    command: CanaryCommand,
}

#[derive(Subcommand, Debug)]
enum CanaryCommand {
    /// Write a file with an unforeseeable name and content, and print what it is
    Plant {
        /// The folder, inside what is backed up
        folder: PathBuf,
        /// The kind of file it shall look like: one canary for each kind that matters
        #[arg(long, default_value = "txt")]
        extension: String,
    },
}

/// Plants and prints; keep what it prints, the probe asks for it.
///
/// # Errors
///
/// When the folder cannot be resolved or standard output is closed.
pub fn run(args: CanaryArgs) -> anyhow::Result<ExitCode> {
    let CanaryCommand::Plant { folder, extension } = args.command;
    match plant(&std::path::absolute(folder)?, &extension) {
        Ok(canary) => {
            print_json(&canary)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say(&format!("duly: no canary was planted: {error}"));
            let usage = matches!(error, PlantError::Refused(_));
            Ok(ExitCode::from(if usage { USAGE } else { 2 }))
        }
    }
}
