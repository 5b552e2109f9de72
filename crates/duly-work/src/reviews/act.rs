//! What people do to a review: each act one transaction with its entry, then its warnings.

use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::review::DUE_BUSINESS_DAYS;
use duly_store::{ReviewChange, ReviewRework, ReviewState, ReviewWord, Store};
use jiff::Timestamp;

use super::due_at;
use super::overdue::{REVIEW_DISAGREED, REVIEW_OVERDUE, clear, disagreed};
use crate::error::WorkError;

/// Opens a review; from then on the time is taken.
///
/// # Errors
///
/// When the store fails.
pub async fn open(
    store: &Store,
    client: &ClientId,
    ticket: &DutyId,
    person: &PersonId,
    now: Timestamp,
) -> Result<ReviewChange, WorkError> {
    Ok(store.open_review(client, ticket, person, now).await?)
}

/// Writes down what a reviewer found.
///
/// # Errors
///
/// When the store fails.
pub async fn decide(
    store: &Store,
    word: ReviewWord,
    now: Timestamp,
) -> Result<ReviewChange, WorkError> {
    let (client, ticket) = (word.client.clone(), word.ticket.clone());
    let change = store.decide_review(word, now).await?;
    match change {
        ReviewChange::Changed(ReviewState::Agreed) => {
            let both = [REVIEW_OVERDUE, REVIEW_DISAGREED];
            clear(store, &client, &ticket, &both, now).await?;
        }
        ReviewChange::Changed(_) => {
            clear(store, &client, &ticket, &[REVIEW_OVERDUE], now).await?;
            if let Some(review) = store.review(&client, &ticket).await? {
                disagreed(store, &review, now).await?;
            }
        }
        _ => return Ok(change),
    }
    store.release_checkpoints(now).await?;
    Ok(change)
}

/// What a person did again.
#[derive(Clone, Debug)]
pub struct DoneAgain {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Who did it.
    pub person: PersonId,
    /// The revision the person saw.
    pub revision: u64,
    /// What was done.
    pub words: String,
}

/// Writes down that a ticket was done again; it is looked at a second time.
///
/// # Errors
///
/// When the store fails.
pub async fn do_again(
    store: &Store,
    done: DoneAgain,
    now: Timestamp,
) -> Result<ReviewChange, WorkError> {
    let published = store
        .published(&done.client)
        .await?
        .ok_or_else(|| WorkError::NoClient(done.client.clone()))?;
    let rework = ReviewRework {
        client: done.client,
        ticket: done.ticket,
        person: done.person,
        revision: done.revision,
        words: done.words,
        due_at: due_at(&published, DUE_BUSINESS_DAYS, now)?,
    };
    let change = store.rework_review(rework, now).await?;
    if matches!(change, ReviewChange::Changed(_)) {
        store.release_checkpoints(now).await?;
    }
    Ok(change)
}
