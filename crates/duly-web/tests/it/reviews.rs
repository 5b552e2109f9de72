//! Spot checks as people meet them: the draw, the review, the word, the rework.

use axum::http::StatusCode;
use duly_store::{Person, Role, Ticket, TicketFilter};

use crate::world::{Answer, World, address, now};

/// A world in which Tess did October's review of accounts, and the night has drawn it.
async fn drawn() -> (World, Ticket) {
    let world = World::new().await;
    let filter = TicketFilter {
        client: Some("baker".into()),
        process: Some("acct.review".into()),
        slot_to: Some("2026-10-31".parse().unwrap()),
        ..TicketFilter::default()
    };
    let page = duly_store::Page::widest();
    let ticket = world.store.tickets(&filter, &page).await.unwrap().rows[0].clone();
    let cookie = world.cookie(&world.tess).await;
    for step in ["first", "open", "tell"] {
        let path = format!("{}/steps/{step}", address(&ticket));
        let form = "answer=pass&note=two+accounts+seen&revision=0";
        let answer = world.post(&path, &cookie, form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let closed = world
        .post(&format!("{}/close", address(&ticket)), &cookie, "")
        .await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let night = duly_work::reviews::night(&world.store, &"baker".into(), now())
        .await
        .unwrap();
    assert_eq!(night.drawn, 1);
    (world, ticket)
}

fn review(ticket: &Ticket) -> String {
    format!("/clients/{}/reviews/{}", ticket.client, ticket.id)
}

async fn see(world: &World, person: &Person, path: &str) -> Answer {
    let cookie = world.cookie(person).await;
    world.get(path, &cookie).await
}

async fn send(world: &World, person: &Person, path: &str, form: &str) -> StatusCode {
    let cookie = world.cookie(person).await;
    world.post(path, &cookie, form).await.status
}

async fn revision_of(world: &World, ticket: &Ticket, step: &str) -> u64 {
    let found = world
        .store
        .ticket(&ticket.client, &ticket.id)
        .await
        .unwrap();
    let (_, steps) = found.unwrap();
    let step = steps.iter().find(|known| known.id.as_str() == step);
    step.unwrap().revision
}

const AGREE: &str = "revision=0&step-first=agree&step-open=agree&step-tell=agree";
const DISAGREE: &str = "revision=0&step-first=agree&step-open=disagree&step-tell=agree\
                        &words-open=there+are+three+accounts";

#[tokio::test]
async fn a_draw_shows_its_seed_what_it_proves_and_how_to_compute_it_again() {
    let (world, ticket) = drawn().await;
    let list = see(&world, &world.mara, "/reviews").await;
    assert!(list.body.contains("1 review is owed"), "{}", list.body);
    assert!(list.body.contains("October 2026"));
    assert!(list.body.contains("Who owes reviews"));
    let page = see(
        &world,
        &world.mara,
        "/clients/baker/draws/acct.review/2026-10",
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    let month = world
        .store
        .review_month(
            &"baker".into(),
            &"acct.review".into(),
            "2026-10".parse().unwrap(),
        )
        .await
        .unwrap()
        .unwrap();
    let (_, _, draw) = month.drawn.unwrap();
    assert!(page.body.contains(&draw.seed));
    assert!(page.body.contains(&month.close_root));
    assert!(
        page.body
            .contains("would have found at least one with 100 %")
    );
    assert!(page.body.contains("duly reviews draw PACK"));
    assert!(page.body.contains(ticket.id.as_str()));
    let missing = see(
        &world,
        &world.mara,
        "/clients/baker/draws/acct.review/2026-09",
    )
    .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_manager_opens_a_review_and_agrees() {
    let (world, ticket) = drawn().await;
    let path = review(&ticket);
    let owed = see(&world, &world.mara, "/reviews/owed").await;
    assert!(owed.body.contains(&path), "{}", owed.body);
    let page = see(&world, &world.mara, &path).await;
    assert!(page.body.contains("Open this review"));
    assert!(page.body.contains("two accounts seen"));
    assert!(!page.body.contains("Record what you found"));
    let opened = send(&world, &world.mara, &format!("{path}/open"), "").await;
    assert_eq!(opened, StatusCode::SEE_OTHER);
    let page = see(&world, &world.mara, &path).await;
    assert!(page.body.contains("Record what you found"));
    let said = send(&world, &world.mara, &format!("{path}/word"), AGREE).await;
    assert_eq!(said, StatusCode::SEE_OTHER);
    let page = see(&world, &world.mara, &path).await;
    assert!(page.body.contains("as recorded"));
    assert!(page.body.contains("decided after"));
    let again = send(&world, &world.mara, &format!("{path}/word"), AGREE).await;
    assert_eq!(again, StatusCode::CONFLICT);
    let shown = see(&world, &world.tess, &address(&ticket)).await;
    assert!(shown.body.contains("it is as recorded"));
}

#[tokio::test]
async fn whoever_did_the_work_is_told_so_and_cannot_review_it() {
    let (world, ticket) = drawn().await;
    let path = review(&ticket);
    let page = see(&world, &world.tess, &path).await;
    assert!(page.body.contains("You worked on this ticket"));
    assert!(!page.body.contains("Open this review"));
    for (act, form) in [("open", ""), ("word", AGREE)] {
        let status = send(&world, &world.tess, &format!("{path}/{act}"), form).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{act}");
    }
    let owed = see(&world, &world.tess, "/reviews/owed").await;
    assert!(owed.body.contains("Nothing to look at"));
}

#[tokio::test]
async fn a_form_that_lacks_something_keeps_what_was_written() {
    let (world, ticket) = drawn().await;
    let path = review(&ticket);
    send(&world, &world.mara, &format!("{path}/open"), "").await;
    let cookie = world.cookie(&world.mara).await;
    let form = "revision=0&step-first=agree&step-open=disagree&words=kept+words";
    let answer = world.post(&format!("{path}/word"), &cookie, form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Say why step 2 is not as recorded"));
    assert!(answer.body.contains("Choose for step 3."));
    assert!(answer.body.contains("kept words"));
    let without = world
        .post(&format!("{path}/word"), &cookie, &AGREE[11..])
        .await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_disagreement_stands_on_today_until_it_is_done_again() {
    let (world, ticket) = drawn().await;
    let path = review(&ticket);
    send(&world, &world.mara, &format!("{path}/open"), "").await;
    let said = send(&world, &world.mara, &format!("{path}/word"), DISAGREE).await;
    assert_eq!(said, StatusCode::SEE_OTHER);
    let today = see(&world, &world.tess, "/").await;
    assert!(today.body.contains(&address(&ticket)));
    let page = see(&world, &world.tess, &path).await;
    assert!(page.body.contains("there are three accounts"));
    assert!(page.body.contains("Do them on the"));
    let page = see(&world, &world.tess, &address(&ticket)).await;
    assert!(page.body.contains("To be done again."));
    assert!(page.body.contains("there are three accounts"));
    let revision = revision_of(&world, &ticket, "open").await;
    let form = format!("answer=pass&note=removed+the+third&revision={revision}");
    let step = format!("{}/steps/open", address(&ticket));
    let done = send(&world, &world.tess, &step, &form).await;
    assert_eq!(done, StatusCode::SEE_OTHER);
    let close = format!("{}/close", address(&ticket));
    let closed = send(&world, &world.tess, &close, "word=it+was+a+leaver").await;
    assert_eq!(closed, StatusCode::SEE_OTHER);
    let today = see(&world, &world.tess, "/").await;
    assert!(!today.body.contains(&address(&ticket)));
    let page = see(&world, &world.mara, &path).await;
    assert!(page.body.contains("removed the third"));
    assert!(page.body.contains("The ticket as it was closed again"));
    let entries = world
        .store
        .entries_of(&ticket.client, &ticket.id)
        .await
        .unwrap();
    // October's was missed before Tess did it.
    let is_closing = |one: &&duly_store::StoredEntry| one.entry().unwrap().t == "duty.afterwards";
    let first = entries.iter().find(is_closing).unwrap().index;
    assert!(
        page.body.contains(&format!("entry {first}</dd>")),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("Open this review"),
        "a second look is opened too"
    );
    let list = see(&world, &world.mara, "/reviews").await;
    assert!(list.body.contains("A year of reviews"));
}

#[tokio::test]
async fn only_an_executive_sets_how_much_time_reviewers_have() {
    let (world, _) = drawn().await;
    let eve = world.person("provider", "Eve", Role::Executive).await;
    let set = send(&world, &eve, "/reviews/budget", "minutes=60").await;
    assert_eq!(set, StatusCode::SEE_OTHER);
    let page = see(&world, &eve, "/reviews").await;
    assert!(page.body.contains("Each reviewer has 60 minutes a week"));
    for bad in ["minutes=0", "minutes=many", "minutes=99999"] {
        let refused = send(&world, &eve, "/reviews/budget", bad).await;
        assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let mara = send(&world, &world.mara, "/reviews/budget", "minutes=60").await;
    assert_eq!(mara, StatusCode::FORBIDDEN);
    let page = see(&world, &world.mara, "/reviews").await;
    assert!(!page.body.contains("name=\"minutes\""));
}

#[tokio::test]
async fn before_the_first_draw_the_page_says_when_it_comes() {
    let world = World::new().await;
    let page = see(&world, &world.mara, "/reviews").await;
    assert!(page.body.contains("Nothing was drawn yet"));
    let ticket = world.ticket("baker", "acct.review").await;
    let undrawn = see(&world, &world.mara, &review(&ticket)).await;
    assert_eq!(undrawn.status, StatusCode::NOT_FOUND);
}
