//! `GET /clients/{client}/proof`, and the two small files that go with it.

use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use duly_core::recount::OVERDUE_AFTER;
use duly_store::{ClientRow, Store};

use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::frame::Section;
use crate::view::proof::{Proof, Recount, Signed, file_stem};

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    let last = visit.store().last_checkpoint(&client.scope.id).await?;
    let frame = visit.frame_of(client, Section::Proof);
    let recount = visit.store().last_recount(&client.scope.id).await?;
    let since = recount.as_ref().map(|last| last.recounted_at);
    let age = visit.now.duration_since(since.unwrap_or(client.created_at));
    shown(&Proof {
        client: named(client),
        origin: client.origin.clone(),
        checkpoint: last.map(|checkpoint| Signed {
            note: checkpoint.note,
            size: checkpoint.size,
            signed_at: checkpoint.signed_at,
            // Nothing gathers cosignatures yet.
            cosigned_by: Vec::new(),
        }),
        recount: recount.map(|last| Recount {
            at: last.recounted_at,
            entries: last.entries,
            duties: last.duties,
            tickets: last.tickets,
            differences: last.differences,
            problem: last.problem,
        }),
        recount_overdue: age > OVERDUE_AFTER,
        policy: policy_text(visit.store(), client)?,
        from: client
            .created_at
            .to_zoned_datetime(frame.zone.clone())
            .date(),
        to: frame.today(),
        frame,
    })
}

/// `GET …/checkpoint.txt`: the newest signed note, byte for byte.
pub(crate) async fn checkpoint(
    visit: Visit,
    Path(client): Path<String>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let last = visit.store().last_checkpoint(&client.scope.id).await?;
    let last = last.ok_or_else(problem::not_found)?;
    Ok(as_file(
        client,
        "checkpoint.txt",
        "text/plain; charset=utf-8",
        last.note.into_bytes(),
    ))
}

/// `GET …/policy.txt`.
pub(crate) async fn policy(visit: Visit, Path(client): Path<String>) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let text = policy_text(visit.store(), client)?;
    Ok(as_file(
        client,
        "policy.txt",
        "text/plain; charset=utf-8",
        text.into_bytes(),
    ))
}

/// C2SP `tlog-policy`: the log and its key; no witness so far.
pub(crate) fn policy_text(store: &Store, client: &ClientRow) -> Result<String, Problem> {
    let verifier = store.keys().verifier(&client.origin)?;
    Ok(format!("log {verifier}\nquorum none\n"))
}

/// A file to be saved, under a name that begins with its client.
pub(crate) fn as_file(
    client: &ClientRow,
    ending: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> Response {
    let name = format!("{}-{ending}", file_stem(client.scope.id.as_str()));
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (CONTENT_TYPE, kind.to_owned()),
            (CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response()
}
