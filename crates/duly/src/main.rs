//! duly, the program: its command line, its configuration, and the wiring of the floors below.
//!
//! Exit codes, everywhere: 0 it holds, 1 it does not hold, 2 it could not be found out, 64 wrong
//! usage. What a program reads goes to standard output, what a person reads to standard error.

mod canary;
mod check;
mod config;
mod control;
mod demonstration;
mod export;
mod fsck;
mod import;
mod init;
mod installation;
mod manifest;
mod pack;
mod password;
mod plan;
mod probe;
mod recount;
mod recur;
mod report;
mod reviews;
mod schema;
mod secret;
mod serve;
mod sign_in_link;
mod signal;
mod trend;
mod try_world;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use duly_work::clock::Clock;

/// Every IT duty done, checked and proven
#[derive(Parser, Debug)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Try everything in a small world: real backups, real checks, the pages
    Try(try_world::TryArgs),
    /// Say everything that is wrong with process files
    Check(check::CheckArgs),
    /// Print the JSON Schema of a process file, for editors
    Schema(schema::SchemaArgs),
    /// The dates of one schedule
    Recur(recur::RecurArgs),
    /// The duties of a period, from process files and a list of assets
    Plan(plan::PlanArgs),
    /// Natural limits and signals of a row of readings
    Trend(trend::TrendArgs),
    /// Make a new installation
    Init(init::InitArgs),
    /// Serve the pages and do the work of an installation
    Serve(serve::ServeArgs),
    /// Print a one-time link that signs somebody in
    SignInLink(sign_in_link::SignInLinkArgs),
    /// Seal a repository's password, or the identity provider's secret
    Secret(secret::SecretArgs),
    /// Write what is published as files
    Export(export::ExportArgs),
    /// Write a client's proof
    Pack(pack::PackArgs),
    /// Write the executive's page of a client's month
    Report(report::ReportArgs),
    /// Spot checks: compute the draws of a pack again
    Reviews(reviews::ReviewsArgs),
    /// Take a client's assets from a list that another program exported
    Import(import::ImportArgs),
    /// Check that the store still holds what was written into it
    Fsck(fsck::FsckArgs),
    /// Count every duty again from the logs, and compare with what is kept
    Recount(recount::RecountArgs),
    /// Take a source's picture of itself, to compare its backup with
    Manifest(manifest::ManifestArgs),
    /// Plant a file whose loss or change nothing excuses
    Canary(canary::CanaryArgs),
    /// Verify one thing now; as a child without options, answer a request
    Probe(probe::ProbeArgs),
}

/// Wrong usage, as `sysexits.h` has it.
const USAGE: u8 = 64;

/// It does not hold, or it could not be done.
const DOES_NOT_HOLD: u8 = 1;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed terminal is no reason to panic.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("duly: {error:#}"));
            ExitCode::from(DOES_NOT_HOLD)
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Try(args) => wait(try_world::run(args)),
        Command::Check(args) => Ok(check::run(&args)),
        Command::Schema(args) => Ok(schema::run(&args)),
        Command::Recur(args) => recur::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Trend(args) => trend::run(&args),
        Command::Init(args) => wait(init::run(args, Clock::System.now())),
        Command::Serve(args) => wait(serve::run(args)),
        Command::SignInLink(args) => wait(sign_in_link::run(args)),
        Command::Secret(args) => wait(secret::run(args)),
        Command::Export(args) => wait(export::run(args)),
        Command::Pack(args) => wait(pack::run(args)),
        Command::Report(args) => wait(report::run(args)),
        Command::Reviews(args) => reviews::run(&args),
        Command::Import(args) => wait(import::run(args)),
        Command::Fsck(args) => wait(fsck::run(args)),
        Command::Recount(args) => wait(recount::run(args, Clock::System.now())),
        Command::Manifest(args) => manifest::run(args, Clock::System),
        Command::Canary(args) => canary::run(args),
        Command::Probe(args) => probe::run(args, Clock::System),
    }
}

/// Runs something that waits, on a runtime that ends with it.
fn wait<T>(doing: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(doing)
}

/// Says something to a person, on standard error. A closed terminal is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints one JSON document as a line on standard output.
///
/// # Errors
///
/// When standard output cannot be written to.
fn print_json(document: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string(document)?)
}

/// Prints text as a line, or several, on standard output. Whoever stops reading, `head` for one,
/// has read enough.
///
/// # Errors
///
/// When standard output cannot be written to.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
