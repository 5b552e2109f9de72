//! A recurrence rule in its compiled, published form: civil dates only, no times, no zones.
//!
//! The text that people write is read in [`super::words`] and given back by `Display`; the dates
//! are worked out in [`super::expand`]. Nothing here knows which day it is.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Longest interval, in its own unit. A thousand days is the longest that anyone has asked for;
/// the bound keeps all arithmetic on dates far from overflow.
pub const INTERVAL_MAX: u32 = 1_000;

/// Most business days that may be counted from the first or the last one of a month. A month has
/// at most 23; a rule that needs more than 20 names the wrong month.
pub const BUSINESS_OFFSET_MAX: i8 = 20;

/// Which nominal local dates a process falls on.
///
/// An `interval` counts from the day, week, month, quarter or year that holds `from`, which stays
/// fixed over all versions of a process. No date before `from` is one of the rule's dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "every",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Recurrence {
    /// Every `interval` days.
    Day {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
    },
    /// Every day on which the calendar is open.
    BusinessDay,
    /// Every `interval` weeks, beginning on Monday, on these weekdays.
    Week {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        on: Vec<DayOfWeek>,
    },
    /// Every `interval` months, on these days.
    Month {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        on: Vec<DayOfMonth>,
    },
    /// Every `interval` quarters (January, April, July, October begin one), on these days of
    /// month 1 to 3 of the quarter.
    Quarter {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        on: Vec<DayInMonth>,
    },
    /// Every `interval` years, on these days of months 1 to 12.
    Year {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        on: Vec<DayInMonth>,
    },
    /// Exactly these.
    Dates { dates: Vec<Date> },
    /// The covered subset of RFC 5545, in canonical text. `from` is its DTSTART; it may be absent
    /// only where the rule does not lean on it (see [`super::rrule::Rrule::leans_on_start`]).
    Rrule {
        rule: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
    },
}

/// A day of a given month of a quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DayInMonth {
    /// 1 to 3 in a quarter, 1 to 12 in a year.
    pub month: u8,
    /// Which day of it.
    pub day: DayOfMonth,
}

/// A day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum DayOfMonth {
    /// The `nth` given weekday, 1 to 5; -1 is the last. A month without a fifth has none.
    Weekday { nth: i8, weekday: DayOfWeek },
    /// The day of this number. Past the end of a short month it is the last day if `clamp`,
    /// otherwise there is none; authors must therefore write `clamp` for 29 to 31.
    Number { day: u8, clamp: bool },
    /// The last day.
    LastDay,
    /// The first business day, and this many business days after (or before) it.
    FirstBusinessDay { offset: i8 },
    /// The last business day, and this many business days after (or before) it.
    LastBusinessDay { offset: i8 },
}

/// A weekday, written in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayOfWeek {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl DayOfWeek {
    /// Monday to Sunday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The English name in lower case, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl From<DayOfWeek> for Weekday {
    fn from(day: DayOfWeek) -> Self {
        match day {
            DayOfWeek::Monday => Self::Monday,
            DayOfWeek::Tuesday => Self::Tuesday,
            DayOfWeek::Wednesday => Self::Wednesday,
            DayOfWeek::Thursday => Self::Thursday,
            DayOfWeek::Friday => Self::Friday,
            DayOfWeek::Saturday => Self::Saturday,
            DayOfWeek::Sunday => Self::Sunday,
        }
    }
}

impl From<Weekday> for DayOfWeek {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// The months' English names in lower case, January first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
