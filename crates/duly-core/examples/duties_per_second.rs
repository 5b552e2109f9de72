//! How many duties a second are computed on one core, beside the dates of python-dateutil on the
//! same rules in the same run.
//!
//! The world is that of a provider of some size: clients with assets, a process for each rule, a
//! year. A duty is a date rolled off holidays, its three instants by the zone's table, and its id,
//! a SHA-256; the dates of a process are shared by its assets. Beside it the bare dates of the same
//! rules, which is all that dateutil works out. Each round takes turns and counts processor time;
//! `cargo xtask bench duties` prints medians and the ratio.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{Error, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use duly_core::process::{
    Allowance, AllowanceUnit, AppliesTo, Oversight, Per, Process, QualityControl, RULES, Roles,
    Roll, Schedule,
};
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::{Published, PublishedProcess, duties};
use duly_core::schedule::expand::occurrences;
use duly_core::schedule::words::rule_counted_from;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// The usual frequencies of a provider's processes, from daily to half-yearly.
const RULES_MEASURED: [&str; 8] = [
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1WE",
    "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=-1",
];

const FROM: Date = Date::constant(2026, 1, 1);
const TO: Date = Date::constant(2026, 12, 31);

/// A mid-sized provider: 40 clients of 50 assets each, some 840,000 duties a year.
const CLIENTS: usize = 40;
const ASSETS: usize = 50;

/// The same where nothing can be shared: clients of one asset.
const CLIENTS_OF_ONE: usize = 400;

/// How often each is measured.
const ROUNDS: usize = 7;

/// How often the bare dates are worked out in one round, ours and theirs.
const DATES_REPEAT: usize = 2_000;
const DATEUTIL_REPEAT: usize = 20;

fn main() -> Result<(), Error> {
    let clients: Vec<Published> = (0..CLIENTS)
        .map(|number| client(number, ASSETS))
        .collect::<Result<_, _>>()?;
    let alone = (0..CLIENTS_OF_ONE).map(|number| client(number, 1));
    let alone: Vec<Published> = alone.collect::<Result<_, _>>()?;
    eprintln!(
        "{CLIENTS} clients of {ASSETS} assets, {FROM} to {TO}, one process for each of\n{}",
        RULES_MEASURED.join("\n")
    );
    for _ in 0..ROUNDS {
        println!("figure duties {}", duties_rate(&clients)?);
        println!("figure unshared {}", duties_rate(&alone)?);
        println!("figure dates {}", dates_rate()?);
        println!("figure dateutil {}", dateutil_rate()?);
    }
    Ok(())
}

/// Duties a second of a year of all clients.
fn duties_rate(clients: &[Published]) -> Result<f64, Error> {
    let start = processor_s()?;
    let mut count = 0;
    for published in clients {
        count += black_box(duties(published, FROM, TO).map_err(Error::other)?).len();
    }
    Ok(count as f64 / (processor_s()? - start))
}

/// One client in London with a process for each rule, per asset.
fn client(number: usize, assets: usize) -> Result<Published, Error> {
    let id = format!("client-{number:03}");
    let asset = |asset| Asset {
        id: format!("backup-{asset:05}").into(),
        client: id.as_str().into(),
        kind: "backup".to_owned(),
        since: FROM,
        until: None,
    };
    let last = Date::constant(2028, 12, 31);
    let zone = Zone::of("Europe/London", FROM, last).map_err(Error::other)?;
    let processes = RULES_MEASURED
        .into_iter()
        .enumerate()
        .map(|(number, rule)| {
            Ok(PublishedProcess {
                process: process(&format!("backup.process-{number}"), rule)?,
                published_at: Timestamp::MIN,
            })
        });
    Ok(Published {
        client: Client {
            id: id.as_str().into(),
            tz: "Europe/London".to_owned(),
            calendar: "office".to_owned(),
        },
        past: Vec::new(),
        processes: processes.collect::<Result<_, Error>>()?,
        assets: (0..assets).map(asset).collect(),
        calendars: BTreeMap::from([("office".to_owned(), calendar())]),
        zones: BTreeMap::from([("Europe/London".to_owned(), zone)]),
        exceptions: Vec::new(),
    })
}

fn process(id: &str, rule: &str) -> Result<Process, Error> {
    let days = |count| Allowance {
        count,
        unit: AllowanceUnit::BusinessDays,
    };
    Ok(Process {
        rules: RULES,
        process: id.into(),
        effective: FROM,
        title: "Look after it".to_owned(),
        why: None,
        minutes: None,
        applies_to: AppliesTo {
            per: Per::Asset,
            kind: Some("backup".to_owned()),
        },
        schedule: Schedule {
            recurrence: rule_counted_from(rule, Some(FROM)).map_err(Error::other)?,
            at: Time::constant(9, 0, 0, 0),
            tz: Schedule::OF_CLIENT.to_owned(),
            roll: Some(Roll::Following),
            calendar: Schedule::OF_CLIENT.to_owned(),
            due_within: days(5),
            grace: days(2),
        },
        roles: Roles {
            does: "technician".to_owned(),
            checks: "manager".to_owned(),
            oversees: "executive".to_owned(),
        },
        checklist: Vec::new(),
        quality_control: QualityControl {
            spot_check: None,
            rules: Vec::new(),
            escalate: Vec::new(),
        },
        oversight: Oversight {
            review_every: "month".to_owned(),
            measures: Vec::new(),
        },
        satisfies: BTreeMap::new(),
    })
}

/// New Year, May Day and Christmas.
fn calendar() -> Calendar {
    let holidays =
        |year| [(1, 1), (5, 1), (12, 25), (12, 26)].map(|(m, d)| Date::constant(year, m, d));
    Calendar {
        id: "office".to_owned(),
        years: (2025..=2028)
            .map(|year| (year, holidays(year).into()))
            .collect(),
    }
}

/// Bare dates a second, of the rules that dateutil is asked for as well.
fn dates_rate() -> Result<f64, Error> {
    let start = processor_s()?;
    let mut count = 0;
    for _ in 0..DATES_REPEAT {
        for rule in RULES_MEASURED {
            let rule = rule_counted_from(rule, Some(FROM)).map_err(Error::other)?;
            let dates = occurrences(&rule, None, FROM, TO).map_err(Error::other)?;
            count += black_box(dates).len();
        }
    }
    Ok(count as f64 / (processor_s()? - start))
}

/// One round of dateutil: dates a second.
fn dateutil_rate() -> Result<f64, Error> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/dateutil_rate.py");
    let request = serde_json::json!({
        "rules": RULES_MEASURED, "start": FROM, "until": TO, "repeat": DATEUTIL_REPEAT,
    });
    // Debian's own interpreter, for which python3-dateutil is installed.
    let mut child = Command::new("/usr/bin/python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(request.to_string().as_bytes())?;
    }
    let printed = child.wait_with_output()?.stdout;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let mut numbers = printed.split_whitespace().map(str::parse::<f64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(dates)), Some(Ok(seconds))) => Ok(dates / seconds),
        _ => Err(Error::other(format!("dateutil printed {printed:?}"))),
    }
}

/// Seconds this thread has run on a processor, as Linux counts them.
fn processor_s() -> Result<f64, Error> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns = counted.split_whitespace().next();
    let ns = ns.and_then(|ns| ns.parse::<u64>().ok());
    ns.map(|ns| ns as f64 / 1e9)
        .ok_or_else(|| Error::other("schedstat has no figure"))
}
