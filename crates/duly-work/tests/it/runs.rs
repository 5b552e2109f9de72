//! What becomes of a probe that cannot run, and of a run that nobody ended.

use duly_core::id::RunId;
use duly_core::verdict::Verdict;
use duly_store::{RunStart, StepChange, StepState, Ticket, TicketStep};
use duly_work::acts;
use duly_work::clock::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, at, baker};

/// The first second Tuesday, after its tests have opened.
const TUESDAY: &str = "2026-01-13T10:00:00Z";

async fn restore_test(world: &World) -> (Ticket, Vec<TicketStep>) {
    let tickets = world.tickets().await;
    let found = tickets
        .iter()
        .find(|ticket| ticket.process.as_str() == "backup.restore-test")
        .unwrap();
    world
        .store
        .ticket(&baker(), &found.id)
        .await
        .unwrap()
        .unwrap()
}

fn measured(steps: &[TicketStep]) -> &TicketStep {
    steps.iter().find(|step| step.probe.is_some()).unwrap()
}

async fn ask_again(world: &World, ticket: &Ticket, step: &TicketStep, now: Timestamp) {
    let on = acts::OnStep {
        client: baker(),
        ticket: ticket.id.clone(),
        step: step.id.clone(),
        revision: step.revision,
        person: "tess".into(),
    };
    let reason = "the disk is back".to_owned();
    let asked = acts::ask_again(&world.store, on, reason, now)
        .await
        .unwrap();
    assert!(matches!(asked, StepChange::Changed { .. }), "{asked:?}");
}

#[tokio::test]
async fn without_a_password_the_step_is_unknown_and_closes_nothing() {
    let world = World::new().await;
    let round = world.round(at(TUESDAY)).await;
    assert_eq!((round.runs, round.failed), (1, 1));
    let (ticket, steps) = restore_test(&world).await;
    let step = measured(&steps);
    assert_eq!(
        (step.state, step.verdict),
        (StepState::Filled, Some(Verdict::Unknown))
    );
    let run = world
        .store
        .runs_of(&baker(), &ticket.id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(run.judgement.unwrap().reasons[0].code, "no-password");
    let closing = world
        .store
        .close_ticket(&baker(), &ticket.id, None, at(TUESDAY))
        .await
        .unwrap();
    assert!(
        matches!(closing, duly_store::Closing::GatesOpen(_)),
        "{closing:?}"
    );
}

#[tokio::test]
async fn a_probe_that_could_not_find_out_is_tried_again_after_doubling_waits_and_not_for_ever() {
    let world = World::new().await;
    let mut now = at(TUESDAY);
    let mut runs = 0;
    let mut waits = Vec::new();
    let mut last = now;
    // A day and a half in steps of five minutes.
    for _ in 0..432 {
        let round = world.round(now).await;
        if round.runs > 0 {
            waits.push(now.duration_since(last).as_mins());
            last = now;
        }
        runs += round.runs;
        now += SignedDuration::from_mins(5);
    }
    assert_eq!(waits, [0, 10, 20, 40, 80, 160, 320]);
    assert_eq!(runs, 7);
}

#[tokio::test]
async fn a_step_that_a_person_asks_for_again_runs_in_the_next_round() {
    let world = World::new().await;
    world.round(at(TUESDAY)).await;
    let now = at(TUESDAY) + SignedDuration::from_mins(1);
    assert_eq!(world.round(now).await.runs, 0, "its wait is not over");
    let (ticket, steps) = restore_test(&world).await;
    ask_again(&world, &ticket, measured(&steps), now).await;
    assert_eq!(world.round(now).await.runs, 1);
    assert_eq!(world.round(now).await.runs, 0);
}

#[tokio::test]
async fn an_older_missed_test_runs_only_if_a_person_asks_for_it() {
    let world = World::new().await;
    world.round(at(TUESDAY)).await;
    let (ticket, steps) = restore_test(&world).await;
    let later = at("2026-03-20T10:00:00Z");
    world.round(later).await;
    let tries = || async {
        let runs = world.store.runs_of(&baker(), &ticket.id).await.unwrap();
        runs.len()
    };
    assert_eq!(tries().await, 1);
    ask_again(&world, &ticket, measured(&steps), later).await;
    world.round(later).await;
    assert_eq!(tries().await, 2);
    world.round(later + SignedDuration::from_mins(1)).await;
    assert_eq!(tries().await, 2);
}

#[tokio::test]
async fn a_run_left_behind_by_a_dead_worker_ends_as_unknown_and_its_test_is_made() {
    let world = World::new().await;
    world.round(at("2026-01-13T08:00:00Z")).await;
    let opened = at("2026-01-13T09:00:00Z");
    duly_work::open_due::open_due(&world.store, &baker(), None, opened)
        .await
        .unwrap();
    let (ticket, steps) = restore_test(&world).await;
    let start = RunStart {
        client: baker(),
        run: RunId::from("left-behind"),
        ticket: ticket.id.clone(),
        step: measured(&steps).id.clone(),
        person: None,
        commits: serde_json::json!({}),
    };
    world.store.start_run(start, opened).await.unwrap();
    world.round(at(TUESDAY)).await;
    let runs = world.store.runs_of(&baker(), &ticket.id).await.unwrap();
    let reason = |index: usize| {
        runs[index]
            .judgement
            .clone()
            .unwrap()
            .reasons
            .remove(0)
            .code
    };
    assert_eq!(reason(0), "run-abandoned");
    assert_eq!(
        runs.len(),
        1,
        "the next try waits as after any that found nothing out"
    );
    world
        .round(at(TUESDAY) + SignedDuration::from_mins(11))
        .await;
    let runs = world.store.runs_of(&baker(), &ticket.id).await.unwrap();
    assert_eq!(runs.len(), 2);
}

#[tokio::test]
async fn a_missed_duty_that_a_person_finishes_stays_missed_and_says_when_it_was_done() {
    let world = World::new().await;
    world.round(at("2026-03-01T10:00:00Z")).await;
    let tickets = world.tickets().await;
    let missed = tickets
        .iter()
        .find(|ticket| ticket.process.as_str() == "acct.review")
        .unwrap();
    let (ticket, steps) = world
        .store
        .ticket(&baker(), &missed.id)
        .await
        .unwrap()
        .unwrap();
    let now = at("2026-03-02T10:00:00Z");
    for step in &steps {
        let on = acts::OnStep {
            client: baker(),
            ticket: ticket.id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: "tess".into(),
        };
        acts::fill_step(&world.store, on, Verdict::Pass, "done".to_owned(), now)
            .await
            .unwrap();
    }
    acts::close_ticket(&world.store, &baker(), &ticket.id, &"tess".into(), now)
        .await
        .unwrap();
    let mut worker = world.worker();
    worker.round_of(&baker(), Clock::Fixed(now)).await.unwrap();
    let report = world.verified(now).await;
    let told = report
        .missed
        .iter()
        .find(|duty| duty.id == ticket.id)
        .unwrap();
    assert_eq!(told.afterwards_at, Some(now));
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
}
