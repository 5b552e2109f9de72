//! Trends done right: what a row of readings says about the process behind it, as a process
//! behaviour chart, and what it does not.
//!
//! Most of what goes up and down from month to month means nothing. A chart here first works out
//! how far a process varies by itself, its natural limits, and calls a *signal* only what that does
//! not explain. Read in this order: what a chart is made from ([`reading`]) and why it may be
//! refused ([`error`]), from which points limits come and when they start anew ([`phase`]), the
//! charts ([`xmr`], [`share`], [`rolling`], [`between`], [`count`]), what a signal is ([`signal`]),
//! what comes of it all ([`chart`]), the two words for a reader in a hurry ([`word`]), the sentence
//! that stands for the picture ([`sentence`]), and the document for programs ([`document`]).
//!
//! The same readings give the same figures to the last bit on every machine: only `+ - * /` and the
//! square root are used, which IEEE 754 defines exactly, always in the order of the points. Powers,
//! roots and binomial chances are worked out from these ([`exact`], [`binomial`]).
//!
//! Nothing here knows what a month is, what is a measure, or who may start limits anew.

pub mod between;
pub mod binomial;
pub mod chart;
pub mod count;
pub mod document;
mod drawing;
pub mod error;
pub mod exact;
pub mod figure;
pub mod phase;
mod range;
pub mod reading;
pub mod rolling;
pub mod sentence;
pub mod share;
pub mod signal;
pub mod word;
pub mod xmr;

use chart::{Chart, Settings, Trend};
use error::TrendError;
use reading::Ratio;

/// The readings of a chart, oldest first; `None` is a gap: a month in which nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Readings<'a> {
    /// Single values, all in one unit.
    Values(&'a [Option<f64>]),
    /// So many good ones out of so many.
    Ratios(&'a [Option<Ratio>]),
}

/// The chart for readings of which nothing else is known: XmR for values; for ratios p′ where there
/// are many cases, and otherwise a rolling one. Many is at least [`rolling::WINDOW`] in more than
/// half of the readings.
#[must_use]
pub fn usual(readings: Readings<'_>) -> Chart {
    let Readings::Ratios(ratios) = readings else {
        return Chart::Xmr;
    };
    let totals = ratios.iter().flatten().map(|ratio| ratio.total);
    let (mut many, mut few) = (0_usize, 0_usize);
    for total in totals.filter(|total| *total > 0) {
        if total >= rolling::WINDOW {
            many += 1;
        } else {
            few += 1;
        }
    }
    if many > few {
        Chart::PPrime
    } else {
        Chart::Rolling
    }
}

/// The trend of some readings on the chart that is asked for.
///
/// # Errors
///
/// The chart is not for such readings, or one of them makes no sense on it; see [`TrendError`].
pub fn trend(
    chart: Chart,
    readings: Readings<'_>,
    settings: &Settings,
) -> Result<Trend, TrendError> {
    match (chart, readings) {
        (Chart::Xmr, Readings::Values(values)) => xmr::trend(values, settings),
        (Chart::G, Readings::Values(values)) => between::g(values, settings),
        (Chart::T, Readings::Values(values)) => between::t(values, settings),
        (Chart::C, Readings::Values(values)) => count::trend(values, settings),
        (Chart::P, Readings::Ratios(ratios)) => share::p(ratios, settings),
        (Chart::PPrime, Readings::Ratios(ratios)) => share::p_prime(ratios, settings),
        (Chart::Rolling, Readings::Ratios(ratios)) => rolling::trend(ratios, settings),
        (chart, Readings::Values(_)) => Err(TrendError::RatiosNeeded { chart }),
        (chart, Readings::Ratios(_)) => Err(TrendError::ValuesNeeded { chart }),
    }
}
