//! The text of a schedule: what people write in `every:`, `on:` and `due_within:`, and the whole
//! of a rule in one line, as `duly recur` takes it.
//!
//! ```text
//! rule      = [ "every" every ] [ [ "on" ] on { ("," | "and") on } ] [ "from" DATE ]
//!             [ "clamp" "last" "day" ]
//!           | DATE { "," DATE }
//!           | "FREQ=" … [ "from" DATE ]                     the RFC 5545 subset, see `rrule`
//! every     = [ N ] ("day" | "week" | "month" | "quarter" | "year")      plurals too
//!           | "business day"
//!           | WEEKDAY                                       in a rule only: every week on it
//! on        = WEEKDAY                                       of every week
//!           | day [ "of" MONTH | "of" "month" (1|2|3) ]     of a month, a year, a quarter
//!           | N MONTH                                       `15 march`
//! day       = NTH WEEKDAY | "last" WEEKDAY | [ "day" ] N | "last day"
//!           | ("first" | "last") "business day" [ ("+" | "-") N ]
//! allowance = N ("business day" | "day" | "hour")           plurals too
//! ```
//!
//! Where `every` is left out it follows from the days: weekdays mean every week, days of a month
//! every month, days with a month's name every year, days of `month 1` to `3` every quarter.
//! Nothing here knows which day it is, and nothing is guessed: whatever is not in the grammar is
//! refused with its place and with what to write instead.

mod compose;
mod grammar;
mod lex;
mod line;
mod suggest;

pub use compose::{Parts, recurrence};
pub use grammar::{allowance, every, on};
pub use lex::TEXT_BYTES_MAX;
pub(crate) use lex::ordinal;
pub use line::{rule, rule_counted_from};
pub use suggest::nearest;

use super::rule::{DayOfMonth, DayOfWeek};

/// Longest allowance, in days: a duty that may stay open for more than a year is not a duty.
pub const ALLOWANCE_DAYS_MAX: u32 = 366;

/// Why a text is not a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WordsError {
    /// Stable, in kebab-case: `schedule-…` or `rrule-…`.
    pub code: &'static str,
    /// Byte of the given text at which the trouble begins; 0 for errors that are about several
    /// parts, as [`about`](Self::about) says.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Which part of a schedule it is about.
    pub about: About,
}

/// The part of a schedule that an error is about, for a caller who has a place for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The text that was given to be read.
    Text,
    /// The schedule as a whole: something is missing or does not fit together.
    Whole,
    /// [`Parts::every`].
    Every,
    /// The day of this index in [`Parts::on`].
    On(usize),
    /// [`Parts::from`].
    From,
    /// [`Parts::clamp`].
    Clamp,
    /// The date of this index in [`Parts::dates`].
    Dates(usize),
    /// [`Parts::rrule`]; `at` is a byte of it.
    Rrule,
}

pub(crate) fn error(
    code: &'static str,
    at: usize,
    message: impl Into<String>,
    help: impl Into<String>,
) -> WordsError {
    WordsError {
        code,
        at,
        message: message.into(),
        help: help.into(),
        about: About::Text,
    }
}

/// How often: `day`, `2 weeks`, `business day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// How many units; 1 or more.
    pub interval: u32,
    /// Of what.
    pub unit: Unit,
}

/// Units of [`Every`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Civil days.
    Day,
    /// Days on which the calendar is open; the interval is always 1.
    BusinessDay,
    /// Weeks, beginning on Monday.
    Week,
    /// Calendar months.
    Month,
    /// January to March and so on.
    Quarter,
    /// Calendar years.
    Year,
}

impl Unit {
    /// Its name in the singular.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::BusinessDay => "business day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// On which day: `monday`, `2nd tuesday`, `15 march`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Of a week.
    Week(DayOfWeek),
    /// Of a month; `clamp` is not decided yet and always false.
    Month(DayOfMonth),
    /// Of this month of a quarter, 1 to 3.
    Quarter(u8, DayOfMonth),
    /// Of this month of a year, 1 to 12.
    Year(u8, DayOfMonth),
}
