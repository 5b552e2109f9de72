//! A rule given back in words: the same grammar that [`super::words`] reads, so that what is shown
//! can be typed.

use std::fmt;

use jiff::civil::Date;

use super::rule::{DayInMonth, DayOfMonth, DayOfWeek, MONTHS, Recurrence};
use super::words::ordinal;
use crate::process::{Allowance, AllowanceUnit};

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day { interval, from } => {
                every(f, *interval, "day")?;
                counted_from(f, *from)
            }
            Self::BusinessDay => f.write_str("every business day"),
            Self::Week { interval, from, on } => {
                every(f, *interval, "week")?;
                days(f, on.iter().map(|day| day.name()))?;
                counted_from(f, *from)
            }
            Self::Month { interval, from, on } => {
                every(f, *interval, "month")?;
                days(f, on)?;
                counted_from(f, *from)?;
                clamp(f, on.iter())
            }
            Self::Quarter { interval, from, on } => {
                every(f, *interval, "quarter")?;
                days(
                    f,
                    on.iter()
                        .map(|day| format!("{} of month {}", day.day, day.month)),
                )?;
                counted_from(f, *from)?;
                clamp(f, on.iter().map(|day| &day.day))
            }
            Self::Year { interval, from, on } => {
                every(f, *interval, "year")?;
                days(f, on.iter().map(|day| in_year(*day)))?;
                counted_from(f, *from)?;
                clamp(f, on.iter().map(|day| &day.day))
            }
            Self::Dates { dates } => list(f, dates),
            Self::Rrule { rule, from } => {
                f.write_str(rule)?;
                counted_from(f, *from)
            }
        }
    }
}

impl fmt::Display for DayOfMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekday { nth: -1, weekday } => write!(f, "last {weekday}"),
            Self::Weekday { nth, weekday } => {
                write!(f, "{} {weekday}", ordinal(u32::from(nth.unsigned_abs())))
            }
            Self::Number { day, .. } => write!(f, "{day}"),
            Self::LastDay => f.write_str("last day"),
            Self::FirstBusinessDay { offset } => business(f, "first", *offset),
            Self::LastBusinessDay { offset } => business(f, "last", *offset),
        }
    }
}

impl fmt::Display for DayOfWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            AllowanceUnit::BusinessDays => "business day",
            AllowanceUnit::Days => "day",
            AllowanceUnit::Hours => "hour",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

fn every(f: &mut fmt::Formatter<'_>, interval: u32, unit: &str) -> fmt::Result {
    if interval == 1 {
        write!(f, "every {unit}")
    } else {
        write!(f, "every {interval} {unit}s")
    }
}

fn days<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    days: impl IntoIterator<Item = T>,
) -> fmt::Result {
    f.write_str(" on ")?;
    list(f, days)
}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

fn in_year(day: DayInMonth) -> String {
    let month = MONTHS
        .get(usize::from(day.month).wrapping_sub(1))
        .copied()
        .unwrap_or("no month");
    match day.day {
        DayOfMonth::Number { day, .. } => format!("{day} {month}"),
        other => format!("{other} of {month}"),
    }
}

fn counted_from(f: &mut fmt::Formatter<'_>, from: Option<Date>) -> fmt::Result {
    match from {
        Some(date) => write!(f, " from {date}"),
        None => Ok(()),
    }
}

fn clamp<'a>(
    f: &mut fmt::Formatter<'_>,
    mut days: impl Iterator<Item = &'a DayOfMonth>,
) -> fmt::Result {
    if days.any(|day| matches!(day, DayOfMonth::Number { clamp: true, .. })) {
        f.write_str(" clamp last day")?;
    }
    Ok(())
}

fn business(f: &mut fmt::Formatter<'_>, which: &str, offset: i8) -> fmt::Result {
    write!(f, "{which} business day")?;
    match offset {
        0 => Ok(()),
        1.. => write!(f, " + {offset}"),
        _ => write!(f, " - {}", offset.unsigned_abs()),
    }
}
