//! `unresolved`: something found, or an action agreed, is still open.

use jiff::SignedDuration;

use crate::control::facts::{ClientFacts, OpenPoint};
use crate::control::planted::{days, nine, spoiled_client};
use crate::control::{AT_ONCE, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "unresolved",
    kind: Kind::Other,
    severity: Severity::Medium,
    looks_for: "Something that was found, or an action that was agreed, is still open.",
    may_mean: "It may wait for somebody else. Then it should say for whom, and until when.",
    parameters: &[Parameter {
        name: "after-days",
        default: Some(14),
        about: "Open for this long.",
        because: "Two weeks carry a small order or a small change.",
    }],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.open_points.push(OpenPoint {
                what: "the restore test of 2 October failed".to_owned(),
                asset: None,
                since: nine() - days(50),
            });
        })
    },
};

fn judge(facts: &ClientFacts, with: &With<'_>) -> Vec<Raised> {
    let after = SignedDuration::from_hours(24 * i64::from(with.number("after-days")));
    let old = |one: &&OpenPoint| facts.now.duration_since(one.since) > after;
    let points = facts.open_points.iter().filter(old);
    points
        .map(|one| {
            let open_for = facts.now.duration_since(one.since).as_secs();
            let message = format!("Open for {}: {}.", super::length(open_for), one.what);
            let raised = Raised::new(one.what.as_str(), message);
            match &one.asset {
                Some(asset) => raised.of(asset),
                None => raised,
            }
        })
        .collect()
}
