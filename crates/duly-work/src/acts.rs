//! What a person does to a ticket. Each act is one transaction with its entry; a page calls these
//! and shows what came of it, and decides nothing itself.

use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::verdict::Verdict;
use duly_store::{
    Closing, Error, Snooze, Snoozing, StepAgain, StepChange, StepFill, StepSkip, Store,
};
use jiff::Timestamp;

/// Which step of which ticket, and who acts on what they saw.
#[derive(Clone, Debug)]
pub struct OnStep {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which step.
    pub step: StepId,
    /// The revision the person saw.
    pub revision: u64,
    /// Who.
    pub person: PersonId,
}

/// Fills a step with what the person found and wrote.
///
/// # Errors
///
/// When the store fails.
pub async fn fill_step(
    store: &Store,
    on: OnStep,
    verdict: Verdict,
    note: String,
    now: Timestamp,
) -> Result<StepChange, Error> {
    let OnStep {
        client,
        ticket,
        step,
        revision,
        person,
    } = on;
    let fill = StepFill {
        client,
        ticket,
        step,
        revision,
        person,
        verdict,
        note,
    };
    store.fill_step(fill, now).await
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
    let OnStep {
        client,
        ticket,
        step,
        revision,
        person,
    } = on;
    let skip = StepSkip {
        client,
        ticket,
        step,
        revision,
        person,
        reason,
    };
    store.skip_step(skip, now).await
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
    let OnStep {
        client,
        ticket,
        step,
        revision,
        person,
    } = on;
    let again = StepAgain {
        client,
        ticket,
        step,
        revision,
        person,
        reason,
    };
    store.ask_again(again, now).await
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
    person: &PersonId,
    now: Timestamp,
) -> Result<Closing, Error> {
    let closing = store
        .close_ticket(client, ticket, Some(person), now)
        .await?;
    store.release_checkpoints(now).await?;
    Ok(closing)
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
