//! Which snapshots of a backup were ever seen: what makes one that vanishes noticeable.
//!
//! A row is added when a snapshot is first seen and only its last sighting moves on; a trigger
//! keeps it from being removed.

use duly_core::id::{AssetId, ClientId};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::database::batch::Batch;
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;

/// Most snapshots remembered in one go: ten years of hourly ones stay below.
pub const SNAPSHOTS_MAX: usize = 100_000;

/// A snapshot as seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its id in its repository.
    pub id: String,
    /// What was known of it when it was first seen: its time, host, tree.
    pub document: Json,
}

/// A snapshot as remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenSnapshot {
    /// Its id and what was known of it when it was first seen.
    pub snapshot: Snapshot,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
}

impl Store {
    /// Every snapshot ever seen of an asset, by id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn snapshots_seen(
        &self,
        client: &ClientId,
        asset: &AssetId,
        page: &Page,
    ) -> Result<Listed<SeenSnapshot>, Error> {
        let after = page.after.clone().unwrap_or_default();
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select snapshot, document, first_seen_at, last_seen_at from snapshot_seen \
                 where client = $1 and asset = $2 and snapshot > $3 order by snapshot limit $4",
                args![client, asset, after, page.fetch()],
            )
            .await?;
        let mut seen = Vec::with_capacity(found.len());
        for row in &found {
            seen.push(SeenSnapshot {
                snapshot: Snapshot {
                    id: row.text("snapshot")?,
                    document: row.json("document")?,
                },
                first_seen_at: row.at("first_seen_at")?,
                last_seen_at: row.at("last_seen_at")?,
            });
        }
        Ok(Listed::cut(seen, page, |seen: &SeenSnapshot| {
            seen.snapshot.id.clone()
        }))
    }
}

static SEEN: Batch = Batch::new(
    "insert into snapshot_seen(client, asset, snapshot, document, first_seen_at, last_seen_at) \
     values",
    6,
    "on conflict (client, asset, snapshot) do update set last_seen_at = excluded.last_seen_at \
     where excluded.last_seen_at > snapshot_seen.last_seen_at",
);

pub(crate) fn check(snapshots: &[Snapshot]) -> Result<(), Error> {
    at_most("snapshots", snapshots.len(), SNAPSHOTS_MAX)
}

pub(crate) async fn remember(
    tx: &mut Transaction,
    client: &ClientId,
    asset: &AssetId,
    snapshots: &[Snapshot],
    at: Timestamp,
) -> Result<(), Error> {
    // A repository that names one twice is the probe's finding; PostgreSQL would refuse to update
    // a row twice in one statement.
    let mut once = std::collections::BTreeMap::new();
    for snapshot in snapshots {
        once.entry(&snapshot.id).or_insert(&snapshot.document);
    }
    let mut seen = Vec::with_capacity(once.len());
    for (id, document) in once {
        let document = serde_json::to_string(document)?;
        seen.push(args![client, asset, id.as_str(), document, at, at]);
    }
    SEEN.insert(tx.rows(), seen).await?;
    Ok(())
}
