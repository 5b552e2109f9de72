//! `leaver-active`: a person who left can still sign in.

use crate::control::facts::{Account, ClientFacts};
use crate::control::planted::spoiled_client;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "leaver-active",
    kind: Kind::Other,
    severity: Severity::High,
    looks_for: "An account of somebody who left can still sign in.",
    may_mean: "A mailbox may be kept for its mail; then signing in should be switched off.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.accounts.push(Account {
                name: "vpn: tom".to_owned(),
                left_on: Some(facts.today),
                active: true,
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let left = |one: &&Account| one.active && one.left_on.is_some_and(|on| on <= facts.today);
    let accounts = facts.accounts.iter().filter(left);
    accounts
        .map(|one| {
            let message = format!("{} can sign in although its person left.", one.name);
            Raised::new(one.name.as_str(), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::client;

    #[test]
    fn somebody_who_leaves_next_month_is_still_here() {
        let mut facts = client();
        facts.accounts = vec![Account {
            name: "tom".to_owned(),
            left_on: Some("2026-12-24".parse().unwrap()),
            active: true,
        }];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
