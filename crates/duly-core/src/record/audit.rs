//! Holding a record against the duties that follow from what it published: each duty gets its one
//! outcome, and whatever the record claims that its own times do not support is named.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::coverage::{Uncovered, below_promise, uncovered};
use super::forward::unlike_ours;
use super::{ENDING_WITHIN_HOURS, Ending, Entered, Finding, History, Record, runs};
use crate::accounts::{Equation, Outcome, outcome_at, outcome_of_close, waives_in_time};
use crate::id::{AssetId, ClientId, DutyId, ProcessId};
use crate::schedule::duties::Duty;
use crate::scope::{Exception, WaivedBy};
use crate::verdict::Verdict;

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
    let desk = Desk {
        record,
        titles: titles(record),
        now,
    };
    let mut audit = Audit {
        from,
        to,
        equation: Equation::default(),
        missed: Vec::new(),
        waived: Vec::new(),
        uncovered: uncovered(record, from, to),
        findings: desk.about_record(to),
        changes: changes(record, from, to),
        contradictions: record.contradictions.clone(),
    };
    let owed: BTreeMap<&DutyId, &Duty> = duties.iter().map(|duty| (&duty.id, duty)).collect();
    for (id, history) in &record.duties {
        if !owed.contains_key(id)
            && let Some(first) = history.first()
        {
            let message = "a duty that follows from nothing that was published";
            audit
                .contradictions
                .push(Finding::at(first.index, "duty-not-due", message));
        }
    }
    let mut unwell = BTreeMap::new();
    let unknown = History::default();
    for duty in duties {
        let history = record.duties.get(&duty.id).unwrap_or(&unknown);
        audit
            .contradictions
            .extend(desk.contradiction(duty, history));
        if (from..=to).contains(&duty.slot) {
            audit.findings.extend(desk.finding(duty, history));
            desk.count(duty, history, &mut audit);
            note_verdict(duty, history, &mut unwell);
        }
    }
    audit
        .findings
        .extend(unwell.into_iter().map(|(about, seen)| seen.finding(&about)));
    audit.findings.extend(runs::findings(record, from, to));
    audit
        .findings
        .extend(below_promise(record, duties, from, to));
    audit
        .contradictions
        .sort_by_key(|finding| finding.entry.unwrap_or(u64::MAX));
    audit
}

/// What is needed to look at one duty.
struct Desk<'a> {
    record: &'a Record,
    titles: BTreeMap<(&'a ProcessId, String), &'a str>,
    now: Timestamp,
}

impl Desk<'_> {
    fn count(&self, duty: &Duty, history: &History, audit: &mut Audit) {
        let (outcome, exception) = self.outcome(duty, history);
        audit.equation.count(outcome);
        match (outcome, exception) {
            (Outcome::Missed, _) => audit.missed.push(MissedDuty {
                id: duty.id.clone(),
                client: duty.client.clone(),
                process: duty.process.clone(),
                title: self.title(duty),
                asset: duty.asset.clone(),
                slot: duty.slot,
                due_at: duty.due_at,
                missed_at: duty.missed_at,
                afterwards_at: history.afterwards.map(|entered| entered.at),
            }),
            (Outcome::Waived, Some(exception)) => audit.waived.push(WaivedDuty {
                id: duty.id.clone(),
                process: duty.process.clone(),
                title: self.title(duty),
                asset: duty.asset.clone(),
                slot: duty.slot,
                by: exception.by,
                reason: exception.reason.clone(),
            }),
            _ => {}
        }
    }

    /// A duty's outcome by the times of its entries; what the entries call it is not believed.
    fn outcome(&self, duty: &Duty, history: &History) -> (Outcome, Option<&Exception>) {
        let ending = history.ending.as_ref();
        let ended_at = |outcomes: &[Outcome]| {
            ending
                .filter(|ending| outcomes.contains(&ending.outcome))
                .map(|ending| ending.entered.at)
        };
        if ended_at(&[Outcome::Missed]).is_some_and(|at| at >= duty.missed_at) {
            return (Outcome::Missed, None);
        }
        let closed_at = ended_at(&[Outcome::Done, Outcome::Late]);
        let ground = ending
            .filter(|ending| ending.outcome == Outcome::Waived)
            .and_then(|ending| self.ground(duty, ending));
        let granted_at = ground.map(|(granted_at, _)| granted_at);
        let outcome = outcome_at(duty, closed_at, granted_at, self.now);
        (outcome, ground.map(|(_, exception)| exception))
    }

    /// The exception that a waiver can rest on: entered before it, and before the duty was due.
    fn ground(&self, duty: &Duty, ending: &Ending) -> Option<(Timestamp, &Exception)> {
        let entered = &self.record.exceptions;
        let granted = entered.iter().zip(&self.record.published.exceptions);
        granted
            .filter(|(entered, exception)| {
                entered.index < ending.entered.index
                    && waives_in_time(duty, entered.at)
                    && (exception.from..=exception.to).contains(&duty.slot)
                    && exception
                        .process
                        .as_ref()
                        .is_none_or(|process| *process == duty.process)
                    && exception
                        .asset
                        .as_ref()
                        .is_none_or(|asset| Some(asset) == duty.asset.as_ref())
            })
            .map(|(entered, exception)| (entered.at, exception))
            .next()
    }

    /// What cannot be true of a duty that was owed.
    fn contradiction(&self, duty: &Duty, history: &History) -> Option<Finding> {
        let Some(ending) = &history.ending else {
            let patience = SignedDuration::from_hours(ENDING_WITHIN_HOURS);
            let is_overdue = self.record.last_at.duration_since(duty.missed_at) > patience;
            return is_overdue.then(|| {
                let message = format!(
                    "{}: missed at {}, and the record does not say so",
                    self.name(duty),
                    duty.missed_at
                );
                Finding::new("duty-without-outcome", message)
            });
        };
        let at = ending.entered.at;
        let (code, problem) = match (ending.outcome, outcome_of_close(duty, at)) {
            (Outcome::Done | Outcome::Late, _) if at < duty.opens_at => (
                "closed-before-it-opened",
                format!("closed at {at}, before it opened"),
            ),
            (Outcome::Done | Outcome::Late, None) => (
                "closed-after-it-was-missed",
                format!("closed at {at}, when it was missed"),
            ),
            (Outcome::Done | Outcome::Late, Some(real)) if real != ending.outcome => {
                let (real, said) = (real.word(), ending.outcome.word());
                (
                    "wrong-outcome",
                    format!("closed at {at}: {real}, not {said}"),
                )
            }
            (Outcome::Missed, _) if at < duty.missed_at => (
                "missed-too-early",
                format!("called missed at {at}, before it was"),
            ),
            (Outcome::Waived, _) if self.ground(duty, ending).is_none() => (
                "waived-without-ground",
                "waived without an exception in time".to_owned(),
            ),
            _ => return None,
        };
        let message = format!("{}: {problem}", self.name(duty));
        Some(Finding::at(ending.entered.index, code, message))
    }

    /// What a reader should know of a duty, although an honest writer may have written it.
    fn finding(&self, duty: &Duty, history: &History) -> Option<Finding> {
        if let Some(opened) = history.opened.filter(|opened| opened.at < duty.opens_at) {
            let message = format!(
                "{}: its ticket was raised before it opened",
                self.name(duty)
            );
            return Some(Finding::at(opened.index, "opened-early", message));
        }
        let is_closed = |ending: &&Ending| matches!(ending.outcome, Outcome::Done | Outcome::Late);
        let ending = history.ending.as_ref().filter(is_closed)?;
        let raised_before = |opened: &Entered| opened.index < ending.entered.index;
        if history.opened.as_ref().is_some_and(raised_before) {
            return None;
        }
        let message = format!("{}: closed without a ticket", self.name(duty));
        Some(Finding::at(
            ending.entered.index,
            "closed-without-ticket",
            message,
        ))
    }

    /// What a reader should know of the record as a whole.
    fn about_record(&self, to: Date) -> Vec<Finding> {
        let mut found = unlike_ours(self.record);
        if self.record.plans.is_empty() {
            let message = "no service plan is on record: what was promised cannot be compared";
            found.push(Finding::new("no-service-plan", message));
        }
        if let Some(last) = self.record.local_date(self.now).filter(|last| *last < to) {
            let message = format!("the record ends on {last}, the period on {to}");
            found.push(Finding::new("record-ends-early", message));
        }
        found
    }

    fn title(&self, duty: &Duty) -> String {
        let version = (&duty.process, duty.version.clone());
        let title = self.titles.get(&version).copied();
        title.unwrap_or(duty.process.as_str()).to_owned()
    }

    fn name(&self, duty: &Duty) -> String {
        let about = duty
            .asset
            .as_ref()
            .map_or(String::new(), |asset| format!(", {asset}"));
        format!("{}{about}, {}", self.title(duty), duty.slot)
    }
}

fn changes(record: &Record, from: Date, to: Date) -> Vec<Finding> {
    let is_inside = |(entered, _): &&(Entered, Finding)| {
        let date = record.local_date(entered.at);
        date.is_none_or(|date| (from..=to).contains(&date))
    };
    let changes = record.changes.iter().filter(is_inside);
    changes.map(|(_, finding)| finding.clone()).collect()
}

fn titles(record: &Record) -> BTreeMap<(&ProcessId, String), &str> {
    let processes = record
        .published
        .processes
        .iter()
        .map(|version| &version.process);
    processes
        .map(|process| {
            (
                (&process.process, process.version()),
                process.title.as_str(),
            )
        })
        .collect()
}

/// Duties that were closed although the work found something amiss, counted by what they are
/// about: a daily check that fails for a month is one finding, not thirty.
struct Unwell {
    count: u64,
    first: Date,
    last: Date,
    entry: u64,
}

type About = (ProcessId, Option<AssetId>, &'static str);

fn note_verdict(duty: &Duty, history: &History, unwell: &mut BTreeMap<About, Unwell>) {
    let Some(ending) = &history.ending else {
        return;
    };
    let word = match ending.verdict {
        Some(verdict @ (Verdict::Fail | Verdict::Review | Verdict::Unknown)) => verdict.word(),
        _ => return,
    };
    let about = (duty.process.clone(), duty.asset.clone(), word);
    let seen = unwell.entry(about).or_insert(Unwell {
        count: 0,
        first: duty.slot,
        last: duty.slot,
        entry: ending.entered.index,
    });
    seen.count += 1;
    seen.first = seen.first.min(duty.slot);
    if duty.slot >= seen.last {
        seen.last = duty.slot;
        seen.entry = ending.entered.index;
    }
}

impl Unwell {
    fn finding(&self, (process, asset, word): &About) -> Finding {
        let about = asset
            .as_ref()
            .map_or(String::new(), |asset| format!(", {asset}"));
        let when = if self.count == 1 {
            format!("once, {}", self.first)
        } else {
            format!("{} times, {} to {}", self.count, self.first, self.last)
        };
        let message = format!("{process}{about}: done, and the verdict was {word} ({when})");
        Finding::at(self.entry, &format!("verdict-{word}"), message)
    }
}
