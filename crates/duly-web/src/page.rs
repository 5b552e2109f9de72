//! What each page reads and does: one file an address, from a request to a view.
//!
//! Reading goes through the store's verbs, acting through those of `duly-work`; nothing is decided
//! here that a rule decides.

pub(crate) mod answer;
pub(crate) mod calendar;
mod chosen;
pub(crate) mod client;
pub(crate) mod clients;
pub(crate) mod close;
pub(crate) mod draft;
pub(crate) mod draft_changes;
pub(crate) mod drafts;
pub(crate) mod ending;
mod gates;
mod history;
mod judged;
pub(crate) mod load;
mod month;
mod names;
pub(crate) mod pack;
pub(crate) mod process;
pub(crate) mod processes;
pub(crate) mod proof;
pub(crate) mod proofs;
mod proposed;
mod published;
pub(crate) mod set_up;
pub(crate) mod ticket;
pub(crate) mod today;
pub(crate) mod verification;
pub(crate) mod verifications;
pub(crate) mod visit;

use askama::Template;
use axum::response::Html;

use crate::problem::Problem;

/// A page, or why there is none.
pub(crate) type Shown = Result<Html<String>, Problem>;

/// Draws a page.
pub(crate) fn shown(page: &impl Template) -> Shown {
    page.render().map(Html).map_err(Problem::unexpected)
}
