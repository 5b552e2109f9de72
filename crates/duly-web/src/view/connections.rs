//! Through what duly sends, and how well that works.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "connections.html")]
pub struct Connections {
    /// The frame.
    pub frame: Frame,
    /// The connections.
    pub rows: Vec<Row>,
    /// What was wrong with the form.
    pub problems: Vec<String>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it leads to.
    pub kind: &'static str,
    /// Where that is.
    pub to: String,
    /// When something last got through.
    pub delivered_at: Option<Timestamp>,
    /// When something last did not.
    pub failed_at: Option<Timestamp>,
    /// Why not, while that lasts.
    pub problem: Option<String>,
    /// What waits.
    pub waiting: u64,
    /// Since when.
    pub waiting_since: Option<Timestamp>,
    /// What was given up.
    pub failed: u64,
}
