//! What the duties of the coming weeks take, for each role.

use askama::Template;
use jiff::civil::Date;

use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "load.html")]
pub struct Load {
    /// What stands around it.
    pub frame: Frame,
    /// The roles that have anything to do, in columns.
    pub roles: Vec<String>,
    /// The weeks.
    pub weeks: Vec<WeekRow>,
    /// Duties that nobody estimated.
    pub without_estimate: u64,
    /// Processes without an estimate.
    pub unknown: Vec<String>,
}

/// A week.
#[derive(Clone, Debug)]
pub struct WeekRow {
    /// Its Monday.
    pub week: Date,
    /// How many duties.
    pub duties: u64,
    /// Each role with its hours, in the order of the columns.
    pub hours: Vec<(String, String)>,
}
