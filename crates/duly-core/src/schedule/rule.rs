//! A recurrence rule in its compiled form: civil dates only, no times, no zones.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Which nominal local dates a process falls on.
///
/// An `interval` above 1 counts from `from`, which stays fixed over all versions of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "every",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
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
    /// Every `interval` quarters (January, April, July, October begin one), on these days, in
    /// month 1 to 3 of the quarter.
    Quarter {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        month: u8,
        on: Vec<DayOfMonth>,
    },
    /// Every `interval` years, in these months (1 to 12), on these days.
    Year {
        interval: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        months: Vec<u8>,
        on: Vec<DayOfMonth>,
    },
    /// Exactly these.
    Dates { dates: Vec<Date> },
    /// The covered subset of RFC 5545, in canonical text, with the date it counts from.
    Rrule { rule: String, from: Date },
}

/// A day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum DayOfMonth {
    /// The `nth` given weekday, 1 to 5; -1 is the last. A month without a fifth has none.
    Weekday { nth: i8, weekday: DayOfWeek },
    /// The day of this number; past the end of a short month it is the last day (`clamp`).
    Number { day: u8, clamp: bool },
    /// The last day.
    LastDay,
    /// The first business day, plus this many business days.
    FirstBusinessDay { plus: u8 },
    /// The last business day, minus this many business days.
    LastBusinessDay { minus: u8 },
}

/// A weekday, written in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
