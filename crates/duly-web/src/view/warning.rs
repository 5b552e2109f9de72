//! One warning: what it says, what it may mean, who is on it, and the forms to take it on, clear it
//! or ask for silence.

use askama::Template;
use duly_core::process::Severity;
use jiff::Timestamp;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::control::{WORD_CHARS_MAX, severity_state};
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "warning.html")]
pub struct WarningPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Its id.
    pub id: String,
    /// Its sentence.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// Under which process.
    pub process: Option<String>,
    /// About which asset.
    pub asset: Option<Named>,
    /// The ticket it arose from.
    pub ticket: Option<String>,
    /// The rule that fired.
    pub rule: String,
    /// What the rule looks for.
    pub looks_for: String,
    /// What else it may mean.
    pub may_mean: String,
    /// The number of this firing.
    pub firing: u64,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// The role that is to take it on.
    pub owner: String,
    /// Who took it on.
    pub taken: Option<Said>,
    /// How it was cleared.
    pub cleared: Option<Said>,
    /// Since when its cause is no longer seen.
    pub gone_since: Option<Timestamp>,
    /// How many rungs of its ladder it has reached.
    pub rungs: u64,
    /// Whether the reader may take it on and clear it.
    pub may_act: bool,
    /// Whether the reader may ask for silence.
    pub may_ask_silence: bool,
    /// What was refused.
    pub refused: Option<Refused>,
}

/// Somebody's word.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whose; nobody's where a cause went away.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub word: Option<String>,
}

/// A form that was refused, with what was typed.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Whether it was to clear.
    pub clearing: bool,
    /// What was typed.
    pub word: String,
    /// Why it was refused.
    pub problem: String,
}

impl WarningPage {
    fn state(&self) -> State {
        match (&self.cleared, &self.taken) {
            (Some(_), _) => State::new(Shape::Pass, "cleared"),
            (None, Some(_)) => State::new(Shape::Look, "taken on"),
            (None, None) => severity_state(self.severity),
        }
    }

    fn refused_for(&self, clearing: bool) -> Option<&Refused> {
        let refused = self.refused.as_ref();
        refused.filter(|refused| refused.clearing == clearing)
    }
}
