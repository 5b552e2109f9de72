//! `late`: a duty was closed after its due time.

use crate::accounts::Outcome;
use crate::control::facts::TicketFacts;
use crate::control::planted::{days, spoiled_ticket};
use crate::control::{Cause, Judge, Kind, Raised, Rule, With};
use crate::process::Severity;

pub(super) static RULE: Rule = Rule {
    id: "late",
    kind: Kind::Late,
    severity: Severity::Low,
    looks_for: "A duty was closed after its due time, within its grace.",
    may_mean: "One late duty is a busy week. The same duty late again and again is a schedule that \
               does not fit the work.",
    parameters: &[],
    cause: Cause::Event,
    judge: Judge::Ticket(judge),
    planted: || {
        spoiled_ticket(|facts| {
            facts.outcome = Outcome::Late;
            facts.work.ended_at = Some(facts.due_at + days(1));
        })
    },
};

fn judge(facts: &TicketFacts, _: &With<'_>) -> Vec<Raised> {
    if facts.outcome != Outcome::Late {
        return Vec::new();
    }
    let hours = facts
        .work
        .ended_at
        .map_or(0, |ended| ended.duration_since(facts.due_at).as_hours());
    let by = match hours {
        ..1 => "less than an hour".to_owned(),
        1 => "an hour".to_owned(),
        2..48 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    };
    let message = format!(
        "The duty of {} was closed {by} after it was due.",
        facts.slot
    );
    vec![Raised::new(facts.about(), message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::planted::{minutes, ticket};

    #[test]
    fn by_how_much_it_was_late_is_said_in_the_unit_a_person_would_use() {
        for (late_by, words) in [
            (30, "less than an hour"),
            (300, "5 hours"),
            (4_000, "2 days"),
        ] {
            let mut facts = ticket();
            facts.outcome = Outcome::Late;
            facts.work.ended_at = Some(facts.due_at + minutes(late_by));
            let raised = judge(&facts, &With::defaults(&RULE));
            assert!(raised[0].message.contains(words), "{raised:?}");
        }
    }
}
