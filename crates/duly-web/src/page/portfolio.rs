//! `GET /oversight`, for a `month`: every client, worst first. Somebody of a client is led to the
//! client's own page.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ClientId;
use duly_core::review::period::Period;
use duly_store::KeptMonth;
use serde::Deserialize;

use crate::page::month::Month;
use crate::page::shown;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::portfolio::{Portfolio, Row};

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
}

/// Most clients that are named of which nothing was counted.
const UNCOUNTED_SHOWN_MAX: usize = 12;

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let frame = visit.frame(Section::Oversight, true);
    let present = Month::of(frame.today());
    let month = Month::asked(asked.month.as_deref(), frame.today())?;
    if let Some(own) = visit.bound_to() {
        let own = encoded(own.as_str());
        let address = format!("/clients/{own}/oversight?month={}", month.key());
        return Ok(Redirect::to(&address).into_response());
    }
    let kept = visit
        .store()
        .kept_month_of_all(Period::of(month.first()))
        .await?;
    let mut kept: BTreeMap<ClientId, KeptMonth> = kept
        .into_iter()
        .map(|month| (month.client.clone(), month))
        .collect();
    let (mut rows, mut uncounted) = (Vec::new(), Vec::new());
    for client in visit.looked_after() {
        match kept.remove(&client.scope.id) {
            Some(kept) => rows.push(row(named(client), kept)),
            None => uncounted.push(named(client)),
        }
    }
    let uncounted_more = uncounted.len().saturating_sub(UNCOUNTED_SHOWN_MAX);
    uncounted.truncate(UNCOUNTED_SHOWN_MAX);
    rows.sort_by(|one, other| badness(other).cmp(&badness(one)));
    let page = shown(&Portfolio {
        month: month.words(),
        month_key: month.key(),
        before: month.before().key(),
        after: (month < present).then(|| month.after().key()),
        rows,
        uncounted,
        uncounted_more,
        frame,
    })?;
    Ok(page.into_response())
}

fn row(client: Named, kept: KeptMonth) -> Row {
    let summary = kept.summary;
    let count =
        |of: fn(&duly_core::oversight::report::Summary) -> u64| summary.as_ref().map_or(0, of);
    Row {
        client,
        equation: kept.equation,
        worse: count(|summary| summary.worse),
        failing: count(|summary| summary.failing),
        uncovered: count(|summary| summary.uncovered),
        counted_at: kept.counted_at,
        is_final: kept.entry.is_some(),
        sentence: summary.map(|summary| summary.sentence),
    }
}

/// What decides who is worst: measures that worsen, then what was missed, what never reaches its
/// aim, what is not covered; among equals by name.
fn badness(row: &Row) -> (u64, u64, u64, u64, Reverse<&str>) {
    (
        row.worse,
        row.equation.missed,
        row.failing,
        row.uncovered,
        Reverse(&row.client.name),
    )
}
