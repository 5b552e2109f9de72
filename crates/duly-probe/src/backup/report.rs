//! Collecting observations in one form: who says so, about what, when.

use duly_core::backup::facts::{Failure, SOURCE, to_fields};
use duly_core::observation::{Observation, Value};
use jiff::Timestamp;
use serde::Serialize;

/// How much of a reason is passed on.
const WHY_CHARACTERS_MAX: usize = 400;

/// How many things that cannot be read are named of one kind.
pub(super) const NAMED_MAX: usize = 100;

/// The observations of one attempt.
pub(super) struct Report {
    now: Timestamp,
    observations: Vec<Observation>,
    /// Something looked damaged, as it also does while a `prune` is running.
    pub(super) suspicious: bool,
}

impl Report {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            observations: Vec::new(),
            suspicious: false,
        }
    }

    pub(super) fn into_observations(self) -> Vec<Observation> {
        self.observations
    }

    pub(super) fn value(&mut self, subject: &str, name: &str, value: Value) {
        self.observations.push(Observation::measured(
            SOURCE, subject, name, value, self.now,
        ));
    }

    pub(super) fn text(&mut self, subject: &str, name: &str, text: impl Into<String>) {
        self.value(subject, name, Value::Text(text.into()));
    }

    pub(super) fn number(&mut self, subject: &str, name: &str, number: u64) {
        self.value(subject, name, Value::Number(number as f64));
    }

    pub(super) fn fields<T: Serialize>(&mut self, subject: &str, name: &str, fact: &T) {
        self.value(subject, name, to_fields(fact));
    }

    /// A list, shortened: what is beyond it only makes the reason longer.
    pub(super) fn damaged_list(&mut self, subject: &str, name: &str, list: &[String]) {
        self.suspicious |= !list.is_empty();
        let shown = list.iter().take(NAMED_MAX).cloned().collect();
        self.value(subject, name, Value::List(shown));
    }

    pub(super) fn unreadable(&mut self, subject: &str, name: &str, why: &str) {
        self.suspicious = true;
        let why = why.chars().take(WHY_CHARACTERS_MAX).collect();
        self.value(subject, name, Value::Unreadable(why));
    }

    pub(super) fn failure(&mut self, subject: &str, name: &str, failure: &Failure) {
        self.suspicious = true;
        let message: String = failure.message.chars().take(WHY_CHARACTERS_MAX).collect();
        self.value(subject, name, Failure::to_value(&failure.code, &message));
    }
}
