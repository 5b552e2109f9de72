//! `without-expiry`: something was excluded for ever.

use crate::control::facts::{ClientFacts, Exclusion};
use crate::control::planted::spoiled_client;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "without-expiry",
    kind: Kind::Uncovered,
    severity: Severity::Medium,
    looks_for: "Something is left out of protection or care, and nothing says until when.",
    may_mean: "It may be right to leave it out. Somebody should have to say so again after a \
               while.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.exclusions.push(Exclusion {
                what: "the folder /srv/scratch".to_owned(),
                until: None,
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let for_ever = facts.exclusions.iter().filter(|one| one.until.is_none());
    for_ever
        .map(|one| {
            let message = format!("{} is left out without an end.", one.what);
            Raised::new(one.what.as_str(), message)
        })
        .collect()
}
