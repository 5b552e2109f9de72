//! Signing in and out.

use axum::body::Body;
use axum::http::StatusCode;

use crate::world::{Answer, World, request};

/// The cookie that an answer sets, without its attributes.
fn cookie_of(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn opening_a_link_redeems_nothing() {
    let world = World::new().await;
    let path = format!("/sign-in/{}", world.link(&world.tess).await);
    for _ in 0..3 {
        let page = world.get(&path, "").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("set-cookie"), "");
    }
    assert_eq!(
        world.post(&path, "", "").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_link_works_once_and_then_says_what_to_do() {
    let world = World::new().await;
    let path = format!("/sign-in/{}", world.link(&world.tess).await);
    let first = world.post(&path, "", "").await;
    assert_eq!(first.header("location"), "/");
    assert_eq!(
        world.get("/", &cookie_of(&first)).await.status,
        StatusCode::OK
    );
    let second = world.post(&path, "", "").await;
    assert_eq!(second.status, StatusCode::GONE);
    assert_eq!(second.header("set-cookie"), "");
    assert!(second.body.contains("duly sign-in-link"));
}

#[tokio::test]
async fn a_link_that_never_was_is_answered_like_a_spent_one() {
    let world = World::new().await;
    let answer = world
        .post(&format!("/sign-in/{}", "a".repeat(64)), "", "")
        .await;
    assert_eq!(answer.status, StatusCode::GONE);
}

#[tokio::test]
async fn on_this_machine_the_cookie_is_plain_and_closed_to_scripts() {
    let world = World::new().await;
    let path = format!("/sign-in/{}", world.link(&world.tess).await);
    let set = world
        .post(&path, "", "")
        .await
        .header("set-cookie")
        .to_owned();
    assert!(set.starts_with("duly="), "{set}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Secure"), "{set}");
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_its_host() {
    let world = World::new().await;
    let path = format!("/sign-in/{}", world.link(&world.tess).await);
    let over_https = |method: &str, path: &str| {
        axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", "duly.example")
            .header("x-forwarded-proto", "https")
            .header("origin", "https://duly.example")
    };
    let answer = world
        .send(over_https("POST", &path).body(Body::empty()).unwrap())
        .await;
    let set = answer.header("set-cookie").to_owned();
    assert!(
        set.starts_with("__Host-duly=") && set.ends_with("; Secure"),
        "{set}"
    );
    let plain_name = cookie_of(&answer).replace("__Host-", "");
    for (cookie, status) in [
        (cookie_of(&answer), StatusCode::OK),
        (plain_name, StatusCode::SEE_OTHER),
    ] {
        let page = over_https("GET", "/").header("cookie", cookie);
        let page = world.send(page.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, status);
    }
}

#[tokio::test]
async fn over_plain_http_on_a_network_nobody_is_signed_in_and_the_link_stays_good() {
    let world = World::new().await;
    let path = format!("/sign-in/{}", world.link(&world.tess).await);
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(&path)
        .header("host", "192.168.1.5:7177")
        .body(Body::empty())
        .unwrap();
    let answer = world.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("set-cookie"), "");
    assert!(answer.body.contains("sign-in-in-clear"));
    assert_eq!(
        world.post(&path, "", "").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    assert_eq!(world.get("/", &cookie).await.status, StatusCode::OK);
    let out = world.post("/sign-out", &cookie, "").await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get("/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_page_of_somebody_signed_out_leads_to_sign_in() {
    let world = World::new().await;
    let page = world
        .send(request("GET", "/sign-in").body(Body::empty()).unwrap())
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("duly sign-in-link"));
}
