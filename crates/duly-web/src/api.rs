//! What programs ask: `/api/v1`, described by `/api/v1/openapi.json`, and whether duly is well.
//!
//! Each address does the same act as the page of its name: the permit, the gates, the entry and the
//! notices are those of the act, and nothing here adds to them or leaves any of them out. Bodies
//! and answers are JSON; problems are RFC 9457 documents.

pub(crate) mod assets;
pub(crate) mod clients;
pub mod document;
pub(crate) mod exceptions;
mod failed;
pub(crate) mod files;
pub(crate) mod me;
pub(crate) mod people;
pub(crate) mod pings;
pub(crate) mod plan;
pub(crate) mod processes;
pub(crate) mod reviews;
pub(crate) mod schedule;
mod sent;
pub(crate) mod ticket_acts;
pub(crate) mod tickets;
pub(crate) mod warnings;
mod words;

use axum::Json;
use axum::extract::State;
use duly_store::Page;
use serde_json::{Value, json};

pub(crate) use ticket_acts as acts;

use crate::problem::Problem;
use crate::serve::App;

/// `GET /healthz`: whether the store answers.
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Value>, Problem> {
    app.store
        .clients(&Page {
            after: None,
            rows: 1,
        })
        .await?;
    Ok(Json(json!({ "status": "ok" })))
}
