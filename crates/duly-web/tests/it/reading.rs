//! What the pages say about what is stored.

use axum::http::StatusCode;

use crate::world::{World, failed};

#[tokio::test]
async fn today_counts_what_needs_a_person_under_the_equation() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/", &cookie).await.body;
    assert!(page.contains("things need a person."), "{page}");
    assert!(page.contains("The equation for November 2026"));
    let only = world.get("/?client=lakeside", &cookie).await.body;
    assert!(only.contains("need a person for Lakeside Clinic."));
    assert!(!only.contains("/clients/baker/tickets/"));
}

#[tokio::test]
async fn a_verification_sets_the_claim_beside_what_was_measured() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("lakeside", "backup.restore-test").await;
    let run = world.run(&ticket, failed()).await;
    let page = world
        .get(&format!("/clients/lakeside/verifications/{run}"), &cookie)
        .await
        .body;
    for words in [
        "The job said success. The backup does not hold what it should.",
        "The backup finished, with exit status 0.",
        "The root /srv/db is empty.",
        "46c6b792",
        "no outside witness",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let list = world.get("/verifications", &cookie).await.body;
    assert!(list.contains("the job said success"));
}

#[tokio::test]
async fn a_client_page_names_what_no_process_covers() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/clients/baker", &cookie).await.body;
    assert!(page.contains("front firewall"));
    assert!(page.contains("no process looks after it"));
}

#[tokio::test]
async fn the_proof_page_gives_the_files_it_speaks_of() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/clients/baker/proof", &cookie).await.body;
    assert!(page.contains("duly-verify baker-pack.zip --policy baker-policy.txt"));
    let note = world
        .get("/clients/baker/proof/checkpoint.txt", &cookie)
        .await;
    assert!(note.body.starts_with("duly.example/"), "{}", note.body);
    assert_eq!(
        note.header("content-disposition"),
        "attachment; filename=\"baker-checkpoint.txt\""
    );
    let policy = world.get("/clients/baker/proof/policy.txt", &cookie).await;
    assert!(
        policy.body.starts_with("log duly.example/"),
        "{}",
        policy.body
    );
    let pack = world.get("/clients/baker/proof/pack.zip", &cookie).await;
    assert_eq!(pack.status, StatusCode::OK);
    assert!(pack.body.starts_with("PK\u{3}\u{4}"));
}

#[tokio::test]
async fn a_process_is_shown_with_its_three_elements_and_next_dates() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let page = world.get("/processes/acct.review", &cookie).await.body;
    for words in [
        "The checklist",
        "Quality control",
        "Oversight",
        "Tue\u{a0}22\u{a0}Dec",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(
        world.get("/processes/nothing", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_api_gives_duties_in_the_shape_of_plan() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let path = "/api/v1/duties?client=baker&from=2026-12-01&to=2026-12-31";
    let body = world.get(path, &cookie).await.body;
    let document: serde_json::Value = serde_json::from_str(&body).unwrap();
    let duties = document["duties"].as_array().unwrap();
    assert_eq!(duties.len(), 2);
    assert_eq!(duties[0]["slot"], "2026-12-22");
    let body = world.get("/api/v1/tickets?owed=true", &cookie).await.body;
    let document: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert!(document["tickets"].as_array().unwrap().len() >= 4);
}

#[tokio::test]
async fn a_log_of_a_real_provider_is_not_called_a_demonstration() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    assert!(!world.get("/", &cookie).await.body.contains("Demonstration"));
}

#[tokio::test]
async fn the_log_says_in_words_what_each_entry_tells_of() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    for client in ["baker", "provider"] {
        let page = world.get(&format!("/clients/{client}/log"), &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        let names = page.body.split("scope=\"row\" class=\"what\">").skip(1);
        let told: Vec<&str> = names.filter_map(|row| row.split('<').next()).collect();
        assert!(told.len() > 2, "{client}: {told:?}");
        for words in told {
            let is_type = words.contains('.') && !words.contains(' ');
            assert!(!is_type, "{client}: {words}");
        }
    }
}
