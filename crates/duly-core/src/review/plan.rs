//! How many of a lot are drawn: a share of it, or the sample sizes of MIL-STD-105E, whichever the
//! process declares; twice as many while the process is under tightened inspection.
//!
//! Either way the plan accepts nothing: one ticket that is not as recorded is enough to tighten
//! (see [`super::stage`]). The acceptance numbers of the standard are therefore not used.

use crate::process::{SamplingPlan, SpotCheck};
use crate::review::stage::Stage;

/// Factor by which tightened inspection draws more.
pub const TIGHTENED_FACTOR: u32 = 2;

/// A row of the standard's table: lots up to this size, the code letter, the sample size.
type Row = (u32, char, u32);

/// MIL-STD-105E (10 May 1989, US government), table I, general inspection level II, with the sample
/// sizes of table II-A.
const MIL_STD_105E: [Row; 15] = [
    (8, 'A', 2),
    (15, 'B', 3),
    (25, 'C', 5),
    (50, 'D', 8),
    (90, 'E', 13),
    (150, 'F', 20),
    (280, 'G', 32),
    (500, 'H', 50),
    (1_200, 'J', 80),
    (3_200, 'K', 125),
    (10_000, 'L', 200),
    (35_000, 'M', 315),
    (150_000, 'N', 500),
    (500_000, 'P', 800),
    (u32::MAX, 'Q', 1_250),
];

/// The code letter of a lot and how many the standard draws from it; never more than there are.
#[must_use]
pub fn mil_std_105e(lot: u32) -> (char, u32) {
    let row = MIL_STD_105E.iter().find(|(up_to, ..)| lot <= *up_to);
    let (_, letter, sample) = row.copied().unwrap_or((u32::MAX, 'Q', 1_250));
    (letter, sample.min(lot))
}

/// How many of a lot a process draws, before each technician's own minimum.
#[must_use]
pub fn sample(check: &SpotCheck, lot: u32, stage: Stage) -> u32 {
    let share = u64::from(lot) * u64::from(check.rate_percent);
    let share = u32::try_from(share.div_ceil(100)).unwrap_or(u32::MAX);
    let normal = match check.plan {
        None => share,
        Some(SamplingPlan::MilStd105e) => share.max(mil_std_105e(lot).1),
    };
    normal.saturating_mul(factor(stage)).min(lot)
}

/// How many of each technician's tickets are drawn at least.
#[must_use]
pub fn at_least(check: &SpotCheck, stage: Stage) -> u32 {
    let least = check.at_least_per_technician_per_month.unwrap_or(0);
    least.saturating_mul(factor(stage))
}

fn factor(stage: Stage) -> u32 {
    match stage {
        Stage::Normal => 1,
        Stage::Tightened { .. } => TIGHTENED_FACTOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIGHTENED: Stage = Stage::Tightened { clean: 0 };

    fn check(rate_percent: u32) -> SpotCheck {
        SpotCheck {
            rate_percent,
            at_least_per_technician_per_month: Some(1),
            plan: None,
            minutes: None,
            within: None,
        }
    }

    #[test]
    fn the_letters_are_those_of_the_standard() {
        // Level II, as published: 26-50 D 8, 51-90 E 13, 91-150 F 20, 151-280 G 32, 281-500 H 50.
        let expected = [
            (26, 'D', 8),
            (50, 'D', 8),
            (51, 'E', 13),
            (90, 'E', 13),
            (91, 'F', 20),
            (150, 'F', 20),
            (151, 'G', 32),
            (280, 'G', 32),
            (281, 'H', 50),
            (500, 'H', 50),
            (501, 'J', 80),
            (1, 'A', 1),
            (u32::MAX, 'Q', 1_250),
        ];
        for (lot, letter, sample) in expected {
            assert_eq!(mil_std_105e(lot), (letter, sample), "{lot}");
        }
    }

    #[test]
    fn a_share_is_rounded_up_so_that_small_lots_are_drawn_from() {
        assert_eq!(sample(&check(20), 1, Stage::Normal), 1);
        assert_eq!(sample(&check(20), 6, Stage::Normal), 2);
        assert_eq!(sample(&check(20), 0, Stage::Normal), 0);
    }

    #[test]
    fn tightened_inspection_draws_twice_as_many_but_not_more_than_there_are() {
        assert_eq!(sample(&check(20), 40, TIGHTENED), 16);
        assert_eq!(sample(&check(80), 10, TIGHTENED), 10);
        assert_eq!(at_least(&check(20), TIGHTENED), 2);
    }

    #[test]
    fn the_standard_never_draws_fewer_than_the_declared_share() {
        let declared = |rate| SpotCheck {
            plan: Some(SamplingPlan::MilStd105e),
            ..check(rate)
        };
        assert_eq!(sample(&declared(5), 40, Stage::Normal), 8);
        assert_eq!(sample(&declared(50), 40, Stage::Normal), 20);
    }
}
