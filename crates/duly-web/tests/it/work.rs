//! What a technician does on a ticket: steps, gates, closing; and that nothing is overwritten.

use axum::http::StatusCode;
use duly_core::accounts::Outcome;
use duly_core::telling::mirror::MirrorAct;
use duly_core::verdict::Verdict;
use duly_store::{MirrorChange, Person, Ticket};

use crate::world::{World, address, failed, now};

async fn answer(
    world: &World,
    cookie: &str,
    ticket: &Ticket,
    step: &str,
    form: &str,
) -> StatusCode {
    let path = format!("{}/steps/{step}", address(ticket));
    world.post(&path, cookie, form).await.status
}

#[tokio::test]
async fn a_ticket_is_worked_through_and_closed() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(
        page.body
            .contains("Step 1 is critical and nobody has done it.")
    );
    assert!(!page.body.contains("Close this ticket"));
    for (step, form) in [
        ("first", "answer=pass&note=looked&revision=0"),
        ("open", "answer=fail&note=two+accounts+too+many&revision=0"),
        ("tell", "answer=skip&note=they+are+away&revision=0"),
    ] {
        let status = answer(&world, &cookie, &ticket, step, form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{step}");
    }
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(page.body.contains("Close this ticket"));
    assert!(page.body.contains("two accounts too many"));
    let closed = world
        .post(
            &format!("{}/close", address(&ticket)),
            &cookie,
            "word=they+know",
        )
        .await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let ticket = world.outcome(&ticket.client, &ticket.id).await;
    assert_eq!(
        (ticket.outcome, ticket.verdict),
        (Outcome::Done, Some(Verdict::Fail))
    );
    assert_eq!(ticket.closed_by, Some(world.tess.id.clone()));
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(page.body.contains("Closed in time"));
    assert!(!page.body.contains("name=\"answer\""));
}

#[tokio::test]
async fn a_ticket_with_an_open_gate_is_not_closed() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let refused = world
        .post(&format!("{}/close", address(&ticket)), &cookie, "")
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("cannot be closed yet"));
    assert_eq!(
        world.outcome(&ticket.client, &ticket.id).await.outcome,
        Outcome::Open
    );
}

#[tokio::test]
async fn a_critical_step_cannot_be_left_out() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/steps/open", address(&ticket));
    let refused = world
        .post(&path, &cookie, "answer=skip&note=no+time&revision=0")
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("critical and cannot be left out"));
    assert!(
        refused.body.contains("no time"),
        "what was typed is not lost"
    );
}

#[tokio::test]
async fn leaving_out_without_a_reason_is_refused() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let status = answer(
        &world,
        &cookie,
        &ticket,
        "tell",
        "answer=skip&note=+&revision=0",
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn whoever_comes_second_sees_what_the_first_wrote() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/steps/open", address(&ticket));
    world
        .post(&path, &cookie, "answer=pass&note=first+word&revision=0")
        .await;
    let second = world
        .post(&path, &cookie, "answer=fail&note=second+word&revision=0")
        .await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(second.body.contains("Somebody else recorded this step"));
    assert!(second.body.contains("first word"));
    assert!(
        second.body.contains(">second word</textarea>"),
        "what the second wrote stands in the form, to be recorded on top of what the first did"
    );
    assert!(second.body.contains("name=\"revision\" value=\"1\""));
}

#[tokio::test]
async fn a_step_that_duly_measures_has_no_form() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "backup.restore-test").await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(!page.body.contains("/steps/first"));
    assert!(page.body.contains("/steps/open"));
}

#[tokio::test]
async fn an_unknown_step_is_not_found() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let status = answer(
        &world,
        &cookie,
        &ticket,
        "nothing",
        "answer=pass&note=x&revision=0",
    )
    .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failed_measurement_stands_on_today_and_on_its_ticket() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("lakeside", "backup.restore-test").await;
    let run = world.run(&ticket, failed()).await;
    let today = world.get("/", &cookie).await;
    assert!(today.body.contains("The root /srv/db is empty."));
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(page.body.contains("result measured"));
    assert!(
        page.body
            .contains(&format!("/clients/lakeside/verifications/{run}"))
    );
}

#[tokio::test]
async fn what_was_mended_is_asked_for_again_with_a_word_on_what_was_done() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("lakeside", "backup.restore-test").await;
    let step = "first";
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(!page.body.contains("Measure again"));
    world.run(&ticket, failed()).await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(page.body.contains("Measure again"));

    let mute = "answer=again&note=+&revision=1";
    let refused = answer(&world, &cookie, &ticket, step, mute).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = "answer=again&note=took+the+exclusion+out&revision=1";
    let taken = answer(&world, &cookie, &ticket, step, asked).await;
    assert_eq!(taken, StatusCode::SEE_OTHER);
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(!page.body.contains("Measure again"));
    assert!(page.body.contains("step 1 to be measured again"));
}

#[tokio::test]
async fn the_mirror_of_a_ticket_is_linked_for_the_providers_people_alone() {
    let world = World::new().await;
    let ticket = world.ticket("baker", "acct.review").await;
    let (client, id) = (&ticket.client, &ticket.id);
    let make = MirrorChange {
        client: client.clone(),
        ticket: id.clone(),
        connection: "desk".to_owned(),
        act: MirrorAct::Make,
        seen: None,
        delivery: None,
    };
    assert!(world.store.change_mirror(make, now()).await.unwrap());
    let see = async |person: &Person| {
        let cookie = world.cookie(person).await;
        world.get(&address(&ticket), &cookie).await.body
    };
    assert!(see(&world.tess).await.contains("not known to be there yet"));
    for (link, is_linked) in [
        ("https://desk.example/17", true),
        ("javascript:alert(1)", false),
    ] {
        let (store, number) = (&world.store, Some("17"));
        let there = store.mirror_is_at(client, id, "desk", number, Some(link), now());
        there.await.unwrap();
        let page = see(&world.tess).await;
        assert!(page.contains("closing it there ends nothing here"));
        assert_eq!(page.contains(&format!("href=\"{link}\"")), is_linked);
        assert!(!see(&world.omar).await.contains("<dt>help desk</dt>"));
    }
}
