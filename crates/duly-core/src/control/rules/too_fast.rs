//! `too-fast`: a step took far less than it usually does.

use crate::control::facts::TicketFacts;
use crate::control::planted::{minutes, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::id::StepId;
use crate::process::Severity;

/// Runs whose median is usual: recent enough to follow a change of tools.
const RUNS_MAX: usize = 20;

/// Runs before there is anything usual; a median of fewer moves with each of them.
const RUNS_MIN: usize = 5;

pub(super) static RULE: Rule = Rule {
    id: "too-fast",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "A step done by hand took far less time than the median of the last runs.",
    may_mean: "Steps may be done first and recorded together, and a routine hand is quick. Look at \
               what was handed in before drawing a conclusion.",
    parameters: &[
        Parameter {
            name: "factor-percent",
            default: Some(25),
            about: "Less than this share of the usual time.",
            because: "Four times as fast as usual is beyond a good day; nothing better is known.",
        },
        Parameter {
            name: "floor-minutes",
            default: Some(5),
            about: "What counts as usual before five runs exist.",
            because: "Opening a restored file and looking at it takes some minutes.",
        },
        super::STEPS,
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let mut at = facts.work.opened_at + minutes(60);
            for step in &mut facts.work.steps {
                step.recorded_at = Some(at);
                at += minutes(1);
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    if !facts.is_closed() {
        return Vec::new();
    }
    let percent = i64::from(with.number("factor-percent"));
    let floor = i64::from(with.number("floor-minutes")) * 60;
    let mut raised = Vec::new();
    for (step, took) in facts.work.seconds() {
        let by_hand = facts.work.step(step).is_some_and(|step| step.is_by_hand());
        let usual = usual(facts, step).unwrap_or(floor);
        if by_hand && with.looks_at(step) && took * 100 < usual * percent {
            let message = format!(
                "Step `{step}` of {} took {}; usual are {}.",
                facts.slot,
                super::length(took),
                super::length(usual)
            );
            raised.push(Raised::new(facts.about_step(step), message));
        }
    }
    raised
}

/// The median of the last runs in which the step was done by hand.
fn usual(facts: &TicketFacts, step: &StepId) -> Option<i64> {
    let lengths = facts.earlier.iter().filter_map(|work| {
        let by_hand = work.step(step)?.is_by_hand();
        by_hand.then(|| work.seconds().get(step).copied())?
    });
    let lengths: Vec<i64> = lengths.take(RUNS_MAX).collect();
    (lengths.len() >= RUNS_MIN).then(|| super::median(lengths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    fn steps(facts: &TicketFacts) -> Vec<String> {
        let raised = judge(facts, &With::defaults(&RULE));
        let step = |raised: &Raised| raised.about.rsplit('/').next().unwrap().to_owned();
        raised.iter().map(step).collect()
    }

    #[test]
    fn a_step_ticked_a_minute_after_the_one_before_is_too_fast_beside_its_usual_half_hour() {
        let mut facts = ticket();
        let before = facts.work.steps[0].recorded_at.unwrap();
        facts.work.steps[1].recorded_at = Some(before + minutes(1));
        assert_eq!(steps(&facts), ["open"]);
    }

    #[test]
    fn before_five_runs_the_floor_is_what_is_usual() {
        let mut facts = ticket();
        facts.earlier.truncate(4);
        assert_eq!(steps(&facts), [""; 0], "minutes, not seconds");
        let before = facts.work.steps[2].recorded_at.unwrap();
        facts.work.steps[3].recorded_at = Some(before + minutes(1));
        assert_eq!(steps(&facts), ["clean"]);
    }

    #[test]
    fn a_measured_step_and_an_open_ticket_are_left_alone() {
        let mut facts = ticket();
        for step in &mut facts.work.steps {
            step.measured = true;
            step.recorded_at = Some(facts.now);
        }
        assert_eq!(steps(&facts), [""; 0]);
        for step in &mut facts.work.steps {
            step.measured = false;
        }
        facts.outcome = crate::accounts::Outcome::Open;
        assert_eq!(steps(&facts), [""; 0]);
    }
}
