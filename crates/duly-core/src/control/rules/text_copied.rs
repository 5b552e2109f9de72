//! `text-copied`: what was written is what was written in an earlier run.

use crate::control::facts::TicketFacts;
use crate::control::planted::spoiled_ticket;
use crate::control::{Cause, Judge, Kind, Parameter, Raised, Rule, With};
use crate::process::Severity;

/// Shorter answers repeat by themselves: "done", "no change".
const LETTERS_MIN: usize = 20;

pub(super) static RULE: Rule = Rule {
    id: "text-copied",
    kind: Kind::Conduct,
    severity: Severity::Low,
    looks_for: "A longer note is, apart from case, spaces and punctuation, one of an earlier run.",
    may_mean: "People have standing phrases. A note that could have been written beforehand says \
               little about what was done.",
    parameters: &[
        Parameter {
            name: "last",
            default: Some(6),
            about: "Compared with so many runs before.",
            because: "Three months of a fortnightly duty.",
        },
        super::STEPS,
    ],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            let before = facts.earlier.first().and_then(|work| work.steps.get(1));
            let note = before.and_then(|step| step.note.as_ref());
            let note = note.map(|note| note.to_uppercase().replace(',', " -"));
            if let Some(step) = facts.work.steps.get_mut(1) {
                step.note = note;
            }
        })
    },
};

fn judge(facts: &TicketFacts, with: &With<'_>) -> Vec<Raised> {
    let last = with.number("last") as usize;
    let mut raised = Vec::new();
    for step in facts.work.steps.iter().filter(|step| step.is_by_hand()) {
        let text = letters(step.note.as_deref().unwrap_or(""));
        if text.chars().count() < LETTERS_MIN || !with.looks_at(&step.id) {
            continue;
        }
        let copied = facts.earlier.iter().take(last).any(|work| {
            let before = work.step(&step.id).and_then(|step| step.note.as_deref());
            before.is_some_and(|before| letters(before) == text)
        });
        if copied {
            let message = format!(
                "The note on step `{}` of {} is word for word one of an earlier run.",
                step.id, facts.slot
            );
            raised.push(Raised::new(facts.about_step(&step.id), message));
        }
    }
    raised
}

fn letters(text: &str) -> String {
    let kept = text.chars().filter(|one| one.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::ticket;

    #[test]
    fn a_short_answer_may_repeat_and_a_changed_figure_is_another_text() {
        let mut facts = ticket();
        facts.work.steps[3].note = Some("Done.".to_owned());
        facts.earlier[0].steps[3].note = Some("done".to_owned());
        assert_eq!(judge(&facts, &With::defaults(&RULE)), []);
    }
}
