//! The equation: for every period `due = done + late + missed + waived + open`.
//!
//! Each duty has exactly one outcome at a given instant; nothing is dropped, merged or moved. The
//! outcome says whether the work was done in time; what the work found is a verdict, elsewhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schedule::duties::Duty;

/// How a duty stands at a given instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Closed by `due_at`.
    Done,
    /// Closed after `due_at`, by `missed_at`.
    Late,
    /// Not closed by `missed_at`; for ever, even if done afterwards.
    Missed,
    /// Waived by an exception granted before `due_at`.
    Waived,
    /// Not closed, and not yet missed.
    Open,
}

impl Outcome {
    /// The word, as it stands in JSON and on the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Waived => "waived",
            Self::Open => "open",
        }
    }
}

/// What closing a duty at an instant makes of it; `None` when it is too late for any closing:
/// then the duty is missed, and only "done afterwards" can be said of it.
///
/// Both ends are inclusive: at exactly `due_at` it is still done, at exactly `missed_at` late.
#[must_use]
pub fn outcome_of_close(duty: &Duty, closed_at: Timestamp) -> Option<Outcome> {
    if closed_at <= duty.due_at {
        Some(Outcome::Done)
    } else if closed_at <= duty.missed_at {
        Some(Outcome::Late)
    } else {
        None
    }
}

/// Whether an exception whose entry is dated `granted_at` came early enough to waive a duty.
#[must_use]
pub fn waives_in_time(duty: &Duty, granted_at: Timestamp) -> bool {
    granted_at < duty.due_at
}

/// How a duty stands at `now`, given when it was closed and when an exception that covers it was
/// entered in the log. What lies after `now` has not happened yet; of a closing and a waiver the
/// earlier one counts.
#[must_use]
pub fn outcome_at(
    duty: &Duty,
    closed_at: Option<Timestamp>,
    waived_at: Option<Timestamp>,
    now: Timestamp,
) -> Outcome {
    let closed_at = closed_at.filter(|at| *at <= now);
    let waived_at = waived_at.filter(|at| *at <= now && waives_in_time(duty, *at));
    if let Some(waived_at) = waived_at
        && closed_at.is_none_or(|closed_at| waived_at <= closed_at)
    {
        return Outcome::Waived;
    }
    if let Some(outcome) = closed_at.and_then(|at| outcome_of_close(duty, at)) {
        return outcome;
    }
    if now > duty.missed_at {
        Outcome::Missed
    } else {
        Outcome::Open
    }
}

/// The equation of a period, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equation {
    /// Duties whose slot is dated in the period.
    pub due: u64,
    /// Of these, closed on time.
    pub done: u64,
    /// Closed late.
    pub late: u64,
    /// Missed.
    pub missed: u64,
    /// Waived.
    pub waived: u64,
    /// Still open.
    pub open: u64,
}

impl Equation {
    /// Counts one more duty.
    pub fn count(&mut self, outcome: Outcome) {
        self.due += 1;
        match outcome {
            Outcome::Done => self.done += 1,
            Outcome::Late => self.late += 1,
            Outcome::Missed => self.missed += 1,
            Outcome::Waived => self.waived += 1,
            Outcome::Open => self.open += 1,
        }
    }

    /// Whether the two sides are equal: always so for what was counted here, to be asked of what
    /// comes from elsewhere. A sum beyond 64 bits is not equal to anything.
    #[must_use]
    pub fn holds(&self) -> bool {
        [self.done, self.late, self.missed, self.waived, self.open]
            .iter()
            .try_fold(0u64, |sum, part| sum.checked_add(*part))
            == Some(self.due)
    }
}

impl FromIterator<Outcome> for Equation {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let mut equation = Self::default();
        for outcome in outcomes {
            equation.count(outcome);
        }
        equation
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::id::{AssetId, ClientId, DutyId, ProcessId};

    /// A duty that opens at second 1,000, is due at 2,000 and missed after 3,000.
    fn duty() -> Duty {
        let slot = jiff::civil::date(2026, 1, 5);
        let (client, process) = (ClientId::from("baker"), ProcessId::from("backup.jobs"));
        let asset = AssetId::from("files");
        Duty {
            id: DutyId::of(&client, &process, Some(&asset), slot),
            client,
            process,
            version: "2026-01-01".to_owned(),
            asset: Some(asset),
            slot,
            opens_at: second(1_000),
            due_at: second(2_000),
            missed_at: second(3_000),
        }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn outcome(closed: Option<i64>, waived: Option<i64>, now: i64) -> Outcome {
        outcome_at(&duty(), closed.map(second), waived.map(second), second(now))
    }

    #[test]
    fn a_duty_closed_at_the_very_end_of_its_time_is_done() {
        assert_eq!(outcome(Some(2_000), None, 9_000), Outcome::Done);
    }

    #[test]
    fn a_duty_closed_a_moment_after_its_time_is_late() {
        let just_after = second(2_000) + SignedDuration::from_millis(1);
        assert_eq!(outcome_of_close(&duty(), just_after), Some(Outcome::Late));
    }

    #[test]
    fn a_duty_closed_after_its_grace_stays_missed() {
        assert_eq!(outcome(Some(3_001), None, 9_000), Outcome::Missed);
    }

    #[test]
    fn a_duty_nobody_closed_is_open_until_its_grace_is_over() {
        assert_eq!(outcome(None, None, 3_000), Outcome::Open);
        assert_eq!(outcome(None, None, 3_001), Outcome::Missed);
    }

    #[test]
    fn an_exception_granted_once_the_duty_was_due_waives_nothing() {
        assert_eq!(outcome(None, Some(1_999), 9_000), Outcome::Waived);
        assert_eq!(outcome(None, Some(2_000), 9_000), Outcome::Missed);
    }

    #[test]
    fn of_a_closing_and_a_waiver_the_earlier_one_counts() {
        assert_eq!(outcome(Some(1_500), Some(1_600), 9_000), Outcome::Done);
        assert_eq!(outcome(Some(1_700), Some(1_600), 9_000), Outcome::Waived);
    }

    #[test]
    fn what_lies_in_the_future_has_not_happened_yet() {
        assert_eq!(outcome(Some(1_900), None, 1_800), Outcome::Open);
        assert_eq!(outcome(None, Some(1_900), 1_800), Outcome::Open);
    }

    #[test]
    fn an_equation_whose_sides_differ_does_not_hold() {
        let equation = Equation {
            due: 2,
            done: 1,
            ..Equation::default()
        };
        assert!(!equation.holds());
    }

    proptest! {
        #[test]
        fn the_equation_holds_whatever_happened_in_whatever_order(
            events in proptest::collection::vec(
                (proptest::option::of(0i64..4_000), proptest::option::of(0i64..4_000)),
                0..200,
            ),
            now in 0i64..5_000,
        ) {
            let equation: Equation = events
                .iter()
                .map(|(closed, waived)| outcome(*closed, *waived, now))
                .collect();
            prop_assert!(equation.holds());
            prop_assert_eq!(equation.due, events.len() as u64);
        }

        #[test]
        fn a_missed_duty_never_becomes_anything_else(
            closed in proptest::option::of(0i64..9_000),
            waived in proptest::option::of(0i64..9_000),
            now in 0i64..9_000,
            later in 0i64..9_000,
        ) {
            if outcome(closed, waived, now) == Outcome::Missed {
                prop_assert_eq!(outcome(closed, waived, now + later), Outcome::Missed);
            }
        }

        #[test]
        fn a_settled_outcome_stays(
            closed in proptest::option::of(0i64..9_000),
            waived in proptest::option::of(0i64..9_000),
            now in 0i64..9_000,
            later in 0i64..9_000,
        ) {
            let settled = outcome(closed, waived, now);
            if settled != Outcome::Open {
                prop_assert_eq!(outcome(closed, waived, now + later), settled);
            }
        }
    }
}
