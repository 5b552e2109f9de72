//! What programs ask: tickets, duties, and whether duly is well. JSON in the shapes of the command
//! line; problems are RFC 9457 documents.

use axum::Json;
use axum::extract::{Query, State};
use duly_core::id::ClientId;
use duly_core::schedule::duties::{Duty, duties as computed};
use duly_store::{Page, Ticket, TicketFilter};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::serve::App;

/// Longest period of duties at once: a year and its leap day.
const PERIOD_DAYS_MAX: i32 = 366;

/// `GET /healthz`: whether the store answers.
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Value>, Problem> {
    app.store
        .clients(&Page {
            after: None,
            rows: 1,
        })
        .await?;
    Ok(Json(json!({ "status": "ok" })))
}

/// What `GET /api/v1/tickets` may be asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct TicketsAsked {
    client: Option<String>,
    /// Only what is still owed.
    #[serde(default)]
    owed: bool,
    from: Option<Date>,
    to: Option<Date>,
    after: Option<String>,
}

/// `GET /api/v1/tickets`: a page of tickets, the one due first first.
pub(crate) async fn tickets(
    visit: Visit,
    Query(asked): Query<TicketsAsked>,
) -> Result<Json<Value>, Problem> {
    let client = match &asked.client {
        Some(id) => Some(visit.client(id)?.scope.id.clone()),
        None => visit.bound_to().cloned(),
    };
    let filter = TicketFilter {
        client,
        owed: asked.owed,
        slot_from: asked.from,
        slot_to: asked.to,
        ..TicketFilter::default()
    };
    let page = Page {
        after: asked.after,
        ..Page::default()
    };
    let listed = visit.store().tickets(&filter, &page).await?;
    let tickets: Vec<Line> = listed.rows.into_iter().map(Line::from).collect();
    Ok(Json(json!({ "tickets": tickets, "next": listed.next })))
}

/// A duty with how it stands.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    duty: Duty,
    outcome: duly_core::accounts::Outcome,
    verdict: Option<duly_core::verdict::Verdict>,
    ended_at: Option<jiff::Timestamp>,
    afterwards_at: Option<jiff::Timestamp>,
    /// The exception that waived it.
    exception: Option<String>,
}

impl From<Ticket> for Line {
    fn from(ticket: Ticket) -> Self {
        Self {
            outcome: ticket.outcome,
            verdict: ticket.verdict,
            ended_at: ticket.ended_at,
            afterwards_at: ticket.afterwards_at,
            exception: ticket.exception,
            duty: Duty {
                id: ticket.id,
                client: ticket.client,
                process: ticket.process,
                version: ticket.version,
                asset: ticket.asset,
                slot: ticket.slot,
                opens_at: ticket.opens_at,
                due_at: ticket.due_at,
                missed_at: ticket.missed_at,
            },
        }
    }
}

/// What `GET /api/v1/duties` must be asked.
#[derive(Debug, Deserialize)]
pub(crate) struct DutiesAsked {
    client: String,
    from: Date,
    to: Date,
}

/// `GET /api/v1/duties`: the duties of a period, computed from what was published, in the shape
/// of `duly plan`.
pub(crate) async fn duties(
    visit: Visit,
    Query(asked): Query<DutiesAsked>,
) -> Result<Json<Value>, Problem> {
    let client: &ClientId = &visit.client(&asked.client)?.scope.id;
    let last = asked
        .from
        .saturating_add(jiff::ToSpan::days(PERIOD_DAYS_MAX));
    if asked.to < asked.from || asked.to > last {
        return Err(problem::bad_request());
    }
    let published = visit
        .store()
        .published(client)
        .await?
        .ok_or_else(problem::not_found)?;
    let duties = computed(&published, asked.from, asked.to).map_err(|_| problem::bad_request())?;
    Ok(Json(json!({ "duties": duties })))
}
