//! Each fault is caught and each honest change is left alone, on real repositories.

use duly_core::backup::request::Depth;
use duly_core::verdict::Verdict;

use crate::faults::dice::{Dice, SEED_VARIABLE};
use crate::faults::scenario::all;
use crate::faults::world::{World, restic_is_here};
use crate::faults::{expected, repository};
use crate::reader;

fn happens(name: &str) {
    if !restic_is_here() {
        return;
    }
    let seed = Dice::seed();
    eprintln!("positions by {SEED_VARIABLE}={seed}");
    let scenario = all().find(|scenario| scenario.name == name).unwrap();
    let mut world = World::new(reader::program(), seed);
    (scenario.happen)(&mut world);
    if scenario.during_backup {
        assert_eq!(world.backup_status, Some(0), "restic reported success");
    }
    expected::as_expected(scenario, &world.verify()).unwrap();
}

macro_rules! each {
    ($($test:ident: $name:literal;)*) => {
        $(
            #[test]
            fn $test() {
                happens($name);
            }
        )*

        #[test]
        fn every_line_of_the_table_has_a_test() {
            let mut tested = vec![$($name),*];
            let mut told: Vec<&str> = all().map(|scenario| scenario.name).collect();
            tested.sort_unstable();
            told.sort_unstable();
            assert_eq!(tested, told);
        }
    };
}

each! {
    an_empty_source_fails: "source_empty";
    a_missing_root_fails: "root_missing";
    a_database_that_an_exclusion_ate_fails: "exclude_database";
    a_folder_that_an_exclusion_ate_fails: "exclude_folder";
    a_stray_cache_tag_fails: "cache_tag";
    a_folder_moved_behind_a_link_fails: "folder_to_link";
    files_all_renamed_fail_by_the_canary: "renamed_all";
    a_changed_canary_fails: "canary_changed";
    a_stale_copy_fails: "stale_copy";
    a_job_that_stopped_fails: "job_stopped";
    a_job_that_fell_silent_fails: "job_silent";
    a_partial_run_fails: "job_partial";
    a_claim_without_a_snapshot_fails: "claim_hollow";
    a_snapshot_from_the_future_fails: "wrong_clock";
    a_bit_flipped_in_a_data_pack_fails: "bit_in_data";
    a_zeroed_block_fails: "block_zeroed";
    a_cut_pack_fails: "pack_cut";
    a_deleted_pack_fails: "pack_deleted";
    a_bit_flipped_in_a_tree_pack_fails: "bit_in_tree";
    a_bit_flipped_in_an_index_fails: "bit_in_index";
    a_deleted_index_fails: "index_deleted";
    a_damaged_newest_snapshot_fails: "snapshot_damaged";
    deleted_keys_fail: "keys_deleted";
    a_password_that_opens_nothing_fails: "password_lost";
    a_repository_that_is_not_there_fails: "repository_gone";
    a_deleted_newest_snapshot_fails: "snapshot_deleted";
    the_two_newest_pruned_fail: "pruned_newest";
    all_snapshots_forgotten_fail: "all_forgotten";
    a_repository_set_back_fails: "rolled_back";
    a_repository_made_anew_fails: "made_anew";
    nothing_happening_passes: "nothing";
    churn_before_the_backup_passes: "churn_before";
    churn_after_the_backup_passes: "churn_after";
    log_rotation_before_the_backup_passes: "rotation_before";
    log_rotation_after_the_backup_passes: "rotation_after";
    files_changing_while_they_are_read_pass: "while_read";
    growth_passes: "grown";
    a_deleted_folder_passes: "folder_deleted";
    a_folder_renamed_after_the_backup_passes: "folder_renamed";
    work_between_two_walks_passes: "bracketed";
    a_new_root_passes: "new_root";
    declared_retention_passes: "retention";
    a_tagged_snapshot_passes: "tagged";
    another_machine_in_the_repository_passes: "another_machine";
}

#[test]
fn the_documented_table_is_the_one_that_is_printed() {
    // Made by `cargo xtask faults backups`; here only its lines are held against the scenarios,
    // the command itself compares every cell.
    let page = include_str!("../../../../docs/backups.md");
    let (_, rest) = page.split_once(expected::MARKS[0]).unwrap();
    let (printed, _) = rest.split_once(expected::MARKS[1]).unwrap();
    for scenario in all() {
        let line = printed
            .lines()
            .find(|line| line.starts_with(&format!("| {} |", scenario.title)));
        let reason = scenario.reason.unwrap_or_default();
        assert!(
            line.is_some_and(|line| line.contains(reason)),
            "{} is not in it",
            scenario.title
        );
    }
}

#[test]
fn a_snapshot_swapped_for_an_older_one_under_its_name_fails() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.live_well();
    let newest = repository::newest_snapshot(&world);
    let older = repository::files(&world, "snapshots")
        .into_iter()
        .find(|path| *path != newest);
    std::fs::remove_file(&newest).unwrap();
    std::fs::copy(older.unwrap(), &newest).unwrap();
    let judgement = world.verify();
    assert_eq!(judgement.reasons[0].code, "snapshot-unreadable");
}

#[test]
fn a_deleted_tree_pack_is_told_in_seconds() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), Dice::seed());
    world.one_more_good();
    repository::delete_a_pack(&mut world, "tree");
    let verification = world.verification(Depth::Read);
    assert_eq!(verification.judgement.verdict, Verdict::Fail);
    assert!(
        verification.run.time.as_secs() < 60,
        "{:?}",
        verification.run.time
    );
}

#[test]
fn a_repository_is_as_it_was_after_it_was_read() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.one_more_good();
    let listing = |world: &World| {
        let mut find = std::process::Command::new("find");
        find.arg(world.repository())
            .args(["-printf", "%p %s %T@ %C@\n"]);
        let printed = find.output().unwrap();
        String::from_utf8(printed.stdout).unwrap()
    };
    let before = listing(&world);
    world.verify();
    assert_eq!(listing(&world), before);
}

#[test]
fn a_vanished_snapshot_is_told_once_and_then_remembered_as_gone() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.live_well();
    std::fs::remove_file(repository::newest_snapshot(&world)).unwrap();
    assert_eq!(world.verify().reasons[0].code, "snapshot-vanished");
    world.manifest();
    world.backup(&[]);
    assert_eq!(world.verify().verdict, Verdict::Pass);
    assert_eq!(
        world
            .known
            .snapshots
            .values()
            .filter(|seen| seen.gone_since.is_some())
            .count(),
        1
    );
}

#[test]
fn a_sources_roots_given_relative_to_restic_are_found() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.manifest();
    // Run in the folder above the source, restic stores `srv/…`.
    assert_eq!(world.restic(&["backup", "--host", "srv1", "srv"]), 0);
    let judgement = world.verify();
    assert_eq!(judgement.verdict, Verdict::Pass, "{judgement:#?}");
}

#[test]
fn looking_alone_reaches_level_one_and_says_what_it_did_not_see() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.live_well();
    let judgement = world.verification(Depth::Look).judgement;
    assert_eq!(
        (judgement.verdict, judgement.level.as_deref()),
        (Verdict::Pass, Some("L1"))
    );
    assert!(judgement.bounds.is_empty());
}

#[test]
fn a_manifest_changed_since_it_was_committed_to_fails() {
    if !restic_is_here() {
        return;
    }
    let mut world = World::new(reader::program(), 1);
    world.live_well();
    let mut request = world.request(Depth::Read);
    request.manifest_root = Some("00".repeat(32));
    let verification = duly_probe::backup::verify(
        &reader::program(),
        &request,
        &duly_probe::run::Limits::reader(),
    );
    assert_eq!(verification.judgement.reasons[0].code, "manifest-altered");
}
