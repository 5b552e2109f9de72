//! What a recount compares: a client's log, read from its first entry, and its tickets as the rows
//! have them, both of one moment. And what recounts came to.
//!
//! Rows come packed, thousands in one text, since a database gives one long text many times faster
//! than many short rows. Only readers are used: whoever writes never waits for a recount.

use std::collections::BTreeMap;

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId};
use duly_core::record::{Disclosure, Record, ReplayError, Walk};
use duly_core::recount::Held;
use duly_core::schedule::duties::Duty;
use duly_proof::hash::Hash;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clients::{ClientRow, all_of};
use crate::counts::PUBLISHING;
use crate::database::connection::Connection;
use crate::database::value::{Value, args};
use crate::database::{Database, Location};
use crate::error::Error;
use crate::log::append::signed;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a recount. Field: `recount` (its figures).
pub const RECOUNT: &str = "x.recount";

/// Entries, or tickets, in one text: about a mebibyte.
const ROWS_AT_A_TIME: u64 = 4_000;

/// Between the columns of a packed row, and between packed rows: neither occurs in an id or word.
const UNIT: char = '\u{1f}';
const LINE: char = '\n';

/// A client's log and tickets at one moment.
#[derive(Debug)]
pub struct RecountData {
    /// Entries in the log.
    pub entries: u64,
    /// The log, read; or why it cannot be.
    pub record: Result<Record, String>,
    /// The tickets, as the rows have them.
    pub held: Vec<Held>,
}

/// What a recount came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecountRow {
    /// When.
    pub recounted_at: Timestamp,
    /// Entries read.
    pub entries: u64,
    /// Duties computed.
    pub duties: u64,
    /// Tickets compared.
    pub tickets: u64,
    /// Differences found.
    pub differences: u64,
    /// Why it could not be carried through, if it could not.
    pub problem: Option<String>,
}

/// A store opened for a recount alone, beside whoever has it open for writing.
#[derive(Clone, Debug)]
pub struct RecountReader {
    database: Database,
}

impl RecountReader {
    /// Opens it for reading; nothing is made and no schema changed.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn open(location: &Location) -> Result<Self, Error> {
        let database = Database::open_for_reading(location).await?;
        Ok(Self { database })
    }

    /// Every client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn clients(&self) -> Result<Vec<ClientRow>, Error> {
        all_of(&mut self.database.read().await?).await
    }

    /// See [`Store::recount_data`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn recount_data(&self, client: &ClientId) -> Result<Option<RecountData>, Error> {
        read(&mut self.database.read().await?, client).await
    }

    /// Closes it.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

impl Store {
    /// A client's log and tickets at one moment; `None` when there is no such client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn recount_data(&self, client: &ClientId) -> Result<Option<RecountData>, Error> {
        read(&mut self.read().await?, client).await
    }

    /// The last recount of a client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn last_recount(&self, client: &ClientId) -> Result<Option<RecountRow>, Error> {
        let mut rows = self.read().await?;
        let sql = "select recounted_at, entries, duties, tickets, differences, problem \
                   from recount where client = $1";
        let row = rows.first(sql, args![client]).await?;
        row.map(|row| {
            Ok(RecountRow {
                recounted_at: row.at("recounted_at")?,
                entries: row.count("entries")?,
                duties: row.count("duties")?,
                tickets: row.count("tickets")?,
                differences: row.count("differences")?,
                problem: row.text_or_none("problem")?,
            })
        })
        .transpose()
    }

    /// Records what a recount came to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn record_recount(&self, client: &ClientId, row: RecountRow) -> Result<(), Error> {
        self.write(Lane::Bulk, (client.clone(), row), |tx, (client, row)| {
            Box::pin(record(tx, client, row))
        })
        .await
    }
}

async fn record(tx: &mut Transaction, client: &ClientId, row: &RecountRow) -> Result<(), Error> {
    let draft = EntryDraft::new(RECOUNT).with_field("recount", row)?;
    tx.append(client, draft, row.recounted_at).await?;
    tx.rows()
        .run(
            "insert into recount(client, recounted_at, entries, duties, tickets, differences, \
             problem) values ($1, $2, $3, $4, $5, $6, $7) on conflict (client) do update set \
             recounted_at = excluded.recounted_at, entries = excluded.entries, \
             duties = excluded.duties, tickets = excluded.tickets, \
             differences = excluded.differences, problem = excluded.problem",
            args![
                client,
                row.recounted_at,
                signed(row.entries)?,
                signed(row.duties)?,
                signed(row.tickets)?,
                signed(row.differences)?,
                row.problem.as_deref(),
            ],
        )
        .await?;
    Ok(())
}

async fn read(rows: &mut Connection, client: &ClientId) -> Result<Option<RecountData>, Error> {
    let Some(head) = rows
        .first(
            "select size, root from log where client = $1",
            args![client],
        )
        .await?
    else {
        return Ok(None);
    };
    let size = head.count("size")?;
    let record = match log(rows, client, size).await? {
        Ok(record) if record.size != size || record.root != head.hash("root")? => {
            Err("the entries are not those that the head of the log counts".to_owned())
        }
        Ok(record) => Ok(record),
        Err(error) => Err(error.to_string()),
    };
    Ok(Some(RecountData {
        entries: size,
        record,
        held: tickets(rows, client).await?,
    }))
}

async fn log(
    rows: &mut Connection,
    client: &ClientId,
    size: u64,
) -> Result<Result<Record, ReplayError>, Error> {
    let sql = rows.pick(
        "select string_agg(line, $4) as lines from (select cast(bytes as text) as line \
         from entry where client = $1 and idx >= $2 and idx < $3 order by idx) packed",
        "select string_agg(convert_from(bytes, 'UTF8'), $4 order by idx) as lines from entry \
         where client = $1 and idx >= $2 and idx < $3",
    );
    let mut walk = Walk::begin();
    let mut from = 0;
    while from < size {
        let to = size.min(from + ROWS_AT_A_TIME);
        let values = args![client, signed(from)?, signed(to)?, LINE.to_string()];
        let row = rows.first(sql, values).await?;
        let lines = row.map(|row| row.text_or_none("lines")).transpose()?;
        let disclosed = disclosed(rows, client, from, to).await?;
        for line in lines.flatten().iter().flat_map(|lines| lines.split(LINE)) {
            if let Err(error) = walk.step(line.as_bytes(), &disclosed) {
                return Ok(Err(error));
            }
        }
        from = to;
    }
    Ok(walk.finish(&BTreeMap::new()))
}

/// The fields of what was published among these entries: all that duties are computed from.
async fn disclosed(
    rows: &mut Connection,
    client: &ClientId,
    from: u64,
    to: u64,
) -> Result<BTreeMap<u64, Disclosure>, Error> {
    let mut values = args![client, signed(from)?, signed(to)?];
    values.extend(PUBLISHING.map(Value::from));
    let found = rows
        .all(
            "select e.idx, s.seed, f.name, f.value from entry e \
             join entry_seed s on s.client = e.client and s.idx = e.idx \
             join entry_field f on f.client = e.client and f.idx = e.idx \
             where e.client = $1 and e.idx >= $2 and e.idx < $3 \
             and e.kind in ($4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values,
        )
        .await?;
    let mut disclosed: BTreeMap<u64, Disclosure> = BTreeMap::new();
    for row in found {
        let index = row.count("idx")?;
        let seed: [u8; 32] = row
            .bytes("seed")?
            .try_into()
            .map_err(|_| Error::unreadable("seed", index))?;
        let disclosure = disclosed.entry(index).or_insert_with(|| Disclosure {
            index,
            seed: Hash(seed).to_hex(),
            fields: BTreeMap::new(),
        });
        disclosure
            .fields
            .insert(row.text("name")?, row.text("value")?);
    }
    Ok(disclosed)
}

async fn tickets(rows: &mut Connection, client: &ClientId) -> Result<Vec<Held>, Error> {
    let limit = signed(ROWS_AT_A_TIME)?;
    let mut held = Vec::new();
    let mut after = String::new();
    loop {
        let row = rows
            .first(
                "select string_agg(line, $4) as lines, max(ticket) as last from (select ticket, \
                 ticket || $3 || process || $3 || version || $3 || coalesce(asset, '') || $3 \
                 || slot || $3 || cast(opens_at as text) || $3 || cast(due_at as text) || $3 \
                 || cast(missed_at as text) || $3 || outcome || $3 || coalesce(verdict, '') \
                 || $3 || coalesce(cast(ended_at as text), '') || $3 \
                 || coalesce(cast(afterwards_at as text), '') as line from ticket \
                 where client = $1 and ticket > $2 order by ticket limit $5) packed",
                args![
                    client,
                    after.as_str(),
                    UNIT.to_string(),
                    LINE.to_string(),
                    limit
                ],
            )
            .await?;
        let Some(row) = row else { break };
        let Some(last) = row.text_or_none("last")? else {
            break;
        };
        for line in row.text("lines")?.split(LINE) {
            let ticket = ticket(client, line);
            held.push(ticket.ok_or_else(|| Error::unreadable("a ticket", line))?);
        }
        after = last;
    }
    Ok(held)
}

/// A ticket from its packed row.
fn ticket(client: &ClientId, line: &str) -> Option<Held> {
    let mut columns = line.split(UNIT);
    let mut next = || columns.next();
    let duty = Duty {
        id: next()?.to_owned().into(),
        client: client.clone(),
        process: next()?.to_owned().into(),
        version: next()?.to_owned(),
        asset: some(next()?).map(AssetId::from),
        slot: next()?.parse().ok()?,
        opens_at: instant(next()?)?,
        due_at: instant(next()?)?,
        missed_at: instant(next()?)?,
    };
    let outcome = read_word(next()?)?;
    let verdict = some(next()?);
    let ended_at = some(next()?);
    let afterwards_at = some(next()?);
    let is_whole = columns.next().is_none();
    is_whole.then_some(())?;
    Some(Held {
        duty,
        outcome,
        verdict: optional(verdict, read_word)?,
        ended_at: optional(ended_at, instant)?,
        afterwards_at: optional(afterwards_at, instant)?,
    })
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Nothing stays nothing; what is there must read.
fn optional<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(text.parse().ok()?).ok()
}

fn read_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}
