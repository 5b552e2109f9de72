//! Quality control in rounds: what is raised, once; what clears itself; who is told, and when.

use duly_core::id::{DutyId, PersonId};
use duly_core::verdict::Verdict;
use duly_store::{NewPerson, Page, Role, StepFill, StepState, Told, Warning, WarningFilter};
use duly_work::clock::Clock;
use duly_work::control::prove_rules;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, at, baker, days_later};

async fn warnings(world: &World) -> Vec<Warning> {
    let page = Page::widest();
    world.store.warnings(&baker(), &page).await.unwrap().rows
}

async fn rules(world: &World) -> Vec<String> {
    let mut rules: Vec<String> = warnings(world)
        .await
        .into_iter()
        .map(|warning| warning.raised.rule)
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

async fn tess(world: &World) -> PersonId {
    let person = NewPerson::drawn(&baker(), "Tess", Role::Owner).unwrap();
    let id = person.id.clone();
    world
        .store
        .add_person(person, at("2026-01-01T12:00:00Z"))
        .await
        .unwrap();
    id
}

/// Fills every step of a ticket, so many seconds apart, and closes it.
async fn work_through(world: &World, id: &DutyId, person: &PersonId, from: Timestamp, apart: i64) {
    let (ticket, steps) = world.store.ticket(&baker(), id).await.unwrap().unwrap();
    let mut now = from;
    for step in steps
        .iter()
        .filter(|step| step.state != StepState::Filled || step.run.is_some())
    {
        let fill = StepFill {
            client: baker(),
            ticket: ticket.id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: person.clone(),
            verdict: Verdict::Pass,
            note: format!("{} of {}", step.id, ticket.slot),
        };
        world.store.fill_step(fill, now).await.unwrap();
        now += SignedDuration::from_secs(apart);
    }
    world
        .store
        .close_ticket(&baker(), id, Some(person), now)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_missed_is_raised_once_and_clears_itself_when_it_is_done_afterwards() {
    let world = World::new().await;
    let person = tess(&world).await;
    world.round(days_later(20)).await;
    let first = warnings(&world).await;
    let missed: Vec<_> = first
        .iter()
        .filter(|one| one.raised.rule == "missed")
        .collect();
    assert!(!missed.is_empty(), "{first:?}");
    world.round(days_later(20)).await;
    let count = |all: &[Warning]| all.iter().filter(|one| one.raised.rule == "missed").count();
    assert_eq!(count(&warnings(&world).await), missed.len());
    let ticket = missed[0].raised.ticket.clone().unwrap();
    work_through(&world, &ticket, &person, days_later(20), 600).await;
    world.round(days_later(21)).await;
    let left = warnings(&world).await;
    assert!(
        left.iter()
            .all(|one| one.raised.ticket.as_ref() != Some(&ticket) || one.raised.rule != "missed")
    );
    let all = WarningFilter {
        cleared_too: true,
        ..WarningFilter::default()
    };
    let all = world
        .store
        .warnings_by(&all, &Page::widest())
        .await
        .unwrap()
        .rows;
    let cleared = all
        .iter()
        .find(|one| one.raised.ticket.as_ref() == Some(&ticket) && one.raised.rule == "missed");
    assert!(cleared.unwrap().cleared_at.is_some());
}

#[tokio::test]
async fn steps_ticked_within_seconds_are_raised_by_the_version_that_governs_the_ticket() {
    let world = World::new().await;
    let person = tess(&world).await;
    // 13 January 2026 is a second Tuesday: the restore test is due. Its process declares
    // `too_fast` and does not declare `burst`.
    let now = at("2026-01-13T10:00:00Z");
    world.round(now).await;
    let tickets = world.tickets().await;
    let restore = tickets
        .iter()
        .find(|one| one.process.as_str() == "backup.restore-test");
    let id = restore.unwrap().id.clone();
    work_through(&world, &id, &person, now, 1).await;
    world.round(now + SignedDuration::from_mins(5)).await;
    let raised = warnings(&world).await;
    let here: Vec<_> = raised
        .iter()
        .filter(|one| one.raised.ticket.as_ref() == Some(&id))
        .collect();
    assert!(!here.is_empty());
    for warning in here {
        assert_eq!(warning.raised.rule, "too-fast");
        assert_eq!(
            warning.process.as_ref().unwrap().as_str(),
            "backup.restore-test"
        );
        assert_eq!(warning.owner, "manager");
    }
}

#[tokio::test]
async fn nobody_acknowledging_climbs_the_ladder_and_the_client_waits_for_its_commissioning() {
    let world = World::new().await;
    for day in 0..60 {
        world.round(days_later(day)).await;
    }
    let told = world.store.to_be_told(&Page::widest()).await.unwrap().rows;
    let first = |audience: &str| {
        let mut told = told.iter().filter(|one| one.kind == Told::Escalated);
        told.find(|one| one.audience == audience)
            .map(|one| one.made_at)
    };
    let (manager, client) = (first("manager").unwrap(), first("client").unwrap());
    assert!(manager < days_later(30), "{manager}");
    assert!(client >= days_later(30), "the client was told at {client}");
    let waiting = rules(&world).await;
    assert!(
        waiting.iter().any(|rule| rule == "unacknowledged"),
        "{waiting:?}"
    );
}

#[tokio::test]
async fn one_outage_of_many_duties_is_one_message() {
    let world = World::new().await.restarted().await;
    world.round(days_later(90)).await;
    let missed = warnings(&world).await;
    let missed = missed
        .iter()
        .filter(|one| one.raised.rule == "missed")
        .count();
    assert!(missed > 5, "{missed}");
    let told = world.store.to_be_told(&Page::widest()).await.unwrap().rows;
    let raised: Vec<_> = told.iter().filter(|one| one.kind == Told::Raised).collect();
    let audiences: std::collections::BTreeSet<_> = raised
        .iter()
        .map(|one| (&one.audience, one.body.count))
        .collect();
    assert!(raised.len() <= 2, "{audiences:?}");
    assert!(raised.iter().any(|one| one.body.count as usize >= missed));
}

#[tokio::test]
async fn a_second_worker_and_a_restart_raise_nothing_again() {
    let world = World::new().await;
    let (mut one, mut other) = (world.worker(), world.worker());
    let clock = Clock::Fixed(days_later(40));
    let client = baker();
    let (first, second) =
        tokio::join!(one.round_of(&client, clock), other.round_of(&client, clock));
    let raised = first.unwrap().looked.raised + second.unwrap().looked.raised;
    assert_eq!(raised, warnings(&world).await.len());
    let world = world.restarted().await;
    let round = world.round(days_later(40)).await;
    assert_eq!((round.looked.raised, round.looked.cleared), (0, 0));
}

#[tokio::test]
async fn a_person_settles_a_lasting_cause_and_it_is_not_raised_again_while_it_lasts() {
    let world = World::new().await;
    let person = tess(&world).await;
    world.round(days_later(20)).await;
    let missed = warnings(&world).await;
    let missed = missed
        .iter()
        .find(|one| one.raised.rule == "missed")
        .unwrap();
    let on = duly_store::OnWarning {
        client: baker(),
        warning: missed.id.clone(),
        person,
        word: "agreed with the client".to_owned(),
    };
    world
        .store
        .settle_by_word(on, days_later(20))
        .await
        .unwrap();
    for day in 20..25 {
        world.round(days_later(day)).await;
    }
    let again = warnings(&world).await;
    assert!(
        again
            .iter()
            .all(|one| one.raised.about != missed.raised.about || one.raised.rule != "missed")
    );
}

#[tokio::test]
async fn every_rule_proves_itself_and_the_proofs_are_kept() {
    let world = World::new().await;
    let silent = prove_rules(&world.store, &baker(), days_later(1))
        .await
        .unwrap();
    assert_eq!(silent, [""; 0]);
    let proofs = world.store.rule_proofs(&baker()).await.unwrap();
    assert_eq!(proofs.len(), duly_core::control::rules::RULES.len());
    assert!(
        proofs
            .iter()
            .all(|proof| proof.fired_at == Some(days_later(1)))
    );
}

#[tokio::test]
async fn a_pack_with_warnings_in_its_log_is_still_confirmed_by_the_verifier() {
    let world = World::new().await;
    world.round(days_later(40)).await;
    assert!(!warnings(&world).await.is_empty());
    let report = world.verified(days_later(40)).await;
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
}

#[tokio::test]
async fn what_happened_long_ago_is_history_and_what_lasts_is_raised_all_the_same() {
    let world = World::new().await;
    let person = tess(&world).await;
    let now = at("2026-01-13T10:00:00Z");
    // Raised and closed in a hurry while nobody looked; looked at for the first time in summer.
    duly_work::open_due::open_due(&world.store, &baker(), None, now)
        .await
        .unwrap();
    let tickets = world.tickets().await;
    let restore = tickets
        .iter()
        .find(|one| one.process.as_str() == "backup.restore-test");
    work_through(&world, &restore.unwrap().id, &person, now, 1).await;
    world.round(at("2026-06-15T10:00:00Z")).await;
    let found = rules(&world).await;
    assert!(!found.iter().any(|rule| rule == "too-fast"), "{found:?}");
    assert!(found.iter().any(|rule| rule == "missed"), "{found:?}");
}

#[tokio::test]
async fn a_verdict_that_stays_unknown_is_raised_after_twelve_hours_and_not_before() {
    let world = World::new().await;
    let now = at("2026-01-13T10:00:00Z");
    // Its probe is a program that is not there, so the restore step cannot be evaluated.
    world.round(now).await;
    let found = rules(&world).await;
    assert!(
        !found.iter().any(|rule| rule == "not-evaluated"),
        "{found:?}"
    );
    world.round(now + SignedDuration::from_hours(11)).await;
    let found = rules(&world).await;
    assert!(
        !found.iter().any(|rule| rule == "not-evaluated"),
        "{found:?}"
    );
    world.round(now + SignedDuration::from_hours(25)).await;
    let found = rules(&world).await;
    assert!(
        found.iter().any(|rule| rule == "not-evaluated"),
        "{found:?}"
    );
}
