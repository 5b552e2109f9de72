//! Signing in by a link that works once, and signing out.
//!
//! Opening the link changes nothing, whoever or whatever opens it; the button on its page sends
//! the form that redeems it.

use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::{SESSION_FOR, token};
use crate::transport::Transport;
use crate::view::frame::Frame;
use crate::view::sign_in::{SignIn, Stage};

/// `GET /sign-in`: how to get a link.
pub(crate) async fn ask(State(app): State<App>) -> Shown {
    page(&app, Stage::NoLink)
}

/// `GET /sign-in/{token}`: the button.
pub(crate) async fn offer(State(app): State<App>, Path(token): Path<String>) -> Shown {
    page(&app, Stage::Link { token })
}

/// `POST /sign-in/{token}`: redeems the link.
pub(crate) async fn redeem(
    State(app): State<App>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let transport = Transport::of(&headers);
    if transport == Transport::Clear {
        return Err(problem::sign_in_in_clear());
    }
    let session = app
        .store
        .redeem_sign_in_link(&link, SESSION_FOR, app.now())
        .await?;
    let Some(session) = session else {
        let spent = page(&app, Stage::Spent)?;
        return Ok((StatusCode::GONE, spent).into_response());
    };
    with_cookie(
        Redirect::to("/"),
        transport,
        &session,
        SESSION_FOR.as_secs(),
    )
}

/// `POST /sign-out`: ends the session, on the server too.
pub(crate) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(session) = token(&headers) {
        app.store.revoke_session(&session, app.now()).await?;
    }
    with_cookie(Redirect::to("/signed-out"), Transport::of(&headers), "", 0)
}

/// `GET /signed-out`.
pub(crate) async fn signed_out(State(app): State<App>) -> Shown {
    page(&app, Stage::SignedOut)
}

fn page(app: &App, stage: Stage) -> Shown {
    let frame = Frame::alone(app.now());
    shown(&SignIn { frame, stage })
}

/// An answer that sets the session's cookie; an age of 0 takes it away.
fn with_cookie(
    to: Redirect,
    transport: Transport,
    value: &str,
    age_seconds: i64,
) -> Result<Response, Problem> {
    let secure = if transport == Transport::Https {
        "; Secure"
    } else {
        ""
    };
    let name = transport.cookie_name();
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_seconds}{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(Problem::unexpected)?;
    Ok(([(SET_COOKIE, cookie)], to).into_response())
}
