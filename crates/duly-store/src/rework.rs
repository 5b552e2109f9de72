//! Rework: a manager has a ticket that was closed done again, and says why.
//!
//! What was closed stays counted as it was: neither outcome nor verdict nor time changes, and no
//! entry that bears on completeness is written, so the equation and the client's verifier come to
//! the same as before. What is written is that it was asked for (`x.ticket.reopen`) and done
//! (`x.ticket.rework`). Until then the ticket is owed as any other.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::database::value::{Row, args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::tickets::{self, Ticket};
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings};

/// Type of the entry for a ticket that was re-opened. Fields: `reason`, `steps` (their ids).
pub const TICKET_REOPEN: &str = "x.ticket.reopen";
/// Type of the entry for rework that was done. Fields: `result`, as of `duty.close`; `word`.
pub const REWORK_DONE: &str = "x.ticket.rework";

/// A ticket to be done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopen {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which steps are to be done again; none means all of them.
    pub steps: Vec<StepId>,
    /// Who asks for it.
    pub person: PersonId,
    /// Why; must not be empty.
    pub reason: String,
}

/// What became of re-opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// It is owed again.
    Reopened {
        /// The how manieth time.
        number: u64,
        /// Since when.
        at: Timestamp,
    },
    /// It is owed anyway: open, missed and not done, or re-opened before.
    Owed,
    /// It was waived: nothing was done that could be done again.
    Waived,
    /// No reason was given.
    NoReason,
    /// There is no such ticket, or no such step in it.
    NoSuch,
}

/// One time that a ticket was re-opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rework {
    /// The how manieth, from 1.
    pub number: u64,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// Who closed it again; absent while it is owed, and when it closed itself.
    pub done_by: Option<PersonId>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// What was found this time.
    pub verdict: Option<Verdict>,
}

impl Store {
    /// Re-opens a ticket that was closed: puts the steps back to waiting, with the rows of its
    /// assets if all steps are to be done again.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn reopen_ticket(&self, reopen: Reopen, now: Timestamp) -> Result<Reopened, Error> {
        at_most("a reason in bytes", reopen.reason.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (reopen, now), |tx, (reopen, now)| {
            Box::pin(again(tx, reopen, *now))
        })
        .await
    }

    /// Every time that a ticket was re-opened, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rework_of(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<Rework>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select number, reason, asked_by, asked_at, done_by, done_at, verdict from rework \
                 where client = $1 and ticket = $2 order by number limit 500",
                args![client, ticket],
            )
            .await?;
        found.iter().map(row_of).collect()
    }
}

fn row_of(row: &Row) -> Result<Rework, Error> {
    Ok(Rework {
        number: row.count("number")?,
        reason: row.text("reason")?,
        asked_by: row.id("asked_by")?,
        asked_at: row.at("asked_at")?,
        done_by: row.id_or_none("done_by")?,
        done_at: row.at_or_none("done_at")?,
        verdict: row.word_or_none("verdict")?,
    })
}

/// See [`Store::reopen_ticket`].
pub(crate) async fn again(
    tx: &mut Transaction,
    reopen: &Reopen,
    now: Timestamp,
) -> Result<Reopened, Error> {
    let (client, id) = (&reopen.client, &reopen.ticket);
    if reopen.reason.trim().is_empty() {
        return Ok(Reopened::NoReason);
    }
    // Takes the log first, so that two who re-open at once come one after the other.
    let at = tx.at(client, now).await?;
    let Some(ticket) = tickets::one(tx.rows(), client, id).await? else {
        return Ok(Reopened::NoSuch);
    };
    if ticket.is_owed() {
        return Ok(Reopened::Owed);
    }
    if ticket.verdict.is_none() {
        return Ok(Reopened::Waived);
    }
    let all = tickets::steps(tx.rows(), client, id).await?;
    if !reopen
        .steps
        .iter()
        .all(|step| all.iter().any(|known| known.id == *step))
    {
        return Ok(Reopened::NoSuch);
    }
    let is_all = reopen.steps.is_empty() || reopen.steps.len() >= all.len();
    let mut put_back = Vec::new();
    for step in all {
        if is_all || reopen.steps.contains(&step.id) {
            put_step_back(tx, &ticket, &step.id, at).await?;
            put_back.push(step.id);
        }
    }
    if is_all {
        tx.rows()
            .run(
                "update ticket_asset set verdict = null, note = null, person = null, \
                 changed_at = $1, revision = revision + 1 where client = $2 and ticket = $3",
                args![at, client, id],
            )
            .await?;
    }
    let closed_by = ticket.closed_by.clone();
    let number = note(tx, reopen, at).await?;
    let draft = EntryDraft {
        duty: Some(id.clone()),
        asset: ticket.asset,
        person: Some(reopen.person.clone()),
        ..EntryDraft::new(TICKET_REOPEN)
            .with_field("reason", &reopen.reason)?
            .with_field("steps", &put_back)?
    };
    tx.append(client, draft, now).await?;
    if let Some(notice) = tellings::reopened(reopen, closed_by.as_ref()) {
        notices::tell(tx, client, &notice, now).await?;
    }
    Ok(Reopened::Reopened { number, at })
}

/// Puts steps of a ticket back that is owed already.
pub(crate) async fn put_back(
    tx: &mut Transaction,
    reopen: &Reopen,
    now: Timestamp,
) -> Result<(), Error> {
    let at = tx.at(&reopen.client, now).await?;
    if let Some(ticket) = tickets::one(tx.rows(), &reopen.client, &reopen.ticket).await? {
        for step in &reopen.steps {
            put_step_back(tx, &ticket, step, at).await?;
        }
    }
    Ok(())
}

async fn put_step_back(
    tx: &mut Transaction,
    ticket: &Ticket,
    step: &StepId,
    at: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "update step set state = 'pending', verdict = null, note = null, person = null, \
             run = null, excuse = null, changed_at = $1, again_at = $1, revision = revision + 1 \
             where client = $2 and ticket = $3 and step = $4",
            args![at, &ticket.client, &ticket.id, step],
        )
        .await?;
    Ok(())
}

/// Writes the row, and that the ticket is owed; the how manieth time it is.
async fn note(tx: &mut Transaction, reopen: &Reopen, at: Timestamp) -> Result<u64, Error> {
    let (client, id) = (&reopen.client, &reopen.ticket);
    let row = tx
        .rows()
        .first(
            "select count(*) as number from rework where client = $1 and ticket = $2",
            args![client, id],
        )
        .await?;
    let number = row.map_or(Ok(0), |row| row.count("number"))? + 1;
    tx.rows()
        .run(
            "insert into rework(client, ticket, number, reason, asked_by, asked_at) \
             values ($1, $2, $3, $4, $5, $6)",
            args![
                client,
                id,
                signed(number)?,
                reopen.reason.as_str(),
                &reopen.person,
                at,
            ],
        )
        .await?;
    tx.rows()
        .run(
            "update ticket set rework_at = $1 where client = $2 and ticket = $3",
            args![at, client, id],
        )
        .await?;
    Ok(number)
}

/// Records that rework was done, in the transaction of the entry that tells so.
pub(crate) async fn done(
    tx: &mut Transaction,
    ticket: &Ticket,
    person: Option<&PersonId>,
    verdict: Verdict,
    at: Timestamp,
) -> Result<(), Error> {
    tx.rows()
        .run(
            "update rework set done_by = $1, done_at = $2, verdict = $3 \
             where client = $4 and ticket = $5 and done_at is null",
            args![person, at, word(&verdict)?, &ticket.client, &ticket.id],
        )
        .await?;
    tx.rows()
        .run(
            "update ticket set rework_at = null where client = $1 and ticket = $2",
            args![&ticket.client, &ticket.id],
        )
        .await?;
    Ok(())
}
