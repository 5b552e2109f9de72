//! Brings what is declared into the logs: only the difference, and always before use.
//!
//! Published are documents, not references: the compiled process, the calendar's dates, the
//! zone's transitions. Whoever recomputes the duties later needs nothing that is not in the log.
//! Nothing is ever taken back here; an asset that is no longer declared is reported, not retired.

use std::collections::BTreeSet;

use duly_core::care;
use duly_core::id::{AssetId, ClientId};
use duly_core::presence::EXPECTED_DAYS_MAX;
use duly_core::process::Process;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Asset, Client, Promise, ServicePlan};
use duly_store::{
    AssetRow, NewClient, NewSource, Sighted, Sighting, SightingFilter, Signing, Store, random_id,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::declaration::{Declaration, DeclaredAsset, DeclaredClient};
use crate::error::WorkError;
use crate::{clients, coverage, lists, plan};

mod files;
mod pages;

pub use pages::keep_client;
pub(crate) use pages::{lean_on, promise};

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
    if store.client(&client).await?.is_none() {
        create(store, domain, declared, scope.clone(), now).await?;
    }
    publish_calendars(store, declared, now).await?;
    publish_zones(store, declared, today, now).await?;
    clients::move_as_declared(store, scope, now).await?;
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
    sign_plan(store, &client, declared, today, now, notes).await?;
    publish_assets(store, &client, declared, today, now, notes).await
}

/// As often as the version makes it due in a year.
fn promised(process: &Process, calendar: &str, day: Date) -> Result<Promise, WorkError> {
    Ok(Promise {
        process: process.process.clone(),
        kind: process.applies_to.kind.clone(),
        per_year_min: plan::times_a_year(process, calendar, day)?,
    })
}

/// Promises each declared process as often as its newest version makes it due in a year, so that a
/// later version that asks for less shows as falling short of a signed promise. Below the
/// catalogue's minimum nothing is signed without the client's word, which no file can give.
async fn sign_plan(
    store: &Store,
    client: &ClientId,
    declared: &DeclaredClient,
    today: Date,
    now: Timestamp,
    notes: &mut PublishedNotes,
) -> Result<(), WorkError> {
    let mut promises = plan::promises(&declared.processes, &declared.calendar, today)?;
    let signed = store.plans(client).await?.pop();
    let before = signed.map_or_else(Vec::new, |plan| plan.promises);
    let known = |promise: &Promise| before.iter().any(|other| other.process == promise.process);
    // What was promised stays promised: only a new process is a reason to sign again.
    if promises.iter().all(known) {
        return Ok(());
    }
    // So does what was promised on a page and stands in no file.
    let of_page = |other: &&Promise| !promises.iter().any(|new| new.process == other.process);
    let kept: Vec<Promise> = before.iter().filter(of_page).cloned().collect();
    promises.extend(kept);
    let plan = ServicePlan {
        effective: today,
        promises,
    };
    let below = care::below_minimum(&plan);
    if below.is_empty() {
        let signing = Signing::default();
        store.sign_plan(client, &plan, signing, now).await?;
    }
    for short in below {
        notes.0.push(format!(
            "the plan of {} is not signed: {} comes to {} times a year, the least is {}; the \
             client can agree to less on the page of its plan",
            declared.name, short.process, short.promised, short.least
        ));
    }
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
    clients::open(store, client, now).await
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
        publish_calendar(store, &client, name, now).await?;
    }
    Ok(())
}

/// Publishes a calendar that ships with duly.
pub(crate) async fn publish_calendar(
    store: &Store,
    client: &ClientId,
    name: &str,
    now: Timestamp,
) -> Result<(), WorkError> {
    let calendar = duly_declare::calendars::calendar(name)
        .ok_or_else(|| WorkError::UnknownCalendar(name.to_owned()))?;
    store.publish_calendar(client, calendar, now).await?;
    Ok(())
}

async fn publish_zones(
    store: &Store,
    declared: &DeclaredClient,
    today: Date,
    now: Timestamp,
) -> Result<(), WorkError> {
    let client = ClientId::from(declared.id.as_str());
    let mut names = BTreeSet::from([declared.tz.as_str()]);
    let named = declared
        .processes
        .iter()
        .map(|process| process.schedule.tz.as_str());
    names.extend(named.filter(|name| *name != "client"));
    for name in names {
        publish_zone(store, &client, name, today, now).await?;
    }
    Ok(())
}

/// The last date for which a zone's transitions are published on a day.
pub(crate) fn zone_end(today: Date) -> Date {
    today.saturating_add(ZONE_YEARS.years())
}

/// Publishes a zone's transitions, unless they are published for long enough.
pub(crate) async fn publish_zone(
    store: &Store,
    client: &ClientId,
    name: &str,
    today: Date,
    now: Timestamp,
) -> Result<(), WorkError> {
    let published = store.published(client).await?;
    let known = published
        .as_ref()
        .and_then(|published| published.zones.get(name));
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
    let told = declared_things(store, client).await?;
    let mut seen = Vec::new();
    for asset in &declared.assets {
        let id = match find(asset, &known, &told) {
            Found::InCare(row) if row.scope.kind != asset.kind => {
                return Err(WorkError::KindChanged {
                    asset: asset.name.clone(),
                    was: row.scope.kind.clone(),
                    is: asset.kind.clone(),
                });
            }
            Found::InCare(row) => row.scope.id.clone(),
            Found::LetGo => {
                notes.0.push(format!(
                    "{} of {} was retired and is still declared; take it out of the file, or \
                     claim it again on its page",
                    asset.name, declared.name
                ));
                seen.push(sighted(asset, None));
                continue;
            }
            Found::New => take_into_care(store, client, asset, today, now).await?,
        };
        remember_settings(store, client, &id, asset, now).await?;
        seen.push(sighted(asset, Some(id)));
    }
    let is_told = |row: &AssetRow| {
        let id = Some(&row.scope.id);
        told.iter().any(|one| one.sighted.asset.as_ref() == id)
    };
    let is_declared = |row: &AssetRow| {
        let id = Some(&row.scope.id);
        seen.iter().any(|one| one.asset.as_ref() == id)
    };
    for row in known.iter().filter(|row| row.scope.until.is_none()) {
        if is_told(row) && !is_declared(row) {
            notes.0.push(format!(
                "{} of {} is no longer declared; its duties go on until it is retired",
                row.name, declared.name
            ));
        }
    }
    if !seen.is_empty() {
        let source = NewSource {
            name: DECLARED.to_owned(),
            expected_days: EXPECTED_DAYS_MAX,
            mapping: None,
        };
        store.report_sightings(client, source, seen, now).await?;
    }
    for gap in coverage::uncovered(store, client, now).await?.gaps {
        notes.0.push(format!("{}: {}", declared.name, gap.words));
    }
    Ok(())
}

/// The source whose things are those of the configuration file. It is read at every start, and is
/// not silent between two.
pub const DECLARED: &str = "duly.toml";

/// What a declared asset is.
enum Found<'a> {
    InCare(&'a AssetRow),
    LetGo,
    New,
}

/// A declared asset is what it was declared as before, whatever it is called by now; or whatever
/// is in care under its name.
fn find<'a>(asset: &DeclaredAsset, known: &'a [AssetRow], told: &[Sighting]) -> Found<'a> {
    let in_care = |row: &&AssetRow| row.scope.until.is_none();
    let by_name = || {
        let named = known.iter().filter(in_care);
        named.into_iter().find(|row| row.name == asset.name)
    };
    let before = told.iter().find(|one| one.sighted.thing == asset.name);
    let Some(before) = before else {
        return by_name().map_or(Found::New, Found::InCare);
    };
    let id = before.sighted.asset.as_ref();
    let row = known.iter().find(|row| Some(&row.scope.id) == id);
    match row.filter(in_care).or_else(by_name) {
        Some(row) => Found::InCare(row),
        None => Found::LetGo,
    }
}

fn sighted(asset: &DeclaredAsset, id: Option<AssetId>) -> Sighted {
    Sighted {
        thing: asset.name.clone(),
        name: asset.name.clone(),
        kind: asset.kind.clone(),
        asset: id,
    }
}

async fn declared_things(store: &Store, client: &ClientId) -> Result<Vec<Sighting>, WorkError> {
    let filter = SightingFilter {
        source: Some(DECLARED.to_owned()),
        ..SightingFilter::default()
    };
    Ok(lists::sightings(store, client, &filter).await?)
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

/// Finds a client's asset in care by the name it was declared under.
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
    let told = declared_things(store, client).await?;
    let asset = DeclaredAsset {
        name: name.to_owned(),
        kind: String::new(),
        backup: None,
    };
    Ok(match find(&asset, &assets, &told) {
        Found::InCare(row) => Some(row.clone()),
        Found::LetGo | Found::New => None,
    })
}
