//! `GET /verifications`: those of a month, newest first; filtered by `client` and `month`.

use axum::extract::Query;
use duly_store::{ClientRow, Page, Run};
use serde::Deserialize;

use crate::page::month::Month;
use crate::page::names::Names;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, judged, shown};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::verifications::{Row, Verifications};

/// Most verifications of one page; a month of a hundred backups tested twice.
const ROWS_MAX: usize = 200;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    client: Option<String>,
    month: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let only = match asked.client.as_deref() {
        Some(id) if !id.is_empty() => Some(visit.client(id)?),
        _ => None,
    };
    let frame = visit.frame(Section::Verifications, true);
    let present = Month::of(frame.today());
    let month = Month::asked(asked.month.as_deref(), frame.today())?;
    let mut rows = Vec::new();
    let mut names = Names::new(visit.store());
    for client in visit
        .looked_after()
        .filter(|client| only.is_none_or(|only| only == *client))
    {
        of_client(&visit, &mut names, client, month, &mut rows).await?;
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.started_at));
    let hidden = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    let address = match only {
        Some(client) => format!(
            "/verifications?client={}&",
            encoded(client.scope.id.as_str())
        ),
        None => "/verifications?".to_owned(),
    };
    let leading_to = |month: Month| format!("{address}month={}", month.key());
    shown(&Verifications {
        clients: visit.looked_after().map(named).collect(),
        only: only.map(named),
        month: month.words(),
        before: leading_to(month.before()),
        after: (month < present).then(|| leading_to(month.after())),
        rows,
        hidden: u64::try_from(hidden).unwrap_or(u64::MAX),
        frame,
    })
}

async fn of_client(
    visit: &Visit,
    names: &mut Names<'_>,
    client: &ClientRow,
    month: Month,
    rows: &mut Vec<Row>,
) -> Result<(), Problem> {
    let id = &client.scope.id;
    let tickets = visit
        .store()
        .tickets(&month.tickets(id), &Page::widest())
        .await?
        .rows;
    for ticket in tickets {
        let runs = visit.store().runs_of(id, &ticket.id).await?;
        if runs.is_empty() {
            continue;
        }
        let asset = names.asset_of(&ticket).await?;
        let asset = asset.unwrap_or_else(|| Named::new("-", "the client as a whole"));
        let title = names.title_of(&ticket).await?;
        for run in runs {
            rows.push(row(named(client), asset.clone(), title.clone(), &run));
        }
    }
    Ok(())
}

fn row(client: Named, asset: Named, title: String, run: &Run) -> Row {
    let judgement = run.judgement.as_ref();
    Row {
        run: run.id.to_string(),
        title,
        client,
        asset,
        started_at: run.started_at,
        verdict: judgement.map(|judged| judged.verdict),
        level: judgement.and_then(|judged| judged.level.clone()),
        message: judgement.map(judged::message).unwrap_or_default(),
        claimed_success: judgement.and_then(judged::claimed_success),
    }
}
