//! How often somebody may still ask, where nobody has to remember it across a restart: wrong tokens
//! and pings. The rule is `duly_core::sign_in::limit`; the buckets lie in memory, a bounded number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use duly_core::sign_in::limit::{Limit, Try};
use jiff::Timestamp;

/// Buckets at a time: some megabytes. Full ones make room first; where none is full, all are
/// emptied, so that somebody who fills them with made-up names keeps nobody out.
const BUCKETS_MAX: usize = 50_000;

/// The buckets. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets {
    full_at: Arc<Mutex<HashMap<String, Timestamp>>>,
}

impl Buckets {
    /// Takes one out of the bucket of this name.
    pub(crate) fn take(&self, name: &str, limit: Limit, now: Timestamp) -> Try {
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = limit.take(buckets.get(name).copied(), now);
        if let Try::Taken { full_at, .. } = taken {
            if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(name) {
                buckets.retain(|_, full_at| *full_at > now);
                if buckets.len() >= BUCKETS_MAX {
                    buckets.clear();
                }
            }
            buckets.insert(name.to_owned(), full_at);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const TWO: Limit = Limit {
        at_once: 2,
        every: SignedDuration::from_secs(10),
    };

    #[test]
    fn each_name_has_a_bucket_of_its_own_that_fills_again() {
        let buckets = Buckets::default();
        let now = Timestamp::UNIX_EPOCH;
        let took = |name: &str, now| matches!(buckets.take(name, TWO, now), Try::Taken { .. });
        assert!(took("one", now) && took("one", now) && !took("one", now));
        assert!(took("other", now));
        assert!(took("one", now + SignedDuration::from_secs(10)));
    }

    #[test]
    fn made_up_names_fill_nothing_without_end() {
        let buckets = Buckets::default();
        for number in 0..BUCKETS_MAX + 10 {
            buckets.take(&number.to_string(), TWO, Timestamp::UNIX_EPOCH);
        }
        let kept = buckets.full_at.lock().unwrap().len();
        assert!(kept <= BUCKETS_MAX);
    }
}
