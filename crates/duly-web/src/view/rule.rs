//! One rule of quality control.

use askama::Template;
use duly_core::process::Severity;
use duly_store::RuleProof;
use jiff::Timestamp;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::control::severity_state;
use crate::view::frame::Frame;
use crate::view::rules::proof_state;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "rule.html")]
pub struct RulePage {
    /// What stands around it.
    pub frame: Frame,
    /// Its name.
    pub id: String,
    /// What it looks for.
    pub looks_for: String,
    /// What else it may mean.
    pub may_mean: String,
    /// Whether duly has it built in.
    pub is_built_in: bool,
    /// Whether it holds without being declared.
    pub is_standing: bool,
    /// Its last try on its planted input.
    pub proof: Option<RuleProof>,
    /// What can be set.
    pub settings: Vec<Setting>,
    /// Where it is declared.
    pub places: Vec<Place>,
    /// What it raised last.
    pub raised: Vec<Raised>,
    /// Whether it raised more than is shown.
    pub more: bool,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it sets.
    pub about: &'static str,
    /// What holds where nothing is said.
    pub default: Option<u64>,
    /// Why.
    pub because: &'static str,
}

/// A process version that declares it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The process.
    pub process: String,
    /// Its title.
    pub title: String,
    /// The version.
    pub version: String,
    /// For how many clients it was published.
    pub clients: u64,
    /// How bad it is there.
    pub severity: Severity,
    /// The parameters there.
    pub with: String,
    /// The condition, of a custom rule.
    pub when: Option<String>,
}

/// Something it raised.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The warning.
    pub id: String,
    /// Whose.
    pub client: Named,
    /// Its sentence.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// When.
    pub raised_at: Timestamp,
    /// When it was cleared.
    pub cleared_at: Option<Timestamp>,
}

impl RulePage {
    fn proof_state(&self) -> State {
        proof_state(self.proof.as_ref())
    }
}

impl Place {
    fn state(&self) -> State {
        severity_state(self.severity)
    }
}

impl Raised {
    fn state(&self) -> State {
        match self.cleared_at {
            Some(_) => State::new(Shape::Pass, "cleared"),
            None => severity_state(self.severity),
        }
    }
}
