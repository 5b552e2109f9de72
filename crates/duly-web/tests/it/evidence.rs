//! Files on a ticket as a browser and a program bring them: kept, refused, handed out to be saved
//! and to nobody else.

use axum::body::Body;
use axum::http::{StatusCode, header};
use duly_core::accounts::Outcome;
use duly_store::{ClosedBy, Fill, OnStep, Role, Ticket};

use crate::world::{Answer, World, address, request};

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00,
    0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

const BOUNDARY: &str = "duly-boundary-7f3a";

/// A form as a browser sends it: fields, then files.
async fn form(
    world: &World,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.into_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; \
             filename=\"{name}\"\r\ncontent-type: text/html\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    let request = request("POST", path)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        );
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn raw(world: &World, path: &str, cookie: &str, body: &[u8]) -> Answer {
    let request = request("POST", path)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin");
    world
        .send(request.body(Body::from(body.to_vec())).unwrap())
        .await
}

async fn files(world: &World, ticket: &Ticket) -> Vec<duly_store::Evidence> {
    world
        .store
        .evidence_of(&ticket.client, &ticket.id)
        .await
        .unwrap()
}

fn of_api(ticket: &Ticket, rest: &str) -> String {
    format!(
        "/api/v1/clients/{}/tickets/{}/evidence{rest}",
        ticket.client, ticket.id
    )
}

#[tokio::test]
async fn a_step_is_recorded_with_its_files_in_one_form() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/steps/open", address(&ticket));
    let fields = [("revision", "0"), ("answer", "pass"), ("note", "opened it")];
    let brought: [(&str, &[u8]); 2] = [("shot.png", PIXEL), ("list.csv", b"a,b\n1,2\n")];
    let taken = form(&world, &path, &cookie, &fields, &brought).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let kept = files(&world, &ticket).await;
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|file| file.step == Some("open".into())));
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(page.body.contains("shot.png") && page.body.contains("list.csv"));
    assert!(page.body.contains("/small.jpg"));
}

#[tokio::test]
async fn a_file_that_is_not_kept_loses_nothing_of_what_was_written() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/steps/open", address(&ticket));
    let fields = [
        ("revision", "0"),
        ("answer", "pass"),
        ("note", "a long story"),
    ];
    let page: &[u8] = b"<html><script>alert(1)</script>";
    let refused = form(&world, &path, &cookie, &fields, &[("shot.png", page)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("a long story"));
    assert!(refused.body.contains("shot.png was not kept"));
    assert!(files(&world, &ticket).await.is_empty());
}

#[tokio::test]
async fn a_file_is_handed_out_to_be_saved_and_can_run_nothing() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = of_api(&ticket, "?step=open&name=..%2Fevil.html");
    let added = raw(&world, &path, &cookie, b"just a text").await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let answer: serde_json::Value = serde_json::from_str(&added.body).unwrap();
    let id = answer["evidence"].as_str().unwrap();
    let file = world
        .get(&format!("/clients/baker/evidence/{id}"), &cookie)
        .await;
    assert_eq!(file.body, "just a text");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"evil.html.txt\""
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(
        file.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    let again = raw(&world, &path, &cookie, b"just a text").await;
    assert_eq!(again.status, StatusCode::OK);
    let small = world
        .get(&format!("/clients/baker/evidence/{id}/small.jpg"), &cookie)
        .await;
    assert_eq!(
        small.status,
        StatusCode::NOT_FOUND,
        "a text has no small picture"
    );
}

#[tokio::test]
async fn what_is_not_kept_is_a_problem_with_a_code() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = of_api(&ticket, "");
    let too_long = vec![b'x'; duly_core::evidence::FILE_BYTES_MAX + 1];
    for (body, status, code) in [
        (&b""[..], StatusCode::UNPROCESSABLE_ENTITY, "empty-file"),
        (
            b"<svg/>",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "markup-not-kept",
        ),
        (
            b"MZ\x90\0",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unknown-kind",
        ),
        (
            b"\x89PNG\r\n\x1a\nno",
            StatusCode::UNPROCESSABLE_ENTITY,
            "damaged-picture",
        ),
        (&too_long, StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
    ] {
        let refused = raw(&world, &path, &cookie, body).await;
        assert_eq!(refused.status, status, "{code}");
        assert!(refused.body.contains(code), "{}", refused.body);
    }
    let nothing = raw(&world, &of_api(&ticket, "?step=nothing"), &cookie, b"text").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_of_one_client_is_not_there_for_another() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("lakeside", "acct.review").await;
    let added = raw(&world, &of_api(&ticket, ""), &cookie, b"of the clinic").await;
    let answer: serde_json::Value = serde_json::from_str(&added.body).unwrap();
    let id = answer["evidence"].as_str().unwrap();
    let omar = world.cookie(&world.omar).await;
    for path in [
        format!("/clients/lakeside/evidence/{id}"),
        format!("/clients/baker/evidence/{id}"),
    ] {
        assert_eq!(
            world.get(&path, &omar).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let brought = raw(&world, &of_api(&ticket, ""), &omar, b"of the baker").await;
    assert_ne!(brought.status, StatusCode::CREATED);
}

/// A ticket that was closed with a fault.
async fn closed(world: &World, ticket: &Ticket) {
    for (step, revision) in [("first", 0), ("open", 0), ("tell", 0)] {
        let on = OnStep {
            client: ticket.client.clone(),
            ticket: ticket.id.clone(),
            step: step.into(),
            revision,
            person: world.tess.id.clone(),
        };
        let fill = Fill::of(duly_core::verdict::Verdict::Pass, "looked");
        world
            .store
            .fill_step(on, fill, crate::world::now())
            .await
            .unwrap();
    }
    let by = Some(ClosedBy::person(&world.tess.id));
    world
        .store
        .close_ticket(&ticket.client, &ticket.id, by, crate::world::now())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_manager_has_a_closed_ticket_done_again_and_it_stays_counted() {
    let world = World::new().await;
    let (tess, mara) = (
        world.cookie(&world.tess).await,
        world.cookie(&world.mara).await,
    );
    let ticket = world.ticket("baker", "acct.review").await;
    closed(&world, &ticket).await;
    let path = format!("{}/reopen", address(&ticket));
    let by_tess = world.post(&path, &tess, "reason=why&step=open").await;
    assert_eq!(by_tess.status, StatusCode::FORBIDDEN);
    let mute = world.post(&path, &mara, "reason=+&step=open").await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = world
        .post(&path, &mara, "reason=the+wrong+year&step=open")
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = world.get(&address(&ticket), &tess).await;
    assert!(page.body.contains("To be done again") && page.body.contains("the wrong year"));
    assert!(page.body.contains("It stays counted as it was"));
    let found = world.outcome(&ticket.client, &ticket.id).await;
    assert_eq!(found.outcome, Outcome::Done);
    let step = format!("{}/steps/open", address(&ticket));
    let redone = world
        .post(&step, &tess, "answer=pass&note=this+year&revision=2")
        .await;
    assert_eq!(redone.status, StatusCode::SEE_OTHER, "{}", redone.body);
    let done = world
        .post(&format!("{}/close", address(&ticket)), &tess, "")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = world.get(&address(&ticket), &tess).await;
    assert!(page.body.contains("done again: pass"));
}

#[tokio::test]
async fn a_ticket_is_handed_over_with_a_word_that_both_see() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let tom = world.person("provider", "Tom", Role::Technician).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/hand-over", address(&ticket));
    let mute = format!("to={}&word=+&handovers=0", tom.id);
    let refused = world.post(&path, &cookie, &mute).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("to={}&word=ring+Omar+first&handovers=0", tom.id);
    assert_eq!(
        world.post(&path, &cookie, &form).await.status,
        StatusCode::SEE_OTHER
    );
    let late = world.post(&path, &cookie, &form).await;
    assert!(late.body.contains("Somebody else handed it over"));
    for person in [&world.tess, &tom] {
        let page = world
            .get(&address(&ticket), &world.cookie(person).await)
            .await;
        assert!(page.body.contains("ring Omar first"));
        assert!(page.body.contains("Tom, to whom it was handed over"));
    }
}

#[tokio::test]
async fn while_the_primary_technician_is_away_the_backup_does_it() {
    let world = World::new().await;
    let (tess, mara) = (
        world.cookie(&world.tess).await,
        world.cookie(&world.mara).await,
    );
    let tom = world.person("provider", "Tom", Role::Technician).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let both = format!("primary={}&backup={}&revision=0", world.tess.id, tom.id);
    let path = "/clients/baker/technicians";
    assert_eq!(
        world.post(path, &tess, &both).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        world.post(path, &mara, &both).await.status,
        StatusCode::SEE_OTHER
    );
    let raced = world.post(path, &mara, &both).await;
    assert!(raced.body.contains("Somebody else set them"));
    let page = world.get(&address(&ticket), &tess).await;
    assert!(page.body.contains("<dd>Tess"));
    let wrong = format!("person={}&from=2026-11-24&to=2026-11-01", world.tess.id);
    let refused = world.post("/absences", &tess, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let away = format!("person={}&from=2026-11-24&to=2026-11-25", world.tess.id);
    assert_eq!(
        world.post("/absences", &tess, &away).await.status,
        StatusCode::SEE_OTHER
    );
    let page = world.get(&address(&ticket), &tess).await;
    assert!(
        page.body
            .contains("Tom, while the primary technician is away")
    );
    assert!(world.get("/absences", &mara).await.body.contains("Tess"));
}

#[tokio::test]
async fn a_comment_stands_on_the_ticket_and_in_its_history() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{}/comments", address(&ticket));
    let mute = world.post(&path, &cookie, "words=+").await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = world.post(&path, &cookie, "words=closed+on+Friday").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let page = world.get(&address(&ticket), &cookie).await;
    assert_eq!(page.body.matches("closed on Friday").count(), 2);
}

#[tokio::test]
async fn several_are_closed_at_once_each_through_its_own_gates() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ready = world.ticket("baker", "acct.review").await;
    let open = world.ticket("baker", "backup.restore-test").await;
    for (step, answer) in [("first", "pass"), ("open", "fail"), ("tell", "pass")] {
        let path = format!("{}/steps/{step}", address(&ready));
        let form = format!("answer={answer}&note=looked&revision=0");
        world.post(&path, &cookie, &form).await;
    }
    let path = "/clients/baker/close";
    let offered = world.get(path, &cookie).await;
    assert!(offered.body.contains("only with a word why"));
    let both = format!("ticket={}&ticket={}", ready.id, open.id);
    let mute = world.post(path, &cookie, &both).await;
    assert!(mute.body.contains("say why it is closed so"));
    assert_eq!(
        world.outcome(&ready.client, &ready.id).await.outcome,
        Outcome::Open
    );
    let closed = world
        .post(path, &cookie, &format!("{both}&word=ordered+a+disk"))
        .await;
    assert!(
        closed
            .body
            .contains("Step 1 is critical and has no result yet.")
    );
    assert_eq!(
        world.outcome(&ready.client, &ready.id).await.outcome,
        Outcome::Done
    );
    assert_eq!(
        world.outcome(&open.client, &open.id).await.outcome,
        Outcome::Open
    );

    let request = request("POST", "/api/v1/clients/baker/close")
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json");
    let asked = serde_json::json!({ "tickets": [ready.id, open.id] }).to_string();
    let answer = world.send(request.body(Body::from(asked)).unwrap()).await;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["results"][0]["code"], "already");
    assert_eq!(answer["results"][1]["code"], "gates-open");
    assert_eq!(answer["results"][1]["gates"][0]["what"], "pending");
}
