//! What is answered when a request cannot be: one kind of problem, shown as a page to people and
//! as an RFC 9457 document to programs. A failure of ours is logged once, here.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use duly_store::Error as StoreError;
use duly_work::error::WorkError;

use crate::serve::App;
use crate::view::frame::{Frame, Who};
use crate::view::problem::ProblemPage;

/// Something that stands between a request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// Stable, kebab-case.
    code: &'static str,
    what: &'static str,
    why: &'static str,
    advice: &'static str,
    /// For the log alone: what failed beneath.
    cause: Option<Arc<str>>,
}

impl Problem {
    const fn new(
        status: StatusCode,
        code: &'static str,
        what: &'static str,
        why: &'static str,
        advice: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            what,
            why,
            advice,
            cause: None,
        }
    }

    /// The same, with what failed beneath, for the log of the program.
    pub(crate) fn because(self, cause: impl ToString) -> Self {
        Self {
            cause: Some(Arc::from(cause.to_string())),
            ..self
        }
    }

    /// A failure that nobody foresaw.
    pub(crate) fn unexpected(cause: impl ToString) -> Self {
        Self {
            cause: Some(Arc::from(cause.to_string())),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "unexpected",
                "duly failed here",
                "Something went wrong that was not foreseen. Nothing was half done: a change is \
                 recorded whole or not at all.",
                "Try again. If it stays so, look at what duly writes to its terminal or journal.",
            )
        }
    }
}

/// There is nothing at this address.
pub(crate) const fn not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is nothing here",
        "No page, ticket or client has this address.",
        "If you typed it, look again; if a link brought you here, tell whoever runs duly.",
    )
}

/// The request cannot be read.
pub(crate) const fn bad_request() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-request",
        "This request cannot be read",
        "A part of the address or of the form is missing or is not what it should be.",
        "Go back, load the page again and try once more.",
    )
}

/// Somebody has as many drafts as can be kept.
pub(crate) const fn too_many_drafts() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-drafts",
        "You have as many drafts as can be kept",
        "Nothing was begun, and nothing that you wrote is lost.",
        "Publish one of them or throw one away, then begin again.",
    )
}

/// Somebody has as many private addresses as can be kept.
pub(crate) const fn too_many_addresses() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-addresses",
        "You have as many private addresses as can be kept",
        "No further one was made; those that you have go on working.",
        "Revoke one that is no longer used, then make another.",
    )
}

/// A form came from another site.
pub(crate) const fn cross_site() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "cross-site-request",
        "This form did not come from duly",
        "The browser says that another site sent it, so nothing was done.",
        "Open duly itself and do it there. Behind a proxy, Host and Origin must be passed on as \
         they are.",
    )
}

/// The body is longer than its address takes.
pub(crate) const fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "This is too much at once",
        "A form may hold 64 KiB, a file 10 MiB, and one upload twice that.",
        "Send less at once, or pack it.",
    )
}

/// Somebody must sign in first.
pub(crate) const fn not_signed_in() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "not-signed-in",
        "You are not signed in",
        "The session has ended or there was none, so nothing was done.",
        "Sign in again, then try once more.",
    )
}

/// None of the person's roles may do this.
pub(crate) const fn not_for_this_role() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-for-this-role",
        "Your role does not do this",
        "Whoever does the work, whoever checks it and whoever oversees that are kept apart, so \
         nothing was shown or recorded.",
        "Ask somebody who has the role, or an administrator whether you should have it.",
    )
}

/// It is the person's own work or wish.
pub(crate) const fn own_work() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "own-work",
        "Somebody else must do this",
        "It is about your own work or your own wish, so nothing was recorded.",
        "Ask a second person.",
    )
}

/// More pages listen for changes than there are places.
pub(crate) const fn too_many_listen() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-listen",
        "This page cannot follow changes now",
        "As many pages follow changes as duly has places for. The page itself is complete.",
        "Load it again to see what changed.",
    )
}

/// A session must not travel in clear.
pub(crate) const fn sign_in_in_clear() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "sign-in-in-clear",
        "duly does not sign in over plain http",
        "Over a network, everybody on the way could read what you type, and the session. Nothing \
         was used up.",
        "Open it on the machine where duly runs, or put a proxy with https in front that sets \
         X-Forwarded-Proto.",
    )
}

/// More sign-ins are half way than can be kept.
pub(crate) const fn too_many_half_way() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-half-way",
        "Too many people are signing in",
        "More sign-ins are half way than duly keeps at a time. Somebody may be doing that on \
         purpose.",
        "Try again in a few minutes. A link that works once still lets you in.",
    )
}

/// There can be no passkeys at this address.
pub(crate) const fn no_passkeys_here() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "no-passkeys-here",
        "There can be no passkeys at this address",
        "A passkey is bound to a public address, and none is set, or this is another one.",
        "Set address in duly.toml, or open duly under the address that is set there.",
    )
}

/// The last sign-in was too long ago to change how one signs in.
pub(crate) const fn prove_again() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "prove-again",
        "Prove once more who you are",
        "You signed in too long ago to change how you sign in.",
        "Sign in again, then do it within a quarter of an hour.",
    )
}

/// A passkey's answer does not hold.
pub(crate) const fn wrong_passkey() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "wrong-passkey",
        "This passkey was not taken",
        "It is not known here, or its answer came too late or does not fit what was asked.",
        "Load the page again and try once more, or sign in another way.",
    )
}

/// Somebody tried too often; for programs and scripts.
pub(crate) const fn too_many_tries() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-tries",
        "Too many tries",
        "Too many tries came from your network address.",
        "Wait a few minutes.",
    )
}

/// The identity provider cannot be used now.
pub(crate) const fn identity_provider_silent() -> Problem {
    Problem::new(
        StatusCode::BAD_GATEWAY,
        "identity-provider-silent",
        "The identity provider does not answer as it must",
        "duly asked it who you are and got no answer that holds.",
        "Try again, or sign in another way. If it stays so, look at what duly writes to its \
         terminal or journal, and at identity_provider in duly.toml.",
    )
}

/// A request took too long.
pub(crate) const fn too_slow() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-slow",
        "This took too long",
        "duly gave up waiting. What was already recorded stays recorded.",
        "Load the page again to see what came of it.",
    )
}

/// Too many packs are being made.
pub(crate) const fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy-with-packs",
        "Other packs are being made",
        "A pack holds a client’s whole log in memory, so only a few are made at once.",
        "Try again in a minute.",
    )
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let problem = match &error {
            StoreError::NoSuch { .. } => not_found(),
            StoreError::TooMuch { .. } => bad_request(),
            // Only a list's place in the address is read from outside.
            StoreError::Unreadable { what, .. } if what == "a place in a list" => bad_request(),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "store-failed",
                "duly could not use its store",
                "The database did not answer as it must, so this page would have been a guess.",
                "Try again in a minute. If it stays so, look at what duly writes to its terminal \
                 or journal, and run duly fsck.",
            ),
        };
        Self {
            cause: Some(Arc::from(format!("{}: {error}", error.code()))),
            ..problem
        }
    }
}

impl From<WorkError> for Problem {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Store(error) => Self::from(error),
            WorkError::NoClient(_) => not_found(),
            other => Self::unexpected(other),
        }
    }
}

impl IntoResponse for Problem {
    /// Bears the problem; [`show`] lays it out, knowing who asks and for what.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Whether an address is for programs.
pub(crate) fn wants_json(path: &str) -> bool {
    path.starts_with("/api/") || path == "/healthz" || is_for_script(path)
}

/// Whether an address is asked by the script for passkeys.
fn is_for_script(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    matches!(
        parts.as_slice(),
        ["sign-in" | "account", "passkey"]
            | ["sign-in" | "account", "passkey", "options"]
            | ["invitation", _, "passkey"]
            | ["invitation", _, "passkey", "options"]
    )
}

/// Lays out whatever problem an answer bears. An error that a layer beneath made without one, such
/// as a body that is too large, gets the words for its status.
pub(crate) async fn show(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    let borne = response.extensions_mut().remove::<Problem>();
    let Some(problem) = borne.or_else(|| for_status(status, &response)) else {
        return response;
    };
    if problem.status.is_server_error() {
        let cause = problem.cause.as_deref().unwrap_or("no cause was given");
        tracing::error!(code = problem.code, cause, path, "a request failed");
    }
    if wants_json(&path) {
        return as_document(&problem);
    }
    let who = response.extensions_mut().remove::<Who>();
    let page = ProblemPage {
        frame: Frame {
            who,
            ..Frame::alone(app.now())
        },
        status: problem.status.as_u16(),
        code: problem.code.to_owned(),
        what: problem.what.to_owned(),
        why: problem.why.to_owned(),
        advice: problem.advice.to_owned(),
    };
    match page.render() {
        Ok(html) => (problem.status, Html(html)).into_response(),
        Err(_) => (problem.status, problem.what).into_response(),
    }
}

/// The problem that a bare error status stands for; none for an answer that is whole.
fn for_status(status: StatusCode, response: &Response) -> Option<Problem> {
    let plain = response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::METHOD_NOT_ALLOWED => Problem {
            status,
            code: "wrong-method",
            what: "That cannot be done here",
            why: "This address does not take this kind of request.",
            ..bad_request()
        },
        _ if status.is_client_error() => Problem {
            status,
            ..bad_request()
        },
        _ => Problem {
            status,
            ..Problem::unexpected("a layer beneath gave a bare status")
        },
    })
}

/// A refusal of the API whose reason is known only when it happens.
pub(crate) fn refused(status: StatusCode, code: &str, why: Option<String>) -> Response {
    let why = why.unwrap_or_default();
    document(
        status,
        code,
        status.canonical_reason().unwrap_or(code),
        &why,
    )
}

/// RFC 9457. The type is `about:blank`, so the status says the kind and `code` says which.
fn as_document(problem: &Problem) -> Response {
    let title = problem.status.canonical_reason().unwrap_or(problem.what);
    let detail = format!("{}. {} {}", problem.what, problem.why, problem.advice);
    document(problem.status, problem.code, title, &detail)
}

fn document(status: StatusCode, code: &str, title: &str, detail: &str) -> Response {
    let document = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
        "code": code,
    });
    let kind = HeaderValue::from_static("application/problem+json");
    (status, [(CONTENT_TYPE, kind)], document.to_string()).into_response()
}
