//! `GET /clients/{client}/oversight/{process}/{measure}`: a measure's chart and readings, and the
//! tickets of a `month`, paged by `after`.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::measure::definition::{Definition, Function, Shape};
use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::report::words_of;
use duly_core::oversight::row::NewStart;
use duly_core::permit::Action;
use duly_core::review::period::Period;
use duly_store::{BaselineSet, NewBaseline, Page, Ticket, TicketFilter};
use duly_work::oversight::measures::{Measured, measures};
use duly_work::oversight::report::report;
use serde::Deserialize;

use crate::page::about_client::nav;
use crate::page::month::Month;
use crate::page::names::Names;
use crate::page::oversight::{address, large_chart};
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::part::client_nav::ClientPage;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::part::state::State;
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::measure::{Measure, ReadingLine, TicketLine};
use crate::view::oversight::{assurance, variation};

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
    after: Option<String>,
}

/// Which measure, as the address names it.
type Which = (String, String, String);

/// What the form says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Restart {
    month: String,
    reason: String,
}

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path(path): Path<Which>,
    Query(asked): Query<Asked>,
) -> Shown {
    shown(&view(&visit, path, asked, None).await?)
}

/// Starts its limits anew; or says what is wrong with that.
pub(crate) async fn restart(
    visit: Visit,
    Path(path): Path<Which>,
    Form(form): Form<Restart>,
) -> Result<Response, Problem> {
    let client = visit.client(&path.0)?;
    let id = client.scope.id.clone();
    let published = published::of(visit.store(), &id).await?;
    let published = published.ok_or_else(problem::not_found)?;
    let today = visit.frame_of(client, Section::Oversight).today();
    let (declared, _) = measures(&published, today);
    let key = declared
        .iter()
        .find(|one| one.key.process.as_str() == path.1 && one.key.measure == path.2)
        .map(|one| one.key.clone())
        .ok_or_else(problem::not_found)?;
    let month: Option<Period> = form.month.trim().parse().ok();
    let month = month.filter(|month| *month <= Period::of(today));
    let refused = match month {
        None => "Write a month up to this one, as 2026-10.",
        Some(month) => {
            let new = NewBaseline {
                client: id,
                key,
                start: NewStart {
                    month,
                    reason: form.reason.trim().to_owned(),
                },
                person: visit.person.id.clone(),
            };
            match visit.store().restart_measure(new, visit.now).await? {
                BaselineSet::Done => {
                    let (client, process, measure) = &path;
                    let parts = [client, process, measure].map(|part| encoded(part));
                    let [client, process, measure] = parts;
                    let address = format!("/clients/{client}/oversight/{process}/{measure}");
                    return Ok(Redirect::to(&address).into_response());
                }
                BaselineSet::NoReason => "Say what was changed in the process.",
                BaselineSet::NotAfterLast => {
                    "They start anew with this month already, or with a later one."
                }
            }
        }
    };
    let view = view(&visit, path, Asked::default(), Some((refused, form.reason))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&view)?).into_response())
}

async fn view(
    visit: &Visit,
    (client, process, measure): Which,
    asked: Asked,
    refused: Option<(&str, String)>,
) -> Result<Measure, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let frame = visit.frame_of(client, Section::Oversight);
    let present = Month::of(frame.today());
    let month = Month::asked(asked.month.as_deref(), frame.today())?.min(present);
    let published = published::of(visit.store(), id).await?;
    let published = published.ok_or_else(problem::not_found)?;
    let (declared, _) = measures(&published, frame.today());
    let declared = declared
        .iter()
        .find(|one| one.key.process.as_str() == process && one.key.measure == measure)
        .ok_or_else(problem::not_found)?;
    let report = report(visit.store(), id, Period::of(frame.today()), visit.now).await?;
    let mut rows = report.measures.iter();
    let row = rows
        .find(|row| row.process == process && row.id == measure)
        .ok_or_else(problem::not_found)?;
    let page = Page {
        after: asked.after.filter(|after| !after.is_empty()),
        rows: ROWS_PER_PAGE,
    };
    let filter = TicketFilter {
        process: (!declared.is_whole).then(|| declared.key.process.clone()),
        ..month.tickets(id)
    };
    let found = visit.store().tickets(&filter, &page).await?;
    let tickets = ticket_lines(visit, &found.rows).await?;
    let own = address(client, row);
    let trend = row.trend.as_ref();
    let starts = visit.store().baselines(id).await?;
    let starts = starts.get(&declared.key).into_iter().flatten();
    let (problem, reason) = refused.unzip();
    Ok(Measure {
        starts: starts
            .map(|start| {
                let month = Month::of(start.month.first());
                (month.words(), start.reason.clone())
            })
            .collect(),
        may_restart: visit.may(Action::RestartMeasure, id),
        problem: problem.map(str::to_owned),
        reason: reason.unwrap_or_default(),
        client: named(client),
        nav: nav(visit, client, ClientPage::Oversight),
        title: row.title.clone(),
        now: row.now.clone(),
        aim: row.aim.clone(),
        variation: variation(row),
        assurance: assurance(row),
        made_of: made_of(declared),
        process: Named::new(process.as_str(), declared.process.title.clone()),
        chart: large_chart(row, "measure").unwrap_or_default(),
        sentence: trend.map_or_else(String::new, |trend| trend.sentence.clone()),
        readings: lines(&declared.definition, &row.readings),
        month: month.words(),
        month_key: month.key(),
        tickets,
        paging: Paging {
            address: format!("{own}?month={}", month.key()),
            is_continued: page.after.is_some(),
            next: found.next,
        },
        address: own,
        frame,
    })
}

fn lines(definition: &Definition, readings: &[Reading]) -> Vec<ReadingLine> {
    let line = |reading: &Reading| {
        let month = Month::of(reading.month.first());
        let ratio = match reading.figure {
            Figure::Ratio(ratio) => Some(ratio),
            Figure::Single(_) | Figure::NoCase | Figure::NotCounted => None,
        };
        ReadingLine {
            month_key: month.key(),
            month: month.words(),
            good: ratio.map(|ratio| ratio.good),
            total: ratio.map(|ratio| ratio.total),
            figure: words_of(definition, reading.figure).0,
            not_evaluated: reading.not_evaluated,
        }
    };
    readings.iter().rev().map(line).collect()
}

/// What it is made of, in a sentence.
fn made_of(measure: &Measured<'_>) -> String {
    let definition = &measure.definition;
    let what = match definition.shape {
        Shape::Ratio { good, total } => {
            let (good, total) = (good.about(), total.about());
            let good = good.strip_prefix("of these, ").unwrap_or(good);
            format!(
                "{good}, out of {}",
                total.strip_prefix("of these, ").unwrap_or(total)
            )
        }
        Shape::Single { function, fact } => match function {
            None | Some(Function::Sum) => fact.about().to_owned(),
            Some(function) => format!("the {} of {}", word(function), fact.about()),
        },
    };
    let over = match definition.window_months {
        1 => "one month".to_owned(),
        months => format!("{months} months"),
    };
    let whole = if measure.is_whole {
        ", over all processes"
    } else {
        ""
    };
    format!("Made of: {what}{whole}; the figure of today is over {over}.")
}

fn word(function: Function) -> &'static str {
    match function {
        Function::Count => "number",
        Function::Sum => "sum",
        Function::Mean => "mean",
        Function::Median => "median",
        Function::Max => "largest",
    }
}

async fn ticket_lines(visit: &Visit, found: &[Ticket]) -> Result<Vec<TicketLine>, Problem> {
    let mut names = Names::new(visit.store());
    let mut lines = Vec::with_capacity(found.len());
    for ticket in found {
        lines.push(ticket_line(&mut names, ticket).await?);
    }
    Ok(lines)
}

async fn ticket_line(names: &mut Names<'_>, ticket: &Ticket) -> Result<TicketLine, Problem> {
    Ok(TicketLine {
        ticket: ticket.id.to_string(),
        slot: ticket.slot,
        title: names.title_of(ticket).await?,
        asset: names.asset_of(ticket).await?.map(|asset| asset.name),
        outcome: State::of_outcome(ticket.outcome),
        verdict: ticket.verdict.map(State::of_verdict),
    })
}
