//! The moving range: how far one point lies from the one before it. Its mean is the measure of a
//! process's own variation, because what drifts slowly hardly shows in it, and a gap breaks it.

use super::exact::mean;

/// Fewest moving ranges that make limits: half of what twelve points without a gap have. Below it,
/// there are so many gaps that hardly any point has a neighbour.
pub(super) const RANGES_MIN: usize = 6;

/// Moving ranges of at least so many times their mean are left out if screening is asked for: the
/// upper limit of ranges of two, D4(2) = 3.267, after Nelson (1982), as NHSRplotthedots has it.
const SCREENED_FROM: f64 = 3.267;

/// The distance of each point from the one directly before it; none beside a gap.
pub(super) fn moving(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let before = std::iter::once(&None).chain(values);
    let pairs = values.iter().zip(before);
    let distance = |(value, before): (&Option<f64>, &Option<f64>)| {
        let (value, before) = ((*value)?, (*before)?);
        Some((value - before).abs())
    };
    pairs.map(distance).collect()
}

/// The mean moving range; none where there are too few.
pub(super) fn mean_moving(values: &[Option<f64>], screens: bool) -> Option<f64> {
    let ranges: Vec<f64> = moving(values).into_iter().flatten().collect();
    if ranges.len() < RANGES_MIN {
        return None;
    }
    let all = mean(&ranges)?;
    if !screens || all <= 0.0 {
        return Some(all);
    }
    let kept = ranges.iter().copied();
    let kept: Vec<f64> = kept.filter(|range| *range < SCREENED_FROM * all).collect();
    mean(&kept)
}
