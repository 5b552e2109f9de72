//! What a person is told, and when.

use askama::Template;

use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "messages.html")]
pub struct Messages {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the form.
    pub problems: Vec<String>,
    /// The person's mail address.
    pub mail: String,
    /// The zone they chose.
    pub zone: String,
    /// What they can be told.
    pub kinds: Vec<Wanted>,
    /// When quiet hours begin.
    pub quiet_from: String,
    /// When they end.
    pub quiet_to: String,
    /// When the summary comes.
    pub summary_at: String,
    /// Whether mail can be sent at all.
    pub can_mail: bool,
}

/// A kind of notice, and whether it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its word.
    pub word: &'static str,
    /// What it is.
    pub says: &'static str,
    /// Whether it is on.
    pub is_on: bool,
}
