//! What a draw proves, in a sentence: for the page, for the verifier and for the command line, so
//! that all three say the same.

use crate::review::chance::{of_noticing, share_of};
use crate::review::stage::{CLEAN_NEEDED, Stage};

/// The share of bad work that the sentence speaks of: one in ten.
pub const ONE_IN: u32 = 10;

/// A chance in per cent with one digit; never rounded up to certainty.
#[must_use]
pub fn per_cent(chance: f64) -> String {
    if chance >= 1.0 {
        return "100 %".to_owned();
    }
    format!("{:.1} %", (chance * 100.0).min(99.9))
}

/// What the draw would have noticed if one in ten were not as recorded.
#[must_use]
pub fn noticing(lot: u32, drawn: u32) -> String {
    if lot == 0 {
        return "Nothing was finished in this month, so there was nothing to draw.".to_owned();
    }
    let bad = share_of(lot, ONE_IN);
    let chance = per_cent(of_noticing(lot, bad, drawn));
    let whole = match lot {
        1 => "this one".to_owned(),
        lot => format!("one in ten of these {lot}"),
    };
    let rounded = if lot.is_multiple_of(ONE_IN) || lot == 1 {
        String::new()
    } else {
        format!(" ({bad}, rounded up)")
    };
    let were = if lot == 1 { "was" } else { "were" };
    let subject = match drawn {
        0 => {
            return format!(
                "None is looked at: if {whole}{rounded} {were} not as recorded, \
                             nobody would have noticed."
            );
        }
        1 => "the one drawn".to_owned(),
        drawn => format!("the {drawn} drawn"),
    };
    format!(
        "If {whole}{rounded} {were} not as recorded, {subject} would have found at least one with \
         {chance}."
    )
}

/// How strict inspection was, in words.
#[must_use]
pub fn stage(stage: Stage) -> String {
    match stage {
        Stage::Normal => "as declared".to_owned(),
        Stage::Tightened { clean } => format!(
            "tightened, twice as many, since a review disagreed; {clean} of the {CLEAN_NEEDED} in \
             a row that bring it back have agreed"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_noticing_is_said_in_a_sentence() {
        let expected = "If one in ten of these 40 were not as recorded, the 8 drawn would have \
                        found at least one with 60.7 %.";
        assert_eq!(noticing(40, 8), expected);
        let rounded = noticing(12, 3);
        assert!(
            rounded.contains("these 12 (2, rounded up) were"),
            "{rounded}"
        );
    }

    #[test]
    fn certainty_is_said_only_where_it_is_one() {
        assert!(noticing(10_000, 9_000).ends_with("99.9 %."));
        assert!(noticing(5, 5).ends_with("100 %."));
        assert!(noticing(1, 1).starts_with("If this one was not as recorded, the one drawn"));
    }

    #[test]
    fn a_draw_of_nothing_says_that_nobody_would_have_noticed() {
        assert!(noticing(40, 0).contains("nobody would have noticed"));
        assert!(noticing(0, 0).starts_with("Nothing was finished"));
    }
}
