//! Exceptions from the wish to the end, and snoozed tickets, as people meet them.

use axum::http::StatusCode;
use duly_core::accounts::Outcome;
use duly_core::id::ClientId;

use crate::world::{World, address, now};

const LIST: &str = "/clients/baker/exceptions";

fn wish(id: &str, from: &str, to: &str, reason: &str) -> String {
    format!("id={id}&process=&asset=&from={from}&to={to}&reason={reason}&measure=")
}

async fn asked(world: &World, cookie: &str, id: &str) -> String {
    let form = wish(id, "2026-11-20", "2026-12-10", "moving+house");
    let answer = world.post(LIST, cookie, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let one = answer.header("location").to_owned();
    assert_eq!(one, format!("{LIST}/{id}"));
    one
}

#[tokio::test]
async fn what_one_person_asks_for_another_grants_and_the_client_sees_what_it_waived() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let mara = world.cookie(&world.mara).await;
    let omar = world.cookie(&world.omar).await;
    assert!(world.get(LIST, &omar).await.body.contains("There is none"));
    let one = asked(&world, &tess, "e1").await;
    let page = world.get(&one, &mara).await.body;
    assert!(page.contains("Record the decision"), "{page}");
    let page = world.get("/clients/baker", &omar).await.body;
    assert!(page.contains("1 exception waits for a decision"), "{page}");
    let decide = format!("{one}/decide");
    let granted = world
        .post(&decide, &mara, "decision=grant&answer=agreed")
        .await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER);
    let id = ClientId::from("baker");
    duly_work::open_due::open_due(&world.store, &id, None, now())
        .await
        .unwrap();
    let page = world.get(&one, &omar).await.body;
    for words in [
        "In force",
        "the provider",
        "agreed",
        "Do acct.review",
        "due again",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = world.get("/clients/baker", &omar).await.body;
    assert!(
        page.contains("0 by the client, 2 by the provider"),
        "{page}"
    );
    let again = world.post(&decide, &mara, "decision=grant&answer=").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("in the meantime"));
}

#[tokio::test]
async fn whoever_asks_does_not_grant() {
    let world = World::new().await;
    let mara = world.cookie(&world.mara).await;
    let one = asked(&world, &mara, "e1").await;
    let page = world.get(&one, &mara).await.body;
    assert!(page.contains("somebody else decides on it"), "{page}");
    let decide = format!("{one}/decide");
    let answer = world.post(&decide, &mara, "decision=grant&answer=").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("own-work"));
    let tess = world.cookie(&world.tess).await;
    let answer = world.post(&decide, &tess, "decision=grant&answer=").await;
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "a technician grants nothing"
    );
}

#[tokio::test]
async fn what_an_owner_grants_is_counted_as_waived_by_the_client() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let omar = world.cookie(&world.omar).await;
    let one = asked(&world, &tess, "e1").await;
    let answer = world
        .post(&format!("{one}/decide"), &omar, "decision=grant&answer=")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let id = ClientId::from("baker");
    duly_work::open_due::open_due(&world.store, &id, None, now())
        .await
        .unwrap();
    let page = world.get("/", &tess).await.body;
    assert!(
        page.contains("2 by the client, 0 by the provider"),
        "{page}"
    );
    let page = world.get("/clients", &tess).await.body;
    assert!(page.contains("2 by the client"), "{page}");
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_leaves_everything_due() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let mara = world.cookie(&world.mara).await;
    let one = asked(&world, &tess, "e1").await;
    let decide = format!("{one}/decide");
    let answer = world.post(&decide, &mara, "decision=refuse&answer=").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Say why it is refused."));
    let answer = world
        .post(&decide, &mara, "decision=refuse&answer=do+it")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = world.get(&one, &mara).await.body;
    assert!(page.contains("everything stayed due"), "{page}");
    let ticket = world.ticket("baker", "acct.review").await;
    assert_eq!(ticket.outcome, Outcome::Open);
}

#[tokio::test]
async fn one_that_is_withdrawn_says_so_and_cannot_be_withdrawn_twice() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let mara = world.cookie(&world.mara).await;
    let one = asked(&world, &tess, "e1").await;
    let decide = format!("{one}/decide");
    world.post(&decide, &mara, "decision=grant&answer=").await;
    let withdraw = format!("{one}/withdraw");
    let answer = world.post(&withdraw, &mara, "answer=").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = world.post(&withdraw, &mara, "answer=the+move+is+off").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = world.get(&one, &mara).await.body;
    assert!(page.contains("It was withdrawn"), "{page}");
    assert!(!page.contains("Withdraw it"), "{page}");
    let answer = world.post(&withdraw, &mara, "answer=again").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_wish_that_cannot_be_taken_is_shown_again_with_what_is_wrong() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    for (form, words) in [
        (wish("e1", "2026-11-20", "2026-12-10", ""), "Say why"),
        (
            wish("e1", "2026-11-20", "2027-06-10", "x"),
            "at most 90 days",
        ),
        (wish("e1", "2026-10-20", "2026-11-10", "x"), "afterwards"),
        (wish("e1", "soon", "later", "typed+before"), "typed before"),
    ] {
        let answer = world.post(LIST, &tess, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let elsewhere = "id=e1&process=nothing&from=2026-11-20&to=2026-12-10&reason=x";
    let answer = world.post(LIST, &tess, elsewhere).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_exception_of_another_client_is_not_there() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    asked(&world, &tess, "e1").await;
    let stray = world.get("/clients/lakeside/exceptions/e1", &tess).await;
    assert_eq!(stray.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_ticket_at_rest_stands_under_waiting_and_comes_back() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let link = address(&ticket);
    assert!(world.get("/", &tess).await.body.contains(&link));
    let snooze = format!("{link}/snooze");
    let form = "until=2026-11-26T09:00&reason=the+owner+is+away";
    let answer = world.post(&snooze, &tess, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = world.get("/", &tess).await.body;
    assert!(!page.contains(&link), "{page}");
    assert!(
        page.contains("Waiting</a> <span class=\"count\">1</span>"),
        "{page}"
    );
    let page = world.get("/?state=waiting", &tess).await.body;
    assert!(
        page.contains(&link) && page.contains("the owner is away"),
        "{page}"
    );
    let page = world.get(&link, &tess).await.body;
    assert!(page.contains("Snoozed until"), "{page}");
    assert_eq!(
        world.outcome(&ticket.client, &ticket.id).await.outcome,
        Outcome::Open
    );
    let woken = world.post(&format!("{link}/wake"), &tess, "").await;
    assert_eq!(woken.status, StatusCode::SEE_OTHER);
    assert!(world.get("/", &tess).await.body.contains(&link));
}

#[tokio::test]
async fn a_ticket_cannot_rest_beyond_its_grace_nor_without_a_reason() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let snooze = format!("{}/snooze", address(&ticket));
    for (form, words) in [
        (
            "until=2026-12-24T09:00&reason=later",
            "cannot be snoozed beyond",
        ),
        ("until=2026-11-26T09:00&reason=", "Say why."),
        ("until=2026-11-24T09:00&reason=x", "over already"),
        ("until=never&reason=kept", "kept"),
    ] {
        let answer = world.post(&snooze, &tess, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let mara = world.cookie(&world.mara).await;
    let form = "until=2026-11-26T09:00&reason=x";
    let answer = world.post(&snooze, &mara, form).await;
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "she does not do the work"
    );
}

#[tokio::test]
async fn the_proof_page_says_when_it_was_last_counted_from_nothing() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let page = world.get("/clients/baker/proof", &tess).await.body;
    assert!(
        page.contains("not been done yet") && page.contains("overdue"),
        "{page}"
    );
    let client = world.store.client(&"baker".into()).await.unwrap().unwrap();
    let counted = duly_work::recount::one(&world.store, &client, now())
        .await
        .unwrap();
    assert!(counted.agrees(), "{counted:?}");
    let page = world.get("/clients/baker/proof", &tess).await.body;
    assert!(
        page.contains("agrees") && !page.contains("overdue"),
        "{page}"
    );
}
