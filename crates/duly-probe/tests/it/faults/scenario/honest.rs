//! Honest changes: what happens at any source on any day, and must be left alone.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Scenario, add_root, after_manifest, change};
use crate::faults::world::World;
use crate::faults::{repository, source};

pub(super) const AT_THE_SOURCE: &[Scenario] = &[
    change("nothing", "nothing", |world| {
        after_manifest(world, |_| (), &[])
    }),
    change(
        "churn_before",
        "40 % of the files changed before the backup",
        |world| {
            after_manifest(
                world,
                |world| source::churn(&world.source(), &mut world.dice),
                &[],
            );
        },
    ),
    change(
        "churn_after",
        "40 % changed after it, before the manifest",
        |world| {
            world.live_well();
            world.backup(&[]);
            source::churn(&world.source(), &mut world.dice);
            world.manifest();
        },
    ),
    change(
        "rotation_before",
        "logs rotated before the backup",
        |world| {
            after_manifest(
                world,
                |world| source::rotate_logs(&world.source(), &mut world.dice),
                &[],
            );
        },
    ),
    change(
        "rotation_after",
        "logs rotated after it, before the manifest",
        |world| {
            world.live_well();
            world.backup(&[]);
            source::rotate_logs(&world.source(), &mut world.dice);
            world.manifest();
        },
    ),
    change(
        "while_read",
        "files changing while they are read",
        while_read,
    ),
    change("grown", "the source grown fourfold", |world| {
        after_manifest(
            world,
            |world| {
                let folder = world.source().join("docs/2027");
                fs::create_dir(&folder).expect("a folder");
                for number in 0..900 {
                    let content = world.dice.bytes(4_000);
                    source::write(&folder.join(format!("{number}.bin")), &content);
                }
            },
            &[],
        );
    }),
    change("folder_deleted", "a folder deleted", |world| {
        after_manifest(
            world,
            |world| {
                fs::remove_dir_all(world.source().join("docs/2025")).expect("deleted");
            },
            &[],
        );
    }),
    change(
        "folder_renamed",
        "a folder renamed after the backup",
        |world| {
            world.live_well();
            world.backup(&[]);
            let docs = world.source().join("docs");
            fs::rename(docs.join("2025"), docs.join("archive")).expect("renamed");
            world.manifest();
        },
    ),
    change(
        "bracketed",
        "work going on between two walks around the backup",
        |world| {
            world.live_well();
            world.manifest_to("before", None);
            source::churn(&world.source(), &mut world.dice);
            world.backup(&[]);
            source::rotate_logs(&world.source(), &mut world.dice);
            world.manifest_to("manifest", Some("before"));
        },
    ),
];

pub(super) const ELSEWHERE: &[Scenario] = &[
    change("new_root", "a root added", |world| {
        world.live_well();
        add_root(world);
        world.manifest();
        world.backup(&[]);
    }),
    change("retention", "old snapshots pruned as declared", |world| {
        world.live_well();
        world.expect.keep_days = Some(0);
        assert_eq!(world.restic(&["forget", "--keep-last", "1", "--prune"]), 0);
    }),
    change("tagged", "a snapshot tagged, which renames it", |world| {
        world.live_well();
        let newest = repository::newest_snapshot(world);
        let id = newest
            .file_name()
            .and_then(|id| id.to_str())
            .expect("an id")
            .to_owned();
        assert_eq!(world.restic(&["tag", "--add", "month-end", &id]), 0);
    }),
    change(
        "another_machine",
        "another machine using the same repository",
        |world| {
            world.live_well();
            let source = world.source();
            let path = source.to_str().expect("text");
            let elsewhere = ["backup", "--host", "srv2", "--exclude", "docs", path];
            assert_eq!(world.restic(&elsewhere), 0);
        },
    ),
];

/// A log that grows and a letter that is rewritten for as long as manifest and backup take.
fn while_read(world: &mut World) {
    world.live_well();
    let stop = AtomicBool::new(false);
    let (log, letter) = (
        world.source().join("log/app.log"),
        world.source().join("docs/2026/000.bin"),
    );
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                round += 1;
                use std::io::Write;
                let mut log = fs::File::options().append(true).open(&log).expect("a log");
                writeln!(log, "line {round}").expect("a line");
                source::write(&letter, format!("version {round}").repeat(200).as_bytes());
                std::thread::yield_now();
            }
        });
        world.manifest();
        world.backup(&[]);
        stop.store(true, Ordering::Relaxed);
    });
}
