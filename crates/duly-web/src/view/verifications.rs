//! The list of verifications: newest first, one line each.

use askama::Template;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "verifications.html")]
pub struct Verifications {
    /// What stands around it.
    pub frame: Frame,
    /// Everybody who has any, to filter by.
    pub clients: Vec<Named>,
    /// The client that is filtered for.
    pub only: Option<Named>,
    /// The month shown, in words.
    pub month: String,
    /// Address of the month before.
    pub before: String,
    /// Address of the month after, up to the present one.
    pub after: Option<String>,
    /// Newest first.
    pub rows: Vec<Row>,
    /// How many more there are in this month.
    pub hidden: u64,
}

/// One verification.
#[derive(Clone, Debug)]
pub struct Row {
    /// The run.
    pub run: String,
    /// What it was for: the title of its process.
    pub title: String,
    /// Whose.
    pub client: Named,
    /// About what.
    pub asset: Named,
    /// When it began.
    pub started_at: Timestamp,
    /// The verdict; none while it is under way.
    pub verdict: Option<Verdict>,
    /// The level that was reached and held.
    pub level: Option<String>,
    /// What it comes down to.
    pub message: String,
    /// What the software claimed: success or not, if anything.
    pub claimed_success: Option<bool>,
}

impl Row {
    fn state(&self) -> State {
        match self.verdict {
            Some(verdict) => State::of_verdict(verdict),
            None => State::new(Shape::Open, "running"),
        }
    }

    /// Whether the tool said that all was well and it was not.
    fn is_contradiction(&self) -> bool {
        self.claimed_success == Some(true) && self.verdict == Some(Verdict::Fail)
    }
}
