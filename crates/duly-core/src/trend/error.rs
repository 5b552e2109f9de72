//! Why there is no trend of some readings. Places are indices: the first reading is 0.

use super::chart::Chart;
use super::reading::{MAGNITUDE_MAX, POINTS_MAX};
use super::rolling::TOTAL_MAX;

/// Why there is no trend of some readings.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TrendError {
    /// Not a number, or infinite.
    #[error("the reading at index {index} is not a finite number")]
    NotFinite {
        /// Which reading.
        index: usize,
    },
    /// Farther from zero than figures are exact.
    #[error("the reading at index {index} lies beyond {MAGNITUDE_MAX:e}")]
    TooLarge {
        /// Which reading.
        index: usize,
    },
    /// Less than zero, where something is counted or time is measured.
    #[error("the reading at index {index} is less than zero")]
    Negative {
        /// Which reading.
        index: usize,
    },
    /// Not a whole number, where something is counted.
    #[error("the reading at index {index} is not a whole number")]
    NotWhole {
        /// Which reading.
        index: usize,
    },
    /// No time at all between two events.
    #[error("the reading at index {index} is zero: two events at once have no time between them")]
    Zero {
        /// Which reading.
        index: usize,
    },
    /// More good ones than there are.
    #[error("the reading at index {index} has {good} good ones out of {total}")]
    MoreGoodThanTotal {
        /// Which reading.
        index: usize,
        /// How many good ones.
        good: u64,
        /// Out of how many.
        total: u64,
    },
    /// Too many cases for an exact test.
    #[error(
        "the reading at index {index} has {total} cases; a rolling chart takes at most {TOTAL_MAX}"
    )]
    TooManyCases {
        /// Which reading.
        index: usize,
        /// How many cases.
        total: u64,
    },
    /// Too many readings.
    #[error("{points} readings are too many; at most {POINTS_MAX} make a chart")]
    TooManyPoints {
        /// How many.
        points: usize,
    },
    /// The chart is for single values.
    #[error("a chart of the kind `{}` is made from single values, not from ratios", .chart.word())]
    ValuesNeeded {
        /// Which chart.
        chart: Chart,
    },
    /// The chart is for ratios.
    #[error("a chart of the kind `{}` is made from good ones out of a total", .chart.word())]
    RatiosNeeded {
        /// Which chart.
        chart: Chart,
    },
    /// Limits start anew at the first reading, or after the last.
    #[error("limits cannot start anew at index {from} of {points} readings")]
    BaselineOutside {
        /// Where they were to start.
        from: usize,
        /// How many readings there are.
        points: usize,
    },
    /// Two new starts in the wrong order, or at the same place.
    #[error("limits start anew at index {from}, which does not lie after the start before it")]
    BaselinesUnordered {
        /// The second of the two.
        from: usize,
    },
    /// Nobody says why.
    #[error("limits start anew at index {from} without a reason")]
    BaselineWithoutReason {
        /// Where.
        from: usize,
    },
    /// A target that no reading could be held against.
    #[error("the target is not a finite number")]
    TargetNotFinite,
    /// A share lies between 0 and 1.
    #[error("the target {target} of a ratio does not lie between 0 and 1")]
    TargetNotShare {
        /// The target.
        target: f64,
    },
}

impl TrendError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite { .. } => "reading-not-finite",
            Self::TooLarge { .. } => "reading-too-large",
            Self::Negative { .. } => "reading-negative",
            Self::NotWhole { .. } => "reading-not-whole",
            Self::Zero { .. } => "reading-zero",
            Self::MoreGoodThanTotal { .. } => "good-exceeds-total",
            Self::TooManyCases { .. } => "reading-too-many-cases",
            Self::TooManyPoints { .. } => "trend-too-many-points",
            Self::ValuesNeeded { .. } => "trend-values-needed",
            Self::RatiosNeeded { .. } => "trend-ratios-needed",
            Self::BaselineOutside { .. } => "baseline-outside",
            Self::BaselinesUnordered { .. } => "baselines-unordered",
            Self::BaselineWithoutReason { .. } => "baseline-without-reason",
            Self::TargetNotFinite => "target-not-finite",
            Self::TargetNotShare { .. } => "target-not-share",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotFinite { .. } => "leave the reading out: a gap says that nothing was measured",
            Self::TooLarge { .. } => "choose a larger unit",
            Self::Negative { .. } => "correct it, or use `xmr`, which takes any number",
            Self::NotWhole { .. } => "correct it, or use `xmr` or `t`, which take fractions",
            Self::Zero { .. } => "measure in a smaller unit, or count opportunities and use `g`",
            Self::MoreGoodThanTotal { .. } => "`good` counts some of `total`; correct one of them",
            Self::TooManyCases { .. } => "use `p-prime`, which is made for many cases",
            Self::TooManyPoints { .. } => "take longer spans, or the newest readings only",
            Self::ValuesNeeded { .. } => "use `p-prime` for many cases and `rolling` for few",
            Self::RatiosNeeded { .. } => "use `xmr`, or give `good` and `total`",
            Self::BaselineOutside { .. } => "name a reading after the first",
            Self::BaselinesUnordered { .. } => "give the starts oldest first, each once",
            Self::BaselineWithoutReason { .. } => "say what was changed in the process",
            Self::TargetNotFinite => "give a number",
            Self::TargetNotShare { .. } => "give a share such as 0.98",
        }
    }

    /// Which reading is wrong, where it is one.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::NotFinite { index }
            | Self::TooLarge { index }
            | Self::Negative { index }
            | Self::NotWhole { index }
            | Self::Zero { index }
            | Self::MoreGoodThanTotal { index, .. }
            | Self::TooManyCases { index, .. } => Some(*index),
            _ => None,
        }
    }
}
