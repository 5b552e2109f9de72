//! Counting again from nothing, each night and on request: what the logs say beside what the
//! tickets say. A difference becomes a warning; nothing is mended here.
//!
//! It reads one client after the other, each at one moment, and holds nothing up: rounds go on in
//! between, and whoever writes does not wait.

use std::collections::BTreeSet;

use duly_core::id::ClientId;
use duly_core::process::Severity;
use duly_core::recount::{CRACK, Difference, OVERDUE, OVERDUE_AFTER, Recount, recount};
use duly_core::scope::Client;
use duly_store::{ClientRow, NewWarning, RecountData, RecountReader, RecountRow, Store};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinSet, spawn_blocking};

use crate::clock::Clock;
use crate::error::WorkError;
use crate::lists;
use crate::publish::today;

/// The hour of the night, where the provider is, after which a client is due to be recounted.
const NIGHT: SignedDuration = SignedDuration::from_hours(3);

/// Clients recounted at once when all are: one reads while another is counted.
const AT_ONCE: usize = 2;

/// What a recount of one client came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recounted {
    /// Entries read.
    pub entries: u64,
    /// The figures and the differences; or why there are none.
    pub result: Result<Recount, String>,
}

impl Recounted {
    /// Whether everything was counted and nothing differs.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.result
            .as_ref()
            .is_ok_and(|recount| recount.differences == 0)
    }
}

/// Recounts every client of a store that somebody else may have open; by client, in order.
///
/// # Errors
///
/// When the database cannot be read at all.
pub async fn all(
    reader: &RecountReader,
    now: Timestamp,
) -> Result<Vec<(ClientRow, Recounted)>, WorkError> {
    let mut recounted = Vec::new();
    let mut running = JoinSet::new();
    for client in reader.clients().await? {
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            recounted.push(done.map_err(|error| WorkError::Recount(error.to_string()))?);
        }
        let reader = reader.clone();
        running.spawn(async move {
            let data = reader.recount_data(&client.scope.id).await;
            let counted = count(data, &client, now).await;
            (client, counted)
        });
    }
    while let Some(done) = running.join_next().await {
        recounted.push(done.map_err(|error| WorkError::Recount(error.to_string()))?);
    }
    recounted.sort_by(|(one, _), (other, _)| one.scope.id.cmp(&other.scope.id));
    Ok(recounted)
}

/// Recounts the clients whose night it is and records what it came to, until it has taken as long
/// as it may; warns of those that were left out for too long.
///
/// # Errors
///
/// When the store fails; what was recorded before stands.
pub async fn nightly(
    store: &Store,
    clock: Clock,
    at_most: SignedDuration,
) -> Result<(), WorkError> {
    let began = clock.now();
    let clients = lists::clients(store).await?;
    let zone = provider_zone(&clients);
    for client in &clients {
        let now = clock.now();
        let last = store.last_recount(&client.scope.id).await?;
        let last = last.map(|last| last.recounted_at);
        if !is_due(last, now, &zone) {
            continue;
        }
        warn_if_overdue(store, client, last, now).await?;
        if now.duration_since(began) < at_most {
            one(store, client, now).await?;
        }
    }
    Ok(())
}

/// Recounts one client, records what it came to and warns of what differs.
///
/// # Errors
///
/// When the store fails to record it.
pub async fn one(
    store: &Store,
    client: &ClientRow,
    now: Timestamp,
) -> Result<Recounted, WorkError> {
    let id = &client.scope.id;
    let recounted = count(store.recount_data(id).await, client, now).await;
    let none = Recount::default();
    let found = recounted.result.as_ref().unwrap_or(&none);
    let row = RecountRow {
        recounted_at: now,
        entries: recounted.entries,
        duties: found.duties,
        tickets: found.tickets,
        differences: found.differences,
        problem: recounted.result.as_ref().err().cloned(),
    };
    store.record_recount(id, row).await?;
    warn(store, id, &recounted, now).await?;
    store.clear_warning(id, OVERDUE, WHOLE, now).await?;
    store.release_checkpoints(now).await?;
    Ok(recounted)
}

/// What a warning is of that is about a client as a whole.
const WHOLE: &str = "recount";

async fn count(
    data: Result<Option<RecountData>, duly_store::Error>,
    client: &ClientRow,
    now: Timestamp,
) -> Recounted {
    let data = match data {
        Ok(Some(data)) => data,
        Ok(None) => return unread(0, "it has no log".to_owned()),
        Err(error) => return unread(0, error.to_string()),
    };
    let entries = data.entries;
    let today = match today(&client.scope.tz, now) {
        Ok(today) => today,
        Err(error) => return unread(entries, error.to_string()),
    };
    let counted = spawn_blocking(move || {
        let record = data.record?;
        recount(&record, &data.held, today, now).map_err(|error| error.to_string())
    });
    let result = match counted.await {
        Ok(result) => result,
        Err(error) => Err(error.to_string()),
    };
    Recounted { entries, result }
}

fn unread(entries: u64, why: String) -> Recounted {
    Recounted {
        entries,
        result: Err(why),
    }
}

/// Raises a warning for each difference that is named, and clears those of before that are gone.
async fn warn(
    store: &Store,
    client: &ClientId,
    recounted: &Recounted,
    now: Timestamp,
) -> Result<(), WorkError> {
    let mut told = BTreeSet::new();
    for warning in warnings(client, recounted) {
        told.insert(warning.about.clone());
        store.raise_warning(warning, now).await?;
    }
    // What could not be counted again may still differ.
    let was_counted = recounted.result.is_ok();
    for about in store.warned_of(client, CRACK).await? {
        if was_counted && !told.contains(&about) {
            store.clear_warning(client, CRACK, &about, now).await?;
        }
    }
    Ok(())
}

fn warnings(client: &ClientId, recounted: &Recounted) -> Vec<NewWarning> {
    let warning = |about: String, message: String| NewWarning {
        client: client.clone(),
        rule: CRACK.to_owned(),
        about,
        severity: Severity::High,
        message,
        ticket: None,
    };
    let found = match &recounted.result {
        Ok(found) => found,
        Err(why) => {
            let message = format!("The recount could not be carried through: {why}");
            return vec![warning(WHOLE.to_owned(), message)];
        }
    };
    let about = |difference: &Difference| match &difference.duty {
        Some(duty) => format!("{duty} {}", difference.code),
        None => format!("{} {}", difference.code, difference.message),
    };
    let mut all: Vec<NewWarning> = found
        .named
        .iter()
        .map(|difference| warning(about(difference), difference.message.clone()))
        .collect();
    let named = u64::try_from(all.len()).unwrap_or(u64::MAX);
    if found.differences > named {
        let more = found.differences - named;
        let message = format!("{more} more differences; `duly recount` tells how many there are");
        all.push(warning(WHOLE.to_owned(), message));
    }
    all
}

async fn warn_if_overdue(
    store: &Store,
    client: &ClientRow,
    last: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), WorkError> {
    let since = last.unwrap_or(client.created_at);
    let age = now.duration_since(since);
    if age <= OVERDUE_AFTER {
        return Ok(());
    }
    let warning = NewWarning {
        client: client.scope.id.clone(),
        rule: OVERDUE.to_owned(),
        about: WHOLE.to_owned(),
        severity: Severity::High,
        message: format!("Nothing was recounted for {} h", age.as_hours()),
        ticket: None,
    };
    store.raise_warning(warning, now).await?;
    Ok(())
}

/// Whether a night has passed since the last recount; one that never was is due at once.
fn is_due(last: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> bool {
    let night = |at: Timestamp| zone.to_datetime(at - NIGHT).date();
    last.is_none_or(|last| night(last) < night(now))
}

fn provider_zone(clients: &[ClientRow]) -> TimeZone {
    let provider = clients
        .iter()
        .find(|client| client.scope.id.as_str() == Client::PROVIDER);
    provider
        .and_then(|provider| TimeZone::get(&provider.scope.tz).ok())
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_is_recounted_once_a_night() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let due = |last: &str, now: &str| is_due(Some(at(last)), at(now), &zone);
        assert!(is_due(None, at("2026-01-02T12:00:00Z"), &zone));
        // Three in the morning there is eight in UTC.
        assert!(!due("2026-01-02T08:00:00Z", "2026-01-03T07:59:00Z"));
        assert!(due("2026-01-02T08:00:00Z", "2026-01-03T08:00:00Z"));
        assert!(!due("2026-01-03T08:00:00Z", "2026-01-03T22:00:00Z"));
    }
}
