//! `GET /clients/{client}/evidence/{evidence}` and its small picture. A file is only ever handed
//! out to be saved: whatever it is, a browser is told not to show it, not to guess and to run
//! nothing.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::{IntoResponse, Response};

use crate::page::visit::Visit;
use crate::problem::{self, Problem};

/// Nothing in it may do anything, should a browser open it all the same.
const SANDBOX: &str = "default-src 'none'; sandbox";

/// A small picture never changes; it stays in the browser of whoever saw it, for a while.
const KEPT: &str = "private, max-age=3600";

/// Hands a file out.
pub(crate) async fn download(
    visit: Visit,
    Path((client, evidence)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = &visit.client(&client)?.scope.id;
    let found = visit.store().evidence_content(id, &evidence).await?;
    let (file, content) = found.ok_or_else(problem::not_found)?;
    let name = file.kind.safe_name(&file.name);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .map_err(Problem::unexpected)?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static(file.kind.media_type()),
        ),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
    ];
    Ok((headers, content).into_response())
}

/// Hands the small picture out.
pub(crate) async fn small(
    visit: Visit,
    Path((client, evidence)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = &visit.client(&client)?.scope.id;
    let found = visit.store().evidence_thumbnail(id, &evidence).await?;
    let picture = found.ok_or_else(problem::not_found)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
    ];
    Ok((headers, picture).into_response())
}
