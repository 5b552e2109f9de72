//! What is said side by side about one asset, as far as two who say it are known here: a job that
//! pings beside what the last ticket of its asset found. Which of the two is wrong is a person's
//! question. (An asset that was let go and is still seen is nobody's again, which is a finding of
//! its own.)

use std::collections::BTreeMap;

use duly_core::control::facts::Reading;
use duly_core::id::AssetId;
use duly_core::observation::Method;
use duly_core::ping::{JobState, PingSays};
use jiff::ToSpan;

use super::At;
use crate::error::WorkError;
use crate::lists;

/// How far back a ticket is looked for whose fault a job may deny. What the rule takes for a
/// contradiction is younger anyway.
const FAULT_DAYS_MAX: i32 = 31;

/// Jobs that say they end well, beside what work on the same asset found.
pub(super) async fn gather(at: &At<'_>) -> Result<Vec<Reading>, WorkError> {
    let mut well: BTreeMap<AssetId, Vec<Reading>> = BTreeMap::new();
    for job in lists::ping_addresses(at.store, at.id()).await? {
        let state = job.state(at.now);
        let (Some(asset), Some((PingSays::Success, ended_at)), JobState::Well) =
            (&job.asset, job.heard.ended, state)
        else {
            continue;
        };
        let Some(row) = at.store.asset(at.id(), asset).await? else {
            continue;
        };
        let reading = Reading {
            asset: asset.clone(),
            asset_name: row.name,
            property: "outcome of the job".to_owned(),
            source: job.name,
            method: Method::SelfReport,
            value: "well".to_owned(),
            at: ended_at,
        };
        well.entry(asset.clone()).or_default().push(reading);
    }
    if well.is_empty() {
        return Ok(Vec::new());
    }
    let since = at.today.saturating_sub(FAULT_DAYS_MAX.days());
    let mut readings = Vec::new();
    for fault in at.store.unmended(at.id(), since).await? {
        let (Some(asset), Some(found_at)) = (&fault.asset, fault.found_at) else {
            continue;
        };
        let Some(says_well) = well.get(asset).and_then(|jobs| jobs.first()) else {
            continue;
        };
        let runs = at.store.runs_of(at.id(), &fault.ticket).await?;
        readings.push(Reading {
            source: format!("{} of {}", fault.process, fault.slot),
            method: match runs.is_empty() {
                true => Method::Person,
                false => Method::Measured,
            },
            value: "faulty".to_owned(),
            at: found_at,
            ..says_well.clone()
        });
    }
    // Only where somebody found a fault is there anything to hold against a job.
    let faulty: Vec<AssetId> = readings.iter().map(|one| one.asset.clone()).collect();
    let denied = well.into_iter().filter(|(asset, _)| faulty.contains(asset));
    readings.extend(denied.flat_map(|(_, jobs)| jobs));
    Ok(readings)
}
