//! Reading a log: entries with what they disclose, heads, checkpoints, and all of it for a pack.

use std::collections::BTreeMap;

use duly_core::entry::{Entry, EntryDraft, kind};
use duly_core::id::{ClientId, DutyId};
use duly_proof::commitment::SEED_BYTES;
use duly_proof::hash::Hash;
use duly_proof::note::VerifierKey;
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::log::append::{Appended, signed};
use crate::page::ROWS_MAX;
use crate::store::Store;
use crate::writer::Lane;

/// Entries read at a time when a whole log is read.
pub(crate) const ENTRIES_AT_A_TIME: u64 = 5_000;

/// Most leaf hashes given at once: 32 MiB of them.
pub const LEAVES_MAX: usize = 1_024 * 1_024;

/// An entry as it lies in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// From 0.
    pub index: u64,
    /// The bytes that were hashed.
    pub bytes: Vec<u8>,
    /// Their leaf hash.
    pub leaf: Hash,
    /// What it discloses; absent once it is erased.
    pub seed: Option<[u8; SEED_BYTES]>,
    /// The values of its fields, as JSON texts.
    pub fields: BTreeMap<String, String>,
    /// What stands beside it for finding it; the bytes decide.
    pub(crate) columns: Columns,
}

/// What stands beside an entry for finding it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) kind: String,
    pub(crate) at: Timestamp,
    pub(crate) duty: Option<DutyId>,
}

impl StoredEntry {
    /// The entry that the bytes spell.
    ///
    /// # Errors
    ///
    /// When they spell none.
    pub fn entry(&self) -> Result<Entry, Error> {
        Entry::parse(&self.bytes).map_err(|error| Error::unreadable("an entry", error))
    }
}

/// How long a log is, and which root it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The time of the last one.
    pub last_at: Timestamp,
}

/// A signed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// Everything that a pack is made from, of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct PackData {
    /// Which log.
    pub origin: String,
    /// The key that signs for it; for the policy that the client keeps, never for the pack.
    pub verifier: VerifierKey,
    /// The entries under the last checkpoint, with what they disclose.
    pub entries: Vec<StoredEntry>,
    /// Every checkpoint, the smallest first.
    pub checkpoints: Vec<StoredCheckpoint>,
}

impl Store {
    /// How many entries every log holds: what grows whenever anything is changed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn log_sizes(&self) -> Result<BTreeMap<ClientId, u64>, Error> {
        let mut rows = self.read().await?;
        let found = rows.all("select client, size from log", args![]).await?;
        let size = |row: &Row| Ok((row.id("client")?, row.count("size")?));
        found.iter().map(size).collect()
    }

    /// A log's head, signed or not; `None` when there is no such client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn log_head(&self, client: &ClientId) -> Result<Option<LogHead>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            "select origin, size, root, last_at from log where client = $1",
            args![client],
        )
        .await?
        .map(|row| {
            Ok(LogHead {
                origin: row.text("origin")?,
                size: row.count("size")?,
                root: row.hash("root")?,
                last_at: row.at("last_at")?,
            })
        })
        .transpose()
    }

    /// Entries from an index on, at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn entries(&self, client: &ClientId, from: u64) -> Result<Vec<StoredEntry>, Error> {
        let mut rows = self.read().await?;
        range(&mut rows, client, from, from + u64::from(ROWS_MAX)).await
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn entry(&self, client: &ClientId, index: u64) -> Result<Option<StoredEntry>, Error> {
        let mut rows = self.read().await?;
        Ok(range(&mut rows, client, index, index + 1).await?.pop())
    }

    /// The entries about a duty, at most [`ROWS_MAX`]: where it stands in the log.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn entries_of(
        &self,
        client: &ClientId,
        duty: &DutyId,
    ) -> Result<Vec<StoredEntry>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select idx from entry where client = $1 and duty = $2 order by idx limit $3",
                args![client, duty, i64::from(ROWS_MAX)],
            )
            .await?;
        let mut entries = Vec::with_capacity(found.len());
        for row in found {
            let index = row.count("idx")?;
            entries.extend(range(&mut rows, client, index, index + 1).await?);
        }
        Ok(entries)
    }

    /// The leaf hashes of a log up to a size, for a proof.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when there are more than [`LEAVES_MAX`].
    pub async fn leaf_hashes(&self, client: &ClientId, size: u64) -> Result<Vec<Hash>, Error> {
        at_most(
            "leaf hashes at once",
            usize::try_from(size).unwrap_or(usize::MAX),
            LEAVES_MAX,
        )?;
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select leaf from entry where client = $1 and idx < $2 order by idx",
                args![client, signed(size)?],
            )
            .await?;
        found.iter().map(|row| row.hash("leaf")).collect()
    }

    /// Signs the head of a client's log if it has grown; the last checkpoint. `None` when there
    /// is no such client.
    ///
    /// # Errors
    ///
    /// When the lock file cannot be synced, nothing is signed.
    pub async fn checkpoint(
        &self,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<Option<StoredCheckpoint>, Error> {
        self.release(Some(client.clone()), now).await?;
        self.last_checkpoint(client).await
    }

    /// The last checkpoint of a log.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn last_checkpoint(
        &self,
        client: &ClientId,
    ) -> Result<Option<StoredCheckpoint>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            "select size, root, note, signed_at from checkpoint where client = $1 \
             order by size desc limit 1",
            args![client],
        )
        .await?
        .as_ref()
        .map(checkpoint_row)
        .transpose()
    }

    /// The first checkpoint that covers an entry: the one a run's seed comes from.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn checkpoint_covering(
        &self,
        client: &ClientId,
        index: u64,
    ) -> Result<Option<StoredCheckpoint>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            "select size, root, note, signed_at from checkpoint \
             where client = $1 and size > $2 order by size limit 1",
            args![client, signed(index)?],
        )
        .await?
        .as_ref()
        .map(checkpoint_row)
        .transpose()
    }

    /// Checkpoints of a log, from a size on, at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn checkpoints(
        &self,
        client: &ClientId,
        from_size: u64,
    ) -> Result<Vec<StoredCheckpoint>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select size, root, note, signed_at from checkpoint \
                 where client = $1 and size >= $2 order by size limit $3",
                args![client, signed(from_size)?, i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(checkpoint_row).collect()
    }

    /// Everything a pack is made from, of one moment, up to the last checkpoint: call
    /// [`Store::checkpoint`] first. `None` when there is no such client or no checkpoint yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn pack_data(&self, client: &ClientId) -> Result<Option<PackData>, Error> {
        let mut rows = self.read().await?;
        let Some(log) = rows
            .first("select origin from log where client = $1", args![client])
            .await?
        else {
            return Ok(None);
        };
        let origin = log.text("origin")?;
        let found = rows
            .all(
                "select size, root, note, signed_at from checkpoint where client = $1 \
                 order by size",
                args![client],
            )
            .await?;
        let checkpoints = found
            .iter()
            .map(checkpoint_row)
            .collect::<Result<Vec<_>, _>>()?;
        let Some(last) = checkpoints.last() else {
            return Ok(None);
        };
        let mut entries = Vec::new();
        let mut from = 0;
        while from < last.size {
            let to = last.size.min(from + ENTRIES_AT_A_TIME);
            entries.extend(range(&mut rows, client, from, to).await?);
            from = to;
        }
        Ok(Some(PackData {
            verifier: self.keys().verifier(&origin)?,
            origin,
            entries,
            checkpoints,
        }))
    }

    /// Writes an entry of a type that does not bear on completeness (`x.…`), by itself.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedKind`] for any other type.
    pub async fn record(
        &self,
        client: &ClientId,
        draft: EntryDraft,
        now: Timestamp,
    ) -> Result<Appended, Error> {
        if !draft.t.starts_with(kind::OPEN_PREFIX) {
            return Err(Error::ReservedKind(draft.t));
        }
        let input = (client.clone(), draft, now);
        self.write(Lane::Acknowledge, input, |tx, (client, draft, now)| {
            Box::pin(async move { tx.append(client, draft.clone(), *now).await })
        })
        .await
    }
}

/// The entries with `from` ≤ index < `to`, with their seeds and fields.
pub(crate) async fn range(
    rows: &mut Connection,
    client: &ClientId,
    from: u64,
    to: u64,
) -> Result<Vec<StoredEntry>, Error> {
    let span = || -> Result<_, Error> { Ok(args![client, signed(from)?, signed(to)?]) };
    let found = rows
        .all(
            "select e.idx, e.at, e.kind, e.duty, e.bytes, e.leaf, s.seed from entry e \
             left join entry_seed s on s.client = e.client and s.idx = e.idx \
             where e.client = $1 and e.idx >= $2 and e.idx < $3 order by e.idx",
            span()?,
        )
        .await?;
    let mut fields: BTreeMap<u64, BTreeMap<String, String>> = BTreeMap::new();
    let values = rows
        .all(
            "select idx, name, value from entry_field \
             where client = $1 and idx >= $2 and idx < $3",
            span()?,
        )
        .await?;
    for row in values {
        fields
            .entry(row.count("idx")?)
            .or_default()
            .insert(row.text("name")?, row.text("value")?);
    }
    let mut entries = Vec::with_capacity(found.len());
    for row in found {
        let index = row.count("idx")?;
        entries.push(StoredEntry {
            index,
            bytes: row.bytes("bytes")?,
            leaf: row.hash("leaf")?,
            seed: row
                .bytes_or_none("seed")?
                .map(|seed| {
                    <[u8; SEED_BYTES]>::try_from(seed.as_slice())
                        .map_err(|_| Error::unreadable("seed", seed.len()))
                })
                .transpose()?,
            fields: fields.remove(&index).unwrap_or_default(),
            columns: Columns {
                kind: row.text("kind")?,
                at: row.at("at")?,
                duty: row.id_or_none("duty")?,
            },
        });
    }
    Ok(entries)
}

pub(crate) fn checkpoint_row(row: &Row) -> Result<StoredCheckpoint, Error> {
    Ok(StoredCheckpoint {
        size: row.count("size")?,
        root: row.hash("root")?,
        note: row.text("note")?,
        signed_at: row.at("signed_at")?,
    })
}
