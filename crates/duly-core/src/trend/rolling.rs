//! The rolling chart: at each reading, the last so many cases taken together, with Wilson's
//! interval for the true share, and an exact test against the target.
//!
//! Two restores a month are too few for limits of any kind: on an XmR chart of such shares a stable
//! process shows a signal in nine charts of ten. The last 24 together can be told apart from a
//! target. It takes its time, nine months in the middle for a fall from 97 % to 75 %, so **a single
//! failed restore is a finding at once, elsewhere**; this chart is for the trend only. Both figures
//! are measured in tests/it/trend_rates.rs.
//!
//! A window is made of whole readings, as few of the newest as hold [`WINDOW`] cases, and does not
//! reach back beyond a new start.

use super::binomial::{at_least, at_most, wilson};
use super::chart::{Aim, Better, Chart, Point, Settings, Trend};
use super::drawing::Drawing;
use super::error::TrendError;
use super::phase::{Phase, State, spans, state_of};
use super::reading::{Ratio, checked_ratios};
use super::signal::{Rule, Side, Signal};

/// So many of the newest cases are taken together: a year of two tests a month.
pub const WINDOW: u64 = 24;

/// Largest chance, were the target what is really reached, at which so bad a window is a signal. Of
/// 24 cases against 95 %, that is five failures.
pub const CHANCE_MAX: f64 = 0.01;

/// Most cases of one reading. The test is a sum over cases, and with more of them a p′ chart is the
/// honest one.
pub const TOTAL_MAX: u64 = 10_000;

/// The chart. Without a target there is nothing to be tested, and no signal.
///
/// # Errors
///
/// More good ones than there are, too many cases or readings, or new starts that make no sense.
pub fn trend(ratios: &[Option<Ratio>], settings: &Settings) -> Result<Trend, TrendError> {
    let ratios = checked_ratios(ratios)?;
    settings.check(Chart::Rolling)?;
    for (index, ratio) in ratios.iter().enumerate() {
        if let Some(Ratio { total, .. }) = ratio.filter(|ratio| ratio.total > TOTAL_MAX) {
            return Err(TrendError::TooManyCases { index, total });
        }
    }
    let mut drawing = Drawing::default();
    let mut signals = Vec::new();
    for span in spans(ratios.len(), &settings.baselines)? {
        let mut newest = None;
        let ratios = span.of(&ratios);
        for index in 0..ratios.len() {
            let window = window(ratios.get(..=index).unwrap_or_default());
            drawing.point(window.map_or_else(Point::default, Window::point), None);
            if let Some(window) = window {
                newest = Some(window);
                signals.extend(window.signal(span.from, index, settings.aim));
            }
        }
        let cases = newest.map_or(0, |window| window.cases.total);
        drawing.phase(Phase {
            centre: newest.and_then(|window| window.cases.share()),
            ..Phase::begin(&span, state(cases), cases)
        });
    }
    Ok(drawing.trend(Chart::Rolling, settings, signals))
}

/// How well founded the window is.
fn state(cases: u64) -> State {
    state_of(usize::try_from(cases).unwrap_or(usize::MAX))
}

/// The newest cases at some reading.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// Index of its first reading, counted from the start of its phase.
    from: usize,
    cases: Ratio,
}

/// The window that ends with the last of these readings; none if that is a gap.
fn window(ratios: &[Option<Ratio>]) -> Option<Window> {
    let mut cases = (*ratios.last()?)?;
    let mut from = ratios.len() - 1;
    for (index, ratio) in ratios.iter().enumerate().rev().skip(1) {
        if cases.total >= WINDOW {
            break;
        }
        if let Some(ratio) = ratio {
            cases.good += ratio.good;
            cases.total += ratio.total;
            from = index;
        }
    }
    Some(Window { from, cases })
}

impl Window {
    fn point(self) -> Point {
        let interval = wilson(self.cases);
        Point {
            value: self.cases.share(),
            cases: Some(self.cases),
            lower: interval.map(|interval| interval.lower),
            upper: interval.map(|interval| interval.upper),
            ..Point::default()
        }
    }

    fn signal(self, start: usize, index: usize, aim: Option<Aim>) -> Option<Signal> {
        let aim = aim?;
        if state(self.cases.total) == State::TooFew {
            return None;
        }
        let chance = chance_of_so_bad(self.cases, aim.target?, aim.better);
        (chance <= CHANCE_MAX).then_some(Signal {
            rule: Rule::UnlikelyAtTarget,
            index: start + index,
            from: start + self.from,
            side: match aim.better {
                Better::Up => Side::Below,
                Better::Down => Side::Above,
            },
        })
    }
}

/// The chance of so bad a window, or a worse one, where the target is what is really reached.
#[must_use]
pub fn chance_of_so_bad(cases: Ratio, target: f64, better: Better) -> f64 {
    match better {
        Better::Up => at_most(cases, target),
        Better::Down => at_least(cases, target),
    }
}

/// The chance of so good a window, or a better one, where the target is what is really reached.
#[must_use]
pub fn chance_of_so_good(cases: Ratio, target: f64, better: Better) -> f64 {
    match better {
        Better::Up => at_least(cases, target),
        Better::Down => at_most(cases, target),
    }
}
