//! Ends tickets without a person: closes those whose steps are all measured and pass, and marks
//! those whose grace is over as missed.

use duly_core::id::ClientId;
use duly_store::{Closing, Store};
use jiff::Timestamp;

use crate::error::WorkError;

/// What became of the open tickets of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Closed by themselves.
    pub closed: usize,
    /// Missed.
    pub missed: usize,
}

/// Closes what can close itself, then marks what was missed; in that order, so that work that was
/// finished in time and not yet looked at is never marked.
///
/// # Errors
///
/// When the store fails.
pub async fn end_tickets(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<Ended, WorkError> {
    let mut ended = Ended::default();
    for ticket in store.measured_through(client).await? {
        let closing = store.close_ticket(client, &ticket, None, now).await?;
        let is_closed = matches!(closing, Closing::Closed { .. } | Closing::Reworked { .. });
        ended.closed += usize::from(is_closed);
    }
    ended.missed = mark_missed(store, client, now).await?;
    Ok(ended)
}

/// Marks what was missed, and only that: for a client at which nothing was done since the rest was
/// last looked at. How many.
///
/// # Errors
///
/// When the store fails.
pub async fn mark_missed(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<usize, WorkError> {
    if store.has_missed(client, now).await? {
        return Ok(store.mark_missed(client, now).await?.len());
    }
    Ok(0)
}
