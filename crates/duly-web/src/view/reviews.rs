//! Spot checks: what was drawn from which month, what is owed, what the draws prove, and how often
//! reviewers agreed.

use askama::Template;
use duly_core::review::{BUDGET_MINUTES_MAX, BUDGET_MINUTES_MIN};
use jiff::Timestamp;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "reviews.html")]
pub struct Reviews {
    /// What stands around it.
    pub frame: Frame,
    /// Everybody who has any, to filter by.
    pub clients: Vec<Named>,
    /// The client that is filtered for.
    pub only: Option<Named>,
    /// Reviews that are owed, overdue ones among them.
    pub owed: u64,
    /// Reviews that are overdue.
    pub overdue: u64,
    /// Tickets to be done again.
    pub rework: u64,
    /// Who owes them.
    pub by_owner: Vec<Owed>,
    /// Months that were drawn from, the latest first.
    pub months: Vec<Month>,
    /// How many more months there are.
    pub hidden: u64,
    /// A year of reviews by whoever did the work.
    pub by_technician: Vec<Count>,
    /// By process.
    pub by_process: Vec<Count>,
    /// By reviewer.
    pub by_reviewer: Vec<Count>,
    /// Minutes a week that each reviewer has.
    pub budget: u32,
    /// Whether this person may set them.
    pub sets_budget: bool,
    /// What is wrong with a figure that was sent in.
    pub refused: Option<String>,
}

/// A month of a process.
#[derive(Clone, Debug)]
pub struct Month {
    /// Whose.
    pub client: Named,
    /// Of which process.
    pub process: Named,
    /// As it stands in an address.
    pub key: String,
    /// As people say it.
    pub words: String,
    /// Finished tickets.
    pub lot: u64,
    /// Drawn tickets that are looked at; none before the draw.
    pub drawn: Option<u64>,
    /// Of what was drawn, how many nobody has the minutes to look at.
    pub cut: u64,
    /// Whether inspection was tightened.
    pub is_tightened: bool,
    /// What the draw would have noticed.
    pub noticing: String,
    /// How the reviews stand.
    pub agreed: u64,
    /// Not as recorded.
    pub disagreed: u64,
    /// Not made.
    pub owed: u64,
}

/// How many reviews somebody owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Who.
    pub name: String,
    /// How many.
    pub owed: u64,
    /// Of these, overdue.
    pub overdue: u64,
}

/// How often reviewers agreed, about one person or process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// About whom or what.
    pub name: String,
    /// As recorded.
    pub agreed: u64,
    /// Not as recorded.
    pub disagreed: u64,
    /// What is odd, as a sentence.
    pub odd: Option<String>,
}

impl Month {
    fn state(&self) -> State {
        match (self.drawn, self.disagreed, self.owed) {
            (None, ..) => State::new(Shape::Open, "closed, not drawn yet"),
            (_, 1.., _) => State::new(Shape::Fail, "not as recorded"),
            (_, _, 1..) => State::new(Shape::Open, "owed"),
            _ => State::new(Shape::Pass, "reviewed"),
        }
    }
}

impl Reviews {
    /// The year's counts, each list with its caption.
    fn counts(&self) -> [(&'static str, &[Count]); 3] {
        [
            ("By whoever did the work", &self.by_technician),
            ("By process", &self.by_process),
            ("By reviewer", &self.by_reviewer),
        ]
    }

    fn lede(&self) -> String {
        let reviews = crate::words::number::counted(self.owed, "review is", "reviews are");
        let again = crate::words::number::counted(self.rework, "ticket has", "tickets have");
        match (self.owed, self.rework) {
            (0, 0) => "No review is owed.".to_owned(),
            (_, 0) => format!("{reviews} owed, {} of them overdue.", self.overdue),
            _ => format!(
                "{reviews} owed, {} of them overdue; {again} to be done again.",
                self.overdue
            ),
        }
    }
}

/// Whether a moment has passed, for the state of what is owed.
#[must_use]
pub fn owed_state(due_at: Timestamp, now: Timestamp) -> State {
    if due_at < now {
        State::new(Shape::Look, "overdue")
    } else {
        State::new(Shape::Open, "owed")
    }
}
