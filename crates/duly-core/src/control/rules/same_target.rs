//! `same-target`: the draw or the choice fell on too few different things.

use std::collections::BTreeSet;

use crate::control::facts::{RunFacts, TicketFacts};
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "same-target",
    kind: Kind::Conduct,
    severity: Severity::Medium,
    looks_for: "The last runs looked at too few different things.",
    may_mean: "A client with two servers has only two to choose from: set the figure to what is \
               there.",
    parameters: &[
        Parameter {
            name: "last",
            default: Some(6),
            about: "Of so many runs.",
            because: "Three months of a fortnightly test.",
        },
        Parameter {
            name: "distinct-at-least",
            default: Some(4),
            about: "So many must differ.",
            because: "Drawn by chance from ten, six draws have four different ones in 98 of 100 \
                      cases.",
        },
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let works = facts.earlier.iter_mut().chain([&mut facts.work]);
            for run in works.filter_map(|work| work.run.as_mut()) {
                run.targets = vec!["the small one".to_owned()];
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let last = with.number("last") as usize;
    let at_least = with.number("distinct-at-least") as usize;
    let works = [&facts.work].into_iter().chain(&facts.earlier);
    let known = |run: &&RunFacts| !run.targets.is_empty();
    let runs: Vec<&RunFacts> = works
        .filter_map(|work| work.run.as_ref())
        .filter(known)
        .take(last)
        .collect();
    let targets: BTreeSet<&String> = runs.iter().flat_map(|run| &run.targets).collect();
    let now = facts.work.run.as_ref().is_some_and(|run| known(&run));
    if !now || runs.len() < last || targets.len() >= at_least {
        return Vec::new();
    }
    let about = super::monthly(facts, super::what(facts));
    let message = format!(
        "The last {last} runs looked at {} only; {at_least} are wanted.",
        super::counted(targets.len(), "different thing", "different things")
    );
    vec![Raised::new(about, message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn with_fewer_runs_than_the_rule_counts_it_says_nothing() {
        let mut facts = ticket();
        for work in facts.earlier.iter_mut().chain([&mut facts.work]) {
            work.run.as_mut().unwrap().targets = vec!["one".to_owned()];
        }
        facts.earlier.truncate(4);
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.earlier.push(crate::control::planted::work(9));
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
