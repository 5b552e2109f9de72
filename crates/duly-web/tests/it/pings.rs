//! Jobs that ping: the forms of Healthchecks.io, from declaring an address to a page that shows a
//! failure and a silence.

use axum::body::Body;
use axum::http::StatusCode;
use duly_core::ping::{JobState, PING_BODY_BYTES_MAX};
use jiff::SignedDuration;

use crate::world::{Answer, World, request};

const PAGE: &str = "/clients/baker/pings";

async fn ping(world: &World, method: &str, path: &str, body: &str) -> Answer {
    let asked = request(method, path).body(Body::from(body.to_owned()));
    world.send(asked.unwrap()).await
}

/// Declares a job on its page; the path of its address.
async fn declared(world: &World, cookie: &str) -> String {
    let form = "name=nightly+backup&asset=&every=1440&grace=60";
    let made = world.post(PAGE, cookie, form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let start = made.body.find("/ping/").unwrap();
    made.body[start..start + 6 + 36].to_owned()
}

async fn id_of_the_only_one(world: &World) -> String {
    let (baker, page) = ("baker".into(), duly_store::Page::default());
    let listed = world.store.ping_addresses(&baker, None, &page).await;
    listed.unwrap().rows[0].id.clone()
}

#[tokio::test]
async fn a_job_pings_in_every_form_and_its_page_shows_how_it_stands() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let path = declared(&world, &cookie).await;
    let page = async || world.get(PAGE, &cookie).await.body;
    assert!(page().await.contains("not heard of yet"));
    assert!(
        !page().await.contains("/ping/"),
        "the address is not shown again"
    );
    for (method, rest, says) in [
        ("POST", "/fail", "says it failed"),
        ("GET", "", "says it is well"),
        ("GET", "/3", "says it failed"),
        ("HEAD", "/0", "says it is well"),
        ("POST", "/start", "says it is well"),
        ("POST", "/log", "says it is well"),
    ] {
        let answer = ping(&world, method, &format!("{path}{rest}"), "a line").await;
        assert_eq!(answer.status, StatusCode::OK, "{method} {rest}");
        let expected = if method == "HEAD" { "" } else { "OK" };
        assert_eq!(answer.body, expected);
        assert_eq!(answer.header("ping-body-limit"), "100000");
        assert!(page().await.contains(says), "{method} {rest}");
    }
    let (baker, id) = ("baker".into(), id_of_the_only_one(&world).await);
    let found = world
        .store
        .ping_address(&baker, &id)
        .await
        .unwrap()
        .unwrap();
    let later = crate::world::now() + SignedDuration::from_hours(26);
    assert_eq!(found.state(later), JobState::Silent);
}

#[tokio::test]
async fn what_is_no_ping_is_told_and_an_unknown_address_is_not_there() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let path = declared(&world, &cookie).await;
    for wrong in ["/256", "/Fail", "/-1", "?rid=x", "/start?rid=1"] {
        let answer = ping(&world, "GET", &format!("{path}{wrong}"), "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let rid = format!("{path}/start?rid=123e4567-e89b-12d3-a456-426614174000");
    assert_eq!(ping(&world, "GET", &rid, "").await.status, StatusCode::OK);
    let unknown = "/ping/123e4567-e89b-12d3-a456-426614174000";
    let none = ping(&world, "GET", unknown, "").await;
    let never = ping(&world, "GET", "/ping/x", "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(none.body, never.body, "neither tells anything");
    assert_eq!(
        ping(&world, "PUT", &path, "").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_long_body_is_cut_and_a_job_that_pings_without_end_is_told_to_wait() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let path = declared(&world, &cookie).await;
    let long = "x".repeat(PING_BODY_BYTES_MAX + 10);
    assert_eq!(
        ping(&world, "POST", &path, &long).await.status,
        StatusCode::OK
    );
    let id = id_of_the_only_one(&world).await;
    let heard = world
        .get(&format!("/api/v1/clients/baker/pings/{id}"), &cookie)
        .await;
    let heard: serde_json::Value = serde_json::from_str(&heard.body).unwrap();
    assert_eq!(heard["heard"][0]["body_bytes"], PING_BODY_BYTES_MAX);
    let observation = &heard["heard"][0]["observation"];
    assert_eq!(observation["method"], "self-report");
    assert_eq!(observation["subject"], "baker");
    let mut refused = 0;
    for _ in 0..25 {
        let answer = ping(&world, "GET", &path, "").await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "twenty at once, and then ten a minute");
}

#[tokio::test]
async fn an_address_is_drawn_anew_by_whoever_keeps_assets_and_by_nobody_else() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let old = declared(&world, &cookie).await;
    let id = id_of_the_only_one(&world).await;
    let omar = world.cookie(&world.omar).await;
    let rotate = format!("{PAGE}/{id}/rotate");
    assert_eq!(
        world.post(&rotate, &omar, "").await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!world.get(PAGE, &omar).await.body.contains("Draw anew"));
    let drawn = world.post(&rotate, &cookie, "").await;
    assert_eq!(drawn.status, StatusCode::OK);
    assert_eq!(
        ping(&world, "GET", &old, "").await.status,
        StatusCode::NOT_FOUND
    );
    let start = drawn.body.find("/ping/").unwrap();
    let new = drawn.body[start..start + 6 + 36].to_owned();
    assert_eq!(ping(&world, "GET", &new, "").await.status, StatusCode::OK);
    let removed = world
        .post(&format!("{PAGE}/{id}/remove"), &cookie, "")
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        ping(&world, "GET", &new, "").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_failure_and_a_silence_are_warnings_that_go_when_the_job_is_well() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let path = declared(&world, &cookie).await;
    let baker = "baker".into();
    let rules = async |at| {
        duly_work::watch::watch(&world.store, &baker, at)
            .await
            .unwrap();
        let warnings = duly_work::lists::warnings(&world.store, &baker)
            .await
            .unwrap();
        let about = |one: &duly_store::Warning| one.raised.about.starts_with("ping/");
        let of_jobs = warnings.into_iter().filter(about);
        of_jobs.map(|one| one.raised.rule).collect::<Vec<_>>()
    };
    let now = crate::world::now();
    assert!(rules(now).await.is_empty());
    ping(&world, "POST", &format!("{path}/fail"), "disk full").await;
    assert_eq!(rules(now).await, ["job-failed"]);
    ping(&world, "POST", &path, "").await;
    assert!(rules(now).await.is_empty());
    let later = now + SignedDuration::from_hours(26);
    assert_eq!(rules(later).await, ["source-silent"]);
}
