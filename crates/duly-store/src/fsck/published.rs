//! What was published: each row has its entry with the same document, and each entry its row.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::entry::kind;
use duly_core::id::ClientId;
use duly_core::scope::{Asset, Client};

use super::Fsck;
use super::chain::Told;
use crate::assets;
use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;

/// Tables whose rows are documents, with the type of entry that publishes them.
const DOCUMENTS: [(&str, &str, &str); 5] = [
    (
        "process",
        kind::PROCESS_PUBLISH,
        "select idx, document from process where client = $1",
    ),
    (
        "calendar",
        kind::CALENDAR_PUBLISH,
        "select idx, document from calendar where client = $1",
    ),
    (
        "zone",
        kind::ZONE_PUBLISH,
        "select idx, document from zone where client = $1",
    ),
    (
        "exception",
        kind::EXCEPTION_GRANT,
        "select idx, document from exception where client = $1",
    ),
    (
        "plan",
        kind::PLAN_SIGN,
        "select idx, document from plan where client = $1",
    ),
];

pub(super) async fn check(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    for (table, kind, sql) in DOCUMENTS {
        let mut seen = BTreeSet::new();
        for row in rows.all(sql, args![client]).await? {
            let index = row.count("idx")?;
            seen.insert(index);
            let document = row.text("document")?;
            let place = format!("client {client}, table {table}, entry {index}");
            match told.published.get(&index) {
                Some((found, Some(text))) if found == kind && *text == document => {}
                Some((found, None)) if found == kind => {}
                Some((found, _)) if found == kind => {
                    let message = "the row is not what the entry published";
                    report.find("published-differs", place, message);
                }
                _ => report.find(
                    "published-without-entry",
                    place,
                    format!("no entry of type {kind} stands there"),
                ),
            }
        }
        for (index, (found, _)) in &told.published {
            if found == kind && !seen.contains(index) {
                let place = format!("client {client}, entry {index}");
                let message = format!("its row in table {table} is missing");
                report.find("published-missing", place, message);
            }
        }
    }
    eras_agree(rows, client, told, report).await?;
    assets_agree(rows, client, told, report).await?;
    client_agrees(rows, client, told, report).await
}

/// What a client was over time is what its entries say, from which the worker computes its duties.
async fn eras_agree(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    let about = [kind::LOG_OPEN, kind::CLIENT_CHANGE];
    let sql = "select idx, document from client_era where client = $1";
    let mut seen = BTreeSet::new();
    for row in rows.all(sql, args![client]).await? {
        let index = row.count("idx")?;
        seen.insert(index);
        let document = row.text("document")?;
        let place = format!("client {client}, table client_era, entry {index}");
        match told.published.get(&index) {
            Some((kind, text)) if about.contains(&kind.as_str()) => {
                if text.as_ref().is_some_and(|text| *text != document) {
                    let message = "the row is not what the entry published";
                    report.find("published-differs", place, message);
                }
            }
            _ => report.find("published-without-entry", place, "no entry tells of it"),
        }
    }
    for (index, (kind, _)) in &told.published {
        if about.contains(&kind.as_str()) && !seen.contains(index) {
            let place = format!("client {client}, entry {index}");
            let message = "its row in table client_era is missing";
            report.find("published-missing", place, message);
        }
    }
    Ok(())
}

/// An asset's row is what the last entry about it says.
async fn assets_agree(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    let mut last = BTreeMap::new();
    for (index, (kind, text)) in &told.published {
        let Some(text) = text else { continue };
        if kind != kind::ASSET_ADD && kind != kind::ASSET_RETIRE {
            continue;
        }
        match serde_json::from_str::<Asset>(text) {
            Ok(asset) => {
                last.insert(asset.id.clone(), asset);
            }
            Err(error) => report.find(
                "entry-unreadable",
                format!("client {client}, entry {index}"),
                format!("its asset does not read: {error}"),
            ),
        }
    }
    for asset in assets::scope_of(rows, client).await? {
        let place = format!("client {client}, asset {}", asset.id);
        match last.remove(&asset.id) {
            Some(entry) if entry == asset => {}
            Some(_) => report.find(
                "published-differs",
                place,
                "the row is not what the last entry about it says",
            ),
            None => report.find("published-without-entry", place, "no entry tells of it"),
        }
    }
    for id in last.keys() {
        let place = format!("client {client}, asset {id}");
        report.find("published-missing", place, "its row is missing");
    }
    Ok(())
}

/// The client's row is what the last entry about it says.
async fn client_agrees(
    rows: &mut Connection,
    client: &ClientId,
    told: &Told,
    report: &mut Fsck,
) -> Result<(), Error> {
    let place = format!("client {client}");
    let about = [kind::LOG_OPEN, kind::CLIENT_CHANGE];
    let last = told
        .published
        .values()
        .rfind(|(kind, _)| about.contains(&kind.as_str()));
    let Some((_, Some(text))) = last else {
        report.find("published-missing", place, "no entry tells of the client");
        return Ok(());
    };
    let Some(row) = rows
        .first(
            "select client, tz, calendar from client where client = $1",
            args![client],
        )
        .await?
    else {
        report.find("published-missing", place, "its row is missing");
        return Ok(());
    };
    let held = Client {
        id: row.id("client")?,
        tz: row.text("tz")?,
        calendar: row.text("calendar")?,
    };
    if serde_json::from_str::<Client>(text).ok() != Some(held) {
        let message = "the row is not what the last entry about it says";
        report.find("published-differs", place, message);
    }
    Ok(())
}
