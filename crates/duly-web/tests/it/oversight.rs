//! Oversight as pages: a client's month, all clients, one measure, and what an owner asks.

use axum::http::StatusCode;
use duly_store::Role;
use duly_work::oversight::count::night;

use crate::world::{World, now};

/// Baker has its mail looked after, as the catalogue says; nothing counts domains.
async fn publish_mail(world: &World) {
    let shipped = duly_declare::catalogue().iter();
    let mut shipped = shipped.filter(|one| one.process.as_str() == "comms.mail");
    let mail = shipped.next().unwrap();
    let store = &world.store;
    store
        .publish_process(&"baker".into(), mail, now())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_months_report_says_what_is_to_be_decided_and_leads_to_its_figures() {
    let world = World::new().await;
    publish_mail(&world).await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/clients/baker/oversight", &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for part in [
        "The equation for November 2026",
        "How this page could be wrong",
        "Nothing that is connected counts:",
        "href=\"/clients/baker/oversight/gov.oversight/duties.on-time\"",
        "under the newest checkpoint",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let json = world
        .get("/clients/baker/oversight/report.json", &cookie)
        .await;
    let report: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let term = |name: &str| report["equation"][name].as_u64().unwrap();
    let sum: u64 = ["done", "late", "missed", "waived", "open"]
        .into_iter()
        .map(term)
        .sum();
    assert_eq!(term("due"), sum);
    let absent = world
        .get("/clients/baker/oversight?month=soon", &cookie)
        .await;
    assert_eq!(absent.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_measure_shows_its_readings_and_the_tickets_behind_one_of_them() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let month = ticket.slot.strftime("%Y-%m");
    let path = format!("/clients/baker/oversight/gov.oversight/duties.on-time?month={month}");
    let page = world.get(&path, &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(
        page.body
            .contains("Made of: closed on time, out of duties whose slot"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains(&format!("/clients/baker/tickets/{}", ticket.id)),
        "{}",
        page.body
    );
    let unknown = "/clients/baker/oversight/gov.oversight/nothing";
    let unknown = world.get(unknown, &cookie).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn all_clients_stand_on_one_page_and_an_owner_is_led_to_their_own() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/oversight", &cookie).await.body;
    assert!(page.contains("No client’s month was counted yet"), "{page}");
    for client in ["baker", "lakeside"] {
        night(&world.store, &client.into(), now()).await.unwrap();
    }
    let page = world.get("/oversight", &cookie).await.body;
    for client in ["Baker &#38; Sons", "Lakeside Clinic"] {
        assert!(page.contains(client), "{page}");
    }
    let owner = world.person("baker", "Olga", Role::Owner).await;
    let owner = world.cookie(&owner).await;
    let led = world.get("/oversight", &owner).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    assert!(
        led.header("location")
            .starts_with("/clients/baker/oversight")
    );
    let own = world.get("/clients/baker/oversight", &owner).await;
    assert_eq!(own.status, StatusCode::OK);
    let other = world.get("/clients/lakeside/oversight", &owner).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owners_questions_are_answered_or_cannot_be_shown() {
    let world = World::new().await;
    publish_mail(&world).await;
    let owner = world.person("baker", "Olga", Role::Owner).await;
    let cookie = world.cookie(&owner).await;
    let page = world.get("/clients/baker/answers", &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for part in [
        "Is the work raised as recurring tickets",
        "Who sees to it that it is done as",
        "cannot show",
        "NIST Cybersecurity Framework 2.0",
        "PR.DS-02",
        "front firewall",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

#[tokio::test]
async fn an_executive_starts_limits_anew_with_a_reason_and_nobody_else_does() {
    let world = World::new().await;
    let eve = world.person("provider", "Eve", Role::Executive).await;
    let cookie = world.cookie(&eve).await;
    let path = "/clients/baker/oversight/gov.oversight/duties.on-time";
    let form = "month=2026-11&reason=Two+people+instead+of+one";
    let page = world.get(path, &cookie).await.body;
    assert!(page.contains("Start the limits anew"), "{page}");
    for (wrong, problem) in [
        ("month=2026-11&reason=+", "Say what was changed"),
        ("month=soon&reason=x", "Write a month"),
        ("month=2126-01&reason=x", "Write a month"),
    ] {
        let answer = world.post(&format!("{path}/restart"), &cookie, wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(problem), "{}", answer.body);
    }
    let answer = world.post(&format!("{path}/restart"), &cookie, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = world.get(path, &cookie).await.body;
    assert!(
        page.contains("With November 2026: Two people instead of one"),
        "{page}"
    );
    let again = world.post(&format!("{path}/restart"), &cookie, form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let tess = world.cookie(&world.tess).await;
    let refused = world.post(&format!("{path}/restart"), &tess, form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
