//! `/api/v1/me`: for whom a program asks, and what it may.

use axum::Json;
use duly_core::permit::{Action, Thing, may};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::page::visit::Visit;

/// Whoever asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// Id of the person.
    person: String,
    /// Their name.
    name: String,
    /// Under whom they stand: `provider`, or a client.
    home: String,
    #[schema(schema_with = words::roles)]
    roles: Vec<&'static str>,
    /// From then on they may do nothing any more.
    until: Option<Timestamp>,
    /// The token that is used; none with a session.
    token: Option<MyToken>,
    /// What they may do at their own home, or at the one client that the token reaches.
    #[schema(schema_with = words::actions)]
    may: Vec<&'static str>,
}

/// The token that is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyToken {
    name: String,
    #[schema(schema_with = words::scopes)]
    scopes: Vec<&'static str>,
    /// The one client that it reaches.
    only: Option<String>,
    expires_at: Timestamp,
}

/// For whom a program asks, through which token, and what it may.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me)))]
pub(crate) async fn show(visit: Visit) -> Json<Me> {
    let home = visit.bound_to().unwrap_or(&visit.person.client);
    let thing = Thing::Client(home);
    let allowed = Action::ALL
        .iter()
        .filter(|action| may(visit.who(), **action, thing).is_ok());
    Json(Me {
        person: visit.person.id.to_string(),
        name: visit.person.name.clone(),
        home: visit.person.client.to_string(),
        roles: visit.person.roles.iter().map(|role| role.word()).collect(),
        until: visit.person.until,
        token: visit.token.as_ref().map(|token| MyToken {
            name: token.name.clone(),
            scopes: token.limits.scopes.iter().map(|one| one.word()).collect(),
            only: token.limits.only.as_ref().map(ToString::to_string),
            expires_at: token.expires_at,
        }),
        may: allowed.map(|action| action.word()).collect(),
    })
}
