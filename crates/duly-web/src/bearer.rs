//! Programs that ask for somebody: `Authorization: Bearer duly_…`, at addresses of the API alone.
//! Where it stands, no cookie is looked at; one that is not good is refused before anything else.

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use duly_core::sign_in::limit::{Limit, Try};
use jiff::{SignedDuration, Timestamp};

use crate::came;
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::SignedIn;
use crate::transport::Transport;

/// Where tokens are good.
const API: &str = "/api/v1/";

/// Tokens that are not good, from one network address: a program whose token ended and that asks
/// every second is told so for a minute, and then once in ten seconds.
const WRONG_TOKENS: Limit = Limit {
    at_once: 60,
    every: SignedDuration::from_secs(10),
};

/// Whether a request is to be recognised by what it bears instead of by a cookie.
pub(crate) fn is_asked_with(request: &Request) -> bool {
    request.uri().path().starts_with(API) && request.headers().contains_key(AUTHORIZATION)
}

/// The token that a request bears, if it is one by its scheme.
fn token(request: &Request) -> Option<&str> {
    let text = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Looks the token up, and puts its person on the request.
pub(crate) async fn recognise(app: &App, mut request: Request, next: Next) -> Response {
    if Transport::of(request.headers()) == Transport::Clear {
        return problem::token_in_clear().into_response();
    }
    let at = app.now();
    let token = token(&request).unwrap_or_default().to_owned();
    let found = match app.store.token(&token, at).await {
        Ok(found) => found,
        Err(error) => return Problem::from(error).into_response(),
    };
    let Some(found) = found else {
        return refused(app, request, at).into_response();
    };
    // That it was used is worth a write, and no reason to refuse an answer.
    if found.is_to_be_seen
        && let Err(error) = app.store.see_token(&token, at).await
    {
        tracing::warn!(%error, "it was not kept that a token is in use");
    }
    request.extensions_mut().insert(SignedIn {
        person: found.person,
        at,
        session: found.token.id.clone(),
        // A token proves nothing anew, however young it is.
        began_at: Timestamp::UNIX_EPOCH,
        token: Some(found.token),
    });
    next.run(request).await
}

fn refused(app: &App, request: Request, at: Timestamp) -> Problem {
    let (parts, _) = request.into_parts();
    let from = format!("token from {}", came::network_of(&parts, app));
    match app.buckets.take(&from, WRONG_TOKENS, at) {
        Try::Taken { .. } => problem::wrong_token(),
        Try::TooMany { .. } => problem::too_many_tries(),
    }
}
