//! What a sample proves: the largest share of files that can differ although none of the files
//! drawn did.
//!
//! Exact for a finite number of files (hypergeometric, drawn without replacement), so that
//! reading all of them proves all of them; never looser than `1 - 0.05^(1/n)`. It speaks only
//! about the files that could be compared, and sampling never finds rare losses: one bad file
//! among 10,000 needs 9,501 draws. Source: backups.md, section 5.

use serde_json::{Map, Value};

/// How sure every bound is, fixed so that two reports can be compared.
pub const CONFIDENCE: f64 = 0.95;

/// The bound for infinitely many files: `1 - 0.05^(1/n)`; 1 when nothing was drawn.
#[must_use]
pub fn share_max_of_infinite(drawn: u64) -> f64 {
    if drawn == 0 {
        return 1.0;
    }
    let drawn = drawn as f64;
    1.0 - (1.0 - CONFIDENCE).powf(1.0 / drawn)
}

/// The largest number of differing files among `population` that would still leave a draw of
/// `drawn` files, without replacement, free of them with a chance above 5 %.
#[must_use]
pub fn differing_max(population: u64, drawn: u64) -> u64 {
    if drawn == 0 {
        return population;
    }
    let drawn = drawn.min(population);
    // P(none drawn | d differ) = product over j < d of (N - n - j) / (N - j).
    let mut none_drawn = 1.0_f64;
    let mut differing = 0_u64;
    while differing < population - drawn {
        let remaining = (population - drawn - differing) as f64;
        none_drawn *= remaining / (population - differing) as f64;
        if none_drawn <= 1.0 - CONFIDENCE {
            break;
        }
        differing += 1;
    }
    differing
}

/// The same as a share of `population`; 1 when there is nothing or nothing was drawn.
#[must_use]
pub fn share_max(population: u64, drawn: u64) -> f64 {
    if population == 0 || drawn == 0 {
        return 1.0;
    }
    differing_max(population, drawn) as f64 / population as f64
}

/// What was read and what of it differed, as the judgement states it.
#[must_use]
pub fn statement(population: u64, drawn: u64, differing: u64) -> Map<String, Value> {
    let mut bounds = Map::new();
    bounds.insert("confidence".into(), CONFIDENCE.into());
    bounds.insert("population".into(), population.into());
    bounds.insert("compared".into(), drawn.into());
    bounds.insert("differing".into(), differing.into());
    let words = if drawn == 0 {
        "no file was compared, so nothing is proven".to_owned()
    } else if differing > 0 {
        format!("{differing} of the {drawn} files drawn differ, so no bound is claimed")
    } else if drawn >= population {
        format!("all {population} files that could be compared are equal")
    } else {
        let share = share_max(population, drawn);
        bounds.insert("differing_share_max".into(), rounded(share).into());
        bounds.insert(
            "differing_files_max".into(),
            differing_max(population, drawn).into(),
        );
        format!(
            "no more than {} % of the {population} files that could be compared differ, 95 % sure",
            per_cent(share)
        )
    };
    if drawn >= population && differing == 0 && drawn > 0 {
        bounds.insert("differing_share_max".into(), 0.0.into());
        bounds.insert("differing_files_max".into(), 0.into());
    }
    bounds.insert("statement".into(), words.into());
    bounds
}

/// A share in per cent, rounded up to two figures after the point so that it never claims more
/// than it proves; `1` rather than `1.00`.
fn per_cent(share: f64) -> String {
    let text = format!("{:.2}", (share * 10_000.0).ceil() / 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Six figures are more than a sample can carry; fewer would hide the exact bound.
fn rounded(share: f64) -> f64 {
    (share * 1e6).ceil() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hundred_clean_files_prove_less_than_one_per_cent() {
        assert!((share_max_of_infinite(300) - 0.00994).abs() < 0.0001);
        assert!((share_max_of_infinite(60) - 0.0487).abs() < 0.0001);
        assert!((share_max_of_infinite(3_000) - 0.000_998).abs() < 0.00001);
    }

    #[test]
    fn one_bad_file_among_ten_thousand_needs_nine_thousand_five_hundred_and_one() {
        assert_eq!(differing_max(10_000, 9_499), 1);
        assert_eq!(differing_max(10_000, 9_500), 0);
    }

    #[test]
    fn reading_everything_proves_everything() {
        assert_eq!(differing_max(300, 300), 0);
        assert_eq!(statement(300, 300, 0)["differing_files_max"], 0);
    }

    #[test]
    fn reading_nothing_proves_nothing() {
        assert_eq!(differing_max(300, 0), 300);
        assert!((share_max(0, 0) - 1.0).abs() < f64::EPSILON);
        assert!(statement(300, 0, 0).get("differing_share_max").is_none());
    }

    #[test]
    fn a_differing_file_withdraws_the_bound() {
        let bounds = statement(17_059, 300, 1);
        assert!(bounds.get("differing_share_max").is_none());
    }

    #[test]
    fn the_statement_is_a_sentence_with_its_figure() {
        assert_eq!(
            statement(17_059, 300, 0)["statement"],
            "no more than 0.99 % of the 17059 files that could be compared differ, 95 % sure"
        );
    }

    proptest::proptest! {
        #[test]
        fn a_finite_bound_is_never_looser_than_the_infinite_one(
            population in 1_u64..100_000,
            share in 0.0_f64..1.0,
        ) {
            let drawn = ((population as f64 * share) as u64).max(1);
            proptest::prop_assert!(
                share_max(population, drawn) <= share_max_of_infinite(drawn) + 1e-9
            );
        }

        #[test]
        fn drawing_more_never_proves_less(population in 2_u64..20_000, drawn in 1_u64..20_000) {
            let drawn = drawn.min(population - 1);
            proptest::prop_assert!(
                differing_max(population, drawn + 1) <= differing_max(population, drawn)
            );
        }
    }
}
