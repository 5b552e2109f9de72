//! Two who say different things about one asset: a job, and what its backup came to.

use duly_core::id::{AssetId, PersonId};
use duly_core::ping::{Expected, PingSays};
use duly_core::verdict::Verdict;
use duly_store::{ClosedBy, Closing, Fill, NewPing, NewPingAddress, OnStep, PingDeclared};
use duly_work::lists;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, at, baker};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn asset_id(world: &World, name: &str) -> AssetId {
    let assets = lists::assets(&world.store, &baker()).await.unwrap();
    let found = assets.into_iter().find(|row| row.name == name);
    found.unwrap().scope.id
}

async fn contradictions(world: &World) -> Vec<String> {
    let warnings = lists::warnings(&world.store, &baker()).await.unwrap();
    let found = warnings.into_iter().map(|warning| warning.raised);
    let found = found.filter(|raised| raised.rule == "contradiction");
    found.map(|raised| raised.message).collect()
}

/// Looks often enough for a state to be settled: what flickers is not told.
async fn settled(world: &World, now: Timestamp) {
    for minutes in [0, 31, 62, 200] {
        world.round(now + SignedDuration::from_mins(minutes)).await;
    }
}

async fn nightly(world: &World, asset: AssetId, now: Timestamp) -> String {
    let new = NewPingAddress {
        client: baker(),
        asset: Some(asset),
        name: "nightly backup".to_owned(),
        expected: Expected {
            every_minutes: 24 * 60,
            grace_minutes: 60,
        },
        person: "p-mara".into(),
    };
    let declared = world.store.declare_ping(new, now).await.unwrap();
    let PingDeclared::Declared { uuid, .. } = declared else {
        panic!("{declared:?}");
    };
    uuid
}

async fn ping(world: &World, uuid: &str, says: PingSays, now: Timestamp) {
    let ping = NewPing {
        uuid: uuid.to_owned(),
        says,
        exit_status: None,
        rid: None,
        body: Vec::new(),
    };
    assert!(world.store.take_ping(ping, now).await.unwrap());
}

/// The restore test of that day, done by a person with this verdict.
async fn restore_test(world: &World, verdict: Verdict, now: Timestamp) {
    let tickets = world.tickets().await;
    let mut tests = tickets
        .iter()
        .filter(|one| one.process.as_str() == "backup.restore-test");
    let id = &tests.next_back().unwrap().id;
    let person = PersonId::from("p-tess");
    let (_, steps) = world.store.ticket(&baker(), id).await.unwrap().unwrap();
    for step in steps {
        let on = OnStep {
            client: baker(),
            ticket: id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: person.clone(),
        };
        let said = Fill::of(verdict, format!("{} was looked at", step.id));
        world.store.fill_step(on, said, now).await.unwrap();
    }
    let by = Some(ClosedBy {
        person,
        word: Some("The report is with the client.".to_owned()),
    });
    let client = baker();
    let closing = world.store.close_ticket(&client, id, by, now);
    let closing = closing.await.unwrap();
    assert!(matches!(closing, Closing::Closed { .. }), "{closing:?}");
}

#[tokio::test]
async fn a_job_that_says_well_of_a_backup_that_does_not_restore_is_a_contradiction() {
    let world = World::new().await;
    let now = at("2026-01-13T10:00:00Z");
    world.round(now).await;
    let job = nightly(&world, asset_id(&world, "office files").await, now).await;
    ping(&world, &job, PingSays::Success, now).await;
    world.round(now + HOUR).await;
    assert_eq!(contradictions(&world).await, Vec::<String>::new());
    restore_test(&world, Verdict::Fail, now + HOUR).await;
    settled(&world, now + HOUR * 2).await;
    let said = contradictions(&world).await;
    assert_eq!(said.len(), 1, "{said:?}");
    for part in [
        "office files",
        "nightly backup says well",
        "backup.restore-test of 2026-01-13 says faulty",
    ] {
        assert!(said[0].contains(part), "{part}: {said:?}");
    }
    // A job that admits it denies nothing.
    ping(&world, &job, PingSays::Fail, now + HOUR * 2).await;
    settled(&world, now + HOUR * 3).await;
    assert_eq!(contradictions(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_job_that_says_well_of_a_backup_that_restores_contradicts_nothing() {
    let world = World::new().await;
    let now = at("2026-01-13T10:00:00Z");
    world.round(now).await;
    let job = nightly(&world, asset_id(&world, "office files").await, now).await;
    ping(&world, &job, PingSays::Success, now).await;
    restore_test(&world, Verdict::Pass, now + HOUR).await;
    settled(&world, now + HOUR * 2).await;
    assert_eq!(contradictions(&world).await, Vec::<String>::new());
}
