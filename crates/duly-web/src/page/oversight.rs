//! `GET /clients/{client}/oversight`, for a `month`; the same as JSON under `/report.json`.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use duly_core::measure::reading::Figure;
use duly_core::oversight::chart::Words;
use duly_core::oversight::report::{MEASURES_ON_PAGE_MAX, Report, Row};
use duly_core::review::period::Period;
use duly_store::ClientRow;
use duly_work::oversight::report::report;
use serde::Deserialize;

use crate::page::about_client::nav;
use crate::page::month::Month;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::chart::Chart;
use crate::part::client_nav::ClientPage;
use crate::problem::Problem;
use crate::view::frame::Section;
use crate::view::oversight::{MeasureLine, Oversight, Strongest, assurance, variation};

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
}

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let frame = visit.frame_of(client, Section::Oversight);
    let today = frame.today();
    let month = Month::asked(asked.month.as_deref(), today)?;
    let first = Month::of(frame.zone.to_datetime(client.created_at).date());
    let report = report(visit.store(), id, Period::of(month.first()), visit.now).await?;
    let counted = report.measures.iter();
    let mut lines = counted
        .filter(|row| row.figure != Figure::NotCounted)
        .map(|row| line(client, row));
    let measures: Vec<MeasureLine> = lines.by_ref().take(MEASURES_ON_PAGE_MAX).collect();
    let others = lines.collect();
    shown(&Oversight {
        client: named(client),
        nav: nav(&visit, client, ClientPage::Oversight),
        equation: month.line(visit.store(), id, visit.now).await?,
        month: month.key(),
        before: (month > first).then(|| month.before().key()),
        after: (month < Month::of(today)).then(|| month.after().key()),
        strongest: strongest(client, &report),
        measures,
        others,
        report,
        frame,
    })
}

/// Its figures, for programs and for whoever keeps them.
pub(crate) async fn json(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let today = visit.frame_of(client, Section::Oversight).today();
    let month = Month::asked(asked.month.as_deref(), today)?;
    let period = Period::of(month.first());
    let report = report(visit.store(), &client.scope.id, period, visit.now).await?;
    let body = serde_json::to_string_pretty(&report).map_err(Problem::unexpected)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

fn line(client: &ClientRow, row: &Row) -> MeasureLine {
    MeasureLine {
        address: address(client, row),
        title: row.title.clone(),
        now: row.now.clone(),
        aim: row.aim.clone(),
        not_evaluated: row.not_evaluated,
        spark: row
            .drawn
            .as_ref()
            .map_or_else(Chart::default, |drawn| Chart::small(drawn, &sentence(row))),
        variation: variation(row),
        assurance: assurance(row),
    }
}

pub(crate) fn address(client: &ClientRow, row: &Row) -> String {
    format!(
        "/clients/{}/oversight/{}/{}",
        encoded(client.scope.id.as_str()),
        encoded(&row.process),
        encoded(&row.id)
    )
}

fn sentence(row: &Row) -> String {
    let trend = row.trend.as_ref();
    trend.map_or_else(String::new, |trend| trend.sentence.clone())
}

/// The large chart of a measure.
pub(crate) fn large_chart(row: &Row, id: &str) -> Option<Chart> {
    let (drawn, trend) = (row.drawn.as_ref()?, row.trend.as_ref()?);
    let hidden = trend.points.len().saturating_sub(drawn.points.len());
    let shown = trend.points.iter().skip(hidden);
    let names: Vec<String> = shown.map(|point| point.name.clone()).collect();
    let chart = Chart::large(
        drawn,
        &Words {
            title: &row.title,
            sentence: &trend.sentence,
            names: &names,
            aim: &format!("aim: {}", row.aim),
            id,
        },
    );
    Some(chart).filter(|chart| !chart.is_empty())
}

fn strongest(client: &ClientRow, report: &Report) -> Option<Strongest> {
    let row = report.measures.get(report.strongest?)?;
    Some(Strongest {
        title: row.title.clone(),
        chart: large_chart(row, "strongest")?,
        sentence: sentence(row),
        address: address(client, row),
        is_signal: row
            .drawn
            .as_ref()
            .is_some_and(|drawn| drawn.signals_now().next().is_some()),
    })
}
