//! Holding a record against the duties that follow from what it published: each duty gets its one
//! outcome, and whatever the record claims that its own times do not support is named.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::coverage::{below_minimum, below_promise, uncovered};
use super::desk::Desk;
use super::forward::unlike_ours;
use super::unwell::Unwell;
use super::{Entered, Finding, History, Record, SILENT_DAYS, runs, spot_checks};
use crate::accounts::{Equation, Outcome};
use crate::care::Uncovered;
use crate::id::{AssetId, ClientId, DutyId, ProcessId};
use crate::schedule::duties::Duty;
use crate::scope::WaivedBy;

/// What a record amounts to in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// First slot that was counted.
    pub from: Date,
    /// Last slot that was counted.
    pub to: Date,
    /// The duties whose slots are dated in the period, each with its outcome.
    pub equation: Equation,
    /// The missed ones, by name.
    pub missed: Vec<MissedDuty>,
    /// The waived ones, and by whose word.
    pub waived: Vec<WaivedDuty>,
    /// What nothing looks after.
    pub uncovered: Vec<Uncovered>,
    /// What a reader should know.
    pub findings: Vec<Finding>,
    /// What was changed in what is owed, in the period.
    pub changes: Vec<Finding>,
    /// What an honest writer could not have written, in the whole record.
    pub contradictions: Vec<Finding>,
}

/// A missed duty, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedDuty {
    /// See [`DutyId::of`].
    pub id: DutyId,
    /// Whose.
    pub client: ClientId,
    /// Of which process.
    pub process: ProcessId,
    /// What the process is called.
    pub title: String,
    /// About which asset; `null` for a duty per client or provider.
    pub asset: Option<AssetId>,
    /// Its nominal date.
    pub slot: Date,
    /// When it should have been done.
    pub due_at: Timestamp,
    /// From when on it was missed.
    pub missed_at: Timestamp,
    /// When it was done after all.
    pub afterwards_at: Option<Timestamp>,
}

/// A waived duty, and by whose word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaivedDuty {
    /// See [`DutyId::of`].
    pub id: DutyId,
    /// Of which process.
    pub process: ProcessId,
    /// What the process is called.
    pub title: String,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// Its nominal date.
    pub slot: Date,
    /// Who waived it.
    pub by: WaivedBy,
    /// Why.
    pub reason: String,
}

/// Audits a record.
///
/// `duties` are all that follow from what was published, from the first slot of the log on (see
/// [`Record::duties`]); those with a slot from `from` to `to` are counted. `now` is the latest
/// time known, by a witness or else by the record itself; nothing is missed before it.
#[must_use]
pub fn audit(record: &Record, from: Date, to: Date, duties: &[Duty], now: Timestamp) -> Audit {
    let now = now.max(record.last_at);
    let desk = Desk::at(record, now);
    let mut audit = Audit {
        from,
        to,
        equation: Equation::default(),
        missed: Vec::new(),
        waived: Vec::new(),
        uncovered: uncovered(record, from, to),
        findings: about_record(record, to, now),
        changes: changes(record, from, to),
        contradictions: record.contradictions.clone(),
    };
    audit.contradictions.extend(not_due(record, duties));
    let mut unwell = Unwell::default();
    let mut missed_outside = 0;
    let unknown = History::default();
    for duty in duties {
        let history = record.duties.get(&duty.id).unwrap_or(&unknown);
        audit
            .contradictions
            .extend(desk.contradiction(duty, history));
        if (from..=to).contains(&duty.slot) {
            audit.findings.extend(desk.finding(duty, history));
            desk.count(duty, history, &mut audit);
            unwell.note(desk.title(duty), duty, history);
        } else if desk.outcome(duty, history).0 == Outcome::Missed {
            missed_outside += 1;
        }
    }
    audit.findings.extend(unwell.findings(record));
    audit.findings.extend(runs::findings(record, from, to));
    audit
        .findings
        .extend(below_promise(record, duties, from, to));
    let reviews = spot_checks::findings(record, duties, from, to);
    audit.findings.extend(reviews);
    audit.findings.extend(below_minimum(record, from, to));
    if missed_outside > 0 {
        let message = format!("duties missed in this record outside the period: {missed_outside}");
        audit.findings.push(Finding::new("missed-outside", message));
    }
    audit
        .contradictions
        .sort_by_key(|finding| finding.entry.unwrap_or(u64::MAX));
    audit
}

/// Everything in a record that an honest writer could not have written, with the duty it is about.
pub(crate) fn contradictions_of(
    record: &Record,
    duties: &[Duty],
    now: Timestamp,
) -> Vec<(Option<DutyId>, Finding)> {
    let desk = Desk::at(record, now.max(record.last_at));
    let unknown = History::default();
    let of_record = record.contradictions.iter().cloned();
    let mut found: Vec<_> = of_record.map(|finding| (None, finding)).collect();
    let not_owed = not_owed(record, duties).into_iter();
    found.extend(not_owed.map(|(duty, finding)| (Some(duty), finding)));
    for duty in duties {
        let history = record.duties.get(&duty.id).unwrap_or(&unknown);
        let finding = desk.contradiction(duty, history);
        found.extend(finding.map(|finding| (Some(duty.id.clone()), finding)));
    }
    found
}

/// Entries about duties that nobody owed.
fn not_due(record: &Record, duties: &[Duty]) -> Vec<Finding> {
    let not_owed = not_owed(record, duties).into_iter();
    not_owed.map(|(_, finding)| finding).collect()
}

/// The same, each with the duty it names.
fn not_owed(record: &Record, duties: &[Duty]) -> Vec<(DutyId, Finding)> {
    let owed: BTreeSet<&DutyId> = duties.iter().map(|duty| &duty.id).collect();
    let others = record.duties.iter().filter(|(id, _)| !owed.contains(id));
    let first = others.filter_map(|(id, history)| Some((id, history.first()?)));
    first
        .map(|(id, entered)| {
            let message = "a duty that follows from nothing that was published";
            let finding = Finding::at(entered.index, "duty-not-due", message);
            (id.clone(), finding)
        })
        .collect()
}

/// What a reader should know of the record as a whole.
fn about_record(record: &Record, to: Date, now: Timestamp) -> Vec<Finding> {
    let mut found = unlike_ours(record);
    if record.plans.is_empty() {
        let message = "no service plan is on record: what was promised cannot be compared";
        found.push(Finding::new("no-service-plan", message));
    }
    let last = record.local_date(now);
    if let Some(last) = last.filter(|last| last.saturating_add(SILENT_DAYS.days()) < to) {
        let message = format!("the record ends on {last}, the period on {to}");
        found.push(Finding::new("record-ends-early", message));
    }
    found
}

fn changes(record: &Record, from: Date, to: Date) -> Vec<Finding> {
    let is_inside = |(entered, _): &&(Entered, Finding)| {
        let date = record.local_date(entered.at);
        date.is_none_or(|date| (from..=to).contains(&date))
    };
    let changes = record.changes.iter().filter(is_inside);
    changes.map(|(_, finding)| finding.clone()).collect()
}
