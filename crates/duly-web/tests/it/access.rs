//! Who gets in: nobody without a session, staff alone, technicians alone to act, and every route
//! is among those tried.

use axum::body::Body;
use axum::http::StatusCode;

use crate::world::{World, address, request};

/// Every route of the table for staff, with its method, read from the table itself so that a new
/// one cannot be forgotten.
fn routes_for_staff() -> Vec<(&'static str, String)> {
    let table = include_str!("../../src/routes.rs");
    let staff = table.split("fn for_everybody").next().unwrap();
    let mut routes = Vec::new();
    for line in staff.split(".route(").skip(1) {
        let path = line.split('"').nth(1).unwrap();
        let filled = path
            .replace("{client}", "baker")
            .replace("{ticket}", "0000")
            .replace("{step}", "open")
            .replace("{run}", "0000")
            .replace("{process}", "acct.review");
        assert!(!filled.contains('{'), "{filled}");
        let rest = line.split_once(',').unwrap().1;
        routes.push((
            if rest.trim_start().starts_with("post") {
                "POST"
            } else {
                "GET"
            },
            filled,
        ));
    }
    routes
}

#[tokio::test]
async fn every_page_but_sign_in_needs_a_session() {
    let world = World::new().await;
    let routes = routes_for_staff();
    assert!(routes.len() >= 17, "the table was read: {routes:?}");
    for (method, path) in routes {
        let answer = world
            .send(request(method, &path).body(Body::empty()).unwrap())
            .await;
        if method == "GET" && !path.starts_with("/api/") {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(answer.header("location"), "/sign-in", "{path}");
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
        assert!(!answer.body.contains("Baker"), "{path}");
    }
}

#[tokio::test]
async fn a_made_up_session_is_none() {
    let world = World::new().await;
    let answer = world.get("/", &format!("duly={}", "0".repeat(64))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_owner_gets_no_page_that_shows_other_clients() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    for (method, path) in routes_for_staff() {
        let answer = if method == "GET" {
            world.get(&path, &cookie).await
        } else {
            world.post(&path, &cookie, "").await
        };
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert!(!answer.body.contains("Lakeside"), "{path}");
    }
}

#[tokio::test]
async fn a_manager_reads_and_does_not_do_the_work() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("<textarea"), "no form is offered");
    let step = format!("{}/steps/open", address(&ticket));
    let answer = world
        .post(&step, &cookie, "answer=pass&note=x&revision=0")
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let close = format!("{}/close", address(&ticket));
    assert_eq!(
        world.post(&close, &cookie, "").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_ticket_is_found_under_its_own_client_only() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let stray = format!("/clients/lakeside/tickets/{}", ticket.id);
    assert_eq!(
        world.get(&stray, &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let form = "answer=pass&note=x&revision=0";
    let answer = world
        .post(&format!("{stray}/steps/open"), &cookie, form)
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let step = format!("{}/steps/open", address(&ticket));
    let forged = |name: &str, value: &str| {
        request("POST", &step)
            .header("cookie", &cookie)
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("answer=pass&note=forged&revision=0"))
            .unwrap()
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = world.send(forged(name, value)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(
            answer.body.contains("cross-site-request"),
            "{name}: {value}"
        );
    }
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(!page.body.contains("forged"));
}
