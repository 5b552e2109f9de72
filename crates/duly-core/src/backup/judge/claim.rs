//! Level 0: what the backup job said about itself. Only the status 0 of a finished run is a
//! success; silence is not, where a report is expected.

use jiff::SignedDuration;

use super::{Case, Finding, hours, short};
use crate::backup::code;
use crate::backup::request::Claim;

/// How long before the start that a job claims its snapshot may be dated: clocks of the two may
/// differ, and some jobs note their start after the tool's.
const START_SLACK: SignedDuration = SignedDuration::from_mins(15);

/// restic's status for "snapshot made, but some files could not be read".
const RESTIC_PARTIAL: i64 = 3;

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let Some(claim) = &case.request.claim else {
        return if case.request.expect.claim {
            let message = "no report of a run has come, and one is expected for every run";
            vec![Finding::new(code::CLAIM_MISSING, message)]
        } else {
            Vec::new()
        };
    };
    let mut findings: Vec<Finding> = status(claim).into_iter().collect();
    findings.extend(age(case, claim));
    if findings.is_empty() && case.opened() {
        findings.extend(without_snapshot(case, claim));
    }
    findings
}

fn status(claim: &Claim) -> Option<Finding> {
    let tool = claim.tool.as_deref().unwrap_or("the backup job");
    match claim.exit_code {
        None => Some(Finding::new(
            code::CLAIM_UNFINISHED,
            format!("{tool} reported no exit status: it did not finish"),
        )),
        Some(0) if claim.started_at.is_some() && claim.ended_at.is_none() => Some(Finding::new(
            code::CLAIM_UNFINISHED,
            format!("{tool} reported a start but no end"),
        )),
        Some(0) => None,
        Some(RESTIC_PARTIAL) if tool.starts_with("restic") => Some(Finding::new(
            code::CLAIM_PARTIAL,
            format!("{tool} ended with status 3: it made a snapshot but left files out"),
        )),
        Some(other) => Some(Finding::new(
            code::CLAIM_FAILED,
            format!("{tool} ended with status {other}; only 0 is a success"),
        )),
    }
}

fn age(case: &Case<'_>, claim: &Claim) -> Option<Finding> {
    let at = claim.ended_at.or(claim.started_at)?;
    let age = hours(at, case.request.now);
    let age_max = case.request.expect.age_hours_max;
    (age > age_max).then(|| {
        let message = format!("the last report is {age} hours old, promised are {age_max}");
        Finding::new(code::CLAIM_STALE, message)
    })
}

/// A run that succeeded has left a snapshot. If the repository has none from that run, either
/// the claim is wrong or the snapshot was taken away since.
fn without_snapshot(case: &Case<'_>, claim: &Claim) -> Option<Finding> {
    let newest = case.chosen().values().map(|snapshot| snapshot.time).max();
    if let Some(id) = claim.snapshot.as_deref().filter(|id| id.len() >= 8) {
        let there = case.present.keys().any(|present| present.starts_with(id))
            || case.present.values().any(|seen| {
                seen.original
                    .as_deref()
                    .is_some_and(|original| original.starts_with(id))
            });
        return (!there).then(|| {
            let message = format!(
                "the job says it made snapshot {}; it is not there",
                short(id)
            );
            Finding::new(code::CLAIM_WITHOUT_SNAPSHOT, message)
        });
    }
    let started = claim.started_at?;
    let earliest = started.checked_sub(START_SLACK).unwrap_or(started);
    newest.is_none_or(|newest| newest < earliest).then(|| {
        let newest = newest.map_or_else(
            || "there is none for these roots".to_owned(),
            |newest| format!("the newest is from {newest:.0}"),
        );
        let message =
            format!("the job claims a successful run begun at {started:.0}, but {newest}");
        Finding::new(code::CLAIM_WITHOUT_SNAPSHOT, message)
    })
}
