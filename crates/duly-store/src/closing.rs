//! Closing a ticket: in time, late, or after it was missed.
//!
//! The gates are checked in the same transaction that closes, and the time that decides is the one
//! the entry bears, so that whoever reads the log comes to the same outcome.

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use jiff::Timestamp;
use serde_json::json;

use crate::database::value::{args, word};
use crate::duties::missed_notice;
use crate::error::Error;
use crate::notices;
use crate::store::Store;
use crate::tickets::{self, StepState, Ticket, TicketStep};
use crate::transaction::Transaction;
use crate::writer::Lane;

/// What became of closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Closed in time (`done`) or late.
    Closed {
        /// `done` or `late`.
        outcome: Outcome,
        /// What the work found: the worst of its steps.
        verdict: Verdict,
        /// When.
        at: Timestamp,
    },
    /// It was missed and stays so; that it was done afterwards is recorded.
    Afterwards {
        /// What the work found.
        verdict: Verdict,
        /// When.
        at: Timestamp,
    },
    /// These steps stand in the way: critical ones that are not filled or whose verdict is
    /// `unknown`, standard ones neither filled nor skipped.
    GatesOpen(Vec<StepId>),
    /// Somebody closed it before, or it was waived.
    Already(Outcome),
    /// There is no such ticket.
    NoSuch,
}

impl Store {
    /// Closes a ticket; `person` is absent when it closes itself.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn close_ticket(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        person: Option<&PersonId>,
        now: Timestamp,
    ) -> Result<Closing, Error> {
        let input = (client.clone(), ticket.clone(), person.cloned(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, ticket, person, now)| {
                Box::pin(close(tx, client, ticket, person.as_ref(), *now))
            },
        )
        .await
    }
}

async fn close(
    tx: &mut Transaction,
    client: &ClientId,
    id: &DutyId,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<Closing, Error> {
    // Takes the log first, so that two who close at once come one after the other.
    let at = tx.at(client, now).await?;
    let Some(ticket) = tickets::one(tx.rows(), client, id).await? else {
        return Ok(Closing::NoSuch);
    };
    if !ticket.is_owed() {
        return Ok(Closing::Already(ticket.outcome));
    }
    let steps = tickets::steps(tx.rows(), client, id).await?;
    let blocking: Vec<StepId> = steps
        .iter()
        .filter(|step| blocks(step))
        .map(id_of)
        .collect();
    if !blocking.is_empty() {
        return Ok(Closing::GatesOpen(blocking));
    }
    let verdict = steps
        .iter()
        .filter_map(|step| step.verdict)
        .fold(Verdict::NotApplicable, Verdict::worse);
    let work = Work {
        ticket: &ticket,
        steps: &steps,
        person,
        verdict,
    };
    let outcome = if at <= ticket.due_at {
        Outcome::Done
    } else {
        Outcome::Late
    };
    if ticket.outcome == Outcome::Missed {
        work.afterwards(tx, at, now).await
    } else if at > ticket.missed_at {
        // Nobody had marked it yet, but its grace is over.
        work.miss(tx, at, now).await?;
        work.afterwards(tx, at, now).await
    } else {
        work.close(tx, outcome, at, now).await
    }
}

fn blocks(step: &TicketStep) -> bool {
    match step.gate {
        Gate::Critical => {
            let found = step.verdict.unwrap_or(Verdict::Unknown);
            step.state != StepState::Filled || found == Verdict::Unknown
        }
        Gate::Standard => step.state == StepState::Pending,
    }
}

fn id_of(step: &TicketStep) -> StepId {
    step.id.clone()
}

/// A ticket whose work is complete.
struct Work<'a> {
    ticket: &'a Ticket,
    steps: &'a [TicketStep],
    person: Option<&'a PersonId>,
    verdict: Verdict,
}

impl Work<'_> {
    async fn close(
        &self,
        tx: &mut Transaction,
        outcome: Outcome,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Closing, Error> {
        let ticket = self.ticket;
        let closed = tx
            .rows()
            .run(
                "update ticket set outcome = $1, verdict = $2, ended_at = $3, closed_by = $4 \
                 where client = $5 and ticket = $6 and outcome = 'open'",
                args![
                    word(&outcome)?,
                    word(&self.verdict)?,
                    at,
                    self.person,
                    &ticket.client,
                    &ticket.id,
                ],
            )
            .await?;
        if closed == 0 {
            return Ok(Closing::Already(ticket.outcome));
        }
        let draft = self.draft(kind::DUTY_CLOSE, Some(outcome))?;
        tx.append(&ticket.client, draft, now).await?;
        Ok(Closing::Closed {
            outcome,
            verdict: self.verdict,
            at,
        })
    }

    async fn miss(&self, tx: &mut Transaction, at: Timestamp, now: Timestamp) -> Result<(), Error> {
        let ticket = self.ticket;
        tx.rows()
            .run(
                "update ticket set outcome = 'missed', ended_at = $1 \
                 where client = $2 and ticket = $3 and outcome = 'open'",
                args![at, &ticket.client, &ticket.id],
            )
            .await?;
        let draft = EntryDraft {
            duty: Some(ticket.id.clone()),
            asset: ticket.asset.clone(),
            outcome: Some(Outcome::Missed),
            ..EntryDraft::new(kind::DUTY_MISS)
        };
        tx.append(&ticket.client, draft, now).await?;
        let notice = missed_notice(&ticket.client, &ticket.id);
        notices::tell(tx, &ticket.client, &notice, now).await?;
        Ok(())
    }

    async fn afterwards(
        &self,
        tx: &mut Transaction,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Closing, Error> {
        let ticket = self.ticket;
        tx.rows()
            .run(
                "update ticket set verdict = $1, afterwards_at = $2, closed_by = $3 \
                 where client = $4 and ticket = $5 and outcome = 'missed' \
                 and afterwards_at is null",
                args![
                    word(&self.verdict)?,
                    at,
                    self.person,
                    &ticket.client,
                    &ticket.id,
                ],
            )
            .await?;
        let draft = self.draft(kind::DUTY_AFTERWARDS, None)?;
        tx.append(&ticket.client, draft, now).await?;
        Ok(Closing::Afterwards {
            verdict: self.verdict,
            at,
        })
    }

    fn draft(&self, kind: &str, outcome: Option<Outcome>) -> Result<EntryDraft, Error> {
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in self.steps {
            steps.push(json!({
                "step": step.id,
                "state": step.state,
                "verdict": step.verdict,
                "run": step.run,
                "person": step.person,
                "note": step.note,
                "at": step.changed_at,
            }));
        }
        Ok(EntryDraft {
            duty: Some(self.ticket.id.clone()),
            asset: self.ticket.asset.clone(),
            person: self.person.cloned(),
            outcome,
            verdict: Some(self.verdict),
            ..EntryDraft::new(kind).with_field("result", &json!({ "steps": steps }))?
        })
    }
}
