//! `GET /reviews`: what was drawn, what is owed and what reviews came to; filtered by `client`.
//! `POST /reviews/budget`: the minutes that each reviewer has in a week.

use std::collections::BTreeMap;

use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::{Action, Thing, may};
use duly_core::review::stage::Stage;
use duly_core::review::words::noticing;
use duly_core::review::{BUDGET_MINUTES_MAX, BUDGET_MINUTES_MIN};
use duly_core::scope::Client;
use duly_store::{ClientRow, Page, Review, ReviewFilter, ReviewMonth, ReviewState};
use duly_work::reviews::history::{self, History};
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::reviews::{Count, Month, Owed, Reviews};

/// Most months on one page.
const MONTHS_MAX: usize = 60;
/// Months of each client that are looked at: two years of a few processes.
const MONTHS_OF_CLIENT: u32 = 60;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    client: Option<String>,
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Budget {
    minutes: String,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    shown(&view(&visit, asked.client.as_deref(), None).await?)
}

/// Takes a figure, and leads back; or says what is wrong with it.
pub(crate) async fn set_budget(
    visit: Visit,
    Form(form): Form<Budget>,
) -> Result<Response, Problem> {
    let provider = ClientId::from(Client::PROVIDER);
    let minutes = form.minutes.trim().parse::<u32>().ok();
    if let Some(minutes) = minutes {
        let person = &visit.person.id;
        let store = visit.store();
        if store
            .set_review_budget(&provider, minutes, person, visit.now)
            .await?
        {
            return Ok(Redirect::to("/reviews").into_response());
        }
    }
    let problem = format!(
        "Write a whole number from {BUDGET_MINUTES_MIN} to {BUDGET_MINUTES_MAX}; fewer would \
         switch spot checks off."
    );
    let page = shown(&view(&visit, None, Some(problem)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn view(
    visit: &Visit,
    only: Option<&str>,
    refused: Option<String>,
) -> Result<Reviews, Problem> {
    let only = match only {
        Some(id) if !id.is_empty() => Some(visit.client(id)?),
        _ => None,
    };
    let chosen: Vec<&ClientRow> = visit
        .clients
        .iter()
        .filter(|client| only.is_none_or(|only| only == *client))
        .collect();
    let ids: Vec<ClientId> = chosen
        .iter()
        .map(|client| client.scope.id.clone())
        .collect();
    let mut names = Names::new(visit.store());
    let mut months = Vec::new();
    let mut owed = Vec::new();
    let mut rework = 0;
    for client in &chosen {
        let id = &client.scope.id;
        let page = Page {
            after: None,
            rows: MONTHS_OF_CLIENT,
        };
        for month in visit.store().review_months(id, &page).await?.rows {
            months.push((*client, month));
        }
        owed.extend(in_state(visit, id, ReviewState::Owed).await?);
        rework += number(in_state(visit, id, ReviewState::Rework).await?.len());
    }
    months.sort_by_key(|(_, month)| std::cmp::Reverse(month.period));
    let hidden = months.len().saturating_sub(MONTHS_MAX);
    months.truncate(MONTHS_MAX);
    let mut rows = Vec::new();
    for (client, month) in months {
        rows.push(row(visit, &mut names, client, &month).await?);
    }
    let history = history::of_last_year(visit.store(), &ids, visit.now).await?;
    let provider = ClientId::from(Client::PROVIDER);
    let sets = may(visit.who(), Action::SetReviewBudget, Thing::Everything);
    Ok(Reviews {
        frame: visit.frame(Section::SpotChecks, true),
        clients: visit.clients.iter().map(named).collect(),
        only: only.map(named),
        owed: number(owed.len()),
        overdue: number(owed.iter().filter(|one| one.due_at < visit.now).count()),
        rework,
        by_owner: by_owner(visit, &owed),
        months: rows,
        hidden: number(hidden),
        by_technician: by_technician(visit, &history),
        by_process: by_process(&history),
        by_reviewer: by_reviewer(visit, &history),
        budget: visit.store().review_budget(&provider).await?,
        sets_budget: sets.is_ok(),
        refused,
    })
}

/// Reviews of a client in a state; as many as a widest page holds.
async fn in_state(
    visit: &Visit,
    client: &ClientId,
    state: ReviewState,
) -> Result<Vec<Review>, Problem> {
    let filter = ReviewFilter {
        client: Some(client.clone()),
        state: Some(state),
        ..ReviewFilter::default()
    };
    Ok(visit.store().reviews(&filter, &Page::widest()).await?.rows)
}

/// Who owes how many, and how many of them are overdue.
fn by_owner(visit: &Visit, owed: &[Review]) -> Vec<Owed> {
    let mut counts: BTreeMap<Option<&PersonId>, (u64, u64)> = BTreeMap::new();
    for review in owed {
        let person = review.reviewer.as_ref().map(|(person, _)| person);
        let (all, overdue) = counts.entry(person).or_default();
        *all += 1;
        *overdue += u64::from(review.due_at < visit.now);
    }
    counts
        .into_iter()
        .map(|(person, (owed, overdue))| Owed {
            name: person.map_or_else(
                || "nobody: nobody here may review them".to_owned(),
                |person| visit.person_named(person),
            ),
            owed,
            overdue,
        })
        .collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

async fn row(
    visit: &Visit,
    names: &mut Names<'_>,
    client: &ClientRow,
    month: &ReviewMonth,
) -> Result<Month, Problem> {
    let id = &client.scope.id;
    let filter = ReviewFilter {
        client: Some(id.clone()),
        month: Some((month.process.clone(), month.period)),
        ..ReviewFilter::default()
    };
    let reviews = visit.store().reviews(&filter, &Page::widest()).await?.rows;
    let standing = |state| {
        number(
            reviews
                .iter()
                .filter(|review| review.state == state)
                .count(),
        )
    };
    let draw = month.drawn.as_ref().map(|(_, _, draw)| draw);
    Ok(Month {
        client: named(client),
        process: Named::new(
            month.process.as_str(),
            names.title_in(id, &month.process).await?,
        ),
        key: month.period.to_string(),
        words: month.period.first().strftime("%B %Y").to_string(),
        lot: draw.map_or(0, |draw| u64::from(draw.lot)),
        drawn: draw.map(|draw| u64::from(draw.kept_count())),
        cut: draw.map_or(0, |draw| u64::from(draw.cut)),
        is_tightened: draw.is_some_and(|draw| draw.stage != Stage::Normal),
        noticing: draw.map_or_else(String::new, |draw| noticing(draw.lot, draw.kept_count())),
        agreed: standing(ReviewState::Agreed),
        disagreed: standing(ReviewState::Rework),
        owed: standing(ReviewState::Owed),
    })
}

fn by_technician(visit: &Visit, history: &History) -> Vec<Count> {
    let name = |person: &Option<PersonId>| match person {
        Some(person) => visit.person_named(person),
        None => "closed by themselves".to_owned(),
    };
    let counts = history.by_technician.iter();
    counts
        .map(|(person, count)| counted(name(person), *count, None))
        .collect()
}

fn by_process(history: &History) -> Vec<Count> {
    let counts = history.by_process.iter();
    counts
        .map(|(process, count)| counted(process.to_string(), *count, None))
        .collect()
}

fn by_reviewer(visit: &Visit, history: &History) -> Vec<Count> {
    let counts = history.by_reviewer.iter();
    counts
        .map(|(person, count)| {
            let odd = history.hasty.get(person).map(|hasty| {
                format!(
                    "Agreed with all {}, half of them within {} seconds of opening. A reason to \
                     ask, not a proof of anything.",
                    hasty.looks, hasty.median_seconds
                )
            });
            counted(visit.person_named(person), *count, odd)
        })
        .collect()
}

fn counted(name: String, count: history::Count, odd: Option<String>) -> Count {
    Count {
        name,
        agreed: count.agreed,
        disagreed: count.disagreed,
        odd,
    }
}
