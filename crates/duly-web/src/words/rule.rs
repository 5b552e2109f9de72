//! What a rule looks for, in words: of a built-in one, of one that another part of duly raises, or
//! of one that a process made up for itself.

use duly_core::control::rules::{RAISED_ELSEWHERE, rule};

/// What it looks for.
#[must_use]
pub fn looks_for(id: &str) -> String {
    let elsewhere = RAISED_ELSEWHERE.iter().find(|(name, ..)| *name == id);
    match (rule(id), elsewhere) {
        (Some(rule), _) => rule.looks_for.to_owned(),
        (None, Some((.., words))) => (*words).to_owned(),
        (None, None) => "A condition that a process declares for itself.".to_owned(),
    }
}

/// What else it may mean; empty where nobody wrote that down.
#[must_use]
pub fn may_mean(id: &str) -> String {
    rule(id).map_or_else(String::new, |rule| rule.may_mean.to_owned())
}
