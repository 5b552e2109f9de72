//! `duly recur RULE`: the dates of one schedule, in duly's words or in the covered subset of
//! RFC 5545. Pure: no store, no clock.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use duly_core::schedule::expand::first;
use duly_core::schedule::words::{WordsError, rule_counted_from};
use duly_core::schedule::zone::Zone;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::Serialize;

use crate::{USAGE, print_json, say};

/// Most dates in one answer: a daily schedule of 27 years.
const COUNT_MAX: u32 = 10_000;

/// One schedule.
#[derive(Args, Debug)]
pub struct RecurArgs {
    /// `2nd tuesday, 4th tuesday`, `every 2 weeks on monday from 2026-01-05`, `FREQ=…`
    rule: String,
    /// Look from this date on
    #[arg(long)]
    from: Date,
    /// How many dates
    #[arg(
        long,
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(COUNT_MAX))
    )]
    count: u32,
    /// Local time of day
    #[arg(long, requires = "tz")]
    at: Option<Time>,
    /// IANA time zone of that time
    #[arg(long, requires = "at")]
    tz: Option<String>,
    /// Calendar for business days, one of those that ship with duly
    #[arg(long)]
    calendar: Option<String>,
    /// Print one JSON document on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document {
    occurrences: Vec<Occurrence>,
}

#[derive(Serialize)]
struct Occurrence {
    date: Date,
    at: Option<Time>,
    instant: Option<Timestamp>,
}

/// Runs `duly recur`.
///
/// # Errors
///
/// When the result cannot be printed.
pub fn run(args: &RecurArgs) -> Result<ExitCode> {
    let recurrence = match rule_counted_from(&args.rule, Some(args.from)) {
        Ok(recurrence) => recurrence,
        Err(error) => return Ok(refused(&args.rule, &error)),
    };
    let calendar = match args
        .calendar
        .as_deref()
        .map(crate::plan::calendar_named)
        .transpose()
    {
        Ok(calendar) => calendar,
        Err(error) => {
            say(&format!("duly: {error}"));
            return Ok(ExitCode::from(USAGE));
        }
    };
    let dates = first(&recurrence, calendar, args.from, args.count as usize);
    let dates = match dates {
        Ok(dates) => dates,
        Err(error) => return Ok(not_expanded(&error.to_string(), error.help(), error.code())),
    };
    let last = dates.last().copied().unwrap_or(args.from);
    let zone = args.tz.as_deref().map(|tz| Zone::of(tz, args.from, last));
    let zone = match zone.transpose() {
        Ok(zone) => zone,
        Err(error) => return Ok(not_expanded(&error.to_string(), error.help(), error.code())),
    };
    let mut occurrences = Vec::with_capacity(dates.len());
    for date in dates {
        let instant = match zone.as_ref().zip(args.at) {
            Some((zone, at)) => match zone.resolve(date, at) {
                Ok(instant) => Some(instant),
                Err(error) => {
                    return Ok(not_expanded(&error.to_string(), error.help(), error.code()));
                }
            },
            None => None,
        };
        occurrences.push(Occurrence {
            date,
            at: args.at,
            instant,
        });
    }
    if args.json {
        print_json(&Document { occurrences })?;
    } else {
        say(&format!("{recurrence}"));
        for occurrence in &occurrences {
            crate::print(&line(occurrence))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(occurrence: &Occurrence) -> String {
    let day = occurrence.date.strftime("%a");
    match occurrence.instant {
        Some(instant) => format!("{} {day}  {instant}", occurrence.date),
        None => format!("{} {day}", occurrence.date),
    }
}

/// A rule that is refused, with a caret under what is wrong.
fn refused(rule: &str, error: &WordsError) -> ExitCode {
    let before = rule.get(..error.at).map_or(0, |text| text.chars().count());
    say(&format!(
        "duly: {}\n  {rule}\n  {}^\n  = help: {} [{}]",
        error.message,
        " ".repeat(before),
        error.help,
        error.code
    ));
    ExitCode::from(crate::DOES_NOT_HOLD)
}

fn not_expanded(message: &str, help: &str, code: &str) -> ExitCode {
    say(&format!("duly: {message}\n  = help: {help} [{code}]"));
    ExitCode::from(crate::DOES_NOT_HOLD)
}
