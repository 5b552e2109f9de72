//! What is answered when a request cannot be: one kind of problem, shown as a page to people and
//! as an RFC 9457 document to programs. A failure of ours is logged once, here.

mod known;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use duly_store::Error as StoreError;
use duly_work::error::WorkError;

use crate::serve::App;
use crate::view::frame::{Frame, Who};
use crate::view::problem::ProblemPage;

pub(crate) use known::*;

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
    path.starts_with("/api/")
        || path.starts_with("/ping/")
        || path == "/healthz"
        || is_for_script(path)
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
    if wants_json(&path) {
        return laid_out(response);
    }
    let Some(problem) = borne(&mut response) else {
        return response;
    };
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

/// The problem that an answer bears, told once to whoever runs duly where it is ours.
fn borne(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    let borne = response.extensions_mut().remove::<Problem>();
    let problem = borne.or_else(|| for_status(status, response))?;
    if problem.status.is_server_error() {
        let cause = problem.cause.as_deref().unwrap_or("no cause was given");
        tracing::error!(code = problem.code, cause, "a request failed");
    }
    Some(problem)
}

/// An answer to a program: whatever problem it bears as a document.
pub(crate) fn laid_out(mut response: Response) -> Response {
    match borne(&mut response) {
        Some(problem) => asked_for(&response, as_document(&problem)),
        None => response,
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

/// The same with what RFC 9110 wants: of a 401 how one proves who one is, of a 405 what is allowed.
fn asked_for(bare: &Response, mut response: Response) -> Response {
    // What may be asked for instead, where the method was wrong.
    if let Some(allowed) = bare.headers().get(ALLOW) {
        response.headers_mut().insert(ALLOW, allowed.clone());
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let how = HeaderValue::from_static("Bearer realm=\"duly\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, how);
    }
    response
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
