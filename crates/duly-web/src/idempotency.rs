//! `Idempotency-Key` on what programs write (draft-ietf-httpapi-idempotency-key-header): the same
//! request under the same key is made once, and answered each time as the first time.
//!
//! A request under a key goes on to its end also when whoever sent it hangs up: their next try is
//! then answered with what came of the first.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use duly_proof::hash::{Hash, hash_parts};
use duly_store::{
    Error as StoreError, KeptAnswer, REQUEST_ANSWER_BYTES_MAX, REQUEST_KEY_BYTES_MAX, RequestBegun,
    RequestKey, under,
};

use crate::problem::{self, Problem};
use crate::serve::App;
use crate::session::SignedIn;

/// The header.
const KEY: &str = "idempotency-key";

/// Put on an answer that was given before.
const REPLAYED: &str = "idempotency-replayed";

/// Makes a request once where it bears a key; as it is where it does not.
pub(crate) async fn once(
    State((app, bytes_max)): State<(App, usize)>,
    request: Request,
    next: Next,
) -> Response {
    let key = match key(request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(problem) => return problem.into_response(),
    };
    let Some(signed_in) = request.extensions().get::<SignedIn>().cloned() else {
        return problem::not_signed_in().into_response();
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, bytes_max).await else {
        return problem::too_large().into_response();
    };
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let kind = parts.headers.get(CONTENT_TYPE);
    let key = RequestKey {
        client: signed_in.person.client.clone(),
        person: signed_in.person.id.clone(),
        key,
        fingerprint: fingerprint(target, kind, &body),
    };
    match app.store.begin_request(key.clone(), signed_in.at).await {
        Ok(RequestBegun::New) => {}
        Ok(RequestBegun::Answered(kept)) => return answered(kept),
        Ok(RequestBegun::UnderWay) => return problem::still_under_way().into_response(),
        Ok(RequestBegun::AnswerLost) => return problem::answer_lost().into_response(),
        Ok(RequestBegun::Other) => return problem::key_of_other_request().into_response(),
        Err(StoreError::TooMuch { .. }) => return problem::too_many_keys().into_response(),
        Err(error) => return Problem::from(error).into_response(),
    }
    let request = Request::from_parts(parts, Body::from(body));
    let made = tokio::spawn(async move {
        let response = under(key.clone(), next.run(request)).await;
        keep(&app, key, response).await
    });
    made.await
        .unwrap_or_else(|error| Problem::unexpected(error).into_response())
}

/// The key, without the quotes that the draft puts around it.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut all = headers.get_all(KEY).into_iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| problem::bad_key())?.trim();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let key = inner.unwrap_or(text);
    let is_key = (1..=REQUEST_KEY_BYTES_MAX).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"')
        && all.next().is_none();
    if is_key {
        Ok(Some(key.to_owned()))
    } else {
        Err(problem::bad_key())
    }
}

/// What makes it the same request: address, media type and body.
fn fingerprint(target: &str, kind: Option<&HeaderValue>, body: &Bytes) -> Hash {
    let kind = kind.map_or(&b""[..], HeaderValue::as_bytes);
    hash_parts(&[b"duly-request1", target.as_bytes(), kind, body])
}

/// Keeps the answer; where the failure is ours, or nobody may, the request can be sent again.
async fn keep(app: &App, key: RequestKey, response: Response) -> Response {
    let status = response.status();
    let is_kept = !status.is_server_error()
        && !matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
        );
    // A problem is laid out further outside; here it is laid out as it will be, to be kept.
    let response = problem::laid_out(response);
    let (parts, body) = response.into_parts();
    let read = to_bytes(body, REQUEST_ANSWER_BYTES_MAX).await;
    let body = match read {
        Ok(body) => body,
        Err(error) => return Problem::unexpected(error).into_response(),
    };
    let kind = parts.headers.get(CONTENT_TYPE);
    let kept = KeptAnswer {
        status: status.as_u16(),
        content_type: kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned),
        body: body.to_vec(),
    };
    let done = if is_kept {
        app.store.answer_request(key, kept).await
    } else {
        app.store.forget_request(key).await
    };
    if let Err(error) = done {
        tracing::warn!(%error, "the answer of a request was not kept");
    }
    Response::from_parts(parts, Body::from(body))
}

fn answered(kept: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut response = (status, kept.body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    if let Some(kind) = kept.content_type.and_then(|kind| kind.parse().ok()) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Option<Option<String>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(KEY, HeaderValue::from_static(value));
        }
        key(&headers).ok()
    }

    #[test]
    fn a_key_is_read_with_and_without_quotes() {
        assert_eq!(read(&[]), Some(None));
        assert_eq!(read(&["\"8e03-978e\""]), Some(Some("8e03-978e".to_owned())));
        assert_eq!(read(&["8e03-978e"]), Some(Some("8e03-978e".to_owned())));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(read(&[""]), None);
        assert_eq!(read(&["\"\""]), None);
        assert_eq!(read(&["a b"]), None);
        assert_eq!(read(&["a\"b"]), None);
        assert_eq!(read(&["a", "a"]), None);
    }

    #[test]
    fn another_address_kind_or_body_is_another_request() {
        let json = HeaderValue::from_static("application/json");
        let body = |text: &'static str| Bytes::from_static(text.as_bytes());
        let one = fingerprint("/a", Some(&json), &body("{}"));
        assert_eq!(one, fingerprint("/a", Some(&json), &body("{}")));
        assert_ne!(one, fingerprint("/b", Some(&json), &body("{}")));
        assert_ne!(one, fingerprint("/a", None, &body("{}")));
        assert_ne!(one, fingerprint("/a", Some(&json), &body("{} ")));
    }
}
