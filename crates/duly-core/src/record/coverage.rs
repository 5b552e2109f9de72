//! What was promised beside what is done: an asset that no process covers, a promise that no
//! process keeps. So that an equation of noughts is never a comfort.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Finding, Record};
use crate::care::{self, Uncovered};
use crate::id::{AssetId, ProcessId};
use crate::process::{Per, Process};
use crate::schedule::duties::Duty;
use crate::scope::{Asset, Promise, ServicePlan};

/// What is uncovered in a period, as far as the record goes.
pub(super) fn uncovered(record: &Record, from: Date, to: Date) -> Vec<Uncovered> {
    let day = last_day(record, to);
    let assets = &record.published.assets;
    let assets = assets.iter().filter(|asset| in_care(asset, from, to));
    let exceptions = &record.published.exceptions;
    let (in_force, plan) = (in_force(record, day), plan_on(record, day));
    care::uncovered(assets, &in_force, plan, exceptions, day)
}

/// Plans in force in a period that promise less than the catalogue's minimum; said as well where
/// the client agreed, since the reader may not be who did.
pub(super) fn below_minimum(record: &Record, from: Date, to: Date) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, signed) in record.plans.iter().enumerate() {
        let later = record.plans.iter().skip(number + 1);
        let is_replaced = later
            .map(|later| later.plan.effective)
            .any(|effective| effective <= from.max(signed.plan.effective));
        if signed.plan.effective > to || is_replaced {
            continue;
        }
        for short in care::below_minimum(&signed.plan) {
            let message = format!(
                "{}: promised {} times a year from {} on, the least is {}",
                short.process, short.promised, signed.plan.effective, short.least
            );
            found.push(match &signed.consent {
                None => Finding::new("below-minimum", message),
                Some(consent) => {
                    let on = record.local_date(consent.agreed_at);
                    let on = on.map_or_else(String::new, |date| format!(" on {date}"));
                    let message = format!("{message}; agreed to{on}: {}", consent.reason);
                    Finding::new("below-minimum-agreed", message)
                }
            });
        }
    }
    found
}

/// Promises that the schedule itself falls short of. A promise is so many times in a calendar
/// year, so only whole years in the period are counted, in which plan and asset held throughout.
pub(super) fn below_promise(
    record: &Record,
    duties: &[Duty],
    from: Date,
    to: Date,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for year in from.year()..=to.year() {
        let (first, last) = (
            jiff::civil::date(year, 1, 1),
            jiff::civil::date(year, 12, 31),
        );
        let plan = plan_on(record, first).filter(|plan| Some(*plan) == plan_on(record, last));
        let (Some(plan), true) = (plan, from <= first && last <= to) else {
            continue;
        };
        let in_year = |duty: &&Duty| (first..=last).contains(&duty.slot);
        let mut counts: BTreeMap<(&ProcessId, Option<&AssetId>), u32> = BTreeMap::new();
        for duty in duties.iter().filter(in_year) {
            *counts
                .entry((&duty.process, duty.asset.as_ref()))
                .or_default() += 1;
        }
        for promise in &plan.promises {
            for subject in subjects(record, promise, first, last) {
                let count = counts
                    .get(&(&promise.process, subject))
                    .copied()
                    .unwrap_or(0);
                if count < promise.per_year_min {
                    let about = subject.map_or(String::new(), |asset| format!(" for {asset}"));
                    let message = format!(
                        "{}{about}: {count} times in {year}, promised {}",
                        promise.process, promise.per_year_min
                    );
                    found.push(Finding::new("below-promise", message));
                }
            }
        }
    }
    found
}

/// What a promise is counted for: each asset of its kind in care for the whole span, or the client
/// as a whole.
fn subjects<'a>(
    record: &'a Record,
    promise: &Promise,
    first: Date,
    last: Date,
) -> Vec<Option<&'a AssetId>> {
    let per_asset = |process: &&&Process| process.applies_to.per == Per::Asset;
    let in_force = in_force(record, last);
    let (Some(kind), Some(_)) = (
        &promise.kind,
        in_force.get(&promise.process).filter(per_asset),
    ) else {
        return vec![None];
    };
    let whole = |asset: &&Asset| {
        asset.kind == *kind && asset.since <= first && asset.until.is_none_or(|until| until > last)
    };
    let assets = record.published.assets.iter().filter(whole);
    assets.map(|asset| Some(&asset.id)).collect()
}

/// The last day of the period that the record can speak of.
fn last_day(record: &Record, to: Date) -> Date {
    record
        .local_date(record.last_at)
        .map_or(to, |last| last.min(to))
}

/// The version of each process in force on a day.
fn in_force(record: &Record, day: Date) -> BTreeMap<&ProcessId, &Process> {
    let mut in_force = BTreeMap::new();
    for version in &record.published.processes {
        let published_on = record.local_date(version.published_at);
        if version.process.effective <= day && published_on.is_none_or(|date| date <= day) {
            in_force.insert(&version.process.process, &version.process);
        }
    }
    // One that was ended looks after nothing: what it was promised for is uncovered.
    in_force.retain(|_, process| !process.is_ended());
    in_force
}

/// The plan in force on a day: the last one signed that holds by then.
fn plan_on(record: &Record, day: Date) -> Option<&ServicePlan> {
    ServicePlan::on(record.plans.iter().map(|signed| &signed.plan), day)
}

fn in_care(asset: &Asset, from: Date, to: Date) -> bool {
    asset.since <= to && asset.until.is_none_or(|until| until > from)
}
