//! Releasing checkpoints: lock the heads, then sign them, then store them, in that order.
//!
//! Run by the writer between two transactions, so that no log moves meanwhile. Death after any
//! step leaves at most a lock without a checkpoint, which the next release signs.

use std::sync::{Arc, Mutex};

use duly_core::id::ClientId;
use duly_proof::checkpoint::Checkpoint;
use duly_proof::tree::Frontier;
use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;
use crate::faults::Faults;
use crate::heads::{Head, Heads};
use crate::keys::Keys;
use crate::log::append::signed;

/// An order to release; for one client, or for all.
pub(crate) struct Release {
    pub(crate) client: Option<ClientId>,
    pub(crate) now: Timestamp,
    pub(crate) reply: oneshot::Sender<Result<usize, Error>>,
}

/// Does it; the number of checkpoints signed.
pub(crate) async fn run(
    database: &Database,
    keys: &Keys,
    heads: &Arc<Mutex<Heads>>,
    faults: &Faults,
    release: &Release,
) -> Result<usize, Error> {
    let mut rows = database.write().await?;
    let unsigned = unsigned(&mut rows, release.client.as_ref()).await?;
    let (clients, grown): (Vec<ClientId>, Vec<Head>) = unsigned.into_iter().unzip();
    faults.step("before-lock");
    lock(heads, &grown).await?;
    faults.step("after-lock");
    for (client, head) in clients.iter().zip(&grown) {
        let root = head.frontier.root();
        let size = head.frontier.size();
        let note = Checkpoint::new(&head.origin, size, root)
            .sign(&keys.signer(&head.origin)?)
            .map_err(|error| Error::Sealing(format!("checkpoint of {}: {error}", head.origin)))?;
        rows.run(
            "insert into checkpoint(client, size, root, note, signed_at) \
             values ($1, $2, $3, $4, $5)",
            args![client, signed(size)?, root, note, release.now],
        )
        .await?;
    }
    faults.step("before-release");
    faults.commit(rows).await?;
    faults.step("after-release");
    Ok(grown.len())
}

/// Moves the lock file on, off the threads that serve everybody else: it waits for the disk.
async fn lock(heads: &Arc<Mutex<Heads>>, grown: &[Head]) -> Result<(), Error> {
    let heads = Arc::clone(heads);
    let grown = grown.to_vec();
    tokio::task::spawn_blocking(move || {
        let mut heads = heads.lock().map_err(|_| Error::WriterStopped)?;
        heads.advance(&grown)
    })
    .await
    .map_err(|_| Error::WriterStopped)?
}

/// The logs that have grown since their last checkpoint.
async fn unsigned(
    rows: &mut Connection,
    client: Option<&ClientId>,
) -> Result<Vec<(ClientId, Head)>, Error> {
    let found = rows
        .all(
            "select l.client, l.origin, l.frontier, l.root from log l \
             where ($1 is null or l.client = $1) and l.size > coalesce( \
             (select max(c.size) from checkpoint c where c.client = l.client), 0) \
             order by l.client",
            args![client],
        )
        .await?;
    let mut unsigned = Vec::with_capacity(found.len());
    for row in found {
        let frontier = Frontier::from_bytes(&row.bytes("frontier")?)
            .map_err(|error| Error::unreadable("frontier", error))?;
        let origin = row.text("origin")?;
        if frontier.root() != row.hash("root")? {
            return Err(Error::LogDiffers {
                origin,
                size: frontier.size(),
            });
        }
        unsigned.push((row.id("client")?, Head { origin, frontier }));
    }
    Ok(unsigned)
}
