//! What programs ask: through a token, within its scopes; once under a key; page by page; as the
//! document says.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use duly_core::permit::Role;
use duly_core::token::{Limits, TokenScope};
use duly_store::{NewToken, Person};
use duly_web::addresses;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Answer, World, now, request};

async fn token(
    world: &World,
    person: &Person,
    scopes: &[TokenScope],
    only: Option<&str>,
) -> String {
    let new = NewToken {
        client: person.client.clone(),
        person: person.id.clone(),
        name: "a program".to_owned(),
        limits: Limits {
            scopes: scopes.iter().copied().collect(),
            only: only.map(Into::into),
        },
        expires_at: now() + SignedDuration::from_hours(24),
    };
    world.store.make_token(new, now()).await.unwrap()
}

async fn get(world: &World, path: &str, token: &str) -> Answer {
    let asked = request("GET", path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(asked.body(Body::empty()).unwrap()).await
}

async fn post(world: &World, path: &str, token: &str, key: Option<&str>, body: &Value) -> Answer {
    let mut asked = request("POST", path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        asked = asked.header("idempotency-key", key);
    }
    world
        .send(asked.body(Body::from(body.to_string())).unwrap())
        .await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn code(answer: &Answer) -> String {
    read(answer)["code"].as_str().unwrap_or_default().to_owned()
}

const COMMENT: &str = "/api/v1/clients/baker/tickets";

#[tokio::test]
async fn a_token_does_what_its_scopes_hold_and_never_more_than_its_person_may() {
    let world = World::new().await;
    let reads = token(&world, &world.tess, &[TokenScope::Read], None).await;
    assert_eq!(
        get(&world, "/api/v1/tickets", &reads).await.status,
        StatusCode::OK
    );
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{COMMENT}/{}/comments", ticket.id);
    let words = json!({ "words": "looked" });
    let refused = post(&world, &path, &reads, None, &words).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(code(&refused), "not-this-token");
    let all = token(&world, &world.tess, &TokenScope::ALL, None).await;
    let said = post(&world, &path, &all, None, &words).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.body);
    // A technician does not invite, whatever the scopes.
    let people = post(&world, "/api/v1/people", &all, None, &json!({})).await;
    assert_eq!(code(&people), "not-for-this-role");
    world
        .store
        .remove_person(&world.tess.client, &world.tess.id, now())
        .await
        .unwrap();
    let gone = get(&world, "/api/v1/me", &all).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn no_token_opens_a_page_or_makes_another_token() {
    let world = World::new().await;
    let all = token(&world, &world.mara, &TokenScope::ALL, None).await;
    for path in ["/account", "/account/tokens", "/", "/clients/baker"] {
        let answer = get(&world, path, &all).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), "/sign-in", "{path}");
    }
    let made = post(&world, "/account/tokens", &all, None, &json!({})).await;
    assert_eq!(made.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_for_one_client_finds_no_other() {
    let world = World::new().await;
    let scopes = [TokenScope::Read, TokenScope::Work];
    let only = token(&world, &world.tess, &scopes, Some("baker")).await;
    let listed = get(&world, "/api/v1/tickets", &only).await;
    assert!(listed.body.contains("\"baker\"") && !listed.body.contains("lakeside"));
    let clients = read(&get(&world, "/api/v1/clients", &only).await);
    assert_eq!(clients["clients"].as_array().unwrap().len(), 1);
    for path in [
        "/api/v1/clients/lakeside",
        "/api/v1/tickets?client=lakeside",
        "/api/v1/duties?client=lakeside&from=2026-11-01&to=2026-11-30",
    ] {
        let other = get(&world, path, &only).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{path}");
    }
    let load = get(&world, "/api/v1/load", &only).await;
    assert_eq!(code(&load), "not-this-token");
    let me = read(&get(&world, "/api/v1/me", &only).await);
    assert_eq!(me["token"]["only"], "baker");
    let may: Vec<&str> = me["may"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(may.contains(&"do-work") && !may.contains(&"keep-own-account"));
}

#[tokio::test]
async fn wrong_tokens_are_refused_and_soon_not_even_looked_at() {
    let world = World::new().await;
    let made_up = duly_core::token::spelled([7; 32]);
    let cookie = world.cookie(&world.tess).await;
    for wrong in ["duly_none", "", made_up.as_str()] {
        let asked = request("GET", "/api/v1/me")
            .header(header::COOKIE, &cookie)
            .header(header::AUTHORIZATION, format!("Bearer {wrong}"));
        let answer = world.send(asked.body(Body::empty()).unwrap()).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "a cookie does not help: {wrong}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"duly\"");
    }
    let mut statuses = BTreeSet::new();
    for _ in 0..60 {
        statuses.insert(get(&world, "/api/v1/me", &made_up).await.status.as_u16());
    }
    assert_eq!(statuses, BTreeSet::from([401, 429]));
    let good = token(&world, &world.tess, &[TokenScope::Read], None).await;
    assert_eq!(
        get(&world, "/api/v1/me", &good).await.status,
        StatusCode::OK
    );
    let clear = axum::http::Request::builder()
        .uri("/api/v1/me")
        .header(header::HOST, "duly.example")
        .header(header::AUTHORIZATION, format!("Bearer {good}"));
    let refused = world.send(clear.body(Body::empty()).unwrap()).await;
    assert_eq!(code(&refused), "token-in-clear");
}

#[tokio::test]
async fn a_cookie_authorises_no_write_that_another_site_sends() {
    let world = World::new().await;
    let cookie = world.cookie(&world.tess).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let asked = request("POST", &format!("{COMMENT}/{}/comments", ticket.id))
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/json");
    let answer = world
        .send(asked.body(Body::from("{\"words\": \"forged\"}")).unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(code(&answer), "cross-site-request");
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_made_once() {
    let world = World::new().await;
    let work = token(&world, &world.tess, &TokenScope::ALL, None).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{COMMENT}/{}/comments", ticket.id);
    let words = json!({ "words": "rang Omar" });
    let first = post(&world, &path, &work, Some("\"k-1\""), &words).await;
    let again = post(&world, &path, &work, Some("k-1"), &words).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let comments = read(&again)["comments"].as_array().unwrap().len();
    assert_eq!(comments, 1);
    let other = post(&world, &path, &work, Some("k-1"), &json!({ "words": "no" })).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(code(&other), "key-of-other-request");
    // Another person's key of the same spelling is another key.
    let mara = token(&world, &world.mara, &TokenScope::ALL, None).await;
    let hers = post(&world, &path, &mara, Some("k-1"), &words).await;
    assert_eq!(read(&hers)["comments"].as_array().unwrap().len(), 2);
    // A refusal is an answer too, and is given again as the document that it was.
    let close = format!("{COMMENT}/{}/close", ticket.id);
    let open = post(&world, &close, &work, Some("k-2"), &json!({})).await;
    let still = post(&world, &close, &work, Some("k-2"), &json!({})).await;
    assert_eq!(
        (open.status, code(&open).as_str()),
        (StatusCode::CONFLICT, "gates-open")
    );
    assert_eq!((still.status, &still.body), (open.status, &open.body));
    assert_eq!(still.header("content-type"), "application/problem+json");
    let missing = "/api/v1/clients/baker/tickets/none/wake";
    let none = post(&world, missing, &work, Some("k-3"), &json!({})).await;
    let still = post(&world, missing, &work, Some("k-3"), &json!({})).await;
    assert_eq!(
        (none.status, code(&none).as_str()),
        (StatusCode::NOT_FOUND, "not-found")
    );
    assert_eq!(still.body, none.body);
}

#[tokio::test]
async fn a_page_ends_where_the_next_begins_also_when_something_comes_between() {
    let world = World::new().await;
    let manage = token(&world, &world.mara, &TokenScope::ALL, None).await;
    let list = "/api/v1/clients/baker/assets";
    for number in 0..5 {
        let asset = json!({ "name": format!("server {number}"), "kind": "server" });
        let made = post(&world, list, &manage, None, &asset).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    for round in 0.. {
        let place = after
            .as_ref()
            .map_or(String::new(), |after| format!("&after={after}"));
        let page = read(&get(&world, &format!("{list}?limit=2{place}"), &manage).await);
        let rows = page["assets"].as_array().unwrap().clone();
        assert!(rows.len() <= 2);
        seen.extend(
            rows.iter()
                .map(|row| row["name"].as_str().unwrap().to_owned()),
        );
        if round == 0 {
            let late = json!({ "name": "a server that comes between", "kind": "server" });
            post(&world, list, &manage, None, &late).await;
        }
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "none twice: {seen:?}");
    assert!(
        seen.len() >= 7,
        "none left out that was there before: {seen:?}"
    );
    for wrong in ["limit=0", "limit=201", "limit=x", "clent=baker"] {
        let refused = get(&world, &format!("{list}?{wrong}"), &manage).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let place = get(&world, "/api/v1/tickets?after=nowhere", &manage).await;
    assert_eq!(place.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_ticket_goes_from_open_to_reopened_through_the_api_as_on_its_page() {
    let world = World::new().await;
    let tess = token(&world, &world.tess, &TokenScope::ALL, None).await;
    let mara = token(&world, &world.mara, &TokenScope::ALL, None).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let at = |rest: &str| format!("{COMMENT}/{}{rest}", ticket.id);
    let bare = post(
        &world,
        &at("/steps/open"),
        &tess,
        None,
        &json!({ "answer": "pass" }),
    )
    .await;
    assert_eq!(code(&bare), "wrong-shape");
    for step in ["first", "open", "tell"] {
        let found = json!({ "answer": "pass", "note": "looked", "revision": 0 });
        let done = post(&world, &at(&format!("/steps/{step}")), &tess, None, &found).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let raced = post(&world, &at(&format!("/steps/{step}")), &tess, None, &found).await;
        assert_eq!(code(&raced), "raced");
    }
    let closed = post(&world, &at("/close"), &tess, None, &json!({})).await;
    assert_eq!(
        read(&closed)["ticket"]["outcome"],
        "done",
        "{}",
        closed.body
    );
    let again = post(&world, &at("/close"), &tess, None, &json!({})).await;
    assert_eq!(code(&again), "ended");
    let reopen = json!({ "steps": ["open"], "reason": "the wrong year" });
    let reopened = post(&world, &at("/reopen"), &mara, None, &reopen).await;
    assert_eq!(read(&reopened)["ticket"]["owed"], true, "{}", reopened.body);
    assert_eq!(read(&reopened)["ticket"]["outcome"], "done");
    let page = world
        .get(
            &crate::world::address(&ticket),
            &world.cookie(&world.tess).await,
        )
        .await;
    assert!(page.body.contains("the wrong year"));
}

#[tokio::test]
async fn an_exception_is_asked_for_by_one_token_and_granted_by_anothers_person() {
    let world = World::new().await;
    let tess = token(&world, &world.tess, &TokenScope::ALL, None).await;
    let omar = token(&world, &world.omar, &TokenScope::ALL, None).await;
    let list = "/api/v1/clients/baker/exceptions";
    let wish = json!({ "from": "2026-12-01", "to": "2026-12-31", "reason": "closed" });
    let asked = post(&world, list, &tess, None, &wish).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let id = read(&asked)["id"].as_str().unwrap().to_owned();
    let grant = json!({ "decision": "grant" });
    let path = format!("{list}/{id}/decide");
    let own = post(&world, &path, &tess, None, &grant).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let granted = post(&world, &path, &omar, None, &grant).await;
    assert_eq!(read(&granted)["state"], "granted", "{}", granted.body);
    assert_eq!(read(&granted)["by"], "client");
    let twice = post(&world, &path, &omar, None, &grant).await;
    assert_eq!(code(&twice), "already");
    let wrong = json!({ "from": "2026-12-31", "to": "2026-12-01", "reason": "closed" });
    let backwards = post(&world, list, &tess, None, &wrong).await;
    assert_eq!(code(&backwards), "exception-backwards");
}

#[tokio::test]
async fn a_text_with_a_nul_is_refused_before_it_reaches_a_database() {
    let world = World::new().await;
    let tess = token(&world, &world.tess, &TokenScope::ALL, None).await;
    let ticket = world.ticket("baker", "acct.review").await;
    let path = format!("{COMMENT}/{}/comments", ticket.id);
    let said = post(&world, &path, &tess, None, &json!({ "words": "a\u{0}b" })).await;
    assert_eq!(code(&said), "nul");
    let path = get(&world, "/api/v1/clients/a%00b", &tess).await;
    assert_eq!(path.status, StatusCode::NOT_FOUND);
    let query = get(&world, "/api/v1/tickets?process=%00", &tess).await;
    assert_eq!(query.status, StatusCode::BAD_REQUEST);
}

/// Every `method path` of the document.
fn described() -> BTreeSet<String> {
    let text = duly_web::openapi().unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut all = BTreeSet::new();
    for (path, item) in paths {
        for method in item.as_object().unwrap().keys() {
            all.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    all
}

#[test]
fn the_document_and_the_table_of_addresses_name_the_same() {
    let table: BTreeSet<String> = addresses()
        .into_iter()
        .filter(|one| one.path.starts_with("/api/v1/"))
        .map(|one| format!("{} {}", one.method, one.path))
        .collect();
    assert_eq!(described(), table);
    assert!(table.len() > 50);
}

#[test]
fn the_document_is_the_one_that_is_kept_beside_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let now = duly_web::openapi().unwrap();
    if std::env::var_os("DULY_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == now,
        "the API changed. Look at what did, then renew crates/duly-web/openapi.json:\n\n    \
         DULY_WRITE_OPENAPI=1 cargo test -p duly-web --test it the_document_is_the_one\n"
    );
}

#[tokio::test]
async fn the_document_is_served_to_whoever_comes_and_is_of_openapi_3_1() {
    let world = World::new().await;
    let asked = request("GET", "/api/v1/openapi.json").body(Body::empty());
    let answer = world.send(asked.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let document = read(&answer);
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| text.len() > 5),
                "{name}"
            );
            assert!(names.insert(name.clone()), "{name} twice");
        }
    }
}

#[tokio::test]
async fn every_write_takes_a_key_and_every_read_as_an_administrator_answers() {
    let world = World::new().await;
    let eve = world.person("provider", "Eve", Role::Administrator).await;
    let reads = token(&world, &eve, &TokenScope::ALL, None).await;
    let lists = addresses().into_iter().filter(|one| {
        let about_one = [
            "{ticket}",
            "{asset}",
            "{exception}",
            "{warning}",
            "{evidence}",
        ];
        one.method == Method::GET
            && one.path.starts_with("/api/v1/")
            && !about_one.iter().any(|place| one.path.contains(place))
            && !one.path.contains("{ping}")
    });
    for one in lists {
        let path = one
            .path
            .replace("{client}", "baker")
            .replace("{process}", "acct.review");
        let path = match one.path {
            "/api/v1/duties" => format!("{path}?client=baker&from=2026-11-01&to=2026-12-01"),
            path_of if path_of.ends_with("/equation") => {
                format!("{path}?from=2026-11-01&to=2026-11-30")
            }
            _ => path,
        };
        let answer = get(&world, &path, &reads).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
}
