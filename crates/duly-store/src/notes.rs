//! Notes that people leave on a ticket: evidence in words, never edited.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use jiff::Timestamp;

use crate::clients::{Made, taken};
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::page::{Listed, Page};
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a note. Field: `note`.
pub const NOTE_ADD: &str = "x.note.add";

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Random.
    pub id: String,
    /// Whose ticket.
    pub client: ClientId,
    /// On which ticket.
    pub ticket: DutyId,
    /// To which step; absent for the ticket as a whole.
    pub step: Option<StepId>,
    /// By whom.
    pub person: PersonId,
    /// When.
    pub written_at: Timestamp,
    /// What.
    pub words: String,
}

/// A note to be left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNote {
    /// Drawn before it is written ([`crate::random_id`]), so that a form sent twice leaves one.
    pub id: String,
    /// Whose ticket.
    pub client: ClientId,
    /// On which ticket.
    pub ticket: DutyId,
    /// To which step; absent for the ticket as a whole.
    pub step: Option<StepId>,
    /// By whom.
    pub person: PersonId,
    /// What.
    pub words: String,
}

impl Store {
    /// Leaves a note on a ticket, closed or not. Leaving the same again leaves nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such ticket, [`Error::TooMuch`] when it is too long,
    /// [`Error::Taken`] when its id stands for another note.
    pub async fn add_note(&self, note: NewNote, now: Timestamp) -> Result<Made, Error> {
        at_most("a note in bytes", note.words.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (note, now), |tx, (note, now)| {
            Box::pin(add(tx, note, *now))
        })
        .await
    }

    /// The notes on a ticket, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn notes(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        page: &Page,
    ) -> Result<Listed<Note>, Error> {
        let (at, id) = match &page.after {
            Some(after) => place(after)?,
            None => (i64::MIN, String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select note, step, person, written_at, words from note \
                 where client = $1 and ticket = $2 \
                 and (written_at > $3 or (written_at = $3 and note > $4)) \
                 order by written_at, note limit $5",
                args![client, ticket, at, id, page.fetch()],
            )
            .await?;
        let mut notes = Vec::with_capacity(found.len());
        for row in &found {
            notes.push(Note {
                id: row.text("note")?,
                client: client.clone(),
                ticket: ticket.clone(),
                step: row.id_or_none("step")?,
                person: row.id("person")?,
                written_at: row.at("written_at")?,
                words: row.text("words")?,
            });
        }
        Ok(Listed::cut(notes, page, |note: &Note| {
            format!("{}~{}", note.written_at.as_millisecond(), note.id)
        }))
    }
}

fn place(after: &str) -> Result<(i64, String), Error> {
    after
        .split_once('~')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())))
        .ok_or_else(|| Error::unreadable("a place in a list", after))
}

async fn add(tx: &mut Transaction, note: &NewNote, now: Timestamp) -> Result<Made, Error> {
    let at = tx.at(&note.client, now).await?;
    let found = tx
        .rows()
        .first(
            "select ticket, words from note where client = $1 and note = $2",
            args![&note.client, note.id.as_str()],
        )
        .await?;
    if let Some(row) = found {
        let same = row.text("words")? == note.words && row.text("ticket")? == note.ticket.0;
        return if same {
            Ok(Made::Already)
        } else {
            Err(taken("note", &note.id))
        };
    }
    let ticket = tickets::one(tx.rows(), &note.client, &note.ticket)
        .await?
        .ok_or_else(|| Error::no_such(&note.client, "ticket", &note.ticket))?;
    let draft = EntryDraft {
        duty: Some(note.ticket.clone()),
        asset: ticket.asset,
        person: Some(note.person.clone()),
        ..EntryDraft::new(NOTE_ADD).with_field(
            "note",
            &serde_json::json!({ "step": note.step, "words": note.words }),
        )?
    };
    tx.append(&note.client, draft, now).await?;
    let row = args![
        &note.client,
        note.id.as_str(),
        &note.ticket,
        note.step.as_ref(),
        &note.person,
        at,
        note.words.as_str(),
    ];
    tx.rows()
        .run(
            "insert into note(client, note, ticket, step, person, written_at, words) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            row,
        )
        .await?;
    Ok(Made::New)
}
