//! Closing a ticket: in time, late, after it was missed, or again after it was re-opened.
//!
//! This is the only way to close, for a page, for several at once and for a program. The gates are
//! checked in the same transaction that closes, and the time that decides is the one the entry
//! bears, so that whoever reads the log comes to the same outcome.

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, kind};
use duly_core::gate::{self, Line, Obstacle, Row};
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::verdict::Verdict;
use jiff::Timestamp;
use serde_json::json;

use crate::database::value::{args, word};
use crate::error::{Error, at_most};
use crate::evidence::{self, Evidence};
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::ticket_assets::{self, TicketAsset};
use crate::tickets::{self, Ticket, TicketStep};
use crate::transaction::Transaction;
use crate::writer::Lane;
use crate::{notices, rework, tellings};

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
    /// It had been closed and was re-opened: that it was done again is recorded, and its outcome
    /// stays as it was.
    Reworked {
        /// What the work found this time.
        verdict: Verdict,
        /// When.
        at: Timestamp,
    },
    /// These things stand in the way.
    GatesOpen(Vec<Obstacle>),
    /// Somebody closed it before, or it was waived.
    Already(Outcome),
    /// There is no such ticket.
    NoSuch,
}

impl Store {
    /// Closes a ticket; `by` is absent when it closes itself.
    ///
    /// # Errors
    ///
    /// When the word is too long or the database fails.
    pub async fn close_ticket(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        by: Option<ClosedBy>,
        now: Timestamp,
    ) -> Result<Closing, Error> {
        let word = by.as_ref().and_then(ClosedBy::said).map_or(0, str::len);
        at_most("a word on closing in bytes", word, NOTE_BYTES_MAX)?;
        let input = (client.clone(), ticket.clone(), by, now);
        self.write(Lane::Acknowledge, input, |tx, (client, ticket, by, now)| {
            Box::pin(close(tx, client, ticket, by.as_ref(), *now))
        })
        .await
    }
}

/// Who closes a ticket, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedBy {
    /// Who.
    pub person: PersonId,
    /// Why it is closed so; asked for where something did not pass.
    pub word: Option<String>,
}

impl ClosedBy {
    /// Somebody who says nothing.
    #[must_use]
    pub fn person(person: &PersonId) -> Self {
        Self {
            person: person.clone(),
            word: None,
        }
    }

    fn said(&self) -> Option<&str> {
        let word = self.word.as_deref().map(str::trim);
        word.filter(|word| !word.is_empty())
    }
}

/// A step, as the gates look at it.
pub(crate) fn line<'a>(step: &'a TicketStep, evidence: &[Evidence]) -> Line<'a> {
    Line {
        id: &step.id,
        gate: step.gate,
        state: step.state,
        verdict: step.verdict,
        is_measured: step.run.is_some(),
        wanted: &step.evidence,
        files: evidence::files_of(step, evidence),
        has_reason: step.excuse.is_some(),
    }
}

/// What stands in the way of closing a ticket with these steps, rows and files, if whoever closes
/// says this: for a page, which shows it beforehand. Closing asks again.
#[must_use]
pub fn obstacles(
    steps: &[TicketStep],
    rows: &[TicketAsset],
    evidence: &[Evidence],
    word: Option<&str>,
) -> Vec<Obstacle> {
    let lines: Vec<Line<'_>> = steps.iter().map(|step| line(step, evidence)).collect();
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|row| Row {
            asset: &row.asset,
            verdict: row.verdict,
        })
        .collect();
    gate::obstacles(&lines, &rows, word)
}

/// The files that a step asks for and does not have, whatever is said of it.
#[must_use]
pub fn lacking(step: &TicketStep, evidence: &[Evidence]) -> Vec<String> {
    duly_core::evidence::lacking(&step.evidence, evidence::files_of(step, evidence))
}

async fn close(
    tx: &mut Transaction,
    client: &ClientId,
    id: &DutyId,
    by: Option<&ClosedBy>,
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
    let rows = ticket_assets::of_ticket(tx.rows(), client, id).await?;
    let files = evidence::of_ticket(tx.rows(), client, id).await?;
    let word = by.and_then(ClosedBy::said);
    let in_the_way = obstacles(&steps, &rows, &files, word);
    if !in_the_way.is_empty() {
        return Ok(Closing::GatesOpen(in_the_way));
    }
    let of_steps = steps.iter().filter_map(|step| step.verdict);
    let verdict = of_steps
        .chain(rows.iter().filter_map(|row| row.verdict))
        .fold(Verdict::NotApplicable, Verdict::worse);
    let work = Work {
        ticket: &ticket,
        steps: &steps,
        rows: &rows,
        files: &files,
        person: by.map(|by| &by.person),
        word,
        verdict,
    };
    if ticket.rework_at.is_some() {
        let draft = work.draft(rework::REWORK_DONE, None)?;
        rework::done(tx, &ticket, work.person, verdict, at).await?;
        tx.append(client, draft, now).await?;
        return Ok(Closing::Reworked { verdict, at });
    }
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

/// A ticket whose work is complete.
struct Work<'a> {
    ticket: &'a Ticket,
    steps: &'a [TicketStep],
    rows: &'a [TicketAsset],
    files: &'a [Evidence],
    person: Option<&'a PersonId>,
    word: Option<&'a str>,
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
        let notice = tellings::missed(&ticket.client, &ticket.id);
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
                "excuse": step.excuse,
                "at": step.changed_at,
                "evidence": self.files_of(step),
            }));
        }
        let result = if self.rows.is_empty() {
            json!({ "steps": steps })
        } else {
            json!({ "steps": steps, "assets": self.assets() })
        };
        let mut draft = EntryDraft::new(kind).with_field("result", &result)?;
        if let Some(word) = self.word {
            draft = draft.with_field("word", &word)?;
        }
        Ok(EntryDraft {
            duty: Some(self.ticket.id.clone()),
            asset: self.ticket.asset.clone(),
            person: self.person.cloned(),
            outcome,
            verdict: Some(self.verdict),
            ..draft
        })
    }

    /// What was found of each asset that the ticket lists.
    fn assets(&self) -> Vec<serde_json::Value> {
        let rows = self.rows.iter().map(|row| {
            json!({
                "asset": row.asset,
                "verdict": row.verdict,
                "note": row.note,
                "person": row.person,
                "at": row.changed_at,
            })
        });
        rows.collect()
    }

    /// The hashes of a step's files.
    fn files_of(&self, step: &TicketStep) -> Vec<&str> {
        let of_step = self
            .files
            .iter()
            .filter(|file| file.step.as_ref() == Some(&step.id));
        of_step.map(|file| file.sha256.as_str()).collect()
    }
}
