//! `not-evaluated`: what was to be found out could not be, and still is not.

use jiff::SignedDuration;

use crate::control::facts::{StepFacts, TicketFacts};
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;
use crate::verdict::Verdict;

/// A probe that could not find out is tried again for about ten hours; only then is it a person's.
const AFTER: SignedDuration = SignedDuration::from_hours(12);

pub(super) static RULE: Rule = Rule {
    id: "not-evaluated",
    kind: Kind::Unknown,
    severity: Severity::Medium,
    looks_for: "A step has had the verdict unknown for twelve hours: nobody can tell whether it \
                holds.",
    may_mean: "A repository that could not be reached, a device that was off, a password that was \
               changed. Unknown is never counted as a pass.",
    parameters: &[],
    cause: Cause::State {
        after: AFTER,
        keep: SignedDuration::ZERO,
    },
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            for step in facts.work.steps.iter_mut().take(1) {
                step.verdict = Some(Verdict::Unknown);
            }
        })
    },
};

fn judge(facts: &TicketFacts, _: &With<'_>) -> Vec<Raised> {
    let unknown = |step: &&StepFacts| step.verdict == Some(Verdict::Unknown);
    let steps = facts.work.steps.iter().filter(unknown);
    steps
        .map(|step| {
            let message = format!(
                "Step `{}` of {} could not be evaluated: its verdict is unknown.",
                step.id, facts.slot
            );
            Raised::new(facts.about_step(&step.id), message)
        })
        .collect()
}
