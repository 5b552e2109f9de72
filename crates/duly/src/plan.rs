//! `duly plan`: the duties of a period, from process files and a list of assets. Pure: no
//! database, no clock; it reads the files that it is given and nothing else.

mod load;
mod table;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use duly_core::process::{Per, Process};
use duly_core::schedule::duties::{Duty, duties};
use duly_core::schedule::error::ScheduleError;
use duly_core::schedule::icalendar::icalendar;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use crate::{DOES_NOT_HOLD, USAGE, print, print_json, say};
use world::{World, WorldError};

/// It could not be worked out.
const NOT_EVALUATED: u8 = 2;

/// What `duly plan` is told.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("form").args(["json", "ics"])))]
pub struct PlanArgs {
    /// A directory of process files
    #[arg(long, value_name = "DIR")]
    processes: PathBuf,
    /// Clients, assets and exceptions, as one JSON document
    #[arg(long, value_name = "FILE")]
    assets: PathBuf,
    /// First nominal date
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// Last nominal date
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// Print one JSON document on standard output
    #[arg(long)]
    json: bool,
    /// Print an iCalendar file on standard output
    #[arg(long, conflicts_with = "load")]
    ics: bool,
    /// Print the hours of each role and week instead of the duties
    #[arg(long)]
    load: bool,
}

/// The document that `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    duties: &'a [Duty],
}

/// Runs the command.
///
/// # Errors
/// When standard output is closed.
pub fn run(args: &PlanArgs) -> anyhow::Result<ExitCode> {
    if args.to < args.from {
        say("duly: the last date lies before the first");
        return Ok(ExitCode::from(USAGE));
    }
    let processes = match read_processes(args) {
        Ok(processes) => processes,
        Err(code) => return code,
    };
    let world = match World::read(&args.assets) {
        Ok(world) => world,
        Err(error) => return explain(args, &error),
    };
    let planned = match plan(&processes, &world, args.from, args.to) {
        Ok(planned) => planned,
        Err(error) => return explain(args, &error),
    };
    for process in left_out(&processes, &world) {
        say(&format!(
            "duly: {process} applies per provider, and no client here has the id `provider`: its \
             duties are not in this plan"
        ));
    }
    if args.load {
        load::tell(&planned, &processes, args.json)?;
    } else if args.json {
        print_json(&Document { duties: &planned })?;
    } else if args.ics {
        let file = icalendar("duly", &planned, |duty| heading(&processes, duty));
        // Printing ends the last line once more.
        print(file.strip_suffix('\n').unwrap_or(&file))?;
    } else {
        table::tell(&planned, &processes, &world)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The duties of all clients, in order of slot, client, process and asset. Every process counts as
/// published at the start of time.
fn plan(
    processes: &[Process],
    world: &World,
    from: Date,
    to: Date,
) -> Result<Vec<Duty>, WorldError> {
    let mut planned = Vec::new();
    for published in world.published(processes, from, to)? {
        let of_client = duties(&published, from, to).map_err(|error| WorldError::Schedule {
            client: published.client.id.to_string(),
            error,
        })?;
        planned.extend(of_client);
    }
    // Each client's are in order already; this is stable and keeps their processes and assets so.
    planned.sort_by(|left, right| (left.slot, &left.client).cmp(&(right.slot, &right.client)));
    Ok(planned)
}

/// The processes, or, once the reason is told, how the program ends.
fn read_processes(args: &PlanArgs) -> Result<Vec<Process>, anyhow::Result<ExitCode>> {
    let paths = [args.processes.clone()];
    let checked = duly_declare::check(&paths, None).map_err(|error| {
        say(&format!(
            "duly: {error}\n  = help: {} [{}]",
            error.help(),
            error.code()
        ));
        Ok(ExitCode::from(USAGE))
    })?;
    if checked.refusals.is_empty() {
        let declared = checked.declared.into_iter();
        return Ok(declared.map(|declared| declared.process).collect());
    }
    if args.json {
        print_json(&json!({ "refusals": checked.refusals })).map_err(Err)?;
    }
    for refusal in &checked.refusals {
        say(&refusal.render(duly_declare::Colour::Plain));
    }
    say("duly: nothing is planned from processes that are refused");
    Err(Ok(ExitCode::from(DOES_NOT_HOLD)))
}

fn explain(args: &PlanArgs, error: &WorldError) -> anyhow::Result<ExitCode> {
    if args.json {
        let (code, message, help) = (error.code(), error.to_string(), error.help());
        let refusal = json!({ "code": code, "message": message, "help": help });
        print_json(&json!({ "refusals": [refusal] }))?;
    }
    say(&format!(
        "duly: {error}\n  = help: {} [{}]",
        error.help(),
        error.code()
    ));
    let usage = match error {
        WorldError::Schedule { error, .. } => matches!(error, ScheduleError::SpanTooLong { .. }),
        _ => true,
    };
    Ok(ExitCode::from(if usage { USAGE } else { NOT_EVALUATED }))
}

/// Processes that would have duties only for the provider, where it is not among the clients.
fn left_out<'a>(
    processes: &'a [Process],
    world: &World,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let missing = !world.has_provider();
    processes
        .iter()
        .filter(move |process| missing && process.applies_to.per == Per::Provider)
        .map(|process| process.process.as_str())
}

fn heading(processes: &[Process], duty: &Duty) -> String {
    let of_duty =
        |process: &&Process| process.process == duty.process && process.version() == duty.version;
    let title = processes.iter().find(of_duty);
    let title = title.map_or(duty.process.as_str(), |process| &process.title);
    match &duty.asset {
        Some(asset) => format!("{title}: {asset} ({})", duty.client),
        None => format!("{title} ({})", duty.client),
    }
}

/// Before everything: the plan asks what would be due if these processes had always been in force
/// from their effective dates on.
const PUBLISHED_AT: Timestamp = Timestamp::MIN;
