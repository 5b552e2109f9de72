//! The nominal dates of a recurrence rule: civil dates only, no times, no zones, no clock.
//!
//! Goes straight to the weeks, months or years that can hold a wanted date; only rules of days
//! step by days. Every search is bounded by the span asked for.

use jiff::civil::Date;

use super::calendar::{Calendar, CalendarError};
use super::civil::{Month, date_of, day_number, each_day, plus_days};
use super::error::{SPAN_DAYS_MAX, ScheduleError};
use super::rrule::Rrule;
use super::rule::{
    BUSINESS_OFFSET_MAX, DayInMonth, DayOfMonth, DayOfWeek, INTERVAL_MAX, Recurrence,
};

/// Months before or after its own in which a day counted in business days can lie: 20 business
/// days are four weeks, and no closure adds a whole month (see
/// [`CLOSED_DAYS_MAX`](super::calendar::CLOSED_DAYS_MAX)).
const BUSINESS_MONTHS: i32 = 2;

/// Days that holidays are taken to add to a count of business days, where a calendar has no data
/// to tell: generous, as it only decides whether the missing year matters.
const HOLIDAYS_MARGIN_DAYS: i64 = 10;

/// The dates of a rule from `from` to `to`, both included, in order and once each. A `to` before
/// `from` gives none.
///
/// # Errors
/// An unsound rule; a span longer than [`SPAN_DAYS_MAX`]; a rule that counts business days without
/// a calendar, or with one that lacks a year that matters.
pub fn occurrences(
    recurrence: &Recurrence,
    calendar: Option<&Calendar>,
    from: Date,
    to: Date,
) -> Result<Vec<Date>, ScheduleError> {
    recurrence.check()?;
    if to < from {
        return Ok(Vec::new());
    }
    if day_number(to) - day_number(from) > SPAN_DAYS_MAX {
        return Err(ScheduleError::SpanTooLong { from, to });
    }
    dates(recurrence, calendar, from, to)
}

/// The first `count` dates of a rule on or after `from`; fewer where the next century has fewer.
///
/// # Errors
/// As for [`occurrences`]; a year that the calendar lacks matters only if it is reached.
pub fn first(
    recurrence: &Recurrence,
    calendar: Option<&Calendar>,
    from: Date,
    count: usize,
) -> Result<Vec<Date>, ScheduleError> {
    recurrence.check()?;
    let end = plus_days(from, SPAN_DAYS_MAX).ok_or(ScheduleError::OutOfRange)?;
    let mut found = Vec::new();
    let mut begin = from;
    while found.len() < count && begin <= end {
        let last = begin.last_of_month();
        found.extend(dates(recurrence, calendar, begin, last)?);
        begin = plus_days(last, 1).ok_or(ScheduleError::OutOfRange)?;
    }
    found.truncate(count);
    Ok(found)
}

/// As [`occurrences`], for a rule that was checked and a span that is not too long.
fn dates(
    recurrence: &Recurrence,
    calendar: Option<&Calendar>,
    from: Date,
    to: Date,
) -> Result<Vec<Date>, ScheduleError> {
    let span = Span { from, to };
    match recurrence {
        Recurrence::Day { interval, from } => Ok(span.days(*interval, *from)),
        Recurrence::BusinessDay => span.business_days(calendar),
        Recurrence::Week { interval, from, on } => Ok(span.weeks(*interval, *from, on)),
        Recurrence::Month { interval, from, on } => {
            let days: Vec<DayInMonth> = on.iter().map(|day| first_month(*day)).collect();
            span.months(1, *interval, *from, &days, calendar)
        }
        Recurrence::Quarter { interval, from, on } => {
            span.months(3, *interval, *from, on, calendar)
        }
        Recurrence::Year { interval, from, on } => span.months(12, *interval, *from, on, calendar),
        Recurrence::Dates { dates } => Ok(ordered(
            dates
                .iter()
                .copied()
                .filter(|date| span.holds(*date))
                .collect(),
        )),
        Recurrence::Rrule { rule, from } => {
            let rule = Rrule::parse(rule).map_err(|_| RULE_TEXT)?;
            let mut dates = Vec::new();
            rule.dates(*from, span.from, span.to, &mut dates);
            Ok(dates)
        }
    }
}

const RULE_TEXT: ScheduleError = ScheduleError::Rule("its RFC 5545 text is not covered");

fn first_month(day: DayOfMonth) -> DayInMonth {
    DayInMonth { month: 1, day }
}

fn ordered(mut dates: Vec<Date>) -> Vec<Date> {
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// The dates asked for, both included.
#[derive(Clone, Copy)]
struct Span {
    from: Date,
    to: Date,
}

impl Span {
    fn holds(self, date: Date) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// The part of the span that does not lie before the rule's own first date.
    fn begun(self, anchor: Option<Date>) -> Self {
        Self {
            from: anchor.map_or(self.from, |anchor| self.from.max(anchor)),
            ..self
        }
    }

    fn days(self, interval: u32, anchor: Option<Date>) -> Vec<Date> {
        let span = self.begun(anchor);
        let number = |date: Date| day_number(date);
        let numbers = in_step(
            interval,
            anchor.map(number),
            number(span.from),
            number(span.to),
        );
        numbers.filter_map(date_of).collect()
    }

    fn business_days(self, calendar: Option<&Calendar>) -> Result<Vec<Date>, ScheduleError> {
        let calendar = calendar.ok_or(ScheduleError::CalendarNeeded)?;
        let mut open = Vec::new();
        for date in self.days(1, None) {
            if calendar.is_open(date)? {
                open.push(date);
            }
        }
        Ok(open)
    }

    fn weeks(self, interval: u32, anchor: Option<Date>, on: &[DayOfWeek]) -> Vec<Date> {
        // Weeks begin on Monday; 1970-01-01, day 0, was a Thursday.
        const LEAD_DAYS: i64 = 3;
        let span = self.begun(anchor);
        let week = |date: Date| (day_number(date) + LEAD_DAYS).div_euclid(7);
        let weeks = in_step(interval, anchor.map(week), week(span.from), week(span.to));
        let mut on = on.to_vec();
        on.sort_unstable();
        on.dedup();
        let mut dates = Vec::new();
        for week in weeks {
            let of_week = on.iter().filter_map(|day| {
                let weekday = jiff::civil::Weekday::from(*day);
                let place = i64::from(weekday.to_monday_zero_offset());
                date_of(week * 7 - LEAD_DAYS + place)
            });
            dates.extend(of_week.filter(|date| span.holds(*date)));
        }
        dates
    }

    /// Rules whose period is `length` months: 1, 3 or 12.
    fn months(
        self,
        length: i32,
        interval: u32,
        anchor: Option<Date>,
        on: &[DayInMonth],
        calendar: Option<&Calendar>,
    ) -> Result<Vec<Date>, ScheduleError> {
        let span = self.begun(anchor);
        let period = |month: Month| i64::from(month.0.div_euclid(length));
        let first = Month(Month::of(span.from).0 - reach(on, |offset| offset > 0));
        let last = Month(Month::of(span.to).0 + reach(on, |offset| offset < 0));
        let anchor = anchor.map(|date| period(Month::of(date)));
        let mut dates = Vec::new();
        for number in in_step(interval, anchor, period(first), period(last)) {
            let number = i32::try_from(number).map_err(|_| ScheduleError::OutOfRange)?;
            for day in on {
                let month = Month(number * length + i32::from(day.month) - 1);
                span.day_of_month(month, day.day, calendar, &mut dates)?;
            }
        }
        Ok(ordered(dates))
    }

    /// Appends this day of this month, if there is one in the span.
    fn day_of_month(
        self,
        month: Month,
        day: DayOfMonth,
        calendar: Option<&Calendar>,
        dates: &mut Vec<Date>,
    ) -> Result<(), ScheduleError> {
        let layout = month.days().ok_or(ScheduleError::OutOfRange)?;
        let days = match day {
            DayOfMonth::Weekday { nth, weekday } => layout.nth_weekday(nth, weekday.into()),
            DayOfMonth::Number { day, clamp } => {
                let day = if clamp { day.min(layout.length) } else { day };
                layout.numbered(i8::try_from(day).unwrap_or(0))
            }
            DayOfMonth::LastDay => layout.numbered(-1),
            DayOfMonth::FirstBusinessDay { offset } => {
                let calendar = calendar.ok_or(ScheduleError::CalendarNeeded)?;
                dates.extend(self.business_day(month, true, offset, calendar)?);
                return Ok(());
            }
            DayOfMonth::LastBusinessDay { offset } => {
                let calendar = calendar.ok_or(ScheduleError::CalendarNeeded)?;
                dates.extend(self.business_day(month, false, offset, calendar)?);
                return Ok(());
            }
        };
        each_day(days, |day| {
            dates.extend(month.day(day).filter(|date| self.holds(*date)));
        });
        Ok(())
    }

    /// The first or the last business day of a month, and so many after or before it, if it lies
    /// in the span.
    fn business_day(
        self,
        month: Month,
        first: bool,
        offset: i8,
        calendar: &Calendar,
    ) -> Result<Option<Date>, ScheduleError> {
        let begin = month.first_day().ok_or(ScheduleError::OutOfRange)?;
        let end = month.last_day().ok_or(ScheduleError::OutOfRange)?;
        let counted = if first {
            calendar.open_on_or_after(begin)
        } else {
            calendar.open_on_or_before(end)
        }
        .and_then(|open| {
            if (begin..=end).contains(&open) {
                calendar.plus_business_days(open, i64::from(offset))
            } else {
                // A month that is closed throughout has no first or last business day to count
                // from, and the neighbouring month's is not its own.
                Err(never_open(calendar, begin))
            }
        });
        match counted {
            Ok(date) if (Month::of(date).0 - month.0).abs() > BUSINESS_MONTHS => {
                Err(never_open(calendar, begin).into())
            }
            Ok(date) => Ok(Some(date).filter(|date| self.holds(*date))),
            Err(_) if !self.within_reach(begin, end, first, offset) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a day counted in business days from a month may well lie in the span; asked only
    /// where the calendar has no answer, so that the first month of its first year can be worked
    /// out without the year before.
    fn within_reach(self, begin: Date, end: Date, first: bool, offset: i8) -> bool {
        let (begin, end) = (day_number(begin), day_number(end));
        let (mut earliest, mut latest) = if first {
            (begin, end.min(begin + HOLIDAYS_MARGIN_DAYS))
        } else {
            (begin.max(end - HOLIDAYS_MARGIN_DAYS), end)
        };
        let widest = i64::from(offset.unsigned_abs()) * 2 + HOLIDAYS_MARGIN_DAYS;
        match offset {
            0 => {}
            1.. => latest += widest,
            _ => earliest -= widest,
        }
        latest >= day_number(self.from) && earliest <= day_number(self.to)
    }
}

fn never_open(calendar: &Calendar, date: Date) -> CalendarError {
    CalendarError::NeverOpen {
        calendar: calendar.id.clone(),
        date,
    }
}

/// The numbers from `first` to `last` that are `interval` apart and in step with `anchor`.
fn in_step(interval: u32, anchor: Option<i64>, first: i64, last: i64) -> impl Iterator<Item = i64> {
    let interval = i64::from(interval.max(1));
    let ahead = anchor.map_or(0, |anchor| (anchor - first).rem_euclid(interval));
    let step = usize::try_from(interval).unwrap_or(1);
    (first + ahead..=last).step_by(step)
}

/// How many months beyond the span have to be looked at because of days counted from them.
fn reach(on: &[DayInMonth], wanted: impl Fn(i8) -> bool) -> i32 {
    let reaches = |day: &DayInMonth| match day.day {
        DayOfMonth::FirstBusinessDay { offset } | DayOfMonth::LastBusinessDay { offset } => {
            wanted(offset)
        }
        _ => false,
    };
    if on.iter().any(reaches) {
        BUSINESS_MONTHS
    } else {
        0
    }
}

impl Recurrence {
    /// Whether the rule has a meaning. One that was read from text always has; one that was read
    /// from JSON need not.
    ///
    /// # Errors
    /// [`ScheduleError::Rule`] with the reason.
    pub fn check(&self) -> Result<(), ScheduleError> {
        let months = |most: u8, on: &[DayInMonth]| {
            let named = on.iter().all(|day| (1..=most).contains(&day.month));
            let days = on.iter().all(|day| sound_day(day.day));
            on_some_day(on.is_empty(), named && days)
        };
        match self {
            Self::Day { interval, from } => sound_interval(*interval, *from),
            Self::BusinessDay => Ok(()),
            Self::Week { interval, from, on } => {
                on_some_day(on.is_empty(), true)?;
                sound_interval(*interval, *from)
            }
            Self::Month { interval, from, on } => {
                on_some_day(on.is_empty(), on.iter().all(|day| sound_day(*day)))?;
                sound_interval(*interval, *from)
            }
            Self::Quarter { interval, from, on } => {
                months(3, on)?;
                sound_interval(*interval, *from)
            }
            Self::Year { interval, from, on } => {
                months(12, on)?;
                sound_interval(*interval, *from)
            }
            Self::Dates { dates } => on_some_day(dates.is_empty(), true),
            Self::Rrule { rule, from } => {
                let rule = Rrule::parse(rule).map_err(|_| RULE_TEXT)?;
                if from.is_none() && rule.leans_on_start() {
                    return Err(ScheduleError::Rule("it needs the date it counts from"));
                }
                Ok(())
            }
        }
    }

    /// Whether its dates depend on a calendar.
    #[must_use]
    pub fn counts_business_days(&self) -> bool {
        let counts = |day: &DayOfMonth| {
            matches!(
                day,
                DayOfMonth::FirstBusinessDay { .. } | DayOfMonth::LastBusinessDay { .. }
            )
        };
        match self {
            Self::BusinessDay => true,
            Self::Month { on, .. } => on.iter().any(counts),
            Self::Quarter { on, .. } | Self::Year { on, .. } => {
                on.iter().any(|day| counts(&day.day))
            }
            Self::Day { .. } | Self::Week { .. } | Self::Dates { .. } | Self::Rrule { .. } => false,
        }
    }
}

fn sound_interval(interval: u32, from: Option<Date>) -> Result<(), ScheduleError> {
    if !(1..=INTERVAL_MAX).contains(&interval) {
        return Err(ScheduleError::Rule("its interval is out of bounds"));
    }
    if interval > 1 && from.is_none() {
        return Err(ScheduleError::Rule("it needs the date it counts from"));
    }
    Ok(())
}

fn on_some_day(empty: bool, sound: bool) -> Result<(), ScheduleError> {
    match (empty, sound) {
        (true, _) => Err(ScheduleError::Rule("it names no day")),
        (_, false) => Err(ScheduleError::Rule("it names a day that does not exist")),
        _ => Ok(()),
    }
}

fn sound_day(day: DayOfMonth) -> bool {
    match day {
        DayOfMonth::Weekday { nth, .. } => nth == -1 || (1..=5).contains(&nth),
        DayOfMonth::Number { day, .. } => (1..=31).contains(&day),
        DayOfMonth::LastDay => true,
        DayOfMonth::FirstBusinessDay { offset } | DayOfMonth::LastBusinessDay { offset } => {
            offset.unsigned_abs() <= BUSINESS_OFFSET_MAX.unsigned_abs()
        }
    }
}
