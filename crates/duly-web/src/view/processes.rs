//! The list of processes: what is promised, how often, and what each one watches.

use askama::Template;
use jiff::civil::Date;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "processes.html")]
pub struct Processes {
    /// What stands around it.
    pub frame: Frame,
    /// By id; a provider has dozens, not thousands.
    pub rows: Vec<Row>,
    /// Whether this person may write and publish.
    pub may_publish: bool,
    /// Whether this person may see the load.
    pub may_see_load: bool,
}

/// One process.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id and title.
    pub process: Named,
    /// When it falls due, as a person would say it.
    pub recurrence: String,
    /// One duty for each what.
    pub applies_to: String,
    /// Steps in all.
    pub steps: u64,
    /// Of these, how many duly measures by itself.
    pub measured: u64,
    /// How many versions were published.
    pub versions: u64,
    /// How many clients have it.
    pub clients: u64,
    /// Since when it makes nothing due; none while it does.
    pub ended: Option<Date>,
    /// How long a duty takes, in words.
    pub takes: String,
    /// Next date on which it falls due anywhere; none when nothing is covered by it.
    pub next: Option<Date>,
}
