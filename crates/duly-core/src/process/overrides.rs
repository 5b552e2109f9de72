//! What one client may have otherwise than the common version of a process: the days, the time of
//! day, and how long there is. A closed set, and it only ever tightens: a client that is to get
//! less than the others gets a version of its own, in sight of everybody.

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::changes::is_longer;
use super::{Allowance, Process};
use crate::schedule::calendar::Calendar;
use crate::schedule::error::ScheduleError;
use crate::schedule::expand::occurrences;
use crate::schedule::rule::Recurrence;

/// Over how many days the two schedules are counted against each other: a year and a day, so that
/// a yearly duty is in it wherever the year begins.
const COUNTED_DAYS: i32 = 366;

/// What is otherwise for one client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Overrides {
    /// Another time of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Other days, at least as many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// Less time until it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_within: Option<Allowance>,
    /// Less time until it is missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Allowance>,
}

/// Why a client cannot have it so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// More time than the common version gives.
    #[error("`{what}` of {own} is longer than the common {common}")]
    Longer {
        /// `due_within` or `grace`.
        what: &'static str,
        /// The client's.
        own: Allowance,
        /// Everybody's.
        common: Allowance,
    },
    /// Fewer dates than the common version has.
    #[error("{own} dates in the coming year are fewer than the common {common}")]
    Fewer {
        /// The client's.
        own: usize,
        /// Everybody's.
        common: usize,
    },
    /// The dates cannot be counted.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl OverrideError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Longer { .. } => "override-longer",
            Self::Fewer { .. } => "override-fewer",
            Self::Schedule(error) => error.code(),
        }
    }
}

impl Overrides {
    /// Whether nothing is otherwise.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The version that this client gets. `calendar` is the one that its schedule counts by; dates
    /// are counted from the day on which the version takes effect.
    ///
    /// # Errors
    ///
    /// Where it would be looser than the common version, or its dates cannot be counted.
    pub fn apply(
        &self,
        common: &Process,
        calendar: Option<&Calendar>,
    ) -> Result<Process, OverrideError> {
        let mut own = common.clone();
        let schedule = &mut own.schedule;
        schedule.at = self.at.unwrap_or(schedule.at);
        for (what, wanted, kept) in [
            ("due_within", self.due_within, &mut schedule.due_within),
            ("grace", self.grace, &mut schedule.grace),
        ] {
            let Some(wanted) = wanted else { continue };
            if is_longer(wanted, *kept) {
                return Err(OverrideError::Longer {
                    what,
                    own: wanted,
                    common: *kept,
                });
            }
            *kept = wanted;
        }
        if let Some(recurrence) = &self.recurrence {
            let counted = |recurrence| count(recurrence, calendar, common.effective);
            let (own, common) = (counted(recurrence)?, counted(&schedule.recurrence)?);
            if own < common {
                return Err(OverrideError::Fewer { own, common });
            }
            schedule.recurrence = recurrence.clone();
        }
        Ok(own)
    }
}

fn count(
    recurrence: &Recurrence,
    calendar: Option<&Calendar>,
    from: Date,
) -> Result<usize, ScheduleError> {
    let to = from.saturating_add(COUNTED_DAYS.days());
    Ok(occurrences(recurrence, calendar, from, to)?.len())
}

#[cfg(test)]
mod tests {
    use super::{OverrideError, Overrides};
    use crate::process::changes::tests::process;
    use crate::process::{Allowance, AllowanceUnit};
    use crate::schedule::words::rule;

    fn days(count: u32) -> Option<Allowance> {
        let unit = AllowanceUnit::Days;
        Some(Allowance { count, unit })
    }

    #[test]
    fn nothing_otherwise_is_the_common_version() {
        let own = Overrides::default().apply(&process(), None).unwrap();
        assert_eq!(own, process());
    }

    #[test]
    fn another_time_and_other_days_are_taken() {
        let overrides = Overrides {
            at: Some("14:30:00".parse().unwrap()),
            recurrence: Some(rule("1st wednesday, 3rd wednesday").unwrap()),
            due_within: days(3),
            grace: days(1),
        };
        let own = overrides.apply(&process(), None).unwrap();
        assert_eq!(own.schedule.at, jiff::civil::time(14, 30, 0, 0));
        assert_eq!(
            own.schedule.recurrence.to_string(),
            "every month on 1st wednesday, 3rd wednesday"
        );
        assert_eq!(own.schedule.due_within.count, 3);
    }

    #[test]
    fn more_time_than_the_others_have_is_refused() {
        let overrides = Overrides {
            grace: days(30),
            ..Overrides::default()
        };
        let refused = overrides.apply(&process(), None).unwrap_err();
        assert_eq!(refused.code(), "override-longer");
    }

    #[test]
    fn fewer_dates_than_the_others_have_are_refused() {
        let overrides = Overrides {
            recurrence: Some(rule("last friday").unwrap()),
            ..Overrides::default()
        };
        let refused = overrides.apply(&process(), None).unwrap_err();
        assert!(matches!(refused, OverrideError::Fewer { .. }), "{refused}");
    }
}
