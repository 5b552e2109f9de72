//! Whether what is in care is still seen by the source that told of it, and for how long something
//! that a source sees may be nobody's.
//!
//! Not seen is never retired: whoever lets go of something says so, with a name and a reason.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::schedule::calendar::{Calendar, CalendarError};

/// Business days for which something may be seen and nobody's; after them it is a finding. A week:
/// new machines are bought and set up faster than they are entered anywhere.
pub const UNCLAIMED_BUSINESS_DAYS_MAX: i64 = 5;

/// Days that a source may be later than it is expected before what it told of is silent: a
/// weekend and a day on either side of it.
pub const SILENT_DAYS_MAX: u32 = 4;

/// Most days between two reports of a source: a list that comes less often than quarterly says
/// nothing about today.
pub const EXPECTED_DAYS_MAX: u32 = 92;

/// Share of what a source knew that may be missing from its next list, in hundredths; beyond it
/// the list is more likely cut off than the machines gone, and is not taken.
pub const VANISHED_PERCENT_MAX: usize = 20;

/// How something stands with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It was in the last report.
    Seen,
    /// It was not in the last report, but not for long enough to be silent.
    Missing,
    /// Not seen for a time.
    Silent,
}

/// How something stands that was last seen then, by a source that last reported at `reported_at`
/// and is expected to report every so many days.
#[must_use]
pub fn presence(
    last_seen_at: Timestamp,
    reported_at: Timestamp,
    expected_days: u32,
    now: Timestamp,
) -> Presence {
    let allowed_days = expected_days.min(EXPECTED_DAYS_MAX) + SILENT_DAYS_MAX;
    let allowed = SignedDuration::from_hours(24 * i64::from(allowed_days));
    if now.duration_since(last_seen_at) > allowed {
        Presence::Silent
    } else if last_seen_at < reported_at {
        Presence::Missing
    } else {
        Presence::Seen
    }
}

/// The last day on which something first seen on a day may be nobody's.
///
/// # Errors
///
/// A year that the calendar does not know.
pub fn claim_by(first_seen: Date, calendar: &Calendar) -> Result<Date, CalendarError> {
    calendar.plus_business_days(first_seen, UNCLAIMED_BUSINESS_DAYS_MAX)
}

/// Whether so much of what was known is missing that the list is not taken.
#[must_use]
pub fn is_too_much_gone(known: usize, vanished: usize) -> bool {
    vanished.saturating_mul(100) > known.saturating_mul(VANISHED_PERCENT_MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_in_the_last_list_is_seen_and_what_is_not_is_missing_and_then_silent() {
        let (first, second) = (at("2026-01-01T09:00:00Z"), at("2026-01-08T09:00:00Z"));
        assert_eq!(presence(second, second, 7, second), Presence::Seen);
        assert_eq!(presence(first, second, 7, second), Presence::Missing);
        let later = at("2026-01-12T09:00:01Z");
        assert_eq!(presence(first, second, 7, later), Presence::Silent);
    }

    #[test]
    fn everything_falls_silent_with_a_source_that_reports_no_more() {
        let last = at("2026-01-01T09:00:00Z");
        let on_time = at("2026-01-12T09:00:00Z");
        assert_eq!(presence(last, last, 7, on_time), Presence::Seen);
        let over = at("2026-01-12T09:00:01Z");
        assert_eq!(presence(last, last, 7, over), Presence::Silent);
    }

    #[test]
    fn five_business_days_leave_out_weekends_and_holidays() {
        let years = BTreeMap::from([(2026, [date(2026, 1, 6)].into())]);
        let calendar = Calendar {
            id: "plain".to_owned(),
            years,
        };
        // A Friday; the Tuesday after it is a holiday.
        let last = claim_by(date(2026, 1, 2), &calendar).unwrap();
        assert_eq!(last, date(2026, 1, 12));
    }

    #[test]
    fn more_than_a_fifth_gone_is_too_much_and_a_fifth_is_not() {
        assert!(!is_too_much_gone(10, 2));
        assert!(is_too_much_gone(10, 3));
        assert!(!is_too_much_gone(0, 0));
        assert!(is_too_much_gone(4, 1));
    }
}
