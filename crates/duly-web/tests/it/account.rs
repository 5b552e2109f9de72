//! One's own account: what is shown of it, what can be changed, and when.

use axum::body::Body;
use axum::http::StatusCode;
use duly_store::Role;
use jiff::SignedDuration;

use crate::passwords::{MAIL, PASSWORD, cookies_of, sign_in, ted};
use crate::world::{World, request};

const NEW: &str = "kanu-ziege-lampe-92";

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_other_sessions() {
    let world = World::new().await;
    let first = ted(&world).await;
    let second = cookies_of(&sign_in(&world, "", MAIL, PASSWORD).await);
    let refused = world
        .post("/account/password", &second, "password=short&again=short")
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("too short"));
    let form = format!("password={NEW}&again={NEW}");
    let done = world.post("/account/password", &second, &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("/", &second).await.status, StatusCode::OK);
    assert_eq!(world.get("/", &first).await.status, StatusCode::SEE_OTHER);
    let old = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = sign_in(&world, "", MAIL, NEW).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn how_one_signs_in_is_changed_only_shortly_after_signing_in() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let world = world.later(SignedDuration::from_mins(15));
    let page = world.get("/account", &cookies).await;
    assert!(page.body.contains("Sign in again") && !page.body.contains("Set a new password"));
    for path in [
        "/account/codes",
        "/account/codes/end",
        "/account/recovery-codes",
        "/account/passkeys/none/remove",
    ] {
        let answer = world.post(path, &cookies, "").await;
        assert_eq!(answer.header("location"), "/sign-in?to=/account", "{path}");
    }
    for (path, form) in [
        ("/account/password", format!("password={NEW}&again={NEW}")),
        ("/account/codes/confirm", "code=000000".to_owned()),
    ] {
        let answer = world.post(path, &cookies, &form).await;
        assert_eq!(answer.header("location"), "/sign-in?to=/account", "{path}");
    }
    let options = world.post("/account/passkey/options", &cookies, "").await;
    assert_eq!(options.status, StatusCode::UNAUTHORIZED);
    assert!(options.body.contains("prove-again"));
    let old = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(old.status, StatusCode::SEE_OTHER, "nothing was changed");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_others_at_once() {
    let world = World::new().await;
    let first = ted(&world).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(cookies_of(&sign_in(&world, "", MAIL, PASSWORD).await));
    }
    let page = world.get("/account", &first).await;
    let ends: Vec<&str> = page
        .body
        .split("action=\"/account/sessions/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|end| end.len() > 10)
        .collect();
    assert_eq!(ends.len(), 4);
    // Somebody else cannot end it.
    let mara = world.cookie(&world.mara).await;
    let path = format!("/account/sessions/{}", ends[0]);
    assert_eq!(
        world.post(&path, &mara, "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.post("/account/sessions/end", &first, "").await.status,
        StatusCode::SEE_OTHER
    );
    for other in others {
        assert_eq!(world.get("/", &other).await.status, StatusCode::SEE_OTHER);
    }
    let own = world.get("/account", &first).await;
    assert!(own.body.contains("this one") && !own.body.contains("End all others"));
}

#[tokio::test]
async fn a_session_nobody_used_for_hours_is_over_and_one_in_use_is_not() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let idle = duly_store::IDLE_FOR;
    let minute = SignedDuration::from_mins(1);
    let world = world.later(idle - minute);
    assert_eq!(world.get("/", &cookies).await.status, StatusCode::OK);
    let world = world.later(idle + minute);
    assert_eq!(world.get("/", &cookies).await.status, StatusCode::OK);
    let world = world.later(idle + idle + minute + minute);
    assert_eq!(
        world.get("/", &cookies).await.header("location"),
        "/sign-in"
    );
}

#[tokio::test]
async fn a_page_that_follows_changes_by_itself_keeps_no_session_alive() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let idle = duly_store::IDLE_FOR;
    let minute = SignedDuration::from_mins(1);
    let world = world.later(idle - minute);
    let by_script = request("GET", "/")
        .header("cookie", &cookies)
        .header("sec-fetch-dest", "empty");
    let answer = world.send(by_script.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let world = world.later(idle + minute);
    let over = world.get("/", &cookies).await;
    assert_eq!(over.header("location"), "/sign-in");
}

#[tokio::test]
async fn codes_need_a_password_and_can_be_done_without_again() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let offered = world.post("/account/codes", &tess, "").await;
    assert_eq!(offered.status, StatusCode::BAD_REQUEST);
    let cookies = ted(&world).await;
    world.post("/account/codes", &cookies, "").await;
    // Offered and not confirmed: nothing is asked for yet.
    let alone = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(alone.status, StatusCode::SEE_OTHER);
    let renewed = world.post("/account/recovery-codes", &cookies, "").await;
    assert_eq!(renewed.header("location"), "/account");
    let ended = world.post("/account/codes/end", &cookies, "").await;
    assert_eq!(ended.header("location"), "/account");
}

#[tokio::test]
async fn somebody_without_a_mail_address_is_told_why_they_can_have_no_password() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let page = world.get("/account", &tess).await;
    assert!(page.body.contains("No mail address is known"));
    let form = format!("password={NEW}&again={NEW}");
    let refused = world.post("/account/password", &tess, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn at_an_address_without_a_name_there_are_no_passkeys_and_it_is_said() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let page = world.get("/account", &cookies).await;
    assert!(!page.body.contains("data-passkey") && page.body.contains("duly.toml"));
    let options = world.post("/sign-in/passkey/options", "", "").await;
    assert_eq!(options.status, StatusCode::BAD_REQUEST);
    assert_eq!(options.header("content-type"), "application/problem+json");
    assert!(options.body.contains("no-passkeys-here"));
    let path = world
        .invited("baker", "Ida", Role::Owner, "ida@baker.example")
        .await;
    assert!(!world.get(&path, "").await.body.contains("data-passkey"));
    let none = world.get("/sign-in/identity", "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "no provider is set up");
}
