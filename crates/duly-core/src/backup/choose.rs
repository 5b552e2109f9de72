//! Which snapshot stands for which root.
//!
//! One repository may hold the snapshots of several machines and jobs, and one job may be split
//! into several. So each root is looked up by itself: the newest snapshot, not from the future,
//! of the right host, whose paths cover the root. Never "latest": a damaged or future-dated
//! snapshot would hide behind that word.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::known::SnapshotSeen;
use super::manifest::root_from_text;
use super::path::SourcePath;

/// How far ahead of duly's clock a snapshot's time may be before it counts as from the future;
/// two machines without a time service drift apart by minutes, not by quarters of an hour.
pub const FUTURE_SLACK: SignedDuration = SignedDuration::from_mins(15);

/// What was chosen for a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The root.
    pub root: SourcePath,
    /// The snapshot that stands for it.
    pub snapshot: Option<String>,
    /// A newer snapshot of the same job that no longer has the root.
    pub lost_by: Option<String>,
}

/// Which host's snapshots count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// Only this one's.
    Only(String),
    /// Any: no snapshot carries the expected name, and all carry the same one.
    Any,
    /// Any, but several hosts have snapshots of these roots, and nobody said which is meant.
    Ambiguous(Vec<String>),
}

/// Whether a snapshot is dated after `now` by more than [`FUTURE_SLACK`].
#[must_use]
pub fn is_from_the_future(time: Timestamp, now: Timestamp) -> bool {
    time.duration_since(now) > FUTURE_SLACK
}

/// Decides which host is meant: the one that was asked for; else the one the manifest names, if
/// it made any snapshot of these roots; else the only one there is.
#[must_use]
pub fn host_rule(
    asked: Option<&str>,
    manifest: Option<&str>,
    roots: &[SourcePath],
    snapshots: &BTreeMap<String, SnapshotSeen>,
) -> HostRule {
    if let Some(host) = asked {
        return HostRule::Only(host.to_owned());
    }
    let mut hosts: Vec<String> = snapshots
        .values()
        .filter(|snapshot| roots.iter().any(|root| covers(snapshot, root)))
        .map(|snapshot| snapshot.host.clone())
        .collect();
    hosts.sort();
    hosts.dedup();
    match (hosts.as_slice(), manifest) {
        (_, Some(host)) if hosts.iter().any(|known| known == host) => {
            HostRule::Only(host.to_owned())
        }
        ([] | [_], _) => HostRule::Any,
        _ => HostRule::Ambiguous(hosts),
    }
}

/// Chooses for every root. `only`, when not empty, names the snapshots that may be chosen.
#[must_use]
pub fn choose(
    roots: &[SourcePath],
    snapshots: &BTreeMap<String, SnapshotSeen>,
    host: &HostRule,
    only: &[String],
    now: Timestamp,
) -> Vec<Choice> {
    let mut usable: Vec<(&String, &SnapshotSeen)> = snapshots
        .iter()
        .filter(|(_, snapshot)| snapshot.gone_since.is_none())
        .filter(|(_, snapshot)| !is_from_the_future(snapshot.time, now))
        .filter(|(_, snapshot)| !matches!(host, HostRule::Only(name) if *name != snapshot.host))
        .collect();
    usable.sort_by_key(|(id, snapshot)| (std::cmp::Reverse(snapshot.time), (*id).clone()));
    roots
        .iter()
        .map(|root| choose_one(root, &usable, only))
        .collect()
}

fn choose_one(
    root: &SourcePath,
    newest_first: &[(&String, &SnapshotSeen)],
    only: &[String],
) -> Choice {
    let found = newest_first
        .iter()
        .filter(|(id, _)| only.is_empty() || only.contains(id))
        .find(|(_, snapshot)| covers(snapshot, root));
    let lost_by = found.and_then(|(_, chosen)| {
        newest_first
            .iter()
            .filter(|_| only.is_empty())
            .take_while(|(_, newer)| newer.time > chosen.time)
            .find(|(_, newer)| newer.host == chosen.host && share_a_path(newer, chosen))
            .map(|(id, _)| (*id).clone())
    });
    Choice {
        root: root.clone(),
        snapshot: found.map(|(id, _)| (*id).clone()),
        lost_by,
    }
}

/// Whether a snapshot was asked to hold the root: one of its paths is the root or lies above it.
#[must_use]
pub fn covers(snapshot: &SnapshotSeen, root: &SourcePath) -> bool {
    snapshot
        .paths
        .iter()
        .filter_map(|path| root_from_text(path))
        .any(|path| root.is_within(&path))
}

/// Whether two snapshots look like runs of one job: they were asked to hold a path in common.
fn share_a_path(one: &SnapshotSeen, other: &SnapshotSeen) -> bool {
    one.paths.iter().any(|path| other.paths.contains(path))
}

/// How far back a root's own past reaches, in days. A quarter holds what comes round monthly, and
/// what was lost stays a loss for weeks: it has to become half of the past before it looks usual.
const PAST_DAYS: i64 = 90;

/// Its own past: at most so many of the snapshots before `chosen` that cover the root, newest
/// first.
///
/// They are spread evenly over the last 90 days, the newest and the oldest among them. Were they
/// the newest, a root that lost nearly all it held would be as large as ever after a few more
/// backups. Where all are older, the newest of them are taken.
#[must_use]
pub fn past_of<'a>(
    chosen: &SnapshotSeen,
    root: &SourcePath,
    snapshots: &'a BTreeMap<String, SnapshotSeen>,
    count_max: usize,
) -> Vec<(&'a String, &'a SnapshotSeen)> {
    let mut past: Vec<_> = snapshots
        .iter()
        .filter(|(_, snapshot)| snapshot.time < chosen.time && snapshot.host == chosen.host)
        .filter(|(_, snapshot)| covers(snapshot, root))
        .collect();
    past.sort_by_key(|(id, snapshot)| (std::cmp::Reverse(snapshot.time), (*id).clone()));
    let reach = SignedDuration::from_hours(24 * PAST_DAYS);
    let recent =
        past.partition_point(|(_, earlier)| chosen.time.duration_since(earlier.time) <= reach);
    if recent == 0 {
        past.truncate(count_max);
        return past;
    }
    past.truncate(recent);
    spread(past, count_max)
}

/// At most so many of them, evenly spread by their place, the first and the last among them.
fn spread<T>(all: Vec<T>, count_max: usize) -> Vec<T> {
    let (last, steps) = (all.len().saturating_sub(1), count_max.saturating_sub(1));
    if last <= steps || steps == 0 {
        return all.into_iter().take(count_max).collect();
    }
    let wanted: BTreeSet<usize> = (0..=steps).map(|step| step * last / steps).collect();
    let all = all.into_iter().enumerate();
    all.filter(|(place, _)| wanted.contains(place))
        .map(|(_, one)| one)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(at: i64, host: &str, paths: &[&str]) -> SnapshotSeen {
        let time = Timestamp::from_second(at).unwrap();
        SnapshotSeen {
            time,
            host: host.into(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            tags: Vec::new(),
            tree: String::new(),
            original: None,
            first_seen: time,
            gone_since: None,
            held: BTreeMap::new(),
        }
    }

    fn all(list: &[(&str, SnapshotSeen)]) -> BTreeMap<String, SnapshotSeen> {
        list.iter()
            .map(|(id, seen)| ((*id).to_owned(), seen.clone()))
            .collect()
    }

    fn roots(list: &[&str]) -> Vec<SourcePath> {
        list.iter()
            .map(|root| SourcePath::from_bytes(root.as_bytes()))
            .collect()
    }

    fn chosen(wanted: &[&str], snapshots: &[(&str, SnapshotSeen)], now: i64) -> Vec<Choice> {
        let now = Timestamp::from_second(now).unwrap();
        choose(&roots(wanted), &all(snapshots), &HostRule::Any, &[], now)
    }

    fn id(choice: &Choice) -> Option<&str> {
        choice.snapshot.as_deref()
    }

    #[test]
    fn the_newest_that_covers_the_root_stands_for_it() {
        let list = [
            ("old", snapshot(10, "a", &["/srv"])),
            ("new", snapshot(20, "a", &["/"])),
        ];
        assert_eq!(id(&chosen(&["/srv"], &list, 30)[0]), Some("new"));
    }

    #[test]
    fn a_snapshot_from_the_future_does_not_hide_the_newest() {
        let list = [
            ("real", snapshot(10, "a", &["/srv"])),
            ("future", snapshot(99_999, "a", &["/srv"])),
        ];
        assert_eq!(id(&chosen(&["/srv"], &list, 30)[0]), Some("real"));
    }

    #[test]
    fn a_root_that_the_newest_run_of_its_job_left_out_is_lost() {
        let list = [
            ("both", snapshot(10, "a", &["/etc", "/srv"])),
            ("half", snapshot(20, "a", &["/etc"])),
        ];
        let choices = chosen(&["/etc", "/srv"], &list, 30);
        assert_eq!(choices[0].lost_by, None);
        assert_eq!(choices[1].lost_by.as_deref(), Some("half"));
    }

    #[test]
    fn two_jobs_may_share_a_repository() {
        let list = [
            ("srv", snapshot(10, "a", &["/srv"])),
            ("etc", snapshot(20, "a", &["/etc"])),
        ];
        let choices = chosen(&["/etc", "/srv"], &list, 30);
        assert_eq!(
            (id(&choices[0]), id(&choices[1])),
            (Some("etc"), Some("srv"))
        );
        assert!(choices.iter().all(|choice| choice.lost_by.is_none()));
    }

    #[test]
    fn a_root_that_no_snapshot_covers_has_none() {
        let list = [("srv", snapshot(10, "a", &["/srv/data"]))];
        assert_eq!(id(&chosen(&["/srv"], &list, 30)[0]), None);
    }

    #[test]
    fn another_machines_newer_snapshot_of_the_same_path_is_not_taken() {
        let snapshots = all(&[
            ("a", snapshot(10, "a", &["/etc"])),
            ("b", snapshot(20, "b", &["/etc"])),
        ]);
        let wanted = roots(&["/etc"]);
        let rule = host_rule(None, Some("a"), &wanted, &snapshots);
        let now = Timestamp::from_second(30).unwrap();
        assert_eq!(
            id(&choose(&wanted, &snapshots, &rule, &[], now)[0]),
            Some("a")
        );
    }

    #[test]
    fn several_hosts_and_nobody_to_say_which_is_ambiguous() {
        let snapshots = all(&[
            ("a", snapshot(10, "a", &["/etc"])),
            ("b", snapshot(20, "b", &["/etc"])),
        ]);
        let rule = host_rule(None, Some("c"), &roots(&["/etc"]), &snapshots);
        assert_eq!(rule, HostRule::Ambiguous(vec!["a".into(), "b".into()]));
    }

    #[test]
    fn what_was_committed_to_is_taken_even_when_a_newer_one_has_come() {
        let snapshots = all(&[
            ("old", snapshot(10, "a", &["/srv"])),
            ("new", snapshot(20, "a", &["/srv"])),
        ]);
        let now = Timestamp::from_second(30).unwrap();
        let only = ["old".to_owned()];
        let choices = choose(&roots(&["/srv"]), &snapshots, &HostRule::Any, &only, now);
        assert_eq!(id(&choices[0]), Some("old"));
    }

    /// One backup a day for so many days, the newest on the last; the days before it that make its
    /// past.
    fn past_of_daily(days: i64) -> Vec<i64> {
        let day = |number: i64| snapshot(number * 86_400, "a", &["/srv"]);
        let list = (0..days).map(|number| (format!("s-{number:03}"), day(number)));
        let snapshots: BTreeMap<String, SnapshotSeen> = list.collect();
        let newest = day(days - 1);
        let past = past_of(&newest, &roots(&["/srv"])[0], &snapshots, 8);
        past.iter()
            .map(|(_, one)| newest.time.duration_since(one.time).as_hours() / 24)
            .collect()
    }

    #[test]
    fn the_past_is_spread_over_a_quarter_so_that_a_loss_does_not_become_usual() {
        assert!(past_of_daily(1).is_empty());
        assert_eq!(past_of_daily(6), [1, 2, 3, 4, 5]);
        assert_eq!(past_of_daily(41), [1, 6, 12, 17, 23, 28, 34, 40]);
        assert_eq!(past_of_daily(400), [1, 13, 26, 39, 51, 64, 77, 90]);
    }

    #[test]
    fn where_everything_is_older_than_the_past_reaches_the_newest_are_taken() {
        let list = [
            ("older", snapshot(0, "a", &["/srv"])),
            ("old", snapshot(10, "a", &["/srv"])),
        ];
        let now = snapshot(86_400 * 400, "a", &["/srv"]);
        let snapshots = all(&list);
        let past = past_of(&now, &roots(&["/srv"])[0], &snapshots, 8);
        assert_eq!(
            past.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
            ["old", "older"]
        );
    }
}
