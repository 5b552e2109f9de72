//! Looking at one duty: its outcome by the times of its entries, what the record claims of it that
//! those do not support, what a reader should know of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::audit::{Audit, MissedDuty, WaivedDuty};
use super::{ENDING_WITHIN_HOURS, Ending, Entered, Finding, History, Record};
use crate::accounts::{Outcome, outcome_at, outcome_of_close, waives_in_time};
use crate::id::ProcessId;
use crate::schedule::duties::Duty;
use crate::scope::Exception;

/// What is needed to look at one duty.
pub(super) struct Desk<'a> {
    record: &'a Record,
    titles: BTreeMap<(&'a ProcessId, String), &'a str>,
    now: Timestamp,
}

impl<'a> Desk<'a> {
    pub(super) fn at(record: &'a Record, now: Timestamp) -> Self {
        let titles = titles(record);
        Self {
            record,
            titles,
            now,
        }
    }

    pub(super) fn count(&self, duty: &Duty, history: &History, audit: &mut Audit) {
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
    pub(super) fn outcome(&self, duty: &Duty, history: &History) -> (Outcome, Option<&Exception>) {
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
                    && exception.covers(duty)
            })
            .map(|(entered, exception)| (entered.at, exception))
            .next()
    }

    /// What cannot be true of a duty that was owed.
    pub(super) fn contradiction(&self, duty: &Duty, history: &History) -> Option<Finding> {
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
    pub(super) fn finding(&self, duty: &Duty, history: &History) -> Option<Finding> {
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

    pub(super) fn title(&self, duty: &Duty) -> String {
        let version = (&duty.process, duty.version.clone());
        let title = self.titles.get(&version).copied();
        title.unwrap_or(duty.process.as_str()).to_owned()
    }

    pub(super) fn name(&self, duty: &Duty) -> String {
        let about = self.record.about(duty.asset.as_ref());
        format!("{}{about}, {}", self.title(duty), duty.slot)
    }
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
