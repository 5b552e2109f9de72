//! Clients as people keep them: adding one, moving one to another zone or calendar.
//!
//! Zone and calendar are published before the change that uses them, so that the entry which binds
//! can be dated by whoever reads the log.

use std::collections::BTreeMap;

use duly_core::id::{ClientId, PersonId, ProcessId};
use duly_core::schedule::duties::PublishedProcess;
use duly_core::scope::Client;
use duly_store::{ClientRow, NewClient, Store, random_id};
use jiff::Timestamp;

use crate::error::WorkError;
use crate::lists;
use crate::publish::{publish_calendar, publish_zone, today};

/// Longest id of a client: it stands in addresses and in the id of every duty.
pub const CLIENT_ID_CHARS_MAX: usize = 40;

/// Longest name of a client or an asset, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// Ids that mean something else in addresses.
const RESERVED: [&str; 2] = ["new", Client::PROVIDER];

/// A client as somebody adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddClient {
    /// Id, zone and calendar.
    pub scope: Client,
    /// Its name.
    pub name: String,
    /// The client whose processes it gets; none for a client without any yet.
    pub like: Option<ClientId>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Added,
    /// The id is not one, or means something else.
    BadId,
    /// Another client has it.
    IdTaken,
}

/// Whether this can be the id of a client: lower-case letters, digits and hyphens.
#[must_use]
pub fn is_client_id(id: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !id.is_empty()
        && id.len() <= CLIENT_ID_CHARS_MAX
        && id.bytes().all(is_allowed)
        && !id.starts_with('-')
        && !RESERVED.contains(&id)
}

/// Adds a client with its log, its zone and calendar, and the processes of another.
///
/// # Errors
///
/// When there is no such zone or calendar, or the store fails.
pub async fn add(store: &Store, client: AddClient, now: Timestamp) -> Result<Added, WorkError> {
    let id = client.scope.id.clone();
    if !is_client_id(id.as_str()) {
        return Ok(Added::BadId);
    }
    if store.client(&id).await?.is_some() {
        return Ok(Added::IdTaken);
    }
    check(&client.scope, now)?;
    let all = lists::clients(store).await?;
    let new = NewClient {
        scope: client.scope.clone(),
        name: client.name,
        origin: format!("{}/{}", domain(&all), random_id()?),
        provider: false,
    };
    open(store, new, now).await?;
    let Some(like) = &client.like else {
        return Ok(Added::Added);
    };
    let published = store.published(like).await?;
    let published = published.ok_or_else(|| WorkError::NoClient(like.clone()))?;
    for version in newest(&published.processes).into_values() {
        let process = &version.process;
        let (zone, calendar) = (&process.schedule.tz, &process.schedule.calendar);
        let date = today(&client.scope.tz, now)?;
        if zone != duly_core::process::Schedule::OF_CLIENT {
            publish_zone(store, &id, zone, date, now).await?;
        }
        if calendar != duly_core::process::Schedule::OF_CLIENT {
            publish_calendar(store, &id, calendar, now).await?;
        }
        store.publish_process(&id, process, now).await?;
    }
    Ok(Added::Added)
}

/// The domain under which the logs of this installation are named.
fn domain(all: &[ClientRow]) -> &str {
    let provider = all.iter().find(|client| client.provider);
    let origin = provider
        .or(all.first())
        .map(|client| client.origin.as_str());
    origin
        .and_then(|origin| origin.rsplit_once('/'))
        .map_or("duly", |(domain, _)| domain)
}

fn newest(versions: &[PublishedProcess]) -> BTreeMap<&ProcessId, &PublishedProcess> {
    let mut newest: BTreeMap<&ProcessId, &PublishedProcess> = BTreeMap::new();
    for version in versions {
        newest.insert(&version.process.process, version);
    }
    newest
}

/// Opens a client's log and publishes where it is, without which no day of it can be computed.
///
/// # Errors
///
/// When there is no such zone or calendar, or the store fails.
pub async fn open(store: &Store, new: NewClient, now: Timestamp) -> Result<(), WorkError> {
    let scope = new.scope.clone();
    store.create_client(new, now).await?;
    publish_scope(store, &scope, now).await
}

/// Moves a client to another zone or calendar, from the day after on; `false` when it is there.
///
/// # Errors
///
/// When there is no such client, zone or calendar, or the store fails.
pub async fn change(
    store: &Store,
    scope: Client,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<bool, WorkError> {
    let row = store.client(&scope.id).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(scope.id.clone()))?;
    if row.scope == scope {
        return Ok(false);
    }
    check(&scope, now)?;
    // Where it was stays computable, also when nothing had been published for it there.
    publish_scope(store, &row.scope, now).await?;
    publish_scope(store, &scope, now).await?;
    store.change_client(scope, person, now).await?;
    Ok(true)
}

/// Moves a client as its declaration says, if the declaration has changed; not where somebody has
/// moved it since on a page.
pub(crate) async fn move_as_declared(
    store: &Store,
    scope: Client,
    now: Timestamp,
) -> Result<(), WorkError> {
    if store.declared_client(&scope.id).await?.as_ref() == Some(&scope) {
        return Ok(());
    }
    change(store, scope.clone(), None, now).await?;
    store.remember_declared(scope).await?;
    Ok(())
}

fn check(scope: &Client, now: Timestamp) -> Result<(), WorkError> {
    today(&scope.tz, now)?;
    duly_declare::calendars::calendar(&scope.calendar)
        .map(|_| ())
        .ok_or_else(|| WorkError::UnknownCalendar(scope.calendar.clone()))
}

/// Publishes a client's own calendar and zone.
pub(crate) async fn publish_scope(
    store: &Store,
    scope: &Client,
    now: Timestamp,
) -> Result<(), WorkError> {
    publish_calendar(store, &scope.id, &scope.calendar, now).await?;
    let date = today(&scope.tz, now)?;
    publish_zone(store, &scope.id, &scope.tz, date, now).await
}

/// The calendars there are to choose from, by name.
#[must_use]
pub fn calendars() -> Vec<String> {
    let names = duly_declare::calendars::names();
    names.map(str::to_owned).collect()
}
