//! The next twelve months: every duty to come, as a list and month by month, and private addresses
//! under which a calendar program reads them.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "calendar.html")]
pub struct Calendar {
    /// What stands around it.
    pub frame: Frame,
    /// Everybody whose duties can be shown; the one whose are, if not all.
    pub clients: Vec<Named>,
    /// See [`Calendar::clients`].
    pub client: String,
    /// The process whose duties are shown, if not all.
    pub process: String,
    /// Every process there is.
    pub processes: Vec<String>,
    /// The months, the present one first.
    pub months: Vec<MonthLink>,
    /// The month that is shown.
    pub shown: Month,
    /// Its duties.
    pub duties: Vec<Row>,
    /// How many there are in the twelve months.
    pub count: u64,
    /// The person's addresses that work.
    pub links: Vec<LinkRow>,
    /// An address that was made just now, and is shown this once.
    pub made: Option<String>,
    /// For whom the calendar ends before the twelve months do.
    pub short: Vec<Named>,
}

/// A month to go to.
#[derive(Clone, Debug)]
pub struct MonthLink {
    /// `2026-11`.
    pub month: String,
    /// `November 2026`.
    pub name: String,
    /// How many duties it has.
    pub duties: u64,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// A month as weeks of days.
#[derive(Clone, Debug)]
pub struct Month {
    /// `November 2026`.
    pub name: String,
    /// Monday to Sunday; none where the day belongs to another month.
    pub weeks: Vec<Vec<Option<Day>>>,
}

/// A day.
#[derive(Clone, Debug)]
pub struct Day {
    /// Its date.
    pub date: Date,
    /// How many duties have their slot on it.
    pub duties: u64,
}

/// A duty to come.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its slot.
    pub slot: Date,
    /// Whether it is the first one of its day.
    pub begins_a_day: bool,
    /// What it asks for.
    pub title: String,
    /// Of which process.
    pub process: String,
    /// Whose.
    pub client: Named,
    /// About what.
    pub asset: Option<Named>,
    /// Due by then, where the client is.
    pub due: String,
}

/// An address, without its token.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// By which it is revoked.
    pub id: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last read.
    pub used_at: Option<Timestamp>,
}
