//! Exceptions: what a person asks, decides and withdraws, on the client's own date.

use duly_core::exception::{Ask, EXPIRING_DAYS};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::{Client, WaivedBy};
use duly_store::{Asking, Deciding, Decision, ExceptionRow, ExceptionState, NewAsk, Store};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::error::WorkError;
use crate::lists;
use crate::publish::today;

/// How an exception stands on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody has to decide on it.
    Asked,
    /// It ends within [`EXPIRING_DAYS`].
    Expiring,
    /// It holds.
    InForce,
    /// It is granted and begins later.
    ToCome,
    /// Its last day is over.
    Ended,
    /// It was withdrawn.
    Withdrawn,
    /// It was refused.
    Refused,
}

/// How it stands on the client's date. One that nobody decided before its last day is still asked:
/// it can only be refused then.
#[must_use]
pub fn standing(row: &ExceptionRow, today: Date) -> Standing {
    match row.state {
        ExceptionState::Asked => Standing::Asked,
        ExceptionState::Refused => Standing::Refused,
        ExceptionState::Granted if row.withdrawn_at.is_some() => Standing::Withdrawn,
        ExceptionState::Granted if row.ask.to < today => Standing::Ended,
        ExceptionState::Granted if row.ask.from > today => Standing::ToCome,
        ExceptionState::Granted => {
            let soon = today.saturating_add(EXPIRING_DAYS.days());
            if row.ask.to <= soon {
                Standing::Expiring
            } else {
                Standing::InForce
            }
        }
    }
}

/// By whose word somebody waives: a client's owner by the client's, staff by the provider's.
#[must_use]
pub fn word_of(home: &ClientId) -> WaivedBy {
    if home.as_str() == Client::PROVIDER {
        WaivedBy::Provider
    } else {
        WaivedBy::Client
    }
}

/// Asks for an exception.
///
/// # Errors
///
/// When the client, the process or the asset is not there, or the store fails.
pub async fn ask(
    store: &Store,
    client: &ClientId,
    id: String,
    ask: Ask,
    person: &PersonId,
    now: Timestamp,
) -> Result<Asking, WorkError> {
    let new = NewAsk {
        client: client.clone(),
        id,
        ask,
        person: person.clone(),
        today: date_of(store, client, now).await?,
    };
    let asking = store.ask_exception(new, now).await?;
    store.release_checkpoints(now).await?;
    Ok(asking)
}

/// Grants an exception by somebody's word, or refuses it where there is none.
///
/// # Errors
///
/// When the client is not there, or the store fails.
pub async fn decide(
    store: &Store,
    client: &ClientId,
    id: &str,
    person: &PersonId,
    grant: Option<WaivedBy>,
    answer: String,
    now: Timestamp,
) -> Result<Deciding, WorkError> {
    let decision = Decision {
        client: client.clone(),
        id: id.to_owned(),
        person: person.clone(),
        grant,
        answer,
        today: date_of(store, client, now).await?,
    };
    let decided = store.decide_exception(decision, now).await?;
    store.release_checkpoints(now).await?;
    Ok(decided)
}

/// Withdraws an exception, with a reason; what opens from now on is due again.
///
/// # Errors
///
/// When the client is not there, or the store fails.
pub async fn withdraw(
    store: &Store,
    client: &ClientId,
    id: &str,
    person: &PersonId,
    reason: String,
    now: Timestamp,
) -> Result<Deciding, WorkError> {
    let withdrawal = Decision {
        client: client.clone(),
        id: id.to_owned(),
        person: person.clone(),
        grant: None,
        answer: reason,
        today: date_of(store, client, now).await?,
    };
    let withdrawn = store.withdraw_exception(withdrawal, now).await?;
    store.release_checkpoints(now).await?;
    Ok(withdrawn)
}

/// Every exception of a client.
///
/// # Errors
///
/// When the store fails.
pub async fn all(store: &Store, client: &ClientId) -> Result<Vec<ExceptionRow>, WorkError> {
    Ok(lists::exceptions(store, client).await?)
}

async fn date_of(store: &Store, client: &ClientId, now: Timestamp) -> Result<Date, WorkError> {
    let row = store.client(client).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    today(&row.scope.tz, now)
}
