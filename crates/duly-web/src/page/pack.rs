//! `GET /clients/{client}/proof/pack.zip`, for a period (`from`, `to`) or the whole record.

use axum::extract::{Path, Query};
use axum::response::Response;
use duly_work::pack::make_pack;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::page::proof::as_file;
use crate::page::visit::Visit;
use crate::problem::{self, Problem};

/// What the address may hold: both dates or neither.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// First day.
    from: Option<Date>,
    /// Last day.
    to: Option<Date>,
}

/// Makes it, if not too many are being made already.
pub(crate) async fn download(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let period = match (asked.from, asked.to) {
        (Some(from), Some(to)) if from <= to => Some((from, to)),
        (None, None) => None,
        _ => return Err(problem::bad_request()),
    };
    let _permit = visit.app.packs.try_acquire().map_err(|_| problem::busy())?;
    let made = make_pack(visit.store(), &client.scope.id, period, visit.now).await?;
    Ok(as_file(client, "pack.zip", "application/zip", made.bytes))
}
