//! Snoozed tickets: out of the queue until a time, with a reason. Nothing of the duty changes;
//! the time cannot pass its grace, and the snooze ends by itself.

use duly_core::accounts::Outcome;
use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId};
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a ticket that is snoozed. Field: `snooze` (until when, and why).
pub const TICKET_SNOOZE: &str = "x.ticket.snooze";
/// Type of the entry for one that was brought back before its time.
pub const TICKET_WAKE: &str = "x.ticket.wake";

/// How a ticket is snoozed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snooze {
    /// Whose.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Until when it is not in the queue.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub person: PersonId,
}

/// What became of snoozing a ticket, or of bringing it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snoozing {
    /// It is so.
    Changed,
    /// The time lies after the end of its grace, this.
    PastGrace(Timestamp),
    /// The time is over already.
    NotAhead,
    /// It gives no reason.
    NoReason,
    /// The ticket is not open any more, or not snoozed.
    NotOpen(Outcome),
    /// There is no such ticket.
    NoSuch,
}

impl Store {
    /// Takes a ticket out of the queue until a time that its grace does not end before; one
    /// snoozed before is snoozed anew.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the reason is too long.
    pub async fn snooze_ticket(&self, snooze: Snooze, now: Timestamp) -> Result<Snoozing, Error> {
        at_most("a reason in bytes", snooze.reason.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (snooze, now), |tx, (snooze, now)| {
            Box::pin(put_away(tx, snooze, *now))
        })
        .await
    }

    /// Brings a ticket back before its time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn wake_ticket(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Snoozing, Error> {
        let input = (client.clone(), ticket.clone(), person.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, ticket, person, now)| Box::pin(wake(tx, client, ticket, person, *now)),
        )
        .await
    }

    /// How a ticket is snoozed; nothing once the time is over.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn snooze_of(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        now: Timestamp,
    ) -> Result<Option<Snooze>, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select until, reason, person from snooze \
                 where client = $1 and ticket = $2 and until > $3",
                args![client, ticket, now],
            )
            .await?;
        row.map(|row| {
            Ok(Snooze {
                client: client.clone(),
                ticket: ticket.clone(),
                until: row.at("until")?,
                reason: row.text("reason")?,
                person: row.id("person")?,
            })
        })
        .transpose()
    }
}

async fn put_away(
    tx: &mut Transaction,
    snooze: &Snooze,
    now: Timestamp,
) -> Result<Snoozing, Error> {
    let (client, id) = (&snooze.client, &snooze.ticket);
    let at = tx.at(client, now).await?;
    let Some(ticket) = tickets::one(tx.rows(), client, id).await? else {
        return Ok(Snoozing::NoSuch);
    };
    if ticket.outcome != Outcome::Open {
        return Ok(Snoozing::NotOpen(ticket.outcome));
    }
    if snooze.reason.trim().is_empty() {
        return Ok(Snoozing::NoReason);
    }
    if snooze.until > ticket.missed_at {
        return Ok(Snoozing::PastGrace(ticket.missed_at));
    }
    if snooze.until <= at {
        return Ok(Snoozing::NotAhead);
    }
    let told = serde_json::json!({ "until": snooze.until, "reason": snooze.reason });
    let draft = EntryDraft {
        duty: Some(id.clone()),
        asset: ticket.asset,
        person: Some(snooze.person.clone()),
        ..EntryDraft::new(TICKET_SNOOZE).with_field("snooze", &told)?
    };
    tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "insert into snooze(client, ticket, until, reason, person, snoozed_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (client, ticket) do update set \
             until = excluded.until, reason = excluded.reason, person = excluded.person, \
             snoozed_at = excluded.snoozed_at",
            args![
                client,
                id,
                snooze.until,
                snooze.reason.as_str(),
                &snooze.person,
                at,
            ],
        )
        .await?;
    Ok(Snoozing::Changed)
}

async fn wake(
    tx: &mut Transaction,
    client: &ClientId,
    id: &DutyId,
    person: &PersonId,
    now: Timestamp,
) -> Result<Snoozing, Error> {
    let at = tx.at(client, now).await?;
    let Some(ticket) = tickets::one(tx.rows(), client, id).await? else {
        return Ok(Snoozing::NoSuch);
    };
    let woken = tx
        .rows()
        .run(
            "update snooze set until = $1 where client = $2 and ticket = $3 and until > $1",
            args![at, client, id],
        )
        .await?;
    if woken == 0 {
        return Ok(Snoozing::NotOpen(ticket.outcome));
    }
    let draft = EntryDraft {
        duty: Some(id.clone()),
        asset: ticket.asset,
        person: Some(person.clone()),
        ..EntryDraft::new(TICKET_WAKE)
    };
    tx.append(client, draft, now).await?;
    Ok(Snoozing::Changed)
}
