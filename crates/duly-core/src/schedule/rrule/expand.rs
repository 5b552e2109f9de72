//! The dates of an RFC 5545 rule.
//!
//! Works period by period (year, month, week, day), beginning at the one that holds `from`, so a
//! far `from` costs nothing. Days of a month are sets of bits; only `FREQ=DAILY` steps by days.

use jiff::civil::{Date, Weekday};

use super::{Freq, Rrule};
use crate::schedule::civil::{Month, MonthDays, date_of, day_number, each_day};

impl Rrule {
    /// Appends the dates from `from` to `to`, both included and in order, of the rule counted from
    /// `start`. Where `start` is absent the rule must not lean on it
    /// ([`Rrule::leans_on_start`]); it is then counted from `from`.
    pub fn dates(&self, start: Option<Date>, from: Date, to: Date, dates: &mut Vec<Date>) {
        let (start, from) = match start {
            Some(start) => (start, from.max(start)),
            None => (from, from),
        };
        let span = Span { start, from, to };
        if from > to {
            return;
        }
        match self.freq {
            Freq::Yearly => self.yearly(span, dates),
            Freq::Monthly => self.monthly(span, dates),
            Freq::Weekly => self.weekly(span, dates),
            Freq::Daily => self.daily(span, dates),
        }
    }

    fn yearly(&self, span: Span, dates: &mut Vec<Date>) {
        let year = |date: Date| i64::from(date.year());
        let mut set = Vec::new();
        for year in span.periods(self.interval, year) {
            let Ok(year) = i32::try_from(year) else {
                return;
            };
            set.clear();
            self.year_set(year, span.start, &mut set);
            self.choose(&mut set);
            span.keep(&set, dates);
        }
    }

    fn year_set(&self, year: i32, start: Date, set: &mut Vec<Date>) {
        let numbered_in_year = self.months == 0 && self.days.iter().any(|day| day.nth != 0);
        if numbered_in_year {
            self.nth_weekdays_of_year(year, set);
            return;
        }
        let own_month = self.months == 0 && self.days.is_empty() && self.month_days.is_empty();
        for month in 1..=12 {
            let wanted = if own_month {
                i16::from(month) == i16::from(start.month())
            } else {
                self.months == 0 || self.has_month(month)
            };
            if wanted {
                self.month_set(Month::new(year, month), start, set);
            }
        }
    }

    /// `FREQ=YEARLY;BYDAY=20MO`: weekdays numbered within the year.
    fn nth_weekdays_of_year(&self, year: i32, set: &mut Vec<Date>) {
        let first = Month::new(year, 1).first_day().map(day_number);
        let last = Month::new(year, 12).last_day().map(day_number);
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        for day in &self.days {
            let after = first + i64::from(days_between(weekday_of(first), day.weekday));
            let before = last - i64::from(days_between(day.weekday, weekday_of(last)));
            let nth = i64::from(day.nth);
            match day.nth {
                0 => set.extend(
                    (0..53)
                        .map(|week| after + week * 7)
                        .filter_map(|number| (number <= last).then(|| date_of(number)).flatten()),
                ),
                1.. => set.extend(within(after + (nth - 1) * 7, first, last)),
                _ => set.extend(within(before + (nth + 1) * 7, first, last)),
            }
        }
        set.sort_unstable();
        set.dedup();
    }

    fn monthly(&self, span: Span, dates: &mut Vec<Date>) {
        let month = |date: Date| i64::from(Month::of(date).0);
        let mut set = Vec::new();
        for month in span.periods(self.interval, month) {
            let Ok(month) = i32::try_from(month).map(Month) else {
                return;
            };
            if self.months != 0 && !self.has_month(month.number()) {
                continue;
            }
            set.clear();
            self.month_set(month, span.start, &mut set);
            self.choose(&mut set);
            span.keep(&set, dates);
        }
    }

    /// Appends the days of one month that the rule names.
    fn month_set(&self, month: Month, start: Date, set: &mut Vec<Date>) {
        let Some(layout) = month.days() else { return };
        let mut days = layout.all();
        if !self.month_days.is_empty() {
            days &= union(self.month_days.iter().map(|day| layout.numbered(*day)));
        }
        if !self.days.is_empty() {
            days &= self.weekdays(layout);
        }
        if self.month_days.is_empty() && self.days.is_empty() {
            days = layout.numbered(start.day());
        }
        each_day(days, |day| set.extend(month.day(day)));
    }

    fn weekdays(&self, layout: MonthDays) -> u32 {
        union(
            self.days
                .iter()
                .map(|day| layout.nth_weekday(day.nth, day.weekday)),
        )
    }

    fn weekly(&self, span: Span, dates: &mut Vec<Date>) {
        // Weeks are numbered from one that begins on WKST; 1970-01-01 was a Thursday.
        let lead = i64::from(days_between(self.week_start, Weekday::Thursday));
        let week = |date: Date| (day_number(date) + lead).div_euclid(7);
        let mut set = Vec::new();
        for week in span.periods(self.interval, week) {
            set.clear();
            for day in 0..7 {
                let Some(date) = date_of(week * 7 - lead + day) else {
                    continue;
                };
                let weekday = date.weekday();
                let named = if self.days.is_empty() {
                    weekday == span.start.weekday()
                } else {
                    self.days.iter().any(|day| day.weekday == weekday)
                };
                if named && self.in_months(date) {
                    set.push(date);
                }
            }
            self.choose(&mut set);
            span.keep(&set, dates);
        }
    }

    fn daily(&self, span: Span, dates: &mut Vec<Date>) {
        let mut set = Vec::new();
        for number in span.periods(self.interval, day_number) {
            let Some(date) = date_of(number) else { return };
            set.clear();
            if self.in_months(date) && self.on_month_day(date) && self.on_weekday(date) {
                set.push(date);
            }
            self.choose(&mut set);
            span.keep(&set, dates);
        }
    }

    fn in_months(&self, date: Date) -> bool {
        self.months == 0 || self.has_month(date.month().unsigned_abs())
    }

    fn on_month_day(&self, date: Date) -> bool {
        let from_end = date.day() - date.days_in_month() - 1;
        self.month_days.is_empty()
            || self.month_days.contains(&date.day())
            || self.month_days.contains(&from_end)
    }

    fn on_weekday(&self, date: Date) -> bool {
        self.days.is_empty() || self.days.iter().any(|day| day.weekday == date.weekday())
    }

    /// `BYSETPOS`: keeps only these of the whole period's dates. Dates before the start count as
    /// members of the set even though they are not kept later.
    fn choose(&self, set: &mut Vec<Date>) {
        if self.positions.is_empty() {
            return;
        }
        let length = set.len();
        let mut chosen: Vec<Date> = Vec::new();
        for position in &self.positions {
            let size = usize::from(position.unsigned_abs());
            let place = if *position > 0 {
                Some(size - 1)
            } else {
                length.checked_sub(size)
            };
            chosen.extend(place.and_then(|place| set.get(place)).copied());
        }
        chosen.sort_unstable();
        chosen.dedup();
        *set = chosen;
    }
}

/// What is asked for: dates from `from` to `to` of a rule counted from `start`.
#[derive(Clone, Copy)]
struct Span {
    start: Date,
    from: Date,
    to: Date,
}

impl Span {
    /// The numbers of the periods that may hold a wanted date, `interval` apart and in step with
    /// the one that holds `start`.
    fn periods(self, interval: u32, number: impl Fn(Date) -> i64) -> impl Iterator<Item = i64> {
        let interval = i64::from(interval.max(1));
        let (start, from, to) = (number(self.start), number(self.from), number(self.to));
        let past = (start - from).rem_euclid(interval);
        let step = usize::try_from(interval).unwrap_or(usize::MAX);
        (from + past..=to).step_by(step)
    }

    fn keep(self, set: &[Date], dates: &mut Vec<Date>) {
        dates.extend(
            set.iter()
                .filter(|date| (self.from..=self.to).contains(date)),
        );
    }
}

fn union(sets: impl Iterator<Item = u32>) -> u32 {
    sets.fold(0, |all, set| all | set)
}

fn within(number: i64, first: i64, last: i64) -> Option<Date> {
    (first..=last)
        .contains(&number)
        .then(|| date_of(number))
        .flatten()
}

fn weekday_of(number: i64) -> Weekday {
    date_of(number).map_or(Weekday::Monday, Date::weekday)
}

/// Days from one weekday to the next that is the other, 0 to 6.
fn days_between(earlier: Weekday, later: Weekday) -> i8 {
    earlier.until(later)
}
