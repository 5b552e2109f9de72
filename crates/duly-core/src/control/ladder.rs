//! The ladder that a warning climbs while nobody acknowledges it, counted in business time of the
//! provider: a rung that is reached on a Saturday would be reached by nobody.
//!
//! A client that has just come into care is told later: for the time of its commissioning only the
//! rung to the client waits, every other one is climbed as always.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::process::{Allowance, AllowanceUnit, Escalation};
use crate::schedule::calendar::{Calendar, CalendarError};

/// The role that stands for the client on a ladder.
pub const CLIENT: &str = "client";

/// Hours counted at most; more is a count of days, and a search that never ends.
const HOURS_MAX: u32 = 24 * 60;

/// Where a process declares none: told within the week, and to the client before the second one.
#[must_use]
pub fn usual() -> Vec<Escalation> {
    let rung = |count, to: &str| Escalation {
        after: Allowance {
            count,
            unit: AllowanceUnit::BusinessDays,
        },
        to: to.to_owned(),
    };
    vec![rung(1, "manager"), rung(3, "executive"), rung(5, CLIENT)]
}

/// In whose business time it is climbed.
#[derive(Clone, Copy, Debug)]
pub struct BusinessTime<'a> {
    /// Which days are open.
    pub calendar: &'a Calendar,
    /// When a day begins.
    pub zone: &'a TimeZone,
}

impl BusinessTime<'_> {
    /// When so much time has passed since `from`. Business days keep the time of day; hours pass
    /// on open days only; days pass always.
    ///
    /// # Errors
    ///
    /// When the calendar does not know a year that is asked about.
    pub fn after(&self, from: Timestamp, time: Allowance) -> Result<Timestamp, CalendarError> {
        let local = from.to_zoned_datetime(self.zone.clone());
        match time.unit {
            AllowanceUnit::Days => {
                let hours = 24 * i64::from(time.count);
                Ok(from
                    .saturating_add(SignedDuration::from_hours(hours))
                    .unwrap_or(from))
            }
            AllowanceUnit::BusinessDays => {
                let date = self
                    .calendar
                    .plus_business_days(local.date(), i64::from(time.count))?;
                let at = date.to_datetime(local.time());
                Ok(at
                    .to_zoned_datetime(self.zone.clone())
                    .map_or(from, |at| at.timestamp()))
            }
            AllowanceUnit::Hours => self.hours_after(from, time.count.min(HOURS_MAX)),
        }
    }

    fn hours_after(&self, from: Timestamp, hours: u32) -> Result<Timestamp, CalendarError> {
        let mut left = SignedDuration::from_hours(i64::from(hours));
        let mut at = from;
        // Each turn ends a day; so many days hold the hours even if every other one is closed.
        for _ in 0..HOURS_MAX {
            let local = at.to_zoned_datetime(self.zone.clone());
            let tomorrow = local.tomorrow().and_then(|next| next.start_of_day());
            let Ok(midnight) = tomorrow.map(|next| next.timestamp()) else {
                return Ok(at);
            };
            let today = midnight.duration_since(at);
            if self.calendar.is_open(local.date())? {
                if left <= today {
                    return Ok(at.saturating_add(left).unwrap_or(at));
                }
                left -= today;
            }
            at = midnight;
        }
        Ok(at)
    }
}

/// Which rungs a warning has reached by `now`, nobody having acknowledged it.
///
/// # Errors
///
/// When the calendar does not know a year that is asked about.
pub fn reached(
    ladder: &[Escalation],
    raised_at: Timestamp,
    client_not_before: Option<Timestamp>,
    time: &BusinessTime<'_>,
    now: Timestamp,
) -> Result<Vec<usize>, CalendarError> {
    let mut reached = Vec::new();
    for (place, rung) in ladder.iter().enumerate() {
        let at = time.after(raised_at, rung.after)?;
        let held_back = client_not_before.filter(|_| rung.to == CLIENT);
        if now >= held_back.map_or(at, |until| until.max(at)) {
            reached.push(place);
        }
    }
    Ok(reached)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn calendar() -> Calendar {
        let christmas = ["2026-12-25".parse().unwrap()].into();
        Calendar {
            id: "test".to_owned(),
            years: BTreeMap::from([(2026, christmas), (2027, Default::default())]),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn after(from: &str, count: u32, unit: AllowanceUnit) -> String {
        let zone = TimeZone::get("Europe/London").unwrap();
        let calendar = calendar();
        let time = BusinessTime {
            calendar: &calendar,
            zone: &zone,
        };
        time.after(at(from), Allowance { count, unit })
            .unwrap()
            .to_string()
    }

    #[test]
    fn business_days_pass_over_weekends_and_holidays_and_keep_the_hour() {
        let days = AllowanceUnit::BusinessDays;
        assert_eq!(
            after("2026-11-27T15:00:00Z", 1, days),
            "2026-11-30T15:00:00Z"
        );
        assert_eq!(
            after("2026-11-28T15:00:00Z", 1, days),
            "2026-11-30T15:00:00Z"
        );
        assert_eq!(
            after("2026-12-24T15:00:00Z", 1, days),
            "2026-12-28T15:00:00Z"
        );
    }

    #[test]
    fn hours_stand_still_on_closed_days() {
        let hours = AllowanceUnit::Hours;
        assert_eq!(
            after("2026-11-26T15:00:00Z", 4, hours),
            "2026-11-26T19:00:00Z"
        );
        assert_eq!(
            after("2026-11-27T22:00:00Z", 4, hours),
            "2026-11-30T02:00:00Z"
        );
        assert_eq!(
            after("2026-11-28T22:00:00Z", 4, hours),
            "2026-11-30T04:00:00Z"
        );
    }

    #[test]
    fn an_unknown_year_is_an_error_and_no_guess() {
        let zone = TimeZone::UTC;
        let calendar = calendar();
        let time = BusinessTime {
            calendar: &calendar,
            zone: &zone,
        };
        let ladder = usual();
        let raised = at("2027-12-30T12:00:00Z");
        assert!(reached(&ladder, raised, None, &time, raised).is_err());
    }

    #[test]
    fn commissioning_holds_back_the_client_and_nobody_else() {
        let zone = TimeZone::UTC;
        let calendar = calendar();
        let time = BusinessTime {
            calendar: &calendar,
            zone: &zone,
        };
        let raised = at("2026-11-23T12:00:00Z");
        let until = at("2026-12-15T00:00:00Z");
        let reached = |now: &str| reached(&usual(), raised, Some(until), &time, at(now)).unwrap();
        assert_eq!(reached("2026-11-24T11:59:00Z"), [0_usize; 0]);
        assert_eq!(reached("2026-11-24T12:00:00Z"), [0]);
        assert_eq!(reached("2026-12-14T12:00:00Z"), [0, 1]);
        assert_eq!(reached("2026-12-15T12:00:00Z"), [0, 1, 2]);
    }
}
