//! `exception-expired`: an exception has ended and what it waived was not taken up again.

use crate::control::facts::{ClientFacts, ExceptionFacts};
use crate::control::planted::spoiled_client;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "exception-expired",
    kind: Kind::Uncovered,
    severity: Severity::Medium,
    looks_for: "An exception has ended, and the work that it waived was not done since.",
    may_mean: "The next duty may not have come round yet. What was waived was not looked at in the \
               meantime.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Client(judge),
    planted: || {
        spoiled_client(|facts| {
            facts.exceptions.push(ExceptionFacts {
                id: "e-1".to_owned(),
                what: "backup.restore-test".to_owned(),
                to: facts.today.saturating_sub(jiff::Span::new().days(3)),
                resumed: false,
            });
        })
    },
};

fn judge(facts: &ClientFacts, _: &With<'_>) -> Vec<Raised> {
    let over = |one: &&ExceptionFacts| one.to < facts.today && !one.resumed;
    let exceptions = facts.exceptions.iter().filter(over);
    exceptions
        .map(|one| {
            let message = format!(
                "The exception for {} ended on {}; the work was not done since.",
                one.what, one.to
            );
            Raised::new(one.id.as_str(), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::client;

    #[test]
    fn on_its_last_day_an_exception_still_holds() {
        let mut facts = client();
        facts.exceptions = vec![ExceptionFacts {
            id: "e-1".to_owned(),
            what: "everything".to_owned(),
            to: facts.today,
            resumed: false,
        }];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
