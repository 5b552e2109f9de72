//! `evidence-stale`: evidence is older than the work it is to show.

use jiff::SignedDuration;

use crate::control::facts::TicketFacts;
use crate::control::planted::{days, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

/// A camera's clock knows no zone, so it may be half a day off and still right.
const SLACK: SignedDuration = SignedDuration::from_hours(14);

pub(super) static RULE: Rule = Rule {
    id: "evidence-stale",
    kind: Kind::Stale,
    severity: Severity::Medium,
    looks_for: "By its own word, a file or picture was made before the ticket was raised.",
    may_mean: "Cameras and machines have wrong clocks, and an export may carry the date of what it \
               is about.",
    parameters: &[super::STEPS],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let steps = facts.work.steps.iter_mut();
            for evidence in steps.flat_map(|step| &mut step.evidence) {
                evidence.claimed_at = Some(facts.work.opened_at - days(3));
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let mut raised = Vec::new();
    for step in facts
        .work
        .steps
        .iter()
        .filter(|step| with.looks_at(&step.id))
    {
        let oldest = step.evidence.iter().filter_map(|one| one.claimed_at).min();
        let Some(made) = oldest.filter(|made| *made + SLACK < facts.work.opened_at) else {
            continue;
        };
        let message = format!(
            "What was handed in for step `{}` of {} says it was made on {}, before the work began.",
            step.id,
            facts.slot,
            made.strftime("%-d %B %Y")
        );
        raised.push(Raised::new(facts.about_step(&step.id), message));
    }
    raised
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{minutes, ticket};

    #[test]
    fn a_camera_in_another_zone_is_not_called_stale() {
        let mut facts = ticket();
        let opened = facts.work.opened_at;
        facts.work.steps[1].evidence[0].claimed_at = Some(opened - minutes(60 * 13));
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.work.steps[1].evidence[0].claimed_at = None;
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
