//! The covered subset of RFC 5545 recurrence rules: read strictly, written canonically.
//!
//! Covered are `FREQ` from `DAILY` to `YEARLY`, `INTERVAL`, `BYDAY`, `BYMONTHDAY`, `BYMONTH`,
//! `BYSETPOS` and `WKST`. Everything else is refused, each with its reason; a part that is
//! misspelt is an error, never ignored. The dates are worked out in [`expand`].

mod expand;
mod parse;

use std::fmt;

use jiff::civil::{Date, Weekday};

/// A rule of the covered subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rrule {
    freq: Freq,
    interval: u32,
    /// Bits 1 to 12; 0 where absent.
    months: u16,
    month_days: Vec<i8>,
    days: Vec<NthDay>,
    positions: Vec<i16>,
    week_start: Weekday,
}

/// How often a rule's period comes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freq {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A value of `BYDAY`: `MO`, `2TU`, `-1FR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NthDay {
    /// 0 where absent: every such weekday.
    nth: i8,
    weekday: Weekday,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Rrule {
    /// Whether a text means to be an RFC 5545 rule: its first word holds a `=`.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.split_whitespace()
            .next()
            .is_some_and(|word| word.contains('='))
    }

    /// Whether the dates depend on the date the rule counts from, other than as their first bound:
    /// because of an interval, or because that date supplies a weekday, day or month left out.
    #[must_use]
    pub fn leans_on_start(&self) -> bool {
        let fixed = match self.freq {
            Freq::Daily => true,
            Freq::Weekly => !self.days.is_empty(),
            Freq::Monthly | Freq::Yearly => !self.days.is_empty() || !self.month_days.is_empty(),
        };
        self.interval > 1 || !fixed
    }

    /// Whether `date` is a date of the rule counted from `start`.
    #[must_use]
    pub fn holds(&self, start: Date, date: Date) -> bool {
        let mut dates = Vec::new();
        self.dates(Some(start), date, date, &mut dates);
        !dates.is_empty()
    }

    fn has_month(&self, month: u8) -> bool {
        self.months & (1 << month) != 0
    }
}

/// The canonical text: upper case, fixed order of parts, defaults left out, numbers in order.
impl fmt::Display for Rrule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let freq = match self.freq {
            Freq::Daily => "DAILY",
            Freq::Weekly => "WEEKLY",
            Freq::Monthly => "MONTHLY",
            Freq::Yearly => "YEARLY",
        };
        write!(f, "FREQ={freq}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        let months: Vec<u8> = (1..=12).filter(|month| self.has_month(*month)).collect();
        part(f, "BYMONTH", &months)?;
        part(f, "BYMONTHDAY", &self.month_days)?;
        part(f, "BYDAY", &self.days)?;
        part(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", code(self.week_start))?;
        }
        Ok(())
    }
}

fn part<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, values: &[T]) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        if place == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

impl fmt::Display for NthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(code(self.weekday))
    }
}

fn code(weekday: Weekday) -> &'static str {
    WEEKDAYS
        .iter()
        .find(|(_, known)| *known == weekday)
        .map_or("MO", |(code, _)| code)
}
