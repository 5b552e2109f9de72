//! Changes bind only forward: what each kind of publication may not do to the past.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::published::Publishing;
use super::{Finding, Record};
use crate::schedule::calendar::Calendar;
use crate::schedule::zone::Zone;

/// A year that the calendar knew before and that is not the same any more.
pub(super) fn rewritten_year(known: &Calendar, new: &Calendar) -> Option<i16> {
    let mut known = known.years.iter();
    let changed = known.find(|(year, days)| new.years.get(year) != Some(*days))?;
    Some(*changed.0)
}

/// Whether two tables of a zone agree, as far as both reach, on what was past at `now_s`.
pub(super) fn is_same_past(known: &Zone, new: &Zone, now_s: i64) -> bool {
    let noon = |date: Date| {
        let noon = date.at(12, 0, 0, 0);
        jiff::tz::TimeZone::UTC
            .to_timestamp(noon)
            .map_or(i64::MAX, |instant| instant.as_second())
    };
    let from_s = noon(known.from.max(new.from));
    let to_s = now_s.min(noon(known.to.min(new.to)));
    if from_s > to_s {
        return true;
    }
    let passed = |zone: &Zone| -> Vec<(i64, i32)> {
        let is_inside = |(at_s, _): &&(i64, i32)| (from_s + 1..=to_s).contains(at_s);
        zone.transitions.iter().filter(is_inside).copied().collect()
    };
    offset_s(known, from_s) == offset_s(new, from_s) && passed(known) == passed(new)
}

fn offset_s(zone: &Zone, second: i64) -> i32 {
    let passed = zone
        .transitions
        .partition_point(|(at_s, _)| *at_s <= second);
    let last = passed
        .checked_sub(1)
        .and_then(|last| zone.transitions.get(last));
    last.map_or(zone.offset_s, |(_, offset_s)| *offset_s)
}

/// Zones that were published otherwise than this program knows them, as far as they are past.
pub(super) fn unlike_ours(record: &Record) -> Vec<Finding> {
    let differs = |zone: &&Zone| {
        let ours = Zone::of(&zone.id, zone.from, zone.to);
        !ours.is_ok_and(|ours| is_same_past(&ours, zone, record.last_at.as_second()))
    };
    let zones = record.published.zones.values().filter(differs);
    let finding = |zone: &Zone| {
        let message = format!(
            "the zone {} was published otherwise than this program knows it: times may be wrong",
            zone.id
        );
        Finding::new("zone-differs", message)
    };
    zones.map(finding).collect()
}

/// Versions, plans and retirements that would reach back before their own entry's date.
pub(super) fn breaches(publishing: &Publishing) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some((entered, client)) = publishing.clients.first()
        && !publishing.zones.contains_key(&client.tz)
    {
        let message = format!("the client's zone {} is not published", client.tz);
        found.push(Finding::at(entered.index, "zone-missing", message));
    }
    let mut known = BTreeSet::new();
    for (entered, process) in &publishing.processes {
        let is_first = known.insert(&process.process);
        let date = publishing.local_date(entered.at);
        if !is_first && process.effective < date {
            let message = format!(
                "{}, version {}, is published on {date} and would hold from an earlier date",
                process.process,
                process.version()
            );
            found.push(Finding::at(entered.index, "effective-in-the-past", message));
        }
    }
    for signed in publishing.plans.iter().skip(1) {
        let date = publishing.local_date(signed.entered.at);
        let effective = signed.plan.effective;
        if effective < date {
            let message = format!("a plan signed on {date} would hold from {effective}");
            found.push(Finding::at(
                signed.entered.index,
                "plan-in-the-past",
                message,
            ));
        }
    }
    for (entered, asset) in &publishing.retirements {
        let date = publishing.local_date(entered.at);
        if let Some(until) = asset.until.filter(|until| *until < date) {
            let message = format!("asset {} left care on {until}, said on {date}", asset.id);
            found.push(Finding::at(entered.index, "retired-in-the-past", message));
        }
    }
    found
}
