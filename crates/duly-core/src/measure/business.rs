//! Hours that count: those in which somebody is there to answer.

use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::schedule::calendar::Calendar;

/// When a business day begins, by local time.
const OPENS: Time = time(9, 0, 0, 0);

/// When it ends.
const CLOSES: Time = time(17, 0, 0, 0);

/// Most days that are walked through; after more than a year nobody counts hours.
const DAYS_MAX: usize = 400;

const SECONDS_IN_HOUR: f64 = 3_600.0;

/// Business hours from one instant to another: those between nine and five on open days of the
/// calendar. Days that the calendar does not know are open unless they are Saturday or Sunday.
/// Nothing where the second is not after the first.
#[must_use]
pub fn business_hours(from: Timestamp, to: Timestamp, calendar: &Calendar, zone: &TimeZone) -> f64 {
    let (first, last) = (zone.to_datetime(from), zone.to_datetime(to));
    let days = first.date().series(1.day()).take(DAYS_MAX);
    let days = days.take_while(|day| *day <= last.date());
    let seconds: f64 = days
        .filter(|day| is_open(*day, calendar))
        .map(|day| {
            let begin = day.to_datetime(OPENS).max(first);
            let end = day.to_datetime(CLOSES).min(last);
            seconds_between(begin, end)
        })
        .sum();
    seconds / SECONDS_IN_HOUR
}

fn is_open(day: Date, calendar: &Calendar) -> bool {
    calendar.is_open(day).unwrap_or_else(|_| {
        use jiff::civil::Weekday::{Saturday, Sunday};
        !matches!(day.weekday(), Saturday | Sunday)
    })
}

fn seconds_between(begin: DateTime, end: DateTime) -> f64 {
    if end <= begin {
        return 0.0;
    }
    begin.duration_until(end).as_secs_f64()
}
