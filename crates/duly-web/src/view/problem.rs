//! What a person reads when a page cannot be shown: what happened, why, and what to do.

use askama::Template;

use crate::filters;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// What stands around it.
    pub frame: Frame,
    /// Status code of the answer.
    pub status: u16,
    /// Stable, kebab-case, documented.
    pub code: String,
    /// What happened, as a short sentence.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub advice: String,
}
