//! What may be asked as an exception, before anybody decides on it.
//!
//! What a granted one means for duties is said where it is published ([`crate::scope::Exception`])
//! and computed in [`crate::schedule::duties`].

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AssetId, ProcessId};
use crate::scope::Exception;

/// Longest reason, measure or answer; a page of text.
pub const WORDS_BYTES_MAX: usize = 4_000;

/// How many days before its end an exception is shown as expiring: two weeks, so that somebody
/// can still see to it that the work can be done again.
pub const EXPIRING_DAYS: i32 = 14;

/// How many days ahead an exception may begin. Whoever knows a quarter of a year ahead that
/// something will not be done changes what is promised.
pub const AHEAD_DAYS_MAX: i32 = 90;

/// A wish that duties need not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ask {
    /// Which process; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// Which asset; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// First slot it covers.
    pub from: Date,
    /// Last slot it covers; it expires with that day.
    pub to: Date,
    /// Why.
    pub reason: String,
    /// What is done in place of the duties, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
}

/// Why a wish cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// It gives no reason.
    NoReason,
    /// Reason or measure is too long.
    TooLong,
    /// It ends before it begins.
    Backwards,
    /// It covers more days than [`Exception::DAYS_MAX`].
    TooManyDays,
    /// It lies wholly in the past, where it could only rewrite.
    Past,
    /// It begins more than [`AHEAD_DAYS_MAX`] days ahead.
    TooFarAhead,
}

impl AskProblem {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoReason => "exception-without-reason",
            Self::TooLong => "exception-too-long",
            Self::Backwards => "exception-backwards",
            Self::TooManyDays => "exception-too-many-days",
            Self::Past => "exception-past",
            Self::TooFarAhead => "exception-too-far-ahead",
        }
    }

    /// What is wrong and what to do, for whoever asks.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::NoReason => "Say why; the client reads it.".to_owned(),
            Self::TooLong => {
                format!("Reason and measure are at most {WORDS_BYTES_MAX} bytes each.")
            }
            Self::Backwards => "The last day lies before the first.".to_owned(),
            Self::TooManyDays => format!(
                "An exception covers at most {} days. For longer, change what is promised.",
                Exception::DAYS_MAX
            ),
            Self::Past => "The last day is over; nothing can be waived afterwards.".to_owned(),
            Self::TooFarAhead => {
                format!("An exception begins at most {AHEAD_DAYS_MAX} days from today.")
            }
        }
    }
}

/// Everything that is wrong with a wish on a client's date; empty when it can be taken.
#[must_use]
pub fn check(ask: &Ask, today: Date) -> Vec<AskProblem> {
    let mut problems = Vec::new();
    let mut find = |wrong: bool, problem| {
        if wrong {
            problems.push(problem);
        }
    };
    find(ask.reason.trim().is_empty(), AskProblem::NoReason);
    let measure = ask.measure.as_deref().unwrap_or_default();
    let longest = ask.reason.len().max(measure.len());
    find(longest > WORDS_BYTES_MAX, AskProblem::TooLong);
    let backwards = ask.to < ask.from;
    find(backwards, AskProblem::Backwards);
    let last = ask.from.saturating_add((Exception::DAYS_MAX - 1).days());
    find(ask.to > last, AskProblem::TooManyDays);
    find(!backwards && ask.to < today, AskProblem::Past);
    let furthest = today.saturating_add(AHEAD_DAYS_MAX.days());
    find(ask.from > furthest, AskProblem::TooFarAhead);
    problems
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn found(change: impl Fn(&mut Ask)) -> Vec<AskProblem> {
        let mut ask = Ask {
            process: None,
            asset: None,
            from: date(2026, 2, 1),
            to: date(2026, 2, 28),
            reason: "the bakery moves house".to_owned(),
            measure: None,
        };
        change(&mut ask);
        check(&ask, date(2026, 1, 31))
    }

    #[test]
    fn a_month_with_a_reason_can_be_asked_for() {
        assert_eq!(found(|_| {}), []);
    }

    #[test]
    fn ninety_days_can_be_asked_for_and_ninety_one_cannot() {
        assert_eq!(found(|ask| ask.to = date(2026, 5, 1)), []);
        assert_eq!(
            found(|ask| ask.to = date(2026, 5, 2)),
            [AskProblem::TooManyDays]
        );
    }

    #[test]
    fn a_wish_without_a_reason_is_refused() {
        assert_eq!(
            found(|ask| ask.reason = "  ".to_owned()),
            [AskProblem::NoReason]
        );
    }

    #[test]
    fn words_without_end_are_refused() {
        let long = || "x".repeat(WORDS_BYTES_MAX + 1);
        assert_eq!(found(|ask| ask.reason = long()), [AskProblem::TooLong]);
        assert_eq!(
            found(|ask| ask.measure = Some(long())),
            [AskProblem::TooLong]
        );
    }

    #[test]
    fn what_is_over_cannot_be_excepted() {
        let past = |ask: &mut Ask| {
            ask.from = date(2026, 1, 1);
            ask.to = date(2026, 1, 30);
        };
        assert_eq!(found(past), [AskProblem::Past]);
        assert_eq!(found(|ask| ask.from = date(2026, 1, 1)), []);
    }

    #[test]
    fn an_end_before_the_beginning_is_refused() {
        assert_eq!(
            found(|ask| ask.to = date(2026, 1, 31)),
            [AskProblem::Backwards]
        );
    }

    #[test]
    fn what_lies_a_season_ahead_is_refused() {
        let ahead = |ask: &mut Ask| {
            ask.from = date(2026, 5, 2);
            ask.to = date(2026, 5, 3);
        };
        assert_eq!(found(ahead), [AskProblem::TooFarAhead]);
    }

    #[test]
    fn each_problem_has_its_own_code() {
        let all = [
            AskProblem::NoReason,
            AskProblem::TooLong,
            AskProblem::Backwards,
            AskProblem::TooManyDays,
            AskProblem::Past,
            AskProblem::TooFarAhead,
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(|one| one.code()).collect();
        assert_eq!(codes.len(), all.len());
        assert!(all.iter().all(|one| one.message().ends_with('.')));
    }
}
