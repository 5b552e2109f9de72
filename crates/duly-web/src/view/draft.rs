//! The drafts of one person with the catalogue to begin from, and the page on which one is
//! written.

use askama::Template;
use duly_declare::Refusal;
use jiff::Timestamp;

use crate::filters;
use crate::view::frame::Frame;
use crate::words::number;

/// The list.
#[derive(Clone, Debug, Template)]
#[template(path = "drafts.html")]
pub struct Drafts {
    /// What stands around it.
    pub frame: Frame,
    /// What this person is writing.
    pub rows: Vec<DraftRow>,
    /// What ships with duly.
    pub catalogue: Vec<Shipped>,
}

/// A draft in the list.
#[derive(Clone, Debug)]
pub struct DraftRow {
    /// Its id.
    pub id: String,
    /// The process that it names, as far as it does.
    pub process: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// A process of the catalogue.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// Its name.
    pub process: String,
    /// What is done.
    pub title: String,
    /// When, in words.
    pub recurrence: String,
    /// One duty for each what.
    pub applies_to: String,
    /// How long it takes, in words.
    pub takes: String,
    /// Whether a version of it is published for somebody.
    pub published: bool,
}

/// The page on which a draft is written.
#[derive(Clone, Debug, Template)]
#[template(path = "draft.html")]
pub struct Draft {
    /// What stands around it.
    pub frame: Frame,
    /// The process that it names, as far as it does.
    pub process: String,
    /// The text.
    pub text: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// What the check says.
    pub found: Found,
}

/// What the check says of a text; also what is answered while somebody types.
#[derive(Clone, Debug, Template)]
#[template(path = "part/found.html")]
pub struct Found {
    /// The draft's id.
    pub draft: String,
    /// How often it was saved.
    pub revision: u64,
    /// What is wrong with it.
    pub refusals: Vec<Refusal>,
    /// What it says, in a sentence, where nothing is wrong.
    pub says: Option<String>,
    /// What happened on saving, where it was saved otherwise than asked.
    pub note: Option<String>,
}

impl askama::filters::HtmlSafe for Found {}

impl Found {
    fn count(&self) -> String {
        let count = u64::try_from(self.refusals.len()).unwrap_or(u64::MAX);
        number::counted(count, "problem", "problems")
    }

    /// The line with a caret under the place.
    fn shown(&self, refusal: &Refusal) -> String {
        let (before, width) = (refusal.excerpt.before, refusal.excerpt.width);
        format!(
            "{}\n{}{}",
            refusal.excerpt.text,
            " ".repeat(before),
            "^".repeat(width)
        )
    }
}
