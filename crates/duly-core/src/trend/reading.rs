//! What a chart is made from: readings, looked at before anything is computed. A reading that makes
//! no sense is refused with its place; none is ever mended or left out in silence.

use serde::{Deserialize, Serialize};

use super::error::TrendError;

/// Most readings of one chart: a daily figure for more than thirteen years.
pub const POINTS_MAX: usize = 5_000;

/// Largest reading, either way, and largest count. So many of them, at most [`POINTS_MAX`], still
/// add up without loss where they are whole: the sum stays below 2^53.
pub const MAGNITUDE_MAX: f64 = 1e12;

/// So many good ones out of so many. Out of none, it is a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ratio {
    /// The numerator: how many of them count.
    pub good: u64,
    /// The denominator: how many there are.
    pub total: u64,
}

impl Ratio {
    /// The share, between 0 and 1; nothing out of nothing has none.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.total > 0).then(|| self.good as f64 / self.total as f64)
    }
}

/// Refuses values that are no numbers, or too large, or too many.
pub(super) fn check_values(values: &[Option<f64>]) -> Result<(), TrendError> {
    check_length(values.len())?;
    for (index, value) in present(values) {
        if !value.is_finite() {
            return Err(TrendError::NotFinite { index });
        }
        if value.abs() > MAGNITUDE_MAX {
            return Err(TrendError::TooLarge { index });
        }
    }
    Ok(())
}

/// Refuses, besides, what cannot be a number of things.
pub(super) fn check_counts(values: &[Option<f64>]) -> Result<(), TrendError> {
    check_values(values)?;
    for (index, value) in present(values) {
        if value < 0.0 {
            return Err(TrendError::Negative { index });
        }
        if value.trunc() < value {
            return Err(TrendError::NotWhole { index });
        }
    }
    Ok(())
}

/// Refuses, besides, what cannot be a time that has passed.
pub(super) fn check_times(values: &[Option<f64>]) -> Result<(), TrendError> {
    check_values(values)?;
    for (index, value) in present(values) {
        if value < 0.0 {
            return Err(TrendError::Negative { index });
        }
        if value <= 0.0 {
            return Err(TrendError::Zero { index });
        }
    }
    Ok(())
}

/// Refuses ratios with more good ones than there are, and gives those of which there are any:
/// what was measured on nothing is a gap.
pub(super) fn checked_ratios(ratios: &[Option<Ratio>]) -> Result<Vec<Option<Ratio>>, TrendError> {
    check_length(ratios.len())?;
    for (index, ratio) in present(ratios) {
        let Ratio { good, total } = ratio;
        if good > total {
            return Err(TrendError::MoreGoodThanTotal { index, good, total });
        }
        if total as f64 > MAGNITUDE_MAX {
            return Err(TrendError::TooLarge { index });
        }
    }
    let any = |ratio: &Option<Ratio>| ratio.filter(|ratio| ratio.total > 0);
    Ok(ratios.iter().map(any).collect())
}

fn check_length(points: usize) -> Result<(), TrendError> {
    if points > POINTS_MAX {
        return Err(TrendError::TooManyPoints { points });
    }
    Ok(())
}

fn present<T: Copy>(readings: &[Option<T>]) -> impl Iterator<Item = (usize, T)> {
    let indexed = readings.iter().enumerate();
    indexed.filter_map(|(index, reading)| Some((index, (*reading)?)))
}
