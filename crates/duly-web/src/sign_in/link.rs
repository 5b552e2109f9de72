//! Signing in by a link that works once, and signing out.
//!
//! Opening the link changes nothing, whoever or whatever opens it; the button on its page sends
//! the form that redeems it.

use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{lead_on, page, tries};
use crate::came::Came;
use crate::problem::Problem;
use crate::serve::App;
use crate::session::{SESSION_FOR, token};
use crate::transport::Transport;
use crate::view::sign_in::Stage;

/// `GET /sign-in/{token}`: the button.
pub(crate) async fn offer(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    page(&app, StatusCode::OK, Stage::Link { token })
}

/// `POST /sign-in/{token}`: redeems the link.
pub(crate) async fn redeem(
    State(app): State<App>,
    Path(link): Path<String>,
    came: Came,
) -> Result<Response, Problem> {
    if let Some(answer) = tries(&app, &came, &[came.address_try()]).await? {
        return Ok(answer);
    }
    let session = app
        .store
        .redeem_sign_in_link_from(&link, came.visitor.clone(), SESSION_FOR, app.now())
        .await?;
    match session {
        None => page(&app, StatusCode::GONE, Stage::Spent),
        Some(session) => lead_on(&app, &came, &session, None, "/").await,
    }
}

/// `POST /sign-out`: ends the session, on the server too.
pub(crate) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(session) = token(&headers) {
        app.store.revoke_session(&session, app.now()).await?;
    }
    let transport = Transport::of(&headers);
    let cookie = transport.cookie(transport.cookie_name(), "", 0);
    let cookie = HeaderValue::from_str(&cookie).map_err(Problem::unexpected)?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/signed-out")).into_response())
}

/// `GET /signed-out`.
pub(crate) async fn signed_out(State(app): State<App>) -> Result<Response, Problem> {
    page(&app, StatusCode::OK, Stage::SignedOut)
}
