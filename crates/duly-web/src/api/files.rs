//! Files: evidence in and out, the pack; and closing several tickets at once.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use duly_core::accounts::Outcome;
use duly_core::gate::Obstacle;
use duly_core::id::{ClientId, DutyId};
use duly_core::verdict::Verdict;
use duly_store::{Closing, EvidenceAdded};
use duly_work::acts::CLOSED_AT_ONCE_MAX;
use duly_work::evidence::{Brought, Received, receive};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, refused};
use super::sent::{Asked, Sent};
use crate::page::visit::{Visit, zone_of};
use crate::page::{bulk, evidence as page, pack as packs, upload};
use crate::problem::{self, Problem};

/// Which step a file is for, and what it is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvidenceAsked {
    /// For which step; none for the ticket as a whole.
    step: Option<String>,
    /// What the file is called.
    #[serde(default)]
    #[param(default = "")]
    name: String,
}

/// A file that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceKept {
    /// `added`, or `already` where the same file was there.
    code: String,
    /// Its id.
    evidence: String,
    /// SHA-256 of its content, hexadecimal.
    sha256: String,
    bytes: u64,
    /// What it is, by its content.
    #[schema(value_type = String)]
    kind: duly_core::evidence::kind::FileKind,
    /// Whether it is a picture.
    is_picture: bool,
    /// When it claims to have been taken.
    taken_at: Option<Timestamp>,
    added_at: Timestamp,
    /// The entry that tells of it.
    entry: u64,
}

/// Adds a file to a ticket. The body is the file, at most 10 MiB; what it is, its content says.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/evidence",
    params(EvidenceAsked),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = EvidenceKept), (status = 201, body = EvidenceKept)))]
pub(crate) async fn evidence(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
    Asked(asked): Asked<EvidenceAsked>,
    body: Bytes,
) -> Result<Response, Failed> {
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
    let answer = match received {
        Received::Stored(EvidenceAdded::Added(file) | EvidenceAdded::Already(file)) => {
            EvidenceKept {
                code: code.to_owned(),
                evidence: file.id,
                sha256: file.sha256,
                bytes: file.bytes,
                kind: file.kind,
                is_picture: file.picture.is_some(),
                taken_at: file.taken_at,
                added_at: file.added_at,
                entry: file.index,
            }
        }
        other => return Ok(problem::refused(status, code, upload::refusal(&other))),
    };
    Ok((status, Json(answer)).into_response())
}

/// Hands a file out, held against its hash.
#[utoipa::path(get, path = "/api/v1/clients/{client}/evidence/{evidence}",
    responses((status = 200, body = Vec<u8>, content_type = "*/*")))]
pub(crate) async fn download(
    visit: Visit,
    path: Path<(String, String)>,
) -> Result<Response, Problem> {
    page::download(visit, path).await
}

/// Makes the pack: everything that a client can check without us, at a ZIP's length.
#[utoipa::path(get, path = "/api/v1/clients/{client}/pack.zip", params(packs::Asked),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
pub(crate) async fn pack(
    visit: Visit,
    path: Path<String>,
    asked: Query<packs::Asked>,
) -> Result<Response, Problem> {
    packs::download(visit, path, asked).await
}

/// Tickets to be closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Several {
    #[schema(max_items = 50)]
    tickets: Vec<String>,
    /// Asked for where something did not pass.
    word: Option<String>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Became {
    ticket: String,
    /// `done`, `late`, `done-afterwards`, `done-again`, `gates-open`, `already` or `not-found`.
    code: &'static str,
    /// What the work found, of one that was closed.
    #[schema(schema_with = super::words::verdict_or_none)]
    verdict: Option<Verdict>,
    /// How it stands, of one that had ended before.
    #[schema(schema_with = super::words::outcome_or_none)]
    outcome: Option<Outcome>,
    /// What stands in the way, of one whose gates are open.
    #[schema(value_type = Vec<Object>)]
    gates: Vec<Obstacle>,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    /// In the order in which they were named.
    results: Vec<Became>,
}

/// Closes several tickets, each through its own gates.
#[utoipa::path(post, path = "/api/v1/clients/{client}/close", request_body = Several,
    responses((status = 200, body = Results)))]
pub(crate) async fn close(
    visit: Visit,
    Path(client): Path<String>,
    Sent(sent): Sent<Several>,
) -> Result<Json<Results>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    if sent.tickets.len() > CLOSED_AT_ONCE_MAX {
        let why = format!("Name at most {CLOSED_AT_ONCE_MAX} tickets at once.");
        return Err(refused("too-much", why));
    }
    let pair = |ticket: String| (id.clone(), DutyId::from(ticket));
    let chosen: Vec<(ClientId, DutyId)> = sent.tickets.into_iter().map(pair).collect();
    let closings = bulk::close(&visit, &chosen, sent.word.as_deref().unwrap_or_default()).await?;
    let results = chosen.into_iter().zip(closings);
    Ok(Json(Results {
        results: results
            .map(|((_, ticket), one)| became(ticket, one))
            .collect(),
    }))
}

fn became(ticket: DutyId, closing: Closing) -> Became {
    let blank = Became {
        ticket: ticket.0,
        code: "not-found",
        verdict: None,
        outcome: None,
        gates: Vec::new(),
    };
    let closed = |code, verdict, blank| Became {
        code,
        verdict: Some(verdict),
        ..blank
    };
    match closing {
        Closing::Closed {
            outcome, verdict, ..
        } => closed(outcome.word(), verdict, blank),
        Closing::Afterwards { verdict, .. } => closed("done-afterwards", verdict, blank),
        Closing::Reworked { verdict, .. } => closed("done-again", verdict, blank),
        Closing::GatesOpen(gates) => Became {
            code: "gates-open",
            gates,
            ..blank
        },
        Closing::Already(outcome) => Became {
            code: "already",
            outcome: Some(outcome),
            ..blank
        },
        Closing::NoSuch => blank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_ticket_is_told_in_one_word() {
        let none = became("t".into(), Closing::NoSuch);
        assert_eq!((none.code, none.verdict), ("not-found", None));
        let before = became("t".into(), Closing::Already(Outcome::Late));
        assert_eq!(
            (before.code, before.outcome),
            ("already", Some(Outcome::Late))
        );
    }
}
