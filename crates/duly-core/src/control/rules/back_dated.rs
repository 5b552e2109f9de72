//! `back-dated`: the time that evidence claims and the time it was handed in lie far apart.

use jiff::SignedDuration;

use crate::control::facts::TicketFacts;
use crate::control::planted::{days, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

/// How far ahead of ours a clock may be that knows no zone.
const AHEAD: SignedDuration = SignedDuration::from_hours(14);

pub(super) static RULE: Rule = Rule {
    id: "back-dated",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "Evidence claims to have been made long before it was handed in, or after that.",
    may_mean: "Pictures are collected and handed in later; clocks are wrong. It matters where the \
               claimed time is in time for the duty and the handing in was not.",
    parameters: &[
        Parameter {
            name: "apart-days",
            default: Some(3),
            about: "So far apart.",
            because: "What is photographed on Friday is handed in on Monday.",
        },
        super::STEPS,
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let steps = facts.work.steps.iter_mut();
            for evidence in steps.flat_map(|step| &mut step.evidence) {
                evidence.uploaded_at += days(5);
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let apart = SignedDuration::from_hours(24 * i64::from(with.number("apart-days")));
    let mut raised = Vec::new();
    for step in facts
        .work
        .steps
        .iter()
        .filter(|step| with.looks_at(&step.id))
    {
        let odd = step.evidence.iter().find_map(|evidence| {
            let claimed = evidence.claimed_at?;
            let after = evidence.uploaded_at.duration_since(claimed);
            (after > apart || after < -AHEAD).then_some((claimed, evidence.uploaded_at))
        });
        let Some((claimed, uploaded)) = odd else {
            continue;
        };
        let message = format!(
            "What was handed in for step `{}` of {} claims {}; it was handed in on {}.",
            step.id,
            facts.slot,
            claimed.strftime("%-d %B %Y"),
            uploaded.strftime("%-d %B %Y")
        );
        raised.push(Raised::new(facts.about_step(&step.id), message));
    }
    raised
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn a_picture_from_the_future_is_odd_and_one_of_friday_is_not() {
        let mut facts = ticket();
        let uploaded = facts.work.steps[1].evidence[0].uploaded_at;
        facts.work.steps[1].evidence[0].claimed_at = Some(uploaded - days(3));
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.work.steps[1].evidence[0].claimed_at = Some(uploaded + days(1));
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
