//! Exceptions through the worker, and what the client's verifier makes of them.

use duly_core::accounts::Outcome;
use duly_core::exception::Ask;
use duly_core::id::{PersonId, ProcessId};
use duly_core::scope::WaivedBy;
use duly_store::{Asking, Deciding, Ticket};
use duly_work::exceptions::{self, Standing, standing};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::world::{World, at, baker, days_later};

fn person(id: &str) -> PersonId {
    id.into()
}

/// Tess asks, Omar grants.
async fn excepted(world: &World, id: &str, from: Date, to: Date, now: Timestamp) {
    let ask = Ask {
        process: Some("acct.review".into()),
        asset: None,
        from,
        to,
        reason: "the bakery moves house".to_owned(),
        measure: None,
    };
    let (store, client) = (&world.store, baker());
    let asked = exceptions::ask(store, &client, id.to_owned(), ask, &person("tess"), now).await;
    assert_eq!(asked.unwrap(), Asking::Asked);
    let by = Some(WaivedBy::Client);
    let words = String::new();
    let decided = exceptions::decide(store, &client, id, &person("omar"), by, words, now).await;
    assert_eq!(decided.unwrap(), Deciding::Decided);
}

async fn reviews(world: &World) -> Vec<Ticket> {
    let review = ProcessId::from("acct.review");
    let mut tickets = world.tickets().await;
    tickets.retain(|ticket| ticket.process == review);
    tickets.sort_by_key(|ticket| ticket.slot);
    tickets
}

#[tokio::test]
async fn what_was_waived_is_due_again_on_the_day_after_and_the_verifier_agrees() {
    let world = World::new().await;
    let march = (date(2026, 3, 1), date(2026, 4, 5));
    excepted(&world, "e1", march.0, march.1, days_later(40)).await;
    for day in 0..=130 {
        world.round(days_later(day)).await;
    }
    let tickets = reviews(&world).await;
    let waived: Vec<_> = tickets
        .iter()
        .filter(|ticket| ticket.outcome == Outcome::Waived)
        .collect();
    assert!(!waived.is_empty());
    let after = |ticket: &&Ticket| ticket.slot == date(2026, 4, 6);
    let resumed = tickets.iter().find(after).expect("it is due at once");
    assert_ne!(resumed.outcome, Outcome::Waived);
    let report = world.verified(days_later(130)).await;
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
    assert_eq!(report.waived.len(), waived.len());
    let now = days_later(130);
    let to = now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let counted = world.equation(date(2026, 1, 1), to, now).await;
    assert_eq!(Some(counted), report.equation);
}

#[tokio::test]
async fn after_a_withdrawal_what_opens_is_due_and_the_verifier_agrees() {
    let world = World::new().await;
    excepted(
        &world,
        "e1",
        date(2026, 2, 1),
        date(2026, 4, 30),
        days_later(20),
    )
    .await;
    for day in 20..=70 {
        world.round(days_later(day)).await;
    }
    let why = "the move is off".to_owned();
    let (store, client) = (&world.store, baker());
    let at_noon = days_later(70);
    let omar = person("omar");
    let withdrawn = exceptions::withdraw(store, &client, "e1", &omar, why, at_noon).await;
    assert_eq!(withdrawn.unwrap(), Deciding::Decided);
    for day in 71..=125 {
        world.round(days_later(day)).await;
    }
    for ticket in reviews(&world).await {
        let was_excepted = ticket.slot >= date(2026, 2, 1) && ticket.opens_at <= at_noon;
        assert_eq!(
            ticket.outcome == Outcome::Waived,
            was_excepted,
            "{ticket:?}"
        );
    }
    let report = world.verified(days_later(125)).await;
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
}

#[tokio::test]
async fn an_exception_is_called_expiring_two_weeks_before_its_end() {
    let world = World::new().await;
    excepted(
        &world,
        "e1",
        date(2026, 2, 1),
        date(2026, 3, 31),
        days_later(20),
    )
    .await;
    let row = world
        .store
        .exception(&baker(), "e1")
        .await
        .unwrap()
        .unwrap();
    let on = |day: Date| standing(&row, day);
    assert_eq!(on(date(2026, 1, 31)), Standing::ToCome);
    assert_eq!(on(date(2026, 3, 16)), Standing::InForce);
    assert_eq!(on(date(2026, 3, 17)), Standing::Expiring);
    assert_eq!(on(date(2026, 3, 31)), Standing::Expiring);
    assert_eq!(on(date(2026, 4, 1)), Standing::Ended);
    assert_eq!(at("2026-01-21T12:00:00Z"), row.decided_at.unwrap());
}
