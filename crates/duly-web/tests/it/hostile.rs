//! Text that is made to break out of a page stays text.

use axum::http::StatusCode;

use crate::world::{World, address, failed};

const CLIENT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
const BACKUP: &str = "</a><style>*{display:none}</style>&lt;b&gt;";

/// Markup that must not occur, whatever was typed in.
fn assert_tame(path: &str, body: &str) {
    let ours = "<script type=\"module\" src=\"/assets/duly.";
    assert_eq!(
        body.matches(ours).count(),
        1,
        "{path} loads our script once"
    );
    let body = body.replace(ours, "");
    for markup in [
        "<script",
        "<img",
        "<style",
        "onerror=alert(1)>",
        "<iframe",
        "javascript:",
    ] {
        assert!(!body.contains(markup), "{path} holds {markup}");
    }
}

#[tokio::test]
async fn names_full_of_markup_stay_names_on_every_page() {
    let world = World::with_names(CLIENT, BACKUP).await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "backup.restore-test").await;
    let mut judgement = failed();
    judgement["reasons"][0]["message"] = "<script>alert(2)</script> is empty".into();
    judgement["coverage"]["roots"] = serde_json::json!(["/srv/<img src=x>"]);
    let run = world.run(&ticket, judgement).await;
    let paths = [
        "/".to_owned(),
        "/?client=baker".to_owned(),
        "/clients".to_owned(),
        "/clients/baker".to_owned(),
        "/verifications".to_owned(),
        "/processes/acct.review".to_owned(),
        "/proof".to_owned(),
        "/clients/baker/proof".to_owned(),
        address(&ticket),
        format!("/clients/baker/verifications/{run}"),
    ];
    for path in paths {
        let page = world.get(&path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.body.contains("&#60;script&#62;alert(1)"),
            "{path} names the client"
        );
        assert_tame(&path, &page.body);
    }
}

#[tokio::test]
async fn a_note_full_of_markup_comes_back_as_it_was_typed() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let step = format!("{}/steps/open", address(&ticket));
    let typed = "%3C%2Ftextarea%3E%3Cscript%3Ealert(3)%3C%2Fscript%3E";
    // Without an answer it is refused, and the note must be there to be mended.
    let refused = world
        .post(&step, &cookie, &format!("revision=0&note={typed}"))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_tame("the refused form", &refused.body);
    assert!(refused.body.contains("&#60;/textarea&#62;"));
    let form = format!("answer=pass&revision=0&note={typed}");
    assert_eq!(
        world.post(&step, &cookie, &form).await.status,
        StatusCode::SEE_OTHER
    );
    let page = world.get(&address(&ticket), &cookie).await;
    assert_tame("the ticket", &page.body);
    assert!(page.body.contains("&#60;/textarea&#62;"));
}

#[tokio::test]
async fn an_address_full_of_markup_is_not_repeated() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    for path in [
        "/clients/%3Cscript%3Ealert(4)%3C%2Fscript%3E",
        "/?client=%3Cscript%3E",
        "/sign-in/%22%3E%3Cscript%3E",
        "/clients/baker/tickets/..%2F..%2Fetc%2Fpasswd",
        "/clients/baker?month=%3Cscript%3E",
    ] {
        assert_tame(path, &world.get(path, &cookie).await.body);
    }
}
