//! `weakened`: a setting is weaker than it was the time before.

use crate::control::facts::{ClientFacts, Setting};
use crate::control::planted::spoiled_client;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "weakened",
    kind: Kind::Other,
    severity: Severity::High,
    looks_for: "A setting that protects is weaker than the time before.",
    may_mean: "It may have been loosened for a test, on purpose and for a day. Whoever did it \
               should be able to say so.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.settings.push(Setting {
                of: "baker.example".to_owned(),
                name: "DMARC policy".to_owned(),
                before: ("reject".to_owned(), 2),
                now: ("none".to_owned(), 0),
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let weaker = facts.settings.iter().filter(|one| one.now.1 < one.before.1);
    weaker
        .map(|one| {
            let message = format!(
                "{} of {} went from {} to {}.",
                one.name, one.of, one.before.0, one.now.0
            );
            Raised::new(format!("{}/{}", one.of, one.name), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::client;

    #[test]
    fn a_setting_that_grew_stronger_is_left_alone() {
        let mut facts = client();
        facts.settings = vec![Setting {
            of: "baker.example".to_owned(),
            name: "DMARC policy".to_owned(),
            before: ("none".to_owned(), 0),
            now: ("reject".to_owned(), 2),
        }];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
