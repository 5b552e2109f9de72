//! Charts of ratios: p, with limits by chance alone, and Laney's p′, with limits by how much shares
//! really vary. Both differ from point to point with the number of cases, and stay within 0 to 1.
//!
//! With many cases, chance alone explains so little that a plain p chart takes every month for a
//! signal; p′ measures what else varies and widens the limits by it (Laney, *Improved Control
//! Charts for Attributes*, Quality Engineering 14, 2002). With few cases both are wrong in the
//! other direction: use [`super::rolling`].
//!
//! A share that was always 0, or always 1, has limits without width: the first reading that differs
//! lies outside. What was never seen to vary is not known to.

use super::chart::{Chart, Point, Settings, Trend};
use super::drawing::{Drawing, Lines};
use super::error::TrendError;
use super::phase::{Phase, Span, State, founding, spans};
use super::range::mean_moving;
use super::reading::{Ratio, checked_ratios};

/// Expected moving range of normal figures with a standard deviation of one: d2(2), as printed.
const D2: f64 = 1.128;

/// The p chart: mean share ± 3 standard deviations of a binomial share (Montgomery, *Introduction
/// to Statistical Quality Control*, chapter 7).
///
/// # Errors
///
/// More good ones than there are, too many readings, or new starts that make no sense.
pub fn p(ratios: &[Option<Ratio>], settings: &Settings) -> Result<Trend, TrendError> {
    shares(Chart::P, ratios, settings)
}

/// Laney's p′ chart: the same times σz, the mean moving range of the standardised shares over
/// 1.128. σz below 1, shares that vary less than chance, narrows the limits, as Laney has it.
///
/// # Errors
///
/// The same as for [`p`].
pub fn p_prime(ratios: &[Option<Ratio>], settings: &Settings) -> Result<Trend, TrendError> {
    shares(Chart::PPrime, ratios, settings)
}

fn shares(
    chart: Chart,
    ratios: &[Option<Ratio>],
    settings: &Settings,
) -> Result<Trend, TrendError> {
    let ratios = checked_ratios(ratios)?;
    settings.check(chart)?;
    let mut drawing = Drawing::default();
    for span in spans(ratios.len(), &settings.baselines)? {
        let ratios = span.of(&ratios);
        let (phase, factor) = fit(chart, &span, ratios, settings);
        for ratio in ratios {
            let point = Point {
                value: ratio.and_then(Ratio::share),
                cases: *ratio,
                centre: phase.centre,
                ..Point::default()
            };
            let lines = phase.centre.zip(factor).zip(*ratio);
            let lines = lines.map(|((mean, factor), ratio)| {
                Lines::around(mean, factor * deviation(mean, ratio.total)).within(0.0, 1.0)
            });
            drawing.point(point, lines);
        }
        drawing.phase(phase);
    }
    Ok(drawing.finish(chart, settings))
}

/// The phase, and by what chance's own limits are multiplied; none where there are no limits.
fn fit(
    chart: Chart,
    span: &Span<'_>,
    ratios: &[Option<Ratio>],
    settings: &Settings,
) -> (Phase, Option<f64>) {
    let (founding, counted, state) = founding(ratios);
    let (mean, begun) = (
        mean_share(founding),
        Phase::begin(span, state, counted as u64),
    );
    let mut phase = Phase {
        centre: mean,
        ..begun
    };
    let factor = match (mean, state) {
        (None, _) | (_, State::TooFew) => None,
        (Some(_), _) if chart == Chart::P => Some(1.0),
        (Some(mean), _) => sigma_z(mean, founding, settings.screens_ranges),
    };
    if factor.is_none() {
        phase.state = State::TooFew;
    }
    if chart == Chart::PPrime {
        phase.sigma_z = factor;
    }
    (phase, factor)
}

/// All good ones out of all there are; of whole numbers, so without loss.
fn mean_share(ratios: &[Option<Ratio>]) -> Option<f64> {
    let sum = |sum: Ratio, ratio: &Ratio| Ratio {
        good: sum.good + ratio.good,
        total: sum.total + ratio.total,
    };
    let none = Ratio { good: 0, total: 0 };
    ratios.iter().flatten().fold(none, sum).share()
}

/// Standard deviation of the share of so many cases, by chance alone.
fn deviation(mean: f64, total: u64) -> f64 {
    (mean * (1.0 - mean) / total as f64).sqrt()
}

/// How much more shares vary than by chance alone; 1 where they were always 0 or always 1.
fn sigma_z(mean: f64, ratios: &[Option<Ratio>], screens: bool) -> Option<f64> {
    let standardised = |ratio: &Option<Ratio>| {
        let ratio = (*ratio)?;
        let deviation = deviation(mean, ratio.total);
        let distance = ratio.share()? - mean;
        Some(if deviation > 0.0 {
            distance / deviation
        } else {
            0.0
        })
    };
    let standardised: Vec<Option<f64>> = ratios.iter().map(standardised).collect();
    let range = mean_moving(&standardised, screens)?;
    let never_varied = deviation(mean, 1) <= 0.0;
    Some(if never_varied { 1.0 } else { range / D2 })
}
