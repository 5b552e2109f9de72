//! The two words beside a measure, as an owner reads them: whether it changes, and whether its aim
//! is reached. Page, PDF and mail say the same ones.

use crate::measure::reading::Figure;
use crate::oversight::report::Row;
use crate::trend::chart::Chart;
use crate::trend::word::{Assurance, Variation};

/// Whether it changes.
#[must_use]
pub fn variation(row: &Row) -> &'static str {
    if row.figure == Figure::NotCounted {
        return NOT_COUNTED;
    }
    match row.variation {
        Some(Variation::Improving) => "better than before",
        Some(Variation::Worsening) => "worse than before",
        Some(Variation::CommonCause) => "varies as always",
        Some(Variation::TooFew) => TOO_EARLY,
        None => "not looked for",
    }
}

/// Whether its aim is reached.
#[must_use]
pub fn assurance(row: &Row) -> &'static str {
    if row.figure == Figure::NotCounted {
        return NOT_COUNTED;
    }
    match row.assurance {
        Assurance::Reaches => "reached",
        Assurance::Fails => "falls short",
        Assurance::HitOrMiss if is_tested(row) => "cannot be told",
        Assurance::HitOrMiss => "left to chance",
        Assurance::NoTarget => "no aim",
        Assurance::TooFew => TOO_EARLY,
    }
}

/// Whether a few cases are held against the aim, and not natural limits.
#[must_use]
pub fn is_tested(row: &Row) -> bool {
    let drawn = row.drawn.as_ref();
    drawn.is_some_and(|drawn| drawn.chart == Chart::Rolling)
}

const NOT_COUNTED: &str = "not counted";
const TOO_EARLY: &str = "too early to say";
