//! Where an open ticket stands today, seen from its recorded outcome and its fixed times.
//!
//! The outcome itself is never worked out here: a ticket past its last hour is `missed` when the
//! record says so, and not before.

use duly_core::accounts::Outcome;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::part::state::{Shape, State};

/// Where a ticket stands, most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Missed for ever, and still owed.
    Owed,
    /// Past its due time, and not closed.
    Late,
    /// Due before this day ends.
    DueToday,
    /// Due on a later day.
    Next,
    /// Closed before, and to be done again.
    Rework,
    /// Missed for ever, and done afterwards.
    DoneAfterwards,
    /// Closed by its due time.
    Done,
    /// Closed late.
    DoneLate,
    /// Waived.
    Waived,
}

impl Standing {
    /// From what is recorded, at `now`, in the zone whose days count.
    #[must_use]
    pub fn of(
        outcome: Outcome,
        done_afterwards: bool,
        due_at: Timestamp,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        match outcome {
            Outcome::Missed if done_afterwards => Self::DoneAfterwards,
            Outcome::Missed => Self::Owed,
            Outcome::Done => Self::Done,
            Outcome::Late => Self::DoneLate,
            Outcome::Waived => Self::Waived,
            Outcome::Open if due_at < now => Self::Late,
            Outcome::Open => {
                let day = |moment: Timestamp| moment.to_zoned_datetime(zone.clone()).date();
                if day(due_at) == day(now) {
                    Self::DueToday
                } else {
                    Self::Next
                }
            }
        }
    }

    /// As it is shown.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Owed => State::new(Shape::Fail, "missed, owed"),
            Self::Late => State::new(Shape::Look, "late"),
            Self::DueToday => State::new(Shape::Open, "due today"),
            Self::Next => State::new(Shape::Open, "open"),
            Self::Rework => State::new(Shape::Look, "to be done again"),
            Self::DoneAfterwards => State::new(Shape::Fail, "missed, done afterwards"),
            Self::Done => State::new(Shape::Pass, "done"),
            Self::DoneLate => State::new(Shape::Look, "done late"),
            Self::Waived => State::new(Shape::Nothing, "waived"),
        }
    }

    /// Whether somebody still has to do it.
    #[must_use]
    pub fn is_to_do(self) -> bool {
        matches!(
            self,
            Self::Owed | Self::Late | Self::DueToday | Self::Next | Self::Rework
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(outcome: Outcome, due_at: &str) -> Standing {
        let now = "2026-11-24T09:12:00Z".parse().unwrap();
        Standing::of(outcome, false, due_at.parse().unwrap(), now, &TimeZone::UTC)
    }

    #[test]
    fn an_open_ticket_is_late_from_its_due_time_on() {
        assert_eq!(
            standing(Outcome::Open, "2026-11-24T09:11:59Z"),
            Standing::Late
        );
        assert_eq!(
            standing(Outcome::Open, "2026-11-24T09:12:00Z"),
            Standing::DueToday
        );
    }

    #[test]
    fn tomorrow_is_not_today() {
        assert_eq!(
            standing(Outcome::Open, "2026-11-24T23:59:59Z"),
            Standing::DueToday
        );
        assert_eq!(
            standing(Outcome::Open, "2026-11-25T00:00:00Z"),
            Standing::Next
        );
    }

    #[test]
    fn a_ticket_long_past_is_not_called_missed_before_the_record_says_so() {
        assert_eq!(
            standing(Outcome::Open, "2025-01-01T00:00:00Z"),
            Standing::Late
        );
        assert_eq!(
            standing(Outcome::Missed, "2025-01-01T00:00:00Z"),
            Standing::Owed
        );
    }
}
