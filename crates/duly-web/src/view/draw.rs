//! One draw: its seed and how to compute it again, what was drawn, and what that proves, over all
//! and for each technician.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::part::state::State;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "draw.html")]
pub struct Draw {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Of which process.
    pub process: Named,
    /// The month, as in an address.
    pub key: String,
    /// The month, as people say it.
    pub words: String,
    /// When it was closed, by which entry, and the root of the log directly after it.
    pub closed_at: Timestamp,
    /// Index of that entry.
    pub close_entry: u64,
    /// The root, hexadecimal.
    pub root: String,
    /// The draw, once it is made.
    pub drawn: Option<Drawn>,
}

/// A draw that was made.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// When.
    pub at: Timestamp,
    /// Index of its entry.
    pub entry: u64,
    /// The seed, hexadecimal.
    pub seed: String,
    /// Finished tickets.
    pub lot: u64,
    /// Root over their ids, hexadecimal.
    pub lot_root: String,
    /// How many the process asks for, in words.
    pub plan: String,
    /// How strict inspection was, in words.
    pub stage: String,
    /// What the draw would have noticed, as it was cut.
    pub noticing: String,
    /// For each technician.
    pub technicians: Vec<OfTechnician>,
    /// The drawn tickets that are looked at.
    pub rows: Vec<Row>,
    /// Drawn, and not looked at.
    pub cut: Vec<String>,
    /// Minutes that each review is expected to take.
    pub minutes: u32,
}

/// What the draw says of one technician's work.
#[derive(Clone, Debug)]
pub struct OfTechnician {
    /// Who; `closed by themselves` where duly closed it.
    pub name: String,
    /// Finished tickets.
    pub lot: u64,
    /// Of these, looked at.
    pub drawn: u64,
    /// What that would have noticed.
    pub noticing: String,
}

/// A drawn ticket.
#[derive(Clone, Debug)]
pub struct Row {
    /// The ticket.
    pub ticket: String,
    /// What was to be done, and about what.
    pub what: String,
    /// Nominal date and about what.
    pub about: String,
    /// Who owes the review and as what, or who made it.
    pub by: String,
    /// How it stands.
    pub state: State,
}
