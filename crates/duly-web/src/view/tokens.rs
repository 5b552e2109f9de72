//! A person's tokens, and the form that makes one.

use askama::Template;
use jiff::Timestamp;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "tokens.html")]
pub struct Tokens {
    /// What stands around it.
    pub frame: Frame,
    /// Those that are good.
    pub rows: Vec<Row>,
    /// A token that was just made; shown this once.
    pub made: Option<String>,
    /// Whether the last sign-in was a short while ago, so that one can be made.
    pub is_fresh: bool,
    /// When it was.
    pub proved_at: Timestamp,
    /// What was wrong with the form.
    pub problems: Vec<String>,
    /// What it was called.
    pub name: String,
    /// The scopes to choose from.
    pub scopes: Vec<Choice>,
    /// Clients to choose from.
    pub clients: Vec<Named>,
    /// The chosen one.
    pub only: String,
    /// For how many days.
    pub days: String,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Row {
    /// Names it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Its scopes in words.
    pub scopes: String,
    /// The one client that it reaches, by name.
    pub only: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// A scope to choose.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its word.
    pub word: &'static str,
    /// What it lets a program do.
    pub says: &'static str,
    /// Whether it is chosen.
    pub is_on: bool,
}
