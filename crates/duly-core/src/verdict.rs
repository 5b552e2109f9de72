//! What observations mean: one of five words, with reasons that a person and a program can use.
//!
//! A verdict is always computed here from observations; a word that a probe, a script or a page
//! brings along is ignored. The five are never fewer: `unknown` is not a kind of `pass`.

use serde::{Deserialize, Serialize};

/// The five words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// What was asked for was found to hold.
    Pass,
    /// It was found not to hold.
    Fail,
    /// A person must look.
    Review,
    /// It could not be found out.
    Unknown,
    /// There was nothing to find out.
    NotApplicable,
}

impl Verdict {
    /// The exit code that every duly command gives for it: 0 holds, 1 does not, 2 could not be
    /// evaluated.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass | Self::NotApplicable => 0,
            Self::Fail => 1,
            Self::Review | Self::Unknown => 2,
        }
    }

    /// Whether nothing is left to mend or to find out: it passes, or the rule does not apply.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Pass | Self::NotApplicable)
    }

    /// The worse of two, for a verdict over several: fail, then unknown, then review, then pass.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |verdict| match verdict {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Review => 2,
            Self::Unknown => 3,
            Self::Fail => 4,
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }

    /// The word, as it stands in JSON and on the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Review => "review",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// A verdict with everything that led to it; the last line that `duly probe` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judgement {
    /// The word.
    pub verdict: Verdict,
    /// The highest level that was reached and held: `L0` to `L5`; absent when none was.
    pub level: Option<String>,
    /// Why, most important first. Never empty unless the verdict is a plain pass.
    pub reasons: Vec<Reason>,
    /// What was looked at and, as important, what was not; each a number with its name.
    pub coverage: serde_json::Map<String, serde_json::Value>,
    /// What the test proves, in words and figures: `differing_share_max` at `confidence`.
    pub bounds: serde_json::Map<String, serde_json::Value>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reason {
    /// Stable, kebab-case, documented: `snapshot-vanished`.
    pub code: String,
    /// One sentence for a person, with the facts in it.
    pub message: String,
}
