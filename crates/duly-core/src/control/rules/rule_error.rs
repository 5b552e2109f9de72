//! `rule-error`: a rule could not be evaluated, or cannot fire any more.

use crate::control::facts::{DeskFacts, RuleFailure};
use crate::control::planted::spoiled_desk;
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "rule-error",
    kind: Kind::Unknown,
    severity: Severity::High,
    looks_for: "A rule could not be evaluated, or stayed silent on the input on which it must \
                fire.",
    may_mean: "The condition may divide by zero or ask a list for what it does not hold. Until it \
               is mended, its silence means nothing. It is said at most once a month.",
    parameters: &[],
    cause: Cause::Event,
    judge: Judge::Desk(judge),
    planted: || {
        spoiled_desk(|facts| {
            facts.failures.push(RuleFailure {
                rule: "tiny-restore".to_owned(),
                at: "backup.restore-test".to_owned(),
                why: "division by zero".to_owned(),
            });
        })
    },
};

fn judge(facts: &DeskFacts, _: &With<'_>) -> Vec<Raised> {
    let raise = |failure: &RuleFailure| {
        let message = format!(
            "The rule `{}` of {} could not be evaluated: {}.",
            failure.rule, failure.at, failure.why
        );
        let month = facts.now.strftime("%Y-%m");
        Raised::new(format!("{}/{}/{month}", failure.at, failure.rule), message)
    };
    facts.failures.iter().map(raise).collect()
}
