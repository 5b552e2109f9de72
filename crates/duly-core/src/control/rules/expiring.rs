//! `expiring`: something ends soon and no renewal is on order.

use crate::control::facts::{ClientFacts, Ending};
use crate::control::planted::{asset, spoiled_client};
use crate::control::{AT_ONCE, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "expiring",
    kind: Kind::Stale,
    severity: Severity::Medium,
    looks_for: "A subscription, certificate or contract ends soon, or has ended, and no renewal is \
                on order.",
    may_mean: "It may be meant to end. Then the asset should leave care, or the exception should \
               say so.",
    parameters: &[Parameter {
        name: "within-days",
        default: Some(60),
        about: "Ends within this time.",
        because: "An offer, a decision and an order take two months at a small business.",
    }],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.endings.push(Ending {
                what: "support of the shop firewall".to_owned(),
                asset: Some(asset()),
                ends_on: facts.today.saturating_add(jiff::Span::new().days(30)),
                ordered: false,
            });
        })
    },
};

fn judge(facts: &ClientFacts, with: &With<'_>) -> Vec<Raised> {
    let within = i64::from(with.number("within-days"));
    let days = |ending: &Ending| {
        let until = facts.today.until(ending.ends_on).ok()?;
        Some(i64::from(until.get_days()))
    };
    let soon = facts.endings.iter().filter_map(|ending| {
        let days = days(ending).filter(|days| *days <= within && !ending.ordered)?;
        let when = match days {
            ..0 => format!("ended on {}", ending.ends_on),
            0 => "ends today".to_owned(),
            _ => format!("ends on {}, in {}", ending.ends_on, counted(days)),
        };
        let message = format!("{} {when}; no renewal is on order.", ending.what);
        let raised = Raised::new(format!("{}@{}", ending.what, ending.ends_on), message);
        Some(match &ending.asset {
            Some(asset) => raised.of(asset),
            None => raised,
        })
    });
    soon.collect()
}

fn counted(days: i64) -> String {
    super::counted(usize::try_from(days).unwrap_or(0), "day", "days")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::client;

    #[test]
    fn an_order_silences_it_and_an_end_in_the_past_does_not() {
        let mut facts = client();
        let ending = |ends_on: &str, ordered| Ending {
            what: "support".to_owned(),
            asset: None,
            ends_on: ends_on.parse().unwrap(),
            ordered,
        };
        facts.endings = vec![ending("2026-12-01", true), ending("2027-06-01", false)];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.endings = vec![ending("2026-11-01", false)];
        let raised = judge(&facts, &With::defaults(&RULE));
        assert!(raised[0].message.contains("ended on"), "{raised:?}");
    }
}
