//! Who gets in: every address of the table is asked for as every role, about their own client and
//! another's, and answers as the matrix of `duly_core::permit` says.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use duly_core::permit::Refusal;
use duly_store::{NewPerson, Person, Role};
use duly_web::permit::Need;
use duly_web::{Address, addresses};

use crate::world::{Answer, World, address, now, request};

/// An address with ids in it, about this client.
fn filled(address: &Address, client: &str, ticket: &str) -> String {
    let path = address
        .path
        .replace("{client}", client)
        .replace("{ticket}", ticket)
        .replace("{step}", "open")
        .replace("{run}", "0000")
        .replace("{process}", "acct.review")
        .replace("{measure}", "accounts.second-factor")
        .replace("{person}", "nobody")
        .replace("{passkey}", "none")
        .replace("{session}", "none")
        .replace("{evidence}", "0000")
        .replace("{absence}", "0000")
        .replace("{exception}", "0000")
        .replace("{month}", "2026-10")
        .replace("{draft}", "0000")
        .replace("{link}", "0000")
        .replace("{connection}", "0000")
        .replace("{asset}", "0000")
        .replace("{upload}", "0000")
        .replace("{proposal}", "0000")
        .replace("{rule}", "missed")
        .replace("{warning}", "0000")
        .replace("{silence}", "0000")
        .replace("{ping}", "0000")
        .replace("{api_token}", "0000");
    assert!(
        !path.contains('{'),
        "say here what stands for the id in {path}"
    );
    path
}

fn guarded() -> Vec<(Address, Need)> {
    let needs = |address: Address| address.need.map(|need| (address, need));
    addresses().into_iter().filter_map(needs).collect()
}

async fn ask(world: &World, address: &Address, path: &str, cookie: &str) -> Answer {
    if address.method == Method::GET {
        world.get(path, cookie).await
    } else {
        world.post(path, cookie, "").await
    }
}

#[tokio::test]
async fn every_guarded_address_needs_a_session() {
    let world = World::new().await;
    for (address, _) in guarded() {
        let path = filled(&address, "baker", "0000");
        let asked = request(address.method.as_str(), &path).body(Body::empty());
        let answer = world.send(asked.unwrap()).await;
        if address.method == Method::GET && !path.starts_with("/api/") {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(answer.header("location"), "/sign-in", "{path}");
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert!(!answer.body.contains("Baker"), "{path}");
    }
}

#[tokio::test]
async fn only_these_addresses_are_for_whoever_comes() {
    let open = addresses().into_iter().filter(|one| one.need.is_none());
    let open: Vec<String> = open
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    assert_eq!(
        open,
        [
            "GET /sign-in",
            "POST /sign-in",
            "POST /sign-in/code",
            "POST /sign-in/passkey/options",
            "POST /sign-in/passkey",
            "GET /sign-in/identity",
            "GET /sign-in/identity/answer",
            "GET /sign-in/{token}",
            "POST /sign-in/{token}",
            "GET /invitation/{token}",
            "POST /invitation/{token}",
            "POST /invitation/{token}/passkey/options",
            "POST /invitation/{token}/passkey",
            "POST /sign-out",
            "GET /signed-out",
            "GET /assets/{name}",
            "GET /calendar/{file}",
            "GET /healthz",
            "GET /ping/{uuid}",
            "POST /ping/{uuid}",
            "GET /ping/{uuid}/{says}",
            "POST /ping/{uuid}/{says}",
            "GET /api/v1/openapi.json",
        ]
    );
}

/// Every role, where it can stand: staff at the provider, the others at a client.
async fn everybody(world: &World) -> Vec<Person> {
    let mut people = Vec::new();
    for role in Role::ALL {
        let home = if role.is_staff() { "provider" } else { "baker" };
        people.push(world.person(home, "Somebody", role).await);
    }
    people.push(world.person("provider", "Ada", Role::Auditor).await);
    people
}

#[tokio::test]
async fn every_address_answers_every_role_as_the_matrix_says() {
    let world = World::new().await;
    for person in everybody(&world).await {
        let cookie = world.cookie(&person).await;
        for client in ["baker", "lakeside"] {
            let ticket = world.ticket(client, "acct.review").await.id.to_string();
            for (address, need) in guarded() {
                let path = filled(&address, client, &ticket);
                let said = need.allows(&person, Some(&client.into()), now());
                let answer = ask(&world, &address, &path, &cookie).await;
                let what = format!("{:?} {} {path}", person.roles, address.method);
                match said {
                    Ok(()) => assert_ne!(answer.status, StatusCode::FORBIDDEN, "{what}"),
                    Err(Refusal::NotThisClient) => {
                        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
                    }
                    Err(_) if path == "/" && person.client == "baker".into() => {
                        assert_eq!(answer.header("location"), "/clients/baker");
                    }
                    Err(_) => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}"),
                }
                if person.client == "baker".into() {
                    assert!(!answer.body.contains("Lakeside"), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_owner_sees_their_own_client_and_no_form_for_the_work() {
    let world = World::new().await;
    let cookie = world.cookie(&world.omar).await;
    let own = world.get("/clients/baker", &cookie).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.body.contains("Baker &amp; Sons") || own.body.contains("Baker &#38; Sons"));
    let ticket = world.ticket("baker", "acct.review").await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.body.contains("name=\"answer\""),
        "no form for the work is offered"
    );
    let listed = world.get("/api/v1/tickets", &cookie).await;
    assert!(listed.body.contains("\"client\":\"baker\""));
    assert!(!listed.body.contains("lakeside"));
}

#[tokio::test]
async fn an_auditor_is_out_when_the_time_is_over() {
    let world = World::new().await;
    let ada = NewPerson {
        until: Some(now() + jiff::SignedDuration::from_mins(5)),
        ..NewPerson::drawn(&"baker".into(), "Ada", Role::Auditor).unwrap()
    };
    let ada = world.store.add_person(ada, now()).await.unwrap();
    let cookie = world.cookie(&ada).await;
    let reads = world.get("/clients/baker", &cookie).await;
    assert_eq!(reads.status, StatusCode::OK);
    let world = world.later(jiff::SignedDuration::from_mins(5));
    let answer = world.get("/clients/baker", &cookie).await;
    assert_eq!(answer.header("location"), "/sign-in");
}

#[tokio::test]
async fn a_made_up_session_is_none() {
    let world = World::new().await;
    let answer = world.get("/", &format!("duly={}", "0".repeat(64))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_manager_reads_and_does_not_do_the_work() {
    let world = World::new().await;
    let cookie = world.cookie(&world.mara).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let page = world.get(&address(&ticket), &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.body.contains("name=\"answer\""),
        "no form for the work is offered"
    );
    let step = format!("{}/steps/open", address(&ticket));
    let answer = world
        .post(&step, &cookie, "answer=pass&note=x&revision=0")
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let close = format!("{}/close", address(&ticket));
    assert_eq!(
        world.post(&close, &cookie, "").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_ticket_is_found_under_its_own_client_only() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let stray = format!("/clients/lakeside/tickets/{}", ticket.id);
    assert_eq!(
        world.get(&stray, &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let form = "answer=pass&note=x&revision=0";
    let answer = world
        .post(&format!("{stray}/steps/open"), &cookie, form)
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let step = format!("{}/steps/open", address(&ticket));
    let forged = |name: &str, value: &str| {
        request("POST", &step)
            .header("cookie", &cookie)
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("answer=pass&note=forged&revision=0"))
            .unwrap()
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = world.send(forged(name, value)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(
            answer.body.contains("cross-site-request"),
            "{name}: {value}"
        );
    }
    let page = world.get(&address(&ticket), &cookie).await;
    assert!(!page.body.contains("forged"));
}
