//! Spot checks as remembered: months closed and drawn ([`draw`]), reviews and what people said
//! ([`act`]), and reading both ([`read`]). How a draw follows from its seed is the core's; here it
//! is written down once, with its entry.

pub(crate) mod act;
pub(crate) mod budget;
pub(crate) mod draw;
pub(crate) mod material;
pub(crate) mod read;

use duly_core::id::{ClientId, DutyId, PersonId, ProcessId, StepId};
use duly_core::review::document::Draw;
use duly_core::review::period::Period;
use duly_core::review::reviewer::As;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A month of a process that was closed, and its draw once it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewMonth {
    /// Whose.
    pub client: ClientId,
    /// Of which process.
    pub process: ProcessId,
    /// Which month.
    pub period: Period,
    /// Index of the entry that closed it.
    pub close_index: u64,
    /// The root of the log directly after that entry, hexadecimal.
    pub close_root: String,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// The draw, with the index and the time of its entry.
    pub drawn: Option<(u64, Timestamp, Draw)>,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewState {
    /// A reviewer owes it.
    Owed,
    /// The reviewer agreed.
    Agreed,
    /// The reviewer disagreed; the work is owed again.
    Rework,
}

/// A drawn ticket and its review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Whose.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Of which process.
    pub process: ProcessId,
    /// Drawn from which month.
    pub period: Period,
    /// Where it stands in the draw, from 0.
    pub position: u64,
    /// Who owes it, and as what; nobody where nobody here may.
    pub reviewer: Option<(PersonId, As)>,
    /// Expected minutes.
    pub minutes: u32,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// By when it is owed.
    pub due_at: Timestamp,
    /// How it stands.
    pub state: ReviewState,
    /// Which look this is, from 1.
    pub round: u64,
    /// What a change has to name.
    pub revision: u64,
}

/// Somebody's look at a drawn ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewLook {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which look.
    pub round: u64,
    /// Who looked.
    pub person: PersonId,
    /// When they opened it.
    pub opened_at: Timestamp,
    /// What they said, once they did.
    pub said: Option<Said>,
}

/// What a reviewer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// Whether the work is as recorded.
    pub agrees: bool,
    /// On the ticket as a whole.
    pub words: String,
    /// Step by step.
    pub steps: Vec<StepWord>,
}

/// A reviewer's word on one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StepWord {
    /// Which step.
    pub step: StepId,
    /// Whether it is as recorded.
    pub agrees: bool,
    /// Why not; may be empty where it is.
    pub words: String,
}
