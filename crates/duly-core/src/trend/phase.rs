//! From which points limits are worked out, and when they start anew.
//!
//! Limits that are computed again each month follow a process that gets worse, and never say so.
//! So there are none from fewer than twelve points; up to the twenty-fourth they are *trial* limits
//! of all the points there are; from then on they are *frozen* on the first twenty-four, and newer
//! points are held against what was. They start anew only where a [`Baseline`] says so: somebody
//! changed the process, says what, and answers for it. Who may do that is decided elsewhere.
//!
//! Twelve is where NHSRplotthedots, which draws the charts of NHS England's *Making Data Count*,
//! stops to warn of too few points; it too can fix limits after so many. Twenty-four is two years
//! of months. The decision and what it costs stand in docs/decisions/0030-limits-are-frozen.md.

use serde::{Deserialize, Serialize};

use super::error::TrendError;

/// Fewest points that make limits: a year of months.
pub const POINTS_FOR_LIMITS: usize = 12;

/// So many points limits are frozen on: two years of months.
pub const POINTS_FROZEN: usize = 24;

/// A new start of the limits, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Baseline {
    /// Index of the first point that counts to the new limits.
    pub from: usize,
    /// What was changed in the process; a new start without one is refused.
    pub reason: String,
}

/// How well founded limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Fewer than [`POINTS_FOR_LIMITS`] points: there are no limits and no signals.
    TooFew,
    /// Fewer than [`POINTS_FROZEN`]: limits of all points so far, which the next one still moves.
    Trial,
    /// Limits of the first [`POINTS_FROZEN`] points, which nothing moves any more.
    Frozen,
}

/// The points between two new starts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Phase {
    /// Index of the first point.
    pub from: usize,
    /// Index after the last point.
    pub until: usize,
    /// Why limits started anew here; none for the first phase.
    pub reason: Option<String>,
    /// How well founded the limits are.
    pub state: State,
    /// How many points the limits come from, gaps not counted; on a rolling chart, how many cases
    /// its newest window holds.
    pub counted: u64,
    /// The centre line, in the unit of the readings; a share on charts of ratios.
    pub centre: Option<f64>,
    /// The lower natural limit; none where there are none, or they vary by point.
    pub lower: Option<f64>,
    /// The upper natural limit, likewise.
    pub upper: Option<f64>,
    /// The upper limit of moving ranges, on an XmR chart.
    pub upper_range: Option<f64>,
    /// How much more than by chance alone shares vary, on a p′ chart: 1 is by chance alone.
    pub sigma_z: Option<f64>,
}

impl Phase {
    /// A phase of which nothing is known yet.
    pub(super) fn begin(span: &Span<'_>, state: State, counted: u64) -> Self {
        Self {
            from: span.from,
            until: span.until,
            reason: span.reason.map(str::to_owned),
            state,
            counted,
            centre: None,
            lower: None,
            upper: None,
            upper_range: None,
            sigma_z: None,
        }
    }
}

/// A part of the points to which one set of limits belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span<'a> {
    pub(super) from: usize,
    pub(super) until: usize,
    pub(super) reason: Option<&'a str>,
}

impl Span<'_> {
    /// Its own of all readings.
    pub(super) fn of<'r, T>(&self, readings: &'r [T]) -> &'r [T] {
        readings.get(self.from..self.until).unwrap_or_default()
    }
}

/// Divides so many points at the new starts.
pub(super) fn spans(points: usize, baselines: &[Baseline]) -> Result<Vec<Span<'_>>, TrendError> {
    let mut spans = Vec::new();
    let (mut from, mut reason) = (0, None);
    for baseline in baselines {
        let start = baseline.from;
        if start == 0 || start >= points {
            return Err(TrendError::BaselineOutside {
                from: start,
                points,
            });
        }
        if start <= from {
            return Err(TrendError::BaselinesUnordered { from: start });
        }
        if baseline.reason.trim().is_empty() {
            return Err(TrendError::BaselineWithoutReason { from: start });
        }
        spans.push(Span {
            from,
            until: start,
            reason,
        });
        (from, reason) = (start, Some(baseline.reason.as_str()));
    }
    spans.push(Span {
        from,
        until: points,
        reason,
    });
    Ok(spans)
}

/// Those readings of a span, gaps among them, that its limits come from; how many there are without
/// the gaps; and what limits from so many are called.
pub(super) fn founding<T>(readings: &[Option<T>]) -> (&[Option<T>], usize, State) {
    let mut counted = 0;
    for (index, reading) in readings.iter().enumerate() {
        counted += usize::from(reading.is_some());
        if counted == POINTS_FROZEN {
            let founding = readings.get(..=index).unwrap_or(readings);
            return (founding, counted, State::Frozen);
        }
    }
    (readings, counted, state_of(counted))
}

/// What limits from so many are called.
pub(super) fn state_of(counted: usize) -> State {
    match counted {
        0..POINTS_FOR_LIMITS => State::TooFew,
        POINTS_FOR_LIMITS..POINTS_FROZEN => State::Trial,
        _ => State::Frozen,
    }
}
