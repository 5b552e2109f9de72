//! `GET /`: what needs a person, most pressing first; filtered by `who`, `state` and `client`,
//! paged by `after`. The address holds all of it. However many tickets there are, it asks the store
//! the same number of questions.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::accounts::Equation;
use duly_store::{Page, QueueState, Queued};
use serde::Deserialize;

use crate::page::month::{Month, together};
use crate::page::queue::{Counts, Doers, at, day_ago};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, judged, set_up, shown};
use crate::part::equation::EquationLine;
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::part::standing::Standing;
use crate::problem::Problem;
use crate::view::frame::{Frame, Section};
use crate::view::queue::{Asking, STATES, Whose, key};
use crate::view::today::{ByClient, Found, Row, Today};

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    who: Option<String>,
    state: Option<String>,
    client: Option<String>,
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    if set_up::is_wanted(&visit) {
        return Ok(Redirect::to("/set-up").into_response());
    }
    Ok(queued(visit, asked).await?.into_response())
}

/// Reads the filters; what means nothing is no filter, but a client that is not theirs is not
/// there.
fn asking(visit: &Visit, asked: &Asked) -> Result<Asking, Problem> {
    let client = asked.client.as_deref().filter(|id| !id.is_empty());
    let who = asked.who.as_deref();
    let state = asked.state.as_deref();
    Ok(Asking {
        whose: Whose::ALL
            .into_iter()
            .find(|whose| Some(whose.key()) == who)
            .unwrap_or_default(),
        state: STATES.into_iter().find(|one| Some(key(*one)) == state),
        client: client.map(|id| visit.client(id).map(named)).transpose()?,
    })
}

async fn queued(visit: Visit, asked: Asked) -> Shown {
    let frame = visit.frame(Section::Today, true);
    let asking = asking(&visit, &asked)?;
    let month = Month::of(frame.today());
    let at = at(&frame, month);
    let store = visit.store();
    let doers = Doers::of(&visit, frame.today()).await?;
    let counted = store.queue_counts(visit.bound_to(), &at).await?;
    let counts = Counts::of(&counted, &doers, &asking);
    let page = Page {
        after: asked.after.filter(|after| !after.is_empty()),
        rows: ROWS_PER_PAGE,
    };
    let listed = store.queue(&counts.filter(&asking), &at, &page).await?;
    let only = asking
        .client
        .as_ref()
        .map(|client| client.id.as_str().into());
    let measured_last_day = store
        .closed_by_themselves(only.as_ref(), day_ago(visit.now))
        .await?;
    let chosen = counts.chosen(asking.whose);
    shown(&Today {
        equation: equation(&visit, month, &asking).await?,
        measured_last_day,
        owed_from_before: counts.from_before,
        clients: visit
            .looked_after()
            .map(|client| ByClient {
                client: named(client),
                number: counts.clients.get(&client.scope.id).copied().unwrap_or(0),
            })
            .collect(),
        rows: listed
            .rows
            .into_iter()
            .map(|queued| row(&visit, &frame, &doers, queued))
            .collect(),
        total: chosen.shown(asking.state),
        being_measured: counts.measured,
        whose: counts.whose,
        states: chosen,
        paging: Paging {
            address: asking.address(),
            is_continued: page.after.is_some(),
            next: listed.next,
        },
        anything_declared: visit.looked_after().next().is_some(),
        asking,
        frame,
    })
}

fn row(visit: &Visit, frame: &Frame, doers: &Doers, queued: Queued) -> Row {
    let ticket = queued.ticket;
    let title = queued.title.unwrap_or_else(|| ticket.process.to_string());
    let asset = ticket.asset.as_ref().map(|asset| {
        let name = queued.asset_name.unwrap_or_else(|| asset.to_string());
        crate::view::Named::new(asset.as_str(), name)
    });
    Row {
        doer: match visit.bound_to() {
            // Who of the provider's staff does it is named to that staff.
            Some(_) => None,
            None => Some(doers.words(visit, &ticket.client, ticket.handed_to.as_ref())),
        },
        standing: match queued.state {
            QueueState::Again => Standing::Rework,
            _ => frame.standing(ticket.outcome, false, ticket.due_at),
        },
        ticket: ticket.id.to_string(),
        title,
        client: visit.named(&ticket.client),
        asset,
        due_at: ticket.due_at,
        found: queued.found.map(|(verdict, judgement)| Found {
            verdict,
            message: judged::message(&judgement),
        }),
        snooze: queued.snooze,
    }
}

async fn equation(visit: &Visit, month: Month, asking: &Asking) -> Result<EquationLine, Problem> {
    let is_asked = |id: &str| {
        let only = asking.client.as_ref();
        only.is_none_or(|only| only.id == id)
    };
    let (mut sum, mut waived_by_client) = (Equation::default(), 0);
    let equations = &visit.app.equations;
    let counted = equations
        .of_month(visit.store(), &visit.clients, month.first(), visit.now)
        .await?;
    for (client, (equation, by_client)) in counted {
        if is_asked(client.as_str()) {
            sum = together(sum, equation);
            waived_by_client += by_client;
        }
    }
    Ok(EquationLine {
        period: month.words(),
        equation: sum,
        waived_by_client,
    })
}

/// Whether duly has this probe; a step with another one is a person's.
pub(crate) fn probe_is_known(probe: &str) -> bool {
    duly_work::run_probe::PROBES.contains(&probe)
}

/// An id as it stands in a query.
pub(crate) fn encoded(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
