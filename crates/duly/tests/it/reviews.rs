//! `duly reviews draw`: the draws of a pack are computed again, and a bent one gives exit code 1.

use std::fs;
use std::path::Path;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::process::Process;
use duly_core::review::document::{DRAW, Draw};
use duly_core::verdict::Verdict;
use duly_store::{ClosedBy, Fill, Keys, Location, Page, Store, TicketFilter};
use duly_work::acts::{OnStep, close_ticket, fill_step};
use duly_work::clock::Clock;
use duly_work::declaration::{Declaration, DeclaredAsset, DeclaredClient};
use duly_work::pack::make_pack;
use duly_work::worker::Worker;
use jiff::Timestamp;

use crate::called::{Called, duly};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn declaration() -> Declaration {
    let shipped = duly_declare::catalogue();
    let firmware = shipped
        .iter()
        .find(|process| process.process.as_str() == "fw.firmware");
    let mut process = Process {
        effective: "2026-01-01".parse().unwrap(),
        ..firmware.unwrap().clone()
    };
    // What a step must leave is tried elsewhere; here its words are enough.
    for step in &mut process.checklist {
        step.evidence.clear();
    }
    let assets = (0..6).map(|number| DeclaredAsset {
        name: format!("firewall {number}"),
        kind: "firewall".to_owned(),
        backup: None,
    });
    Declaration {
        domain: "duly.example".to_owned(),
        clients: vec![DeclaredClient {
            id: "baker".to_owned(),
            name: "Baker & Sons".to_owned(),
            tz: "Europe/London".to_owned(),
            calendar: "england".to_owned(),
            assets: assets.collect(),
            processes: vec![process],
        }],
    }
}

/// January's work done, its month closed and drawn; then the pack. With `bent`, the month is
/// drawn from a second time.
async fn pack(dir: &Path, bent: bool) {
    let keys = Keys::create(&dir.join("keys")).unwrap();
    let location = Location::Sqlite(dir.join("duly.sqlite"));
    let store = Store::open(location, keys).await.unwrap();
    let client = ClientId::from("baker");
    let opened = at("2026-01-01T12:00:00Z");
    duly_work::publish::publish(&store, &declaration(), opened)
        .await
        .unwrap();
    let mut worker = Worker::new(store.clone(), "/nonexistent/duly".into());
    let working = at("2026-01-07T09:00:00Z");
    worker
        .round_of(&client, Clock::Fixed(working))
        .await
        .unwrap();
    let person = PersonId::from("p-tess");
    let listed = store
        .tickets(&TicketFilter::default(), &Page::widest())
        .await;
    for ticket in listed.unwrap().rows {
        let (_, steps) = store.ticket(&client, &ticket.id).await.unwrap().unwrap();
        for step in steps {
            let on = OnStep {
                client: client.clone(),
                ticket: ticket.id.clone(),
                step: step.id,
                revision: step.revision,
                person: person.clone(),
            };
            let said = Fill::of(Verdict::Pass, "read off the device");
            fill_step(&store, on, said, working).await.unwrap();
        }
        close_ticket(
            &store,
            &client,
            &ticket.id,
            ClosedBy::person(&person),
            working,
        )
        .await
        .unwrap();
    }
    let night = at("2026-02-01T03:00:00Z");
    let round = worker.round_of(&client, Clock::Fixed(night)).await.unwrap();
    assert_eq!(round.night.drawn, 1);
    if bent {
        let months = store.review_months(&client, &Page::widest()).await.unwrap();
        let (_, _, draw) = months.rows[0].drawn.clone().unwrap();
        let again: Draw = draw;
        let entry = EntryDraft::new(DRAW).with_field("draw", &again).unwrap();
        store.record(&client, entry, night).await.unwrap();
    }
    let made = make_pack(&store, &client, None, night).await.unwrap();
    fs::write(dir.join("pack.zip"), &made.bytes).unwrap();
    fs::write(dir.join("policy.txt"), &made.policy).unwrap();
    store.close().await;
}

fn made(bent: bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(pack(dir.path(), bent));
    dir
}

fn draws(dir: &Path, more: &[&str]) -> Called {
    let (pack, policy) = (dir.join("pack.zip"), dir.join("policy.txt"));
    let mut arguments = vec![
        "reviews",
        "draw",
        pack.to_str().unwrap(),
        "--policy",
        policy.to_str().unwrap(),
    ];
    arguments.extend(more);
    duly(&arguments)
}

#[test]
fn a_draw_that_follows_gives_0_and_is_explained() {
    let dir = made(false);
    let called = draws(dir.path(), &["--explain"]);
    assert_eq!(called.code, 0, "{}{}", called.printed, called.said);
    assert!(called.printed.starts_with("fw.firmware, 2026-01: follows"));
    assert!(called.printed.contains("seed: SHA-256 over duly-review1"));
    assert!(
        called
            .printed
            .contains("If one in ten of these 6 (1, rounded up)")
    );
    let json = draws(dir.path(), &["--json", "--month", "2026-01"]).json();
    let one = &json["draws"][0];
    assert_eq!(one["follows"], true);
    assert_eq!(one["expected"]["drawn"], one["recorded"]["draw"]["drawn"]);
    assert_eq!(one["expected"]["lot"], 6);
}

#[test]
fn a_second_draw_of_a_month_gives_1() {
    let dir = made(true);
    let called = draws(dir.path(), &[]);
    assert_eq!(called.code, 1);
    assert!(called.printed.contains("review-drawn-twice"));
}

#[test]
fn a_month_that_is_not_there_or_is_none_is_said() {
    let dir = made(false);
    let missing = draws(dir.path(), &["--month", "2025-12"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing
            .said
            .contains("no spot check of that process and month")
    );
    assert_eq!(draws(dir.path(), &["--month", "January"]).code, 64);
}

#[test]
fn another_policy_refuses_the_pack() {
    let (dir, other) = (made(false), made(false));
    fs::copy(
        other.path().join("policy.txt"),
        dir.path().join("policy.txt"),
    )
    .unwrap();
    let called = draws(dir.path(), &[]);
    assert_eq!(called.code, 1);
    assert!(called.said.contains("not what a log of the policy signed"));
}
