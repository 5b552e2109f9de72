//! What this person has to look at: reviews given to them, others that they may make, and tickets
//! that a review found not as recorded.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::part::state::State;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::view::reviews::owed_state;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "owed-reviews.html")]
pub struct OwedReviews {
    /// What stands around it.
    pub frame: Frame,
    /// Given to this person.
    pub own: Vec<Row>,
    /// Given to others or nobody; this person may make them.
    pub others: Vec<Row>,
    /// To be done again, for whoever does the work.
    pub rework: Vec<Row>,
}

/// A drawn ticket.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose.
    pub client: Named,
    /// The ticket.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// About what, and for when.
    pub about: String,
    /// Who owes it.
    pub by: String,
    /// By when.
    pub due_at: Timestamp,
}

impl OwedReviews {
    /// The lists, each with its caption and what its rows lead to.
    fn lists(&self) -> [(&'static str, &'static str, &[Row]); 3] {
        [
            ("Yours", "reviews", &self.own),
            ("Others’, which you may make too", "reviews", &self.others),
            ("Not as recorded, to be done again", "tickets", &self.rework),
        ]
    }
}

impl Row {
    fn state(&self, frame: &Frame) -> State {
        owed_state(self.due_at, frame.now)
    }
}
