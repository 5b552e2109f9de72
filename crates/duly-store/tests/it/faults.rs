//! Each write broken twice: lost and reported as failed, and kept but reported as failed all the
//! same. Whoever then does the same again must end up where an unbroken run does.

use std::future::Future;

use duly_core::scope::Asset;
use duly_core::verdict::{Judgement, Verdict};
use duly_store::{
    AssetRow, Error, Fill, Location, Loss, NewNote, NewWarning, OnStep, RunResult, RunStart,
    Snapshot, Store, fsck,
};

use crate::world::{
    Place, asset, baker, duties, duty, furnish, new_client, on, on_both, process, start, tess,
};

/// Does something until it is not reported as failed; once more is enough, since one write breaks.
async fn again<T, F: Future<Output = Result<T, Error>>>(act: impl Fn() -> F) -> T {
    match act().await {
        Ok(done) => done,
        Err(Error::CommitUnknown(_)) => act().await.unwrap(),
        Err(error) => panic!("{error}"),
    }
}

/// Every kind of write once, each repeated when it is reported as failed.
async fn everything(store: &Store) {
    let now = duty(1).duty.opens_at;
    let late = duty(1).duty.missed_at + jiff::SignedDuration::from_secs(1);
    let (client, version, due, id) = (baker(), process(), duties(2), duty(0).duty.id);
    again(|| store.create_client(new_client("c-baker"), start())).await;
    again(|| store.publish_process(&client, &version, start())).await;
    let row = AssetRow {
        scope: Asset {
            id: asset(),
            client: baker(),
            kind: "backup".to_owned(),
            since: "2026-01-01".parse().unwrap(),
            until: None,
        },
        name: "Files of the bakery".to_owned(),
    };
    again(|| store.add_asset(row.clone(), start())).await;
    again(|| store.secret_put(&client, "restic", b"secret", start())).await;
    again(|| store.add_person(new_person(), start())).await;
    again(|| store.open_duties(&client, &due, now)).await;
    again(|| store.start_run(run_start("r-1"), now)).await;
    again(|| store.release_checkpoints(now)).await;
    again(|| store.finish_run(run_result("r-1", Verdict::Fail), now)).await;
    again(|| store.ask_again(seen("restore", 1), "the disk is back".to_owned(), now)).await;
    again(|| store.start_run(run_start("r-2"), now)).await;
    again(|| store.finish_run(run_result("r-2", Verdict::Pass), now)).await;
    again(|| store.fill_step(seen("open", 0), Fill::of(Verdict::Pass, "opened it"), now)).await;
    again(|| store.skip_step(seen("tidy", 0), "never made".to_owned(), now)).await;
    again(|| store.add_note(note(), now)).await;
    again(|| store.raise_warning(warning(), now)).await;
    again(|| store.close_ticket(&client, &id, None, now)).await;
    again(|| store.mark_missed(&client, late)).await;
    again(|| store.release_checkpoints(late)).await;
}

fn seen(step: &str, revision: u64) -> OnStep {
    on(step, revision, &"p-tess".into())
}

fn new_person() -> duly_store::NewPerson {
    duly_store::NewPerson {
        client: baker(),
        id: "p-tess".into(),
        name: "Tess".to_owned(),
        roles: [duly_store::Role::Technician].into(),
        until: None,
    }
}

fn run_start(run: &str) -> RunStart {
    RunStart {
        client: baker(),
        run: run.into(),
        ticket: duty(0).duty.id,
        step: "restore".into(),
        person: None,
        commits: serde_json::json!({ "snapshot": "8f3a" }),
    }
}

fn run_result(run: &str, verdict: Verdict) -> RunResult {
    RunResult {
        client: baker(),
        run: run.into(),
        judgement: Judgement {
            verdict,
            level: None,
            reasons: Vec::new(),
            coverage: serde_json::Map::new(),
            bounds: serde_json::Map::new(),
        },
        observations: Vec::new(),
        snapshots: vec![Snapshot {
            id: "8f3a".to_owned(),
            document: serde_json::json!({}),
        }],
    }
}

fn note() -> NewNote {
    NewNote {
        id: "n-1".to_owned(),
        client: baker(),
        ticket: duty(0).duty.id,
        step: None,
        person: "p-tess".into(),
        words: "a remark".to_owned(),
    }
}

fn warning() -> NewWarning {
    NewWarning {
        client: baker(),
        rule: "missed".to_owned(),
        about: "a-files".to_owned(),
        severity: duly_core::process::Severity::High,
        message: "missed".to_owned(),
        ticket: None,
    }
}

/// What a store holds, as far as it does not depend on chance.
fn picture(place: &Place) -> String {
    let questions = [
        "select kind, at, duty from entry order by idx",
        "select ticket, outcome, verdict, ended_at, closed_by from ticket order by ticket",
        "select ticket, step, state, verdict, revision, run from step order by ticket, step",
        "select run, verdict, start_idx, result_idx from run order by run",
        "select snapshot, first_seen_at, last_seen_at from snapshot_seen",
        "select client, person, name from person",
        "select note, words from note",
        "select rule, about, raised_at, cleared_at from warning",
        "select name from secret",
        "select max(size) from checkpoint",
        "select size from log",
    ];
    place.sql(&questions.join("; "))
}

on_both! {
    async fn each_write_lost_or_kept_but_reported_leads_to_the_same_end(place: Place) {
        let store = place.open().await;
        everything(&store).await;
        store.close().await;
        place.assert_sound().await;
        let unbroken = picture(&place);
        let mut broken = 0;
        for loss in [Loss::Lost, Loss::KeptButReported] {
            for commit in 1.. {
                let place = place.another();
                let store = place.open().await;
                store.faults().break_commit(commit, loss);
                everything(&store).await;
                let reached = store.faults().is_broken();
                store.close().await;
                if !reached {
                    break;
                }
                broken += 1;
                place.assert_sound().await;
                assert_eq!(picture(&place), unbroken, "{loss:?} at commit {commit}");
            }
        }
        assert_eq!(broken, 2 * 20, "one for each write");
    }

    async fn a_lock_file_that_cannot_be_written_keeps_everything_unsigned(place: Place) {
        let store = place.baker().await;
        store.release_checkpoints(start()).await.unwrap();
        let signed = store.last_checkpoint(&baker()).await.unwrap();
        store.open_duties(&baker(), &duties(1), start()).await.unwrap();
        // A directory where the fresh file would go.
        let fresh = place.keys_dir().join("heads.json.new");
        std::fs::create_dir(&fresh).unwrap();
        let error = store.release_checkpoints(start()).await.unwrap_err();
        assert_eq!(error.code(), "file");
        assert_eq!(store.last_checkpoint(&baker()).await.unwrap(), signed);
        std::fs::remove_dir(&fresh).unwrap();
        assert_eq!(store.release_checkpoints(start()).await.unwrap(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_lost_connection_is_made_again_by_itself(place: Place) {
        let store = place.baker().await;
        store.open_duties(&baker(), &duties(1), start()).await.unwrap();
        for round in 2..5 {
            place.cut_connections();
            // The write that meets the cut may be refused; the next one works.
            let _ = store.open_duties(&baker(), &duties(round), start()).await;
            store.open_duties(&baker(), &duties(round), start()).await.unwrap();
            let ticket = store.ticket(&baker(), &duty(round - 1).duty.id).await.unwrap();
            assert!(ticket.is_some());
        }
        store.close().await;
        assert_eq!(place.assert_sound().await.tickets, 4);
    }

    async fn after_closing_nothing_is_written_any_more(place: Place) {
        let store = place.baker().await;
        tess(&store).await;
        store.close().await;
        let error = store.open_duties(&baker(), &duties(1), start()).await.unwrap_err();
        assert_eq!(error.code(), "writer-stopped");
    }
}

/// A small file system of its own, gone with its directory's end.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// `None` where we may not mount one.
    fn mount(dir: &std::path::Path, size: &str) -> Option<Self> {
        let disk = Self(dir.to_owned());
        disk.command(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
        )
        .then_some(disk)
    }

    fn grow(&self, size: &str) {
        assert!(self.command("mount", &["-o", &format!("remount,size={size}")]));
    }

    fn command(&self, program: &str, arguments: &[&str]) -> bool {
        std::process::Command::new(program)
            .args(arguments)
            .arg(&self.0)
            .output()
            .is_ok_and(|done| done.status.success())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        self.command("umount", &["-l"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_loses_nothing_and_recovers_by_itself() {
    let place = Place::sqlite();
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(dir.path(), "2m") else {
        eprintln!("skipped: mounting a small disk takes root");
        return;
    };
    let location = Location::Sqlite(dir.path().join("duly.sqlite"));
    let store = Store::open(location.clone(), place.keys()).await.unwrap();
    furnish(&store).await;
    let due = duties(2_000);
    let mut opened = 0;
    let why = loop {
        let next = &due[opened..opened + 20];
        match store.open_duties(&baker(), next, start()).await {
            Ok(number) => opened += number,
            Err(error) => break error,
        }
    };
    assert!(why.to_string().contains("full"), "{why}");
    assert!(opened > 100, "{opened}");
    // While it is full, writes are refused and reads work.
    assert!(
        store
            .open_duties(&baker(), &due[opened..], start())
            .await
            .is_err()
    );
    let found = store
        .ticket(&baker(), &due[opened - 1].duty.id)
        .await
        .unwrap();
    assert!(found.is_some(), "the last acknowledged ticket");
    disk.grow("64m");
    assert_eq!(
        store.open_duties(&baker(), &due, start()).await.unwrap(),
        2_000 - opened
    );
    store.release_checkpoints(start()).await.unwrap();
    store.close().await;
    let report = fsck(&location, Some(&place.keys_dir())).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.tickets, 2_000);
}
