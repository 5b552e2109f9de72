//! `/ping/{uuid}`, `…/start`, `…/fail`, `…/log`, `…/{exit-status}`: a job somewhere says how it
//! goes, by `HEAD`, `GET` or `POST`, as at Healthchecks.io. Whoever knows the address may; it is
//! bounded by rates and by size, and an address that nobody listens at is answered like any other
//! that is not there.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderName;
use axum::response::{IntoResponse, Response};
use duly_core::ping::{PING_BODY_BYTES_MAX, PingSays, is_uuid};
use duly_core::sign_in::limit::{Limit, Try};
use duly_store::NewPing;
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::came::Came;
use crate::problem::{self, Problem};
use crate::serve::App;

/// Pings of one address: a job that starts, logs and ends a few times in a row, and then ten a
/// minute. Twice what Healthchecks.io takes.
const OF_ADDRESS: Limit = Limit {
    at_once: 20,
    every: SignedDuration::from_secs(6),
};

/// Pings from one network address: an office of some hundred machines whose jobs all begin at
/// midnight.
const OF_NETWORK: Limit = Limit {
    at_once: 600,
    every: SignedDuration::from_millis(100),
};

/// Most of a body that is read at all; what is longer than is kept is read and dropped, so that
/// whoever sends it hears an answer.
pub(crate) const READ_BYTES_MAX: usize = 1024 * 1024;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    rid: Option<String>,
}

/// The whole address that a job is to ask for.
pub(crate) fn address(came: &Came, uuid: &str) -> String {
    format!("{}/ping/{uuid}", came.base)
}

/// `/ping/{uuid}`: the job ended well.
pub(crate) async fn success(
    app: State<App>,
    pinger: Pinger,
    Path(uuid): Path<String>,
    asked: Query<Asked>,
    body: Body,
) -> Result<Response, Problem> {
    take(app, pinger, (uuid, String::new()), asked, body).await
}

/// `/ping/{uuid}/{says}`.
pub(crate) async fn said(
    app: State<App>,
    pinger: Pinger,
    Path(path): Path<(String, String)>,
    asked: Query<Asked>,
    body: Body,
) -> Result<Response, Problem> {
    if path.1.is_empty() {
        return Err(problem::not_found());
    }
    take(app, pinger, path, asked, body).await
}

/// From which network a ping comes.
pub(crate) struct Pinger(String);

impl axum::extract::FromRequestParts<App> for Pinger {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &App,
    ) -> Result<Self, Problem> {
        Ok(Self(crate::came::network_of(parts, app)))
    }
}

async fn take(
    State(app): State<App>,
    Pinger(network): Pinger,
    (uuid, says): (String, String),
    Query(asked): Query<Asked>,
    body: Body,
) -> Result<Response, Problem> {
    let now = app.now();
    let may =
        |name: String, limit| matches!(app.buckets.take(&name, limit, now), Try::Taken { .. });
    if !may(format!("ping from {network}"), OF_NETWORK) {
        return Err(problem::too_many_pings_at_once());
    }
    if !is_uuid(&uuid) {
        return Err(problem::not_found());
    }
    let (says, exit_status) = PingSays::from_address(&says).ok_or_else(problem::bad_ping)?;
    if asked.rid.as_deref().is_some_and(|rid| !is_uuid(rid)) {
        return Err(problem::bad_ping());
    }
    let uuid = uuid.to_ascii_lowercase();
    if !may(format!("ping {uuid}"), OF_ADDRESS) {
        return Err(problem::too_many_pings_at_once());
    }
    let ping = NewPing {
        uuid,
        says,
        exit_status,
        rid: asked.rid,
        body: kept(body).await,
    };
    if !app.store.take_ping(ping, now).await? {
        return Err(problem::not_found());
    }
    let limit = HeaderName::from_static("ping-body-limit");
    let headers = [(limit, PING_BODY_BYTES_MAX.to_string())];
    Ok((headers, "OK").into_response())
}

/// The beginning of a body. One that breaks off is kept as far as it came: that the job ended
/// is worth more than its last line.
async fn kept(body: Body) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::new();
    let mut read = 0_usize;
    let mut pieces = body.into_data_stream();
    while let Some(Ok(piece)) = pieces.next().await {
        let room = PING_BODY_BYTES_MAX.saturating_sub(kept.len());
        kept.extend(piece.iter().take(room));
        read = read.saturating_add(piece.len());
        if read > READ_BYTES_MAX {
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_beginning_of_a_long_body_is_kept() {
        let long = vec![b'x'; PING_BODY_BYTES_MAX + 5];
        assert_eq!(kept(Body::from(long)).await.len(), PING_BODY_BYTES_MAX);
        assert_eq!(kept(Body::from("disk full")).await, b"disk full");
        assert!(kept(Body::empty()).await.is_empty());
    }
}
