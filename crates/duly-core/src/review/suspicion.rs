//! A reviewer who agrees with everything within seconds: shown as a reason to look, never as
//! proof of fault.

/// A review that was decided sooner than this was hardly read: the ticket has to be opened and its
/// evidence looked at. A default to tune; no threshold has been validated anywhere we know of.
pub const HASTY_SECONDS: u64 = 30;

/// So many reviews before anything is said about a reviewer.
pub const LOOKS_MIN: usize = 5;

/// One review by one person: from opening it to the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// How long it took.
    pub seconds: u64,
    /// Whether it agreed.
    pub agreed: bool,
}

/// What is odd about a reviewer's looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hasty {
    /// How many reviews, all agreeing.
    pub looks: usize,
    /// How long the one in the middle took.
    pub median_seconds: u64,
}

/// Whether a reviewer always agreed and mostly within seconds.
#[must_use]
pub fn hasty(looks: &[Look]) -> Option<Hasty> {
    if looks.len() < LOOKS_MIN || !looks.iter().all(|look| look.agreed) {
        return None;
    }
    let mut seconds: Vec<u64> = looks.iter().map(|look| look.seconds).collect();
    seconds.sort_unstable();
    let median_seconds = seconds.get(seconds.len() / 2).copied()?;
    (median_seconds < HASTY_SECONDS).then_some(Hasty {
        looks: looks.len(),
        median_seconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(seconds: &[u64], agreed: bool) -> Vec<Look> {
        seconds
            .iter()
            .map(|seconds| Look {
                seconds: *seconds,
                agreed,
            })
            .collect()
    }

    #[test]
    fn always_agreeing_within_seconds_is_shown() {
        let found = hasty(&looks(&[4, 6, 300, 5, 7], true));
        let expected = Hasty {
            looks: 5,
            median_seconds: 6,
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn one_disagreement_or_a_slow_look_is_nothing_to_show() {
        let mut mixed = looks(&[4, 6, 5, 5, 7], true);
        mixed.extend(looks(&[4], false));
        assert_eq!(hasty(&mixed), None);
        assert_eq!(hasty(&looks(&[400, 600, 500, 5, 7], true)), None);
        assert_eq!(hasty(&looks(&[1, 1, 1, 1], true)), None);
    }
}
