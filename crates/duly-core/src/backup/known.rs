//! What duly remembers of a repository: every snapshot it ever saw there.
//!
//! A repository cannot tell what it no longer has. This memory, kept outside it, is what makes a
//! vanished snapshot, a rolled back or a replaced repository visible. It only ever grows; what is
//! gone stays in it with the time at which that was noticed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Format version of the memory.
pub const KNOWN_VERSION: u32 = 1;

/// Most snapshots kept in memory for one repository; a nightly job fills it in 136 years, a
/// half-hourly one in three. Beyond it the oldest that are gone are dropped first.
pub const SNAPSHOTS_MAX: usize = 50_000;

/// What was seen in one repository before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
pub struct Known {
    /// Format version; 0 while nothing was ever seen.
    pub duly_known: u32,
    /// The repository's own id, which changes when it is made anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// When it was last looked at with success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Timestamp>,
    /// Every snapshot ever seen, by id.
    pub snapshots: BTreeMap<String, SnapshotSeen>,
}

/// One snapshot as it was when it was first seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SnapshotSeen {
    /// When the backup began, by the clock of the machine that made it.
    pub time: Timestamp,
    /// Which machine made it.
    pub host: String,
    /// What it was asked to hold.
    pub paths: Vec<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Id of its tree: two snapshots with the same tree hold the same.
    pub tree: String,
    /// The snapshot it was rewritten from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// When duly first saw it, by duly's clock.
    pub first_seen: Timestamp,
    /// When duly noticed that it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_since: Option<Timestamp>,
    /// What each root held in it, once counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, Held>,
}

/// How much a root holds in a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Held {
    /// Regular files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
}

impl Known {
    /// Whether nothing was ever seen, so that there is no history to hold against.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.looked_at.is_none()
    }

    /// The snapshots that were there at the last look.
    pub fn present(&self) -> impl Iterator<Item = (&String, &SnapshotSeen)> {
        self.snapshots
            .iter()
            .filter(|(_, snapshot)| snapshot.gone_since.is_none())
    }

    /// The ids that were there at the last look and are not among `listed`.
    #[must_use]
    pub fn vanished(&self, listed: &BTreeSet<String>) -> Vec<String> {
        self.present()
            .filter(|(id, _)| !listed.contains(*id))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// The memory after a look that listed `listed` and met `seen` for the first time.
    ///
    /// A repository with another id starts a new memory: its snapshots are not the old one's.
    #[must_use]
    pub fn after(
        &self,
        repository: &str,
        listed: &BTreeSet<String>,
        seen: &BTreeMap<String, SnapshotSeen>,
        now: Timestamp,
    ) -> Self {
        let same = self.repository.as_deref().is_none_or(|id| id == repository);
        let mut snapshots = self.snapshots.clone();
        for (id, snapshot) in &mut snapshots {
            let present = same && listed.contains(id);
            snapshot.gone_since = match snapshot.gone_since {
                _ if present => None,
                Some(since) => Some(since),
                None => Some(now),
            };
        }
        for (id, snapshot) in seen {
            snapshots
                .entry(id.clone())
                .or_insert_with(|| snapshot.clone());
        }
        trim(&mut snapshots);
        Self {
            duly_known: KNOWN_VERSION,
            repository: Some(repository.to_owned()),
            looked_at: Some(now),
            snapshots,
        }
    }
}

/// Drops the longest gone until the bound holds.
fn trim(snapshots: &mut BTreeMap<String, SnapshotSeen>) {
    let over = snapshots.len().saturating_sub(SNAPSHOTS_MAX);
    if over == 0 {
        return;
    }
    let mut gone: Vec<(Timestamp, String)> = snapshots
        .iter()
        .filter_map(|(id, snapshot)| Some((snapshot.gone_since?, id.clone())))
        .collect();
    gone.sort();
    for (_, id) in gone.into_iter().take(over) {
        snapshots.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: i64) -> SnapshotSeen {
        let time = Timestamp::from_second(at).unwrap();
        SnapshotSeen {
            time,
            host: "srv1".into(),
            paths: vec!["/srv".into()],
            tags: Vec::new(),
            tree: "t".into(),
            original: None,
            first_seen: time,
            gone_since: None,
            held: BTreeMap::new(),
        }
    }

    fn ids(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn now(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    fn met(names: &[&str]) -> BTreeMap<String, SnapshotSeen> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), seen(1)))
            .collect()
    }

    #[test]
    fn what_is_gone_stays_in_memory_with_the_time_it_was_noticed() {
        let first = Known::default().after("repo", &ids(&["a", "b"]), &met(&["a", "b"]), now(10));
        assert_eq!(first.vanished(&ids(&["a"])), ["b"]);
        let second = first.after("repo", &ids(&["a"]), &BTreeMap::new(), now(20));
        assert_eq!(second.snapshots["b"].gone_since, Some(now(20)));
        assert!(
            second.vanished(&ids(&["a"])).is_empty(),
            "noticed once, not for ever"
        );
        let third = second.after("repo", &ids(&["a"]), &BTreeMap::new(), now(30));
        assert_eq!(third.snapshots["b"].gone_since, Some(now(20)));
    }

    #[test]
    fn a_snapshot_that_comes_back_is_present_again() {
        let first = Known::default().after("repo", &ids(&["a"]), &met(&["a"]), now(10));
        let gone = first.after("repo", &ids(&[]), &BTreeMap::new(), now(20));
        let back = gone.after("repo", &ids(&["a"]), &BTreeMap::new(), now(30));
        assert_eq!(back.present().count(), 1);
    }

    #[test]
    fn another_repository_at_the_same_place_has_none_of_the_old_snapshots() {
        let first = Known::default().after("repo", &ids(&["a"]), &met(&["a"]), now(10));
        let other = first.after("other", &ids(&["c"]), &met(&["c"]), now(20));
        assert_eq!(
            other
                .present()
                .map(|(id, _)| id.as_str())
                .collect::<Vec<_>>(),
            ["c"]
        );
    }

    #[test]
    fn the_memory_survives_its_file_form() {
        let known = Known::default().after("repo", &ids(&["a"]), &met(&["a"]), now(10));
        let text = serde_json::to_string(&known).unwrap();
        assert_eq!(serde_json::from_str::<Known>(&text).unwrap(), known);
    }
}
