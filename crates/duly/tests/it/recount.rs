//! `duly recount`: exit codes and both kinds of output. What it finds is tested in `duly-store`.

use std::fs;
use std::path::Path;

use duly_core::schedule::words;
use duly_core::schedule::zone::Zone;
use duly_core::scope::Client;
use duly_store::{Keys, Location, NewClient, Store};
use jiff::civil::date;
use serde_json::json;

use crate::called::{Called, duly};

/// An installation of one client; with a duty of 2 January 2026 for which nobody raised a ticket.
fn installation(dir: &Path, is_cracked: bool) {
    fs::create_dir_all(dir.join("data")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let keys = Keys::create(&dir.join("keys")).unwrap();
        let location = Location::Sqlite(dir.join("data/duly.sqlite"));
        let store = Store::open(location, keys).await.unwrap();
        let client = NewClient {
            scope: Client {
                id: "c-baker".into(),
                tz: "UTC".to_owned(),
                calendar: "none".to_owned(),
            },
            name: "Baker & Sons".to_owned(),
            origin: "duly.example/7f3a".to_owned(),
            provider: false,
        };
        let now = "2026-01-01T08:00:00Z".parse().unwrap();
        let id = client.scope.id.clone();
        store.create_client(client, now).await.unwrap();
        let zone = Zone::of("UTC", date(2025, 1, 1), date(2044, 1, 1)).unwrap();
        store.publish_zone(&id, &zone, now).await.unwrap();
        if is_cracked {
            store.publish_process(&id, &process(), now).await.unwrap();
        }
        store.release_checkpoints(now).await.unwrap();
        store.close().await;
    });
}

fn process() -> duly_core::process::Process {
    serde_json::from_value(json!({
        "rules": 1, "process": "acct.review", "effective": "2026-01-01", "title": "Review",
        "applies-to": {"per": "client"},
        "schedule": {
            "recurrence": words::rule("2026-01-02").unwrap(),
            "at": "09:00:00", "tz": "client", "calendar": "client",
            "due-within": {"count": 8, "unit": "hours"}, "grace": {"count": 2, "unit": "days"}},
        "roles": {"does": "technician", "checks": "manager", "oversees": "executive"},
        "checklist": [{"id": "look", "do": "Look", "gate": "critical", "evidence": ["note"]}],
        "quality-control": {"rules": [{"id": "missed", "severity": "high"}]},
        "oversight": {"review-every": "month", "measures": []}
    }))
    .unwrap()
}

fn recounted(is_cracked: bool) -> Called {
    let dir = tempfile::tempdir().unwrap();
    installation(dir.path(), is_cracked);
    duly(&["recount", dir.path().to_str().unwrap(), "--json"])
}

#[test]
fn two_accounts_that_agree_give_0_and_the_equation() {
    let called = recounted(false);
    assert_eq!(called.code, 0, "{}", called.said);
    let client = &called.json()["clients"][0];
    assert_eq!(client["client"], "c-baker");
    assert_eq!(client["differences"], 0);
    assert!(called.said.contains("0 due = 0 done"), "{}", called.said);
    assert!(called.said.contains("log and tickets agree"));
}

#[test]
fn a_difference_gives_1_and_is_named() {
    let called = recounted(true);
    assert_eq!(called.code, 1, "{}", called.said);
    let client = &called.json()["clients"][0];
    assert_eq!(client["named"][0]["code"], "ticket-missing");
    assert_eq!(client["equation"]["missed"], 1);
    assert!(
        called.said.contains("no ticket was raised"),
        "{}",
        called.said
    );
}

#[test]
fn a_folder_without_a_store_gives_2_and_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let called = duly(&["recount", dir.path().to_str().unwrap()]);
    assert_eq!(called.code, 2);
    assert_eq!(called.printed, "");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn without_anything_to_recount_the_usage_is_wrong() {
    assert_eq!(duly(&["recount"]).code, 64);
}
