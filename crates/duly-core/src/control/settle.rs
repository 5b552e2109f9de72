//! When a cause becomes a warning, and when a warning is over: what comes and goes within minutes
//! is one warning, not twenty.

use jiff::Timestamp;

use super::Cause;

/// What is remembered of a cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether its warning is raised and not cleared.
    pub raised: bool,
    /// Whether it was ever raised.
    pub ever: bool,
    /// Whether a person cleared it by their word and it was not gone since: what they settled is
    /// not raised again for the same cause.
    pub settled_by_word: bool,
    /// Since when it is seen without having been raised.
    pub pending_since: Option<Timestamp>,
    /// Since when it is no longer seen, its warning being raised.
    pub gone_since: Option<Timestamp>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Remember that it is seen, and since when.
    Wait,
    /// Forget that it was seen: it did not last.
    Forget,
    /// Raise the warning.
    Raise,
    /// Remember that it is gone, and since when.
    Gone,
    /// It is back before the warning was cleared.
    Back,
    /// Clear the warning.
    Clear,
}

/// What follows from seeing a cause, or no longer seeing it, at `now`.
#[must_use]
pub fn settle(cause: Cause, seen: bool, known: Known, now: Timestamp) -> Step {
    let Cause::State { after, keep } = cause else {
        return match (seen, known.ever) {
            (true, false) => Step::Raise,
            _ => Step::Nothing,
        };
    };
    if known.settled_by_word && !known.raised {
        return if seen { Step::Nothing } else { Step::Gone };
    }
    let lasted = |since: Timestamp, long| now.duration_since(since) >= long;
    match (seen, known.raised) {
        (true, true) if known.gone_since.is_some() => Step::Back,
        (true, true) => Step::Nothing,
        (true, false) if lasted(known.pending_since.unwrap_or(now), after) => Step::Raise,
        (true, false) if known.pending_since.is_none() => Step::Wait,
        (true, false) => Step::Nothing,
        (false, true) if lasted(known.gone_since.unwrap_or(now), keep) => Step::Clear,
        (false, true) if known.gone_since.is_none() => Step::Gone,
        (false, true) => Step::Nothing,
        (false, false) if known.pending_since.is_some() => Step::Forget,
        (false, false) => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::control::{AT_ONCE, SETTLED};

    /// Plays a row of sightings, one a minute; how often the warning was raised and cleared.
    fn play(cause: Cause, sightings: &[bool]) -> (usize, usize, Known) {
        let start = Timestamp::from_second(1_800_000_000).unwrap();
        let mut known = Known::default();
        let (mut raised, mut cleared) = (0, 0);
        for (minute, seen) in (0_i64..).zip(sightings) {
            let now = start + SignedDuration::from_mins(minute);
            match settle(cause, *seen, known, now) {
                Step::Nothing => {}
                Step::Wait => known.pending_since = Some(now),
                Step::Forget => known.pending_since = None,
                Step::Gone => known.gone_since = Some(now),
                Step::Back => known.gone_since = None,
                Step::Raise => {
                    raised += 1;
                    known = Known {
                        raised: true,
                        ever: true,
                        ..Known::default()
                    };
                }
                Step::Clear => {
                    cleared += 1;
                    known = Known {
                        ever: true,
                        ..Known::default()
                    };
                }
            }
        }
        (raised, cleared, known)
    }

    #[test]
    fn what_lasts_less_than_half_an_hour_is_never_raised() {
        let flicker: Vec<bool> = (0..600).map(|minute| minute % 30 != 0).collect();
        assert_eq!(play(SETTLED, &flicker).0, 0);
    }

    #[test]
    fn what_comes_and_goes_every_hour_is_one_warning() {
        let mut on_and_off: Vec<bool> = vec![true; 31];
        on_and_off.extend((0..3_000).map(|minute| minute / 60 % 2 == 1));
        assert_eq!(
            (play(SETTLED, &on_and_off).0, play(SETTLED, &on_and_off).1),
            (1, 0)
        );
    }

    #[test]
    fn an_event_is_raised_once_and_never_again_however_often_it_is_seen() {
        assert_eq!(play(Cause::Event, &[true, true, false, true]).0, 1);
    }

    #[test]
    fn what_a_person_settled_is_raised_again_only_after_it_was_gone() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let settled = Known {
            ever: true,
            settled_by_word: true,
            ..Known::default()
        };
        assert_eq!(settle(AT_ONCE, true, settled, now), Step::Nothing);
        assert_eq!(settle(AT_ONCE, false, settled, now), Step::Gone);
        let gone = Known {
            settled_by_word: false,
            ..settled
        };
        assert_eq!(settle(AT_ONCE, true, gone, now), Step::Raise);
    }

    proptest! {
        #[test]
        fn raised_and_cleared_take_turns(
            sightings in proptest::collection::vec(any::<bool>(), 0..400),
        ) {
            for cause in [AT_ONCE, SETTLED] {
                let (raised, cleared, known) = play(cause, &sightings);
                prop_assert_eq!(raised, cleared + usize::from(known.raised));
            }
        }
    }
}
