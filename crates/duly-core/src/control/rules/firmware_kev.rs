//! `firmware-kev`: running firmware has a flaw that is known to be exploited.

use crate::control::facts::{ClientFacts, Firmware};
use crate::control::planted::{asset, spoiled_client};
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "firmware-kev",
    kind: Kind::Other,
    severity: Severity::High,
    looks_for: "The firmware that a device runs has a flaw that is known to be exploited.",
    may_mean: "The part with the flaw may be switched off. That is a reason to write down, not to \
               wait.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.firmware.push(Firmware {
                asset: asset(),
                asset_name: "shop firewall".to_owned(),
                version: "7.2.1".to_owned(),
                exploited: vec!["CVE-2024-0001".to_owned()],
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let exploited = facts
        .firmware
        .iter()
        .filter(|one| !one.exploited.is_empty());
    exploited
        .map(|one| {
            let message = format!(
                "{} runs {}, which has {}, known to be exploited.",
                one.asset_name,
                one.version,
                one.exploited.join(", ")
            );
            Raised::new(one.asset.as_str(), message).of(&one.asset)
        })
        .collect()
}
