//! One person: what they are, how they come in, where they are signed in, and what an
//! administrator can do about that.

use askama::Template;
use duly_store::WaysIn;
use jiff::Timestamp;

use crate::filters;
use crate::view::Named;
use crate::view::account::Sitting;
use crate::view::frame::Frame;
use crate::view::people::{Form, Invited, ways_words};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "person.html")]
pub struct Person {
    /// What stands around it.
    pub frame: Frame,
    /// Under whom.
    pub home: Named,
    /// Names them.
    pub id: String,
    /// The name.
    pub name: String,
    /// What they are, in words.
    pub roles: String,
    /// Since when.
    pub added_at: Timestamp,
    /// Since when no longer.
    pub removed_at: Option<Timestamp>,
    /// Their end.
    pub until: Option<Timestamp>,
    /// How they come in.
    pub ways: WaysIn,
    /// Whether the reader may change anything.
    pub may_keep: bool,
    /// Whether the reader may see what they did.
    pub may_read_log: bool,
    /// Where they are signed in.
    pub sessions: Vec<Sitting>,
    /// The form, as it is or as it was filled in.
    pub form: Form,
    /// What it was filled in against.
    pub seen: String,
    /// What was wrong with it.
    pub problems: Vec<String>,
    /// The invitation that was just made.
    pub invited: Option<Invited>,
}

impl Person {
    fn ways_words(&self) -> String {
        ways_words(&self.ways)
    }
}
