//! The XmR chart: single values, with limits from how far neighbours lie apart.
//!
//! Limits are the mean ± 2.66 times the mean moving range, and 3.268 times it for ranges, as
//! Wheeler prints both (*Understanding Variation*, 1993). 2.66 is 3 / d2(2) = 3 / 1.128 = 2.6596,
//! rounded, so programs that divide differ by up to two parts in ten thousand; 3.268 is D4(2),
//! which others print as 3.267.
//!
//! A range above its limit is drawn and is no signal by itself: the jump that makes it is already
//! seen in the values, or is seen soon.

use super::chart::{Chart, Point, Settings, Trend};
use super::drawing::{Drawing, Lines};
use super::error::TrendError;
use super::exact::mean;
use super::phase::{Phase, State, founding, spans};
use super::range::{mean_moving, moving};
use super::reading::check_values;

/// Distance of the natural limits from the mean, in mean moving ranges.
pub const LIMIT_RANGES: f64 = 2.66;

/// Upper limit of the moving ranges, in mean moving ranges.
pub const UPPER_RANGE_RANGES: f64 = 3.268;

/// The figures of one set of limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Natural {
    /// The mean.
    pub mean: f64,
    /// The lower natural limit.
    pub lower: f64,
    /// The upper natural limit.
    pub upper: f64,
    /// The upper limit of the moving ranges.
    pub upper_range: f64,
}

/// The natural limits of these values, however few; none where too few of them have a neighbour.
/// A chart asks only where there are enough, and decides which values these are.
#[must_use]
pub fn natural(values: &[Option<f64>], screens_ranges: bool) -> Option<Natural> {
    let present: Vec<f64> = values.iter().copied().flatten().collect();
    let mean = mean(&present)?;
    let range = mean_moving(values, screens_ranges)?;
    Some(Natural {
        mean,
        lower: mean - LIMIT_RANGES * range,
        upper: mean + LIMIT_RANGES * range,
        upper_range: UPPER_RANGE_RANGES * range,
    })
}

impl Natural {
    pub(super) fn lines(self) -> Lines {
        let two_thirds = (self.upper - self.mean) * 2.0 / 3.0;
        Lines {
            centre: self.mean,
            lower: self.lower,
            upper: self.upper,
            lower_inner: self.mean - two_thirds,
            upper_inner: self.mean + two_thirds,
        }
    }
}

/// The chart.
///
/// # Errors
///
/// A value that is no finite number, too many of them, or new starts that make no sense.
pub fn trend(values: &[Option<f64>], settings: &Settings) -> Result<Trend, TrendError> {
    check_values(values)?;
    settings.check(Chart::Xmr)?;
    let mut drawing = Drawing::default();
    for span in spans(values.len(), &settings.baselines)? {
        let values = span.of(values);
        let (founding, counted, state) = founding(values);
        let limits = match state {
            State::TooFew => None,
            State::Trial | State::Frozen => natural(founding, settings.screens_ranges),
        };
        let state = limits.map_or(State::TooFew, |_| state);
        let centre = mean(&founding.iter().copied().flatten().collect::<Vec<_>>());
        for (value, range) in values.iter().zip(moving(values)) {
            let point = Point {
                value: *value,
                range,
                centre,
                ..Point::default()
            };
            drawing.point(point, limits.map(Natural::lines));
        }
        drawing.phase(Phase {
            centre,
            lower: limits.map(|limits| limits.lower),
            upper: limits.map(|limits| limits.upper),
            upper_range: limits.map(|limits| limits.upper_range),
            ..Phase::begin(&span, state, counted as u64)
        });
    }
    Ok(drawing.finish(Chart::Xmr, settings))
}
