//! The period of a draw: a calendar month of the client's own dates.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A month, `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    first: Date,
}

/// Not a month as [`Period`] spells it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a month: write the year and the month, `2026-10`")]
pub struct NotAPeriod(String);

impl Period {
    /// The month of a date.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self {
            first: date.first_of_month(),
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            first: self.first.saturating_add(1.month()),
        }
    }

    /// Whether a date lies in it.
    #[must_use]
    pub fn holds(self, date: Date) -> bool {
        Self::of(date) == self
    }

    /// Whether it is over on this date.
    #[must_use]
    pub fn is_over_on(self, date: Date) -> bool {
        date > self.last()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let first: Option<Date> = format!("{text}-01").parse().ok();
        // Only its one spelling: a key of the store and a part of the seed.
        first
            .map(|first| Self { first })
            .filter(|period| period.to_string() == text)
            .ok_or_else(|| NotAPeriod(text.to_owned()))
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Self, NotAPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_spelled_in_one_way_only() {
        let period: Period = "2026-02".parse().unwrap();
        assert_eq!(period.to_string(), "2026-02");
        assert_eq!(period.last(), "2026-02-28".parse().unwrap());
        for other in ["2026-2", "2026-13", "2026-02-01", "", "26-02", "2026-00"] {
            assert!(other.parse::<Period>().is_err(), "{other}");
        }
    }

    #[test]
    fn december_is_followed_by_january() {
        let december: Period = "2026-12".parse().unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert!(december.is_over_on("2027-01-01".parse().unwrap()));
        assert!(!december.is_over_on("2026-12-31".parse().unwrap()));
    }
}
