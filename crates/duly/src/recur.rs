//! `duly recur RULE`: the dates of one schedule, in words or as an RFC 5545 rule. Pure: no
//! installation, no clock.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::error::ScheduleError;
use duly_core::schedule::expand::first;
use duly_core::schedule::rule::Recurrence;
use duly_core::schedule::words::{WordsError, rule_counted_from};
use duly_core::schedule::zone::Zone;
use duly_declare::calendars;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::Serialize;
use serde_json::json;

use crate::{DOES_NOT_HOLD, USAGE, print, print_json, say};

/// It could not be worked out.
const NOT_EVALUATED: u8 = 2;

/// Most dates that are printed at once: a daily duty for 27 years.
const COUNT_MAX: u64 = 10_000;

/// Largest calendar file that is read: a thousand years of holidays.
const CALENDAR_BYTES_MAX: u64 = 1 << 20;

/// What `duly recur` is told.
#[derive(Args, Debug)]
pub struct RecurArgs {
    /// `2nd tuesday, 4th tuesday`, `every 2 weeks on monday from 2026-01-05`,
    /// `31 clamp last day`, `FREQ=MONTHLY;BYDAY=2TU,4TU`
    #[arg(value_name = "RULE")]
    rule: String,
    /// First date to look at; a rule that does not say `from` counts from here
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// How many dates
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=COUNT_MAX)
    )]
    count: u64,
    /// Local time of day, to learn the instants
    #[arg(long, value_name = "HH:MM", requires = "tz")]
    at: Option<Time>,
    /// The time zone of that time of day
    #[arg(long, value_name = "ZONE", requires = "at")]
    tz: Option<String>,
    /// For business days: `england`, `us-federal` or another calendar that ships, or a JSON file
    #[arg(long, value_name = "CALENDAR")]
    calendar: Option<String>,
    /// Print one JSON document on standard output
    #[arg(long)]
    json: bool,
}

/// The document that `--json` prints.
#[derive(Serialize)]
struct Document {
    occurrences: Vec<Occurrence>,
}

/// One date of the rule.
#[derive(Serialize)]
struct Occurrence {
    date: Date,
    at: Option<String>,
    instant: Option<Timestamp>,
}

/// Runs the command.
///
/// # Errors
/// When standard output is closed.
pub fn run(args: &RecurArgs) -> anyhow::Result<ExitCode> {
    let recurrence = match rule_counted_from(&args.rule, Some(args.from)) {
        Ok(recurrence) => recurrence,
        Err(error) => return refuse(args, &error),
    };
    let calendar = match &args.calendar {
        None => None,
        Some(name) => match find_calendar(name) {
            Ok(calendar) => Some(calendar),
            Err(error) => {
                say(&format!("duly: {error:#}"));
                return Ok(ExitCode::from(USAGE));
            }
        },
    };
    match occurrences(args, &recurrence, calendar.as_ref()) {
        Ok(occurrences) => {
            if args.json {
                print_json(&Document { occurrences })?;
            } else {
                tell(&recurrence, &occurrences)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
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
            let usage = matches!(error.code(), "calendar-needed" | "zone-unknown");
            Ok(ExitCode::from(if usage { USAGE } else { NOT_EVALUATED }))
        }
    }
}

fn refuse(args: &RecurArgs, error: &WordsError) -> anyhow::Result<ExitCode> {
    let before = args.rule.get(..error.at).unwrap_or(&args.rule);
    let column = before.chars().count() + 1;
    if args.json {
        let (code, message, help) = (error.code, &error.message, &error.help);
        // Counted in characters from 1, as `duly check` does.
        let refusal = json!({
            "code": code, "column": column, "message": message, "help": help,
        });
        print_json(&json!({ "refusals": [refusal] }))?;
    }
    let caret = " ".repeat(column - 1);
    say(&format!(
        "duly: {}\n  {}\n  {caret}^\n  = help: {} [{}]",
        error.message, args.rule, error.help, error.code
    ));
    Ok(ExitCode::from(DOES_NOT_HOLD))
}

/// A calendar that ships, or one in a file of the published form.
fn find_calendar(name: &str) -> anyhow::Result<Calendar> {
    if let Some(calendar) = calendars::calendar(name) {
        return Ok(calendar.clone());
    }
    let path = Path::new(name);
    let length = std::fs::metadata(path).map(|found| found.len());
    let known = || {
        let names: Vec<&str> = calendars::names().collect();
        format!(
            "there is no calendar `{name}`; there are {}",
            names.join(", ")
        )
    };
    if length.with_context(known)? > CALENDAR_BYTES_MAX {
        anyhow::bail!("{name} is larger than {CALENDAR_BYTES_MAX} bytes");
    }
    let text = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
    let calendar: Calendar =
        serde_json::from_slice(&text).with_context(|| format!("{name} is not a calendar"))?;
    calendar.check()?;
    Ok(calendar)
}

fn occurrences(
    args: &RecurArgs,
    recurrence: &Recurrence,
    calendar: Option<&Calendar>,
) -> Result<Vec<Occurrence>, ScheduleError> {
    let count = usize::try_from(args.count).unwrap_or(usize::MAX);
    let dates = first(recurrence, calendar, args.from, count)?;
    let clock = args.at.zip(args.tz.as_deref());
    dates
        .into_iter()
        .map(|date| {
            let instant = clock
                .map(|(at, zone)| {
                    // A table of one day: dates may lie further apart than one table reaches.
                    Zone::of(zone, date, date)?.resolve(date, at)
                })
                .transpose()?;
            Ok(Occurrence {
                date,
                at: args.at.map(|at| at.strftime("%H:%M").to_string()),
                instant,
            })
        })
        .collect()
}

/// Says the rule as it was understood and prints its dates, each with its distance from the last.
fn tell(recurrence: &Recurrence, occurrences: &[Occurrence]) -> anyhow::Result<()> {
    say(&recurrence.to_string());
    let mut lines = Vec::new();
    let mut last: Option<Date> = None;
    for occurrence in occurrences {
        let date = occurrence.date;
        let days = last.and_then(|last| last.until(date).ok());
        let after = days.map_or(String::new(), |span| format!("+{}", span.get_days()));
        let instant = match (&occurrence.at, occurrence.instant) {
            (Some(at), Some(instant)) => format!("{at}  {instant}"),
            _ => String::new(),
        };
        let line = format!("{date}  {}  {after:>5}  {instant}", date.strftime("%a"));
        lines.push(line.trim_end().to_owned());
        last = Some(date);
    }
    if occurrences.is_empty() {
        say("no date in a hundred years");
        return Ok(());
    }
    print(&lines.join("\n"))
}
