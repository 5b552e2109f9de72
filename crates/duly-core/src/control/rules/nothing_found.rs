//! `nothing-found`: somebody never finds a fault in work in which others do.

use crate::control::facts::TicketFacts;
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "nothing-found",
    kind: Kind::Conduct,
    severity: Severity::Low,
    looks_for: "The same person found nothing in many runs in a row, while others doing the same \
                work found something.",
    may_mean: "Some people look after the tidier clients. Have somebody else do one of the next \
               runs and compare.",
    parameters: &[Parameter {
        name: "last",
        default: Some(12),
        about: "So many runs in a row.",
        because: "If others find something in one run of six, twelve runs without anything are \
                  one chance in nine.",
    }],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || spoiled_ticket(|facts| facts.found_by_doer = vec![false; 20]),
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let last = with.number("last") as usize;
    let mine = facts.found_by_doer.iter().take(last);
    let others = facts.found_by_others.iter().filter(|found| **found).count();
    let Some(person) = facts.work.closed_by.as_ref().filter(|_| facts.is_closed()) else {
        return Vec::new();
    };
    if mine.len() < last || mine.into_iter().any(|found| *found) || others == 0 {
        return Vec::new();
    }
    let about = super::monthly(facts, person);
    let message = format!(
        "The same person found nothing in {last} runs in a row; others found something in {others} \
         of their last {}.",
        facts.found_by_others.len()
    );
    vec![Raised::new(about, message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn where_nobody_finds_anything_nobody_stands_out() {
        let mut facts = ticket();
        facts.found_by_doer = vec![false; 20];
        facts.found_by_others = vec![false; 40];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }

    #[test]
    fn eleven_runs_without_a_fault_are_one_too_few() {
        let mut facts = ticket();
        facts.found_by_doer = vec![false; 11];
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
        facts.found_by_doer.push(false);
        assert_eq!(judge(&facts, &With::defaults(&RULE)).len(), 1);
    }
}
