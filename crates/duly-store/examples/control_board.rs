//! How long the control board takes with 200 clients, 20,000 assets and two years of tickets.
//!
//! `cargo run -p duly-store --example control_board -- FOLDER` fills a fresh SQLite store there and
//! prints the median of some readings: the whole board, one client of it, and a page further on. It
//! asks for a folder since the store is some gigabytes at full size; a second argument divides it.

use std::io::Error;
use std::path::Path;
use std::time::Instant;

use duly_core::id::{AssetId, ClientId, DutyId};
use duly_core::process::{Process, Severity};
use duly_core::schedule::duties::Duty;
use duly_core::scope::{Asset, Client};
use duly_store::{
    AssetRow, Firing, Keeper, Keys, Location, NewClient, NewWarning, OpenDuty, Page, Settle, Store,
    WarningFilter,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

const CLIENTS: usize = 200;
const ASSETS: usize = 100;
/// Two a month, for two years.
const SLOTS: i64 = 48;
/// A bad week: open warnings of one client.
const WARNINGS: usize = 20;
const READINGS: usize = 21;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let folder = words
        .next()
        .ok_or_else(|| Error::other("usage: control_board FOLDER [PART]"))?;
    let part = words.next().and_then(|part| part.parse().ok()).unwrap_or(1);
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let keys = Keys::create(&folder.join("keys")).map_err(Error::other)?;
    let location = Location::Sqlite(folder.join("duly.sqlite"));
    let store = Store::open(location, keys).await.map_err(Error::other)?;
    fill(&store, part).await.map_err(Error::other)?;
    let one = WarningFilter {
        client: Some("client-007".into()),
        ..WarningFilter::default()
    };
    for (what, filter) in [("board", WarningFilter::default()), ("client", one)] {
        let mut times = Vec::new();
        for _ in 0..READINGS {
            let begun = Instant::now();
            let page = Page::default();
            let board = store
                .control_board(&filter, &page)
                .await
                .map_err(Error::other)?;
            let next = board.rows.next.ok_or_else(|| Error::other("one page only"));
            times.push(begun.elapsed());
            if let Ok(next) = next {
                store
                    .control_board(&filter, &page.after(&next))
                    .await
                    .map_err(Error::other)?;
            }
        }
        times.sort();
        let median = times.get(READINGS / 2).copied().unwrap_or_default();
        println!("figure {what} {}", median.as_secs_f64() * 1_000.0);
    }
    store.close().await;
    Ok(())
}

async fn fill(store: &Store, part: usize) -> Result<(), duly_store::Error> {
    let start: Timestamp = Timestamp::constant(1_700_000_000, 0);
    for number in 0..CLIENTS {
        let client = ClientId(format!("client-{number:03}"));
        let new = NewClient {
            scope: Client {
                id: client.clone(),
                tz: "Europe/London".to_owned(),
                calendar: "england".to_owned(),
            },
            name: format!("Client {number}"),
            origin: format!("duly.example/{client}"),
            provider: false,
        };
        store.create_client(new, start).await?;
        store.publish_process(&client, &process(), start).await?;
        let mut duties = Vec::new();
        let mut changes = Vec::new();
        for asset in 0..ASSETS / part {
            let id = AssetId(format!("asset-{number:03}-{asset:03}"));
            let row = AssetRow {
                scope: Asset {
                    id: id.clone(),
                    client: client.clone(),
                    kind: "backup".to_owned(),
                    since: Date::constant(2024, 1, 1),
                    until: None,
                },
                name: format!("Server {asset}"),
            };
            store.add_asset(row, start).await?;
            duties.extend((0..SLOTS).map(|slot| duty(&client, &id, slot)));
            if asset < WARNINGS {
                changes.push(Settle::Raise(firing(&client, &id, asset)));
            }
        }
        store.open_duties(&client, &duties, start).await?;
        store
            .settle_warnings(&client, &changes, None, start)
            .await?;
        eprint!("\r{} of {CLIENTS} clients", number + 1);
    }
    eprintln!();
    Ok(())
}

fn firing(client: &ClientId, asset: &AssetId, number: usize) -> Firing {
    let rules = [
        "missed",
        "late",
        "too-fast",
        "coverage-gap",
        "contradiction",
    ];
    Firing {
        warning: NewWarning {
            client: client.clone(),
            rule: rules
                .get(number % rules.len())
                .copied()
                .unwrap_or("late")
                .to_owned(),
            about: asset.to_string(),
            severity: [Severity::Low, Severity::Medium, Severity::High]
                .get(number % 3)
                .copied()
                .unwrap_or(Severity::Low),
            message: format!("Something about {asset}"),
            ticket: None,
        },
        source: Some(Keeper::Client),
        process: Some("backup.restore-test".into()),
        asset: Some(asset.clone()),
        owner: "manager".to_owned(),
        number: 1,
    }
}

fn duty(client: &ClientId, asset: &AssetId, number: i64) -> OpenDuty {
    let slot = Date::constant(2024, 1, 9).saturating_add((15 * number).days());
    let opens_at = Timestamp::constant(1_704_790_800, 0) + SignedDuration::from_hours(360 * number);
    let due_at = opens_at + SignedDuration::from_hours(100);
    OpenDuty {
        duty: Duty {
            id: DutyId::of(client, &"backup.restore-test".into(), Some(asset), slot),
            client: client.clone(),
            process: "backup.restore-test".into(),
            version: "2024-01-01".to_owned(),
            asset: Some(asset.clone()),
            slot,
            opens_at,
            due_at,
            missed_at: due_at + SignedDuration::from_hours(48),
        },
        checklist: process().checklist.into(),
    }
}

#[expect(clippy::unwrap_used, reason = "a fixed document")]
fn process() -> Process {
    serde_json::from_value(serde_json::json!({
        "rules": 1, "process": "backup.restore-test", "effective": "2024-01-01",
        "title": "Restore a real backup and compare it",
        "applies-to": { "per": "asset", "kind": "backup" },
        "schedule": { "recurrence": { "every": "day", "interval": 1 }, "at": "09:00:00",
            "tz": "client", "calendar": "client",
            "due-within": { "count": 5, "unit": "days" }, "grace": { "count": 2, "unit": "days" } },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [ { "id": "restore", "do": "Restore", "gate": "critical",
            "probe": "backup.restore" } ],
        "quality-control": { "rules": [ { "id": "missed", "severity": "high" } ] },
        "oversight": { "review-every": "month", "measures": [] }
    }))
    .unwrap()
}
