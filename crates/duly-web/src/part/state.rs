//! How something stands, told three times over: by word, by shape and by a hue that colour-blind
//! people can tell apart.

use askama::Template;
use askama::filters::HtmlSafe;
use duly_core::accounts::Outcome;
use duly_core::verdict::Verdict;

/// The shape and hue; the word comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A filled circle: it holds.
    Pass,
    /// A filled square: it does not hold.
    Fail,
    /// A filled triangle: somebody should look.
    Look,
    /// An empty lozenge: it is not known.
    Unknown,
    /// An empty circle: not yet.
    Open,
    /// A dash: nothing to tell.
    Nothing,
}

/// A state, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"<span class="state {{ class() }}">{{ word }}</span>"#,
    ext = "html"
)]
pub struct State {
    /// Shape and hue.
    pub shape: Shape,
    /// The word.
    pub word: String,
}

impl HtmlSafe for State {}

impl State {
    /// A state with this shape and word.
    #[must_use]
    pub fn new(shape: Shape, word: impl Into<String>) -> Self {
        Self {
            shape,
            word: word.into(),
        }
    }

    /// A verdict.
    #[must_use]
    pub fn of_verdict(verdict: Verdict) -> Self {
        let shape = match verdict {
            Verdict::Pass => Shape::Pass,
            Verdict::Fail => Shape::Fail,
            Verdict::Review => Shape::Look,
            Verdict::Unknown => Shape::Unknown,
            Verdict::NotApplicable => Shape::Nothing,
        };
        Self::new(shape, verdict.word().replace('-', " "))
    }

    /// An outcome.
    #[must_use]
    pub fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::new(Shape::Pass, "done"),
            Outcome::Late => Self::new(Shape::Look, "late"),
            Outcome::Missed => Self::new(Shape::Fail, "missed"),
            Outcome::Waived => Self::new(Shape::Nothing, "waived"),
            Outcome::Open => Self::new(Shape::Open, "open"),
        }
    }

    /// The class that gives it shape and hue.
    fn class(&self) -> &'static str {
        match self.shape {
            Shape::Pass => "pass",
            Shape::Fail => "fail",
            Shape::Look => "look",
            Shape::Unknown => "unknown",
            Shape::Open => "open-state",
            Shape::Nothing => "nothing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_verdicts_share_a_shape() {
        let verdicts = [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Review,
            Verdict::Unknown,
            Verdict::NotApplicable,
        ];
        let classes: std::collections::BTreeSet<&str> = verdicts
            .iter()
            .map(|verdict| State::of_verdict(*verdict).class())
            .collect();
        assert_eq!(classes.len(), verdicts.len());
    }

    #[test]
    fn a_state_escapes_its_word() {
        let state = State::new(Shape::Fail, "<b>");
        assert_eq!(
            state.to_string(),
            r#"<span class="state fail">&#60;b&#62;</span>"#
        );
    }
}
