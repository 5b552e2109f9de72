//! Level 1: is every configured root there, not empty, and about as large as it was?

use super::{Case, Finding, counted, counted_in, short};
use crate::backup::code;
use crate::backup::facts::{Holding, RootFacts};
use crate::backup::known::Held;

/// How many earlier snapshots make a root's past; which ones is for
/// [`crate::backup::choose::past_of`].
pub const PAST_COUNT_MAX: usize = 8;

/// Below this share of its past a root is shown to a person. Honest cleaning halves a folder now
/// and then; a third lost is found by the comparison with the manifest, not by this.
const SHRUNK_SHARE: f64 = 0.5;

/// Below this share it is a failure.
const COLLAPSED_SHARE: f64 = 0.1;

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !case.facts.hosts_ambiguous.is_empty() {
        let message = format!(
            "{} have snapshots of these roots; say which host is meant",
            super::names(&case.facts.hosts_ambiguous)
        );
        findings.push(Finding::new(code::HOST_AMBIGUOUS, message));
    }
    if case.facts.snapshots == Some(0) {
        return findings;
    }
    // Without a usable manifest, which may be what names the roots, that is reason enough.
    if case.facts.roots.is_empty() && !matches!(case.facts.manifest, Some(Err(_))) {
        let message = "no root is configured, and no manifest names any";
        findings.push(Finding::new(code::NO_ROOTS, message));
    }
    for (root, facts) in &case.facts.roots {
        findings.extend(presence(root, facts));
        findings.extend(size(root, facts));
    }
    findings
}

fn presence(root: &str, facts: &RootFacts) -> Option<Finding> {
    let Some(id) = &facts.snapshot else {
        let message = format!("no snapshot holds the configured root {root}");
        return Some(Finding::new(code::ROOT_MISSING, message));
    };
    if let Some(newer) = &facts.lost_by {
        let message = format!(
            "the configured root {root} is in snapshot {} but no longer in the newer {}",
            short(id),
            short(newer)
        );
        return Some(Finding::new(code::ROOT_MISSING, message));
    }
    match facts.held {
        Some(Holding::Absent) => {
            let message = format!("snapshot {} has nothing at the root {root}", short(id));
            Some(Finding::new(code::ROOT_MISSING, message))
        }
        Some(Holding::There(Held { files: 0, .. })) => {
            let message = format!("the root {root} is empty in snapshot {}", short(id));
            Some(Finding::new(code::ROOT_EMPTY, message))
        }
        Some(Holding::There(_)) | None => None,
    }
}

fn size(root: &str, facts: &RootFacts) -> Option<Finding> {
    let Some(Holding::There(held @ Held { files: 1.., .. })) = facts.held else {
        return None;
    };
    let files = median(facts.past.iter().map(|past| past.files))?;
    let bytes = median(facts.past.iter().map(|past| past.bytes))?;
    let share = share(held.files, files).min(share(held.bytes, bytes));
    if share >= SHRUNK_SHARE {
        return None;
    }
    let message = format!(
        "the root {root} holds {}, {} bytes; the median of {} is {}, {bytes} bytes",
        counted(held.files, "file"),
        held.bytes,
        counted_in(&facts.past, "past snapshot"),
        counted(files, "file"),
    );
    let code = if share < COLLAPSED_SHARE {
        code::COLLAPSED
    } else {
        code::SHRUNK
    };
    Some(Finding::new(code, message))
}

/// The share of `past` that `now` is; growth and an empty past are not below anything.
fn share(now: u64, past: u64) -> f64 {
    if past == 0 {
        1.0
    } else {
        now as f64 / past as f64
    }
}

/// The lower median: of an even number of values the smaller of the middle two, so that growth
/// from a small beginning is never mistaken for loss.
fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.take(PAST_COUNT_MAX).collect();
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
