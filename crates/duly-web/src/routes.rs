//! Every address there is.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use crate::page::{
    answer, client, clients, close, pack, process, processes, proof, proofs, ticket, today,
    verification, verifications,
};
use crate::serve::{App, PACK_WITHIN, REQUEST_WITHIN, within};
use crate::{api, asset, problem, session, sign_in};

/// All of them, those for everybody last.
pub(crate) fn all() -> Router<App> {
    for_staff()
        .merge(for_everybody())
        .fallback(async || problem::not_found())
}

/// Only for staff of the provider who are signed in.
fn for_staff() -> Router<App> {
    let pages = Router::new()
        .route("/", get(today::show))
        .route("/clients", get(clients::show))
        .route("/clients/{client}", get(client::show))
        .route("/clients/{client}/tickets/{ticket}", get(ticket::show))
        .route(
            "/clients/{client}/tickets/{ticket}/steps/{step}",
            post(answer::take),
        )
        .route(
            "/clients/{client}/tickets/{ticket}/close",
            post(close::take),
        )
        .route(
            "/clients/{client}/verifications/{run}",
            get(verification::show),
        )
        .route("/clients/{client}/proof", get(proof::show))
        .route(
            "/clients/{client}/proof/checkpoint.txt",
            get(proof::checkpoint),
        )
        .route("/clients/{client}/proof/policy.txt", get(proof::policy))
        .route("/verifications", get(verifications::show))
        .route("/processes", get(processes::show))
        .route("/processes/{process}", get(process::show))
        .route("/proof", get(proofs::show))
        .route("/api/v1/tickets", get(api::tickets))
        .route("/api/v1/duties", get(api::duties))
        .route_layer(from_fn_with_state(REQUEST_WITHIN, within));
    let packs = Router::new()
        .route("/clients/{client}/proof/pack.zip", get(pack::download))
        .route_layer(from_fn_with_state(PACK_WITHIN, within));
    pages.merge(packs).route_layer(from_fn(session::required))
}

/// For whoever comes.
fn for_everybody() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::ask))
        .route(
            "/sign-in/{token}",
            get(sign_in::offer).post(sign_in::redeem),
        )
        .route("/sign-out", post(sign_in::sign_out))
        .route("/signed-out", get(sign_in::signed_out))
        .route("/assets/{name}", get(asset::serve))
        .route("/healthz", get(api::health))
        .route_layer(from_fn_with_state(REQUEST_WITHIN, within))
}
