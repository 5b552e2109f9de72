//! The rules of quality control, with the last proof of each that it can fire.

use askama::Template;
use duly_core::control::Kind;
use duly_store::RuleProof;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "rules.html")]
pub struct Rules {
    /// What stands around it.
    pub frame: Frame,
    /// The built-in rules.
    pub rows: Vec<Row>,
    /// Other rules with something open: those of processes, and what other parts of duly raise.
    pub others: Vec<(String, u64)>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub id: &'static str,
    /// Its column on the board.
    pub kind: Kind,
    /// What it looks for.
    pub looks_for: &'static str,
    /// Its last try on its planted input; none before the first.
    pub proof: Option<RuleProof>,
    /// How much of what it raised is not cleared.
    pub open: u64,
}

impl Row {
    fn state(&self) -> State {
        proof_state(self.proof.as_ref())
    }
}

/// Whether a rule fired at its last try.
pub(crate) fn proof_state(proof: Option<&RuleProof>) -> State {
    match proof {
        Some(proof) if proof.fired_at == Some(proof.tried_at) => {
            State::new(Shape::Pass, "it fires")
        }
        Some(_) => State::new(Shape::Fail, "stayed silent"),
        None => State::new(Shape::Unknown, "not tried yet"),
    }
}
