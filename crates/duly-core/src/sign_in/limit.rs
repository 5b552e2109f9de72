//! How often somebody may try: a number of tries at once, and one more after each interval.
//!
//! A bucket is one instant, the one at which it would be full again, so that it costs one whole
//! number in a row and is the same on every node (the generic cell rate algorithm).

use jiff::{SignedDuration, Timestamp};

/// A limit: so many at once, then one more after each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many at once, when nobody tried for long.
    pub at_once: u32,
    /// After how long there is one more.
    pub every: SignedDuration,
}

/// Wrong passwords and codes for one account from browsers that never signed in to it: ten, then
/// one in ten minutes. That is 154 guesses a day at the very most, against passwords of at least
/// twelve characters that are none of the commonest. Nobody is locked out for ever by it: it
/// fills again by itself; a browser that signed in to the account before has a bucket of its own;
/// and a passkey, an identity provider or a one-time link does not ask it.
pub const OF_ACCOUNT: Limit = Limit {
    at_once: 10,
    every: SignedDuration::from_mins(10),
};

/// Wrong tries of any kind from one network address, whatever the account: an office of twenty
/// people behind one address may have a bad morning.
pub const OF_ADDRESS: Limit = Limit {
    at_once: 60,
    every: SignedDuration::from_mins(1),
};

/// Beginnings of a sign-in that leave something behind (a challenge, a state) from one address:
/// each costs a row for some minutes, so that a machine that begins without end fills nothing.
pub const OF_BEGINNINGS: Limit = Limit {
    at_once: 60,
    every: SignedDuration::from_secs(10),
};

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// It may go on; the bucket is full again at this instant.
    Taken {
        /// The bucket afterwards.
        full_at: Timestamp,
        /// Whether it was the last one for now.
        was_last: bool,
    },
    /// Too many; there is one more at this instant.
    TooMany {
        /// When.
        again_at: Timestamp,
    },
}

impl Limit {
    /// Takes one try out of a bucket that is full at an instant; one that nobody used is full.
    #[must_use]
    pub fn take(self, full_at: Option<Timestamp>, now: Timestamp) -> Try {
        let from = full_at.map_or(now, |full_at| full_at.max(now));
        let room = self.every * i32::try_from(self.at_once).unwrap_or(i32::MAX);
        let full_at = from.saturating_add(self.every).unwrap_or(from);
        let latest = now.saturating_add(room).unwrap_or(now);
        if full_at > latest {
            let over = full_at.duration_since(latest);
            return Try::TooMany {
                again_at: now.saturating_add(over).unwrap_or(now),
            };
        }
        Try::Taken {
            full_at,
            was_last: full_at.saturating_add(self.every).unwrap_or(full_at) > latest,
        }
    }

    /// Puts one try back: it turned out to be a good one.
    #[must_use]
    pub fn give_back(self, full_at: Timestamp) -> Timestamp {
        full_at.saturating_sub(self.every).unwrap_or(full_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Tries at these seconds; how many went on.
    fn taken(limit: Limit, seconds: impl Iterator<Item = i64>) -> u32 {
        let (mut full_at, mut count) = (None, 0);
        for second in seconds {
            if let Try::Taken { full_at: next, .. } = limit.take(full_at, at(second)) {
                full_at = Some(next);
                count += 1;
            }
        }
        count
    }

    #[test]
    fn so_many_go_at_once_and_no_more() {
        assert_eq!(taken(OF_ACCOUNT, std::iter::repeat_n(0, 100)), 10);
    }

    #[test]
    fn the_last_one_says_so_and_the_next_says_when() {
        let mut full_at = None;
        for number in 1..=10 {
            match OF_ACCOUNT.take(full_at, at(0)) {
                Try::Taken {
                    full_at: next,
                    was_last,
                } => {
                    assert_eq!(was_last, number == 10, "try {number}");
                    full_at = Some(next);
                }
                Try::TooMany { .. } => panic!("try {number}"),
            }
        }
        let over = OF_ACCOUNT.take(full_at, at(0));
        assert_eq!(over, Try::TooMany { again_at: at(600) });
        assert!(matches!(
            OF_ACCOUNT.take(full_at, at(600)),
            Try::Taken { .. }
        ));
    }

    #[test]
    fn whoever_tries_without_end_gets_one_in_each_interval() {
        let day = 24 * 60 * 60;
        assert_eq!(taken(OF_ACCOUNT, 0..day), 10 + 143);
    }

    #[test]
    fn one_that_is_put_back_can_be_taken_again() {
        let Try::Taken { full_at, .. } = OF_ADDRESS.take(None, at(5)) else {
            panic!("the first is taken");
        };
        assert_eq!(OF_ADDRESS.give_back(full_at), at(5));
    }

    proptest! {
        #[test]
        fn a_bucket_never_lets_more_through_than_its_limit(
            at_once in 1u32..20,
            every in 1i64..1_000,
            gaps in prop::collection::vec(0i64..2_000, 1..200),
        ) {
            let limit = Limit { at_once, every: SignedDuration::from_secs(every) };
            let mut second = 0;
            let seconds: Vec<i64> = gaps.iter().map(|gap| { second += gap; second }).collect();
            let whole = seconds.last().unwrap() - seconds[0];
            let most = i64::from(at_once) + whole / every;
            prop_assert!(i64::from(taken(limit, seconds.into_iter())) <= most);
        }
    }
}
