//! What a draw proves, exactly: the chance that at least one of the tickets that are not as
//! recorded is among those drawn.
//!
//! Drawing without replacement makes that hypergeometric. It holds for any sample, however it was
//! divided among technicians, as long as the bad ones lie anywhere among all with equal chance;
//! where they are one technician's alone, that technician's own lot and draw are asked instead.

/// The chance that a draw of `drawn` out of `lot` holds at least one of `bad`; between 0 and 1.
///
/// One minus the product of the chances that each draw in turn misses; no factorials, so there is
/// nothing to overflow, and the error stays far below a billionth for any lot that can be drawn.
#[must_use]
pub fn of_noticing(lot: u32, bad: u32, drawn: u32) -> f64 {
    let bad = bad.min(lot);
    let drawn = drawn.min(lot);
    if bad == 0 || drawn == 0 {
        return 0.0;
    }
    if drawn > lot - bad {
        return 1.0;
    }
    // Whichever of the two is smaller takes fewer steps; the result is the same.
    let (steps, other) = (bad.min(drawn), bad.max(drawn));
    let missed = (0..steps).fold(1.0, |missed, step| {
        missed * f64::from(lot - other - step) / f64::from(lot - step)
    });
    // What is all but certain is still not certain.
    (1.0 - missed).min(1.0 - f64::EPSILON)
}

/// How many of a lot a share means, rounded up: one in ten of 8 is 1. None of an empty lot.
#[must_use]
pub fn share_of(lot: u32, one_in: u32) -> u32 {
    lot.div_ceil(one_in.max(1))
}

/// How many have to be drawn from a very large lot, of which a share is bad, to find at least one
/// with this confidence. For planning; a draw from a real lot is asked with [`of_noticing`].
#[must_use]
pub fn needed(bad_share: f64, confidence: f64) -> Option<u32> {
    let is_share = |value: f64| value > 0.0 && value < 1.0;
    if !is_share(bad_share) || !is_share(confidence) {
        return None;
    }
    let drawn = ((1.0 - confidence).ln() / (1.0 - bad_share).ln()).ceil();
    // A share so small that no lot could fill the draw has no answer.
    // Positive and whole, so the cast changes nothing.
    (drawn <= f64::from(u32::MAX)).then_some(drawn as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOLERANCE: f64 = 1e-9;

    fn is_close(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= TOLERANCE
    }

    #[test]
    fn finding_one_bad_with_ninety_per_cent_takes_45_22_or_11() {
        // Computed with R 4.2.2 for 5, 10 and 20 % bad.
        let drawn = [0.05, 0.10, 0.20].map(|bad| needed(bad, 0.90));
        assert_eq!(drawn, [Some(45), Some(22), Some(11)]);
    }

    #[test]
    fn small_lots_give_the_figures_that_r_gives() {
        // R 4.2.2: 1 - dhyper(0, 4, 36, 8) and 1 - dhyper(0, 10, 90, 13), in per cent.
        let of_40 = of_noticing(40, 4, 8) * 100.0;
        let of_100 = of_noticing(100, 10, 13) * 100.0;
        assert_eq!(format!("{of_40:.1} {of_100:.1}"), "60.7 76.9");
    }

    #[test]
    fn two_checks_a_month_notice_one_fake_in_five_within_a_quarter_or_half_a_year() {
        // 20 % fakes, 6 and 12 checks of a large lot: 73.8 % and 93.1 % (R 4.2.2).
        let within = |checks: i32| 1.0 - 0.8_f64.powi(checks);
        assert_eq!(format!("{:.1}", within(6) * 100.0), "73.8");
        assert_eq!(format!("{:.1}", within(12) * 100.0), "93.1");
        let large = of_noticing(100_000, 20_000, 6);
        assert!((large - within(6)).abs() < 1e-4, "{large}");
    }

    #[test]
    fn what_scipy_computes_is_what_is_computed_here() {
        // scipy.stats.hypergeom.sf(0, lot, bad, drawn), checked against exact fractions.
        let reference = [
            (40, 4, 8, 0.6065215012583434),
            (100, 10, 13, 0.768880443455181),
            (500, 25, 50, 0.933000585949354),
            (7, 1, 2, 0.2857142857142857),
            (1000, 1, 10, 0.01),
            (250, 50, 11, 0.9188434689066075),
            (91, 5, 20, 0.7200287980993134),
            (12, 2, 3, 0.45454545454545453),
            (20000, 200, 315, 0.9588733682757931),
            (5, 5, 1, 1.0),
            (9, 0, 4, 0.0),
        ];
        for (lot, bad, drawn, expected) in reference {
            let found = of_noticing(lot, bad, drawn);
            assert!(is_close(found, expected), "{lot} {bad} {drawn}: {found}");
        }
    }

    #[test]
    fn a_share_that_is_none_has_no_answer() {
        for (bad, confidence) in [
            (0.0, 0.9),
            (1.0, 0.9),
            (0.1, 0.0),
            (0.1, 1.0),
            (f64::NAN, 0.5),
        ] {
            assert_eq!(needed(bad, confidence), None);
        }
    }

    #[test]
    fn one_in_ten_of_eight_is_one() {
        assert_eq!(
            (share_of(8, 10), share_of(40, 10), share_of(0, 10)),
            (1, 4, 0)
        );
    }

    /// The same by counting every possible draw of a small lot.
    fn counted(lot: u32, bad: u32, drawn: u32) -> f64 {
        let (mut all, mut noticed) = (0_u32, 0_u32);
        for draw in 0..(1_u32 << lot) {
            if draw.count_ones() == drawn {
                all += 1;
                noticed += u32::from(draw & ((1 << bad) - 1) != 0);
            }
        }
        f64::from(noticed) / f64::from(all)
    }

    proptest! {
        #[test]
        fn the_chance_is_the_share_of_draws_that_hold_a_bad_one(
            lot in 1_u32..12, bad in 0_u32..12, drawn in 0_u32..12,
        ) {
            let (bad, drawn) = (bad.min(lot), drawn.min(lot));
            let found = of_noticing(lot, bad, drawn);
            prop_assert!(is_close(found, counted(lot, bad, drawn)), "{}", found);
        }

        #[test]
        fn drawing_more_never_notices_less(
            lot in 1_u32..3_000, bad in 0_u32..400, drawn in 0_u32..400,
        ) {
            let chance = of_noticing(lot, bad, drawn);
            let with_one_more = of_noticing(lot, bad, drawn + 1);
            prop_assert!(chance <= with_one_more + TOLERANCE);
            prop_assert!((0.0..=1.0).contains(&chance));
        }
    }
}
