//! Counting again from nothing, as the worker does it: silent over a clean year, and loud about
//! whatever was changed behind the store.

use duly_core::id::{ClientId, DutyId};
use duly_core::schedule::duties::Duty;
use duly_core::scope::Client;
use duly_store::{NewClient, OpenDuty, Page, Warning};
use duly_work::clock::Clock;
use duly_work::recount::{nightly, one};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, baker, days_later};

/// Time without a bound.
const ALL_NIGHT: SignedDuration = SignedDuration::from_hours(1);

async fn warnings(world: &World) -> Vec<Warning> {
    let listed = world.store.warnings(&baker(), &Page::widest()).await;
    listed.unwrap().rows
}

async fn recounted(world: &World, now: Timestamp) -> Vec<Warning> {
    let client = world.store.client(&baker()).await.unwrap().unwrap();
    one(&world.store, &client, now).await.unwrap();
    let cracks = warnings(world).await.into_iter();
    cracks.filter(|one| one.raised.rule == "crack").collect()
}

#[tokio::test]
async fn a_clean_year_is_silent() {
    let world = World::new().await;
    for week in 0..=52 {
        world.round(days_later(7 * week)).await;
    }
    let now = days_later(7 * 52);
    assert_eq!(recounted(&world, now).await, []);
    let row = world.store.last_recount(&baker()).await.unwrap().unwrap();
    assert_eq!((row.differences, &row.problem), (0, &None));
    assert!(row.duties > 30 && row.tickets > 30, "{row:?}");
    let report = world.verified(now).await;
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
}

#[tokio::test]
async fn a_difference_is_warned_of_once_and_cleared_when_it_is_gone() {
    let world = World::new().await;
    world.round(days_later(30)).await;
    assert_eq!(recounted(&world, days_later(30)).await, []);
    // Nobody raised what came due since.
    let cracks = recounted(&world, days_later(60)).await;
    assert!(!cracks.is_empty());
    let says = |words: &str| cracks.iter().any(|one| one.raised.message.contains(words));
    assert!(says("no ticket was raised"), "{cracks:?}");
    assert_eq!(recounted(&world, days_later(60)).await.len(), cracks.len());
    world.round(days_later(60)).await;
    assert_eq!(recounted(&world, days_later(60)).await, []);
}

#[tokio::test]
async fn a_ticket_for_which_nothing_makes_a_duty_due_is_a_crack() {
    let world = World::new().await;
    world.round(days_later(60)).await;
    let ticket = world.tickets().await[0].clone();
    let slot = ticket.slot.tomorrow().unwrap();
    let (client, asset) = (baker(), ticket.asset.clone());
    let duty = Duty {
        id: DutyId::of(&client, &ticket.process, asset.as_ref(), slot),
        client,
        process: ticket.process,
        version: ticket.version,
        asset,
        slot,
        opens_at: ticket.opens_at,
        due_at: ticket.due_at,
        missed_at: ticket.missed_at,
    };
    let stray = OpenDuty {
        duty,
        checklist: Vec::new().into(),
    };
    let now = days_later(60);
    world
        .store
        .open_duties(&baker(), &[stray], now)
        .await
        .unwrap();
    let cracks = recounted(&world, now).await;
    assert_eq!(cracks.len(), 1, "{cracks:?}");
    assert!(cracks[0].raised.message.contains("makes a duty due"));
}

#[tokio::test]
async fn a_night_recounts_each_client_once_and_a_night_left_out_is_warned_of() {
    let world = World::new().await;
    world.round(days_later(1)).await;
    let clock = |now: Timestamp| Clock::Fixed(now);
    nightly(&world.store, clock(days_later(1)), ALL_NIGHT)
        .await
        .unwrap();
    let first = world.store.last_recount(&baker()).await.unwrap().unwrap();
    let later = days_later(1) + SignedDuration::from_hours(2);
    nightly(&world.store, clock(later), ALL_NIGHT)
        .await
        .unwrap();
    let same = world.store.last_recount(&baker()).await.unwrap().unwrap();
    assert_eq!(first, same);
    // No time at all: the warning is raised, and nothing is recounted.
    let much_later = days_later(3);
    nightly(&world.store, clock(much_later), SignedDuration::ZERO)
        .await
        .unwrap();
    let overdue = warnings(&world).await;
    let overdue = overdue
        .iter()
        .find(|one| one.raised.rule == "recount-overdue");
    assert!(overdue.is_some_and(|one| one.raised.message.contains("48 h")));
    world.round(much_later).await;
    nightly(&world.store, clock(much_later), ALL_NIGHT)
        .await
        .unwrap();
    let rules = warnings(&world)
        .await
        .into_iter()
        .map(|one| one.raised.rule);
    assert!(
        !rules
            .collect::<Vec<_>>()
            .contains(&"recount-overdue".to_owned())
    );
}

#[tokio::test]
async fn the_worker_says_that_duly_was_down() {
    let world = World::new().await;
    let provider = ClientId::from(Client::PROVIDER);
    let new = NewClient {
        scope: Client {
            id: provider.clone(),
            tz: "Europe/London".to_owned(),
            calendar: "england".to_owned(),
        },
        name: "Harbour IT".to_owned(),
        origin: "duly.example/provider".to_owned(),
        provider: true,
    };
    world.store.create_client(new, days_later(0)).await.unwrap();
    world.worker().beat(days_later(0)).await.unwrap();
    let later = days_later(1) + SignedDuration::from_hours(7);
    let mut restarted = world.worker();
    restarted.beat(later).await.unwrap();
    restarted.beat(later).await.unwrap();
    let listed = world
        .store
        .warnings(&provider, &Page::widest())
        .await
        .unwrap();
    let messages: Vec<_> = listed.rows.iter().map(|one| &one.raised.message).collect();
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].starts_with("duly was down 31 h"),
        "{messages:?}"
    );
}
