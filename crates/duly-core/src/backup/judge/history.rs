//! Level 1: is the history whole, is the newest snapshot new, and does no clock lie?
//!
//! Retention takes snapshots away honestly, but never the newest of a job. So a snapshot that
//! went while nothing newer of its job is there is a failure; one that went while a newer one is
//! there is held against the retention that was declared, or shown to a person if none was.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Case, Finding, counted_in, hours, names, short};
use crate::backup::choose::is_from_the_future;
use crate::backup::code;
use crate::backup::known::SnapshotSeen;

/// `--keep-daily` keeps the last of a day; the one it replaced is at most this much older.
const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if case.facts.snapshots == Some(0) {
        let message = "the repository opens, but holds no snapshot";
        findings.push(Finding::new(code::NO_SNAPSHOTS, message));
    }
    findings.extend(gone(case));
    findings.extend(clocks(case));
    findings.extend(stale(case));
    findings
}

/// What became of each snapshot that is no longer there.
enum Fate {
    Retention,
    Renamed,
    Rewritten(String),
    Vanished,
    Unexplained,
}

fn gone(case: &Case<'_>) -> Vec<Finding> {
    let mut rewritten = Vec::new();
    let mut vanished = Vec::new();
    let mut unexplained = Vec::new();
    for id in &case.facts.gone {
        let Some(snapshot) = case.request.known.snapshots.get(id) else {
            continue;
        };
        let shown = format!("{} of {:.0}", short(id), snapshot.time);
        match fate(case, id, snapshot) {
            Fate::Retention | Fate::Renamed => {}
            Fate::Rewritten(by) => rewritten.push(format!("{shown} by {}", short(&by))),
            Fate::Vanished => vanished.push(shown),
            Fate::Unexplained => unexplained.push(shown),
        }
    }
    let mut findings = Vec::new();
    let mut push = |code, what: &str, list: Vec<String>| {
        if !list.is_empty() {
            let count = counted_in(&list, "snapshot");
            let message = format!("{count} {what}: {}", names(&list));
            findings.push(Finding::new(code, message));
        }
    };
    push(code::SNAPSHOT_VANISHED, "seen before and gone", vanished);
    push(
        code::SNAPSHOTS_GONE,
        "seen before and gone, no retention is declared",
        unexplained,
    );
    push(
        code::SNAPSHOT_REWRITTEN,
        "replaced by one with other content",
        rewritten,
    );
    findings
}

fn fate(case: &Case<'_>, id: &str, snapshot: &SnapshotSeen) -> Fate {
    let successor = case
        .present
        .iter()
        .find(|(_, other)| other.original.as_deref() == Some(id));
    if let Some((by, other)) = successor {
        let same = other.tree == snapshot.tree && other.time == snapshot.time;
        return if same {
            Fate::Renamed
        } else {
            Fate::Rewritten(by.clone())
        };
    }
    let newer: Vec<Timestamp> = case
        .present
        .values()
        .filter(|other| other.host == snapshot.host && share_a_path(other, snapshot))
        .filter(|other| !is_from_the_future(other.time, case.request.now))
        .map(|other| other.time)
        .filter(|time| *time > snapshot.time)
        .collect();
    if newer.is_empty() {
        return Fate::Vanished;
    }
    let Some(days) = case.request.expect.keep_days else {
        return Fate::Unexplained;
    };
    let kept_for = SignedDuration::from_hours(24 * i64::from(days));
    if case.request.now.duration_since(snapshot.time) >= kept_for {
        return Fate::Retention;
    }
    let replaced = newer
        .iter()
        .any(|time| time.duration_since(snapshot.time) <= DAY);
    if case.request.expect.keep_one_per_day && replaced {
        Fate::Retention
    } else {
        Fate::Vanished
    }
}

fn share_a_path(one: &SnapshotSeen, other: &SnapshotSeen) -> bool {
    one.paths.iter().any(|path| other.paths.contains(path))
}

fn clocks(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let now = case.request.now;
    let future: Vec<String> = case
        .present
        .iter()
        .filter(|(_, snapshot)| is_from_the_future(snapshot.time, now))
        .map(|(id, snapshot)| format!("{} of {:.0}", short(id), snapshot.time))
        .collect();
    if !future.is_empty() {
        let message = format!(
            "{} dated after now: {}",
            counted_in(&future, "snapshot"),
            names(&future)
        );
        findings.push(Finding::new(code::SNAPSHOT_FROM_THE_FUTURE, message));
    }
    let backdated = backdated(case);
    if !backdated.is_empty() {
        let message = format!(
            "{} dated before one seen earlier: {}",
            counted_in(&backdated, "new snapshot"),
            names(&backdated)
        );
        findings.push(Finding::new(code::SNAPSHOT_BACKDATED, message));
    }
    findings
}

/// New snapshots of a host and set of paths that are older than what was known of them, except
/// rewritten ones, which keep their time.
fn backdated(case: &Case<'_>) -> Vec<String> {
    let mut newest: BTreeMap<(&str, &[String]), Timestamp> = BTreeMap::new();
    let known = case.request.known.present();
    for (_, seen) in known.filter(|(_, seen)| !is_from_the_future(seen.time, case.request.now)) {
        let time = newest.entry((&seen.host, &seen.paths)).or_insert(seen.time);
        *time = (*time).max(seen.time);
    }
    case.facts
        .seen
        .iter()
        .filter(|(_, seen)| seen.original.is_none())
        .filter(|(_, seen)| {
            let known = newest.get(&(seen.host.as_str(), seen.paths.as_slice()));
            known.is_some_and(|known| seen.time < *known)
        })
        .map(|(id, seen)| format!("{} of {:.0}", short(id), seen.time))
        .collect()
}

fn stale(case: &Case<'_>) -> Option<Finding> {
    let age_max = case.request.expect.age_hours_max;
    // With snapshots committed to beforehand, a newer one may have come since: freshness is
    // about the newest there is for each root.
    let oldest = case
        .newest_per_root()
        .into_iter()
        .min_by_key(|(_, snapshot)| snapshot.time)?;
    let (id, snapshot) = oldest;
    let age = hours(snapshot.time, case.request.now);
    (age > age_max).then(|| {
        let message = format!(
            "the newest snapshot, {} of {:.0}, is {age} hours old; promised are {age_max}",
            short(&id),
            snapshot.time
        );
        Finding::new(code::STALE, message)
    })
}
