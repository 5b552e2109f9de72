//! Clients, sites and assets as people keep them: added, changed, retired, claimed.

use axum::http::StatusCode;
use duly_core::scope::Client;
use duly_store::{NewSource, Person, Role, Sighted};
use duly_work::lists;

use crate::world::{World, now};

async fn asset_id(world: &World, name: &str) -> String {
    let assets = lists::assets(&world.store, &"baker".into()).await.unwrap();
    let found = assets.into_iter().find(|row| row.name == name);
    found.unwrap().scope.id.0
}

async fn cookie_of(world: &World, person: &Person) -> String {
    world.cookie(person).await
}

#[tokio::test]
async fn an_asset_is_added_at_a_site_changed_and_retired_with_a_reason() {
    let world = World::new().await;
    let (tess, mara) = (
        world.cookie(&world.tess).await,
        world.cookie(&world.mara).await,
    );
    let path = "/clients/baker/assets";
    let site = world.post(path, &tess, "name=Shop&kind=site").await;
    assert_eq!(site.status, StatusCode::SEE_OTHER);
    let shop = asset_id(&world, "Shop").await;
    let form = format!("name=till+1&kind=endpoint&site={shop}");
    let added = world.post(path, &tess, &form).await;
    let page = world.get(added.header("location"), &tess).await;
    assert!(page.body.contains("till 1") && page.body.contains(">Shop</a>"));
    assert!(
        page.body.contains("day 1, until"),
        "it is being commissioned"
    );
    assert!(!page.body.contains("Retire it"), "a technician does not");
    let sites = world.get("/clients/baker/sites", &tess).await;
    assert!(sites.body.contains("till 1"));

    let till = asset_id(&world, "till 1").await;
    let one = format!("{path}/{till}");
    let changed = world
        .post(&one, &tess, "name=front+till&site=&revision=0")
        .await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    let second = world
        .post(&one, &tess, "name=back+till&site=&revision=0")
        .await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        second
            .body
            .contains("Somebody else changed it in the meantime")
    );
    assert!(
        second.body.contains("value=\"back till\""),
        "what was typed is not lost"
    );

    let retire = format!("{one}/retire");
    let mute = world
        .post(&retire, &mara, "last_day=2026-11-24&reason=+")
        .await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    let past = world
        .post(&retire, &mara, "last_day=2026-11-23&reason=sold")
        .await;
    assert!(
        past.body
            .contains("The last day in care is today at the earliest")
    );
    let forbidden = world
        .post(&retire, &tess, "last_day=2026-11-24&reason=sold")
        .await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let done = world
        .post(&retire, &mara, "last_day=2026-11-24&reason=sold")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = world.get(&one, &mara).await;
    for words in ["retired", "sold", "Mara", "called till 1 before"] {
        assert!(page.body.contains(words), "{words}");
    }
    let list = world.get(path, &tess).await;
    assert!(!list.body.contains("front till"));
    let gone = world.get(&format!("{path}?gone=yes"), &tess).await;
    assert!(gone.body.contains("front till"));
}

#[tokio::test]
async fn a_name_in_use_and_a_kind_that_is_none_are_refused_and_nothing_is_lost() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let path = "/clients/baker/assets";
    let taken = world
        .post(path, &tess, "name=front+firewall&kind=firewall")
        .await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("Another asset in care has this name"));
    assert!(taken.body.contains("value=\"front firewall\""));
    let odd = world.post(path, &tess, "name=&kind=%3Cb%3E").await;
    assert!(odd.body.contains("Give it a name.") && odd.body.contains("Say what kind"));
    let nowhere = world
        .post(path, &tess, "name=x&kind=server&site=0000")
        .await;
    assert!(nowhere.body.contains("There is no such site"));
}

#[tokio::test]
async fn what_is_uncovered_is_shown_to_the_owner_too() {
    let world = World::new().await;
    let omar = world.cookie(&world.omar).await;
    let words = "front firewall: nobody sees to it that it is kept current";
    for path in ["/clients/baker", "/clients/baker/plan"] {
        let page = world.get(path, &omar).await;
        assert!(page.body.contains(words), "{path}");
    }
    let list = world
        .get("/clients/baker/assets?kind=firewall", &omar)
        .await;
    assert!(
        list.body
            .contains("nobody sees to it that it is kept current")
    );
    assert!(!list.body.contains("Add an asset"));
    let form = world.get("/clients/baker/assets/new", &omar).await;
    assert_eq!(form.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_clients_asset_is_not_there() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let id = asset_id(&world, "front firewall").await;
    let stray = format!("/clients/lakeside/assets/{id}");
    assert_eq!(world.get(&stray, &tess).await.status, StatusCode::NOT_FOUND);
    let change = world.post(&stray, &tess, "name=mine&revision=0").await;
    assert_eq!(change.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn something_seen_is_claimed_or_dismissed_with_a_reason() {
    let world = World::new().await;
    let tess = world.cookie(&world.tess).await;
    let source = NewSource {
        name: "office list".to_owned(),
        expected_days: 7,
        mapping: None,
    };
    let thing = |thing: &str| Sighted {
        thing: thing.to_owned(),
        name: format!("pc <{thing}>"),
        kind: "endpoint".to_owned(),
        asset: None,
    };
    let seen = vec![thing("1"), thing("2"), thing("3")];
    let baker = "baker".into();
    world
        .store
        .report_sightings(&baker, source, seen, now())
        .await
        .unwrap();
    let path = "/clients/baker/unclaimed";
    let page = world.get(path, &tess).await;
    assert!(page.body.contains("to be claimed by") && !page.body.contains("pc <1>"));
    let of = |thing: &str, rest: &str| format!("source=office+list&thing={thing}&{rest}");
    let claim = of("1", "act=claim&name=pc+1&kind=endpoint");
    assert_eq!(
        world.post(path, &tess, &claim).await.status,
        StatusCode::SEE_OTHER
    );
    let again = world.post(path, &tess, &claim).await;
    assert!(again.body.contains("Somebody else decided on it"));
    let firewall = asset_id(&world, "front firewall").await;
    let known = of("2", &format!("act=known&asset={firewall}"));
    assert_eq!(
        world.post(path, &tess, &known).await.status,
        StatusCode::SEE_OTHER
    );
    let mute = world
        .post(path, &tess, &of("3", "act=dismiss&reason="))
        .await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = of("3", "act=dismiss&reason=a+visitor");
    assert_eq!(
        world.post(path, &tess, &said).await.status,
        StatusCode::SEE_OTHER
    );
    let page = world.get(path, &tess).await;
    assert!(
        page.body
            .contains("Everything that a source sees is in care")
    );
}

#[tokio::test]
async fn a_client_is_added_and_moved_by_whoever_keeps_clients() {
    let world = World::new().await;
    let mara = cookie_of(&world, &world.mara).await;
    let form = "id=mill&name=The+Mill&tz=Europe%2FParis&calendar=france&like=baker";
    let added = world.post("/clients", &mara, form).await;
    assert_eq!(added.header("location"), "/clients/mill/assets");
    let taken = world.post("/clients", &mara, form).await;
    assert!(taken.body.contains("Another client has this short name."));
    let page = world.get("/clients/mill", &mara).await;
    assert!(page.body.contains("day 1 of commissioning"));
    let bad = "name=The+Mill&tz=Mars%2FBase&calendar=france";
    let refused = world.post("/clients/mill/settings", &mara, bad).await;
    assert!(refused.body.contains("There is no time zone `Mars/Base`"));
    let good = "name=The+Old+Mill&tz=America%2FNew_York&calendar=us-federal";
    let moved = world.post("/clients/mill/settings", &mara, good).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let row = world.store.client(&"mill".into()).await.unwrap().unwrap();
    let scope = Client {
        id: "mill".into(),
        tz: "America/New_York".to_owned(),
        calendar: "us-federal".to_owned(),
    };
    assert_eq!((row.name.as_str(), row.scope), ("The Old Mill", scope));
    let tess = world.person("provider", "Tom", Role::Technician).await;
    let tess = world.cookie(&tess).await;
    let forbidden = world.get("/clients/new", &tess).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
}
