//! `GET` and `POST /clients/{client}/close`: several tickets of a client at once, each through its
//! own gates.

use axum::extract::{Form, Path};
use duly_core::id::{ClientId, DutyId};
use duly_store::{ClosedBy, Closing, Page, TicketFilter};
use duly_work::acts::{CLOSED_AT_ONCE_MAX, close_tickets};

use crate::page::names::Names;
use crate::page::said::Pairs;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, beside, gates, shown};
use crate::problem::{self, Problem};
use crate::view::bulk::{Bulk, Outcome, Ready};
use crate::view::frame::Section;
use crate::view::ticket::Closing as Offer;

/// Tickets that are looked at; whoever has more of them owed closes them in several goes.
const LOOKED_AT_MAX: u32 = 200;

/// Shows what could be closed.
pub(crate) async fn show(visit: Visit, Path(client): Path<String>) -> Shown {
    shown(&view(&visit, &client, Vec::new(), String::new()).await?)
}

/// Closes what was chosen, and shows what became of each.
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Shown {
    let id = visit.client(&client)?.scope.id.clone();
    let (mut chosen, mut word) = (Vec::new(), String::new());
    for (name, value) in pairs {
        match name.as_str() {
            "ticket" => chosen.push((id.clone(), DutyId::from(value))),
            "word" => word = value,
            _ => {}
        }
    }
    let closings = close(&visit, &chosen, &word).await?;
    let mut names = Names::new(visit.store());
    let mut results = Vec::new();
    for ((client, ticket), closing) in chosen.iter().zip(&closings) {
        let found = visit.store().ticket(client, ticket).await?;
        let (title, steps) = match &found {
            Some((ticket, steps)) => (names.title_of(ticket).await?, steps.as_slice()),
            None => (ticket.to_string(), &[][..]),
        };
        let (is_closed, words) = match closing {
            Closing::Closed { verdict, .. } => (true, verdict.word().to_owned()),
            Closing::Afterwards { .. } => (true, "missed, and done afterwards".to_owned()),
            Closing::Reworked { .. } => (true, "done again".to_owned()),
            Closing::GatesOpen(gates) => (false, gates::sentences(gates, steps).join(" ")),
            Closing::Already(_) => (false, "It had ended before.".to_owned()),
            Closing::NoSuch => (false, "There is no such ticket.".to_owned()),
        };
        results.push(Outcome {
            ticket: ticket.to_string(),
            title,
            is_closed,
            words,
        });
    }
    let all_closed = results.iter().all(|result| result.is_closed);
    let word = if all_closed { String::new() } else { word };
    shown(&view(&visit, &client, results, word).await?)
}

/// Closes them, for the page and for programs.
pub(crate) async fn close(
    visit: &Visit,
    chosen: &[(ClientId, DutyId)],
    word: &str,
) -> Result<Vec<Closing>, Problem> {
    if chosen.len() > CLOSED_AT_ONCE_MAX {
        return Err(problem::too_large());
    }
    let by = ClosedBy {
        person: visit.person.id.clone(),
        word: Some(word.to_owned()),
    };
    Ok(close_tickets(visit.store(), chosen, &by, visit.now).await?)
}

async fn view(
    visit: &Visit,
    client: &str,
    results: Vec<Outcome>,
    word: String,
) -> Result<Bulk, Problem> {
    let client = visit.client(client)?;
    let store = visit.store();
    let filter = TicketFilter {
        client: Some(client.scope.id.clone()),
        owed: true,
        ..TicketFilter::default()
    };
    let page = Page {
        after: None,
        rows: LOOKED_AT_MAX,
    };
    let mut names = Names::new(store);
    let (mut ready, mut others) = (Vec::new(), 0);
    for ticket in store.tickets(&filter, &page).await?.rows {
        let Some((ticket, steps)) = store.ticket(&ticket.client, &ticket.id).await? else {
            continue;
        };
        let rows = beside::rows(visit, &ticket).await?;
        let files = store.evidence_of(&ticket.client, &ticket.id).await?;
        match gates::closing(&ticket, &steps, &rows, &files) {
            Offer::Allowed { asks_word } if ready.len() < CLOSED_AT_ONCE_MAX => ready.push(Ready {
                ticket: ticket.id.to_string(),
                title: names.title_of(&ticket).await?,
                asset: names.asset_of(&ticket).await?,
                slot: ticket.slot,
                due_at: ticket.due_at,
                asks_word,
            }),
            _ => others += 1,
        }
    }
    Ok(Bulk {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        results,
        ready,
        others,
        word,
    })
}
