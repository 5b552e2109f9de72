//! When something that could not be delivered is tried again, and when that ends.

use duly_proof::hash::hash_parts;
use jiff::SignedDuration;

/// The pauses, in seconds. Some seconds for a server that is just restarting, then longer ones,
/// so that a dead peer costs nothing; together a little over a day, because a mail server that is
/// down over a Sunday is mended on Monday. The "Standard Webhooks" specification asks for much the
/// same.
pub const PAUSES_SECONDS: [i64; 11] = [
    15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 14_400, 21_600, 28_800,
];

/// A pause is made longer by up to this share of itself, so that what failed together is not
/// tried again together.
const JITTER_PERCENT_MAX: i64 = 20;

/// The pause after this many tries that failed; none when it was the last. The seed is what is
/// delivered, so that the same delivery always waits the same.
#[must_use]
pub fn pause_after(tries: u64, seed: &str) -> Option<SignedDuration> {
    let index = usize::try_from(tries.checked_sub(1)?).ok()?;
    let base = *PAUSES_SECONDS.get(index)?;
    let drawn = hash_parts(&[b"duly pause", seed.as_bytes(), &tries.to_be_bytes()]);
    let share = i64::from(drawn.0.first().copied().unwrap_or(0));
    let more_ms = base * 10 * JITTER_PERCENT_MAX * share / 255;
    Some(SignedDuration::from_millis(base * 1_000 + more_ms))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_ends_and_takes_a_little_over_a_day() {
        let last = u64::try_from(PAUSES_SECONDS.len()).unwrap();
        assert!(pause_after(last, "x").is_some());
        assert_eq!(pause_after(last + 1, "x"), None);
        let all: i64 = PAUSES_SECONDS.iter().sum();
        assert!((24 * 3_600..30 * 3_600).contains(&all), "{all}");
        assert!(PAUSES_SECONDS.is_sorted());
    }

    #[test]
    fn nothing_that_was_not_tried_waits() {
        assert_eq!(pause_after(0, "x"), None);
    }

    #[test]
    fn two_that_failed_together_are_not_tried_again_together() {
        let pauses: std::collections::BTreeSet<_> = (0..100)
            .map(|number: u32| pause_after(5, &number.to_string()).unwrap())
            .collect();
        assert!(pauses.len() > 50, "{}", pauses.len());
    }

    proptest! {
        #[test]
        fn a_pause_lies_between_its_base_and_a_fifth_more(tries in 1_u64..12, seed in ".*") {
            let base = PAUSES_SECONDS[usize::try_from(tries).unwrap() - 1];
            let pause = pause_after(tries, &seed).unwrap();
            prop_assert!(pause >= SignedDuration::from_secs(base));
            prop_assert!(pause <= SignedDuration::from_secs(base + base / 5));
            prop_assert_eq!(pause_after(tries, &seed), Some(pause));
        }
    }
}
