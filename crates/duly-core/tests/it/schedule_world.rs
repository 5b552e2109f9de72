//! A small world for tests of duties: one client in London, its calendar, zones and assets.

use std::collections::BTreeMap;

use duly_core::process::{
    Allowance, AppliesTo, Oversight, Per, Process, QualityControl, RULES, Roles, Roll, Schedule,
};
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::{Duty, Published, PublishedProcess, duties};
use duly_core::schedule::words;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client, Exception, Resume, WaivedBy};
use jiff::Timestamp;
use jiff::civil::{Date, date, time};

/// A process about backups with this rule, at 09:00 London time, due within five business days
/// and missed two after.
pub fn process(id: &str, effective: &str, rule: &str) -> Process {
    Process {
        rules: RULES,
        process: id.into(),
        effective: effective.parse().unwrap(),
        title: "Look after it".to_owned(),
        why: None,
        minutes: None,
        applies_to: AppliesTo {
            per: Per::Asset,
            kind: Some("backup".to_owned()),
        },
        schedule: Schedule {
            recurrence: words::rule(rule).unwrap(),
            at: time(9, 0, 0, 0),
            tz: Schedule::OF_CLIENT.to_owned(),
            roll: Some(Roll::Following),
            calendar: Schedule::OF_CLIENT.to_owned(),
            due_within: allowance("5 business days"),
            grace: allowance("2 business days"),
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
    }
}

pub fn allowance(text: &str) -> Allowance {
    words::allowance(text).unwrap()
}

pub fn published(process: Process, published_at: Timestamp) -> PublishedProcess {
    PublishedProcess {
        process,
        published_at,
    }
}

pub fn asset(id: &str, kind: &str) -> Asset {
    Asset {
        id: id.into(),
        client: "baker".into(),
        kind: kind.to_owned(),
        since: date(2020, 1, 1),
        until: None,
    }
}

/// An exception from everything, granted at midnight of its first day.
pub fn excepted(from: Date, to: Date) -> Exception {
    Exception {
        id: format!("e-{from}-{to}"),
        client: "baker".into(),
        process: None,
        asset: None,
        from,
        to,
        by: WaivedBy::Provider,
        granted_at: jiff::tz::TimeZone::UTC
            .to_timestamp(from.at(0, 0, 0, 0))
            .unwrap(),
        reason: "the bakery moves house".to_owned(),
        resume: Some(Resume::AtOnce),
    }
}

/// Christmas and New Year, 2024 to 2029, as an English office keeps them.
pub fn calendar() -> Calendar {
    let years = (2024..=2029).map(|year| {
        let days = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)];
        (year, days.into_iter().collect())
    });
    Calendar {
        id: "office".to_owned(),
        years: years.collect(),
    }
}

/// Baker & Sons with one backup and the given processes, each published long ago.
pub fn world(processes: impl IntoIterator<Item = Process>) -> Published {
    let zone = Zone::of("Europe/London", date(2024, 1, 1), date(2029, 12, 31)).unwrap();
    Published {
        client: Client {
            id: "baker".into(),
            tz: "Europe/London".to_owned(),
            calendar: "office".to_owned(),
        },
        past: Vec::new(),
        processes: processes
            .into_iter()
            .map(|process| published(process, Timestamp::MIN))
            .collect(),
        assets: vec![asset("b-1", "backup")],
        calendars: BTreeMap::from([("office".to_owned(), calendar())]),
        zones: BTreeMap::from([("Europe/London".to_owned(), zone)]),
        exceptions: Vec::new(),
    }
}

/// The duties from one date to another, both written as text.
pub fn due(world: &Published, from: &str, to: &str) -> Vec<Duty> {
    duties(world, from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// The slots of some duties.
pub fn slots(duties: &[Duty]) -> Vec<Date> {
    duties.iter().map(|duty| duty.slot).collect()
}
