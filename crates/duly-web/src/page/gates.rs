//! What stands in the way of closing a ticket, in words. The store checks the gates again in the
//! transaction that closes; this is how a page says beforehand what that will come to.

use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use duly_store::{StepState, Ticket, TicketStep};

use crate::view::ticket::Closing;

/// What closing would take.
pub(crate) fn closing(ticket: &Ticket, steps: &[TicketStep]) -> Closing {
    if !ticket.is_owed() {
        return Closing::NotOffered;
    }
    let reasons: Vec<String> = steps
        .iter()
        .zip(1..)
        .filter_map(|(step, number)| in_the_way(step, number))
        .collect();
    if reasons.is_empty() {
        Closing::Allowed
    } else {
        Closing::Refused { reasons }
    }
}

/// Why a step stands in the way, if it does.
fn in_the_way(step: &TicketStep, number: usize) -> Option<String> {
    match (step.gate, step.state) {
        (Gate::Critical, StepState::Pending) if step.probe.is_some() => {
            Some(format!("Step {number} is critical and has no result yet."))
        }
        (Gate::Critical, StepState::Pending) => {
            Some(format!("Step {number} is critical and nobody has done it."))
        }
        (Gate::Critical, StepState::Skipped) => {
            Some(format!("Step {number} is critical and was left out."))
        }
        (Gate::Critical, StepState::Filled) => match step.verdict {
            None | Some(Verdict::Unknown) => Some(format!(
                "Step {number} is critical, and what it should find out is unknown."
            )),
            Some(_) => None,
        },
        (Gate::Standard, StepState::Pending) => Some(format!(
            "Step {number} is neither done nor left out with a reason."
        )),
        (Gate::Standard, StepState::Filled | StepState::Skipped) => None,
    }
}
