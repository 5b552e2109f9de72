//! What comes of readings on a chart: the points with their lines, the phases that limits belong
//! to, and the signals. It is all that a page, a PDF, a pack or a verifier needs to draw it; nobody
//! computes any of it again.

use serde::{Deserialize, Serialize};

use super::error::TrendError;
use super::phase::{Baseline, Phase, State};
use super::reading::Ratio;
use super::signal::{Rules, Signal};

/// The kinds of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chart {
    /// Single values with their moving range: lengths of time, and most other figures.
    Xmr,
    /// Ratios of some dozens of cases, with limits by chance alone.
    P,
    /// Ratios of many cases, with limits widened by how much shares really vary (Laney 2002).
    PPrime,
    /// The last so many cases taken together: ratios of few.
    Rolling,
    /// How many chances passed between two rare events.
    G,
    /// How much time passed between two rare events.
    T,
    /// Events counted, with about the same chance each time.
    C,
}

impl Chart {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Xmr,
        Self::P,
        Self::PPrime,
        Self::Rolling,
        Self::G,
        Self::T,
        Self::C,
    ];

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Xmr => "xmr",
            Self::P => "p",
            Self::PPrime => "p-prime",
            Self::Rolling => "rolling",
            Self::G => "g",
            Self::T => "t",
            Self::C => "c",
        }
    }

    /// Whether it is made from ratios, and not from single values.
    #[must_use]
    pub fn is_of_ratios(self) -> bool {
        matches!(self, Self::P | Self::PPrime | Self::Rolling)
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// What a measure is for: which way is better, and how far one wants to get.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Which way is better.
    pub better: Better,
    /// What is to be reached, in the unit of the readings; a share between 0 and 1 for ratios.
    /// A reading that equals it has reached it.
    pub target: Option<f64>,
}

/// What can be set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// What the measure is for; without it nothing improves or worsens, it only changes.
    pub aim: Option<Aim>,
    /// Which rules are looked at besides the two that always are.
    pub rules: Rules,
    /// Where limits start anew, oldest first.
    pub baselines: Vec<Baseline>,
    /// Whether large moving ranges are left out when limits are worked out, on the charts that use
    /// them (`xmr`, `p-prime`, `t`). Off: a series that drifts has large ranges too, and leaving
    /// them out narrows its limits until honest points lie outside; even of a stable process it
    /// makes points outside half as frequent again.
    pub screens_ranges: bool,
}

impl Settings {
    /// Refuses a target that nothing on this chart could be held against.
    pub(super) fn check(&self, chart: Chart) -> Result<(), TrendError> {
        let Some(target) = self.aim.and_then(|aim| aim.target) else {
            return Ok(());
        };
        if !target.is_finite() {
            return Err(TrendError::TargetNotFinite);
        }
        if chart.is_of_ratios() && !(0.0..=1.0).contains(&target) {
            return Err(TrendError::TargetNotShare { target });
        }
        Ok(())
    }
}

/// One reading on the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Point {
    /// What is drawn: the value, or the share; none for a gap.
    pub value: Option<f64>,
    /// The cases behind a share: this reading's own, or all of the window on a rolling chart.
    pub cases: Option<Ratio>,
    /// The distance from the point directly before, on an XmR chart.
    pub range: Option<f64>,
    /// The centre line here.
    pub centre: Option<f64>,
    /// The lower limit here; on a rolling chart the lower end of the interval.
    pub lower: Option<f64>,
    /// The upper limit here, likewise.
    pub upper: Option<f64>,
}

/// Readings on a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Which chart.
    pub chart: Chart,
    /// What the measure is for.
    pub aim: Option<Aim>,
    /// As many as there are readings, in their order.
    pub points: Vec<Point>,
    /// The stretches between new starts, oldest first; at least one.
    pub phases: Vec<Phase>,
    /// In the order of their points.
    pub signals: Vec<Signal>,
}

impl Trend {
    /// Index of the newest point that is not a gap.
    #[must_use]
    pub fn newest(&self) -> Option<usize> {
        self.points.iter().rposition(|point| point.value.is_some())
    }

    /// The phase that the newest reading belongs to.
    #[must_use]
    pub fn newest_phase(&self) -> Option<&Phase> {
        self.phases.last()
    }

    /// How well founded today's limits are.
    #[must_use]
    pub fn state(&self) -> State {
        self.newest_phase()
            .map_or(State::TooFew, |phase| phase.state)
    }

    /// Signals since limits last started anew: what was before was answered by that.
    pub fn signals_now(&self) -> impl Iterator<Item = &Signal> {
        let from = self.newest_phase().map_or(0, |phase| phase.from);
        self.signals
            .iter()
            .filter(move |signal| signal.index >= from)
    }

    /// Signals that the newest point completes.
    pub fn signals_at_newest(&self) -> impl Iterator<Item = &Signal> {
        let newest = self.newest();
        self.signals
            .iter()
            .filter(move |signal| Some(signal.index) == newest)
    }

    /// Whether the target is tested by chance alone instead of being held against natural limits.
    pub(super) fn is_tested(&self) -> bool {
        self.chart == Chart::Rolling
    }
}
