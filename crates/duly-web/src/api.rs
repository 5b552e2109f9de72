//! What programs ask: tickets, duties, and whether duly is well. JSON in the shapes of the command
//! line; problems are RFC 9457 documents.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use duly_core::id::ClientId;
use duly_core::schedule::duties::{Duty, duties as computed};
use duly_store::{EvidenceAdded, Page, Ticket, TicketFilter};
use duly_work::evidence::{Brought, Received, receive};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::page::upload;
use crate::page::visit::{Visit, zone_of};
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

/// What `POST …/evidence` of the API may be asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct EvidenceAsked {
    /// For which step; absent for the ticket as a whole.
    step: Option<String>,
    /// What the file is called.
    #[serde(default)]
    name: String,
}

/// `POST /api/v1/clients/{client}/tickets/{ticket}/evidence`: the body is the file.
pub(crate) async fn evidence(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
    Query(asked): Query<EvidenceAsked>,
    body: Bytes,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let brought = Brought {
        client: client.scope.id.clone(),
        ticket: ticket.into(),
        step: asked.step.map(Into::into),
        person: visit.person.id.clone(),
        name: asked.name,
        content: body.to_vec(),
    };
    let received = receive(visit.store(), brought, &zone_of(client), visit.now).await?;
    let (status, code) = upload::refusal_code(&received);
    let answer = match &received {
        Received::Stored(EvidenceAdded::Added(file) | EvidenceAdded::Already(file)) => json!({
            "code": code,
            "evidence": file.id,
            "sha256": file.sha256,
            "bytes": file.bytes,
            "kind": file.kind,
            "picture": file.picture,
            "taken_at": file.taken_at,
            "added_at": file.added_at,
            "entry": file.index,
        }),
        _ => return Ok(problem::refused(status, code, upload::refusal(&received))),
    };
    Ok((status, Json(answer)).into_response())
}
