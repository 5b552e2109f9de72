//! `unacknowledged`: warnings that nobody took on for more than a business day.

use crate::control::facts::{DeskFacts, Waiting};
use crate::control::planted::{days, nine, spoiled_desk};
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unacknowledged",
    kind: Kind::Other,
    severity: Severity::Medium,
    looks_for: "Warnings of a client were not acknowledged for more than a business day.",
    may_mean: "Somebody may be on it and not have said so. A warning is there to be taken on by \
               name.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Desk(judge),
    planted: || {
        spoiled_desk(|facts| {
            facts.waiting.push(Waiting {
                client: "c-baker".into(),
                warnings: 2,
                since: nine() - days(5),
            });
        })
    },
};

fn judge(facts: &DeskFacts, _: &With<'_>) -> Vec<Raised> {
    let waiting = facts.waiting.iter().filter(|one| one.warnings > 0);
    waiting
        .map(|one| {
            let message = format!(
                "{} not acknowledged for more than a business day, the oldest for {}.",
                match one.warnings {
                    1 => "A warning was".to_owned(),
                    count => format!("{count} warnings were"),
                },
                super::length(facts.now.duration_since(one.since).as_secs())
            );
            Raised::new(one.client.as_str(), message)
        })
        .collect()
}
