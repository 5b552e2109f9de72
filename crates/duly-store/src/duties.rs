//! Duties become tickets, and tickets that nobody closed become missed: the part that must lose
//! nothing and double nothing, whatever dies when.
//!
//! Opening is `insert … on conflict do nothing` on the duty's id; the checklist and the entry
//! follow only for rows really inserted, in the same transaction. So any number of workers, a
//! crash, a restart, a clock set back: the same tickets, once each.

use std::collections::BTreeSet;
use std::sync::Arc;

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{AssetId, ClientId, DutyId};
use duly_core::process::Step;
use duly_core::schedule::duties::Duty;
use jiff::Timestamp;

use crate::database::batch::{Batch, ROWS};
use crate::database::value::{args, word};
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, tellings, ticket_assets};

/// Tickets in one transaction: seven full statements, and so below the 500 beyond which those who
/// wait for an answer would notice.
const TICKETS_AT_A_TIME: usize = 7 * ROWS;

/// A duty whose time has come, with the checklist of the process version it falls under.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenDuty {
    /// The duty, as computed.
    pub duty: Duty,
    /// Its steps, shared by all duties of the version.
    pub checklist: Arc<[Step]>,
}

/// A ticket to be waived, and by which exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The ticket.
    pub ticket: DutyId,
    /// The exception; it must have been granted before the ticket is due.
    pub exception: String,
}

impl Store {
    /// Raises a ticket for each duty that has none; how many were raised. In transactions of some
    /// hundred, so that after a failure the first ones may be there: do the same again.
    ///
    /// # Errors
    ///
    /// When a duty is another client's, its process version or asset was not published, or the
    /// database fails.
    pub async fn open_duties(
        &self,
        client: &ClientId,
        duties: &[OpenDuty],
        now: Timestamp,
    ) -> Result<usize, Error> {
        let mut opened = 0;
        for chunk in by_id(duties).chunks(TICKETS_AT_A_TIME) {
            let chunk: Vec<OpenDuty> = chunk.iter().map(|due| (*due).clone()).collect();
            let input = (client.clone(), chunk, now);
            opened += self
                .write(Lane::Bulk, input, |tx, (client, duties, now)| {
                    Box::pin(open(tx, client, duties, *now))
                })
                .await?;
        }
        Ok(opened)
    }

    /// Ends every open ticket of a client whose grace is over as missed; which ones. Waive what is
    /// to be waived before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn mark_missed(
        &self,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<Vec<DutyId>, Error> {
        let mut missed = Vec::new();
        loop {
            let some = self
                .write(Lane::Bulk, (client.clone(), now), |tx, (client, now)| {
                    Box::pin(miss(tx, client, *now))
                })
                .await?;
            let full = some.len() == TICKETS_AT_A_TIME;
            missed.extend(some);
            if !full {
                return Ok(missed);
            }
        }
    }

    /// Ends open tickets as waived, each by an exception of this client granted before the ticket
    /// is due; which ones. Tickets that are no longer open, exceptions that came too late, and
    /// those withdrawn before the ticket's time came are passed over.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn waive_tickets(
        &self,
        client: &ClientId,
        waivers: &[Waiver],
        now: Timestamp,
    ) -> Result<Vec<DutyId>, Error> {
        let mut waived = Vec::new();
        for chunk in waivers.chunks(TICKETS_AT_A_TIME) {
            let input = (client.clone(), chunk.to_vec(), now);
            let some = self
                .write(Lane::Bulk, input, |tx, (client, waivers, now)| {
                    Box::pin(waive(tx, client, waivers, *now))
                })
                .await?;
            waived.extend(some);
        }
        Ok(waived)
    }
}

/// Many duties in the order of their ids. An id is a hash, so tickets in any other order lie all
/// over their tables, and each transaction would write nearly every page of them; in this order
/// each writes its own part. Those of one transaction keep the order they were given in.
fn by_id(duties: &[OpenDuty]) -> Vec<&OpenDuty> {
    let mut sorted: Vec<&OpenDuty> = duties.iter().collect();
    if sorted.len() > TICKETS_AT_A_TIME {
        sorted.sort_by(|one, other| one.duty.id.cmp(&other.duty.id));
    }
    sorted
}

static TICKETS: Batch = Batch::new(
    "insert into ticket(client, ticket, process, version, asset, slot, opens_at, due_at, \
     missed_at, opened_at, outcome) values",
    11,
    "on conflict do nothing returning ticket",
);

static STEPS: Batch = Batch::new(
    "insert into step(client, ticket, step, position, instruction, gate, probe, evidence, state, \
     revision) values",
    10,
    "",
);

async fn open(
    tx: &mut Transaction,
    client: &ClientId,
    duties: &[OpenDuty],
    now: Timestamp,
) -> Result<usize, Error> {
    let at = tx.at(client, now).await?;
    let mut tickets = Vec::with_capacity(duties.len());
    for OpenDuty { duty, .. } in duties {
        if duty.client != *client {
            return Err(Error::no_such(client, "duty", &duty.id));
        }
        tickets.push(args![
            client,
            &duty.id,
            &duty.process,
            duty.version.as_str(),
            duty.asset.as_ref(),
            duty.slot,
            duty.opens_at,
            duty.due_at,
            duty.missed_at,
            at,
            "open",
        ]);
    }
    let inserted = TICKETS.insert_returning(tx.rows(), tickets).await?;
    tx.step("tickets-inserted");
    let mut fresh = BTreeSet::new();
    for row in &inserted {
        fresh.insert(row.id::<DutyId>("ticket")?);
    }
    let mut steps = Vec::new();
    for OpenDuty { duty, checklist } in duties {
        // Removed from the set, so that a duty given twice gets its steps and entry once.
        if !fresh.remove(&duty.id) {
            continue;
        }
        for (position, step) in (0_i64..).zip(checklist.iter()) {
            steps.push(args![
                client,
                &duty.id,
                &step.id,
                position,
                step.text.as_str(),
                word(&step.gate)?,
                step.probe.as_deref(),
                serde_json::to_string(&step.evidence)?,
                "pending",
                0,
            ]);
        }
        let assets = ticket_assets::list(tx, duty).await?;
        let mut opened = EntryDraft::new(kind::DUTY_OPEN).with_field("ticket", duty)?;
        if !assets.is_empty() {
            opened = opened.with_field("assets", &assets)?;
        }
        let draft = EntryDraft {
            duty: Some(duty.id.clone()),
            asset: duty.asset.clone(),
            ..opened
        };
        tx.append(client, draft, now).await?;
    }
    STEPS.insert(tx.rows(), steps).await?;
    tx.step("steps-inserted");
    Ok(inserted.len())
}

async fn miss(
    tx: &mut Transaction,
    client: &ClientId,
    now: Timestamp,
) -> Result<Vec<DutyId>, Error> {
    let at = tx.at(client, now).await?;
    let limit = i64::try_from(TICKETS_AT_A_TIME).unwrap_or(i64::MAX);
    // What is missed was due before: that is what the index of open tickets is sorted by.
    let ended = tx
        .rows()
        .all(
            "update ticket set outcome = 'missed', ended_at = $1 \
             where client = $2 and outcome = 'open' and ticket in ( \
             select t.ticket from ticket t where t.client = $2 and t.outcome = 'open' \
             and t.due_at < $1 and t.missed_at < $1 order by t.missed_at, t.ticket limit $3) \
             returning ticket, asset, missed_at",
            args![at, client, limit],
        )
        .await?;
    tx.step("missed-marked");
    let mut missed = Vec::with_capacity(ended.len());
    for row in &ended {
        let asset: Option<AssetId> = row.id_or_none("asset")?;
        missed.push((row.at("missed_at")?, row.id::<DutyId>("ticket")?, asset));
    }
    // The database returns them in no order; the log tells them in that of their times.
    missed.sort();
    for (_, ticket, asset) in &missed {
        let draft = EntryDraft {
            duty: Some(ticket.clone()),
            asset: asset.clone(),
            outcome: Some(Outcome::Missed),
            ..EntryDraft::new(kind::DUTY_MISS)
        };
        tx.append(client, draft, now).await?;
        notices::tell(tx, client, &tellings::missed(client, ticket), now).await?;
    }
    Ok(missed.into_iter().map(|(_, ticket, _)| ticket).collect())
}

async fn waive(
    tx: &mut Transaction,
    client: &ClientId,
    waivers: &[Waiver],
    now: Timestamp,
) -> Result<Vec<DutyId>, Error> {
    let at = tx.at(client, now).await?;
    let mut waived = Vec::new();
    for Waiver { ticket, exception } in waivers {
        let ended = tx
            .rows()
            .first(
                "update ticket set outcome = 'waived', exception = $1, ended_at = $2 \
                 where client = $3 and ticket = $4 and outcome = 'open' and exists ( \
                 select 1 from exception e where e.client = ticket.client \
                 and e.exception = $1 and e.granted_at < ticket.due_at) and not exists ( \
                 select 1 from exception_ask a where a.client = ticket.client \
                 and a.exception = $1 and a.withdrawn_at < ticket.opens_at) returning asset",
                args![exception.as_str(), at, client, ticket],
            )
            .await?;
        let Some(row) = ended else { continue };
        let draft = EntryDraft {
            duty: Some(ticket.clone()),
            asset: row.id_or_none("asset")?,
            outcome: Some(Outcome::Waived),
            ..EntryDraft::new(kind::DUTY_WAIVE).with_field("exception", exception)?
        };
        tx.append(client, draft, now).await?;
        waived.push(ticket.clone());
    }
    Ok(waived)
}
