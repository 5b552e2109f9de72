//! `GET /clients/{client}/draws/{process}/{month}`: one draw, and how to compute it again.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use duly_core::id::{DutyId, PersonId, ProcessId};
use duly_core::process::SamplingPlan;
use duly_core::review::document;
use duly_core::review::lot::Lot;
use duly_core::review::period::Period;
use duly_core::review::words::{noticing, stage};
use duly_store::{ClientRow, Review, ReviewMonth, ReviewState};

use crate::page::names::Names;
use crate::page::owed_reviews::reviewer;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::state::{Shape, State};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::draw::{Draw, Drawn, OfTechnician, Row};
use crate::view::frame::Section;
use crate::view::reviews::owed_state;

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path((client, process, month)): Path<(String, String, String)>,
) -> Shown {
    let client = visit.client(&client)?;
    let process = ProcessId::from(process);
    let period: Period = month.parse().map_err(|_| problem::not_found())?;
    let id = &client.scope.id;
    let month = visit.store().review_month(id, &process, period).await?;
    let month = month.ok_or_else(problem::not_found)?;
    let mut names = Names::new(visit.store());
    let title = names.title_in(id, &process).await?;
    let drawn = match &month.drawn {
        Some(_) => Some(drawn(&visit, &mut names, client, &month).await?),
        None => None,
    };
    shown(&Draw {
        frame: visit.frame_of(client, Section::SpotChecks),
        client: named(client),
        process: Named::new(process.as_str(), title),
        key: period.to_string(),
        words: period.first().strftime("%B %Y").to_string(),
        closed_at: month.closed_at,
        close_entry: month.close_index,
        root: month.close_root,
        drawn,
    })
}

async fn drawn(
    visit: &Visit,
    names: &mut Names<'_>,
    client: &ClientRow,
    month: &ReviewMonth,
) -> Result<Drawn, Problem> {
    let Some((entry, at, draw)) = &month.drawn else {
        return Err(problem::not_found());
    };
    let store = visit.store();
    let id = &client.scope.id;
    let material = store
        .review_material(id, &month.process, month.period, month.close_index)
        .await?;
    let mut rows = Vec::new();
    for ticket in draw.kept() {
        if let Some(review) = store.review(id, ticket).await? {
            rows.push(row(visit, names, &review).await?);
        }
    }
    let cut = draw.drawn.iter().skip(draw.kept().len());
    Ok(Drawn {
        at: *at,
        entry: *entry,
        seed: draw.seed.clone(),
        lot: u64::from(draw.lot),
        lot_root: draw.lot_root.clone(),
        plan: plan(draw),
        stage: stage(draw.stage),
        noticing: noticing(draw.lot, draw.kept_count()),
        technicians: technicians(visit, &material.lot, draw.kept()),
        rows,
        cut: cut.map(ToString::to_string).collect(),
        minutes: draw.minutes,
    })
}

fn plan(draw: &document::Draw) -> String {
    let least = match draw.at_least {
        0 => String::new(),
        least => format!(", at least {least} for each technician"),
    };
    let table = match draw.plan {
        Some(SamplingPlan::MilStd105e) => {
            let (letter, sample) = duly_core::review::plan::mil_std_105e(draw.lot);
            format!(", and at least {sample}: code letter {letter} of MIL-STD-105E, level II")
        }
        None => String::new(),
    };
    format!(
        "{} % of the finished tickets{least}{table}",
        draw.rate_percent
    )
}

fn technicians(visit: &Visit, lot: &Lot, kept: &[DutyId]) -> Vec<OfTechnician> {
    let kept: BTreeSet<&DutyId> = kept.iter().collect();
    let mut counts: BTreeMap<Option<&PersonId>, (u32, u32)> = BTreeMap::new();
    for finished in lot.finished() {
        let (all, looked_at) = counts.entry(finished.technician.as_ref()).or_default();
        *all += 1;
        *looked_at += u32::from(kept.contains(&finished.ticket));
    }
    counts
        .into_iter()
        .map(|(person, (all, looked_at))| OfTechnician {
            name: person.map_or_else(
                || "closed by themselves".to_owned(),
                |person| visit.person_named(person),
            ),
            lot: u64::from(all),
            drawn: u64::from(looked_at),
            noticing: noticing(all, looked_at),
        })
        .collect()
}

async fn row(visit: &Visit, names: &mut Names<'_>, review: &Review) -> Result<Row, Problem> {
    let found = visit.store().ticket(&review.client, &review.ticket).await?;
    let (what, about) = match &found {
        Some((ticket, _)) => {
            let asset = names.asset_of(ticket).await?;
            let asset = asset.map_or(String::new(), |asset| asset.name);
            (format!("Duty of {}", ticket.slot), asset)
        }
        None => (review.ticket.to_string(), String::new()),
    };
    let state = match review.state {
        ReviewState::Owed => owed_state(review.due_at, visit.now),
        ReviewState::Agreed => State::new(Shape::Pass, "as recorded"),
        ReviewState::Rework => State::new(Shape::Fail, "not as recorded"),
    };
    Ok(Row {
        ticket: review.ticket.to_string(),
        what,
        about,
        by: reviewer(visit, review),
        state,
    })
}
