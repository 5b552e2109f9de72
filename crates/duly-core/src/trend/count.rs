//! The c chart: events counted in spans of about the same size, such as days of exposure in a
//! month. Limits are the mean ± 3 times its square root, which is what a Poisson count varies by
//! (Montgomery, *Introduction to Statistical Quality Control*, chapter 7), and not below 0.
//!
//! Where there are hardly any events, the lower limit is 0 and a chart of the time between them
//! says more: [`super::between`].

use super::chart::{Chart, Point, Settings, Trend};
use super::drawing::{Drawing, Lines};
use super::error::TrendError;
use super::exact::mean;
use super::phase::{Phase, State, founding, spans};
use super::reading::check_counts;

/// The chart.
///
/// # Errors
///
/// A count that is none, too many of them, or new starts that make no sense.
pub fn trend(counts: &[Option<f64>], settings: &Settings) -> Result<Trend, TrendError> {
    check_counts(counts)?;
    settings.check(Chart::C)?;
    let mut drawing = Drawing::default();
    for span in spans(counts.len(), &settings.baselines)? {
        let counts = span.of(counts);
        let (founding, counted, state) = founding(counts);
        let centre = mean(&founding.iter().copied().flatten().collect::<Vec<_>>());
        let lines = centre.filter(|_| state != State::TooFew);
        let lines = lines.map(|mean| Lines::around(mean, mean.sqrt()).within(0.0, f64::INFINITY));
        for count in counts {
            let point = Point {
                value: *count,
                centre,
                ..Point::default()
            };
            drawing.point(point, lines);
        }
        drawing.phase(Phase {
            centre,
            lower: lines.map(|lines| lines.lower),
            upper: lines.map(|lines| lines.upper),
            ..Phase::begin(&span, state, counted as u64)
        });
    }
    Ok(drawing.finish(Chart::C, settings))
}
