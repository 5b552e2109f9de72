//! The questions that an owner should ask, an auditor will, and an insurer must; each with its
//! answer from what is recorded, or with `cannot show`.

use askama::Template;
use duly_core::oversight::report::Counted;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "answers.html")]
pub struct Answers {
    /// What stands around it.
    pub frame: Frame,
    /// The client.
    pub client: Named,
    /// The pages about the client.
    pub nav: ClientNav,
    /// The first day that is looked at.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// The duties between them.
    pub equation: Counted,
    /// Each process in force.
    pub processes: Vec<Row>,
    /// How many they are.
    pub tasks: u64,
    /// Tickets finished.
    pub finished: u64,
    /// Of these, looked at by a second person.
    pub checked: u64,
    /// What the checks prove, in a sentence.
    pub power: String,
    /// What is not covered.
    pub uncovered: Vec<String>,
    /// Assets proven by a measurement.
    pub proven: u64,
    /// Size and time of the newest checkpoint.
    pub checkpoint: Option<(u64, Timestamp)>,
    /// What each requirement is served by.
    pub frameworks: Vec<Framework>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Duties of the next year.
    pub per_year: u64,
    /// Of the last one, due and not waived.
    pub due: u64,
    /// Of these, finished.
    pub done: u64,
    /// Of the finished, those that found a fault.
    pub faults: u64,
    /// When it was last finished.
    pub last: Option<Date>,
}

impl Row {
    fn state(&self) -> State {
        match (self.due, self.done) {
            (0, _) => State::new(Shape::Unknown, "cannot show"),
            (_, 0) => State::new(Shape::Fail, "never done"),
            (due, done) if done < due => State::new(Shape::Look, "partly"),
            _ => State::new(Shape::Pass, "shown"),
        }
    }
}

/// A framework, by its requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// What it is called.
    pub name: String,
    /// Its requirements, and the processes that serve each.
    pub requirements: Vec<(String, Vec<Row>)>,
}

impl Answers {
    fn is_raised(&self) -> bool {
        self.equation.due > 0
    }

    fn answer(holds: bool) -> State {
        if holds {
            State::new(Shape::Pass, "shown")
        } else {
            State::new(Shape::Unknown, "cannot show")
        }
    }
}
