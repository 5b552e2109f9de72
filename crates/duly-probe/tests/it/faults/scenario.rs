//! What goes wrong, or only changes, and what duly has to say about it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use duly_core::backup::request::Claim;
use duly_core::verdict::Verdict;

use super::repository;
use super::source;
use super::world::World;

mod honest;

/// One thing that happens.
pub struct Scenario {
    /// Its name in tests.
    pub name: &'static str,
    /// What happened, for the table.
    pub title: &'static str,
    /// The first reason duly gives; none for an honest change.
    pub reason: Option<&'static str>,
    /// The last backup ran with it, and could have told.
    pub during_backup: bool,
    /// Makes it happen, up to the last backup.
    pub happen: fn(&mut World),
}

impl Scenario {
    /// The verdict it has to get.
    pub fn verdict(&self) -> Verdict {
        if self.reason.is_some() {
            Verdict::Fail
        } else {
            Verdict::Pass
        }
    }
}

/// All of them, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        AT_THE_SOURCE,
        AT_THE_JOB,
        IN_THE_REPOSITORY,
        IN_THE_HISTORY,
        honest::AT_THE_SOURCE,
        honest::ELSEWHERE,
    ]
    .into_iter()
    .flatten()
}

/// A fault that the last backup ran with.
const fn fault(
    name: &'static str,
    title: &'static str,
    reason: &'static str,
    happen: fn(&mut World),
) -> Scenario {
    Scenario {
        name,
        title,
        reason: Some(reason),
        during_backup: true,
        happen,
    }
}

/// A fault that came after the last backup.
const fn later(
    name: &'static str,
    title: &'static str,
    reason: &'static str,
    happen: fn(&mut World),
) -> Scenario {
    Scenario {
        name,
        title,
        reason: Some(reason),
        during_backup: false,
        happen,
    }
}

const fn change(name: &'static str, title: &'static str, happen: fn(&mut World)) -> Scenario {
    Scenario {
        name,
        title,
        reason: None,
        during_backup: true,
        happen,
    }
}

/// Good days, a manifest, then something at the source, then a backup of it.
fn after_manifest(world: &mut World, something: impl FnOnce(&mut World), words: &[&str]) {
    world.live_well();
    world.manifest();
    something(world);
    world.backup(words);
}

fn empty(folder: &Path) {
    fs::remove_dir_all(folder).expect("emptied");
    fs::create_dir(folder).expect("empty");
}

const AT_THE_SOURCE: &[Scenario] = &[
    fault(
        "source_empty",
        "source empty (not mounted)",
        "root-empty",
        |world| {
            after_manifest(world, |world| empty(&world.source()), &[]);
        },
    ),
    fault(
        "root_missing",
        "one of two roots is missing",
        "root-missing",
        |world| {
            add_root(world);
            after_manifest(
                world,
                |world| fs::rename(world.path("etc"), world.path("etc.old")).expect("away"),
                &[],
            );
        },
    ),
    fault(
        "exclude_database",
        "an exclusion ate the database",
        "must-missing",
        |world| {
            after_manifest(world, |_| (), &["--exclude", "*.sqlite"]);
        },
    ),
    fault(
        "exclude_folder",
        "an exclusion ate a folder",
        "file-missing",
        |world| {
            after_manifest(world, |_| (), &["--exclude", "2025"]);
        },
    ),
    fault(
        "cache_tag",
        "a CACHEDIR.TAG strayed into a folder",
        "left-out-as-cache",
        |world| {
            let tag = "Signature: 8a477f597d28d172789f06886806bc55\n";
            after_manifest(
                world,
                |world| {
                    source::write(
                        &world.source().join("docs/2025/CACHEDIR.TAG"),
                        tag.as_bytes(),
                    )
                },
                &["--exclude-caches"],
            );
        },
    ),
    fault(
        "folder_to_link",
        "a folder was moved and linked",
        "replaced-by-link",
        |world| {
            after_manifest(
                world,
                |world| {
                    let folder = world.source().join("docs/2025");
                    fs::rename(&folder, world.path("elsewhere")).expect("moved");
                    symlink(world.path("elsewhere"), &folder).expect("linked");
                },
                &[],
            );
        },
    ),
    fault(
        "renamed_all",
        "every file renamed (`.locked`)",
        "canary-missing",
        |world| {
            after_manifest(world, |world| rename_all(&world.source().join("docs")), &[]);
        },
    ),
    fault(
        "canary_changed",
        "the canary rewritten",
        "canary-differs",
        |world| {
            after_manifest(
                world,
                |world| source::write(Path::new(&world.canary.path), b"encrypted"),
                &[],
            );
        },
    ),
    fault(
        "stale_copy",
        "a changed file backed up in its old state",
        "content-differs",
        |world| {
            world.live_well();
            let letter = world.source().join("docs/2025/007.bin");
            source::rewrite_keeping_time(&letter, b"paid");
            world.manifest();
            world.backup(&["--ignore-ctime", "--ignore-inode"]);
        },
    ),
];

fn rename_all(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a name").path();
        if path.is_dir() {
            rename_all(&path);
        } else {
            let mut name = path.clone().into_os_string();
            name.push(".locked");
            fs::rename(&path, name).expect("renamed");
        }
    }
}

fn add_root(world: &mut World) {
    let root = world.path("etc");
    fs::create_dir(&root).expect("a root");
    for number in 0..20 {
        let content = world.dice.bytes(300);
        source::write(&root.join(format!("{number}.conf")), &content);
    }
    world.roots.push(root);
}

const AT_THE_JOB: &[Scenario] = &[
    later("job_stopped", "the job stopped running", "stale", |world| {
        world.live_well();
        world.now = Some(world.hours_from_now(72));
    }),
    later(
        "job_silent",
        "the job no longer reports",
        "claim-missing",
        |world| {
            world.live_well();
            world.expect.claim = true;
        },
    ),
    later(
        "job_partial",
        "the job left files out and said 3",
        "claim-partial",
        |world| {
            world.live_well();
            let claim = claim_of(world, 3);
            world.claim = Some(claim);
        },
    ),
    later(
        "claim_hollow",
        "the job said 0 and made nothing",
        "claim-without-snapshot",
        |world| {
            world.live_well();
            let mut claim = claim_of(world, 0);
            claim.started_at = Some(world.hours_from_now(5));
            claim.ended_at = Some(world.hours_from_now(6));
            world.claim = Some(claim);
            world.now = Some(world.hours_from_now(7));
        },
    ),
    fault(
        "wrong_clock",
        "a snapshot dated 2031",
        "snapshot-from-the-future",
        |world| {
            world.live_well();
            world.manifest();
            world.backup(&["--time", "2031-01-01 00:00:00"]);
        },
    ),
];

fn claim_of(world: &World, exit_code: i64) -> Claim {
    Claim {
        tool: Some("restic 0.14.0".to_owned()),
        exit_code: Some(exit_code),
        started_at: Some(world.clock()),
        ended_at: Some(world.clock()),
        snapshot: None,
    }
}

const IN_THE_REPOSITORY: &[Scenario] = &[
    later(
        "bit_in_data",
        "one bit flipped in a data pack",
        "file-unreadable",
        |world| {
            world.one_more_good();
            repository::flip_a_bit(world, "data");
        },
    ),
    later(
        "block_zeroed",
        "4 KiB zeroed in a data pack",
        "file-unreadable",
        |world| {
            world.one_more_good();
            repository::zero_a_block(world);
        },
    ),
    later(
        "pack_cut",
        "a data pack cut to 70 %",
        "pack-damaged",
        |world| {
            world.one_more_good();
            repository::cut_a_pack(world);
        },
    ),
    later(
        "pack_deleted",
        "a data pack deleted",
        "pack-missing",
        |world| {
            world.one_more_good();
            repository::delete_a_pack(world, "data");
        },
    ),
    later(
        "bit_in_tree",
        "one bit flipped in a tree pack",
        "folder-unreadable",
        |world| {
            world.one_more_good();
            repository::flip_a_bit(world, "tree");
        },
    ),
    later(
        "bit_in_index",
        "one bit flipped in an index file",
        "index-unreadable",
        |world| {
            world.one_more_good();
            let index = repository::files(world, "index")[0].clone();
            repository::flip_anywhere(world, &index);
        },
    ),
    later(
        "index_deleted",
        "the index deleted",
        "folder-unreadable",
        |world| {
            world.one_more_good();
            for index in repository::files(world, "index") {
                fs::remove_file(index).expect("deleted");
            }
        },
    ),
    later(
        "snapshot_damaged",
        "newest snapshot file damaged",
        "snapshot-unreadable",
        |world| {
            world.live_well();
            let newest = repository::newest_snapshot(world);
            repository::flip_anywhere(world, &newest);
        },
    ),
    later(
        "keys_deleted",
        "the key files deleted",
        "keys-missing",
        |world| {
            world.live_well();
            empty(&world.repository().join("keys"));
        },
    ),
    later(
        "password_lost",
        "the escrowed password is another",
        "password-refused",
        |world| {
            world.live_well();
            world.password = "an older one".to_owned();
        },
    ),
    later(
        "repository_gone",
        "the repository is not there",
        "repository-missing",
        |world| {
            world.live_well();
            fs::rename(world.repository(), world.path("away")).expect("away");
        },
    ),
];

const IN_THE_HISTORY: &[Scenario] = &[
    later(
        "snapshot_deleted",
        "newest snapshot deleted",
        "snapshot-vanished",
        |world| {
            world.live_well();
            fs::remove_file(repository::newest_snapshot(world)).expect("deleted");
        },
    ),
    later(
        "pruned_newest",
        "the two newest forgotten and pruned",
        "snapshot-vanished",
        |world| {
            world.live_well();
            let mut times: Vec<_> = world
                .known
                .present()
                .map(|(id, seen)| (seen.time, id.clone()))
                .collect();
            times.sort();
            let newest: Vec<&str> = times
                .iter()
                .rev()
                .take(2)
                .map(|(_, id)| id.as_str())
                .collect();
            assert_eq!(
                world.restic(&["forget", "--prune", newest[0], newest[1]]),
                0
            );
        },
    ),
    later(
        "all_forgotten",
        "all snapshots forgotten",
        "no-snapshots",
        |world| {
            world.live_well();
            for snapshot in repository::files(world, "snapshots") {
                let id = snapshot
                    .file_name()
                    .and_then(|id| id.to_str())
                    .expect("an id");
                assert_eq!(world.restic(&["forget", id]), 0);
            }
        },
    ),
    later(
        "rolled_back",
        "the repository set back to an older copy",
        "snapshot-vanished",
        |world| {
            world.live_well();
            repository::copy(&world.repository(), &world.path("older"));
            world.one_more_good();
            fs::rename(world.repository(), world.path("newer")).expect("away");
            fs::rename(world.path("older"), world.repository()).expect("back");
        },
    ),
    later(
        "made_anew",
        "the repository made anew in its place",
        "repository-replaced",
        |world| {
            world.live_well();
            fs::rename(world.repository(), world.path("older")).expect("away");
            assert_eq!(world.restic(&["init"]), 0);
            world.manifest();
            world.backup(&[]);
        },
    ),
];
