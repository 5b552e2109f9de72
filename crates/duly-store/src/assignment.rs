//! Who does what: a client's two technicians, and who is away when. What follows from them is
//! worked out by [`duly_core::assignment::who_does`].

use duly_core::assignment::{Absence, Technicians};
use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::database::value::{Row, args};
use crate::error::Error;
use crate::log::append::signed;
use crate::page::{Listed, Page, ROWS_MAX};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings};

/// Type of the entry for a client's technicians. Field: `technicians`.
pub const TECHNICIANS_SET: &str = "x.technicians.set";
/// Type of the entry, in the provider's log, for an absence. Field: `absence`.
pub const ABSENCE_ADD: &str = "x.absence.add";
/// Type of the entry for an absence that was taken back or is over earlier. Field: `absence`.
pub const ABSENCE_END: &str = "x.absence.end";
/// A client's technicians as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Whose.
    pub client: ClientId,
    /// Who.
    pub technicians: Technicians,
    /// Since when.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: PersonId,
    /// How often they were set: what a change has to name.
    pub revision: u64,
}

/// An absence as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedAbsence {
    /// Random.
    pub id: String,
    /// Who and when.
    pub absence: Absence,
    /// Who entered it.
    pub noted_by: PersonId,
    /// When.
    pub noted_at: Timestamp,
}

/// What became of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigning {
    /// It was made.
    Made,
    /// Somebody else was first; look again.
    Raced,
    /// The ticket has ended.
    Ended,
    /// The word to the next one is missing.
    NoWord,
    /// The last day is before the first, or primary and backup are one.
    Contradiction,
    /// There is no such person, or they have left.
    NoPerson,
    /// There is no such ticket or absence.
    NoSuch,
}

impl Store {
    /// Sets a client's technicians; `seen` is the revision that whoever sets them saw, 0 for none.
    ///
    /// # Errors
    ///
    /// When there is no such client or the database fails.
    pub async fn set_technicians(
        &self,
        client: &ClientId,
        technicians: Technicians,
        seen: u64,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<Assigning, Error> {
        let input = (client.clone(), technicians, seen, by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, technicians, seen, by, now)| {
                Box::pin(set(tx, client, technicians, *seen, by, *now))
            },
        )
        .await
    }

    /// A client's technicians.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn technicians(&self, client: &ClientId) -> Result<Option<Assigned>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select client, primary_person, backup_person, set_at, set_by, revision \
                 from technicians where client = $1",
                args![client],
            )
            .await?;
        found.as_ref().map(assigned_row).transpose()
    }

    /// The technicians of every client that has any, by client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn all_technicians(&self, page: &Page) -> Result<Listed<Assigned>, Error> {
        let mut rows = self.read().await?;
        let after = page.after.clone().unwrap_or_default();
        let found = rows
            .all(
                "select client, primary_person, backup_person, set_at, set_by, revision \
                 from technicians where client > $1 order by client limit $2",
                args![after, page.fetch()],
            )
            .await?;
        let all = found.iter().map(assigned_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(all, page, |row: &Assigned| {
            row.client.0.clone()
        }))
    }

    /// Enters an absence of a person of the staff under `client`, the provider.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn add_absence(
        &self,
        client: &ClientId,
        absence: Absence,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<Assigning, Error> {
        let input = (client.clone(), random::id()?, absence, by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, id, absence, by, now)| Box::pin(away(tx, client, id, absence, by, *now)),
        )
        .await
    }

    /// Takes an absence back: from now on it moves nothing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_absence(
        &self,
        client: &ClientId,
        absence: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<Assigning, Error> {
        let input = (client.clone(), absence.to_owned(), by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, absence, by, now)| Box::pin(back(tx, client, absence, by, *now)),
        )
        .await
    }

    /// The absences that are not over before a day, by first day; at most [`ROWS_MAX`]. Whoever
    /// left is in them as well, since they do nothing any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn absences(
        &self,
        client: &ClientId,
        from: Date,
    ) -> Result<Vec<NotedAbsence>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select absence, person, from_date, to_date, noted_by, noted_at from absence \
                 where client = $1 and ended_at is null and (to_date is null or to_date >= $2) \
                 union all select '', person, '2000-01-01', null, person, removed_at from person \
                 where client = $1 and removed_at is not null \
                 order by 3, 1, 2 limit $3",
                args![client, from, i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(absence_row).collect()
    }
}

fn assigned_row(row: &Row) -> Result<Assigned, Error> {
    Ok(Assigned {
        client: row.id("client")?,
        technicians: Technicians {
            primary: row.id("primary_person")?,
            backup: row.id_or_none("backup_person")?,
        },
        set_at: row.at("set_at")?,
        set_by: row.id("set_by")?,
        revision: row.count("revision")?,
    })
}

fn absence_row(row: &Row) -> Result<NotedAbsence, Error> {
    let to = row.text_or_none("to_date")?;
    Ok(NotedAbsence {
        id: row.text("absence")?,
        absence: Absence {
            person: row.id("person")?,
            from: row.date("from_date")?,
            to: to
                .map(|to| to.parse().map_err(|_| Error::unreadable("to_date", to)))
                .transpose()?,
        },
        noted_by: row.id("noted_by")?,
        noted_at: row.at("noted_at")?,
    })
}

async fn set(
    tx: &mut Transaction,
    client: &ClientId,
    technicians: &Technicians,
    seen: u64,
    by: &PersonId,
    now: Timestamp,
) -> Result<Assigning, Error> {
    if technicians.backup.as_ref() == Some(&technicians.primary) {
        return Ok(Assigning::Contradiction);
    }
    let at = tx.at(client, now).await?;
    let changed = tx
        .rows()
        .run(
            "insert into technicians(client, primary_person, backup_person, set_at, set_by, \
             revision) values ($1, $2, $3, $4, $5, $6) on conflict (client) do update \
             set primary_person = excluded.primary_person, \
             backup_person = excluded.backup_person, set_at = excluded.set_at, \
             set_by = excluded.set_by, revision = excluded.revision \
             where technicians.revision = excluded.revision - 1",
            args![
                client,
                &technicians.primary,
                technicians.backup.as_ref(),
                at,
                by,
                signed(seen)?.saturating_add(1),
            ],
        )
        .await?;
    if changed == 0 {
        return Ok(Assigning::Raced);
    }
    let draft = EntryDraft {
        person: Some(by.clone()),
        ..EntryDraft::new(TECHNICIANS_SET).with_field("technicians", technicians)?
    };
    tx.append(client, draft, now).await?;
    if let Some(notice) = tellings::assigned(client, technicians, by) {
        notices::tell(tx, client, &notice, now).await?;
    }
    Ok(Assigning::Made)
}

/// Whether somebody is on the staff and has not left.
pub(crate) async fn is_staff(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
) -> Result<bool, Error> {
    let found = tx
        .rows()
        .first(
            "select person from person where client = $1 and person = $2 and removed_at is null",
            args![client, person],
        )
        .await?;
    Ok(found.is_some())
}

async fn away(
    tx: &mut Transaction,
    client: &ClientId,
    id: &str,
    absence: &Absence,
    by: &PersonId,
    now: Timestamp,
) -> Result<Assigning, Error> {
    if absence.to.is_some_and(|to| to < absence.from) {
        return Ok(Assigning::Contradiction);
    }
    let at = tx.at(client, now).await?;
    if !is_staff(tx, client, &absence.person).await? {
        return Ok(Assigning::NoPerson);
    }
    tx.rows()
        .run(
            "insert into absence(client, absence, person, from_date, to_date, noted_by, noted_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![
                client,
                id,
                &absence.person,
                absence.from,
                absence.to,
                by,
                at
            ],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(by.clone()),
        ..EntryDraft::new(ABSENCE_ADD)
            .with_field("absence", &json!({ "id": id, "absence": absence }))?
    };
    tx.append(client, draft, now).await?;
    Ok(Assigning::Made)
}

async fn back(
    tx: &mut Transaction,
    client: &ClientId,
    absence: &str,
    by: &PersonId,
    now: Timestamp,
) -> Result<Assigning, Error> {
    let at = tx.at(client, now).await?;
    let ended = tx
        .rows()
        .run(
            "update absence set ended_at = $1 \
             where client = $2 and absence = $3 and ended_at is null",
            args![at, client, absence],
        )
        .await?;
    if ended == 0 {
        return Ok(Assigning::NoSuch);
    }
    let draft = EntryDraft {
        person: Some(by.clone()),
        ..EntryDraft::new(ABSENCE_END).with_field("absence", &absence)?
    };
    tx.append(client, draft, now).await?;
    Ok(Assigning::Made)
}
