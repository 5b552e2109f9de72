//! What reviews came to over a year: by technician, by process, by reviewer.

use std::collections::BTreeMap;

use duly_core::id::{ClientId, PersonId, ProcessId};
use duly_core::review::suspicion::{Hasty, Look, hasty};
use duly_store::{ReviewLook, Store};
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;

/// How far back it goes.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(365 * 24);

/// How often reviewers agreed and disagreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// As recorded.
    pub agreed: u64,
    /// Not as recorded.
    pub disagreed: u64,
}

impl Count {
    fn add(&mut self, agrees: bool) {
        if agrees {
            self.agreed += 1;
        } else {
            self.disagreed += 1;
        }
    }
}

/// A year of reviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// By whoever closed the ticket; nobody where it closed itself.
    pub by_technician: BTreeMap<Option<PersonId>, Count>,
    /// By process.
    pub by_process: BTreeMap<ProcessId, Count>,
    /// By reviewer.
    pub by_reviewer: BTreeMap<PersonId, Count>,
    /// Reviewers who always agree, and within seconds.
    pub hasty: BTreeMap<PersonId, Hasty>,
}

/// The last year of reviews at these clients; at most a widest page of them.
///
/// # Errors
///
/// When the store fails.
pub async fn of_last_year(
    store: &Store,
    clients: &[ClientId],
    now: Timestamp,
) -> Result<History, WorkError> {
    let since = now - LOOK_BACK;
    let mut history = History::default();
    let mut looks: BTreeMap<PersonId, Vec<Look>> = BTreeMap::new();
    for look in store.review_words_since(since).await? {
        if !clients.contains(&look.client) {
            continue;
        }
        let Some(said) = &look.said else { continue };
        let ticket = store.ticket(&look.client, &look.ticket).await?;
        let Some((ticket, _)) = ticket else { continue };
        history
            .by_technician
            .entry(ticket.closed_by)
            .or_default()
            .add(said.agrees);
        history
            .by_process
            .entry(ticket.process)
            .or_default()
            .add(said.agrees);
        history
            .by_reviewer
            .entry(look.person.clone())
            .or_default()
            .add(said.agrees);
        looks
            .entry(look.person.clone())
            .or_default()
            .push(taken(&look, said.at, said.agrees));
    }
    history.hasty = looks
        .into_iter()
        .filter_map(|(person, looks)| Some((person, hasty(&looks)?)))
        .collect();
    Ok(history)
}

fn taken(look: &ReviewLook, at: Timestamp, agreed: bool) -> Look {
    let seconds = at.duration_since(look.opened_at).as_secs();
    Look {
        seconds: u64::try_from(seconds).unwrap_or(0),
        agreed,
    }
}
