//! Means, medians, whole powers and whole roots that come out the same on every machine.
//!
//! IEEE 754 defines `+ - * /` and the square root to the last bit; `powf`, `ln` and `exp` come from
//! whatever library the machine has, and even `powi` promises no order of multiplication. Pages,
//! packs and the client's verifier must print the same figure, so these are not used.

/// Steps of Newton's method after which a root is taken as it is. From a start that is off by less
/// than a factor of two, eight are enough for the roots that are taken here; the bound is for the
/// reader.
const STEPS_MAX: u32 = 100;

/// The mean; none of nothing.
///
/// Summed as distances from the first value, in order, so that the mean of equal values is that
/// value exactly, and a process that never varied has no width by rounding.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    let sum = values.iter().fold(0.0, |sum, value| sum + (value - first));
    Some(first + sum / values.len() as f64)
}

/// The middle value, or the mean of the middle two; none of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    mean(&[lower, upper])
}

/// A whole power, multiplied from the left.
#[must_use]
pub fn power(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

/// The root of this degree of a number that is not negative: 0 of 0, and 0 for what has none.
///
/// Newton's method from a power of two above the root falls steadily; it ends when it does not fall
/// any more, which is within two units of the last place.
#[must_use]
pub fn root(radicand: f64, degree: u32) -> f64 {
    if !radicand.is_finite() || radicand <= 0.0 || degree == 0 {
        return 0.0;
    }
    let count = f64::from(degree);
    let mut guess = above_root(radicand, degree);
    for _ in 0..STEPS_MAX {
        let quotient = radicand / power(guess, degree - 1);
        let next = guess + (quotient - guess) / count;
        if next >= guess {
            break;
        }
        guess = next;
    }
    guess
}

/// A power of two that is not below the root and less than four times it.
fn above_root(radicand: f64, degree: u32) -> f64 {
    let step = power(2.0, degree);
    let (mut guess, mut reached) = (1.0, 1.0);
    while reached < radicand {
        guess *= 2.0;
        reached *= step;
    }
    while reached / step >= radicand && reached > f64::MIN_POSITIVE * step {
        guess /= 2.0;
        reached /= step;
    }
    guess
}
