//! Brings what is declared into the logs: only the difference, and always before use.
//!
//! Published are documents, not references: the compiled process, the calendar's dates, the
//! zone's transitions. Whoever recomputes the duties later needs nothing that is not in the log.
//! Nothing is ever taken back here; an asset that is no longer declared is reported, not retired.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::id::{AssetId, ClientId};
use duly_core::process::{Per, Process};
use duly_core::schedule::expand::occurrences;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client, Promise, ServicePlan};
use duly_store::{AssetRow, NewClient, Store, random_id};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::declaration::{Declaration, DeclaredAsset, DeclaredClient};
use crate::error::WorkError;
use crate::lists;

mod files;
mod pages;

pub use pages::keep_client;
pub(crate) use pages::{lean_on, promise, publish_place};

use files::is_new;

/// How far ahead of today a zone's transitions are published. Laws that change them are announced
/// months ahead; a new table is published when less than half of this is left.
const ZONE_YEARS: i32 = 4;

/// What publishing came to: sentences for whoever started it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PublishedNotes(pub Vec<String>);

/// Records every difference between the declaration and the logs.
///
/// # Errors
///
/// When a declared thing contradicts what was published (the same process version with other
/// content), a zone or calendar is unknown, or the store fails. What was published before the
/// error stays.
pub async fn publish(
    store: &Store,
    declaration: &Declaration,
    now: Timestamp,
) -> Result<PublishedNotes, WorkError> {
    let mut notes = PublishedNotes::default();
    for client in &declaration.clients {
        publish_client(store, &declaration.domain, client, now, &mut notes).await?;
    }
    Ok(notes)
}

async fn publish_client(
    store: &Store,
    domain: &str,
    declared: &DeclaredClient,
    now: Timestamp,
    notes: &mut PublishedNotes,
) -> Result<(), WorkError> {
    let client = ClientId::from(declared.id.as_str());
    let today = today(&declared.tz, now)?;
    let scope = Client {
        id: client.clone(),
        tz: declared.tz.clone(),
        calendar: declared.calendar.clone(),
    };
    match store.client(&client).await? {
        None => create(store, domain, declared, scope, now).await?,
        Some(row) if row.scope != scope => store.change_client(scope, now).await?,
        Some(_) => {}
    }
    publish_calendars(store, declared, now).await?;
    publish_zones(store, declared, today, now).await?;
    let published = store
        .published(&client)
        .await?
        .ok_or(WorkError::NoClient(client.clone()))?;
    let on_pages = store.origins(&client).await?;
    for process in &declared.processes {
        if is_new(process, declared, &published, &on_pages, today)? {
            store.publish_process(&client, process, now).await?;
        }
    }
    sign_plan(store, &client, declared, today, now).await?;
    publish_assets(store, &client, declared, today, now, notes).await
}

/// As often as the version makes it due in the coming year.
fn promised(process: &Process, calendar: &str, day: Date) -> Result<Promise, WorkError> {
    // Both ends count: a full year, and not its first day twice.
    let year_later = day.saturating_add(1.year()).saturating_sub(1.day());
    let calendar = duly_declare::calendars::calendar(calendar);
    let dates = occurrences(&process.schedule.recurrence, calendar, day, year_later)?;
    Ok(Promise {
        process: process.process.clone(),
        kind: process.applies_to.kind.clone(),
        per_year_min: u32::try_from(dates.len()).unwrap_or(u32::MAX),
    })
}

/// Promises each declared process as often as its newest version makes it due in the coming year,
/// so that a later version that asks for less shows as falling short of a signed promise.
async fn sign_plan(
    store: &Store,
    client: &ClientId,
    declared: &DeclaredClient,
    today: Date,
    now: Timestamp,
) -> Result<(), WorkError> {
    let mut newest: BTreeMap<&str, &Process> = BTreeMap::new();
    for process in &declared.processes {
        let slot = newest.entry(process.process.as_str()).or_insert(process);
        if process.effective > slot.effective {
            *slot = process;
        }
    }
    let mut promises = Vec::new();
    for process in newest.into_values() {
        let name = match process.schedule.calendar.as_str() {
            "client" => declared.calendar.as_str(),
            named => named,
        };
        promises.push(promised(process, name, today)?);
    }
    let signed = store.plans(client).await?.pop();
    let before = signed.map_or_else(Vec::new, |plan| plan.promises);
    let known = |promise: &Promise| before.iter().any(|other| other.process == promise.process);
    // What was promised stays promised: only a new process is a reason to sign again.
    if promises.iter().all(known) {
        return Ok(());
    }
    // So does what was promised on a page and stands in no file.
    let declared = |other: &&Promise| !promises.iter().any(|new| new.process == other.process);
    let kept: Vec<Promise> = before.iter().filter(declared).cloned().collect();
    promises.extend(kept);
    let plan = ServicePlan {
        effective: today,
        promises,
    };
    store.sign_plan(client, &plan, now).await?;
    Ok(())
}

async fn create(
    store: &Store,
    domain: &str,
    declared: &DeclaredClient,
    scope: Client,
    now: Timestamp,
) -> Result<(), WorkError> {
    let client = NewClient {
        scope,
        name: declared.name.clone(),
        origin: format!("{domain}/{}", random_id()?),
        provider: false,
    };
    store.create_client(client, now).await?;
    Ok(())
}

async fn publish_calendars(
    store: &Store,
    declared: &DeclaredClient,
    now: Timestamp,
) -> Result<(), WorkError> {
    let client = ClientId::from(declared.id.as_str());
    let mut names = BTreeSet::from([declared.calendar.as_str()]);
    let named = declared
        .processes
        .iter()
        .map(|process| process.schedule.calendar.as_str());
    names.extend(named.filter(|name| *name != "client"));
    for name in names {
        let calendar = duly_declare::calendars::calendar(name)
            .ok_or_else(|| WorkError::UnknownCalendar(name.to_owned()))?;
        store.publish_calendar(&client, calendar, now).await?;
    }
    Ok(())
}

async fn publish_zones(
    store: &Store,
    declared: &DeclaredClient,
    today: Date,
    now: Timestamp,
) -> Result<(), WorkError> {
    let client = ClientId::from(declared.id.as_str());
    let published = store.published(&client).await?;
    let mut names = BTreeSet::from([declared.tz.as_str()]);
    let named = declared
        .processes
        .iter()
        .map(|process| process.schedule.tz.as_str());
    names.extend(named.filter(|name| *name != "client"));
    for name in names {
        let known = published
            .as_ref()
            .and_then(|published| published.zones.get(name));
        publish_zone(store, &client, known, name, today, now).await?;
    }
    Ok(())
}

/// The last date for which a zone's transitions are published on a day.
pub(crate) fn zone_end(today: Date) -> Date {
    today.saturating_add(ZONE_YEARS.years())
}

async fn publish_zone(
    store: &Store,
    client: &ClientId,
    known: Option<&Zone>,
    name: &str,
    today: Date,
    now: Timestamp,
) -> Result<(), WorkError> {
    let half = today.saturating_add((ZONE_YEARS / 2).years());
    if known.is_some_and(|zone| zone.to > half) {
        return Ok(());
    }
    // The new table begins where the log does, so that no slot falls between two tables.
    let from = known.map_or(today.saturating_sub(1.year()), |zone| zone.from);
    let table = Zone::of(name, from, zone_end(today))?;
    store.publish_zone(client, &table, now).await?;
    Ok(())
}

async fn publish_assets(
    store: &Store,
    client: &ClientId,
    declared: &DeclaredClient,
    today: Date,
    now: Timestamp,
    notes: &mut PublishedNotes,
) -> Result<(), WorkError> {
    let known = lists::assets(store, client).await?;
    for asset in &declared.assets {
        let found = known
            .iter()
            .find(|row| row.name == asset.name && row.scope.until.is_none());
        let id = match found {
            Some(row) if row.scope.kind != asset.kind => {
                return Err(WorkError::KindChanged {
                    asset: asset.name.clone(),
                    was: row.scope.kind.clone(),
                    is: asset.kind.clone(),
                });
            }
            Some(row) => row.scope.id.clone(),
            None => take_into_care(store, client, asset, today, now).await?,
        };
        remember_settings(store, client, &id, asset, now).await?;
    }
    for row in known.iter().filter(|row| row.scope.until.is_none()) {
        if !declared.assets.iter().any(|asset| asset.name == row.name) {
            notes.0.push(format!(
                "{} of {} is no longer declared; its duties go on until it is retired",
                row.name, declared.name
            ));
        }
        let covered = declared
            .processes
            .iter()
            .any(|process| covers(process, &row.scope.kind));
        if !covered {
            notes
                .0
                .push(format!("{} of {} has no process", row.name, declared.name));
        }
    }
    Ok(())
}

fn covers(process: &Process, kind: &str) -> bool {
    process.applies_to.per == Per::Asset && process.applies_to.kind.as_deref() == Some(kind)
}

async fn take_into_care(
    store: &Store,
    client: &ClientId,
    asset: &DeclaredAsset,
    today: Date,
    now: Timestamp,
) -> Result<AssetId, WorkError> {
    let scope = Asset {
        id: AssetId(random_id()?),
        client: client.clone(),
        kind: asset.kind.clone(),
        since: today,
        until: None,
    };
    let id = scope.id.clone();
    store
        .add_asset(
            AssetRow {
                scope,
                name: asset.name.clone(),
            },
            now,
        )
        .await?;
    Ok(id)
}

async fn remember_settings(
    store: &Store,
    client: &ClientId,
    id: &AssetId,
    asset: &DeclaredAsset,
    now: Timestamp,
) -> Result<(), WorkError> {
    let Some(settings) = &asset.backup else {
        return Ok(());
    };
    let text = serde_json::to_string(settings)?;
    if store.open_asset_settings(client, id).await?.as_deref() != Some(text.as_str()) {
        store.put_asset_settings(client, id, &text, now).await?;
    }
    Ok(())
}

/// The client's date at this instant.
///
/// # Errors
///
/// When there is no such zone.
pub fn today(tz: &str, now: Timestamp) -> Result<Date, WorkError> {
    let zone = TimeZone::get(tz).map_err(|_| WorkError::UnknownZone(tz.to_owned()))?;
    Ok(zone.to_datetime(now).date())
}

/// Finds a client's asset by the name it was declared under.
///
/// # Errors
///
/// When the store fails.
pub async fn asset_named(
    store: &Store,
    client: &ClientId,
    name: &str,
) -> Result<Option<AssetRow>, WorkError> {
    let assets = lists::assets(store, client).await?;
    Ok(assets
        .into_iter()
        .find(|row| row.name == name && row.scope.until.is_none()))
}
