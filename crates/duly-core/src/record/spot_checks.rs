//! Computing every draw of a record again: the lot that follows from its entries, the seed, the
//! sample, and which tickets those give. Whatever differs, or is not there, is a finding.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::reviews::{ClosedMonth, DrawnMonth};
use super::{Entered, Finding, Record};
use crate::id::{DutyId, ProcessId};
use crate::process::SpotCheck;
use crate::review::document::{Close, Draw};
use crate::review::lot::{Finished, Lot};
use crate::review::month::{months, spot_check};
use crate::review::period::Period;
use crate::review::stage::{Stage, Verdict};
use crate::review::words::noticing;
use crate::schedule::duties::Duty;

/// How long after a month can be closed its draw may be missing: a worker that was off over a
/// weekend has drawn by then.
pub const DRAWN_WITHIN_HOURS: i64 = 72;

/// How long a drawn ticket may wait for its review before a reader is told.
pub const OWED_FOR_HOURS: i64 = 30 * 24;

/// One month of one process, computed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotCheckAgain {
    /// Of which process.
    pub process: ProcessId,
    /// Which month.
    pub period: Period,
    /// The closing it rests on, and the root of the log directly after it.
    pub closed: Option<(Entered, duly_proof::hash::Hash)>,
    /// The draw that follows; none where the month was never closed.
    pub expected: Option<Draw>,
    /// The draw that was recorded.
    pub recorded: Option<(Entered, Draw)>,
    /// What is amiss.
    pub findings: Vec<Finding>,
}

/// Computes again whatever was drawn, and what should have been, for the months that touch a
/// period. `duties` are all of the record, see [`Record::duties`].
#[must_use]
pub fn spot_checks(record: &Record, duties: &[Duty], from: Date, to: Date) -> Vec<SpotCheckAgain> {
    let board = Board::of(record, duties);
    let mut found = Vec::new();
    for ((process, period), duties) in months(duties) {
        let touches = period.first() <= to && period.last() >= from;
        let check = spot_check(&record.published.processes, &duties);
        if let Some(check) = check.filter(|_| touches) {
            found.extend(board.again(process, period, &duties, check));
        }
    }
    found
}

/// What a reader should know of the spot checks in a period.
pub(super) fn findings(record: &Record, duties: &[Duty], from: Date, to: Date) -> Vec<Finding> {
    let mut found: Vec<Finding> = spot_checks(record, duties, from, to)
        .into_iter()
        .flat_map(|again| again.findings)
        .collect();
    let unread = |entered: Entered, what: &str| {
        let message = format!("a spot check's {what} is not disclosed, or cannot be read here");
        Finding::at(entered.index, "review-withheld", message)
    };
    let reviews = &record.reviews;
    let closes = reviews.closes.iter().filter(|one| one.close.is_none());
    found.extend(closes.map(|one| unread(one.entered, "closing")));
    let draws = reviews.draws.iter().filter(|one| one.draw.is_none());
    found.extend(draws.map(|one| unread(one.entered, "draw")));
    found
}

/// A record with what is looked up often.
struct Board<'a> {
    record: &'a Record,
    /// Of the tickets that a reviewer spoke of.
    processes: BTreeMap<&'a DutyId, &'a ProcessId>,
}

/// A month of a process, with its closings and draws.
struct Month<'a> {
    board: &'a Board<'a>,
    process: &'a ProcessId,
    period: Period,
    closes: Vec<(&'a ClosedMonth, &'a Close)>,
    draws: Vec<(&'a DrawnMonth, &'a Draw)>,
    findings: Vec<Finding>,
}

impl<'a> Board<'a> {
    fn of(record: &'a Record, duties: &'a [Duty]) -> Self {
        let words = record.reviews.words.iter();
        let spoken: BTreeSet<&DutyId> = words.map(|word| &word.ticket).collect();
        let spoken = duties.iter().filter(|duty| spoken.contains(&duty.id));
        Self {
            record,
            processes: spoken.map(|duty| (&duty.id, &duty.process)).collect(),
        }
    }

    fn again(
        &self,
        process: &ProcessId,
        period: Period,
        duties: &[&Duty],
        check: &SpotCheck,
    ) -> Option<SpotCheckAgain> {
        let reviews = &self.record.reviews;
        let closes = reviews.closes.iter();
        let closes = closes.filter_map(|one| Some((one, one.close.as_ref()?)));
        let draws = reviews.draws.iter();
        let draws = draws.filter_map(|one| Some((one, one.draw.as_ref()?)));
        let mut month = Month {
            board: self,
            process,
            period,
            closes: closes
                .filter(|(_, close)| close.process == *process && close.period == period)
                .collect(),
            draws: draws
                .filter(|(_, draw)| draw.process == *process && draw.period == period)
                .collect(),
            findings: Vec::new(),
        };
        let Some((closed, close)) = month.closes.first().copied() else {
            month.undrawn(duties);
            return month.told(None, None);
        };
        month.closed(closed, duties);
        let lot = self.lot(duties, closed.entered.index);
        let stage = self.stage(process, closed.entered.index);
        let client = &self.record.published.client.id;
        let about = (process, period);
        let expected = Draw::of(&closed.root, client, about, &lot, check, stage);
        month.commitment(closed, close, &expected);
        month.drawn(closed, &expected);
        month.told(Some((closed.entered, closed.root)), Some(expected))
    }

    /// The tickets of a month that were finished before this index.
    fn lot(&self, duties: &[&Duty], before: u64) -> Lot {
        let finished = duties.iter().filter_map(|duty| {
            let hand = self.record.reviews.finished_before(&duty.id, before)?;
            Some(Finished {
                ticket: duty.id.clone(),
                technician: hand.person.clone(),
            })
        });
        Lot::new(finished.collect())
    }

    /// How strict inspection of a process was at this index.
    fn stage(&self, process: &ProcessId, before: u64) -> Stage {
        let mut seen: BTreeMap<&DutyId, ()> = BTreeMap::new();
        let words = self.record.reviews.words.iter();
        let words = words.filter(|word| {
            word.entered.index < before && self.processes.get(&word.ticket) == Some(&process)
        });
        Stage::of(words.map(|word| {
            let is_first = seen.insert(&word.ticket, ()).is_none();
            match (word.agrees, is_first) {
                (false, _) => Verdict::Disagreed,
                (true, true) => Verdict::Agreed,
                (true, false) => Verdict::AgreedAfterRework,
            }
        }))
    }

    /// When the last duty of a month ended; none while one has not.
    fn ended_at(&self, duties: &[&Duty]) -> Option<Timestamp> {
        let ended = duties.iter().map(|duty| {
            let ending = self.record.duties.get(&duty.id)?.ending.as_ref()?;
            Some(ending.entered.at)
        });
        ended.collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}

impl Month<'_> {
    fn name(&self) -> String {
        format!("{}, {}", self.process, self.period)
    }

    fn add(&mut self, at: Option<u64>, code: &str, message: String) {
        let finding = Finding::new(code, message);
        self.findings.push(Finding {
            entry: at,
            ..finding
        });
    }

    /// A month without a closing: was it time for one?
    fn undrawn(&mut self, duties: &[&Duty]) {
        let record = self.board.record;
        if let Some((drawn, _)) = self.draws.first() {
            let message = format!("{}: drawn without having been closed", self.name());
            self.add(Some(drawn.entered.index), "review-drawn-otherwise", message);
            return;
        }
        let is_over = |at| {
            let date = record.local_date(at);
            date.is_some_and(|date| self.period.is_over_on(date))
        };
        let patience = SignedDuration::from_hours(DRAWN_WITHIN_HOURS);
        let Some(ended_at) = self.board.ended_at(duties) else {
            return;
        };
        let finished = self.board.lot(duties, u64::MAX).size();
        let long_ago = record.last_at.duration_since(ended_at) > patience;
        let was_over = record.last_at.checked_sub(patience).is_ok_and(is_over);
        if finished > 0 && long_ago && was_over {
            let message = format!(
                "{}: its process asks for a spot check of the {finished} finished, and none was \
                 drawn",
                self.name()
            );
            self.add(None, "review-not-drawn", message);
        }
    }

    /// A month that was closed: once, and not before it was over.
    fn closed(&mut self, closed: &ClosedMonth, duties: &[&Duty]) {
        let record = self.board.record;
        for (again, _) in self.closes.clone().iter().skip(1) {
            let message = format!(
                "{}: closed again, after entry {} had closed it; a second closing would give \
                 another draw",
                self.name(),
                closed.entered.index
            );
            self.add(Some(again.entered.index), "review-closed-twice", message);
        }
        let has_ended = |duty: &&Duty| {
            let history = record.duties.get(&duty.id);
            let ending = history.and_then(|history| history.ending.as_ref());
            ending.is_some_and(|ending| ending.entered.index < closed.entered.index)
        };
        let date = record.local_date(closed.entered.at);
        let is_over = date.is_none_or(|date| self.period.is_over_on(date));
        let open = duties.iter().filter(|duty| !has_ended(duty)).count();
        if open > 0 || !is_over {
            let message = format!(
                "{}: closed on {} with {open} of its duties not ended",
                self.name(),
                closed.entered.at
            );
            self.add(Some(closed.entered.index), "review-closed-early", message);
        }
    }

    /// The lot that the closing committed to.
    fn commitment(&mut self, closed: &ClosedMonth, close: &Close, expected: &Draw) {
        if close.lot != expected.lot || close.lot_root != expected.lot_root {
            let message = format!(
                "{}: closed with {} finished, and the entries before it give {}",
                self.name(),
                close.lot,
                expected.lot
            );
            self.add(
                Some(closed.entered.index),
                "review-drawn-otherwise",
                message,
            );
        }
    }

    /// The draw: once, in time, and the one that follows.
    fn drawn(&mut self, closed: &ClosedMonth, expected: &Draw) {
        for (again, _) in self.draws.clone().iter().skip(1) {
            let message = format!("{}: drawn again", self.name());
            self.add(Some(again.entered.index), "review-drawn-twice", message);
        }
        let Some((drawn, draw)) = self.draws.first().copied() else {
            let patience = SignedDuration::from_hours(DRAWN_WITHIN_HOURS);
            let since = self.board.record.last_at.duration_since(closed.entered.at);
            if since > patience && !expected.drawn.is_empty() {
                let message = format!("{}: closed, and never drawn", self.name());
                self.add(Some(closed.entered.index), "review-not-drawn", message);
            }
            return;
        };
        let index = drawn.entered.index;
        let leans_on = drawn.seen.as_ref().is_some_and(|seen| {
            seen.size == closed.entered.index + 1 && seen.root == closed.root.to_hex()
        });
        let same = Draw {
            cut: draw.cut,
            ..expected.clone()
        };
        if *draw != same || !leans_on {
            let message = format!(
                "{}: not the draw that follows from the closing (entry {}): {}",
                self.name(),
                closed.entered.index,
                difference(draw, &same)
            );
            self.add(Some(index), "review-drawn-otherwise", message);
        } else if draw.cut > 0 {
            let message = format!(
                "{}: {} of the {} drawn are not looked at, for want of reviewers' time. {}",
                self.name(),
                draw.cut,
                draw.drawn.len(),
                noticing(draw.lot, draw.kept_count())
            );
            self.add(Some(index), "review-cut", message);
            if draw.kept().is_empty() {
                let message = format!("{}: the whole draw was cut", self.name());
                self.add(Some(index), "review-drawn-otherwise", message);
            }
        }
        self.words(drawn, draw);
    }

    /// What reviewers said of the drawn tickets.
    fn words(&mut self, drawn: &DrawnMonth, draw: &Draw) {
        let record = self.board.record;
        let patience = SignedDuration::from_hours(OWED_FOR_HOURS);
        let mut owed = 0_u32;
        let mut disagreed = 0_u32;
        for ticket in draw.kept() {
            let words = record.reviews.words.iter();
            let words: Vec<_> = words.filter(|word| word.ticket == *ticket).collect();
            owed += u32::from(words.is_empty());
            disagreed += u32::from(words.iter().any(|word| !word.agrees));
            for word in words {
                let index = word.entered.index;
                let by_doer = word
                    .person
                    .as_ref()
                    .is_none_or(|person| record.reviews.is_hand_of(person, ticket, index));
                if by_doer {
                    let message = format!("{}: reviewed by whoever did the work", self.name());
                    self.add(Some(index), "review-by-doer", message);
                }
            }
        }
        let index = Some(drawn.entered.index);
        if owed > 0 && record.last_at.duration_since(drawn.entered.at) > patience {
            let message = format!(
                "{}: {owed} of the {} drawn were not reviewed within {} days",
                self.name(),
                draw.kept().len(),
                OWED_FOR_HOURS / 24
            );
            self.add(index, "review-owed", message);
        }
        if disagreed > 0 {
            let message = format!(
                "{}: of {} reviewed tickets drawn, {disagreed} were not as recorded",
                self.name(),
                draw.kept().len()
            );
            self.add(index, "review-disagreed", message);
        }
    }

    fn told(
        self,
        closed: Option<(Entered, duly_proof::hash::Hash)>,
        expected: Option<Draw>,
    ) -> Option<SpotCheckAgain> {
        let recorded = self.draws.first();
        let recorded = recorded.map(|(drawn, draw)| (drawn.entered, (*draw).clone()));
        let is_something = closed.is_some() || recorded.is_some() || !self.findings.is_empty();
        is_something.then(|| SpotCheckAgain {
            process: self.process.clone(),
            period: self.period,
            closed,
            expected,
            recorded,
            findings: self.findings,
        })
    }
}

/// What differs first between two draws, in words.
fn difference(recorded: &Draw, expected: &Draw) -> &'static str {
    if recorded.seed != expected.seed {
        "another seed"
    } else if recorded.lot_root != expected.lot_root || recorded.lot != expected.lot {
        "another lot"
    } else if recorded.stage != expected.stage {
        "inspection was not as strict as it had to be, or stricter"
    } else if recorded.drawn != expected.drawn {
        "other tickets"
    } else if recorded != expected {
        "not what its process declares"
    } else {
        "it does not name the head directly after the closing"
    }
}
