//! Honest change is excused, a fault is not; each rule once on either side.

use proptest::prelude::*;

use super::*;

/// Seconds, with a fraction so that the file system counts as a fine one.
fn at(seconds: i64) -> Timestamp {
    Timestamp::new(seconds, 500_000_000).unwrap()
}

fn file(mtime: i64, ctime: i64) -> ManifestFile {
    ManifestFile {
        path: "/srv/a".into(),
        raw: false,
        size: 10,
        mtime: at(mtime),
        ctime: at(ctime),
        sha256: String::new(),
        volatile: false,
    }
}

fn node(size: u64, mtime: i64, ctime: i64) -> SnapshotNode {
    SnapshotNode {
        kind: NodeKind::File,
        size,
        mtime: Some(at(mtime)),
        ctime: Some(at(ctime)),
    }
}

fn folder_node(mtime: i64) -> Nearest {
    let node = SnapshotNode {
        kind: NodeKind::Folder,
        ..node(0, mtime, mtime)
    };
    Nearest {
        node,
        cache_tag: false,
        unreadable: false,
    }
}

fn folder(mtime: i64, ctime: i64) -> ManifestFolder {
    ManifestFolder {
        folder: "/srv".into(),
        raw: false,
        mtime: at(mtime),
        ctime: at(ctime),
    }
}

/// Manifest at 100, backup at 200.
const BEFORE: Moment = Moment {
    manifest_started: Timestamp::constant(100, 0),
    snapshot: Timestamp::constant(200, 0),
    bracketed: false,
};

/// Backup at 100, manifest at 200.
const AFTER: Moment = Moment {
    manifest_started: Timestamp::constant(200, 0),
    snapshot: Timestamp::constant(100, 0),
    bracketed: false,
};

const BRACKETED: Moment = Moment {
    bracketed: true,
    ..AFTER
};

fn missing(file: &ManifestFile, nearest: Nearest, moment: &Moment) -> Weighed {
    weigh_missing(
        file,
        &Surroundings {
            nearest: Some(nearest),
            lost_folder: None,
        },
        moment,
    )
}

#[test]
fn the_same_size_and_time_have_to_be_the_same_content() {
    assert_eq!(
        weigh_present(&file(1, 1), &node(10, 1, 150), &BEFORE),
        Weighed::Comparable
    );
}

#[test]
fn a_change_between_manifest_and_backup_is_honest() {
    let weighed = weigh_present(&file(1, 1), &node(12, 150, 150), &BEFORE);
    assert_eq!(weighed, Weighed::Excused(Excuse::ChangedAfterManifest));
}

#[test]
fn a_change_between_backup_and_manifest_is_honest() {
    let weighed = weigh_present(&file(150, 150), &node(12, 1, 1), &AFTER);
    assert_eq!(weighed, Weighed::Excused(Excuse::ChangedAfterSnapshot));
}

#[test]
fn another_size_without_a_change_is_a_fault() {
    let weighed = weigh_present(&file(1, 1), &node(9, 1, 1), &BEFORE);
    assert_eq!(weighed, Weighed::Faulty(Fault::Altered));
}

#[test]
fn a_stale_copy_is_a_fault_even_when_its_own_time_is_old() {
    // Changed at 50, backed up at 100 in its old state, walked at 200.
    let weighed = weigh_present(&file(50, 50), &node(10, 1, 1), &AFTER);
    assert_eq!(weighed, Weighed::Faulty(Fault::Altered));
}

#[test]
fn a_time_of_content_set_by_hand_excuses_nothing() {
    // The copy claims content from 150, but its inode did not change after the manifest.
    let weighed = weigh_present(&file(1, 1), &node(12, 150, 50), &BEFORE);
    assert_eq!(weighed, Weighed::Faulty(Fault::Altered));
}

#[test]
fn nothing_that_held_still_between_two_walks_is_excused() {
    let weighed = weigh_present(&file(150, 150), &node(12, 1, 1), &BRACKETED);
    assert_eq!(weighed, Weighed::Faulty(Fault::Altered));
    let weighed = missing(&file(1, 150), folder_node(150), &BRACKETED);
    assert_eq!(weighed, Weighed::Faulty(Fault::Missing));
}

#[test]
fn a_file_that_grew_while_it_was_read_is_honest() {
    let weighed = weigh_present(&file(1, 1), &node(11, 1, 1), &BEFORE);
    assert_eq!(weighed, Weighed::Excused(Excuse::GrewWhileRead));
}

#[test]
fn a_file_that_an_exclusion_ate_is_a_fault() {
    assert_eq!(
        missing(&file(1, 1), folder_node(1), &BEFORE),
        Weighed::Faulty(Fault::Missing)
    );
    assert_eq!(
        missing(&file(1, 1), folder_node(1), &AFTER),
        Weighed::Faulty(Fault::Missing)
    );
}

#[test]
fn a_file_deleted_after_the_manifest_is_honest() {
    let weighed = missing(&file(1, 1), folder_node(150), &BEFORE);
    assert_eq!(weighed, Weighed::Excused(Excuse::WentAfterManifest));
}

#[test]
fn a_file_made_or_renamed_after_the_backup_is_honest() {
    let weighed = missing(&file(1, 150), folder_node(1), &AFTER);
    assert_eq!(weighed, Weighed::Excused(Excuse::CameAfterSnapshot));
}

#[test]
fn a_folder_renamed_after_the_backup_is_honest() {
    let renamed = folder(1, 150);
    let around = Surroundings {
        nearest: Some(folder_node(1)),
        lost_folder: Some(&renamed),
    };
    let weighed = weigh_missing(&file(1, 1), &around, &AFTER);
    assert_eq!(weighed, Weighed::Excused(Excuse::CameAfterSnapshot));
}

#[test]
fn an_excluded_folder_that_is_in_use_is_for_a_person() {
    let busy = folder(150, 150);
    let around = Surroundings {
        nearest: Some(folder_node(1)),
        lost_folder: Some(&busy),
    };
    assert_eq!(
        weigh_missing(&file(1, 1), &around, &AFTER),
        Weighed::Unclear
    );
}

#[test]
fn a_cache_tag_or_a_link_excuses_nothing() {
    let tagged = Nearest {
        cache_tag: true,
        ..folder_node(150)
    };
    let weighed = missing(&file(1, 1), tagged, &BEFORE);
    assert_eq!(weighed, Weighed::Faulty(Fault::LeftOutAsCache));
    let mut link = folder_node(150);
    link.node.kind = NodeKind::Link;
    let weighed = missing(&file(1, 1), link, &BEFORE);
    assert_eq!(weighed, Weighed::Faulty(Fault::ReplacedByLink));
}

#[test]
fn a_file_system_of_whole_seconds_is_given_its_second() {
    let mut changed = file(99, 99);
    changed.ctime = Timestamp::constant(99, 0);
    let moment = Moment {
        snapshot: Timestamp::constant(99, 400_000_000),
        ..AFTER
    };
    let weighed = weigh_present(&changed, &node(12, 1, 1), &moment);
    assert_eq!(weighed, Weighed::Excused(Excuse::ChangedAfterSnapshot));
}

proptest! {
    /// The whole life of one file, lived honestly: it is written at some times, walked once and
    /// backed up once. Whatever the order, the backup is not blamed.
    #[test]
    fn honest_writes_at_any_time_are_never_a_fault(
        writes in proptest::collection::vec(1_i64..1_000, 1..6),
        walk in 1_001_i64..2_000,
        backup in 1_001_i64..2_000,
        late_writes in proptest::collection::vec(1_001_i64..2_000, 0..6),
    ) {
        let mut all = writes;
        all.extend(late_writes);
        all.sort_unstable();
        let state_at = |moment: i64| {
            let past = all.iter().filter(|time| **time < moment);
            (past.clone().count() as u64, *past.max().unwrap())
        };
        let (size, changed) = state_at(walk);
        let seen = ManifestFile { size, ..file(changed, changed) };
        let (size, changed) = state_at(backup);
        let copy = node(size, changed, changed);
        let moment = Moment {
            manifest_started: at(walk - 1),
            snapshot: at(backup - 1),
            bracketed: false,
        };
        let weighed = weigh_present(&seen, &copy, &moment);
        prop_assert!(!matches!(weighed, Weighed::Faulty(_)), "{weighed:?}");
        if seen.size == copy.size {
            prop_assert_eq!(weighed, Weighed::Comparable);
        }
    }

    /// A file that existed, unchanged, before both pictures and whose folder did not change can
    /// never be missing without blame.
    #[test]
    fn a_file_that_was_there_all_along_is_never_excused(
        changed in 1_i64..900,
        walk in 1_001_i64..2_000,
        backup in 1_001_i64..2_000,
    ) {
        let moment =
            Moment { manifest_started: at(walk), snapshot: at(backup), bracketed: false };
        let weighed = missing(&file(changed, changed), folder_node(changed), &moment);
        prop_assert_eq!(weighed, Weighed::Faulty(Fault::Missing));
    }
}
