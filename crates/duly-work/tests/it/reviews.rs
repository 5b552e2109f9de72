//! Spot checks from the night that closes a month to the verifier that computes the draw again.

use duly_core::accounts::Outcome;
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::record::Finding;
use duly_core::review::reviewer::As;
use duly_core::review::stage::Stage;
use duly_core::scope::Client;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Closing, Fill, NewClient, NewPerson, Page, Review, ReviewChange, ReviewFilter,
    ReviewState, ReviewWord, Role, StepWord, Ticket, TicketFilter,
};
use duly_work::acts::{OnStep, close_ticket, fill_step};
use duly_work::lists;
use duly_work::reviews::act;
use duly_work::reviews::{Night, history, night};
use jiff::Timestamp;

use crate::world::{OPENED, World, at, baker, settings};

/// Firewalls whose firmware is looked at on the first Tuesday of a month.
const FIREWALLS: usize = 12;

/// Long after the last duty of January was missed.
const FEBRUARY: &str = "2026-02-20T08:00:00Z";

struct Staff {
    tess: PersonId,
    mara: PersonId,
}

async fn add(world: &World, home: &str, name: &str, role: Role) -> PersonId {
    let person = NewPerson::drawn(&home.into(), name, role).unwrap();
    world.store.add_person(person, at(OPENED)).await.unwrap().id
}

/// A world with many firewalls, in which Tess did January's work.
async fn worked(with_manager: bool) -> (World, Staff) {
    let world = World::new().await;
    let provider = NewClient {
        scope: Client {
            id: Client::PROVIDER.into(),
            tz: "UTC".into(),
            calendar: "weekends".into(),
        },
        name: "Harbour IT".to_owned(),
        origin: "duly.example/provider".to_owned(),
        provider: true,
    };
    world
        .store
        .create_client(provider, at(OPENED))
        .await
        .unwrap();
    let tess = add(&world, Client::PROVIDER, "Tess", Role::Technician).await;
    let mara = if with_manager {
        add(&world, Client::PROVIDER, "Mara", Role::Manager).await
    } else {
        add(&world, "baker", "Omar", Role::Owner).await
    };
    world
        .publish_with(Some(settings()), FIREWALLS, at(OPENED))
        .await;
    let staff = Staff { tess, mara };
    work(&world, &staff.tess, at("2026-01-07T09:00:00Z")).await;
    (world, staff)
}

/// Does everything that is open about firewalls.
async fn work(world: &World, person: &PersonId, now: Timestamp) {
    world.round(now).await;
    let filter = TicketFilter {
        client: Some(baker()),
        process: Some("fw.firmware".into()),
        outcome: Some(Outcome::Open),
        ..TicketFilter::default()
    };
    for ticket in lists::tickets(&world.store, &filter).await.unwrap() {
        finish(world, &ticket, person, now).await;
    }
}

async fn finish(world: &World, ticket: &Ticket, person: &PersonId, now: Timestamp) {
    let store = &world.store;
    let (_, steps) = store.ticket(&baker(), &ticket.id).await.unwrap().unwrap();
    for step in steps {
        let on = OnStep {
            client: baker(),
            ticket: ticket.id.clone(),
            step: step.id,
            revision: step.revision,
            person: person.clone(),
        };
        let said = Fill::of(Verdict::Pass, "read off the device");
        fill_step(store, on, said, now).await.unwrap();
    }
    close_ticket(store, &baker(), &ticket.id, ClosedBy::person(person), now)
        .await
        .unwrap();
}

/// Does the steps again that a reviewer put back, and closes.
async fn do_again(world: &World, review: &Review, person: &PersonId) {
    let found = world.store.ticket(&baker(), &review.ticket).await.unwrap();
    let (ticket, steps) = found.unwrap();
    assert!(ticket.is_owed());
    for step in steps {
        let on = OnStep {
            client: baker(),
            ticket: ticket.id.clone(),
            step: step.id,
            revision: step.revision,
            person: person.clone(),
        };
        let said = Fill::of(Verdict::Pass, "read it again, with the right screenshot");
        fill_step(&world.store, on, said, at(FEBRUARY))
            .await
            .unwrap();
    }
    let by = ClosedBy::person(person);
    let closing = close_ticket(&world.store, &baker(), &ticket.id, by, at(FEBRUARY)).await;
    assert!(matches!(closing.unwrap(), Closing::Reworked { .. }));
}

async fn reviews(world: &World) -> Vec<Review> {
    let filter = ReviewFilter::default();
    let mut found = lists::reviews(&world.store, &filter).await.unwrap();
    found.sort_by_key(|review| (review.period, review.position));
    found
}

/// A word on every step, of which the first disagrees if `agrees` is false.
async fn word(
    world: &World,
    review: &Review,
    person: &PersonId,
    agrees: bool,
    now: Timestamp,
) -> ReviewChange {
    let store = &world.store;
    let (_, steps) = store
        .ticket(&baker(), &review.ticket)
        .await
        .unwrap()
        .unwrap();
    let steps = steps.into_iter().enumerate().map(|(place, step)| StepWord {
        step: step.id,
        agrees: agrees || place > 0,
        words: "compared with the screenshot".to_owned(),
    });
    let current = store
        .review(&baker(), &review.ticket)
        .await
        .unwrap()
        .unwrap();
    let word = ReviewWord {
        client: baker(),
        ticket: review.ticket.clone(),
        person: person.clone(),
        revision: current.revision,
        words: String::new(),
        steps: steps.collect(),
    };
    act::decide(store, word, now).await.unwrap()
}

async fn look(
    world: &World,
    review: &Review,
    person: &PersonId,
    agrees: bool,
    now: Timestamp,
) -> ReviewChange {
    act::open(&world.store, &baker(), &review.ticket, person, now)
        .await
        .unwrap();
    word(world, review, person, agrees, now).await
}

/// What the client's verifier finds about reviews.
async fn found(world: &World, now: Timestamp) -> Vec<String> {
    let report = world.verified(now).await;
    let code = |finding: Finding| finding.code;
    let codes = report.findings.into_iter().map(code);
    codes.filter(|code| code.starts_with("review-")).collect()
}

#[tokio::test]
async fn a_month_is_drawn_from_once_and_the_verifier_computes_the_same() {
    let (world, staff) = worked(true).await;
    let early = world.round(at("2026-01-30T08:00:00Z")).await;
    assert_eq!(early.night, Night::default(), "the month is not over");
    let round = world.round(at(FEBRUARY)).await;
    assert_eq!((round.night.closed, round.night.drawn), (1, 1));
    let months = lists::review_months(&world.store, &baker()).await.unwrap();
    let (_, _, draw) = months[0].drawn.clone().unwrap();
    // With the one of the small world there are 13 firewalls; 20 % are three.
    assert_eq!((draw.lot, draw.drawn.len(), draw.cut), (13, 3, 0));
    assert_eq!(draw.stage, Stage::Normal);
    let drawn = reviews(&world).await;
    assert_eq!(drawn.len(), 3);
    for review in &drawn {
        assert_eq!(review.reviewer, Some((staff.mara.clone(), As::Manager)));
        assert_eq!(review.due_at, at("2026-02-27T17:00:00Z"));
    }
    // A restarted worker, the same night and the next: nothing is drawn again.
    for now in [FEBRUARY, "2026-02-21T08:00:00Z"] {
        assert_eq!(world.round(at(now)).await.night, Night::default());
    }
    assert_eq!(reviews(&world).await, drawn);
    assert_eq!(found(&world, at(FEBRUARY)).await, [""; 0]);
}

#[tokio::test]
async fn two_workers_in_one_night_draw_once() {
    let (world, _) = worked(true).await;
    let (mut one, mut other) = (world.worker(), world.worker());
    let clock = duly_work::clock::Clock::Fixed(at(FEBRUARY));
    let client = baker();
    let (first, second) =
        tokio::join!(one.round_of(&client, clock), other.round_of(&client, clock));
    first.unwrap();
    second.unwrap();
    assert_eq!(reviews(&world).await.len(), 3);
    assert_eq!(found(&world, at(FEBRUARY)).await, [""; 0]);
}

#[tokio::test]
async fn whoever_did_the_work_cannot_review_it_and_nobody_without_opening_it() {
    let (world, staff) = worked(true).await;
    let now = at(FEBRUARY);
    world.round(now).await;
    let review = &reviews(&world).await[0];
    let (store, ticket) = (&world.store, &review.ticket);
    let own = act::open(store, &baker(), ticket, &staff.tess, now).await;
    assert_eq!(own.unwrap(), ReviewChange::OwnWork);
    let own = word(&world, review, &staff.tess, true, now).await;
    assert_eq!(own, ReviewChange::OwnWork);
    let unopened = word(&world, review, &staff.mara, true, now).await;
    assert_eq!(unopened, ReviewChange::NotOpened);
    let other = DutyId::from("0000");
    let undrawn = act::open(store, &baker(), &other, &staff.mara, now).await;
    assert_eq!(undrawn.unwrap(), ReviewChange::NoSuch);
}

#[tokio::test]
async fn a_disagreement_leads_to_rework_a_second_look_and_a_larger_draw() {
    let (world, staff) = worked(true).await;
    world.round(at(FEBRUARY)).await;
    let drawn = reviews(&world).await;
    let review = &drawn[0];
    let changed = look(&world, review, &staff.mara, false, at(FEBRUARY)).await;
    assert_eq!(changed, ReviewChange::Changed(ReviewState::Rework));
    let (ticket, _) = world
        .store
        .ticket(&baker(), &review.ticket)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ticket.outcome, Outcome::Done, "it stays as it was counted");
    let warnings = world
        .store
        .warnings(&baker(), &Page::widest())
        .await
        .unwrap();
    let rules: Vec<String> = warnings
        .rows
        .into_iter()
        .map(|one| one.raised.rule)
        .collect();
    assert!(rules.contains(&"review-disagreed".to_owned()), "{rules:?}");
    assert_eq!(found(&world, at(FEBRUARY)).await, ["review-disagreed"]);
    do_again(&world, review, &staff.tess).await;
    let again = world.store.review(&baker(), &review.ticket).await.unwrap();
    let again = again.unwrap();
    assert_eq!((again.state, again.round), (ReviewState::Owed, 2));
    assert_eq!(
        again.due_at,
        at("2026-02-27T17:00:00Z"),
        "five business days"
    );
    let second = look(&world, review, &staff.mara, true, at(FEBRUARY)).await;
    assert_eq!(second, ReviewChange::Changed(ReviewState::Agreed));
    let warnings = world
        .store
        .warnings(&baker(), &Page::widest())
        .await
        .unwrap();
    let is_it = |one: &duly_store::Warning| one.raised.rule == "review-disagreed";
    assert!(!warnings.rows.iter().any(is_it));
    // February's tickets were missed, so there is nothing to draw from; March's are done.
    let march = at("2026-03-20T08:00:00Z");
    work(&world, &staff.tess, at("2026-03-04T09:00:00Z")).await;
    world.round(march).await;
    world.round(at("2026-04-20T08:00:00Z")).await;
    let months = lists::review_months(&world.store, &baker()).await.unwrap();
    let (_, _, draw) = months[0].drawn.clone().unwrap();
    assert_eq!(draw.stage, Stage::Tightened { clean: 0 });
    assert_eq!((draw.lot, draw.drawn.len()), (13, 6));
}

#[tokio::test]
async fn a_draw_beyond_the_reviewers_week_is_cut_and_says_so() {
    let (world, staff) = worked(true).await;
    let provider = ClientId::from(Client::PROVIDER);
    let set = |minutes| {
        world
            .store
            .set_review_budget(&provider, minutes, &staff.mara, at(FEBRUARY))
    };
    assert!(!set(0).await.unwrap(), "spot checks cannot be switched off");
    assert!(set(20).await.unwrap());
    world.round(at(FEBRUARY)).await;
    let months = lists::review_months(&world.store, &baker()).await.unwrap();
    let (_, _, draw) = months[0].drawn.clone().unwrap();
    assert_eq!((draw.drawn.len(), draw.cut), (3, 1));
    let kept: Vec<DutyId> = reviews(&world)
        .await
        .into_iter()
        .map(|one| one.ticket)
        .collect();
    assert_eq!(kept, draw.kept());
    assert_eq!(found(&world, at(FEBRUARY)).await, ["review-cut"]);
}

#[tokio::test]
async fn a_provider_of_one_person_is_reviewed_by_the_owner() {
    let (world, omar) = worked(false).await;
    world.round(at(FEBRUARY)).await;
    let drawn = reviews(&world).await;
    for review in &drawn {
        assert_eq!(review.reviewer, Some((omar.mara.clone(), As::Owner)));
    }
    let changed = look(&world, &drawn[0], &omar.mara, true, at(FEBRUARY)).await;
    assert_eq!(changed, ReviewChange::Changed(ReviewState::Agreed));
}

#[tokio::test]
async fn an_overdue_review_is_a_warning_until_it_is_made() {
    let (world, staff) = worked(true).await;
    world.round(at(FEBRUARY)).await;
    let overdue = at("2026-03-01T08:00:00Z");
    let warned = night(&world.store, &baker(), overdue).await.unwrap().warned;
    assert_eq!(warned, 3);
    let again = night(&world.store, &baker(), overdue).await.unwrap().warned;
    assert_eq!(again, 0, "once each");
    for review in reviews(&world).await {
        look(&world, &review, &staff.mara, true, overdue).await;
    }
    let warnings = world
        .store
        .warnings(&baker(), &Page::widest())
        .await
        .unwrap();
    let is_it = |one: &duly_store::Warning| one.raised.rule == "review-overdue";
    assert!(!warnings.rows.iter().any(is_it));
}

#[tokio::test]
async fn a_reviewer_who_always_agrees_within_seconds_is_shown() {
    let (world, staff) = worked(true).await;
    world.round(at(FEBRUARY)).await;
    for review in reviews(&world).await {
        look(&world, &review, &staff.mara, true, at(FEBRUARY)).await;
    }
    let clients = [baker()];
    let few = history::of_last_year(&world.store, &clients, at(FEBRUARY)).await;
    assert!(few.unwrap().hasty.is_empty(), "three are too few to say so");
    work(&world, &staff.tess, at("2026-03-04T09:00:00Z")).await;
    let april = at("2026-04-20T08:00:00Z");
    world.round(april).await;
    for review in reviews(&world).await {
        look(&world, &review, &staff.mara, true, april).await;
    }
    let year = history::of_last_year(&world.store, &clients, april)
        .await
        .unwrap();
    assert_eq!(year.by_reviewer[&staff.mara].agreed, 6);
    assert_eq!(year.by_technician[&Some(staff.tess.clone())].agreed, 6);
    assert_eq!(year.hasty[&staff.mara].median_seconds, 0);
    let elsewhere = ["lakeside".into()];
    let nothing = history::of_last_year(&world.store, &elsewhere, april).await;
    assert_eq!(nothing.unwrap(), history::History::default());
}
