//! `duly schema`: the JSON Schema of a process file, on standard output, for editors.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

/// Runs the command.
///
/// # Errors
/// None: standard output that is closed is no reason to complain.
pub fn run() -> Result<ExitCode> {
    print_json(&duly_declare::schema());
    Ok(ExitCode::SUCCESS)
}

/// Prints one JSON document on standard output.
pub fn print_json(document: &impl Serialize) {
    let mut output = std::io::stdout().lock();
    if serde_json::to_writer_pretty(&mut output, document).is_ok() {
        let _ = writeln!(output);
    }
}
