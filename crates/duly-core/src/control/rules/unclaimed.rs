//! `unclaimed`: a source shows something that nobody has claimed.

use jiff::SignedDuration;

use crate::control::facts::{ClientFacts, Unclaimed};
use crate::control::planted::{days, nine, spoiled_client};
use crate::control::{Judge, Kind, Parameter, Raised, Rule, SETTLED, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unclaimed",
    kind: Kind::Uncovered,
    severity: Severity::Medium,
    looks_for: "A source shows an asset that nobody has claimed as looked after or as somebody \
                else's.",
    may_mean: "A visitor's notebook, a printer under a new name. Until it is claimed nobody looks \
               after it.",
    parameters: &[Parameter {
        name: "after-days",
        default: Some(7),
        about: "Unclaimed for this long.",
        because: "Five business days to ask whose it is.",
    }],
    cause: SETTLED,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.unclaimed.push(Unclaimed {
                what: "DESKTOP-7".to_owned(),
                source: "directory".to_owned(),
                since: nine() - days(20),
            });
        })
    },
};

fn judge(facts: &ClientFacts, with: &With<'_>) -> Vec<Raised> {
    let after = SignedDuration::from_hours(24 * i64::from(with.number("after-days")));
    let old = |one: &&Unclaimed| facts.now.duration_since(one.since) > after;
    let unclaimed = facts.unclaimed.iter().filter(old);
    unclaimed
        .map(|one| {
            let message = format!("{} is seen by {} and is nobody's.", one.what, one.source);
            Raised::new(one.what.as_str(), message)
        })
        .collect()
}
