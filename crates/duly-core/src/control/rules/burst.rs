//! `burst`: many steps were ticked within a short time.

use jiff::Timestamp;

use crate::control::facts::TicketFacts;
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "burst",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "Several steps done by hand were ticked within a short time of each other.",
    may_mean: "Somebody may write down at the end what was done all morning. Ask for each step to \
               be recorded when it is done, and look at the evidence.",
    parameters: &[
        Parameter {
            name: "count",
            default: Some(3),
            about: "So many steps.",
            because: "Two at once happen: a look answers two questions.",
        },
        Parameter {
            name: "within-seconds",
            default: Some(60),
            about: "Within this time.",
            because: "Reading three instructions alone takes longer.",
        },
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let at = facts.work.opened_at;
            for step in &mut facts.work.steps {
                step.recorded_at = Some(at);
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let count = with.number("count") as usize;
    let within = i64::from(with.number("within-seconds"));
    let by_hand = facts.work.steps.iter().filter(|step| step.is_by_hand());
    let mut times: Vec<Timestamp> = by_hand.filter_map(|step| step.recorded_at).collect();
    times.sort();
    let is_burst = |window: &[Timestamp]| match (window.first(), window.last()) {
        (Some(first), Some(last)) => last.duration_since(*first).as_secs() <= within,
        _ => false,
    };
    if count < 2 || !times.windows(count).any(is_burst) {
        return Vec::new();
    }
    let message = format!(
        "{count} steps of {} were ticked within {within} seconds.",
        facts.slot
    );
    vec![Raised::new(facts.about(), message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{minutes, ticket};

    #[test]
    fn two_steps_at_once_are_no_burst_and_three_are() {
        let mut facts = ticket();
        let at = facts.work.steps[3].recorded_at;
        facts.work.steps[2].recorded_at = at;
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.work.steps[1].recorded_at = at.map(|at| at - minutes(1));
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
