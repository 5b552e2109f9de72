//! Appending to a client's log, inside the transaction of what the entry tells.

use std::collections::BTreeMap;

use duly_core::entry::{self, EntryDraft, Seen};
use duly_core::id::{ClientId, DutyId};
use duly_proof::commitment::SEED_BYTES;
use duly_proof::hash::Hash;
use duly_proof::tree::Frontier;
use jiff::Timestamp;

use crate::database::batch::Batch;
use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::random;

/// Longest value of a field; a probe's observations are bounded well below.
pub const FIELD_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// Where an entry came to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its index, from 0.
    pub index: u64,
    /// Its time.
    pub at: Timestamp,
}

/// A log that a transaction is writing to.
pub(crate) struct OpenLog {
    stored_size: u64,
    frontier: Frontier,
    last_at: Timestamp,
    pending: Vec<Pending>,
}

/// An entry that is appended but not yet in its table.
struct Pending {
    index: i64,
    at: Timestamp,
    kind: String,
    duty: Option<DutyId>,
    bytes: Vec<u8>,
    leaf: Hash,
    seed: [u8; SEED_BYTES],
    fields: BTreeMap<String, String>,
}

static ENTRIES: Batch = Batch::new(
    "insert into entry(client, idx, at, kind, duty, bytes, leaf) values",
    7,
    "",
);
static SEEDS: Batch = Batch::new("insert into entry_seed(client, idx, seed) values", 3, "");
static FIELDS: Batch = Batch::new(
    "insert into entry_field(client, idx, name, value) values",
    4,
    "",
);

impl OpenLog {
    /// Reads the head; in PostgreSQL it is locked until the commit.
    pub(crate) async fn read(rows: &mut Connection, client: &ClientId) -> Result<Self, Error> {
        let head = rows.pick(
            "select size, frontier, last_at from log where client = $1",
            "select size, frontier, last_at from log where client = $1 for update",
        );
        let row = rows
            .first(head, args![client])
            .await?
            .ok_or_else(|| Error::no_such(client, "log", client))?;
        let frontier = Frontier::from_bytes(&row.bytes("frontier")?)
            .map_err(|error| Error::unreadable("frontier", error))?;
        let stored_size = row.count("size")?;
        if frontier.size() != stored_size {
            return Err(Error::unreadable("frontier", frontier.size()));
        }
        Ok(Self {
            stored_size,
            frontier,
            last_at: row.at("last_at")?,
            pending: Vec::new(),
        })
    }

    /// The time an entry would bear now.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        entry::whole_milliseconds(now).max(self.last_at)
    }

    /// The tree head with everything appended so far.
    pub(crate) fn head(&self) -> Seen {
        Seen {
            size: self.frontier.size(),
            root: self.frontier.root().to_hex(),
        }
    }

    pub(crate) fn append(&mut self, draft: EntryDraft, now: Timestamp) -> Result<Appended, Error> {
        let at = self.at(now);
        let index = self.frontier.size();
        let seed = random::bytes::<SEED_BYTES>()?;
        for value in draft.fields.values() {
            at_most("a field in bytes", value.len(), FIELD_BYTES_MAX)?;
        }
        let sealed =
            entry::seal(&draft, at, &seed).map_err(|error| Error::Sealing(error.to_string()))?;
        self.frontier.append(sealed.leaf);
        self.last_at = at;
        self.pending.push(Pending {
            index: signed(index)?,
            at,
            kind: draft.t,
            duty: draft.duty,
            bytes: sealed.bytes,
            leaf: sealed.leaf,
            seed,
            fields: draft.fields,
        });
        Ok(Appended { index, at })
    }

    /// Writes the entries and moves the head, if nobody else has moved it.
    pub(crate) async fn flush(
        &mut self,
        rows: &mut Connection,
        client: &ClientId,
    ) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let (mut entries, mut seeds, mut fields) = (Vec::new(), Vec::new(), Vec::new());
        for entry in self.pending.drain(..) {
            seeds.push(args![client, entry.index, &entry.seed[..]]);
            for (name, value) in entry.fields {
                fields.push(args![client, entry.index, name, value]);
            }
            let duty = entry.duty.as_ref();
            entries.push(args![
                client,
                entry.index,
                entry.at,
                entry.kind,
                duty,
                entry.bytes,
                entry.leaf,
            ]);
        }
        ENTRIES.insert(rows, entries).await?;
        SEEDS.insert(rows, seeds).await?;
        FIELDS.insert(rows, fields).await?;
        let size = self.frontier.size();
        let moved = rows
            .run(
                "update log set size = $1, frontier = $2, root = $3, last_at = $4 \
                 where client = $5 and size = $6",
                args![
                    signed(size)?,
                    self.frontier.to_bytes(),
                    self.frontier.root(),
                    self.last_at,
                    client,
                    signed(self.stored_size)?,
                ],
            )
            .await?;
        if moved != 1 {
            return Err(Error::LogRaced(client.to_string()));
        }
        self.stored_size = size;
        Ok(())
    }
}

/// A size or index as the databases hold it.
pub(crate) fn signed(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::unreadable("a size", number))
}
