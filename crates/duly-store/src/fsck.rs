//! Checking a store from the ground up: every entry, every head, every signature, and whether the
//! rows still say what the entries say.
//!
//! It only reads, and may run beside a store that is open. It trusts nothing it can compute: leaf
//! hashes from the bytes, roots from the leaf hashes, commitments from the disclosed values.

mod chain;
mod published;
mod work;

use std::path::Path;

use duly_core::id::ClientId;
use serde::Serialize;

use crate::database::connection::Connection;
use crate::database::value::args;
use crate::database::{Database, Location};
use crate::error::Error;
use crate::heads::Heads;
use crate::keys::Keys;
use chain::Told;

/// Most findings kept: whoever has more has one problem, not a thousand.
pub const FINDINGS_MAX: usize = 1_000;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, kebab-case: `entry-altered`.
    pub code: &'static str,
    /// Where: `client baker, entry 17`.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

/// What was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fsck {
    /// What is wrong; empty when everything holds. At most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// Logs read.
    pub logs: u64,
    /// Entries hashed.
    pub entries: u64,
    /// Checkpoints whose root was computed again and, with the keys, whose signature was checked.
    pub checkpoints: u64,
    /// Tickets compared with their entries.
    pub tickets: u64,
    /// Whether keys and lock file were at hand; without them signatures were not checked.
    pub with_keys: bool,
}

impl Fsck {
    /// Whether everything holds.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, code: &'static str, place: impl Into<String>, message: impl Into<String>) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding {
                code,
                place: place.into(),
                message: message.into(),
            });
        }
    }
}

/// Checks the store at a location; with the directory of its keys also signatures and lock file.
///
/// # Errors
///
/// When the database cannot be read at all; whatever is wrong in it is a finding.
pub async fn fsck(location: &Location, keys_dir: Option<&Path>) -> Result<Fsck, Error> {
    let mut report = Fsck::default();
    // The lock file before the database: while a store runs, the database is never behind it.
    let (keys, heads) = match keys_dir {
        Some(dir) => {
            report.with_keys = true;
            (Some(Keys::open(dir)?), read_heads(dir, &mut report)?)
        }
        None => (None, None),
    };
    let database = Database::open_for_reading(location).await?;
    let mut rows = database.read().await?;
    integrity(&mut rows, &mut report).await?;
    if let Some(heads) = &heads {
        belongs(&mut rows, heads, &mut report).await?;
    }
    for client in clients(&mut rows).await? {
        report.logs += 1;
        let told = chain::check(
            &mut rows,
            &client,
            keys.as_ref(),
            heads.as_ref(),
            &mut report,
        );
        let told: Told = told.await?;
        published::check(&mut rows, &client, &told, &mut report).await?;
        work::check(&mut rows, &client, &told, &mut report).await?;
    }
    drop(rows);
    database.close().await;
    Ok(report)
}

fn read_heads(dir: &Path, report: &mut Fsck) -> Result<Option<Heads>, Error> {
    let place = || Heads::path(dir).display().to_string();
    match Heads::read(dir) {
        Ok(Some(heads)) => Ok(Some(heads)),
        Ok(None) => {
            report.find("lock-missing", place(), "there is no lock file");
            Ok(None)
        }
        Err(error @ Error::LockMalformed { .. }) => {
            report.find("lock-malformed", place(), error.to_string());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The database file's own structure; PostgreSQL has no such command for its users.
async fn integrity(rows: &mut Connection, report: &mut Fsck) -> Result<(), Error> {
    let Some(check) = rows.pick_sqlite("pragma integrity_check(20)") else {
        return Ok(());
    };
    for row in rows.all(check, args![]).await? {
        let said = row.text("integrity_check")?;
        if said != "ok" {
            report.find("database-damaged", "the database file", said);
        }
    }
    Ok(())
}

/// Whether the lock file was made for this database, and names no log that is not in it.
async fn belongs(rows: &mut Connection, heads: &Heads, report: &mut Fsck) -> Result<(), Error> {
    let named = rows
        .first("select value from about where name = 'store'", args![])
        .await?
        .map(|row| row.text("value"))
        .transpose()?;
    if named.as_deref() != Some(heads.store()) {
        report.find(
            "other-database",
            "the lock file",
            "it was made for another database",
        );
    }
    for origin in heads.origins() {
        let found = rows
            .first("select client from log where origin = $1", args![origin])
            .await?;
        if found.is_none() {
            report.find(
                "log-missing",
                format!("log {origin}"),
                "the lock file names it, but it is not in the database",
            );
        }
    }
    Ok(())
}

async fn clients(rows: &mut Connection) -> Result<Vec<ClientId>, Error> {
    let found = rows
        .all("select client from log order by client", args![])
        .await?;
    found.iter().map(|row| row.id("client")).collect()
}
