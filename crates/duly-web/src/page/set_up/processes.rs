//! `/set-up/processes`: what is taken from the catalogue for a client.

use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::process::Process;
use duly_declare::catalogue;
use duly_work::proposal::applies;
use duly_work::set_up::publish_from_catalogue;

use super::{Asked, PEOPLE, PROCESSES, meant, page, refused};
use crate::page::chosen::{Pairs, field};
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::set_up::{Offer, Step};
use crate::words;

/// `GET /set-up/processes`.
pub(crate) async fn processes(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let offers = offers(&visit, &asked.client).await?;
    let page = page(
        &visit,
        &asked.client,
        Step::Processes(offers),
        Vec::new(),
        PROCESSES,
    );
    shown(&page.await?)
}

/// `POST /set-up/processes`.
pub(crate) async fn keep_processes(
    visit: Visit,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let id = field(&pairs, "client").to_owned();
    let client = visit.client(&id)?.scope.id.clone();
    let chosen = pairs.iter().filter(|(name, _)| name == "process");
    let chosen: Vec<String> = chosen.map(|(_, process)| process.clone()).collect();
    let (store, by) = (visit.store(), &visit.person.id);
    let problems = match chosen.is_empty() {
        true => vec!["Choose at least one process.".to_owned()],
        false => publish_from_catalogue(store, &client, &chosen, by, visit.now).await?,
    };
    if problems.is_empty() {
        return Ok(Redirect::to(PEOPLE).into_response());
    }
    let offers = offers(&visit, &id).await?;
    refused(&visit, &id, Step::Processes(offers), problems, PROCESSES).await
}

async fn offers(visit: &Visit, client: &str) -> Result<Vec<Offer>, Problem> {
    let Some(client) = meant(visit, client)? else {
        return Ok(Vec::new());
    };
    let published = visit.store().published(&client.scope.id).await?;
    let published = published.ok_or_else(problem::not_found)?;
    let has = |process: &Process| {
        let mut versions = published.processes.iter();
        versions.any(|version| version.process.process == process.process)
    };
    let offer = |process: &Process| Offer {
        process: process.process.to_string(),
        title: process.title.clone(),
        recurrence: process.schedule.recurrence.to_string(),
        takes: words::process::takes(process),
        about: match applies(process, &published) {
            true => format!("for {}", words::process::applies_to(&process.applies_to)),
            false => format!(
                "for {}, and there is none",
                words::process::applies_to(&process.applies_to)
            ),
        },
        applies: applies(process, &published),
        has: has(process),
    };
    let mut offers: Vec<Offer> = catalogue().iter().map(offer).collect();
    offers.sort_by_key(|offer| !offer.applies);
    Ok(offers)
}
