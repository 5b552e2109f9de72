//! A person publishes a process on a page, for one client or several: one act, one transaction, in
//! every log or in none. Beside the version itself an entry says who did it, why, what changes and
//! whether less is asked for, so that the client reads it too.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId, ProcessId};
use duly_core::process::Process;
use duly_core::process::changes::Change;
use duly_core::process::overrides::Overrides;
use jiff::Timestamp;

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry that tells of a publication. Fields: `version` (process and version),
/// `reason`, `changes`, `fewer`; may have `overrides`.
pub const PROCESS_CHANGE: &str = "x.process.change";

/// Longest reason in bytes.
pub const REASON_BYTES_MAX: usize = 4_000;

/// Most clients in one act: the bound of a transaction.
pub const CLIENTS_AT_ONCE_MAX: usize = 500;

/// A version for one client.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionFor {
    /// Whose.
    pub client: ClientId,
    /// The version as this client gets it.
    pub process: Process,
    /// What is otherwise for it than in the common version.
    pub overrides: Overrides,
    /// The newest version that it had when it was looked at; none for a process that is new to it.
    pub seen: Option<String>,
    /// What changes for it.
    pub changes: Vec<Change>,
    /// Whether it gets fewer duties than before.
    pub fewer: bool,
}

/// One act of publishing.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub reason: String,
    /// The file as it was written.
    pub text: String,
    /// For whom.
    pub versions: Vec<VersionFor>,
}

/// What came of it. Anything but [`Publishing::Published`] changed nothing for anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publishing {
    /// It is published for all of them.
    Published,
    /// A client has another newest version than was seen.
    Raced {
        /// Which.
        client: ClientId,
        /// Its newest version.
        newest: Option<String>,
    },
    /// A client has tickets open, and the version ends the process.
    TicketsOpen {
        /// Which.
        client: ClientId,
        /// How many.
        tickets: u64,
    },
}

/// Where a published version came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Of which process.
    pub process: ProcessId,
    /// Which version.
    pub version: String,
    /// Who published it.
    pub person: PersonId,
    /// The file as it was written.
    pub text: String,
    /// What is otherwise for this client.
    pub overrides: Overrides,
    /// What changed.
    pub changes: Vec<Change>,
    /// Whether the client got fewer duties than before.
    pub fewer: bool,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Publishes a process for the clients named, for all of them or for none.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the reason is too long or there are too many clients;
    /// [`Error::Taken`] when a client has this version with other content.
    pub async fn publish_by_person(
        &self,
        publication: Publication,
        now: Timestamp,
    ) -> Result<Publishing, Error> {
        at_most(
            "a reason in bytes",
            publication.reason.len(),
            REASON_BYTES_MAX,
        )?;
        let clients = publication.versions.len();
        at_most("clients at once", clients, CLIENTS_AT_ONCE_MAX)?;
        let input = (publication, now);
        self.write(Lane::Acknowledge, input, |tx, (publication, now)| {
            Box::pin(publish(tx, publication, *now))
        })
        .await
    }

    /// The versions that were published on a page for a client; all others came from files.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn origins(&self, client: &ClientId) -> Result<Vec<Origin>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select process, version, person, text, overrides, changes, fewer, reason \
                 from process_origin where client = $1 order by process, version",
                args![client],
            )
            .await?;
        found.iter().map(origin_row).collect()
    }
}

fn origin_row(row: &Row) -> Result<Origin, Error> {
    Ok(Origin {
        process: row.id("process")?,
        version: row.text("version")?,
        person: row.id("person")?,
        text: row.text("text")?,
        overrides: row.json("overrides")?,
        changes: row.json("changes")?,
        fewer: row.truth("fewer")?,
        reason: row.text("reason")?,
    })
}

async fn publish(
    tx: &mut Transaction,
    publication: &Publication,
    now: Timestamp,
) -> Result<Publishing, Error> {
    // Everything is looked at before anything is written: a refusal leaves no trace.
    for version in &publication.versions {
        if let Some(refused) = refused(tx, version).await? {
            return Ok(refused);
        }
    }
    for version in &publication.versions {
        crate::published::publish_process(tx, &version.client, &version.process, now).await?;
        tell(tx, publication, version, now).await?;
    }
    Ok(Publishing::Published)
}

async fn refused(tx: &mut Transaction, version: &VersionFor) -> Result<Option<Publishing>, Error> {
    let (client, process) = (&version.client, &version.process.process);
    let newest = tx
        .rows()
        .first(
            "select version from process where client = $1 and process = $2 \
             order by idx desc limit 1",
            args![client, process],
        )
        .await?;
    let newest = newest.map(|row| row.text("version")).transpose()?;
    if newest != version.seen {
        return Ok(Some(Publishing::Raced {
            client: client.clone(),
            newest,
        }));
    }
    if !version.process.is_ended() {
        return Ok(None);
    }
    let open = tx
        .rows()
        .first(
            "select count(*) as tickets from ticket \
             where client = $1 and process = $2 and outcome = 'open'",
            args![client, process],
        )
        .await?;
    let tickets = open.map_or(Ok(0), |row| row.count("tickets"))?;
    Ok((tickets > 0).then(|| Publishing::TicketsOpen {
        client: client.clone(),
        tickets,
    }))
}

/// The entry that tells of it, and the row that remembers where the version came from.
async fn tell(
    tx: &mut Transaction,
    publication: &Publication,
    version: &VersionFor,
    now: Timestamp,
) -> Result<(), Error> {
    let (process, name) = (&version.process.process, version.process.version());
    let named = serde_json::json!({ "process": process, "version": name });
    let mut draft = EntryDraft::new(PROCESS_CHANGE)
        .with_field("version", &named)?
        .with_field("reason", &publication.reason)?
        .with_field("changes", &version.changes)?
        .with_field("fewer", &version.fewer)?;
    if !version.overrides.is_empty() {
        draft = draft.with_field("overrides", &version.overrides)?;
    }
    draft.person = Some(publication.person.clone());
    tx.append(&version.client, draft, now).await?;
    let row = args![
        &version.client,
        process,
        name,
        &publication.person,
        publication.text.as_str(),
        serde_json::to_string(&version.overrides)?,
        serde_json::to_string(&version.changes)?,
        version.fewer,
        publication.reason.as_str(),
    ];
    tx.rows()
        .run(
            "insert into process_origin(client, process, version, person, text, overrides, \
             changes, fewer, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             on conflict do nothing",
            row,
        )
        .await?;
    Ok(())
}
