//! What so many good ones out of so many say: Wilson's interval for the true share, and the exact
//! chance of seeing so few, or so many, at a given share.
//!
//! The usual "share ± error" is wrong exactly where IT duties live, at small numbers near 100 %: of
//! 24 out of 24 it claims that nothing can ever fail. Wilson's interval (*Probable Inference*,
//! 1927) does not. The tests are exact sums of binomial chances and not an approximation.

use super::reading::Ratio;

/// How sure the interval is, in a hundred: in 95 of 100 such intervals lies the true share.
pub const CONFIDENCE_PERCENT: u32 = 95;

/// The normal quantile of 97.5 %, so that 2.5 % remain on either side.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// An interval of shares, both between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
}

/// Wilson's interval, without a correction for continuity; nothing out of nothing has none.
#[must_use]
pub fn wilson(cases: Ratio) -> Option<Interval> {
    let share = cases.share()?;
    let total = cases.total as f64;
    let squared = QUANTILE * QUANTILE;
    let scale = 1.0 + squared / total;
    let middle = (share + squared / (2.0 * total)) / scale;
    let variance = share * (1.0 - share) / total + squared / (4.0 * total * total);
    let reach = QUANTILE * variance.sqrt() / scale;
    // All or none leave no room on that side, and rounding must not make any.
    let lower = if cases.good == 0 { 0.0 } else { middle - reach };
    let upper = if cases.good >= cases.total {
        1.0
    } else {
        middle + reach
    };
    Some(Interval {
        lower: lower.clamp(0.0, 1.0),
        upper: upper.clamp(0.0, 1.0),
    })
}

/// The chance of so few good ones, or fewer, where each is good with this share.
#[must_use]
pub fn at_most(cases: Ratio, share: f64) -> f64 {
    let Ratio { good, total } = cases;
    if good >= total {
        return 1.0;
    }
    // The smaller of the two tails is summed, outwards from where it begins, so that small chances
    // keep all their figures and nothing is lost to a beginning too small to be held.
    if (good as f64) < share * total as f64 {
        tail(total, good, share)
    } else {
        1.0 - tail(total, total - good - 1, 1.0 - share)
    }
}

/// The chance of so many good ones, or more, where each is good with this share.
#[must_use]
pub fn at_least(cases: Ratio, share: f64) -> f64 {
    let bad = cases.total.saturating_sub(cases.good);
    let turned = Ratio {
        good: bad,
        total: cases.total,
    };
    at_most(turned, 1.0 - share)
}

/// The chances of 0 to `last` out of `total` added up, the largest first; `last` lies below the
/// mean, so that they fall.
fn tail(total: u64, last: u64, share: f64) -> f64 {
    if share >= 1.0 {
        return 0.0;
    }
    if share <= 0.0 {
        return 1.0;
    }
    let odds = (1.0 - share) / share;
    let mut chance = chance_of(total, last, share);
    let mut sum = 0.0;
    for good in (0..=last).rev() {
        sum += chance;
        chance *= good as f64 / (total - good + 1) as f64 * odds;
    }
    sum.min(1.0)
}

/// The chance of exactly `good` out of `total`. The factors above 1 and those below are multiplied
/// in turns, so that the product stays near 1 as long as both are left: neither overflows, and what
/// ends as nothing really is less than can be held.
fn chance_of(total: u64, good: u64, share: f64) -> f64 {
    let few = good.min(total - good);
    let (mut choices, mut goods, mut bads) = (1, 0, 0);
    let mut product = 1.0;
    loop {
        let grows = choices <= few;
        if grows && (product < 1.0 || (goods == good && bads == total - good)) {
            product *= (total - few + choices) as f64 / choices as f64;
            choices += 1;
        } else if goods < good {
            product *= share;
            goods += 1;
        } else if bads < total - good {
            product *= 1.0 - share;
            bads += 1;
        } else {
            return product;
        }
    }
}
