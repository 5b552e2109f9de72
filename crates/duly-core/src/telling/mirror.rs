//! A ticket's mirror: its picture in a help desk that is not ours. The duty leads and the mirror
//! follows. Whoever closes the mirror has not closed the duty.

use serde::{Deserialize, Serialize};

/// How often a mirror that was closed over there is opened again. Somebody who closes it a fourth
/// time, or a rule over there that does, is not argued with: a warning says so instead.
pub const REOPENED_MAX: u64 = 3;

/// How a mirror stands, as far as duly knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MirrorState {
    /// It was asked for and is not known to be there.
    Asked,
    /// It is there and open.
    Open,
    /// It was closed, with the duty.
    Closed,
}

/// What the other side says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherSide {
    /// Open.
    Open,
    /// Closed.
    Closed,
    /// It cannot be asked: a mirror that is kept by mail.
    Silent,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MirrorAct {
    /// Make it.
    Make,
    /// Close it, since the duty has ended.
    Close,
    /// Open it again, with a word why.
    Reopen,
    /// Nothing more over there; say here that it was closed too often.
    Warn,
}

/// What follows for a ticket and its mirror, if there is one. `is_owed` is whether its work is
/// still to be done, `needs_person` whether a person has to do any of it.
#[must_use]
pub fn act(
    is_owed: bool,
    needs_person: bool,
    mirror: Option<(MirrorState, OtherSide, u64)>,
) -> Option<MirrorAct> {
    match (is_owed, mirror) {
        (true, None) => needs_person.then_some(MirrorAct::Make),
        (false, Some((MirrorState::Asked | MirrorState::Open, ..))) => Some(MirrorAct::Close),
        (true, Some((MirrorState::Open, OtherSide::Closed, reopened))) => {
            Some(if reopened < REOPENED_MAX {
                MirrorAct::Reopen
            } else {
                MirrorAct::Warn
            })
        }
        // A duty that is owed again after it had ended.
        (true, Some((MirrorState::Closed, ..))) => Some(MirrorAct::Reopen),
        (false, None | Some((MirrorState::Closed, ..)))
        | (true, Some((MirrorState::Asked | MirrorState::Open, ..))) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [MirrorState; 3] = [MirrorState::Asked, MirrorState::Open, MirrorState::Closed];
    const SIDES: [OtherSide; 3] = [OtherSide::Open, OtherSide::Closed, OtherSide::Silent];

    #[test]
    fn one_that_only_a_probe_works_on_is_not_mirrored() {
        assert_eq!(act(true, false, None), None);
        assert_eq!(act(true, true, None), Some(MirrorAct::Make));
        assert_eq!(act(false, true, None), None);
    }

    #[test]
    fn a_duty_that_has_ended_closes_its_mirror_whatever_the_other_side_says() {
        for side in SIDES {
            for state in [MirrorState::Asked, MirrorState::Open] {
                let found = act(false, true, Some((state, side, 9)));
                assert_eq!(found, Some(MirrorAct::Close));
            }
            assert_eq!(act(false, true, Some((MirrorState::Closed, side, 0))), None);
        }
    }

    #[test]
    fn closing_the_mirror_never_ends_the_duty_and_is_answered_a_bounded_number_of_times() {
        for reopened in 0..REOPENED_MAX {
            let closed = Some((MirrorState::Open, OtherSide::Closed, reopened));
            assert_eq!(act(true, true, closed), Some(MirrorAct::Reopen));
        }
        let again = Some((MirrorState::Open, OtherSide::Closed, REOPENED_MAX));
        assert_eq!(act(true, true, again), Some(MirrorAct::Warn));
    }

    #[test]
    fn nothing_is_made_twice() {
        for state in STATES {
            for side in SIDES {
                let found = act(true, true, Some((state, side, 0)));
                assert_ne!(found, Some(MirrorAct::Make));
            }
        }
    }
}
