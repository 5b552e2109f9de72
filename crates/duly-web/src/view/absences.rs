//! Who is away: absences that are not over, and the form for another.

use askama::Template;
use jiff::civil::Date;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "absences.html")]
pub struct Absences {
    /// What stands around it.
    pub frame: Frame,
    /// Those that are not over.
    pub rows: Vec<Away>,
    /// Whether another may be entered, and ended, by whoever reads the page.
    pub may_assign: bool,
    /// Whose absence can be entered.
    pub staff: Vec<Named>,
    /// What was wrong with a form.
    pub problem: Option<String>,
}

/// An absence.
#[derive(Clone, Debug)]
pub struct Away {
    /// Its id; empty for somebody who left.
    pub id: String,
    /// Who.
    pub who: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}
