//! Tickets handed over, with a word to the next one. Who does a ticket follows from the last time,
//! the client's technicians and who is away: [`duly_core::assignment::who_does`].

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId};
use jiff::Timestamp;

use crate::assignment::{Assigning, is_staff};
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::page::ROWS_MAX;
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings};

/// Type of the entry for a ticket handed over. Fields: `to`, `word`; `from` where somebody had it.
pub const TICKET_HANDOVER: &str = "x.ticket.handover";

/// A ticket to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// How often it had been handed over when they looked.
    pub handovers: u64,
    /// Who had it, as they saw it.
    pub from: Option<PersonId>,
    /// Who gets it.
    pub to: PersonId,
    /// Who hands it over: who had it, or a manager.
    pub by: PersonId,
    /// What the next one has to know; must not be empty.
    pub word: String,
}

/// One time that a ticket was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// What was handed over, and what was said.
    pub what: HandOver,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Hands a ticket over.
    ///
    /// # Errors
    ///
    /// When the word is too long or the database fails.
    pub async fn hand_over(
        &self,
        staff: &ClientId,
        what: HandOver,
        now: Timestamp,
    ) -> Result<Assigning, Error> {
        at_most("a word in bytes", what.word.len(), NOTE_BYTES_MAX)?;
        let input = (staff.clone(), what, now);
        self.write(Lane::Acknowledge, input, |tx, (staff, what, now)| {
            Box::pin(hand(tx, staff, what, *now))
        })
        .await
    }

    /// Every time that a ticket was handed over, oldest first; at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn handovers_of(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<HandedOver>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select number, from_person, to_person, by_person, words, handed_at from handover \
                 where client = $1 and ticket = $2 order by number desc limit $3",
                args![client, ticket, i64::from(ROWS_MAX)],
            )
            .await?;
        let read = |row: &Row| {
            Ok(HandedOver {
                what: HandOver {
                    client: client.clone(),
                    ticket: ticket.clone(),
                    handovers: row.count("number")?,
                    from: row.id_or_none("from_person")?,
                    to: row.id("to_person")?,
                    by: row.id("by_person")?,
                    word: row.text("words")?,
                },
                at: row.at("handed_at")?,
            })
        };
        found.iter().rev().map(read).collect()
    }
}

async fn hand(
    tx: &mut Transaction,
    staff: &ClientId,
    what: &HandOver,
    now: Timestamp,
) -> Result<Assigning, Error> {
    if what.word.trim().is_empty() {
        return Ok(Assigning::NoWord);
    }
    let (client, id) = (&what.client, &what.ticket);
    let at = tx.at(client, now).await?;
    let Some(ticket) = tickets::one(tx.rows(), client, id).await? else {
        return Ok(Assigning::NoSuch);
    };
    if !ticket.is_owed() {
        return Ok(Assigning::Ended);
    }
    if !is_staff(tx, staff, &what.to).await? {
        return Ok(Assigning::NoPerson);
    }
    if ticket.handovers != what.handovers {
        return Ok(Assigning::Raced);
    }
    let number = signed(what.handovers)?.saturating_add(1);
    tx.rows()
        .run(
            "update ticket set handed_to = $1, handovers = $2 where client = $3 and ticket = $4",
            args![&what.to, number, client, id],
        )
        .await?;
    tx.rows()
        .run(
            "insert into handover(client, ticket, number, from_person, to_person, by_person, \
             words, handed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                client,
                id,
                number,
                what.from.as_ref(),
                &what.to,
                &what.by,
                what.word.as_str(),
                at,
            ],
        )
        .await?;
    let mut draft = EntryDraft::new(TICKET_HANDOVER)
        .with_field("to", &what.to)?
        .with_field("word", &what.word)?;
    if let Some(from) = &what.from {
        draft = draft.with_field("from", from)?;
    }
    draft.duty = Some(id.clone());
    draft.asset = ticket.asset;
    draft.person = Some(what.by.clone());
    tx.append(client, draft, now).await?;
    notices::tell(tx, client, &tellings::handed_over(what), now).await?;
    Ok(Assigning::Made)
}
