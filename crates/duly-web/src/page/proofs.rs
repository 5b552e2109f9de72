//! `GET /proof`: every client's log.

use duly_store::ClientRow;

use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::frame::Section;
use crate::view::proof::{Log, Proofs};

/// Shows it. The provider's own log is among them: its people and sign-ins stand there.
pub(crate) async fn show(visit: Visit) -> Shown {
    let mut logs = Vec::new();
    for client in &visit.clients {
        logs.push(log(&visit, client).await?);
    }
    shown(&Proofs {
        frame: visit.frame(Section::Proof, true),
        logs,
    })
}

async fn log(visit: &Visit, client: &ClientRow) -> Result<Log, Problem> {
    let last = visit.store().last_checkpoint(&client.scope.id).await?;
    Ok(Log {
        client: named(client),
        origin: client.origin.clone(),
        size: last.as_ref().map_or(0, |checkpoint| checkpoint.size),
        signed_at: last.map(|checkpoint| checkpoint.signed_at),
    })
}
