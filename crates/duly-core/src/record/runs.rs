//! Runs: a start that commits to what will be drawn from, and one result whose seed nobody could
//! choose. A start without a result is how a failed check that was quietly repeated shows.

use std::collections::BTreeMap;
use std::collections::btree_map;

use duly_proof::hash::Hash;
use duly_proof::tree::Frontier;
use jiff::civil::Date;

use super::replay::Line;
use super::{Entered, Finding, Record};
use crate::id::{AssetId, DutyId, RunId};
use crate::verdict::Verdict;

/// One run of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its start.
    pub started: Entered,
    /// For which duty, if for one.
    pub duty: Option<DutyId>,
    /// On which asset, if on one.
    pub asset: Option<AssetId>,
    /// The root of the log directly after its start; see [`crate::entry::draw_seed`].
    pub root: Hash,
    /// Its result, and what it found.
    pub result: Option<(Entered, Option<Verdict>)>,
}

#[derive(Debug, Default)]
pub(super) struct Runs(BTreeMap<RunId, Run>);

impl Runs {
    /// Takes a start; `tree` is the log with the start in it.
    pub(super) fn start(&mut self, line: &Line<'_>, tree: &Frontier, found: &mut Vec<Finding>) {
        let Some(id) = &line.entry.run else { return };
        match self.0.entry(id.clone()) {
            btree_map::Entry::Occupied(before) => {
                let message = format!(
                    "run {id} began in entry {} already",
                    before.get().started.index
                );
                found.push(Finding::at(
                    line.entered.index,
                    "run-started-twice",
                    message,
                ));
            }
            btree_map::Entry::Vacant(place) => {
                place.insert(Run {
                    started: line.entered,
                    duty: line.entry.duty.clone(),
                    asset: line.entry.asset.clone(),
                    root: tree.root(),
                    result: None,
                });
            }
        }
    }

    pub(super) fn result(&mut self, line: &Line<'_>, found: &mut Vec<Finding>) {
        let Some(id) = &line.entry.run else { return };
        let index = line.entered.index;
        let Some(run) = self.0.get_mut(id) else {
            let message = format!("run {id} has a result, but it never began");
            found.push(Finding::at(index, "run-without-start", message));
            return;
        };
        if let Some((before, _)) = run.result {
            let message = format!("run {id} has a result in entry {} already", before.index);
            found.push(Finding::at(index, "run-with-two-results", message));
            return;
        }
        let is_directly_after = line.entry.seen.as_ref().is_some_and(|seen| {
            seen.size == run.started.index + 1 && seen.root == run.root.to_hex()
        });
        if !is_directly_after {
            let message = format!(
                "run {id} did not draw with the root of the log directly after its start \
                 (entry {})",
                run.started.index
            );
            found.push(Finding::at(index, "run-drew-otherwise", message));
        }
        if run.duty != line.entry.duty || run.asset != line.entry.asset {
            let message = format!("run {id} began for another duty or asset");
            found.push(Finding::at(index, "run-changed-its-subject", message));
        }
        run.result = Some((line.entered, line.entry.verdict));
    }

    pub(super) fn finish(self) -> BTreeMap<RunId, Run> {
        self.0
    }
}

/// What a reader should know of the runs begun in a period: those without a result, and those that
/// were repeated until they passed.
pub(super) fn findings(record: &Record, from: Date, to: Date) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut by_duty: BTreeMap<&DutyId, Vec<&Run>> = BTreeMap::new();
    let began_on = |run: &Run| record.local_date(run.started.at);
    let is_inside = |run: &Run| began_on(run).is_none_or(|date| (from..=to).contains(&date));
    for (id, run) in record.runs.iter().filter(|(_, run)| is_inside(run)) {
        if run.result.is_none() {
            let message = format!("run {id} began at {} and has no result", run.started.at);
            found.push(Finding::at(
                run.started.index,
                "run-without-result",
                message,
            ));
        }
        if let Some(duty) = &run.duty {
            by_duty.entry(duty).or_default().push(run);
        }
    }
    for mut attempts in by_duty.into_values() {
        attempts.sort_by_key(|run| run.started.index);
        let verdict = |run: &&&Run| run.result.and_then(|(_, verdict)| verdict);
        let failed = attempts
            .iter()
            .filter(|run| verdict(run) == Some(Verdict::Fail))
            .count();
        let last = attempts.last();
        if let Some(last) = last.filter(|last| failed > 0 && verdict(last) == Some(Verdict::Pass)) {
            let message = format!(
                "passed at attempt {} of {}; {failed} before it failed",
                attempts.len(),
                attempts.len()
            );
            found.push(Finding::at(
                last.started.index,
                "passed-after-failing",
                message,
            ));
        }
    }
    found
}
