//! What is answered to a program when a request cannot be: a problem that is known beforehand, or a
//! refusal whose reason is known only when it happens. Both are RFC 9457 documents.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use duly_store::Error as StoreError;
use duly_work::error::WorkError;
use utoipa::ToSchema;

use crate::problem::{self, Problem};

/// A problem document of RFC 9457. The type is always `about:blank`: `code` says which it is.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is the shape in the document; problem.rs writes it"
)]
pub(crate) struct ProblemDocument {
    /// Always `about:blank`.
    r#type: String,
    /// What the status means.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened, why, and what to do, in sentences for people.
    detail: String,
    /// Stable, in kebab-case, for programs.
    code: String,
}

/// See the module.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Known beforehand.
    Problem(Problem),
    /// Known when it happens.
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// Stable, in kebab-case.
        code: &'static str,
        /// In a sentence.
        why: String,
    },
}

/// What was sent cannot be taken as it is.
pub(crate) fn refused(code: &'static str, why: impl Into<String>) -> Failed {
    Failed::Refused {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        code,
        why: why.into(),
    }
}

/// It does not fit how things stand now.
pub(crate) fn conflict(code: &'static str, why: impl Into<String>) -> Failed {
    Failed::Refused {
        status: StatusCode::CONFLICT,
        code,
        why: why.into(),
    }
}

/// The address or the body cannot be read.
pub(crate) fn unreadable(code: &'static str, why: impl Into<String>) -> Failed {
    Failed::Refused {
        status: StatusCode::BAD_REQUEST,
        code,
        why: why.into(),
    }
}

/// Everything that is wrong with what was sent; nothing where nothing is.
pub(crate) fn all_well(problems: &[String]) -> Result<(), Failed> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(refused("not-taken", problems.join(" ")))
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooMuch { .. } => refused("too-much", format!("{error}.")),
            error => Self::Problem(error.into()),
        }
    }
}

impl From<WorkError> for Failed {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Store(error) => error.into(),
            error => Self::Problem(error.into()),
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Refused { status, code, why } => problem::refused(status, code, Some(why)),
        }
    }
}
