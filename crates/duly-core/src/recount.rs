//! Counting again from nothing: the duties that follow from a log, and what the log says became of
//! each, held against the tickets that the worker keeps. Any difference is a crack through which
//! a duty can slip.
//!
//! The log is read by the same code as the client's verifier reads it with. Nothing here mends
//! anything; a difference is named and left as it is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::accounts::{Equation, Outcome};
use crate::id::DutyId;
use crate::record::{ENDING_WITHIN_HOURS, History, Record, contradictions_of};
use crate::schedule::duties::Duty;
use crate::schedule::error::ScheduleError;
use crate::verdict::Verdict;

/// Most differences that are named. Whoever has more has one problem, not a thousand; the number
/// is told all the same.
pub const NAMED_MAX: usize = 20;

/// The rule of the warnings that differences raise.
pub const CRACK: &str = "crack";

/// The rule of the warning that no recount was carried through for too long.
pub const OVERDUE: &str = "recount-overdue";

/// How long ago the last recount may be: a night that was left out is noticed before the next.
pub const OVERDUE_AFTER: SignedDuration = SignedDuration::from_hours(36);

/// A ticket as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it was raised for; its id is the ticket's.
    pub duty: Duty,
    /// Its outcome.
    pub outcome: Outcome,
    /// What the work found.
    pub verdict: Option<Verdict>,
    /// When its outcome became final.
    pub ended_at: Option<Timestamp>,
    /// For a missed one: when it was done after all.
    pub afterwards_at: Option<Timestamp>,
}

/// A place in which two accounts differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Stable, in kebab-case.
    pub code: String,
    /// The duty, if it is about one.
    pub duty: Option<DutyId>,
    /// One sentence, with both sides in it.
    pub message: String,
}

/// What a recount came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recount {
    /// Duties computed.
    pub duties: u64,
    /// Tickets compared.
    pub tickets: u64,
    /// All duties up to today, each with its outcome as the log has it.
    pub equation: Equation,
    /// How many differences there are.
    pub differences: u64,
    /// The first of them, at most [`NAMED_MAX`].
    pub named: Vec<Difference>,
    /// The duties that differ: what the log alone says of one of these is told already.
    #[serde(skip)]
    told: BTreeSet<DutyId>,
}

impl Recount {
    fn find(&mut self, code: &str, duty: Option<&DutyId>, message: String) {
        self.differences += 1;
        self.told.extend(duty.cloned());
        if self.named.len() < NAMED_MAX {
            self.named.push(Difference {
                code: code.to_owned(),
                duty: duty.cloned(),
                message,
            });
        }
    }
}

/// Recounts a client. `today` is the client's date, and `now` when the tickets were read.
///
/// # Errors
///
/// When the duties cannot be computed from what the log published.
pub fn recount(
    record: &Record,
    held: &[Held],
    today: Date,
    now: Timestamp,
) -> Result<Recount, ScheduleError> {
    let duties = record.duties(today)?;
    let mut found = Recount {
        duties: u64::try_from(duties.len()).unwrap_or(u64::MAX),
        tickets: u64::try_from(held.len()).unwrap_or(u64::MAX),
        ..Recount::default()
    };
    let names = Names { record };
    let mut tickets: BTreeMap<&DutyId, &Held> = BTreeMap::new();
    for ticket in held {
        tickets.insert(&ticket.duty.id, ticket);
    }
    let unknown = History::default();
    for duty in &duties {
        let history = record.duties.get(&duty.id).unwrap_or(&unknown);
        found.equation.count(outcome(duty, history, now));
        match tickets.remove(&duty.id) {
            Some(ticket) => compare(&names, duty, history, ticket, now, &mut found),
            None => missing(&names, duty, history, now, &mut found),
        }
    }
    for ticket in tickets.into_values() {
        let message = format!(
            "{}: a ticket for which nothing that was published makes a duty due",
            names.of(&ticket.duty)
        );
        found.find("ticket-extra", Some(&ticket.duty.id), message);
    }
    for (duty, finding) in contradictions_of(record, &duties, now) {
        if duty.as_ref().is_none_or(|duty| !found.told.contains(duty)) {
            let place = finding.entry.map(|entry| format!("entry {entry}: "));
            let message = format!("{}{}", place.unwrap_or_default(), finding.message);
            found.find(&finding.code, duty.as_ref(), message);
        }
    }
    Ok(found)
}

/// The outcome that the log has.
fn outcome(duty: &Duty, history: &History, now: Timestamp) -> Outcome {
    match &history.ending {
        Some(ending) => ending.outcome,
        None if now > duty.missed_at => Outcome::Missed,
        None => Outcome::Open,
    }
}

/// A duty without a ticket: none was raised, or it is gone.
fn missing(names: &Names<'_>, duty: &Duty, history: &History, now: Timestamp, found: &mut Recount) {
    let why = match history.first() {
        Some(entered) => format!("entry {} tells of its ticket, which is gone", entered.index),
        None if now.duration_since(duty.opens_at) > patience() => {
            format!(
                "its time came at {}, and no ticket was raised",
                duty.opens_at
            )
        }
        None => return,
    };
    let message = format!("{}: {why}", names.of(duty));
    found.find("ticket-missing", Some(&duty.id), message);
}

/// A duty and its ticket.
fn compare(
    names: &Names<'_>,
    duty: &Duty,
    history: &History,
    ticket: &Held,
    now: Timestamp,
    found: &mut Recount,
) {
    let kept = &ticket.duty;
    let mut differ = |code: &str, what: String| {
        found.find(code, Some(&duty.id), format!("{}: {what}", names.of(duty)));
    };
    if kept.slot != duty.slot {
        differ(
            "slot-moved",
            format!("its ticket has the slot {}", kept.slot),
        );
    }
    let subject = |duty: &Duty| {
        (
            duty.process.clone(),
            duty.version.clone(),
            duty.asset.clone(),
        )
    };
    if subject(kept) != subject(duty) {
        differ(
            "ticket-differs",
            format!(
                "its ticket is of {}, version {}",
                kept.process, kept.version
            ),
        );
    }
    let times = |duty: &Duty| (duty.opens_at, duty.due_at, duty.missed_at);
    if times(kept) != times(duty) {
        differ(
            "times-differ",
            format!(
                "opens {}, due {}, missed after {}; its ticket has {}, {}, {}",
                duty.opens_at,
                duty.due_at,
                duty.missed_at,
                kept.opens_at,
                kept.due_at,
                kept.missed_at
            ),
        );
    }
    if history.opened.is_none() {
        differ(
            "ticket-without-entry",
            "no entry raised its ticket".to_owned(),
        );
    }
    ends_agree(history, ticket, &mut differ);
    let is_open = ticket.outcome == Outcome::Open && history.ending.is_none();
    if is_open && now.duration_since(duty.missed_at) > patience() {
        differ(
            "missed-unsaid",
            format!("missed at {}, and it still stands as open", duty.missed_at),
        );
    }
}

/// How the log and the ticket say that it ended.
fn ends_agree(history: &History, ticket: &Held, differ: &mut impl FnMut(&str, String)) {
    let said = history.ending.as_ref();
    let outcome = said.map_or(Outcome::Open, |ending| ending.outcome);
    if outcome != ticket.outcome {
        let (log, row) = (outcome.word(), ticket.outcome.word());
        differ(
            "outcome-differs",
            format!("{log} by the log, {row} by its ticket"),
        );
        return;
    }
    let ended_at = said.map(|ending| ending.entered.at);
    let afterwards_at = history.afterwards.map(|entered| entered.at);
    if (ended_at, afterwards_at) != (ticket.ended_at, ticket.afterwards_at) {
        differ(
            "ending-differs",
            "log and ticket give other times for its end".to_owned(),
        );
    }
    let verdict = said.and_then(|ending| ending.verdict);
    let closed = matches!(outcome, Outcome::Done | Outcome::Late);
    if closed && verdict != ticket.verdict {
        let word = |verdict: Option<Verdict>| verdict.map_or("nothing", Verdict::word);
        let (log, row) = (word(verdict), word(ticket.verdict));
        differ(
            "verdict-differs",
            format!("the log says {log} was found, its ticket {row}"),
        );
    }
}

/// How long the worker may need to notice that something's time came.
fn patience() -> SignedDuration {
    SignedDuration::from_hours(ENDING_WITHIN_HOURS)
}

/// What duties are called.
struct Names<'a> {
    record: &'a Record,
}

impl Names<'_> {
    fn of(&self, duty: &Duty) -> String {
        let about = self.record.about(duty.asset.as_ref());
        format!("{}{about}, {}", duty.process, duty.slot)
    }
}
