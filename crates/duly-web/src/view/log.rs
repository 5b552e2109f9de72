//! A log as a list for people: who did what, when, and from where.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::part::paging::Paging;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "log.html")]
pub struct Log {
    /// What stands around it.
    pub frame: Frame,
    /// Whose log.
    pub client: Named,
    /// Whether it is the provider's.
    pub is_provider: bool,
    /// What can be looked at.
    pub whats: Vec<What>,
    /// The one person it is about, if it is about one.
    pub person: Option<Named>,
    /// The same list about everybody.
    pub everybody: String,
    /// The newest first, at most one page of them.
    pub lines: Vec<Line>,
    /// Which page of the list this is.
    pub paging: Paging,
}

/// A choice of what to look at.
#[derive(Clone, Debug)]
pub struct What {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub address: String,
    /// Whether that is what is looked at.
    pub is_here: bool,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its index, from 0.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: String,
    /// Who did it.
    pub who: Option<String>,
    /// To whom, if that is somebody else.
    pub whom: Option<String>,
    /// From which browser and address.
    pub from: Option<String>,
    /// Whether something was refused.
    pub is_refusal: bool,
}
