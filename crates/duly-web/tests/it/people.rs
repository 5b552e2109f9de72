//! People, roles and the log, as an administrator and as others see them.

use axum::http::StatusCode;
use duly_core::permit::Action;
use duly_store::{Person, Role};

use crate::passwords::{MAIL, cookies_of, sign_in, ted};
use crate::world::World;

async fn eve(world: &World) -> (Person, String) {
    let eve = world.person("provider", "Eve", Role::Administrator).await;
    let cookie = world.cookie(&eve).await;
    (eve, cookie)
}

fn link_in(page: &str) -> String {
    let link = page
        .split("http://127.0.0.1:7177/invitation/")
        .nth(1)
        .unwrap();
    format!("/invitation/{}", link.split('<').next().unwrap())
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_lets_in_whoever_has_it() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    let form = "home=baker&name=Olga&mail=olga%40baker.example&role-owner=on&until=";
    let made = world.post("/people", &cookie, form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let path = link_in(&made.body);
    let list = world.get("/people", &cookie).await;
    assert!(!list.body.contains("/invitation/"), "it is not shown again");
    assert!(list.body.contains("invited, has not come yet"));
    let password = "password=lampe-ziege-kanu-91&again=lampe-ziege-kanu-91";
    let came = world.post(&path, "", password).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER);
    let own = world.get("/clients/baker", &cookies_of(&came)).await;
    assert_eq!(own.status, StatusCode::OK);
    let list = world.get("/people", &cookie).await;
    assert!(list.body.contains("password without a code"));
}

#[tokio::test]
async fn an_invitation_that_cannot_be_says_everything_that_is_wrong_and_keeps_what_was_typed() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    ted(&world).await;
    for (form, says) in [
        (
            "home=baker&name=&mail=x&until=soon",
            "Choose at least one role",
        ),
        (
            "home=baker&name=Olga&role-technician=on&mail=o%40b.example",
            "Only somebody of the provider",
        ),
        (
            "home=provider&name=Olga&role-owner=on&mail=o%40b.example",
            "Only somebody of a client",
        ),
        (
            "home=baker&name=Ada&role-auditor=on&mail=a%40b.example",
            "give the last day",
        ),
        (
            "home=baker&name=Olga&role-owner=on&mail=",
            "Give the mail address",
        ),
        (
            "home=baker&name=Olga&role-owner=on&mail=ted%40harbour.example",
            "Somebody else signs in",
        ),
    ] {
        let refused = world.post("/people", &cookie, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.body.contains(says), "{form}");
        if form.contains("Olga") {
            assert!(refused.body.contains("value=\"Olga\""), "{form}");
        }
    }
    let nowhere = "home=nobody&name=Olga&role-owner=on&mail=o%40b.example";
    assert_eq!(
        world.post("/people", &cookie, nowhere).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_person_is_changed_only_from_what_was_seen() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    let path = format!("/people/provider/{}", world.tess.id);
    let page = world.get(&path, &cookie).await;
    let seen = page.body.split("name=\"seen\" value=\"").nth(1).unwrap();
    let seen = seen.split('"').next().unwrap();
    let form = format!("seen={seen}&name=Tess+T&mail=&role-technician=on&role-manager=on&until=");
    assert_eq!(
        world.post(&path, &cookie, &form).await.status,
        StatusCode::SEE_OTHER
    );
    let changed = world.get(&path, &cookie).await;
    assert!(changed.body.contains("Tess T") && changed.body.contains("technician, manager"));
    let again = world.post(&path, &cookie, &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("Somebody else changed this person"));
}

#[tokio::test]
async fn the_last_administrator_can_be_neither_removed_nor_made_less() {
    let world = World::new().await;
    let (eve, cookie) = eve(&world).await;
    let path = format!("/people/provider/{}", eve.id);
    let removed = world.post(&format!("{path}/remove"), &cookie, "").await;
    assert_eq!(removed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(removed.body.contains("Make somebody else an administrator"));
    assert_eq!(world.get("/people", &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn removing_and_resetting_end_every_way_in_at_once() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    let cookies = ted(&world).await;
    let list = world.get("/people", &cookie).await;
    let at = list.body.find(">Ted<").unwrap();
    let path = list.body[..at]
        .rsplit("href=\"")
        .next()
        .unwrap()
        .trim_end_matches('"');
    let path = path.trim_end_matches("\">").to_owned();
    let reset = world.post(&format!("{path}/reset"), &cookie, "").await;
    assert_eq!(reset.status, StatusCode::OK, "{path}");
    let invitation = link_in(&reset.body);
    assert_eq!(world.get("/", &cookies).await.status, StatusCode::SEE_OTHER);
    let old = sign_in(&world, "", MAIL, "lampe-ziege-kanu-91").await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = world.post(&format!("{path}/remove"), &cookie, "").await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get(&invitation, "").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_log_tells_who_signed_in_and_who_was_refused_by_kind_and_by_person() {
    let world = World::new().await;
    let (eve, cookie) = eve(&world).await;
    ted(&world).await;
    sign_in(&world, "", "nobody@harbour.example", "secret-typed-here").await;
    let all = world.get("/clients/provider/log", &cookie).await;
    for told in [
        "signed in by an invitation",
        "nobody has this mail address",
        "invited",
        "Ted",
    ] {
        assert!(all.body.contains(told), "{told}");
    }
    for typed in ["nobody@harbour.example", "secret-typed-here", MAIL] {
        assert!(!all.body.contains(typed), "{typed}");
    }
    let sign_ins = world
        .get("/clients/provider/log?what=sign-ins", &cookie)
        .await;
    assert!(sign_ins.body.contains("signed in by") && !sign_ins.body.contains(">invited"));
    let own = format!("/clients/provider/log?person={}", eve.id);
    let own = world.get(&own, &cookie).await;
    assert!(own.body.contains("a one-time link") && !own.body.contains("an invitation"));
    let odd = world
        .get("/clients/provider/log?what=gossip", &cookie)
        .await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let odd = world.get("/clients/provider/log?after=x", &cookie).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_long_log_is_read_page_by_page_without_a_gap() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    for number in 0..120 {
        world
            .person("provider", &format!("P{number}"), Role::Technician)
            .await;
    }
    let (mut path, mut found) = ("/clients/provider/log?what=people".to_owned(), 0);
    for _ in 0..10 {
        let page = world.get(&path, &cookie).await;
        found += page.body.matches("added as technician").count();
        let Some(next) = page.body.split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!(found, 120 + 1, "they and Tess");
}

#[tokio::test]
async fn an_auditor_of_a_client_reads_its_log_and_no_other() {
    let world = World::new().await;
    let ada = world.person("baker", "Ada", Role::Auditor).await;
    let cookie = world.cookie(&ada).await;
    let own = world.get("/clients/baker/log", &cookie).await;
    assert_eq!(own.status, StatusCode::OK);
    for other in ["lakeside", "provider"] {
        let page = world.get(&format!("/clients/{other}/log"), &cookie).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn the_table_of_roles_is_the_one_that_is_asked() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    let page = world.get("/roles", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    for action in Action::ALL {
        assert!(
            page.body.contains(&action.says().replace('\'', "&#39;")),
            "{action:?}"
        );
    }
    let allowed: usize = Action::ALL.iter().map(|action| action.roles().len()).sum();
    assert_eq!(page.body.matches(">may<").count(), allowed);
}

#[tokio::test]
async fn names_full_of_markup_stay_names_among_people() {
    let world = World::new().await;
    let (_, cookie) = eve(&world).await;
    let name = "<script>alert(1)</script>";
    let mallory = world.person("provider", name, Role::Technician).await;
    world.cookie(&mallory).await;
    let own = format!("/people/provider/{}", mallory.id);
    for path in ["/people", own.as_str(), "/clients/provider/log"] {
        let page = world.get(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(page.body.contains("&#60;script&#62;"), "{path}");
    }
}
