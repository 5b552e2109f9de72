//! What holds for every answer, and what is refused as too much.

use axum::body::Body;
use axum::http::StatusCode;
use duly_web::BODY_BYTES_MAX;
use duly_web::asset::ASSETS;
use duly_web::headers::POLICY;

use crate::world::{World, address, request};

#[tokio::test]
async fn every_answer_bears_the_policy_and_tells_nobody_to_keep_it() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let paths = [
        "/",
        "/clients/baker",
        "/clients/nobody",
        "/nowhere",
        "/sign-in",
        "/healthz",
        "/api/v1/tickets",
        "/api/v1/nothing",
        "/clients/baker/proof/pack.zip",
        "/clients/baker/proof/policy.txt",
        "/?client=nobody",
        "/clients/baker?month=perhaps",
    ];
    for path in paths {
        let answer = world.get(path, &cookie).await;
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_addresses_that_change_with_them() {
    let world = World::new().await;
    for asset in &ASSETS.all {
        let answer = world.get(&format!("/assets/{}", asset.name), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", asset.name);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.header("content-type"), asset.content_type);
    }
    assert_eq!(
        world.get("/assets/duly.css", "").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_words() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let step = format!("{}/steps/open", address(&ticket));
    let form = format!("answer=pass&revision=0&note={}", "x".repeat(BODY_BYTES_MAX));
    let answer = world.post(&step, &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("too-large"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_words() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    for path in [
        "/clients/baker?month=2026-13",
        "/clients/baker/proof/pack.zip?from=2026-11-01",
        "/clients/baker/proof/pack.zip?from=2026-11-02&to=2026-11-01",
        "/clients/baker/proof/pack.zip?from=x&to=y",
        "/api/v1/duties?client=baker",
        "/api/v1/duties?client=baker&from=2026-01-01&to=2036-01-01",
        "/api/v1/tickets?after=x",
    ] {
        let answer = world.get(path, &cookie).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{path}: {}",
            answer.body
        );
        let codes = ["bad-request", "wrong-query", "wrong-period", "wrong-place"];
        assert!(
            codes.iter().any(|code| answer.body.contains(code)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn programs_get_problems_as_documents() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let answer = world.get("/api/v1/tickets?client=nobody", &cookie).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["code"], "not-found");
    assert_eq!(document["status"], 404);
}

#[tokio::test]
async fn a_wrong_method_is_said_in_words() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let answer = world.post("/verifications", &cookie, "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.body.contains("wrong-method"));
}

#[tokio::test]
async fn an_error_page_keeps_the_way_back_for_whoever_is_signed_in() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let inside = world.get("/nowhere", &cookie).await;
    assert!(inside.body.contains("Sign out") && inside.body.contains("not-found"));
    let outside = world
        .send(request("GET", "/nowhere").body(Body::empty()).unwrap())
        .await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
    assert!(!outside.body.contains("Sign out"));
}

#[tokio::test]
async fn health_needs_no_session_and_says_nothing_of_clients() {
    let world = World::new().await;
    let answer = world.get("/healthz", "").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::OK, r#"{"status":"ok"}"#)
    );
}
