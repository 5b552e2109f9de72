//! `step-skipped`: a ticket was closed without a step.

use crate::control::facts::{StepFacts, StepState, TicketFacts};
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "step-skipped",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "A ticket was closed with a step left out.",
    may_mean: "Leaving out a standard step is allowed, with a reason; a step that is left out \
               every time does not belong into the checklist, or is not done.",
    parameters: &[super::STEPS],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            if let Some(step) = facts.work.steps.last_mut() {
                step.state = StepState::Skipped;
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    if !facts.is_closed() {
        return Vec::new();
    }
    let left_out = |step: &&StepFacts| step.state != StepState::Filled && with.looks_at(&step.id);
    let steps = facts.work.steps.iter().filter(left_out);
    let names: Vec<String> = steps.map(|step| format!("`{}`", step.id)).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "The ticket of {} was closed without {}.",
        facts.slot,
        names.join(", ")
    );
    vec![Raised::new(facts.about(), message)]
}
