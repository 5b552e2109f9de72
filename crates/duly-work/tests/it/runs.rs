//! What becomes of a probe that cannot run, and of a run that nobody ended.

use duly_core::accounts::Outcome;
use duly_core::id::{DutyId, RunId};
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Closing, EvidenceAdded, Fill, Reopen, RunStart, StepChange, StepState, Ticket,
    TicketStep,
};
use duly_work::acts;
use duly_work::clock::Clock;
use duly_work::evidence::{Brought, Received, receive};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, at, baker, days_later};

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
    do_all(&world, &ticket.id, &steps, now).await;
    let by = ClosedBy::person(&"tess".into());
    acts::close_ticket(&world.store, &baker(), &ticket.id, by, now)
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

/// Does every step, with the files that it asks for.
async fn do_all(world: &World, ticket: &DutyId, steps: &[TicketStep], now: Timestamp) {
    for step in steps {
        for kind in step.evidence.iter().filter(|kind| *kind == "file") {
            let brought = Brought {
                client: baker(),
                ticket: ticket.clone(),
                step: Some(step.id.clone()),
                person: "tess".into(),
                name: format!("{kind}.txt"),
                content: format!("what was seen at {} on {now}", step.id).into_bytes(),
            };
            let received = receive(&world.store, brought, &TimeZone::UTC, now).await;
            let received = received.unwrap();
            assert!(
                matches!(received, Received::Stored(EvidenceAdded::Added(_))),
                "{received:?}"
            );
        }
        let on = acts::OnStep {
            client: baker(),
            ticket: ticket.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: "tess".into(),
        };
        let done = acts::fill_step(&world.store, on, Fill::of(Verdict::Pass, "done"), now).await;
        let done = done.unwrap();
        assert!(matches!(done, StepChange::Changed { .. }), "{done:?}");
    }
}

/// The first review that opens, and an hour in which it is open.
async fn an_open_review(world: &World) -> (DutyId, Timestamp) {
    for day in 0..120 {
        world.round(days_later(day)).await;
        let is_open = |ticket: &Ticket| {
            ticket.process.as_str() == "acct.review" && ticket.outcome == Outcome::Open
        };
        if let Some(ticket) = world.tickets().await.into_iter().find(is_open) {
            return (ticket.id, days_later(day) + SignedDuration::from_hours(1));
        }
    }
    panic!("no review opens");
}

#[tokio::test]
async fn the_verifier_counts_a_re_opened_duty_as_it_was_before_while_and_after_it_is_done_again() {
    let world = World::new().await;
    let (id, now) = an_open_review(&world).await;
    let steps = || async { world.store.ticket(&baker(), &id).await.unwrap().unwrap().1 };
    do_all(&world, &id, &steps().await, now).await;
    let by = || ClosedBy::person(&"tess".into());
    acts::close_ticket(&world.store, &baker(), &id, by(), now)
        .await
        .unwrap();
    let before = world.verified(now).await;
    let reopen = Reopen {
        client: baker(),
        ticket: id.clone(),
        steps: Vec::new(),
        person: "mara".into(),
        reason: "the list is last year's".to_owned(),
    };
    acts::reopen(&world.store, reopen, now).await.unwrap();
    let meanwhile = world.verified(now).await;
    assert_eq!(meanwhile.equation, before.equation);
    let later = now + SignedDuration::from_hours(24);
    do_all(&world, &id, &steps().await, later).await;
    let closing = acts::close_ticket(&world.store, &baker(), &id, by(), later)
        .await
        .unwrap();
    assert!(matches!(closing, Closing::Reworked { .. }), "{closing:?}");
    let after = world.verified(later).await;
    assert_eq!(after.equation.unwrap().done, before.equation.unwrap().done);
    assert!(!after.standing.is_refused(), "{:?}", after.reasons);
}
