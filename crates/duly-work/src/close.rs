//! Ends tickets without a person: closes those whose steps are all measured and pass, and marks
//! those whose grace is over as missed.

use duly_core::accounts::Outcome;
use duly_core::id::ClientId;
use duly_core::verdict::Verdict;
use duly_store::{Closing, StepState, Store, TicketFilter, TicketStep};
use jiff::Timestamp;

use crate::error::WorkError;
use crate::lists;

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
    let open = TicketFilter {
        client: Some(client.clone()),
        outcome: Some(Outcome::Open),
        ..TicketFilter::default()
    };
    let in_rework = TicketFilter {
        client: Some(client.clone()),
        rework: true,
        ..TicketFilter::default()
    };
    let mut ended = Ended::default();
    let mut tickets = lists::tickets(store, &open).await?;
    tickets.extend(lists::tickets(store, &in_rework).await?);
    for ticket in tickets {
        let Some((ticket, steps)) = store.ticket(client, &ticket.id).await? else {
            continue;
        };
        if steps.iter().all(is_measured_pass) {
            let closing = store.close_ticket(client, &ticket.id, None, now).await?;
            let is_closed = matches!(closing, Closing::Closed { .. } | Closing::Reworked { .. });
            ended.closed += usize::from(is_closed);
        }
    }
    ended.missed = store.mark_missed(client, now).await?.len();
    Ok(ended)
}

fn is_measured_pass(step: &TicketStep) -> bool {
    let holds = step.verdict.is_some_and(Verdict::holds);
    step.state == StepState::Filled && step.run.is_some() && holds
}
