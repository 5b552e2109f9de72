//! What is proposed is what is owed afterwards; files and pages never overwrite each other; a
//! process ends and the client's verifier agrees.

use duly_core::permit::Role;
use duly_core::process::Process;
use duly_core::process::overrides::Overrides;
use duly_core::schedule::duties::duties;
use duly_core::schedule::words::rule;
use duly_store::{NewPerson, Publishing};
use duly_work::error::WorkError;
use duly_work::process_files::process_files;
use duly_work::proposal::{Proposal, Wish, propose, publish_proposal};
use duly_work::{publish, set_up};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::world::{World, at, baker, days_later, declaration, settings};

fn restore_test(effective: Date) -> Process {
    let mut shipped = duly_declare::catalogue().iter();
    let found = shipped.find(|process| process.process.as_str() == "backup.restore-test");
    Process {
        effective,
        ..found.unwrap().clone()
    }
}

async fn proposed(world: &World, process: &Process, own: Overrides, now: Timestamp) -> Proposal {
    let wish = Wish {
        client: baker(),
        overrides: own,
    };
    propose(&world.store, process, &[wish], now).await.unwrap()
}

async fn published(world: &World, process: &Process, now: Timestamp) -> Publishing {
    let proposal = proposed(world, process, Overrides::default(), now).await;
    assert_eq!(proposal.refused, []);
    let mara = NewPerson::drawn(&baker(), "Mara", Role::Manager).unwrap();
    let mara = world.store.add_person(mara, now).await.unwrap();
    let text = duly_declare::write(process);
    publish_proposal(&world.store, &proposal, &mara.id, "Asked for", &text, now)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_proposed_is_what_is_due_afterwards() {
    let world = World::new().await;
    let now = days_later(3);
    let mut process = restore_test(date(2026, 2, 1));
    process.schedule.recurrence = rule("1st monday, 3rd monday").unwrap();
    let proposal = proposed(&world, &process, Overrides::default(), now).await;
    let affected = &proposal.clients[0].affected;
    assert!(!affected.is_nothing());
    assert_eq!(
        published(&world, &process, now).await,
        Publishing::Published
    );
    let known = world.store.published(&baker()).await.unwrap().unwrap();
    let due = duties(&known, date(2026, 1, 4), date(2026, 12, 31)).unwrap();
    let slots: Vec<Date> = due
        .iter()
        .filter(|duty| duty.process == process.process)
        .map(|duty| duty.slot)
        .collect();
    for moved in &affected.moved {
        if moved.after.slot <= date(2026, 12, 31) {
            assert!(slots.contains(&moved.after.slot), "{moved:?}");
        }
        if moved.before.slot != moved.after.slot {
            assert!(!slots.contains(&moved.before.slot), "{moved:?}");
        }
    }
    for gone in &affected.vanish {
        assert!(!slots.contains(&gone.slot), "{gone:?}");
    }
    let report = world.verified(days_later(4)).await;
    assert_eq!(report.findings, [], "the client's verifier agrees");
}

#[tokio::test]
async fn a_version_that_asks_for_less_is_marked() {
    let world = World::new().await;
    let mut process = restore_test(date(2026, 2, 1));
    process.schedule.recurrence = rule("2nd tuesday").unwrap();
    let proposal = proposed(&world, &process, Overrides::default(), days_later(3)).await;
    assert!(proposal.loosens() && proposal.clients[0].affected.is_fewer());
    let same = restore_test(date(2026, 2, 1));
    let proposal = proposed(&world, &same, Overrides::default(), days_later(3)).await;
    assert!(!proposal.loosens());
}

#[tokio::test]
async fn a_version_never_takes_effect_in_the_past_or_twice() {
    let world = World::new().await;
    let now = days_later(10);
    for (effective, code) in [
        (date(2026, 1, 10), "effective-in-the-past"),
        (date(2026, 1, 1), "effective-in-the-past"),
    ] {
        let process = restore_test(effective);
        let proposal = proposed(&world, &process, Overrides::default(), now).await;
        assert_eq!(proposal.refused[0].code, code, "{effective}");
    }
    published(&world, &restore_test(date(2026, 3, 1)), now).await;
    for (effective, code) in [
        (date(2026, 3, 1), "version-taken"),
        (date(2026, 2, 1), "later-version"),
    ] {
        let process = restore_test(effective);
        let proposal = proposed(&world, &process, Overrides::default(), now).await;
        assert_eq!(proposal.refused[0].code, code, "{effective}");
    }
}

#[tokio::test]
async fn a_client_has_its_own_days_and_never_fewer() {
    let world = World::new().await;
    let process = restore_test(date(2026, 2, 1));
    let own = Overrides {
        recurrence: Some(rule("1st wednesday, 3rd wednesday").unwrap()),
        ..Overrides::default()
    };
    let proposal = proposed(&world, &process, own, days_later(3)).await;
    let version = &proposal.clients[0].after;
    assert_eq!(
        version.schedule.recurrence.to_string(),
        "every month on 1st wednesday, 3rd wednesday"
    );
    assert_eq!(proposal.clients[0].own.len(), 1);
    let fewer = Overrides {
        recurrence: Some(rule("1st wednesday").unwrap()),
        ..Overrides::default()
    };
    let proposal = proposed(&world, &process, fewer, days_later(3)).await;
    assert_eq!(proposal.refused[0].code, "override-fewer");
}

#[tokio::test]
async fn a_ticket_that_is_open_keeps_the_checklist_it_was_raised_with() {
    let world = World::new().await;
    world.round(at("2026-01-13T10:00:00Z")).await;
    let before = world.tickets().await;
    let now = at("2026-01-13T11:00:00Z");
    let mut process = restore_test(date(2026, 1, 13));
    process.checklist.truncate(1);
    published(&world, &process, now).await;
    world.round(at("2026-01-13T12:00:00Z")).await;
    let after = world.tickets().await;
    for ticket in &before {
        let again = after.iter().find(|other| other.id == ticket.id).unwrap();
        assert_eq!(
            (&again.version, again.due_at),
            (&ticket.version, ticket.due_at)
        );
        let (_, steps) = world
            .store
            .ticket(&baker(), &ticket.id)
            .await
            .unwrap()
            .unwrap();
        if ticket.process == process.process {
            assert_eq!(steps.len(), 4, "the steps it was raised with");
        }
    }
}

#[tokio::test]
async fn a_process_that_ended_is_due_no_more_and_the_verifier_names_what_was_promised() {
    let world = World::new().await;
    let now = days_later(3);
    let ended = restore_test(date(2026, 1, 1)).ended(date(2026, 1, 6));
    assert_eq!(published(&world, &ended, now).await, Publishing::Published);
    world.round(days_later(30)).await;
    let tickets = world.tickets().await;
    let own = tickets
        .iter()
        .filter(|ticket| ticket.process == ended.process);
    assert_eq!(own.count(), 0);
    let report = world.verified(days_later(30)).await;
    let uncovered = report.uncovered.iter();
    let mut named = uncovered.filter_map(|one| one.process.as_ref());
    assert!(
        named.any(|process| *process == ended.process),
        "{report:#?}"
    );
}

#[tokio::test]
async fn a_file_that_a_page_has_overtaken_is_refused_until_it_says_the_same() {
    let world = World::new().await;
    let mut process = restore_test(date(2026, 3, 1));
    process.title = "Restore it, and look".to_owned();
    published(&world, &process, days_later(3)).await;
    // The folder as it was goes on being accepted: nothing in it is new.
    world.publish(Some(settings()), days_later(4)).await;
    let mut changed = restore_test(date(2026, 2, 1));
    changed.title = "Restore something".to_owned();
    let mut files = declaration(Some(settings()));
    files.clients[0].processes[0] = changed;
    let refused = publish::publish(&world.store, &files, days_later(5)).await;
    assert!(
        matches!(refused, Err(WorkError::FileBehindPage { .. })),
        "{refused:?}"
    );
    let (exported, ended) = process_files(&world.store).await.unwrap();
    assert_eq!(ended, []);
    let file = exported
        .iter()
        .find(|file| file.name == "backup.restore-test.yaml");
    let read = duly_declare::load(file.unwrap().text.as_bytes(), "exported").unwrap();
    assert_eq!(read, process);
    files.clients[0].processes[0] = read;
    publish::publish(&world.store, &files, days_later(6))
        .await
        .unwrap();
    let mut later = restore_test(date(2026, 4, 1));
    later.title = "Restore it well".to_owned();
    files.clients[0].processes[0] = later;
    publish::publish(&world.store, &files, days_later(7))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_file_does_not_reach_back() {
    let world = World::new().await;
    let mut files = declaration(Some(settings()));
    let mut changed = restore_test(date(2026, 1, 5));
    changed.title = "Restore something".to_owned();
    files.clients[0].processes[0] = changed;
    let refused = publish::publish(&world.store, &files, days_later(10)).await;
    assert!(
        matches!(refused, Err(WorkError::FileInThePast { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_client_set_up_on_pages_has_duties_that_its_verifier_confirms() {
    let world = World::new().await;
    let now = days_later(3);
    let mara = NewPerson::drawn(&baker(), "Mara", Role::Manager).unwrap();
    let mara = world.store.add_person(mara, now).await.unwrap();
    let client = set_up::add_client(
        &world.store,
        "Lakeside Clinic",
        "Europe/London",
        "england",
        now,
    )
    .await
    .unwrap();
    assert_eq!(client.as_str(), "lakeside-clinic");
    let new = set_up::NewAsset {
        client: client.clone(),
        kind: "firewall".to_owned(),
        name: "front door".to_owned(),
        backup: None,
    };
    let id = set_up::take_asset(&world.store, new.clone(), now)
        .await
        .unwrap();
    let again = set_up::take_asset(&world.store, new, now).await.unwrap();
    assert_eq!(id, again);
    let names = ["fw.firmware".to_owned(), "acct.review".to_owned()];
    let problems = set_up::publish_from_catalogue(&world.store, &client, &names, &mara.id, now)
        .await
        .unwrap();
    assert_eq!(problems, Vec::<String>::new());
    let known = world.store.published(&client).await.unwrap().unwrap();
    assert!(
        !duties(&known, date(2026, 1, 4), date(2026, 12, 31))
            .unwrap()
            .is_empty()
    );
    let plans = world.store.plans(&client).await.unwrap();
    assert_eq!(
        plans.last().unwrap().promises.len(),
        2,
        "what was taken is promised"
    );
    let refused = set_up::add_client(&world.store, "Nowhere", "Mars/Base", "england", now).await;
    assert!(matches!(refused, Err(WorkError::UnknownZone(_))));
}
