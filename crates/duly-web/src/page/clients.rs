//! `GET /clients`, paged by `after`.

use std::collections::BTreeSet;

use axum::extract::Query;
use duly_core::accounts::Outcome;
use duly_core::id::ClientId;
use duly_core::permit::{Action, Thing, may};
use duly_core::verdict::Verdict;
use duly_store::Page;
use duly_work::coverage;
use serde::Deserialize;

use crate::page::month::Month;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::Problem;
use crate::view::clients::{Clients, Row};
use crate::view::frame::Section;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let frame = visit.frame(Section::Clients, true);
    let month = Month::of(frame.today());
    let page = Page {
        after: asked.after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = visit.store().clients(&page).await?;
    let mut rows = Vec::new();
    for client in listed.rows.iter().filter(|client| !client.provider) {
        let id = &client.scope.id;
        let assets = assets(&visit, id).await?;
        let (equation, waived_by_client) = month.counted(visit.store(), id, visit.now).await?;
        rows.push(Row {
            client: named(client),
            assets: assets.in_care,
            assets_uncovered: assets.uncovered,
            faults: faults(&visit, id, month).await?,
            equation,
            waived_by_client,
        });
    }
    shown(&Clients {
        period: month.words(),
        rows,
        keeps: may(visit.who(), Action::KeepClients, Thing::Everything).is_ok(),
        paging: Paging {
            address: "/clients".to_owned(),
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        frame,
    })
}

struct Assets {
    in_care: u64,
    uncovered: u64,
}

async fn assets(visit: &Visit, client: &ClientId) -> Result<Assets, Problem> {
    let published = published::of(visit.store(), client).await?;
    let assets = published.map_or_else(Vec::new, |published| published.assets);
    let in_care = assets.iter().filter(|asset| asset.until.is_none());
    let lacking = coverage::uncovered(visit.store(), client, visit.now).await?;
    let uncovered: BTreeSet<_> = lacking
        .gaps
        .into_iter()
        .filter_map(|gap| gap.uncovered.asset)
        .collect();
    Ok(Assets {
        in_care: u64::try_from(in_care.count()).unwrap_or(u64::MAX),
        uncovered: u64::try_from(uncovered.len()).unwrap_or(u64::MAX),
    })
}

/// Duties of the month whose work found a fault, closed or not; among those of one page of the
/// widest.
pub(crate) async fn faults(visit: &Visit, client: &ClientId, month: Month) -> Result<u64, Problem> {
    let store = visit.store();
    let mut faults = 0;
    for ticket in store
        .tickets(&month.tickets(client), &Page::widest())
        .await?
        .rows
    {
        let is_faulty = match ticket.verdict {
            Some(verdict) => verdict == Verdict::Fail,
            None if matches!(ticket.outcome, Outcome::Open | Outcome::Missed) => {
                let steps = store
                    .ticket(client, &ticket.id)
                    .await?
                    .map(|(_, steps)| steps);
                let failed = |step: &duly_store::TicketStep| step.verdict == Some(Verdict::Fail);
                steps.unwrap_or_default().iter().any(failed)
            }
            None => false,
        };
        faults += u64::from(is_faulty);
    }
    Ok(faults)
}
