//! The assets that a ticket about a whole client lists, each with a verdict of its own.
//!
//! Which ones is fixed when the ticket is raised: every asset of the process's kind that is in care
//! on its date, and the entry that opens the ticket commits to the list. None can be left out.

use duly_core::entry::EntryDraft;
use duly_core::id::{AssetId, ClientId, DutyId, PersonId};
use duly_core::process::Process;
use duly_core::schedule::duties::Duty;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::{Row, args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::page::{Listed, Page};
use crate::steps::{NOTE_BYTES_MAX, StepChange};
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for what a person found of an asset that a ticket lists. Fields: `note`.
pub const ROW_FILL: &str = "x.row.fill";

/// An asset that a ticket lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketAsset {
    /// Which.
    pub asset: AssetId,
    /// What was found of it; none while nobody looked.
    pub verdict: Option<Verdict>,
    /// What was written.
    pub note: Option<String>,
    /// Who looked.
    pub person: Option<PersonId>,
    /// When it was last changed.
    pub changed_at: Option<Timestamp>,
    /// How often it was changed: what a change has to name.
    pub revision: u64,
}

/// What a person found of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFill {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which asset.
    pub asset: AssetId,
    /// The revision they saw.
    pub revision: u64,
    /// Who.
    pub person: PersonId,
    /// What they found.
    pub verdict: Verdict,
    /// What they wrote; asked for where it does not hold.
    pub note: String,
}

impl Store {
    /// The assets that a ticket lists, by id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ticket_assets(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        page: &Page,
    ) -> Result<Listed<TicketAsset>, Error> {
        let after = page.after.clone().unwrap_or_default();
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select asset, verdict, note, person, changed_at, revision from ticket_asset \
                 where client = $1 and ticket = $2 and asset > $3 order by asset limit $4",
                args![client, ticket, after, page.fetch()],
            )
            .await?;
        let assets = found.iter().map(row_of).collect::<Result<_, _>>()?;
        Ok(Listed::cut(assets, page, |row: &TicketAsset| {
            row.asset.0.clone()
        }))
    }

    /// Records what a person found of an asset that a ticket lists.
    ///
    /// # Errors
    ///
    /// When the note is too long or the database fails.
    pub async fn fill_row(&self, fill: RowFill, now: Timestamp) -> Result<StepChange, Error> {
        at_most("a note in bytes", fill.note.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (fill, now), |tx, (fill, now)| {
            Box::pin(fill_by_person(tx, fill, *now))
        })
        .await
    }
}

/// Every asset of a ticket. As many as were in care when it was raised.
pub(crate) async fn of_ticket(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Vec<TicketAsset>, Error> {
    let found = rows
        .all(
            "select asset, verdict, note, person, changed_at, revision from ticket_asset \
             where client = $1 and ticket = $2 order by asset",
            args![client, ticket],
        )
        .await?;
    found.iter().map(row_of).collect()
}

/// Lists the assets of a ticket that is being raised, if its process names a kind; their ids.
pub(crate) async fn list(tx: &mut Transaction, duty: &Duty) -> Result<Vec<AssetId>, Error> {
    if duty.asset.is_some() {
        return Ok(Vec::new());
    }
    let published = tx
        .rows()
        .first(
            "select document from process where client = $1 and process = $2 and version = $3",
            args![&duty.client, &duty.process, duty.version.as_str()],
        )
        .await?;
    let process: Option<Process> = published.map(|row| row.json("document")).transpose()?;
    let Some(kind) = process.and_then(|process| process.applies_to.kind) else {
        return Ok(Vec::new());
    };
    let listed = tx
        .rows()
        .all(
            "insert into ticket_asset(client, ticket, asset, revision) \
             select a.client, $1, a.asset, 0 from asset a where a.client = $2 and a.kind = $3 \
             and a.since <= $4 and (a.until is null or a.until > $4) returning asset",
            args![&duty.id, &duty.client, kind, duty.slot],
        )
        .await?;
    let mut assets: Vec<AssetId> = listed
        .iter()
        .map(|row| row.id("asset"))
        .collect::<Result<_, _>>()?;
    assets.sort();
    Ok(assets)
}

async fn fill_by_person(
    tx: &mut Transaction,
    fill: &RowFill,
    now: Timestamp,
) -> Result<StepChange, Error> {
    if !fill.verdict.holds() && fill.note.trim().is_empty() {
        return Ok(StepChange::NoReason);
    }
    let (client, ticket) = (&fill.client, &fill.ticket);
    let at = tx.at(client, now).await?;
    let Some(found) = tickets::one(tx.rows(), client, ticket).await? else {
        return Ok(StepChange::NoSuch);
    };
    if !found.is_owed() {
        return Ok(StepChange::Ended(found.outcome));
    }
    let changed = tx
        .rows()
        .run(
            "update ticket_asset set verdict = $1, note = $2, person = $3, changed_at = $4, \
             revision = revision + 1 \
             where client = $5 and ticket = $6 and asset = $7 and revision = $8",
            args![
                word(&fill.verdict)?,
                fill.note.as_str(),
                &fill.person,
                at,
                client,
                ticket,
                &fill.asset,
                signed(fill.revision)?,
            ],
        )
        .await?;
    if changed == 0 {
        let rows = of_ticket(tx.rows(), client, ticket).await?;
        let row = rows.into_iter().find(|row| row.asset == fill.asset);
        return Ok(row.map_or(StepChange::NoSuch, |row| StepChange::Raced {
            revision: row.revision,
        }));
    }
    let draft = EntryDraft {
        duty: Some(ticket.clone()),
        asset: Some(fill.asset.clone()),
        person: Some(fill.person.clone()),
        verdict: Some(fill.verdict),
        ..EntryDraft::new(ROW_FILL).with_field("note", &fill.note)?
    };
    tx.append(client, draft, now).await?;
    Ok(StepChange::Changed {
        revision: fill.revision + 1,
    })
}

fn row_of(row: &Row) -> Result<TicketAsset, Error> {
    Ok(TicketAsset {
        asset: row.id("asset")?,
        verdict: row.word_or_none("verdict")?,
        note: row.text_or_none("note")?,
        person: row.id_or_none("person")?,
        changed_at: row.at_or_none("changed_at")?,
        revision: row.count("revision")?,
    })
}
