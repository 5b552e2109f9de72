//! The daily summary: whether a person's is due.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The date whose summary is due: today in the person's zone, once its hour has come, unless
/// theirs of today or of a later date was made. One that was not made yesterday is not made today:
/// today's says everything that is still owed.
#[must_use]
pub fn due(at: Time, zone: &TimeZone, last: Option<Date>, now: Timestamp) -> Option<Date> {
    let local = now.to_zoned_datetime(zone.clone());
    let is_due = local.time() >= at && last.is_none_or(|last| last < local.date());
    is_due.then(|| local.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_at(now: &str, last: Option<&str>) -> Option<String> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = Time::constant(7, 30, 0, 0);
        let last = last.map(|last| last.parse().unwrap());
        due(at, &zone, last, now.parse().unwrap()).map(|date| date.to_string())
    }

    #[test]
    fn it_comes_once_a_day_at_the_persons_own_hour() {
        assert_eq!(due_at("2026-11-24T06:29:00Z", Some("2026-11-23")), None);
        let today = Some("2026-11-24".to_owned());
        assert_eq!(due_at("2026-11-24T06:30:00Z", Some("2026-11-23")), today);
        assert_eq!(due_at("2026-11-24T06:31:00Z", Some("2026-11-24")), None);
    }

    #[test]
    fn after_a_week_without_a_worker_there_is_one_and_not_seven() {
        let today = Some("2026-11-24".to_owned());
        assert_eq!(due_at("2026-11-24T09:00:00Z", Some("2026-11-17")), today);
        assert_eq!(due_at("2026-11-24T09:00:00Z", None), today);
    }

    #[test]
    fn a_clock_set_back_makes_no_second_one() {
        assert_eq!(due_at("2026-11-23T09:00:00Z", Some("2026-11-24")), None);
    }
}
