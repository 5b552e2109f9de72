//! Charts of what passes between two rare events: g counts chances, t measures time. Something that
//! happens twice a year makes a chart of noughts by the month; by the time between it can be seen
//! whether it grows rarer. Each reading is one completed stretch; the one that still runs is not a
//! reading yet. Longer is better.
//!
//! The lower limit of a g chart is nearly always 0, so that it shows events growing more frequent
//! by a run and hardly ever by a point.

use super::chart::{Chart, Point, Settings, Trend};
use super::drawing::{Drawing, Lines};
use super::error::TrendError;
use super::exact::{mean, median, power, root};
use super::phase::{Phase, Span, State, founding, spans};
use super::reading::{check_counts, check_times};
use super::xmr::natural;

/// The g chart, of how many chances (duties, days) passed between two events: limits are the mean
/// ± 3 times √(mean · (mean + 1)), which is what a geometric count varies by (Benneyan 2001;
/// Montgomery, chapter 7), and not below 0.
///
/// The centre is the median, as qicharts2 has it: of a geometric count, five of eight lie below the
/// mean, so a run below the mean would be nothing odd.
///
/// # Errors
///
/// A count that is none, too many of them, or new starts that make no sense.
pub fn g(counts: &[Option<f64>], settings: &Settings) -> Result<Trend, TrendError> {
    check_counts(counts)?;
    put_together(Chart::G, counts, settings, |founding| {
        let present: Vec<f64> = founding.iter().copied().flatten().collect();
        let (mean, median) = (mean(&present)?, median(&present)?);
        let lines = Lines::around(mean, (mean * (mean + 1.0)).sqrt());
        let lines = lines.within(0.0, f64::INFINITY);
        Some(Lines {
            centre: median,
            ..lines
        })
    })
}

/// The t chart, of how much time passed between two events, in any unit: each time is taken to the
/// power 1/3.6, which makes waiting times all but normal (Nelson, *A Control Chart for
/// Parts-Per-Million Nonconforming Items*, 1994), judged as by [`super::xmr`], and taken back.
///
/// # Errors
///
/// A time that is not above zero, too many of them, or new starts that make no sense.
pub fn t(times: &[Option<f64>], settings: &Settings) -> Result<Trend, TrendError> {
    check_times(times)?;
    put_together(Chart::T, times, settings, |founding| {
        let levelled: Vec<_> = founding.iter().map(|time| time.map(levelled)).collect();
        let limits = natural(&levelled, settings.screens_ranges)?;
        // A limit below zero has nothing to be taken back to; no time lies below it either.
        Some(limits.lines().map(|line| time_of(line.max(0.0))))
    })
}

/// 1/3.6 is 5/18: the eighteenth root of the fifth power, root first so that nothing overflows.
fn levelled(time: f64) -> f64 {
    power(root(time, 18), 5)
}

/// 3.6 is 18/5.
fn time_of(levelled: f64) -> f64 {
    power(root(levelled, 5), 18)
}

fn put_together(
    chart: Chart,
    values: &[Option<f64>],
    settings: &Settings,
    fit: impl Fn(&[Option<f64>]) -> Option<Lines>,
) -> Result<Trend, TrendError> {
    settings.check(chart)?;
    let mut drawing = Drawing::default();
    for span in spans(values.len(), &settings.baselines)? {
        let values = span.of(values);
        let (phase, lines) = phase(&span, values, &fit);
        for value in values {
            let point = Point {
                value: *value,
                centre: phase.centre,
                ..Point::default()
            };
            drawing.point(point, lines);
        }
        drawing.phase(phase);
    }
    Ok(drawing.finish(chart, settings))
}

fn phase(
    span: &Span<'_>,
    values: &[Option<f64>],
    fit: impl Fn(&[Option<f64>]) -> Option<Lines>,
) -> (Phase, Option<Lines>) {
    let (founding, counted, state) = founding(values);
    let lines = fit(founding).filter(|_| state != State::TooFew);
    let state = lines.map_or(State::TooFew, |_| state);
    // Without limits, the middle one is all there is to say.
    let present: Vec<f64> = founding.iter().copied().flatten().collect();
    let centre = lines.map_or_else(|| median(&present), |lines| Some(lines.centre));
    let phase = Phase {
        centre,
        lower: lines.map(|lines| lines.lower),
        upper: lines.map(|lines| lines.upper),
        ..Phase::begin(span, state, counted as u64)
    };
    (phase, lines)
}
