//! Through what duly sends, and how well that works.

use std::collections::BTreeMap;

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::view::frame::Frame;

/// What a help desk with an API may be.
const DESK_APIS: &[&str] = &["request-tracker", "zammad"];

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
    /// What was typed into it, secrets left out.
    pub typed: Typed,
}

/// A form that was refused: what stood in its fields, so that nobody types it twice. Nothing where
/// none was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, String>);

impl Typed {
    /// The fields by name, without the secret, which no page ever shows.
    #[must_use]
    pub fn of(mut fields: BTreeMap<String, String>) -> Self {
        fields.remove("secret");
        Self(fields)
    }

    /// Whether it is the form for one of these kinds.
    #[must_use]
    pub fn is(&self, kinds: &[&str]) -> bool {
        let kind = self.0.get("kind");
        kind.is_some_and(|kind| kinds.contains(&kind.as_str()))
    }

    /// What stood in a field of the form for one of these kinds; of any other, what stands there at
    /// first.
    #[must_use]
    pub fn text<'a>(&'a self, kinds: &[&str], name: &str, at_first: &'a str) -> &'a str {
        let typed = self.0.get(name).filter(|_| self.is(kinds));
        typed.map_or(at_first, String::as_str)
    }

    /// Whether a box of the form for one of these kinds was ticked.
    #[must_use]
    pub fn ticked(&self, kinds: &[&str], name: &str) -> bool {
        self.is(kinds) && self.0.contains_key(name)
    }
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
