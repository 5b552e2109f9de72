//! Appending to a client's log, inside the transaction of what the entry tells.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{ENTRY_VERSION, Entry, Seen};
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, RunId};
use duly_core::verdict::Verdict;
use duly_proof::commitment::{SEED_BYTES, commit};
use duly_proof::hash::Hash;
use duly_proof::tree::{Frontier, leaf_hash};
use jiff::Timestamp;
use serde::Serialize;

use crate::database::batch::Batch;
use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::random;

/// Longest entry: what the tile format can hold.
const ENTRY_BYTES_MAX: usize = 65_535;

/// Longest value of a field; a probe's observations are bounded well below.
pub const FIELD_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// What is to be written: an entry without what only the store can give (index, time, seed).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// See [`duly_core::entry::kind`].
    pub kind: String,
    /// The duty it is about.
    pub duty: Option<DutyId>,
    /// The asset it is about.
    pub asset: Option<AssetId>,
    /// Who acted.
    pub person: Option<PersonId>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// How the duty ended.
    pub outcome: Option<Outcome>,
    /// What was found.
    pub verdict: Option<Verdict>,
    /// The checkpoint it leans on.
    pub seen: Option<Seen>,
    /// Everything else, as JSON texts by field name; the entry holds only commitments to them.
    pub fields: BTreeMap<String, String>,
}

impl Draft {
    /// A draft of the given type.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a field, as JSON.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON.
    pub fn field<T: Serialize>(mut self, name: &str, value: &T) -> Result<Self, Error> {
        let text = serde_json::to_string(value)?;
        self.fields.insert(name.to_owned(), text);
        Ok(self)
    }
}

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
        let whole = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        whole.max(self.last_at)
    }

    pub(crate) fn append(&mut self, draft: Draft, now: Timestamp) -> Result<Appended, Error> {
        let at = self.at(now);
        let index = self.frontier.size();
        let seed = random::bytes::<SEED_BYTES>()?;
        for value in draft.fields.values() {
            at_most("a field in bytes", value.len(), FIELD_BYTES_MAX)?;
        }
        let bytes = seal(&draft, at, &seed)?;
        at_most("an entry in bytes", bytes.len(), ENTRY_BYTES_MAX)?;
        let leaf = leaf_hash(&bytes);
        self.frontier.append(leaf);
        self.last_at = at;
        self.pending.push(Pending {
            index: signed(index)?,
            at,
            kind: draft.kind,
            duty: draft.duty,
            bytes,
            leaf,
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

/// The exact bytes of an entry.
fn seal(draft: &Draft, at: Timestamp, seed: &[u8; SEED_BYTES]) -> Result<Vec<u8>, Error> {
    let commitments = draft
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), commit(seed, name, value.as_bytes()).to_hex()));
    let entry = Entry {
        v: ENTRY_VERSION,
        t: draft.kind.clone(),
        at,
        duty: draft.duty.clone(),
        asset: draft.asset.clone(),
        person: draft.person.clone(),
        run: draft.run.clone(),
        outcome: draft.outcome,
        verdict: draft.verdict,
        seen: draft.seen.clone(),
        c: commitments.collect(),
    };
    Ok(serde_json::to_vec(&entry)?)
}

/// A size or index as the databases hold it.
pub(crate) fn signed(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::unreadable("a size", number))
}
