//! The list of all built-in rules, and the words they share.
//!
//! A file of its own for each; a new rule is a new file, a line here, and a line in the grammar of
//! process files.

mod back_dated;
mod burst;
mod claim_contradicted;
mod contradiction;
mod coverage_gap;
mod duly_was_down;
mod evidence_reused;
mod evidence_stale;
mod exception_expired;
mod expiring;
mod firmware_kev;
mod late;
mod leaver_active;
mod missed;
mod not_evaluated;
mod nothing_found;
mod rule_error;
mod same_target;
mod self_approval;
mod size_collapse;
mod source_silent;
mod step_skipped;
mod text_copied;
mod too_fast;
mod unacknowledged;
mod unchanged;
mod unclaimed;
mod unremarked;
mod unresolved;
mod weakened;
mod without_expiry;

use std::fmt;

use super::facts::TicketFacts;
use super::{Judge, Kind, Parameter, Rule};

/// Every built-in rule, as the manager reads them: what was left undone first, then what is not
/// known, then what looks odd.
pub static RULES: [&Rule; 31] = [
    &missed::RULE,
    &late::RULE,
    &not_evaluated::RULE,
    &coverage_gap::RULE,
    &unclaimed::RULE,
    &without_expiry::RULE,
    &exception_expired::RULE,
    &contradiction::RULE,
    &claim_contradicted::RULE,
    &size_collapse::RULE,
    &source_silent::RULE,
    &expiring::RULE,
    &evidence_stale::RULE,
    &too_fast::RULE,
    &burst::RULE,
    &step_skipped::RULE,
    &evidence_reused::RULE,
    &back_dated::RULE,
    &text_copied::RULE,
    &unchanged::RULE,
    &same_target::RULE,
    &self_approval::RULE,
    &nothing_found::RULE,
    &unremarked::RULE,
    &firmware_kev::RULE,
    &weakened::RULE,
    &leaver_active::RULE,
    &unresolved::RULE,
    &unacknowledged::RULE,
    &rule_error::RULE,
    &duly_was_down::RULE,
];

/// Rules that hold everywhere, whether a process declares them or not: what they look for is owed
/// by duly and by the provider's desk, not by a checklist, or lies between two sources of which
/// neither belongs to one process.
pub const STANDING: [&str; 6] = [
    "not-evaluated",
    "contradiction",
    "exception-expired",
    "unacknowledged",
    "rule-error",
    "duly-was-down",
];

/// Warnings that other parts of duly raise by themselves, and what they say; on the board they
/// stand beside those of the rules.
pub const RAISED_ELSEWHERE: [(&str, Kind, &str); 7] = [
    (
        "job-failed",
        Kind::Other,
        "A job that pings says that it failed.",
    ),
    (
        "unclaimed-asset",
        Kind::Uncovered,
        "A source shows an asset that nobody has claimed.",
    ),
    (
        "uncovered",
        Kind::Uncovered,
        "An asset lacks a process that its kind requires.",
    ),
    (
        "crack",
        Kind::Other,
        "What was recomputed from the log differs from what the tables say.",
    ),
    (
        "recount-overdue",
        Kind::Stale,
        "The nightly recount did not run for more than 36 hours.",
    ),
    (
        "undeliverable",
        Kind::Other,
        "A message could not be delivered.",
    ),
    (
        "review-overdue",
        Kind::Late,
        "A review that was drawn was not made in its time.",
    ),
];

/// The rule of this name.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}

/// The column of the board for a warning of a rule, built in or not.
#[must_use]
pub fn kind_of(id: &str) -> Kind {
    let elsewhere = RAISED_ELSEWHERE.iter().find(|(name, ..)| *name == id);
    match (rule(id), elsewhere) {
        (Some(rule), _) => rule.kind,
        (None, Some((_, kind, _))) => *kind,
        (None, None) => Kind::Other,
    }
}

impl Rule {
    /// Whether it holds without being declared.
    #[must_use]
    pub fn is_standing(&self) -> bool {
        STANDING.contains(&self.id)
    }

    /// Whether it looks at tickets.
    #[must_use]
    pub fn is_about_tickets(&self) -> bool {
        matches!(self.judge, Judge::Ticket(_))
    }
}

/// The parameter that narrows a rule to some steps.
const STEPS: Parameter = Parameter {
    name: "steps",
    default: None,
    about: "Only these steps of the checklist; all of them if left out.",
    because: "Most rules hold for every step.",
};

/// What is said at most once in a month: `about` names whom or what, the process and the month.
fn monthly(facts: &TicketFacts, whom: impl fmt::Display) -> String {
    format!("{whom}/{}/{}", facts.process, facts.slot.strftime("%Y-%m"))
}

/// The asset that a ticket is about, or its client.
fn what(facts: &TicketFacts) -> &str {
    let asset = facts.work.asset.as_ref();
    asset.map_or(facts.client.as_str(), |asset| asset.as_str())
}

/// The middle one; of an even number the lower of the two, 0 of none.
fn median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    let middle = values.len().saturating_sub(1) / 2;
    values.get(middle).copied().unwrap_or(0)
}

/// A length of time in words: `40 s`, `12 min`, `31 h`, `5 days`.
fn length(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{} s", seconds.max(0)),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// `1 run`, `2 runs`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::control::planted::{client, desk, ticket};
    use crate::control::{Cause, With};

    #[test]
    fn every_rule_fires_on_its_planted_input() {
        let silent: Vec<_> = RULES.iter().filter(|rule| !rule.proves()).collect();
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn no_rule_fires_on_a_sound_input() {
        for rule in RULES {
            let with = With::defaults(rule);
            let raised = match rule.judge {
                Judge::Ticket(judge) => judge(&ticket(), &with),
                Judge::Client(judge) => judge(&client(), &with),
                Judge::Desk(judge) => judge(&desk(), &with),
            };
            assert_eq!(raised, [], "{}", rule.id);
        }
    }

    #[test]
    fn a_planted_ticket_is_spoiled_in_one_place_only() {
        // What tells one oddity may tell a second one; never a third.
        for rule in RULES.iter().filter(|rule| rule.is_about_tickets()) {
            let crate::control::Planted::Ticket(facts) = (rule.planted)() else {
                panic!("{}", rule.id);
            };
            let fired: Vec<_> = RULES
                .iter()
                .filter(|other| match other.judge {
                    Judge::Ticket(judge) => {
                        let with = With::defaults(self::rule(other.id).unwrap());
                        !judge(&facts, &with).is_empty()
                    }
                    Judge::Client(_) | Judge::Desk(_) => false,
                })
                .map(|rule| rule.id)
                .collect();
            assert!(fired.len() <= 2, "{}: {fired:?}", rule.id);
        }
    }

    #[test]
    fn names_are_unique_and_standing_rules_exist() {
        let elsewhere = RAISED_ELSEWHERE.iter().map(|(name, ..)| *name);
        let names: Vec<&str> = RULES.iter().map(|rule| rule.id).chain(elsewhere).collect();
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len());
        assert!(STANDING.iter().all(|name| rule(name).is_some()));
    }

    #[test]
    fn every_text_says_something_and_ends_like_a_sentence() {
        for rule in RULES {
            for text in [rule.looks_for, rule.may_mean] {
                assert!(
                    text.len() > 20 && text.ends_with('.'),
                    "{}: {text}",
                    rule.id
                );
            }
            for parameter in rule.parameters {
                assert!(!parameter.because.is_empty(), "{}", rule.id);
            }
        }
    }

    #[test]
    fn a_cause_that_happened_does_not_settle() {
        assert_eq!(rule("late").map(|rule| rule.cause), Some(Cause::Event));
        assert!(matches!(
            rule("missed").map(|rule| rule.cause),
            Some(Cause::State { .. })
        ));
    }

    #[test]
    fn lengths_and_medians_are_those_a_person_would_name() {
        assert_eq!(
            [length(40), length(720), length(111_600)],
            ["40 s", "12 min", "31 h"]
        );
        assert_eq!(
            [median(vec![]), median(vec![3, 1, 2]), median(vec![4, 1])],
            [0, 2, 1]
        );
    }
}
