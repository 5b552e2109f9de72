//! What each page reads and does: one file an address, from a request to a view.
//!
//! Reading goes through the store's verbs, acting through those of `duly-work`; nothing is decided
//! here that a rule decides.

pub(crate) mod about_client;
pub(crate) mod absences;
pub(crate) mod account;
pub(crate) mod answer;
pub(crate) mod answers;
pub(crate) mod asset;
pub(crate) mod asset_new;
pub(crate) mod assets;
pub(crate) mod beside;
pub(crate) mod bulk;
pub(crate) mod calendar;
mod chosen;
pub(crate) mod client;
pub(crate) mod client_form;
pub(crate) mod clients;
pub(crate) mod close;
pub(crate) mod connections;
pub(crate) mod control;
pub(crate) mod draft;
pub(crate) mod draft_changes;
pub(crate) mod drafts;
pub(crate) mod draw;
pub(crate) mod ending;
pub(crate) mod evidence;
pub(crate) mod exception_ask;
pub(crate) mod exceptions;
pub(crate) mod gates;
mod history;
pub(crate) mod import;
mod judged;
pub(crate) mod load;
pub(crate) mod log;
pub(crate) mod measure;
pub(crate) mod messages;
mod month;
mod names;
pub(crate) mod oversight;
pub(crate) mod owed_reviews;
pub(crate) mod pack;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod pings;
pub(crate) mod plan;
pub(crate) mod portfolio;
pub(crate) mod process;
pub(crate) mod processes;
pub(crate) mod proof;
pub(crate) mod proofs;
pub(crate) mod proposed;
pub(crate) mod published;
pub(crate) mod queue;
pub(crate) mod review;
pub(crate) mod review_act;
pub(crate) mod reviews;
pub(crate) mod roles;
pub(crate) mod rule;
pub(crate) mod rules;
pub(crate) mod said;
pub(crate) mod set_up;
pub(crate) mod silences;
pub(crate) mod snooze;
pub(crate) mod ticket;
pub(crate) mod today;
pub(crate) mod tokens;
pub(crate) mod unclaimed;
pub(crate) mod upload;
pub(crate) mod verification;
pub(crate) mod verifications;
pub(crate) mod visit;
pub(crate) mod warning;

use askama::Template;
use axum::response::Html;

use crate::problem::Problem;

/// A page, or why there is none.
pub(crate) type Shown = Result<Html<String>, Problem>;

/// Draws a page.
pub(crate) fn shown(page: &impl Template) -> Shown {
    page.render().map(Html).map_err(Problem::unexpected)
}
