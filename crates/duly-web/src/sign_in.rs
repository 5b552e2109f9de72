//! Signing in: by a password and a code ([`password`], [`code`]), by a link that works once
//! ([`link`]), by an invitation ([`invitation`]), by a passkey ([`passkey`]), through an identity
//! provider ([`identity`]). What is answered to a wrong password is the same
//! for whoever exists and whoever does not, in every byte and as far as can be in time.

pub(crate) mod code;
pub(crate) mod hash;
pub(crate) mod identity;
pub(crate) mod invitation;
pub(crate) mod link;
pub(crate) mod passkey;
pub(crate) mod password;

use askama::Template as _;
use axum::http::header::{HeaderName, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use duly_store::{BROWSER_FOR, Taking, TryOn};
use jiff::Timestamp;

use crate::came::Came;
use crate::problem::Problem;
use crate::serve::App;
use crate::session::SESSION_FOR;
use crate::view::frame::Frame;
use crate::view::sign_in::{SignIn, Stage};
use crate::words::age;

/// A page for somebody who is not signed in.
pub(crate) fn page(app: &App, status: StatusCode, stage: Stage) -> Result<Response, Problem> {
    let page = SignIn {
        frame: Frame::alone(app.now()),
        stage,
    };
    let html = page.render().map_err(Problem::unexpected)?;
    Ok((status, Html(html)).into_response())
}

/// Takes tries, or answers that there are none left for now.
pub(crate) async fn tries(
    app: &App,
    came: &Came,
    on: &[TryOn],
) -> Result<Option<Response>, Problem> {
    let now = app.now();
    match app.store.take_tries(on, &came.visitor, now).await? {
        Taking::Taken => Ok(None),
        Taking::TooMany { again_at } => too_many(app, now, again_at).map(Some),
    }
}

fn too_many(app: &App, now: Timestamp, again_at: Timestamp) -> Result<Response, Problem> {
    let wait = again_at.duration_since(now);
    let stage = Stage::TooMany {
        again_in: age::length(wait),
    };
    let mut response = page(app, StatusCode::TOO_MANY_REQUESTS, stage)?;
    let seconds = HeaderValue::from(wait.as_secs().max(1));
    response.headers_mut().insert(RETRY_AFTER, seconds);
    Ok(response)
}

/// The token by which this browser is known from now on.
pub(crate) fn browser_token(came: &Came) -> Result<String, Problem> {
    match &came.browser {
        Some(token) if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(token.clone())
        }
        _ => {
            let bytes = duly_store::random_bytes::<32>()?;
            Ok(duly_proof::hash::Hash(bytes).to_hex())
        }
    }
}

/// The cookies of somebody who is signed in now; a session that was there before ends.
pub(crate) async fn cookies(
    app: &App,
    came: &Came,
    session: &str,
    browser: Option<&str>,
) -> Result<Vec<(HeaderName, HeaderValue)>, Problem> {
    if let Some(before) = &came.session {
        app.store.revoke_session(before, app.now()).await?;
    }
    let transport = came.transport;
    let mut cookies =
        vec![transport.cookie(transport.cookie_name(), session, SESSION_FOR.as_secs())];
    if let Some(browser) = browser {
        let name = transport.browser_cookie_name();
        cookies.push(transport.cookie(name, browser, BROWSER_FOR.as_secs()));
    }
    cookies
        .into_iter()
        .map(|cookie| {
            let value = HeaderValue::from_str(&cookie).map_err(Problem::unexpected)?;
            Ok((SET_COOKIE, value))
        })
        .collect()
}

/// Leads on with a session.
pub(crate) async fn lead_on(
    app: &App,
    came: &Came,
    session: &str,
    browser: Option<&str>,
    to: &str,
) -> Result<Response, Problem> {
    let mut response = Redirect::to(local(to)).into_response();
    for (name, value) in cookies(app, came, session, browser).await? {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// Longest address that is led on to.
const TO_BYTES_MAX: usize = 512;

/// An address of duly itself; anything else is its first page. `//elsewhere` and `/\elsewhere` are
/// addresses of other sites to a browser.
pub(crate) fn local(to: &str) -> &str {
    let is_plain = to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_local = to.starts_with('/') && !to.starts_with("//");
    if is_plain && is_local && to.len() <= TO_BYTES_MAX {
        to
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for to in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "evil",
            "",
            "/a b",
            "/a\r\nset-cookie: x=y",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(to), "/", "{to:?}");
        }
        assert_eq!(local("/account?what=codes#x"), "/account?what=codes#x");
        assert_eq!(local(&format!("/{}", "a".repeat(600))), "/");
    }
}
