//! `duly plan`: the duties of a period, from process files and a list of assets; no database and no
//! clock, so that a plan can be tried and scripted before anything is published.

mod calendar_file;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use duly_core::process::Process;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::{Duty, Published, PublishedProcess, duties};
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client, Exception};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::print_json;

/// Largest list of assets read: a hundred thousand of them.
const ASSETS_BYTES_MAX: u64 = 32 << 20;

/// Instants of a duty may lie this far from its slot: rolled over closed days, then due and grace.
const MARGIN_DAYS: i32 = 400;

/// What is to be planned.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// Folder of process files
    #[arg(long)]
    processes: PathBuf,
    /// Clients and assets: `{"clients":[{"id","tz","calendar"}],"assets":[{"id","client","kind",
    /// "since","until"}],"exceptions":[]}`
    #[arg(long)]
    assets: PathBuf,
    /// First date
    #[arg(long)]
    from: Date,
    /// Last date
    #[arg(long)]
    to: Date,
    /// Print one JSON document on standard output
    #[arg(long, conflicts_with = "ics")]
    json: bool,
    /// Print an iCalendar file on standard output
    #[arg(long)]
    ics: bool,
}

/// The list of assets as it is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    clients: Vec<Client>,
    #[serde(default)]
    assets: Vec<Asset>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Serialize)]
struct Document<'a> {
    duties: &'a [Duty],
}

/// Runs `duly plan`.
///
/// # Errors
///
/// When a file is refused, or the duties cannot be computed.
pub fn run(args: &PlanArgs) -> Result<ExitCode> {
    ensure!(
        args.from <= args.to,
        "--from {} is after --to {}",
        args.from,
        args.to
    );
    let processes = duly_declare::load_dir(&args.processes)?;
    let given = read(args)?;
    let mut planned = Vec::new();
    for client in &given.clients {
        let published = published(client, &given, &processes, args)
            .with_context(|| format!("client `{}`", client.id))?;
        let due = duties(&published, args.from, args.to)
            .map_err(|error| anyhow::anyhow!("{error}\n  = help: {}", error.help()))
            .with_context(|| format!("client `{}`", client.id))?;
        planned.extend(due);
    }
    if args.json {
        print_json(&Document { duties: &planned })?;
    } else if args.ics {
        crate::print(calendar_file::text(&planned, &processes).trim_end_matches("\r\n"))?;
    } else {
        crate::print(table(&planned).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(args: &PlanArgs) -> Result<Given> {
    let path = args.assets.display();
    let size = std::fs::metadata(&args.assets)
        .with_context(|| format!("{path} cannot be read"))?
        .len();
    ensure!(
        size <= ASSETS_BYTES_MAX,
        "{path} has {size} bytes; at most {ASSETS_BYTES_MAX} are read"
    );
    let text = std::fs::read(&args.assets).with_context(|| format!("{path} cannot be read"))?;
    let given: Given = serde_json::from_slice(&text)
        .with_context(|| format!("{path} is not a list of clients and assets"))?;
    for asset in &given.assets {
        let known = given.clients.iter().any(|client| client.id == asset.client);
        ensure!(
            known,
            "{path}: asset `{}` is of client `{}`, which is not listed",
            asset.id,
            asset.client
        );
    }
    Ok(given)
}

/// What would have been published for the client, long before the period.
fn published(
    client: &Client,
    given: &Given,
    processes: &[Process],
    args: &PlanArgs,
) -> Result<Published> {
    let mut calendars = BTreeMap::new();
    let mut zones = BTreeMap::new();
    let from = args.from.saturating_sub(MARGIN_DAYS.days());
    let to = args.to.saturating_add(MARGIN_DAYS.days());
    let own = [(client.calendar.as_str(), client.tz.as_str())];
    let named = processes.iter().map(|process| {
        (
            process.schedule.calendar.as_str(),
            process.schedule.tz.as_str(),
        )
    });
    for (calendar, tz) in own.into_iter().chain(named) {
        if calendar != "client" {
            calendars.insert(calendar.to_owned(), calendar_named(calendar)?.clone());
        }
        if tz != "client" {
            zones.insert(tz.to_owned(), Zone::of(tz, from, to)?);
        }
    }
    let versions = processes.iter().map(|process| PublishedProcess {
        process: process.clone(),
        published_at: Timestamp::MIN,
    });
    let own = |asset: &&Asset| asset.client == client.id;
    let granted = |exception: &&Exception| exception.client == client.id;
    Ok(Published {
        client: client.clone(),
        processes: versions.collect(),
        assets: given.assets.iter().filter(own).cloned().collect(),
        calendars,
        zones,
        exceptions: given.exceptions.iter().filter(granted).cloned().collect(),
    })
}

/// A calendar that ships with duly.
///
/// # Errors
///
/// When there is none of that name; the message lists those there are.
pub fn calendar_named(name: &str) -> Result<&'static Calendar> {
    let calendar = duly_declare::calendars::calendar(name);
    calendar.with_context(|| {
        let names: Vec<&str> = duly_declare::calendars::names().collect();
        format!(
            "there is no calendar `{name}`; these ship with duly: {}",
            names.join(", ")
        )
    })
}

fn table(duties: &[Duty]) -> String {
    let mut text = String::new();
    for duty in duties {
        let asset = duty.asset.as_ref().map_or("-", |asset| asset.as_str());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}  {:<20} {:<24} {:<20} due {}  missed {}",
            duty.slot,
            duty.client.as_str(),
            duty.process.as_str(),
            asset,
            duty.due_at.strftime("%Y-%m-%d %H:%M"),
            duty.missed_at.strftime("%Y-%m-%d %H:%M UTC"),
        );
    }
    let _ = writeln!(text, "{} duties", duties.len());
    text
}
