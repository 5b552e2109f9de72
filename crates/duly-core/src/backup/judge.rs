//! What the facts about a backup mean: one verdict, the level that held, why, how much was
//! covered and what that proves.
//!
//! Pure: the same request, observations and end of the reader give the same judgement for ever.
//! A verdict that anybody else brings along does not occur here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::choose::{HostRule, choose};
use super::code::{Code, Level};
use super::facts::{Facts, Holding};
use super::known::{Known, SnapshotSeen};
use super::manifest::root_from_text;
use super::path::SourcePath;
use super::request::{BackupRequest, Depth};
use crate::observation::{Ended, Observation};
use crate::verdict::{Judgement, Reason, Verdict};

mod claim;
mod content;
mod coverage;
mod history;
mod reader;
mod shape;

pub use shape::PAST_COUNT_MAX;

/// How many names a reason spells out before it says how many more there are.
const NAMES_SHOWN: usize = 5;

/// One reason with its facts filled in.
#[derive(Clone, Debug)]
struct Finding {
    code: Code,
    message: String,
}

impl Finding {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Everything a rule may look at.
struct Case<'a> {
    request: &'a BackupRequest,
    facts: &'a Facts,
    /// Every snapshot there is: remembered and still there, or met for the first time.
    present: BTreeMap<String, SnapshotSeen>,
}

impl Case<'_> {
    /// The snapshots that stand for the roots.
    fn chosen(&self) -> BTreeMap<&str, &SnapshotSeen> {
        self.facts
            .roots
            .values()
            .filter_map(|root| root.snapshot.as_deref())
            .filter_map(|id| Some((id, self.present.get(id)?)))
            .collect()
    }

    /// The newest snapshot, not from the future, for each root, whatever was committed to.
    fn newest_per_root(&self) -> Vec<(String, SnapshotSeen)> {
        let request = self.request;
        let roots: Vec<SourcePath> = self
            .facts
            .roots
            .keys()
            .filter_map(|root| root_from_text(root))
            .collect();
        // The host is that of the snapshots that stand for the roots: they were chosen by it.
        let hosts: BTreeSet<&str> = self
            .chosen()
            .values()
            .map(|snapshot| snapshot.host.as_str())
            .collect();
        let host = match (hosts.first(), hosts.len()) {
            (Some(host), 1) => HostRule::Only((*host).to_owned()),
            _ => HostRule::Any,
        };
        choose(&roots, &self.present, &host, &[], request.now)
            .into_iter()
            .filter_map(|choice| choice.snapshot)
            .filter_map(|id| Some((id.clone(), self.present.get(&id)?.clone())))
            .collect()
    }

    /// Whether the reader got as far as the snapshots.
    fn opened(&self) -> bool {
        matches!(self.facts.repository, Some(Ok(_)))
    }
}

/// Judges one verification.
#[must_use]
pub fn judge(request: &BackupRequest, observations: &[Observation], ended: &Ended) -> Judgement {
    let facts = Facts::gather(observations);
    let present = present(&request.known, &facts);
    let case = Case {
        request,
        facts: &facts,
        present,
    };
    let mut findings = claim::findings(&case);
    findings.extend(reader::findings(&case, ended));
    if case.opened() {
        findings.extend(history::findings(&case));
        findings.extend(shape::findings(&case));
        if request.depth == Depth::Read {
            findings.extend(content::findings(&case));
        }
    }
    conclude(&case, findings)
}

/// What to remember after it: nothing new unless the repository was opened and the reader came
/// to its end, so that a crash cannot make duly forget.
#[must_use]
pub fn remember(request: &BackupRequest, observations: &[Observation], ended: &Ended) -> Known {
    let facts = Facts::gather(observations);
    let Some(Ok(repository)) = &facts.repository else {
        return request.known.clone();
    };
    if *ended != Ended::Well || facts.done.is_none() {
        return request.known.clone();
    }
    let listed = listed(&request.known, &facts);
    let mut known = request
        .known
        .after(repository, &listed, &facts.seen, request.now);
    for (root, root_facts) in &facts.roots {
        let chosen = root_facts
            .snapshot
            .as_ref()
            .and_then(|id| known.snapshots.get_mut(id));
        if let (Some(snapshot), Some(Holding::There(held))) = (chosen, root_facts.held) {
            snapshot.held.insert(root.clone(), held);
        }
    }
    known
}

/// The ids that are there now: those known to be, less those gone, and the new ones. A damaged
/// snapshot file is still there.
fn listed(known: &Known, facts: &Facts) -> BTreeSet<String> {
    let gone: BTreeSet<&String> = facts.gone.iter().collect();
    let remembered = known
        .present()
        .map(|(id, _)| id)
        .filter(|id| !gone.contains(id))
        .cloned();
    let damaged = facts.snapshots_unreadable.iter().map(|(id, _)| id.clone());
    remembered
        .chain(facts.seen.keys().cloned())
        .chain(damaged)
        .collect()
}

fn present(known: &Known, facts: &Facts) -> BTreeMap<String, SnapshotSeen> {
    let listed = listed(known, facts);
    let mut present: BTreeMap<String, SnapshotSeen> = known
        .present()
        .filter(|(id, _)| listed.contains(*id))
        .map(|(id, snapshot)| (id.clone(), snapshot.clone()))
        .collect();
    present.extend(facts.seen.clone());
    present
}

fn conclude(case: &Case<'_>, mut findings: Vec<Finding>) -> Judgement {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Fail => 0,
        Verdict::Unknown => 1,
        Verdict::Review => 2,
        Verdict::Pass | Verdict::NotApplicable => 3,
    };
    findings.sort_by_key(|finding| rank(finding.code.verdict));
    let verdict = findings.iter().fold(Verdict::Pass, |verdict, finding| {
        verdict.worse(finding.code.verdict)
    });
    let holds = |level: Level| !findings.iter().any(|finding| finding.code.level == level);
    let mut level = None;
    let asked = [
        (
            Level::L0,
            case.request.claim.is_some() || case.request.expect.claim,
        ),
        (Level::L1, true),
        (Level::L2, case.request.depth == Depth::Read),
    ];
    for (next, _) in asked.into_iter().filter(|(_, asked)| *asked) {
        if !holds(next) {
            break;
        }
        level = Some(next.word().to_owned());
    }
    let reasons = findings
        .into_iter()
        .map(|finding| Reason {
            code: finding.code.code.to_owned(),
            message: finding.message,
        })
        .collect();
    Judgement {
        verdict,
        level,
        reasons,
        coverage: coverage::coverage(case),
        bounds: coverage::bounds(case),
    }
}

/// `a, b, c and 4 more`.
fn names<T: AsRef<str>>(all: &[T]) -> String {
    let shown: Vec<&str> = all.iter().take(NAMES_SHOWN).map(AsRef::as_ref).collect();
    let more = all.len().saturating_sub(NAMES_SHOWN);
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

/// A number of things, in words: `1 file`, `2 files`.
fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// The same for a list.
fn counted_in<T>(list: &[T], thing: &str) -> String {
    counted(u64::try_from(list.len()).unwrap_or(u64::MAX), thing)
}

/// The first eight digits of an id, as restic prints it.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// Hours from one instant to another, to a tenth.
fn hours(from: Timestamp, to: Timestamp) -> f64 {
    let hours = to.duration_since(from).as_secs_f64() / 3600.0;
    (hours * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests;
