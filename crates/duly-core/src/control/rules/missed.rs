//! `missed`: a duty was not closed by the end of its grace.

use crate::accounts::Outcome;
use crate::control::facts::TicketFacts;
use crate::control::planted::spoiled_ticket;
use crate::control::{AT_ONCE, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "missed",
    kind: Kind::Missed,
    severity: Severity::High,
    looks_for: "A duty was not closed by the end of its grace, and is still not done.",
    may_mean: "The work may have been done and not recorded. The duty stays missed for ever; the \
               warning ends once the work was done afterwards.",
    parameters: &[],
    cause: AT_ONCE,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            facts.outcome = Outcome::Missed;
            facts.work.ended_at = Some(facts.missed_at);
        })
    },
};

fn judge(facts: &TicketFacts, _: &With<'_>) -> Vec<Raised> {
    if facts.outcome != Outcome::Missed || facts.afterwards_at.is_some() {
        return Vec::new();
    }
    let message = format!("The duty of {} was missed and is still owed.", facts.slot);
    vec![Raised::new(facts.about(), message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn a_missed_duty_that_was_done_afterwards_is_no_longer_looked_for() {
        let mut facts = ticket();
        facts.outcome = Outcome::Missed;
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
        facts.afterwards_at = Some(facts.now);
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
