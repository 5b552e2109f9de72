//! The page of a person's tokens: made after a fresh sign-in, shown once, revoked.

use axum::body::Body;
use axum::http::{StatusCode, header};
use jiff::SignedDuration;

use crate::world::{World, request};

const PATH: &str = "/account/tokens";

fn token_in(page: &str) -> String {
    let start = page.find("duly_").unwrap();
    page[start..].chars().take(77).collect()
}

#[tokio::test]
async fn a_token_is_made_shown_once_used_and_revoked() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let empty = world.get(PATH, &cookie).await;
    assert!(empty.body.contains("You have no tokens"));
    let form = "name=nightly+report&scope=read&scope=work&only=baker&days=30";
    let made = world.post(PATH, &cookie, form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let token = token_in(&made.body);
    let listed = world.get(PATH, &cookie).await;
    assert!(listed.body.contains("nightly report") && listed.body.contains("read, work"));
    assert!(!listed.body.contains("duly_"), "it is not shown again");
    let me = async || {
        let asked =
            request("GET", "/api/v1/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
        world.send(asked.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(me().await, StatusCode::OK);
    let start = listed.body.find("/account/tokens/").unwrap();
    let revoke: String = listed.body[start..].split('"').next().unwrap().to_owned();
    let revoked = world.post(&revoke, &cookie, "").await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER);
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    let mara = world.cookie(&world.mara).await;
    let others = world.post(&revoke, &mara, "").await;
    assert_eq!(others.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_said_at_once_and_nothing_is_made() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    let wrong = world.post(PATH, &cookie, "name=+&days=400").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Say what it is for", "at least one scope", "1 to 366 days"] {
        assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
    }
    let form = "name=x&scope=read&days=1&only=lakeside";
    let other = world.post(PATH, &cookie, form).await;
    assert_eq!(
        other.status,
        StatusCode::NOT_FOUND,
        "another client is not there"
    );
    assert!(
        world
            .get(PATH, &cookie)
            .await
            .body
            .contains("You have no tokens")
    );
}

#[tokio::test]
async fn a_sign_in_of_long_ago_makes_no_token() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let world = world.later(SignedDuration::from_mins(20));
    let form = "name=x&scope=read&days=1";
    let answer = world.post(PATH, &cookie, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header("location").starts_with("/sign-in"));
    let page = world.get(PATH, &cookie).await;
    assert!(page.body.contains("You have no tokens") && page.body.contains("Sign in again"));
}
