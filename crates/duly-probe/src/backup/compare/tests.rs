//! Manifest and snapshot meet name by name, whatever either of them lacks.

use duly_core::backup::manifest::ManifestUnreadable;
use duly_core::backup::weigh::NodeKind;
use jiff::Timestamp;

use super::*;

const OLD: Timestamp = Timestamp::constant(1_000, 5);
const MANIFEST: Timestamp = Timestamp::constant(2_000, 0);
const SNAPSHOT: Timestamp = Timestamp::constant(3_000, 0);

const MOMENT: Moment = Moment {
    manifest_started: MANIFEST,
    snapshot: SNAPSHOT,
    bracketed: false,
};

fn path(text: &str) -> SourcePath {
    SourcePath::from_bytes(text.as_bytes())
}

fn file(name: &str) -> Result<(SourcePath, ManifestEntry), ReadError> {
    let entry = ManifestFile {
        path: name.into(),
        raw: false,
        size: 3,
        mtime: OLD,
        ctime: OLD,
        sha256: "aa".into(),
        volatile: false,
    };
    Ok((path(name), ManifestEntry::File(entry)))
}

fn folder(name: &str) -> Result<(SourcePath, ManifestEntry), ReadError> {
    let entry = ManifestFolder {
        folder: name.into(),
        raw: false,
        mtime: OLD,
        ctime: OLD,
    };
    Ok((path(name), ManifestEntry::Folder(entry)))
}

fn item(name: &str, kind: NodeKind) -> Item<()> {
    let node = SnapshotNode {
        kind,
        size: 3,
        mtime: Some(OLD),
        ctime: Some(OLD),
    };
    Item {
        path: path(name),
        node,
        content: (),
        folder: Folder::default(),
    }
}

fn items(names: &[&str]) -> Vec<Item<()>> {
    let kind = |name: &str| {
        if name.ends_with('/') {
            NodeKind::Folder
        } else {
            NodeKind::File
        }
    };
    names.iter().map(|name| item(name, kind(name))).collect()
}

type Entries = Vec<Result<(SourcePath, ManifestEntry), ReadError>>;

fn compare<'w>(wanted: &'w Wanted, entries: Entries, items: Vec<Item<()>>) -> Comparison<'w, ()> {
    let mut comparison = Comparison::new(wanted);
    let mut entries = entries.into_iter().peekable();
    comparison
        .root(&path("/srv"), &mut entries, items.into_iter(), &MOMENT)
        .unwrap();
    comparison
}

fn count(comparison: &Comparison<'_, ()>, word: &str) -> u64 {
    comparison.compared.by_word.get(word).copied().unwrap_or(0)
}

#[test]
fn names_that_sort_around_a_slash_meet() {
    let wanted = Wanted::default();
    let entries = vec![
        folder("/srv"),
        folder("/srv/a"),
        file("/srv/a/z"),
        file("/srv/a-b"),
        file("/srv/a.b"),
    ];
    let there = items(&["/srv/", "/srv/a/", "/srv/a/z", "/srv/a-b", "/srv/a.b"]);
    let comparison = compare(&wanted, entries, there);
    assert_eq!(count(&comparison, "comparable"), 3);
    assert_eq!(comparison.compared.by_word.len(), 1);
}

#[test]
fn what_either_side_lacks_is_counted_on_its_own_side() {
    let wanted = Wanted::default();
    let entries = vec![folder("/srv"), file("/srv/a"), file("/srv/c")];
    let comparison = compare(&wanted, entries, items(&["/srv/", "/srv/a", "/srv/b"]));
    assert_eq!(count(&comparison, "file-missing"), 1);
    assert_eq!(comparison.compared.not_in_manifest, 1);
    assert_eq!(comparison.examples, [(path("/srv/c"), "file-missing")]);
}

#[test]
fn everything_is_missing_from_a_root_that_is_not_there() {
    let wanted = Wanted::default();
    let entries = vec![folder("/srv"), file("/srv/a"), file("/srv/b")];
    assert_eq!(
        count(&compare(&wanted, entries, Vec::new()), "file-missing"),
        2
    );
}

#[test]
fn a_folder_that_cannot_be_read_makes_no_file_missing() {
    let wanted = Wanted::default();
    let mut there = items(&["/srv/", "/srv/a/", "/srv/b"]);
    there[1].folder.unreadable = Some("damaged".into());
    let entries = vec![
        folder("/srv"),
        folder("/srv/a"),
        file("/srv/a/x"),
        file("/srv/b"),
    ];
    let comparison = compare(&wanted, entries, there);
    assert_eq!(count(&comparison, "folder-unreadable"), 1);
    assert_eq!(count(&comparison, "file-missing"), 0);
    assert_eq!(
        comparison.folders_unreadable,
        [(path("/srv/a"), "damaged".to_owned())]
    );
}

#[test]
fn a_link_in_a_folders_place_hides_everything_below_it() {
    let wanted = Wanted::default();
    let mut there = items(&["/srv/", "/srv/a"]);
    there[1].node.kind = NodeKind::Link;
    let entries = vec![
        folder("/srv"),
        folder("/srv/a"),
        file("/srv/a/b/x"),
        file("/srv/z"),
    ];
    let comparison = compare(&wanted, entries, there);
    assert_eq!(count(&comparison, "replaced-by-link"), 1);
    assert_eq!(
        count(&comparison, "file-missing"),
        1,
        "the link does not reach beyond itself"
    );
}

#[test]
fn a_name_that_the_source_could_not_read_is_not_missing() {
    let wanted = Wanted::default();
    let unreadable = ManifestUnreadable {
        unreadable: "/srv/a".into(),
        raw: false,
        why: "denied".into(),
    };
    let entries = vec![
        folder("/srv"),
        Ok((path("/srv/a"), ManifestEntry::Unreadable(unreadable))),
    ];
    let comparison = compare(&wanted, entries, items(&["/srv/"]));
    assert_eq!(comparison.compared.unreadable_at_source, 1);
    assert!(comparison.compared.by_word.is_empty());
}

#[test]
fn entries_of_other_roots_are_passed_over() {
    let wanted = Wanted::default();
    let entries = vec![
        file("/etc/x"),
        folder("/srv"),
        file("/srv/a"),
        file("/var/y"),
    ];
    let comparison = compare(&wanted, entries, items(&["/srv/", "/srv/a"]));
    assert_eq!(comparison.compared.by_word.values().sum::<u64>(), 1);
}

#[test]
fn drawn_must_and_planted_files_are_picked_with_every_reason() {
    let wanted = Wanted {
        drawn: [(path("/srv/db/a"), 0)].into(),
        must: vec![path("/srv/db")],
        canaries: [path("/srv/db/c"), path("/srv/x")].into(),
    };
    let entries = vec![
        folder("/srv"),
        file("/srv/db/a"),
        file("/srv/db/c"),
        file("/srv/y"),
    ];
    let there = items(&[
        "/srv/",
        "/srv/db/",
        "/srv/db/a",
        "/srv/db/c",
        "/srv/x",
        "/srv/y",
    ]);
    let picked = compare(&wanted, entries, there).picked;
    let strata: Vec<_> = picked.iter().map(|file| file.strata.as_slice()).collect();
    assert_eq!(
        strata,
        [
            &[Stratum::Drawn, Stratum::Must][..],
            &[Stratum::Must, Stratum::Canary],
            &[Stratum::Canary],
        ]
    );
    assert_eq!(picked[2].weighed, NOT_IN_MANIFEST);
}

#[test]
fn a_must_list_without_end_is_cut_and_says_so() {
    let wanted = Wanted {
        must: vec![path("/srv")],
        ..Wanted::default()
    };
    let names: Vec<String> = (0..MUST_FILES_MAX + 50)
        .map(|n| format!("/srv/{n:05}"))
        .collect();
    let entries = names.iter().map(|name| file(name)).collect();
    let there = names
        .iter()
        .map(|name| item(name, NodeKind::File))
        .collect();
    let picked = compare(&wanted, entries, there).picked;
    assert_eq!(picked.len(), MUST_FILES_MAX + 1);
    let last = picked.last().unwrap();
    assert_eq!((last.weighed, last.content.is_none()), (BEYOND_MUST, true));
}

#[test]
fn no_more_than_a_few_examples_are_kept_of_any_fault() {
    let wanted = Wanted::default();
    let entries = (0..500).map(|n| file(&format!("/srv/{n:05}"))).collect();
    let comparison = compare(&wanted, entries, items(&["/srv/"]));
    assert_eq!(count(&comparison, "file-missing"), 500);
    assert_eq!(comparison.examples.len(), EXAMPLES_MAX);
}
