//! What each page reads and does: one file an address, from a request to a view.
//!
//! Reading goes through the store's verbs, acting through those of `duly-work`; nothing is decided
//! here that a rule decides.

mod about_client;
pub(crate) mod answer;
pub(crate) mod asset;
pub(crate) mod asset_new;
pub(crate) mod assets;
pub(crate) mod client;
pub(crate) mod client_form;
pub(crate) mod clients;
pub(crate) mod close;
mod gates;
mod history;
pub(crate) mod import;
mod judged;
mod month;
mod names;
pub(crate) mod pack;
pub(crate) mod plan;
pub(crate) mod process;
pub(crate) mod processes;
pub(crate) mod proof;
pub(crate) mod proofs;
mod published;
pub(crate) mod ticket;
pub(crate) mod today;
pub(crate) mod unclaimed;
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
