//! Quality control in rounds: what is raised, once; what clears itself; who is told, and when.

use duly_core::id::{DutyId, PersonId};
use duly_core::telling::Kind;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Fill, NewPerson, OnStep, Page, Role, StepState, Warning, WarningFilter,
};
use duly_work::clock::Clock;
use duly_work::control::prove_rules;
use duly_work::evidence::{Brought, Received, receive};
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
        let on = OnStep {
            client: baker(),
            ticket: ticket.id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: person.clone(),
        };
        let said = Fill::of(Verdict::Pass, format!("{} of {}", step.id, ticket.slot));
        world.store.fill_step(on, said, now).await.unwrap();
        now += SignedDuration::from_secs(apart);
    }
    world
        .store
        .close_ticket(&baker(), id, Some(ClosedBy::person(person)), now)
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
    let told = world.store.untold().await.unwrap();
    let first = |role: Role| {
        let mut told = told
            .iter()
            .filter(|one| one.notice.kind == Kind::Escalation);
        told.find(|one| one.notice.roles == [role])
            .map(|one| one.made_at)
    };
    let (manager, client) = (first(Role::Manager).unwrap(), first(Role::Owner).unwrap());
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
    let told = world.store.untold().await.unwrap();
    let raised = told.iter().map(|one| &one.notice);
    let watched = ("Rule".to_owned(), "uncovered".to_owned());
    let raised: Vec<_> = raised
        .filter(|one| one.kind == Kind::Warning && !one.facts.contains(&watched))
        .collect();
    assert!(raised.len() <= 2, "{raised:?}");
    // That a duty was missed is told when it is, and gathered into one message a client.
    let as_missed = told.iter().filter(|one| one.notice.kind == Kind::Missed);
    assert_eq!(as_missed.count(), missed);
    assert!(Kind::Missed.is_gathered());
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
    // What is watched beside the rules is raised by the watch.
    let by_rules = |one: &&Warning| one.raised.rule != "uncovered";
    let standing = warnings(&world).await;
    assert_eq!(raised, standing.iter().filter(by_rules).count());
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

#[tokio::test]
async fn a_screenshot_saved_again_in_another_format_is_found_in_the_next_ticket() {
    let world = World::new().await;
    let person = tess(&world).await;
    let picture = |format: image::ImageFormat| {
        let mut picture = image::RgbImage::new(320, 240);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let shade = ((x * 7 + y * y) % 251) as u8;
            let light = if (x / 40 + y / 30) % 3 == 0 {
                255
            } else {
                shade
            };
            *pixel = image::Rgb([light, light / 2, 255 - light]);
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::DynamicImage::ImageRgb8(picture)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    };
    let hand_in = |ticket: DutyId, content: Vec<u8>, now: Timestamp| {
        let (store, person) = (world.store.clone(), person.clone());
        async move {
            let brought = Brought {
                client: baker(),
                ticket,
                step: Some("open".into()),
                person,
                name: "screen".to_owned(),
                content,
            };
            let received = receive(&store, brought, &jiff::tz::TimeZone::UTC, now)
                .await
                .unwrap();
            assert!(matches!(received, Received::Stored(_)), "{received:?}");
        }
    };
    // Second and fourth Tuesday of January 2026.
    let (first, second) = (at("2026-01-13T10:00:00Z"), at("2026-01-27T10:00:00Z"));
    for (now, format) in [
        (first, image::ImageFormat::Png),
        (second, image::ImageFormat::Jpeg),
    ] {
        world.round(now).await;
        let tickets = world.tickets().await;
        let restore = tickets
            .iter()
            .rev()
            .find(|one| one.process.as_str() == "backup.restore-test" && one.is_owed());
        let id = restore.unwrap().id.clone();
        hand_in(id.clone(), picture(format), now).await;
        work_through(&world, &id, &person, now, 1_200).await;
        world.round(now + SignedDuration::from_hours(3)).await;
    }
    let raised = warnings(&world).await;
    let reused: Vec<_> = raised
        .iter()
        .filter(|one| one.raised.rule == "evidence-reused")
        .collect();
    assert_eq!(reused.len(), 1, "{raised:?}");
    assert!(
        reused[0].raised.message.contains("looks like"),
        "{reused:?}"
    );
}
