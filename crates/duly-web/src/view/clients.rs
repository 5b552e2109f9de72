//! The list of clients: how each one's month adds up, and what is wrong there.

use askama::Template;
use duly_core::accounts::Equation;

use crate::filters;
use crate::part::paging::Paging;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number::{counted, grouped};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "clients.html")]
pub struct Clients {
    /// What stands around it.
    pub frame: Frame,
    /// The month of the figures, in words.
    pub period: String,
    /// By name, at most one page of them.
    pub rows: Vec<Row>,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether the reader may add a client.
    pub keeps: bool,
}

/// One client.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who.
    pub client: Named,
    /// Assets in care.
    pub assets: u64,
    /// Of these, that no process covers.
    pub assets_uncovered: u64,
    /// Duties of the month whose work found a fault.
    pub faults: u64,
    /// The month's equation.
    pub equation: Equation,
    /// Of the waived, how many by the client's own word.
    pub waived_by_client: u64,
}

impl Row {
    /// Of the waived, how many by the provider's word.
    fn waived_by_provider(&self) -> String {
        grouped(self.equation.waived.saturating_sub(self.waived_by_client))
    }

    /// The worst thing that is known, in a word.
    fn state(&self) -> State {
        if self.faults > 0 {
            let words = counted(self.faults, "fault found", "faults found");
            State::new(Shape::Fail, words)
        } else if self.equation.missed > 0 {
            let words = counted(self.equation.missed, "duty missed", "duties missed");
            State::new(Shape::Fail, words)
        } else if self.assets_uncovered > 0 {
            let words = counted(self.assets_uncovered, "asset uncovered", "assets uncovered");
            State::new(Shape::Look, words)
        } else if self.equation.late > 0 {
            State::new(
                Shape::Look,
                counted(self.equation.late, "duty late", "duties late"),
            )
        } else if self.equation.due == 0 {
            State::new(Shape::Unknown, "nothing due")
        } else {
            State::new(Shape::Pass, "nothing amiss")
        }
    }
}
