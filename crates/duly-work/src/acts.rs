//! What a person does to a ticket. Each act is one transaction with its entry; a page calls these
//! and shows what came of it, and decides nothing itself.

use duly_core::id::{ClientId, DutyId, PersonId};
use duly_store::{
    Assigning, ClosedBy, Closing, Error, Fill, HandOver, Made, NewNote, Reopen, Reopened, RowFill,
    Snooze, Snoozing, StepChange, Store,
};
use jiff::Timestamp;

use crate::reviews::act::second_looks;

pub use duly_store::OnStep;

/// Most tickets closed at once: a page of them.
pub const CLOSED_AT_ONCE_MAX: usize = 50;

/// Fills a step with what the person found and wrote.
///
/// # Errors
///
/// When the store fails.
pub async fn fill_step(
    store: &Store,
    on: OnStep,
    fill: Fill,
    now: Timestamp,
) -> Result<StepChange, Error> {
    store.fill_step(on, fill, now).await
}

/// Leaves a step out, with a reason; refused for a critical one.
///
/// # Errors
///
/// When the store fails.
pub async fn skip_step(
    store: &Store,
    on: OnStep,
    reason: String,
    now: Timestamp,
) -> Result<StepChange, Error> {
    store.skip_step(on, reason, now).await
}

/// Has a step measured again, because what was found has been mended; the worker's next round runs
/// its probe.
///
/// # Errors
///
/// When the store fails.
pub async fn ask_again(
    store: &Store,
    on: OnStep,
    reason: String,
    now: Timestamp,
) -> Result<StepChange, Error> {
    store.ask_again(on, reason, now).await
}

/// Records what a person found of an asset that a ticket lists.
///
/// # Errors
///
/// When the store fails.
pub async fn fill_row(store: &Store, fill: RowFill, now: Timestamp) -> Result<StepChange, Error> {
    store.fill_row(fill, now).await
}

/// Leaves a comment on a ticket, closed or not.
///
/// # Errors
///
/// When the store fails.
pub async fn comment(store: &Store, note: NewNote, now: Timestamp) -> Result<Made, Error> {
    store.add_note(note, now).await
}

/// Hands a ticket over, with a word to the next one. `staff` is the provider.
///
/// # Errors
///
/// When the store fails.
pub async fn hand_over(
    store: &Store,
    staff: &ClientId,
    what: HandOver,
    now: Timestamp,
) -> Result<Assigning, Error> {
    store.hand_over(staff, what, now).await
}

/// Has a closed ticket done again, with a reason.
///
/// # Errors
///
/// When the store fails.
pub async fn reopen(store: &Store, what: Reopen, now: Timestamp) -> Result<Reopened, Error> {
    let reopened = store.reopen_ticket(what, now).await?;
    store.release_checkpoints(now).await?;
    Ok(reopened)
}

/// Closes a ticket, if its gates allow.
///
/// # Errors
///
/// When the store fails.
pub async fn close_ticket(
    store: &Store,
    client: &ClientId,
    ticket: &DutyId,
    by: ClosedBy,
    now: Timestamp,
) -> Result<Closing, Error> {
    let closing = close(store, client, ticket, by, now).await?;
    store.release_checkpoints(now).await?;
    Ok(closing)
}

/// Closes, and has what a review found not as recorded looked at a second time.
async fn close(
    store: &Store,
    client: &ClientId,
    ticket: &DutyId,
    by: ClosedBy,
    now: Timestamp,
) -> Result<Closing, Error> {
    let closing = store.close_ticket(client, ticket, Some(by), now).await?;
    let is_again = matches!(closing, Closing::Reworked { .. });
    if is_again && let Err(error) = second_looks(store, client, now).await {
        // It is closed all the same, and the worker hands it out in its next round.
        tracing::warn!(%error, "a second look was not handed out at once");
    }
    Ok(closing)
}

/// Closes several tickets, each through its own gates; what became of each, in their order. At most
/// [`CLOSED_AT_ONCE_MAX`], the rest is not looked at.
///
/// # Errors
///
/// When the store fails; those closed before stay closed.
pub async fn close_tickets(
    store: &Store,
    tickets: &[(ClientId, DutyId)],
    by: &ClosedBy,
    now: Timestamp,
) -> Result<Vec<Closing>, Error> {
    let mut closings = Vec::with_capacity(tickets.len());
    for (client, ticket) in tickets.iter().take(CLOSED_AT_ONCE_MAX) {
        closings.push(close(store, client, ticket, by.clone(), now).await?);
    }
    store.release_checkpoints(now).await?;
    Ok(closings)
}

/// Takes a ticket out of the queue until a time, with a reason.
///
/// # Errors
///
/// When the store fails.
pub async fn snooze(store: &Store, snooze: Snooze, now: Timestamp) -> Result<Snoozing, Error> {
    store.snooze_ticket(snooze, now).await
}

/// Brings a ticket back before its time.
///
/// # Errors
///
/// When the store fails.
pub async fn wake(
    store: &Store,
    client: &ClientId,
    ticket: &DutyId,
    person: &PersonId,
    now: Timestamp,
) -> Result<Snoozing, Error> {
    store.wake_ticket(client, ticket, person, now).await
}
