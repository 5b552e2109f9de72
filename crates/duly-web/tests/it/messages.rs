//! What a person is told, and through what: chosen and connected on pages, secrets never shown.

use axum::http::StatusCode;
use duly_core::telling::Kind;
use duly_store::{NewPerson, Role};

use crate::world::{World, now};

const SECRET: &str = "whsec_c2VjcmV0LXRoYXQtaXMtbmV2ZXItc2hvd24tYWdhaW4=";

async fn administrator(world: &World) -> String {
    let ada = NewPerson::drawn(&"provider".into(), "Ada", Role::Administrator).unwrap();
    let ada = world.store.add_person(ada, now()).await.unwrap();
    world.cookie(&ada).await
}

#[tokio::test]
async fn a_person_chooses_what_they_are_told() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/account/messages", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("No mail can be sent yet"),
        "{}",
        page.body
    );
    let form = "mail=tess%40harbour.example&tell-warning=on&summary-at=06%3A45\
                &quiet-from=22%3A00&quiet-to=07%3A00&zone=Europe%2FBerlin";
    let answer = world.post("/account/messages", &cookie, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let (home, person) = (&world.tess.client, &world.tess.id);
    let chosen = world
        .store
        .preferences(home, person)
        .await
        .unwrap()
        .preferences;
    assert_eq!(chosen.mail.as_deref(), Some("tess@harbour.example"));
    assert_eq!(chosen.zone.as_deref(), Some("Europe/Berlin"));
    assert!(chosen.wants(Kind::Warning) && !chosen.wants(Kind::Missed));
    let page = world.get("/account/messages", &cookie).await;
    assert!(
        page.body.contains("value=\"tess@harbour.example\""),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"06:45\""), "{}", page.body);
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let form = "mail=not+an+address&summary-at=06%3A45&zone=Europe%2FNowhere";
    let answer = world.post("/account/messages", &cookie, form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("not one mail address"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("no such time zone"), "{}", answer.body);
    assert!(
        answer.body.contains("value=\"not an address\""),
        "{}",
        answer.body
    );
    let (home, person) = (&world.tess.client, &world.tess.id);
    let chosen = world
        .store
        .preferences(home, person)
        .await
        .unwrap()
        .preferences;
    assert_eq!(chosen.mail, None);
}

#[tokio::test]
async fn a_test_message_is_for_whoever_asks_for_it() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    let answer = world.post("/account/messages/test", &cookie, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let untold = world.store.untold().await.unwrap();
    let test = untold
        .iter()
        .find(|one| one.notice.kind == Kind::Test)
        .unwrap();
    assert_eq!(test.notice.people, std::slice::from_ref(&world.omar.id));
    assert_eq!(test.client, world.omar.client);
}

#[tokio::test]
async fn an_administrator_connects_and_removes_and_no_page_shows_the_secret() {
    let world = World::new().await;
    let cookie = administrator(&world).await;
    let page = world.get("/connections", &cookie).await;
    assert!(page.body.contains("Nothing is connected"), "{}", page.body);
    let form = format!(
        "kind=webhook&name=Our+hook&address=https%3A%2F%2Fhooks.example%2Fx&secret={}",
        SECRET.replace('=', "%3D")
    );
    let answer = world.post("/connections", &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = world.get("/connections", &cookie).await;
    assert!(page.body.contains("Our hook"), "{}", page.body);
    assert!(page.body.contains("Not used yet"), "{}", page.body);
    assert!(!page.body.contains(SECRET), "{}", page.body);
    let id = world.store.connections().await.unwrap()[0].kept.id.clone();
    let remove = format!("/connections/{id}/remove");
    let answer = world.post(&remove, &cookie, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.post(&remove, &cookie, "").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(world.store.connections().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_connection_that_would_send_in_clear_or_without_a_secret_is_refused() {
    let world = World::new().await;
    let cookie = administrator(&world).await;
    for (form, problem) in [
        (
            "kind=smtp&name=Mail&host=mail.example&port=25&security=plain&from=d%40h.example",
            "only to this machine",
        ),
        (
            "kind=smtp&name=Mail&host=mail.example&port=x",
            "port as a number",
        ),
        (
            "kind=webhook&name=Hook&address=http%3A%2F%2F10.0.0.1%2F&secret=short",
            "begin with https",
        ),
        (
            "kind=zammad&name=Desk&address=https%3A%2F%2Fdesk.example&queue=Users\
             &requester=d%40h.example",
            "access token",
        ),
        ("kind=pigeon&name=x", "Choose what to connect"),
    ] {
        let answer = world.post("/connections", &cookie, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.body.contains(problem), "{problem}: {}", answer.body);
    }
    assert!(world.store.connections().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_connection_keeps_what_was_typed_and_drops_its_secret() {
    let world = World::new().await;
    let cookie = administrator(&world).await;
    let form = "kind=smtp&name=Post&host=post.example&port=x&security=tls&from=d%40h.example\
                &secret=hunter2";
    let answer = world.post("/connections", &cookie, form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for typed in ["Post", "post.example", "x", "d@h.example"] {
        let field = format!("value=\"{typed}\"");
        let found = answer.body.matches(&field).count();
        assert_eq!(found, 1, "{typed}: {}", answer.body);
    }
    let tls = answer.body.split("value=\"tls\"").nth(1).unwrap();
    assert!(tls.trim_start().starts_with("checked"), "{}", answer.body);
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
}

#[tokio::test]
async fn only_an_administrator_sees_connections() {
    let world = World::new().await;
    for person in [&world.tess, &world.mara, &world.omar] {
        let cookie = world.cookie(person).await;
        let answer = world.get("/connections", &cookie).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let page = world.get("/account/messages", &cookie).await;
        assert!(
            !page.body.contains("href=\"/connections\""),
            "{}",
            page.body
        );
    }
}
