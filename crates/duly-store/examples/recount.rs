//! How long it takes to count a client again from nothing, on SQLite: 100 assets with 15 monthly
//! processes each, over two years, every duty raised and ended. That is 36,000 duties and 72,000
//! entries; an installation of 200 such clients has 7.2 million duties.
//!
//! `cargo run --release -p duly-store --example recount [CLIENTS]`; prints the seconds for one
//! client and what they come to for 200, two at a time as `duly recount` does it. While it counts,
//! somebody writes; the longest that a write took is printed too.
#![allow(
    clippy::disallowed_methods,
    reason = "a bench reads the clock; nothing it measures does"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use duly_core::id::ClientId;
use duly_core::process::{Process, Step};
use duly_core::recount::recount;
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::duties::duties;
use duly_core::schedule::words;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client};
use duly_store::{AssetRow, Keys, Location, NewClient, OpenDuty, Store};
use jiff::Timestamp;
use jiff::civil::date;

/// What the design aims at for all clients.
const AIM_S: f64 = 60.0;

const ASSETS: usize = 100;
const PROCESSES: usize = 15;
const CLIENTS: f64 = 200.0;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let number: usize = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 2,
    };
    let dir = std::env::temp_dir().join(format!("duly-recount-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let done = measure(&dir, number).await;
    std::fs::remove_dir_all(&dir)?;
    done
}

async fn measure(dir: &std::path::Path, number: usize) -> Result<()> {
    let location = Location::Sqlite(dir.join("duly.sqlite"));
    let store = Store::open(location, Keys::create(&dir.join("keys"))?).await?;
    let clients: Vec<ClientId> = (0..number).map(|n| format!("c-{n}").into()).collect();
    for client in &clients {
        let begun = Instant::now();
        fill(&store, client).await?;
        eprintln!("{client} filled in {:.1} s", begun.elapsed().as_secs_f64());
    }
    let writing = tokio::spawn(write_on(store.clone()));
    let begun = Instant::now();
    let halves = clients.chunks(number.div_ceil(2).max(1));
    let mut running = tokio::task::JoinSet::new();
    for half in halves {
        running.spawn(count(store.clone(), half.to_vec()));
    }
    let mut duties = 0;
    while let Some(done) = running.join_next().await {
        duties += done??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    writing.abort();
    store.close().await;
    let each = seconds / f64::from(u32::try_from(number)?);
    eprintln!(
        "{duties} duties in {seconds:.2} s; {CLIENTS} clients would take {:.0} s (aim {AIM_S} s)",
        each * CLIENTS
    );
    println!("figure duties {:.0}", duties as f64 / seconds);
    Ok(())
}

/// Counts some clients one after the other; how many duties.
async fn count(store: Store, clients: Vec<ClientId>) -> Result<u64> {
    let now: Timestamp = "2026-01-20T12:00:00Z".parse()?;
    let mut counted = 0;
    for client in clients {
        let begun = Instant::now();
        let data = store.recount_data(&client).await?.ok_or("no such client")?;
        let read = begun.elapsed();
        let record = data.record?;
        let found = recount(&record, &data.held, date(2026, 1, 20), now)?;
        if found.differences > 0 {
            return Err(format!("{:?}", found.named).into());
        }
        let counting = begun.elapsed().saturating_sub(read);
        eprintln!("{client}: read {read:.2?}, counted {counting:.2?}");
        counted += found.duties;
    }
    Ok(counted)
}

/// Writes something now and then, and says how long the slowest took.
async fn write_on(store: Store) -> Result<()> {
    let mut slowest = Duration::ZERO;
    for number in 0_u64.. {
        let begun = Instant::now();
        let now = "2026-01-20T12:00:00Z".parse()?;
        let new = new_client(&format!("c-writing-{number}"));
        store.create_client(new, now).await?;
        if begun.elapsed() > slowest {
            slowest = begun.elapsed();
            eprintln!("a write took {slowest:.2?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

async fn fill(store: &Store, client: &ClientId) -> Result<()> {
    let opened: Timestamp = "2024-01-01T06:00:00Z".parse()?;
    store
        .create_client(new_client(client.as_str()), opened)
        .await?;
    let zone = Zone::of("Europe/London", date(2023, 1, 1), date(2027, 12, 31))?;
    store.publish_zone(client, &zone, opened).await?;
    let england = Calendar {
        id: "england".to_owned(),
        years: (2023..=2027).map(|year| (year, [].into())).collect(),
    };
    store.publish_calendar(client, &england, opened).await?;
    let mut checklist: Vec<Step> = Vec::new();
    for number in 0..PROCESSES {
        let process = process(number)?;
        checklist.clone_from(&process.checklist);
        store.publish_process(client, &process, opened).await?;
    }
    for number in 0..ASSETS {
        let scope = Asset {
            id: format!("a-{client}-{number}").into(),
            client: client.clone(),
            kind: "endpoint".to_owned(),
            since: date(2024, 1, 1),
            until: None,
        };
        let name = format!("Machine {number}");
        store.add_asset(AssetRow { scope, name }, opened).await?;
    }
    let published = store.published(client).await?.ok_or("no such client")?;
    let due = duties(&published, date(2024, 1, 1), date(2025, 12, 31))?;
    let checklist: std::sync::Arc<[Step]> = checklist.into();
    let due: Vec<OpenDuty> = due
        .into_iter()
        .map(|duty| OpenDuty {
            duty,
            checklist: std::sync::Arc::clone(&checklist),
        })
        .collect();
    let mut slots = due.chunk_by(|one, other| one.duty.slot == other.duty.slot);
    let ended: Timestamp = "2026-01-19T12:00:00Z".parse()?;
    for slot in &mut slots {
        let at = slot.first().map_or(opened, |due| due.duty.opens_at);
        store.open_duties(client, slot, at).await?;
        store.mark_missed(client, at).await?;
    }
    // The duty of January 2026 is left out of both: its slot is dated after the count.
    store.mark_missed(client, ended).await?;
    Ok(())
}

fn new_client(id: &str) -> NewClient {
    NewClient {
        scope: Client {
            id: id.into(),
            tz: "Europe/London".to_owned(),
            calendar: "england".to_owned(),
        },
        name: id.to_owned(),
        origin: format!("duly.try/{id}"),
        provider: false,
    }
}

fn process(number: usize) -> Result<Process> {
    let rule = words::rule("28").map_err(|error| format!("{error:?}"))?;
    Ok(serde_json::from_value(serde_json::json!({
        "rules": 1,
        "process": format!("care.of-{number}"),
        "effective": "2024-01-01",
        "title": "Look after it",
        "applies-to": { "per": "asset", "kind": "endpoint" },
        "schedule": {
            "recurrence": rule,
            "at": "09:00:00",
            "tz": "client",
            "roll": "following",
            "calendar": "client",
            "due-within": { "count": 5, "unit": "business-days" },
            "grace": { "count": 2, "unit": "business-days" }
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [{ "id": "look", "do": "Look", "gate": "critical", "evidence": ["note"] }],
        "quality-control": { "rules": [ { "id": "missed", "severity": "high" } ] },
        "oversight": { "review-every": "month", "measures": [] }
    }))?)
}
