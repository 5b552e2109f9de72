//! Runs of probes: announced before, recorded after, and never judged by what fills the step.

use duly_core::entry::{draw_seed, kind};
use duly_core::id::RunId;
use duly_core::observation::{Method, Observation, Value};
use duly_core::verdict::{Judgement, Reason, Verdict};
use duly_proof::hash::Hash;
use duly_proof::tree;
use duly_store::{
    Fill, Made, NewNote, NewWarning, OnWarning, Page, Run, RunRecorded, RunResult, RunStart,
    RunStarted, Snapshot, StepChange, StepState, Store, WarningAct,
};
use jiff::SignedDuration;

use crate::world::{asset, baker, duties, duty, on, on_both, tess};

fn run_start(run: &str) -> RunStart {
    RunStart {
        client: baker(),
        run: run.into(),
        ticket: duty(0).duty.id,
        step: "restore".into(),
        person: None,
        commits: serde_json::json!({ "snapshot": "8f3a", "manifest": "ab" }),
    }
}

fn result(run: &str, verdict: Verdict) -> RunResult {
    let observation = |number: u32| Observation {
        subject: format!("file:{number}"),
        name: "file.sha256".to_owned(),
        value: Value::Text("00".to_owned()),
        unit: None,
        source: "restic-repository".to_owned(),
        method: Method::Measured,
        observed_at: duty(0).duty.opens_at,
        received_at: Some(duty(0).duty.opens_at),
    };
    RunResult {
        client: baker(),
        run: run.into(),
        judgement: Judgement {
            verdict,
            level: Some("L2".to_owned()),
            reasons: vec![Reason {
                code: "content-differs".to_owned(),
                message: "one file differs".to_owned(),
            }],
            coverage: serde_json::Map::new(),
            bounds: serde_json::Map::new(),
        },
        observations: (0..150).map(observation).collect(),
        snapshots: vec![snapshot("8f3a"), snapshot("77aa"), snapshot("8f3a")],
    }
}

fn snapshot(id: &str) -> Snapshot {
    Snapshot {
        id: id.to_owned(),
        document: serde_json::json!({ "time": "2026-01-02T02:00:00Z" }),
    }
}

async fn opened(store: &Store) {
    store
        .open_duties(&baker(), &duties(1), duty(0).duty.opens_at)
        .await
        .unwrap();
}

on_both! {
    async fn a_run_fills_its_step_and_leaves_its_observations(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let now = duty(0).duty.opens_at;
        let started = store.start_run(run_start("r-1"), now).await.unwrap();
        let RunStarted::Started(head) = started else { panic!("{started:?}") };
        let recorded = store.finish_run(result("r-1", Verdict::Fail), now).await.unwrap();
        let RunRecorded::Recorded { step, .. } = recorded else { panic!("{recorded:?}") };
        assert_eq!(step, StepChange::Changed { revision: 1 });

        let (_, steps) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        assert_eq!(steps[0].state, StepState::Filled);
        assert_eq!(steps[0].verdict, Some(Verdict::Fail));
        assert_eq!(steps[0].run, Some(RunId::from("r-1")));
        let run = store.run(&baker(), &"r-1".into()).await.unwrap().unwrap();
        assert_eq!(run.judgement, Some(result("r-1", Verdict::Fail).judgement));
        assert_eq!(run.head, head);
        let first = store.observations(&baker(), &run.id, &Page::default()).await.unwrap();
        let next = Page::default().after(&first.next.unwrap());
        let second = store.observations(&baker(), &run.id, &next).await.unwrap();
        assert_eq!(first.rows[..], result("r-1", Verdict::Fail).observations[..50]);
        assert_eq!(second.rows[..], result("r-1", Verdict::Fail).observations[50..100]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn the_draw_can_be_recomputed_from_the_log_alone(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let now = duty(0).duty.opens_at;
        let started = store.start_run(run_start("r-1"), now).await.unwrap();
        let RunStarted::Started(head) = started else { panic!("{started:?}") };
        store.finish_run(result("r-1", Verdict::Pass), now).await.unwrap();

        let leaves = store.leaf_hashes(&baker(), head.size).await.unwrap();
        assert_eq!(tree::root(&leaves).to_hex(), head.root);
        let start = store.entry(&baker(), head.size - 1).await.unwrap().unwrap();
        assert_eq!(start.entry().unwrap().t, kind::RUN_START);
        let entry = store.entries(&baker(), head.size).await.unwrap()[0].entry().unwrap();
        assert_eq!(entry.seen, Some(head.clone()));
        let root = Hash::from_hex(&head.root).unwrap();
        let seed = draw_seed(&"r-1".into(), &root);
        assert_ne!(seed, draw_seed(&"r-2".into(), &root));
        store.close().await;
    }

    async fn announcing_or_recording_again_changes_nothing(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let now = duty(0).duty.opens_at;
        let started = store.start_run(run_start("r-1"), now).await.unwrap();
        let again = store.start_run(run_start("r-1"), now).await.unwrap();
        let (RunStarted::Started(first), RunStarted::Already(second)) = (&started, &again) else {
            panic!("{started:?} {again:?}")
        };
        assert_eq!(first, second);
        store.finish_run(result("r-1", Verdict::Pass), now).await.unwrap();
        let again = store.finish_run(result("r-1", Verdict::Fail), now).await.unwrap();
        assert_eq!(again, RunRecorded::Already);
        let unknown = store.finish_run(result("r-2", Verdict::Fail), now).await.unwrap();
        assert_eq!(unknown, RunRecorded::NoSuch);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_run_left_without_result_is_found(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let now = duty(0).duty.opens_at;
        store.start_run(run_start("r-1"), now).await.unwrap();
        store.start_run(run_start("r-2"), now).await.unwrap();
        store.finish_run(result("r-2", Verdict::Pass), now).await.unwrap();
        let left = store.runs_without_result(&baker()).await.unwrap();
        let left: Vec<_> = left.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(left, ["r-1"]);
        assert_eq!(store.runs_of(&baker(), &duty(0).duty.id).await.unwrap().len(), 2);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_result_does_not_overwrite_what_a_person_did_meanwhile(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        store.start_run(run_start("r-1"), now).await.unwrap();
        let fill = Fill::of(Verdict::Fail, "restored by hand: it fails");
        store.fill_step(on("restore", 0, &person), fill, now).await.unwrap();
        let recorded = store.finish_run(result("r-1", Verdict::Pass), now).await.unwrap();
        let RunRecorded::Recorded { step, .. } = recorded else { panic!("{recorded:?}") };
        assert_eq!(step, StepChange::Raced { revision: 1 });
        let (_, steps) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        assert_eq!(steps[0].verdict, Some(Verdict::Fail));
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_was_mended_is_measured_again_and_both_results_stay_in_the_log(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        let seen = |revision| on("restore", revision, &person);
        let early = store.ask_again(seen(0), "mended".to_owned(), now).await.unwrap();
        assert_eq!(early, StepChange::NothingToMend, "it was never measured");

        store.start_run(run_start("r-1"), now).await.unwrap();
        store.finish_run(result("r-1", Verdict::Fail), now).await.unwrap();
        let why = store.ask_again(seen(1), " ".to_owned(), now).await.unwrap();
        assert_eq!(why, StepChange::NoReason);
        let asked = store.ask_again(seen(1), "mended".to_owned(), now).await.unwrap();
        assert_eq!(asked, StepChange::Changed { revision: 2 });
        let twice = store.ask_again(seen(1), "mended".to_owned(), now).await.unwrap();
        assert_eq!(twice, StepChange::Raced { revision: 2 });
        let (_, steps) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        assert_eq!((steps[0].state, steps[0].verdict), (StepState::Pending, None));
        assert!(store.missed_and_asked_again(&baker()).await.unwrap().is_empty());
        let missed = duty(0).duty.missed_at + SignedDuration::from_secs(1);
        store.mark_missed(&baker(), missed).await.unwrap();
        let waiting = store.missed_and_asked_again(&baker()).await.unwrap();
        assert_eq!(waiting, [duty(0).duty.id]);

        store.start_run(run_start("r-2"), now).await.unwrap();
        store.finish_run(result("r-2", Verdict::Pass), now).await.unwrap();
        let held = store.ask_again(seen(3), "mended".to_owned(), now).await.unwrap();
        assert_eq!(held, StepChange::NothingToMend, "what holds is not drawn anew");
        let runs = store.runs_of(&baker(), &duty(0).duty.id).await.unwrap();
        let verdict = |run: &Run| run.judgement.as_ref().unwrap().verdict;
        let found: Vec<_> = runs.iter().map(verdict).collect();
        assert_eq!(found, [Verdict::Fail, Verdict::Pass]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_was_seen_of_a_repository_is_never_forgotten(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let now = duty(0).duty.opens_at;
        store.start_run(run_start("r-1"), now).await.unwrap();
        store.finish_run(result("r-1", Verdict::Pass), now).await.unwrap();
        let later = now + SignedDuration::from_hours(1);
        store.start_run(run_start("r-2"), later).await.unwrap();
        let mut second = result("r-2", Verdict::Pass);
        second.snapshots = vec![snapshot("77aa")];
        store.finish_run(second, later).await.unwrap();
        let seen = store.snapshots_seen(&baker(), &asset(), &Page::default()).await.unwrap().rows;
        let seen: Vec<_> = seen
            .iter()
            .map(|seen| (seen.snapshot.id.as_str(), seen.first_seen_at, seen.last_seen_at))
            .collect();
        assert_eq!(seen, [("77aa", now, later), ("8f3a", now, now)]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_warning_is_raised_once_until_it_is_cleared(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        let warning = NewWarning {
            client: baker(),
            rule: "missed".to_owned(),
            about: duty(0).duty.id.to_string(),
            severity: duly_core::process::Severity::High,
            message: "A restore test was missed".to_owned(),
            ticket: None,
        };
        let id = store.raise_warning(warning.clone(), now).await.unwrap().unwrap();
        assert_eq!(store.raise_warning(warning.clone(), now).await.unwrap(), None);
        let on = OnWarning {
            client: baker(),
            warning: id,
            person: person.clone(),
            word: "looking into it".to_owned(),
        };
        let taken = store.acknowledge_warning(on.clone(), now).await.unwrap();
        assert_eq!(taken, WarningAct::Done);
        assert_eq!(store.acknowledge_warning(on, now).await.unwrap(), WarningAct::Already);
        let listed = store.warnings(&baker(), &Page::default()).await.unwrap().rows;
        assert_eq!(listed[0].acknowledged_by, Some(person));
        let (rule, about) = (&warning.rule, &warning.about);
        assert!(store.clear_warning(&baker(), rule, about, now).await.unwrap());
        assert!(!store.clear_warning(&baker(), rule, about, now).await.unwrap());
        assert!(store.warnings(&baker(), &Page::default()).await.unwrap().rows.is_empty());
        assert!(store.raise_warning(warning, now).await.unwrap().is_some());
        store.close().await;
        place.assert_sound().await;
    }

    async fn notes_come_back_oldest_first(place: Place) {
        let store = place.baker().await;
        opened(&store).await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        for number in 0..5 {
            let note = NewNote {
                id: format!("n-{number}"),
                client: baker(),
                ticket: duty(0).duty.id,
                step: None,
                person: person.clone(),
                words: format!("note {number}"),
            };
            let now = now + SignedDuration::from_secs(number);
            assert_eq!(store.add_note(note.clone(), now).await.unwrap(), Made::New);
            assert_eq!(store.add_note(note, now).await.unwrap(), Made::Already);
        }
        let first = Page { after: None, rows: 3 };
        let one = store.notes(&baker(), &duty(0).duty.id, &first).await.unwrap();
        let two = store
            .notes(&baker(), &duty(0).duty.id, &first.after(&one.next.unwrap()))
            .await
            .unwrap();
        let words: Vec<_> = one.rows.iter().chain(&two.rows).map(|note| &note.words).collect();
        assert_eq!(words, ["note 0", "note 1", "note 2", "note 3", "note 4"]);
        assert_eq!(two.next, None);
        store.close().await;
        place.assert_sound().await;
    }
}
