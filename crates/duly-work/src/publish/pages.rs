//! What a publication on a page needs around it: the calendar and zone it leans on, the promise
//! that it makes, and a client's own name and place.

use duly_core::care;
use duly_core::id::{ClientId, PersonId};
use duly_core::process::Process;
use duly_core::scope::{Client, Promise, ServicePlan};
use duly_store::{Signing, Store};
use jiff::Timestamp;

use super::{promised, publish_zone, today};
use crate::clients;
use crate::error::WorkError;

/// Publishes what a version leans on, where that is not published: its calendar and its zone.
pub(crate) async fn lean_on(
    store: &Store,
    client: &ClientId,
    process: &Process,
    now: Timestamp,
) -> Result<(), WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let scope = &published.client;
    for name in [process.schedule.calendar_name(scope), &scope.calendar] {
        match duly_declare::calendars::calendar(name) {
            Some(shipped) => {
                store.publish_calendar(client, shipped, now).await?;
            }
            None if published.calendars.contains_key(name) => {}
            None => return Err(WorkError::UnknownCalendar(name.to_owned())),
        }
    }
    let day = today(&scope.tz, now)?;
    for name in [process.schedule.zone_name(scope), &scope.tz] {
        publish_zone(store, client, name, day, now).await?;
    }
    Ok(())
}

/// Calls a client otherwise and moves it to another zone or calendar, as far as these differ.
///
/// # Errors
///
/// When the zone or calendar is unknown, or the store fails.
pub async fn keep_client(
    store: &Store,
    was: &Client,
    scope: Client,
    (name, by): (&str, &PersonId),
    now: Timestamp,
) -> Result<(), WorkError> {
    let id = scope.id.clone();
    if *was != scope {
        clients::change(store, scope, Some(by), now).await?;
    }
    store.rename_client(&id, name, Some(by), now).await?;
    Ok(())
}

/// Promises a process that is new to a client, beside all that was promised before.
pub(crate) async fn promise(
    store: &Store,
    client: &ClientId,
    process: &Process,
    now: Timestamp,
) -> Result<(), WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let mut promises = store
        .plans(client)
        .await?
        .pop()
        .map_or_else(Vec::new, |plan| plan.promises);
    let known = |promise: &Promise| promise.process == process.process;
    if process.is_ended() || promises.iter().any(known) {
        return Ok(());
    }
    let day = today(&published.client.tz, now)?;
    let calendar = process.schedule.calendar_name(&published.client);
    promises.push(promised(process, calendar, day)?);
    let plan = ServicePlan {
        effective: day,
        promises,
    };
    // Below the catalogue's minimum it takes the client's word, for which the plan's page asks.
    if care::below_minimum(&plan).is_empty() {
        let signing = Signing::default();
        store.sign_plan(client, &plan, signing, now).await?;
    }
    Ok(())
}
