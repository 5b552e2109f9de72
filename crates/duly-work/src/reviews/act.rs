//! What people do to a review: each act one transaction with its entry, then its warnings.

use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::review::DUE_BUSINESS_DAYS;
use duly_store::{ReviewChange, ReviewFilter, ReviewState, ReviewWord, Store};
use jiff::Timestamp;

use super::due_at;
use super::overdue::{REVIEW_DISAGREED, REVIEW_OVERDUE, clear, disagreed};
use crate::error::WorkError;
use crate::lists;

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

/// Has what was not as recorded looked at a second time, where it has been done again; how many
/// were handed out.
///
/// # Errors
///
/// When the store fails.
pub async fn second_looks(
    store: &Store,
    client: &ClientId,
    now: Timestamp,
) -> Result<usize, WorkError> {
    let in_rework = ReviewFilter {
        client: Some(client.clone()),
        state: Some(ReviewState::Rework),
        ..ReviewFilter::default()
    };
    let reviews = lists::reviews(store, &in_rework).await?;
    if reviews.is_empty() {
        return Ok(0);
    }
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let due_at = due_at(&published, DUE_BUSINESS_DAYS, now)?;
    let mut asked = 0;
    for review in reviews {
        let asks = store.ask_for_second_look(client, &review.ticket, due_at);
        asked += usize::from(asks.await?);
    }
    Ok(asked)
}
