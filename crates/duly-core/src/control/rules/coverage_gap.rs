//! `coverage-gap`: an asset lacks what its kind needs.

use crate::control::facts::{AssetFacts, ClientFacts};
use crate::control::planted::{asset, spoiled_client};
use crate::control::{Judge, Kind, Raised, Rule, SETTLED, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "coverage-gap",
    kind: Kind::Uncovered,
    severity: Severity::High,
    looks_for: "An asset in care lacks something that its kind needs or that was promised.",
    may_mean: "A device that was just added has not been set up yet; one that left is still on the \
               list.",
    parameters: &[],
    cause: SETTLED,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.assets.push(AssetFacts {
                asset: asset(),
                name: "office files".to_owned(),
                kind: "backup".to_owned(),
                lacks: vec!["backup.restore-test".to_owned()],
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let lacking = facts.assets.iter().filter(|asset| !asset.lacks.is_empty());
    lacking
        .map(|asset| {
            let message = format!(
                "{} ({}) is not covered by {}.",
                asset.name,
                asset.kind,
                asset.lacks.join(", ")
            );
            Raised::new(asset.asset.as_str(), message).of(&asset.asset)
        })
        .collect()
}
