//! How strict inspection is just now. One review that disagrees tightens it for that process of
//! that client; ten in a row that agree bring it back.
//!
//! It goes by process and client, not by technician: that is what one draw is about, so the client
//! can compute it from its own log alone, and no pack carries a mark against a person. A
//! technician's own work is looked at more closely all the same, because the minimum for each
//! technician is doubled too.

use serde::{Deserialize, Serialize};

/// Reviews in a row that must agree before inspection is normal again.
pub const CLEAN_NEEDED: u32 = 10;

/// Normal, or tightened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// As declared.
    #[default]
    Normal,
    /// Twice as many, since a review disagreed.
    #[serde(rename_all = "kebab-case")]
    Tightened {
        /// How many agreed in a row since then.
        clean: u32,
    },
}

/// One review, as far as it bears on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The work is as recorded, at the first look.
    Agreed,
    /// It is not, at whichever look.
    Disagreed,
    /// Agreed after rework: that ticket was not drawn, so it says nothing about the others.
    AgreedAfterRework,
}

impl Stage {
    /// The stage after one more review.
    #[must_use]
    pub fn after(self, verdict: Verdict) -> Self {
        match (self, verdict) {
            (_, Verdict::Disagreed) => Self::Tightened { clean: 0 },
            (Self::Tightened { clean }, Verdict::Agreed) if clean + 1 >= CLEAN_NEEDED => {
                Self::Normal
            }
            (Self::Tightened { clean }, Verdict::Agreed) => Self::Tightened { clean: clean + 1 },
            (stage, Verdict::AgreedAfterRework) | (stage @ Self::Normal, Verdict::Agreed) => stage,
        }
    }

    /// The stage after these reviews, in the order of their entries.
    #[must_use]
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        verdicts.into_iter().fold(Self::Normal, Self::after)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_disagreement_tightens_and_ten_in_a_row_bring_it_back() {
        let mut verdicts = vec![Verdict::Agreed, Verdict::Disagreed];
        verdicts.extend([Verdict::Agreed; 9]);
        assert_eq!(Stage::of(verdicts.clone()), Stage::Tightened { clean: 9 });
        verdicts.push(Verdict::Agreed);
        assert_eq!(Stage::of(verdicts), Stage::Normal);
    }

    #[test]
    fn a_second_disagreement_begins_the_count_anew() {
        let mut verdicts = vec![Verdict::Disagreed];
        verdicts.extend([Verdict::Agreed; 9]);
        verdicts.push(Verdict::Disagreed);
        assert_eq!(Stage::of(verdicts), Stage::Tightened { clean: 0 });
    }

    #[test]
    fn what_agrees_after_rework_is_not_counted_as_clean() {
        let mut verdicts = vec![Verdict::Disagreed];
        verdicts.extend([Verdict::AgreedAfterRework; 30]);
        assert_eq!(Stage::of(verdicts), Stage::Tightened { clean: 0 });
    }

    proptest! {
        #[test]
        fn inspection_is_normal_only_without_a_disagreement_among_the_last_ten(
            agreed in proptest::collection::vec(any::<bool>(), 0..60),
        ) {
            let verdict = |agreed: &bool| match agreed {
                true => Verdict::Agreed,
                false => Verdict::Disagreed,
            };
            let stage = Stage::of(agreed.iter().map(verdict));
            let is_clean = agreed.iter().rev().take(10).all(|agreed| *agreed);
            prop_assert!(stage != Stage::Normal || is_clean);
            let never = agreed.iter().all(|agreed| *agreed);
            prop_assert!(!never || stage == Stage::Normal);
        }
    }
}
