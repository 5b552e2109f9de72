//! Arithmetic on civil dates that the expanders share: day numbers, month lengths, sets of days of
//! a month as bits. Nothing here knows a time of day or a zone.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};

/// The day that has number 0; any fixed day would do.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The date with this number; `None` outside the years that `jiff` knows.
pub(super) fn date_of(number: i64) -> Option<Date> {
    let hours = number.checked_mul(24)?;
    EPOCH.checked_add(SignedDuration::from_hours(hours)).ok()
}

/// The date this many days later, or earlier.
pub(super) fn plus_days(date: Date, days: i64) -> Option<Date> {
    date_of(day_number(date).checked_add(days)?)
}

/// A month of a year, counted from January of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(pub i32);

impl Month {
    pub(super) fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// Month 1 to 12 of a year.
    pub(super) fn new(year: i32, month: u8) -> Self {
        Self(year * 12 + i32::from(month) - 1)
    }

    /// 1 to 12.
    pub(super) fn number(self) -> u8 {
        u8::try_from(self.0.rem_euclid(12)).unwrap_or(0) + 1
    }

    pub(super) fn first_day(self) -> Option<Date> {
        self.day(1)
    }

    pub(super) fn day(self, day: u8) -> Option<Date> {
        let year = i16::try_from(self.0.div_euclid(12)).ok()?;
        let month = i8::try_from(self.number()).ok()?;
        Date::new(year, month, i8::try_from(day).ok()?).ok()
    }

    pub(super) fn last_day(self) -> Option<Date> {
        self.first_day().map(Date::last_of_month)
    }

    /// The days of this month as a set, ready for questions about weekdays; `None` outside the
    /// years that `jiff` knows.
    pub(super) fn days(self) -> Option<MonthDays> {
        let first = self.first_day()?;
        Some(MonthDays {
            length: u8::try_from(first.days_in_month()).ok()?,
            first_weekday: first.weekday().to_monday_zero_offset().unsigned_abs(),
        })
    }
}

/// Length and layout of a month. A set of its days is a `u32` with bit 1 to 31 for each day.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthDays {
    pub length: u8,
    first_weekday: u8,
}

impl MonthDays {
    /// Every day of the month.
    pub(super) fn all(self) -> u32 {
        // Bits 1 to `length`: for 31 that is all bits but the lowest.
        (u32::MAX >> (31 - self.length)) & !1
    }

    /// Day 1 to 31, or -1 for the last and so on, as a set of at most one day.
    pub(super) fn numbered(self, day: i8) -> u32 {
        let length = i16::from(self.length);
        let day = i16::from(day);
        let day = if day < 0 { length + 1 + day } else { day };
        if (1..=length).contains(&day) {
            1 << day
        } else {
            0
        }
    }

    /// All days that are this weekday.
    pub(super) fn weekday(self, weekday: Weekday) -> u32 {
        // Bits 1, 8, 15, 22 and 29.
        const EVERY_SEVENTH: u32 = 0x2040_8102;
        (EVERY_SEVENTH << self.days_until(weekday)) & self.all()
    }

    /// The `nth` such weekday, counted from the end if negative, as a set of at most one day.
    pub(super) fn nth_weekday(self, nth: i8, weekday: Weekday) -> u32 {
        let days = self.weekday(weekday);
        if nth == 0 {
            return days;
        }
        let mut left = days;
        for _ in 1..nth.unsigned_abs() {
            left &= !outermost(left, nth > 0);
        }
        outermost(left, nth > 0)
    }

    fn days_until(self, weekday: Weekday) -> u8 {
        let wanted = weekday.to_monday_zero_offset().unsigned_abs();
        (wanted + 7 - self.first_weekday) % 7
    }
}

/// The first or the last day of a set, as a set.
fn outermost(days: u32, first: bool) -> u32 {
    if days == 0 {
        0
    } else if first {
        1 << days.trailing_zeros()
    } else {
        1 << (31 - days.leading_zeros())
    }
}

/// Calls `visit` for each day of the set, earliest first.
pub(super) fn each_day(mut days: u32, mut visit: impl FnMut(u8)) {
    while days != 0 {
        let day = days.trailing_zeros();
        visit(u8::try_from(day).unwrap_or(0));
        days &= days - 1;
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::{Month, date_of, day_number};

    fn days(set: u32) -> Vec<u8> {
        let mut days = Vec::new();
        super::each_day(set, |day| days.push(day));
        days
    }

    #[test]
    fn a_day_number_and_its_date_are_each_others_inverse() {
        for text in [
            "1970-01-01",
            "1969-12-31",
            "2000-02-29",
            "2035-12-31",
            "1600-03-01",
        ] {
            let date = text.parse().unwrap();
            assert_eq!(date_of(day_number(date)), Some(date));
        }
        assert_eq!(day_number(date(1970, 1, 2)), 1);
        assert_eq!(date_of(i64::MAX), None);
    }

    #[test]
    fn a_month_knows_its_weekdays() {
        let february = Month::of(date(2026, 2, 11)).days().unwrap();
        assert_eq!(february.length, 28);
        assert_eq!(days(february.weekday(Weekday::Tuesday)), [3, 10, 17, 24]);
        assert_eq!(days(february.nth_weekday(2, Weekday::Tuesday)), [10]);
        assert_eq!(days(february.nth_weekday(-1, Weekday::Sunday)), [22]);
        assert_eq!(days(february.nth_weekday(5, Weekday::Sunday)), [0_u8; 0]);
        let may = Month::of(date(2026, 5, 1)).days().unwrap();
        assert_eq!(days(may.weekday(Weekday::Sunday)), [3, 10, 17, 24, 31]);
        assert_eq!(days(may.nth_weekday(-5, Weekday::Sunday)), [3]);
        assert_eq!(may.all().count_ones(), 31);
        assert_eq!(days(may.numbered(-31)), [1]);
    }
}
