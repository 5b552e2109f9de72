//! Closing several tickets of a client at once: those that could be closed, and afterwards what
//! became of each.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::view::step::NOTE_CHARS_MAX;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk.html")]
pub struct Bulk {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// What became of each, after closing.
    pub results: Vec<Outcome>,
    /// What could be closed now.
    pub ready: Vec<Ready>,
    /// Tickets that are owed and cannot be closed yet.
    pub others: u64,
    /// What was said, where some were not closed.
    pub word: String,
}

/// A ticket that could be closed.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its id.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// About what.
    pub asset: Option<Named>,
    /// Its date.
    pub slot: Date,
    /// Until when it is in time.
    pub due_at: Timestamp,
    /// Whether it takes a word why.
    pub asks_word: bool,
}

/// What became of a ticket.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// Whether it was closed.
    pub is_closed: bool,
    /// In words.
    pub words: String,
}
