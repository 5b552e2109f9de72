//! `duly schema`: what a process file may hold, on standard output: as JSON Schema for editors, or
//! as a page for people.

use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;

/// What `duly schema` is told.
#[derive(clap::Args, Debug)]
pub struct SchemaArgs {
    /// Print the reference of keys, words and rules as Markdown instead
    #[arg(long)]
    markdown: bool,
}

/// Runs the command. Standard output that is closed is no reason to complain.
pub fn run(args: &SchemaArgs) -> ExitCode {
    if args.markdown {
        let _ = std::io::stdout().write_all(duly_declare::reference().as_bytes());
    } else {
        print_json(&duly_declare::schema());
    }
    ExitCode::SUCCESS
}

/// Prints one JSON document on standard output.
pub fn print_json(document: &impl Serialize) {
    let mut output = std::io::stdout().lock();
    if serde_json::to_writer_pretty(&mut output, document).is_ok() {
        let _ = writeln!(output);
    }
}
