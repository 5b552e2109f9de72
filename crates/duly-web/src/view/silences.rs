//! Silences: what is silent, why, until when, and what somebody else has to decide.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::part::paging::Paging;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "silences.html")]
pub struct Silences {
    /// What stands around it.
    pub frame: Frame,
    /// Those that are not over, the one that ends first first.
    pub rows: Vec<Row>,
    /// Where to go on.
    pub paging: Paging,
}

/// One silence.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Whose warnings.
    pub client: Named,
    /// Of which rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who granted it.
    pub granted_by: Option<String>,
    /// Whether the reader may decide.
    pub may_decide: bool,
}

impl Row {
    fn state(&self) -> State {
        if self.granted_by.is_some() {
            State::new(Shape::Nothing, "silent")
        } else {
            State::new(Shape::Open, "asked for")
        }
    }
}
