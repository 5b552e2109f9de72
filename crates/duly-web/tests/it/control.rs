//! The control board: what it shows, to whom, and what a manager does there.

use axum::http::StatusCode;
use duly_core::process::Severity;
use duly_store::{NewWarning, Role};

use crate::world::{World, now};

async fn raised(world: &World, client: &str, rule: &str, about: &str) -> String {
    let warning = NewWarning {
        client: client.into(),
        rule: rule.to_owned(),
        about: about.to_owned(),
        severity: Severity::High,
        message: format!("Something about {about}."),
        ticket: None,
    };
    let raised = world.store.raise_warning(warning, now()).await.unwrap();
    raised.unwrap()
}

#[tokio::test]
async fn a_quiet_week_says_where_to_see_that_the_rules_can_fire() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    let board = world.get("/control", &cookie).await;
    assert_eq!(board.status, StatusCode::OK);
    assert!(board.body.contains("Nothing needs a look"));
    assert!(board.body.contains("A quiet week"));
    let rules = world.get("/control/rules", &cookie).await;
    assert!(rules.body.contains("not tried yet"));
    let provider = "provider".into();
    duly_work::control::prove_rules(&world.store, &provider, now())
        .await
        .unwrap();
    let rules = world.get("/control/rules", &cookie).await;
    assert!(rules.body.contains("it fires"));
    assert!(!rules.body.contains("not tried yet"));
    assert!(!rules.body.contains("fail\">stayed silent"));
}

#[tokio::test]
async fn the_board_counts_by_client_and_kind_and_filters_by_address() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    raised(&world, "baker", "missed", "a").await;
    raised(&world, "baker", "missed", "b").await;
    raised(&world, "lakeside", "too-fast", "c").await;
    raised(&world, "lakeside", "my-own-rule", "d").await;
    let board = world.get("/control", &cookie).await.body;
    assert!(board.contains("4 things need a look"), "{board}");
    for address in [
        "client=baker&#38;kind=missed",
        "client=lakeside&#38;kind=conduct",
    ] {
        assert!(board.contains(address), "{address}");
    }
    let conduct = world.get("/control?kind=conduct", &cookie).await.body;
    assert!(conduct.contains("Something about c.") && !conduct.contains("Something about a."));
    let other = world.get("/control?kind=other", &cookie).await.body;
    assert!(other.contains("Something about d.") && !other.contains("Something about c."));
    let baker = world
        .get("/control?client=baker&severity=high", &cookie)
        .await
        .body;
    assert!(baker.contains("Something about a.") && !baker.contains("Something about c."));
    let none = world.get("/control?severity=low", &cookie).await.body;
    assert!(none.contains("Nothing of this kind is open"));
    let nowhere = world.get("/control?client=nobody", &cookie).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_warning_is_taken_on_from_the_board_with_a_word() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    let id = raised(&world, "baker", "missed", "a").await;
    let warning = format!("/clients/baker/warnings/{id}");
    let act = format!("{warning}/acknowledge");
    let refused = world.post(&act, &cookie, "word=++&back=%2Fcontrol").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Say what is done about it."));
    let long = format!("word={}&back=%2Fcontrol", "x".repeat(501));
    let refused = world.post(&act, &cookie, &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains(&"x".repeat(501)),
        "what was typed is not lost"
    );
    let taken = world
        .post(
            &act,
            &cookie,
            "word=calling+them&back=%2Fcontrol%3Ftaken%3Dno",
        )
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    assert_eq!(taken.header("location"), "/control?taken=no#list");
    let board = world.get("/control", &cookie).await.body;
    assert!(board.contains("calling them") && board.contains("Mara"));
    assert!(board.contains("One thing is being looked at"));
    let again = world.post(&act, &cookie, "word=me+too").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let cleared = world
        .post(
            &format!("{warning}/clear"),
            &cookie,
            "word=they+did+it+on+paper",
        )
        .await;
    assert_eq!(cleared.status, StatusCode::SEE_OTHER);
    let page = world.get(&warning, &cookie).await.body;
    assert!(page.contains("they did it on paper"));
    assert!(!page.contains("<textarea"), "nothing is left to do");
    assert!(
        world
            .get("/control", &cookie)
            .await
            .body
            .contains("Nothing needs a look")
    );
}

#[tokio::test]
async fn a_technician_sees_no_board_and_a_clients_auditor_only_their_own_client() {
    let world = World::new().await;
    raised(&world, "baker", "missed", "ours").await;
    raised(&world, "lakeside", "missed", "theirs").await;
    let tess = world.cookie(&world.tess).await;
    let refused = world.get("/control", &tess).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let ada = world.person("baker", "Ada", Role::Auditor).await;
    let ada = world.cookie(&ada).await;
    for path in ["/control", "/control/rules/missed", "/control?client=baker"] {
        let page = world.get(path, &ada).await.body;
        assert!(page.contains("Something about ours."), "{path}");
        assert!(
            !page.contains("theirs") && !page.contains("Lakeside"),
            "{path}"
        );
        assert!(!page.contains("<textarea"), "{path}");
    }
    let theirs = world.get("/control?client=lakeside", &ada).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_silence_takes_two_people_and_a_reason_and_thirty_days_at_most() {
    let world = World::new().await;
    let mara = world.cookie(&world.mara).await;
    let id = raised(&world, "baker", "missed", "a").await;
    let ask = format!("/clients/baker/warnings/{id}/silence");
    for form in [
        "reason=+&days=7",
        "reason=moving&days=31",
        "reason=moving&days=x",
    ] {
        let refused = world.post(&ask, &mara, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
    }
    let asked = world
        .post(&ask, &mara, "reason=the+office+moves&days=7")
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let page = world.get("/control/silences", &mara).await.body;
    assert!(page.contains("the office moves") && page.contains("asked for"));
    assert!(!page.contains("Let it be silent"), "not for whoever asked");
    let listed = world
        .store
        .silences(None, now(), &duly_store::Page::default())
        .await
        .unwrap();
    let decide = format!("/clients/baker/silences/{}", listed.rows[0].id);
    let own = world.post(&decide, &mara, "answer=grant").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let eve = world.person("provider", "Eve", Role::Executive).await;
    let eve = world.cookie(&eve).await;
    let page = world.get("/control/silences", &eve).await.body;
    assert!(page.contains("Let it be silent"));
    let granted = world.post(&decide, &eve, "answer=grant").await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER);
    let page = world.get("/control/silences", &mara).await.body;
    assert!(page.contains("granted by Eve"));
}

#[tokio::test]
async fn a_rule_says_what_it_looks_for_where_it_is_declared_and_what_it_raised() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    raised(&world, "baker", "missed", "a").await;
    let page = world.get("/control/rules/missed", &cookie).await.body;
    for said in [
        "not closed by the end of its grace",
        "a reason to look, not a proof of fault",
        "Do acct.review",
        "Something about a.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let fast = world.get("/control/rules/too-fast", &cookie).await.body;
    assert!(fast.contains("floor-minutes") && fast.contains("No published process declares it."));
    let unknown = world.get("/control/rules/nonsense", &cookie).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_others_wrote_is_shown_as_text() {
    let world = World::with_names("<b>Baker</b>", "files").await;
    let cookie = world.cookie(&world.mara).await;
    let id = raised(&world, "baker", "<i>rule</i>", "<script>x</script>").await;
    for path in [
        "/control".to_owned(),
        format!("/clients/baker/warnings/{id}"),
    ] {
        let page = world.get(&path, &cookie).await.body;
        for markup in ["<script>x", "<i>rule", "<b>Baker"] {
            assert!(!page.contains(markup), "{path} {markup}");
        }
    }
}
