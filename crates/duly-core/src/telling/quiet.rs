//! Quiet hours: the part of a person's day in which only what is urgent may reach them. The rest
//! waits until they are over; nothing is dropped.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::process::Severity;

/// From when to when, in the person's own zone; over midnight if `to` is the smaller. Two equal
/// times are no hours at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Quiet {
    /// The first quiet minute.
    pub from: Time,
    /// The first that is not.
    pub to: Time,
}

impl Quiet {
    /// Whether a local time of day is in it.
    #[must_use]
    pub fn holds(&self, time: Time) -> bool {
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

/// The earliest instant from `now` on at which something this bad may reach somebody.
#[must_use]
pub fn may_arrive(
    quiet: Option<&Quiet>,
    zone: &TimeZone,
    severity: Severity,
    now: Timestamp,
) -> Timestamp {
    let Some(quiet) = quiet.filter(|_| severity != Severity::High) else {
        return now;
    };
    let local = now.to_zoned_datetime(zone.clone());
    if !quiet.holds(local.time()) {
        return now;
    }
    let ends_today = local.time() < quiet.to;
    let date = if ends_today {
        local.date()
    } else {
        local.date().saturating_add(1.day())
    };
    let end = zone
        .to_ambiguous_timestamp(date.to_datetime(quiet.to))
        .compatible()
        .unwrap_or(now);
    // A clock that was set back inside the hours leaves their end in the past.
    end.max(now)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn quiet(from: &str, to: &str) -> Quiet {
        Quiet {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    }

    fn arrives(quiet: &Quiet, zone: &str, now: &str, severity: Severity) -> String {
        let zone = TimeZone::get(zone).unwrap();
        may_arrive(Some(quiet), &zone, severity, now.parse().unwrap()).to_string()
    }

    #[test]
    fn what_comes_at_night_waits_for_the_morning_and_what_is_urgent_does_not() {
        let night = quiet("22:00", "07:00");
        let late = "2026-11-24T23:30:00Z";
        let early = "2026-11-25T03:00:00Z";
        for now in [late, early] {
            let waits = arrives(&night, "Europe/London", now, Severity::Medium);
            assert_eq!(waits, "2026-11-25T07:00:00Z");
            assert_eq!(arrives(&night, "Europe/London", now, Severity::High), now);
        }
        let noon = "2026-11-24T12:00:00Z";
        assert_eq!(arrives(&night, "Europe/London", noon, Severity::Low), noon);
    }

    #[test]
    fn the_hours_are_those_of_the_persons_zone() {
        let night = quiet("22:00", "07:00");
        let now = "2026-11-24T21:30:00Z";
        assert_eq!(arrives(&night, "Europe/London", now, Severity::Low), now);
        let berlin = arrives(&night, "Europe/Berlin", now, Severity::Low);
        assert_eq!(berlin, "2026-11-25T06:00:00Z");
    }

    #[test]
    fn two_equal_times_are_no_quiet_hours() {
        let none = quiet("08:00", "08:00");
        let now = "2026-11-24T08:00:00Z";
        assert_eq!(arrives(&none, "UTC", now, Severity::Low), now);
    }

    #[test]
    fn an_end_that_the_spring_clock_skips_is_the_moment_after() {
        // London skips 01:00 to 02:00 on 29 March 2026.
        let night = quiet("22:00", "01:30");
        let waits = arrives(
            &night,
            "Europe/London",
            "2026-03-29T00:30:00Z",
            Severity::Low,
        );
        assert_eq!(waits, "2026-03-29T01:30:00Z");
    }

    proptest! {
        #[test]
        fn it_is_neither_before_now_nor_in_the_quiet_hours_nor_more_than_a_day_away(
            second in 1_750_000_000_i64..1_850_000_000,
            from in 0_i8..24, to in 0_i8..24,
            zone in prop::sample::select(vec![
                "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
            ]),
        ) {
            let hour = |hour| Time::constant(hour, 0, 0, 0);
            let quiet = Quiet { from: hour(from), to: hour(to) };
            let zone = TimeZone::get(zone).unwrap();
            let now = Timestamp::from_second(second).unwrap();
            let at = may_arrive(Some(&quiet), &zone, Severity::Low, now);
            prop_assert!(at >= now);
            prop_assert!(at.duration_since(now) <= SignedDuration::from_hours(25));
            let skipped = zone.to_ambiguous_timestamp(
                at.to_zoned_datetime(zone.clone()).date().to_datetime(quiet.to)
            ).is_ambiguous();
            let local = at.to_zoned_datetime(zone.clone()).time();
            prop_assert!(skipped || !quiet.holds(local));
        }
    }
}
