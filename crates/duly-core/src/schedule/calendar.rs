//! Which days are open: holidays as published data, never as code.
//!
//! A question about a year that the calendar does not hold is an error, never "no holidays"; a
//! search for an open day is bounded. Which calendars ship is for `duly-declare`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::civil::plus_days;

/// Most days in a row on which a calendar may be closed; a longer row is an error. The longest
/// closure that anyone keeps is August, and its weekends on either side.
pub const CLOSED_DAYS_MAX: u32 = 40;

/// The holidays of one jurisdiction for the years it knows. Saturdays and Sundays are closed too.
///
/// A date in a year that the calendar does not hold is an error, never "no holidays".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Calendar {
    /// `us-federal`, `england`, …
    pub id: String,
    /// Holidays by year; a year that is present and empty has none.
    pub years: BTreeMap<i16, BTreeSet<Date>>,
}

/// Why a calendar cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It has no data for the year.
    #[error("the calendar `{calendar}` has no data for {year}")]
    YearMissing {
        /// Its id.
        calendar: String,
        /// The year asked about.
        year: i16,
    },
    /// It has no open day near the date.
    #[error("the calendar `{calendar}` is closed for more than {CLOSED_DAYS_MAX} days at {date}")]
    NeverOpen {
        /// Its id.
        calendar: String,
        /// Where the search began.
        date: Date,
    },
    /// It holds a date under another year, where no question would find it.
    #[error("the calendar `{calendar}` holds {date} under the year {year}")]
    WrongYear {
        /// Its id.
        calendar: String,
        /// The year it is filed under.
        year: i16,
        /// The date.
        date: Date,
    },
}

impl CalendarError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::YearMissing { .. } => "calendar-year-missing",
            Self::NeverOpen { .. } => "calendar-never-open",
            Self::WrongYear { .. } => "calendar-wrong-year",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::YearMissing { .. } => "publish the calendar with that year, or ask for less",
            Self::NeverOpen { .. } => "look for a holiday too many in the calendar",
            Self::WrongYear { .. } => "move the date to its own year",
        }
    }
}

impl Calendar {
    /// Whether the calendar is sound: every date lies in the year it is filed under.
    ///
    /// # Errors
    /// [`CalendarError::WrongYear`] for the first that does not.
    pub fn check(&self) -> Result<(), CalendarError> {
        for (year, dates) in &self.years {
            if let Some(date) = dates.iter().find(|date| date.year() != *year) {
                return Err(CalendarError::WrongYear {
                    calendar: self.id.clone(),
                    year: *year,
                    date: *date,
                });
            }
        }
        Ok(())
    }

    /// Whether this is a business day.
    ///
    /// # Errors
    /// [`CalendarError::YearMissing`], for weekends too: what is not known is not guessed.
    pub fn is_open(&self, date: Date) -> Result<bool, CalendarError> {
        let Some(holidays) = self.years.get(&date.year()) else {
            return Err(CalendarError::YearMissing {
                calendar: self.id.clone(),
                year: date.year(),
            });
        };
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(!weekend && !holidays.contains(&date))
    }

    /// The first business day on or after a date.
    ///
    /// # Errors
    /// A year without data, or a closure longer than [`CLOSED_DAYS_MAX`].
    pub fn open_on_or_after(&self, date: Date) -> Result<Date, CalendarError> {
        self.open_from(date, 1)
    }

    /// The last business day on or before a date.
    ///
    /// # Errors
    /// A year without data, or a closure longer than [`CLOSED_DAYS_MAX`].
    pub fn open_on_or_before(&self, date: Date) -> Result<Date, CalendarError> {
        self.open_from(date, -1)
    }

    /// The date this many business days after `date` (before it if negative), which need not be
    /// one itself: one business day after a Saturday is Monday. Zero gives the date back.
    ///
    /// # Errors
    /// A year without data, or a closure longer than [`CLOSED_DAYS_MAX`].
    pub fn plus_business_days(&self, date: Date, count: i64) -> Result<Date, CalendarError> {
        let step = count.signum();
        let mut reached = date;
        for _ in 0..count.unsigned_abs() {
            let next = plus_days(reached, step).ok_or_else(|| self.never_open(date))?;
            reached = self.open_from(next, step)?;
        }
        Ok(reached)
    }

    fn open_from(&self, date: Date, step: i64) -> Result<Date, CalendarError> {
        let mut candidate = date;
        for _ in 0..=CLOSED_DAYS_MAX {
            if self.is_open(candidate)? {
                return Ok(candidate);
            }
            candidate = plus_days(candidate, step).ok_or_else(|| self.never_open(date))?;
        }
        Err(self.never_open(date))
    }

    fn never_open(&self, date: Date) -> CalendarError {
        CalendarError::NeverOpen {
            calendar: self.id.clone(),
            date,
        }
    }
}
