//! `unremarked`: so many were signed in a row without a word.

use crate::control::facts::{TicketFacts, Work};
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

/// A word: fewer letters are a dot, a dash, "ok".
const LETTERS_MIN: usize = 4;

pub(super) static RULE: Rule = Rule {
    id: "unremarked",
    kind: Kind::Conduct,
    severity: Severity::Low,
    looks_for: "The same person closed several in a row and never wrote a word.",
    may_mean: "There may be nothing to say. Whoever oversees something usually has a question once \
               in half a year.",
    parameters: &[Parameter {
        name: "last",
        default: Some(6),
        about: "So many in a row.",
        because: "Half a year of a monthly review.",
    }],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let works = facts.earlier.iter_mut().chain([&mut facts.work]);
            for step in works.flat_map(|work| &mut work.steps) {
                step.note = Some(" - ok".to_owned());
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let last = with.number("last") as usize;
    let Some(person) = facts.work.closed_by.as_ref().filter(|_| facts.is_closed()) else {
        return Vec::new();
    };
    let row = [&facts.work].into_iter().chain(&facts.earlier);
    let mut silent = row
        .take(last)
        .filter(|work| work.closed_by.as_ref() == Some(person) && is_silent(work));
    if last == 0 || silent.by_ref().count() < last {
        return Vec::new();
    }
    let message = format!("{last} in a row were closed by the same person without a word.");
    vec![Raised::new(super::monthly(facts, person), message)]
}

/// Whether a person had the chance to write something and did not.
fn is_silent(work: &Work) -> bool {
    let mut by_hand = work
        .steps
        .iter()
        .filter(|step| step.is_by_hand())
        .peekable();
    by_hand.peek().is_some()
        && by_hand.all(|step| {
            let note = step.note.as_deref().unwrap_or("");
            note.chars().filter(|one| one.is_alphabetic()).count() < LETTERS_MIN
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn tickets_that_closed_themselves_are_nobodys_silence() {
        let mut facts = ticket();
        for work in facts.earlier.iter_mut().chain([&mut facts.work]) {
            for step in &mut work.steps {
                (step.measured, step.note) = (true, None);
            }
        }
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
