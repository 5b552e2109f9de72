//! What is promised to a client: the plan in force, one that waits for its word, and the form to
//! sign a new one.

use askama::Template;
use duly_core::scope::Promise;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::view::Named;
use crate::view::asset::REASON_CHARS_MAX;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "plan.html")]
pub struct Plan {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// The plan in force, and those that begin later.
    pub plans: Vec<Shown>,
    /// The plan that waits for the client's word.
    pub waiting: Option<Waiting>,
    /// Whether the reader is asked for it.
    pub decides: bool,
    /// What is uncovered, in sentences.
    pub uncovered: Vec<String>,
    /// The form to sign a new one, for whoever may.
    pub form: Option<PlanForm>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Shown {
    /// From when on.
    pub effective: Date,
    /// Whether it has begun.
    pub is_in_force: bool,
    /// What is promised.
    pub lines: Vec<Line>,
}

/// A line of a plan.
#[derive(Clone, Debug)]
pub struct Line {
    /// The process.
    pub process: Named,
    /// For each of what.
    pub kind: Option<String>,
    /// So many times a year.
    pub times: u32,
    /// The catalogue's minimum; none for a process of the provider's own.
    pub least: Option<u32>,
}

impl Line {
    /// A promise, with what its process is called.
    #[must_use]
    pub fn of(promise: &Promise, title: String) -> Self {
        Self {
            process: Named::new(promise.process.as_str(), title),
            kind: promise.kind.clone(),
            times: promise.per_year_min,
            least: duly_core::care::least_per_year(&promise.process),
        }
    }

    fn is_below(&self) -> bool {
        self.least.is_some_and(|least| self.times < least)
    }
}

/// A plan that waits for the client's word.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// From when on it would hold.
    pub effective: Date,
    /// What would be promised.
    pub lines: Vec<Line>,
    /// What is below the minimum, in sentences.
    pub short: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub who: String,
    /// Since when.
    pub at: Timestamp,
}

/// What stands in the form.
#[derive(Clone, Debug)]
pub struct PlanForm {
    /// From when on.
    pub effective: String,
    /// The earliest that can be chosen.
    pub earliest: Date,
    /// One for each process that is published or promised.
    pub rows: Vec<FormRow>,
    /// Why less than the minimum.
    pub reason: String,
}

/// A process in the form.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// Which.
    pub process: Named,
    /// For each of what.
    pub kind: Option<String>,
    /// So many times a year, as it stands in the form; empty for no promise.
    pub times: String,
    /// So many times it falls due; none where it is not published.
    pub due: Option<u32>,
    /// The catalogue's minimum.
    pub least: Option<u32>,
}
