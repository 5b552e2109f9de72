//! Changing a step: filling it, skipping it with a reason, or asking for a measured one again.
//!
//! Each change names the revision it saw. Whoever comes second is told so, and nothing of what the
//! first wrote is lost. A step of a closed ticket does not change.

use duly_core::accounts::Outcome;
use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::database::value::{args, word};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Longest note or reason: some pages of text.
pub const NOTE_BYTES_MAX: usize = 16 * 1_024;

/// Type of the entry for a step that a person filled. Fields: `step`, `note`.
pub const STEP_FILL: &str = "x.step.fill";
/// Type of the entry for a step that was skipped. Fields: `step`, `reason`.
pub const STEP_SKIP: &str = "x.step.skip";
/// Type of the entry for a step that is to be measured again. Fields: `step`, `reason`.
pub const STEP_AGAIN: &str = "x.step.again";

/// What a person did for a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFill {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which step.
    pub step: StepId,
    /// The revision they saw.
    pub revision: u64,
    /// Who.
    pub person: PersonId,
    /// What they found.
    pub verdict: Verdict,
    /// What they wrote.
    pub note: String,
}

/// A step left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSkip {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which step.
    pub step: StepId,
    /// The revision they saw.
    pub revision: u64,
    /// Who.
    pub person: PersonId,
    /// Why; must not be empty.
    pub reason: String,
}

/// A step to be measured again, because what was found has been mended since.
///
/// What was measured before stays in the log, with its draw: nobody can choose the better of two
/// results unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepAgain {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Which step.
    pub step: StepId,
    /// The revision they saw.
    pub revision: u64,
    /// Who.
    pub person: PersonId,
    /// What was mended; must not be empty.
    pub reason: String,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepChange {
    /// It was made.
    Changed {
        /// The step's revision now.
        revision: u64,
    },
    /// Somebody else changed the step in between; look again.
    Raced {
        /// The step's revision now.
        revision: u64,
    },
    /// The ticket has ended.
    Ended(Outcome),
    /// A critical step cannot be skipped.
    Critical,
    /// No reason was given for skipping, or for measuring again.
    NoReason,
    /// What is to be measured again was not measured, or was found in order.
    NothingToMend,
    /// There is no such step.
    NoSuch,
}

impl Store {
    /// Records what a person did for a step.
    ///
    /// # Errors
    ///
    /// When the note is too long or the database fails.
    pub async fn fill_step(&self, fill: StepFill, now: Timestamp) -> Result<StepChange, Error> {
        at_most("a note in bytes", fill.note.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (fill, now), |tx, (step, now)| {
            Box::pin(fill_by_person(tx, step, *now))
        })
        .await
    }

    /// Records that a standard step is left out, and why.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn skip_step(&self, skip: StepSkip, now: Timestamp) -> Result<StepChange, Error> {
        at_most("a reason in bytes", skip.reason.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (skip, now), |tx, (step, now)| {
            Box::pin(skip_by_person(tx, step, *now))
        })
        .await
    }

    /// Puts a step that was measured and found not in order back to waiting, so that its probe runs
    /// again.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn ask_again(&self, again: StepAgain, now: Timestamp) -> Result<StepChange, Error> {
        at_most("a reason in bytes", again.reason.len(), NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (again, now), |tx, (step, now)| {
            Box::pin(ask_by_person(tx, step, *now))
        })
        .await
    }
}

/// A change of a step's row.
pub(crate) struct Change<'a> {
    pub(crate) client: &'a ClientId,
    pub(crate) ticket: &'a DutyId,
    pub(crate) step: &'a StepId,
    pub(crate) revision: u64,
    pub(crate) state: &'static str,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) note: Option<&'a str>,
    pub(crate) person: Option<&'a PersonId>,
    pub(crate) run: Option<&'a duly_core::id::RunId>,
}

impl Change<'_> {
    /// Makes it, if the step is still as it was seen and its ticket not closed.
    pub(crate) async fn make(
        &self,
        tx: &mut Transaction,
        at: Timestamp,
    ) -> Result<StepChange, Error> {
        let verdict = self.verdict.map(|verdict| word(&verdict)).transpose()?;
        let changed = tx
            .rows()
            .run(
                "update step set state = $1, verdict = $2, note = $3, person = $4, run = $5, \
                 changed_at = $6, revision = revision + 1 \
                 where client = $7 and ticket = $8 and step = $9 and revision = $10 \
                 and exists (select 1 from ticket t where t.client = step.client \
                 and t.ticket = step.ticket and t.outcome in ('open', 'missed') \
                 and t.afterwards_at is null)",
                args![
                    self.state,
                    verdict,
                    self.note,
                    self.person,
                    self.run,
                    at,
                    self.client,
                    self.ticket,
                    self.step,
                    signed(self.revision)?,
                ],
            )
            .await?;
        if changed == 1 {
            return Ok(StepChange::Changed {
                revision: self.revision + 1,
            });
        }
        let Some(ticket) = tickets::one(tx.rows(), self.client, self.ticket).await? else {
            return Ok(StepChange::NoSuch);
        };
        if !ticket.is_owed() {
            return Ok(StepChange::Ended(ticket.outcome));
        }
        let steps = tickets::steps(tx.rows(), self.client, self.ticket).await?;
        let step = steps.into_iter().find(|step| step.id == *self.step);
        Ok(step.map_or(StepChange::NoSuch, |step| StepChange::Raced {
            revision: step.revision,
        }))
    }
}

async fn fill_by_person(
    tx: &mut Transaction,
    fill: &StepFill,
    now: Timestamp,
) -> Result<StepChange, Error> {
    let at = tx.at(&fill.client, now).await?;
    let change = Change {
        client: &fill.client,
        ticket: &fill.ticket,
        step: &fill.step,
        revision: fill.revision,
        state: "filled",
        verdict: Some(fill.verdict),
        note: Some(&fill.note),
        person: Some(&fill.person),
        run: None,
    };
    let changed = change.make(tx, at).await?;
    if let StepChange::Changed { .. } = changed {
        let draft = EntryDraft {
            duty: Some(fill.ticket.clone()),
            person: Some(fill.person.clone()),
            verdict: Some(fill.verdict),
            ..EntryDraft::new(STEP_FILL)
                .with_field("step", &fill.step)?
                .with_field("note", &fill.note)?
        };
        tx.append(&fill.client, draft, now).await?;
    }
    Ok(changed)
}

async fn skip_by_person(
    tx: &mut Transaction,
    skip: &StepSkip,
    now: Timestamp,
) -> Result<StepChange, Error> {
    if skip.reason.trim().is_empty() {
        return Ok(StepChange::NoReason);
    }
    let at = tx.at(&skip.client, now).await?;
    let steps = tickets::steps(tx.rows(), &skip.client, &skip.ticket).await?;
    let critical = steps
        .iter()
        .any(|step| step.id == skip.step && step.gate == Gate::Critical);
    if critical {
        return Ok(StepChange::Critical);
    }
    let change = Change {
        client: &skip.client,
        ticket: &skip.ticket,
        step: &skip.step,
        revision: skip.revision,
        state: "skipped",
        verdict: None,
        note: Some(&skip.reason),
        person: Some(&skip.person),
        run: None,
    };
    let changed = change.make(tx, at).await?;
    if let StepChange::Changed { .. } = changed {
        let draft = EntryDraft {
            duty: Some(skip.ticket.clone()),
            person: Some(skip.person.clone()),
            ..EntryDraft::new(STEP_SKIP)
                .with_field("step", &skip.step)?
                .with_field("reason", &skip.reason)?
        };
        tx.append(&skip.client, draft, now).await?;
    }
    Ok(changed)
}

async fn ask_by_person(
    tx: &mut Transaction,
    again: &StepAgain,
    now: Timestamp,
) -> Result<StepChange, Error> {
    if again.reason.trim().is_empty() {
        return Ok(StepChange::NoReason);
    }
    let at = tx.at(&again.client, now).await?;
    let steps = tickets::steps(tx.rows(), &again.client, &again.ticket).await?;
    let in_order =
        |step: &tickets::TicketStep| step.run.is_none() || step.verdict.is_some_and(Verdict::holds);
    // A revision that was overtaken is told as that, not as what the step has become since.
    let seen = steps
        .iter()
        .find(|step| step.id == again.step && step.revision == again.revision);
    if seen.is_some_and(in_order) {
        return Ok(StepChange::NothingToMend);
    }
    let change = Change {
        client: &again.client,
        ticket: &again.ticket,
        step: &again.step,
        revision: again.revision,
        state: "pending",
        verdict: None,
        note: None,
        person: None,
        run: None,
    };
    let changed = change.make(tx, at).await?;
    if let StepChange::Changed { .. } = changed {
        let draft = EntryDraft {
            duty: Some(again.ticket.clone()),
            person: Some(again.person.clone()),
            ..EntryDraft::new(STEP_AGAIN)
                .with_field("step", &again.step)?
                .with_field("reason", &again.reason)?
        };
        tx.append(&again.client, draft, now).await?;
    }
    Ok(changed)
}
