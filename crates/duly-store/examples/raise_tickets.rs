//! How long it takes to raise 10,000 tickets that are all due at once, each with a checklist of
//! three steps and its entry in the log, durably, on SQLite; and beside it the same rows inserted
//! into the same tables by bare sqlx, without log, hashing or any of our rules.
//!
//! `cargo run --release -p duly-store --example raise_tickets [TICKETS]`; prints two
//! figures, in tickets a second. `cargo xtask bench tickets` runs it five times.
#![allow(
    clippy::disallowed_methods,
    reason = "a bench reads the clock; nothing it measures does"
)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use duly_core::id::{ClientId, DutyId, ProcessId};
use duly_core::process::{Process, Step};
use duly_core::schedule::duties::Duty;
use duly_core::scope::Client;
use duly_store::{Keys, Location, NewClient, OpenDuty, Store, fsck};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// What the design aims at for 10,000.
const AIM_S: f64 = 2.0;

/// Rows in one statement and tickets in one transaction, as the store has them.
const ROWS: usize = 64;
const TICKETS_AT_A_TIME: usize = 448;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let number: usize = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 10_000,
    };
    let now: Timestamp = "2026-06-01T09:00:00Z".parse()?;
    let dir = std::env::temp_dir().join(format!("duly-raise-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let ours = raise(&dir.join("ours.sqlite"), &dir.join("keys"), number, now).await;
    let bare = insert_bare(&dir.join("bare.sqlite"), number, now).await;
    std::fs::remove_dir_all(&dir)?;
    let (ours, bare) = (ours?, bare?);
    eprintln!("{number} tickets raised in {ours:.2} s (aim {AIM_S} s), bare in {bare:.2} s");
    println!("figure raised {:.0}", number as f64 / ours);
    println!("figure bare {:.0}", number as f64 / bare);
    Ok(())
}

fn process() -> Result<Process> {
    Ok(serde_json::from_value(serde_json::json!({
        "rules": 1,
        "process": "backup.restore-test",
        "effective": "2026-01-01",
        "title": "Restore a real backup and compare it",
        "applies-to": { "per": "client" },
        "schedule": {
            "recurrence": { "every": "day", "interval": 1 },
            "at": "09:00:00",
            "tz": "client",
            "calendar": "client",
            "due-within": { "count": 8, "unit": "hours" },
            "grace": { "count": 2, "unit": "days" }
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [
            { "id": "restore", "do": "Restore a drawn sample", "gate": "critical",
              "probe": "backup.restore" },
            { "id": "open", "do": "Open it with its own program", "gate": "critical",
              "evidence": ["note"] },
            { "id": "tidy", "do": "Remove the copy", "gate": "standard", "evidence": ["note"] }
        ],
        "quality-control": { "rules": [ { "id": "missed", "severity": "high" } ] },
        "oversight": { "review-every": "month", "measures": [] }
    }))?)
}

fn duties(client: &ClientId, number: usize, now: Timestamp) -> Result<Vec<OpenDuty>> {
    let process = process()?;
    let checklist: std::sync::Arc<[Step]> = process.checklist.clone().into();
    let first = jiff::civil::date(1990, 1, 1);
    let mut duties = Vec::with_capacity(number);
    for day in 0..i64::try_from(number)? {
        let slot = first.checked_add(day.days())?;
        duties.push(OpenDuty {
            duty: Duty {
                id: DutyId::of(client, &ProcessId::from("backup.restore-test"), None, slot),
                client: client.clone(),
                process: process.process.clone(),
                version: process.version(),
                asset: None,
                slot,
                opens_at: now,
                due_at: now + SignedDuration::from_hours(8),
                missed_at: now + SignedDuration::from_hours(56),
            },
            checklist: std::sync::Arc::clone(&checklist),
        });
    }
    Ok(duties)
}

/// Seconds for the store; what it raised is checked afterwards.
async fn raise(file: &Path, keys_dir: &Path, number: usize, now: Timestamp) -> Result<f64> {
    let location = Location::Sqlite(file.to_owned());
    let store = Store::open(location.clone(), Keys::create(keys_dir)?).await?;
    let client = ClientId::from("c-bench");
    let new = NewClient {
        scope: Client {
            id: client.clone(),
            tz: "UTC".to_owned(),
            calendar: "none".to_owned(),
        },
        name: "Bench".to_owned(),
        origin: "duly.try/bench".to_owned(),
        provider: false,
    };
    store.create_client(new, now).await?;
    store.publish_process(&client, &process()?, now).await?;
    let due = duties(&client, number, now)?;
    let begun = Instant::now();
    let opened = store.open_duties(&client, &due, now).await?;
    let seconds = begun.elapsed().as_secs_f64();
    store.release_checkpoints(now).await?;
    store.close().await;
    let report = fsck(&location, Some(keys_dir)).await?;
    if opened != number || !report.is_clean() || report.tickets != number as u64 {
        return Err(format!("raised {opened} of {number}: {:?}", report.findings).into());
    }
    Ok(seconds)
}

/// Seconds for bare sqlx: the rows of tickets and steps and one row of the entry's size each.
async fn insert_bare(file: &Path, number: usize, now: Timestamp) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(
        "create table ticket (client text, ticket text, process text, version text, slot text, \
         opens_at integer, due_at integer, missed_at integer, outcome text, \
         primary key (client, ticket)) strict, without rowid; \
         create table step (client text, ticket text, step text, position integer, \
         instruction text, state text, primary key (client, ticket, step)) strict, without rowid; \
         create table entry (client text, idx integer, bytes blob, leaf blob, \
         primary key (client, idx)) strict, without rowid",
    )
    .execute(&pool)
    .await?;
    let client = ClientId::from("c-bench");
    // In the order in which the store writes them, which is the best there is.
    let mut due = duties(&client, number, now)?;
    due.sort_by(|one, other| one.duty.id.cmp(&other.duty.id));
    let mut index = 0_i64;
    let begun = Instant::now();
    for chunk in due.chunks(TICKETS_AT_A_TIME) {
        insert_chunk(&pool, chunk, &mut index).await?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    pool.close().await;
    Ok(seconds)
}

async fn insert_chunk(pool: &sqlx::SqlitePool, chunk: &[OpenDuty], index: &mut i64) -> Result<()> {
    let mut tx = pool.begin_with("begin immediate").await?;
    for some in chunk.chunks(ROWS) {
        let sql = values("insert into ticket values", 9, some.len());
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for OpenDuty { duty, .. } in some {
            query = query
                .bind(duty.client.as_str())
                .bind(duty.id.as_str())
                .bind(duty.process.as_str())
                .bind(duty.version.as_str())
                .bind(duty.slot.to_string())
                .bind(duty.opens_at.as_millisecond())
                .bind(duty.due_at.as_millisecond())
                .bind(duty.missed_at.as_millisecond())
                .bind("open");
        }
        query.execute(&mut *tx).await?;
        let steps: usize = some.iter().map(|due| due.checklist.len()).sum();
        let mut query = sqlx::query(AssertSqlSafe(values("insert into step values", 6, steps)));
        for OpenDuty { duty, checklist } in some {
            for (position, step) in (0_i64..).zip(checklist.iter()) {
                query = query
                    .bind(duty.client.as_str())
                    .bind(duty.id.as_str())
                    .bind(step.id.as_str())
                    .bind(position)
                    .bind(step.text.as_str())
                    .bind("pending");
            }
        }
        query.execute(&mut *tx).await?;
        let mut query = sqlx::query(AssertSqlSafe(values(
            "insert into entry values",
            4,
            some.len(),
        )));
        for OpenDuty { duty, .. } in some {
            query = query
                .bind(duty.client.as_str())
                .bind(*index)
                .bind(vec![7_u8; 240])
                .bind(vec![7_u8; 32]);
            *index += 1;
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn values(head: &str, columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("{head} {}", vec![row; rows].join(", "))
}
