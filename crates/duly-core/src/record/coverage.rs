//! What was promised beside what is done: an asset that no process covers, a promise that no
//! process keeps. So that an equation of noughts is never a comfort.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Finding, Record};
use crate::id::{AssetId, ProcessId};
use crate::process::{AppliesTo, Per, Process};
use crate::schedule::duties::Duty;
use crate::scope::{Asset, Promise, ServicePlan};

/// Something in care, or promised, without a process that looks after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uncovered {
    /// The asset; absent where a promise to the client as a whole is not kept.
    pub asset: Option<AssetId>,
    /// Its kind.
    pub kind: Option<String>,
    /// The promised process; absent where nothing at all looks after the asset.
    pub process: Option<ProcessId>,
}

/// What is uncovered in a period, as far as the record goes.
pub(super) fn uncovered(record: &Record, from: Date, to: Date) -> Vec<Uncovered> {
    let day = last_day(record, to);
    let in_force = in_force(record, day);
    let plan = plan_on(record, day);
    let promises = plan.map_or(&[][..], |plan| plan.promises.as_slice());
    let mut found = Vec::new();
    for asset in record
        .published
        .assets
        .iter()
        .filter(|asset| in_care(asset, from, to))
    {
        let gap = |process: Option<&ProcessId>| Uncovered {
            asset: Some(asset.id.clone()),
            kind: Some(asset.kind.clone()),
            process: process.cloned(),
        };
        let mut is_promised = false;
        for promise in promises
            .iter()
            .filter(|promise| promise.kind.as_deref() == Some(&asset.kind))
        {
            is_promised = true;
            if !in_force
                .get(&promise.process)
                .is_some_and(|process| covers(process, asset))
            {
                found.push(gap(Some(&promise.process)));
            }
        }
        if !is_promised && !in_force.values().any(|process| covers(process, asset)) {
            found.push(gap(None));
        }
    }
    for promise in promises.iter().filter(|promise| promise.kind.is_none()) {
        if !in_force.contains_key(&promise.process) {
            found.push(Uncovered {
                asset: None,
                kind: None,
                process: Some(promise.process.clone()),
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
    let holds = |plan: &&ServicePlan| plan.effective <= day;
    record.plans.iter().map(|signed| &signed.plan).rfind(holds)
}

fn in_care(asset: &Asset, from: Date, to: Date) -> bool {
    asset.since <= to && asset.until.is_none_or(|until| until > from)
}

/// Whether a process looks after an asset: it names its kind, or it goes through the sites and
/// the asset is one.
fn covers(process: &Process, asset: &Asset) -> bool {
    let AppliesTo { per, kind } = &process.applies_to;
    match kind {
        Some(kind) => *kind == asset.kind,
        None => *per == Per::Site && asset.kind == "site",
    }
}
