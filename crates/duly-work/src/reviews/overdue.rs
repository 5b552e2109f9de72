//! Warnings about reviews: one that is overdue, one that found the work not as recorded. They are
//! cleared when the review agrees.

use duly_core::id::{ClientId, DutyId};
use duly_core::process::Severity;
use duly_store::{NewWarning, Review, ReviewFilter, ReviewState, Store};
use jiff::Timestamp;

use crate::error::WorkError;
use crate::lists;

/// A review was not made by its due time.
pub const REVIEW_OVERDUE: &str = "review-overdue";
/// A reviewer disagreed, and the ticket is owed again.
pub const REVIEW_DISAGREED: &str = "review-disagreed";

/// Warns of everything that stands so; how many warnings were new.
///
/// # Errors
///
/// When the store fails.
pub async fn warn(store: &Store, client: &ClientId, now: Timestamp) -> Result<usize, WorkError> {
    let in_state = |state, due_before| ReviewFilter {
        client: Some(client.clone()),
        state: Some(state),
        due_before,
        month: None,
    };
    let overdue = in_state(ReviewState::Owed, Some(now));
    let rework = in_state(ReviewState::Rework, None);
    let mut raised = 0;
    for review in lists::reviews(store, &overdue).await? {
        let message = format!(
            "The review of a ticket of {}, drawn from {}, was due at {} and is not made.",
            review.process, review.period, review.due_at
        );
        raised += raise(
            store,
            &review,
            REVIEW_OVERDUE,
            Severity::Medium,
            message,
            now,
        )
        .await?;
    }
    for review in lists::reviews(store, &rework).await? {
        raised += disagreed(store, &review, now).await?;
    }
    Ok(raised)
}

/// Warns that a reviewer disagreed.
///
/// # Errors
///
/// When the store fails.
pub(super) async fn disagreed(
    store: &Store,
    review: &Review,
    now: Timestamp,
) -> Result<usize, WorkError> {
    let message = format!(
        "A review found a ticket of {}, drawn from {}, not as recorded. It has to be done again.",
        review.process, review.period
    );
    raise(
        store,
        review,
        REVIEW_DISAGREED,
        Severity::High,
        message,
        now,
    )
    .await
}

/// Ends whatever was warned about a review.
///
/// # Errors
///
/// When the store fails.
pub(super) async fn clear(
    store: &Store,
    client: &ClientId,
    ticket: &DutyId,
    rules: &[&str],
    now: Timestamp,
) -> Result<(), WorkError> {
    for rule in rules {
        store
            .clear_warning(client, rule, ticket.as_str(), now)
            .await?;
    }
    Ok(())
}

async fn raise(
    store: &Store,
    review: &Review,
    rule: &str,
    severity: Severity,
    message: String,
    now: Timestamp,
) -> Result<usize, WorkError> {
    let warning = NewWarning {
        client: review.client.clone(),
        rule: rule.to_owned(),
        about: review.ticket.to_string(),
        severity,
        message,
        ticket: Some(review.ticket.clone()),
    };
    Ok(usize::from(
        store.raise_warning(warning, now).await?.is_some(),
    ))
}
