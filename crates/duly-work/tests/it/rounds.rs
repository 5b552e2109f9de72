//! No duty is lost, doubled or moved, whatever happens to the worker and its clock.

use duly_core::accounts::Outcome;
use duly_work::equations::Equations;
use jiff::SignedDuration;
use jiff::civil::date;

use crate::world::{OPENED, World, at, days_later};

#[tokio::test]
async fn after_ninety_days_without_a_worker_every_duty_is_there_once_the_missed_ones_as_missed() {
    let diligent = World::new().await;
    for day in 0..=90 {
        diligent.round(days_later(day)).await;
    }
    let absent = World::new().await.restarted().await;
    let round = absent.round(days_later(90)).await;
    let process_and_slot = |tickets: Vec<duly_store::Ticket>| {
        let mut keys: Vec<_> = tickets
            .into_iter()
            .map(|ticket| (ticket.process, ticket.slot, ticket.outcome))
            .collect();
        keys.sort_by_key(|(process, slot, _)| (process.clone(), *slot));
        keys
    };
    let tickets = absent.tickets().await;
    assert_eq!(round.opened, tickets.len());
    assert!(
        tickets
            .iter()
            .any(|ticket| ticket.outcome == Outcome::Missed)
    );
    assert_eq!(
        process_and_slot(tickets),
        process_and_slot(diligent.tickets().await)
    );
}

#[tokio::test]
async fn a_second_worker_and_a_second_round_raise_nothing_again() {
    let world = World::new().await;
    let (mut one, mut other) = (world.worker(), world.worker());
    let clock = duly_work::clock::Clock::Fixed(days_later(60));
    let client = crate::world::baker();
    let (first, second) =
        tokio::join!(one.round_of(&client, clock), other.round_of(&client, clock));
    let raised = first.unwrap().opened + second.unwrap().opened;
    assert_eq!(raised, world.ids().await.len());
    assert_eq!(world.round(days_later(60)).await.opened, 0);
}

#[tokio::test]
async fn a_clock_set_back_neither_doubles_nor_reopens_anything() {
    let world = World::new().await;
    world.round(days_later(60)).await;
    let before = world.tickets().await;
    assert_eq!(world.round(days_later(20)).await.opened, 0);
    assert_eq!(world.tickets().await, before);
    world.round(days_later(61)).await;
    assert!(world.ids().await.len() >= before.len());
}

#[tokio::test]
async fn the_page_counts_as_the_clients_verifier_does() {
    let world = World::new().await;
    // 13 January 2026 is a second Tuesday; at six its test is due and has no ticket yet.
    for now in [
        days_later(40),
        at("2026-01-13T06:00:00Z"),
        at("2026-03-10T06:00:00Z"),
    ] {
        world.round(now).await;
        let report = world.verified(now).await;
        assert!(!report.standing.is_refused(), "{:?}", report.reasons);
        let to = now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let counted = world.equation(date(2026, 1, 1), to, now).await;
        assert_eq!(Some(counted), report.equation, "{now}");
    }
}

#[tokio::test]
async fn a_worker_that_remembers_raises_what_a_fresh_one_would_and_when() {
    let (remembering, forgetting) = (World::new().await, World::new().await);
    let client = crate::world::baker();
    let mut worker = remembering.worker();
    for quarter in 0..160_i64 {
        let now = days_later(0) + SignedDuration::from_hours(6 * quarter);
        if quarter == 41 {
            // In the middle of what it remembers, more comes into care.
            for world in [&remembering, &forgetting] {
                world
                    .publish_with(Some(crate::world::settings()), 2, now)
                    .await;
            }
        }
        let clock = duly_work::clock::Clock::Fixed(now);
        let remembered = worker.round_of(&client, clock).await.unwrap();
        assert_eq!(
            remembered.opened,
            forgetting.round(now).await.opened,
            "{now}"
        );
    }
    let told = |tickets: Vec<duly_store::Ticket>| {
        let keys = tickets.into_iter().map(|ticket| {
            (
                ticket.process,
                ticket.slot,
                ticket.opened_at,
                ticket.outcome,
            )
        });
        let mut keys: Vec<_> = keys.collect();
        keys.sort_by_key(|(process, slot, ..)| (process.clone(), *slot));
        keys
    };
    assert_eq!(
        told(remembering.tickets().await),
        told(forgetting.tickets().await)
    );
}

#[tokio::test]
async fn a_month_that_is_remembered_is_the_month_as_it_is_counted_anew() {
    let world = World::new().await;
    let equations = Equations::default();
    let client = crate::world::baker();
    for day in 0..75 {
        let now = days_later(day);
        world.round(now).await;
        if day == 20 {
            world
                .publish_with(Some(crate::world::settings()), 3, now)
                .await;
        }
        let today = now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let clients = duly_work::lists::clients(&world.store).await.unwrap();
        let counted = equations.of_month(&world.store, &clients, today, now).await;
        let (first, last) = (today.first_of_month(), today.last_of_month());
        let anew = world.equation(first, last, now).await;
        assert_eq!(counted.unwrap()[&client], (anew, 0), "{now}");
    }
}

#[tokio::test]
async fn publishing_again_writes_nothing_into_the_log() {
    let world = World::new().await;
    let client = crate::world::baker();
    let size = world.store.log_head(&client).await.unwrap().unwrap().size;
    world
        .publish(Some(crate::world::settings()), at(OPENED))
        .await;
    world
        .publish(Some(crate::world::settings()), days_later(30))
        .await;
    let after = world.store.log_head(&client).await.unwrap().unwrap().size;
    assert_eq!(after, size);
}

#[tokio::test]
async fn what_was_promised_stays_promised_through_a_year() {
    let world = World::new().await;
    let plans = world.store.plans(&crate::world::baker()).await.unwrap();
    let promised = |name: &str| {
        let promises = &plans[0].promises;
        promises
            .iter()
            .find(|promise| promise.process.as_str() == name)
            .unwrap()
            .per_year_min
    };
    assert_eq!(promised("backup.restore-test"), 24);
    assert_eq!(promised("acct.review"), 12);
}

#[tokio::test]
async fn a_round_that_is_asked_to_stop_begins_no_other_client_and_the_next_worker_goes_on() {
    let world = World::new().await;
    let mut worker = world.worker();
    let clock = duly_work::clock::Clock::Fixed(days_later(60));
    worker.stopping().ask();
    assert!(worker.round(clock).await.unwrap().is_empty());
    assert_eq!(world.ids().await.len(), 0);
    // Told before it began, it comes back at once.
    worker.run(std::future::ready(())).await;
    assert_eq!(world.ids().await.len(), 0);
    world.round(days_later(60)).await;
    assert!(!world.ids().await.is_empty());
}
