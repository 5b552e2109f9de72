//! `unchanged`: what was handed in is the same, file for file, as in the runs before.

use std::collections::BTreeSet;

use crate::control::facts::{StepFacts, TicketFacts};
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unchanged",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "A step was answered with exactly the same files several runs in a row.",
    may_mean: "Some lists really do not change in a quarter. A list of devices that never changes \
               is more often the old list.",
    parameters: &[
        Parameter {
            name: "last",
            default: Some(3),
            about: "So many runs in a row, this one included.",
            because: "Twice the same is a quiet quarter.",
        },
        super::STEPS,
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let same = "a".repeat(64);
            let works = facts.earlier.iter_mut().chain([&mut facts.work]);
            let steps = works.flat_map(|work| &mut work.steps);
            for evidence in steps.flat_map(|step| &mut step.evidence) {
                evidence.sha256.clone_from(&same);
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let last = with.number("last") as usize;
    let before = last.saturating_sub(1);
    if !facts.is_closed() || before == 0 || facts.earlier.len() < before {
        return Vec::new();
    }
    let mut raised = Vec::new();
    for step in facts
        .work
        .steps
        .iter()
        .filter(|step| with.looks_at(&step.id))
    {
        let files = files(step);
        let same = facts.earlier.iter().take(before).all(|work| {
            work.step(&step.id)
                .is_some_and(|earlier| self::files(earlier) == files)
        });
        if !files.is_empty() && same {
            let message = format!(
                "What was handed in for step `{}` of {} is the same as in the {} before.",
                step.id,
                facts.slot,
                super::counted(before, "run", "runs")
            );
            raised.push(Raised::new(facts.about_step(&step.id), message));
        }
    }
    raised
}

fn files(step: &StepFacts) -> BTreeSet<&str> {
    let hashes = step.evidence.iter().map(|one| one.sha256.as_str());
    hashes.collect()
}
