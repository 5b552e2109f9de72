//! Changing a step: filling it, skipping it with a reason, or asking for a measured one again.
//!
//! Each change names the revision it saw. Whoever comes second is told so, and nothing of what the
//! first wrote is lost. A step of a ticket that is not owed does not change.

use duly_core::accounts::Outcome;
use duly_core::entry::EntryDraft;
use duly_core::gate::StepState;
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::closing::line;
use crate::database::value::{args, word};
use crate::error::{Error, at_most};
use crate::evidence;
use crate::log::append::signed;
use crate::store::Store;
use crate::tickets::{self, TicketStep};
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Longest note or reason: some pages of text.
pub const NOTE_BYTES_MAX: usize = 16 * 1_024;

/// Type of the entry for a step that a person filled. Fields: `step`, `note`; `excuse` where
/// evidence that the process asks for is not there.
pub const STEP_FILL: &str = "x.step.fill";
/// Type of the entry for a step that was skipped. Fields: `step`, `reason`.
pub const STEP_SKIP: &str = "x.step.skip";
/// Type of the entry for a step that is to be measured again. Fields: `step`, `reason`.
pub const STEP_AGAIN: &str = "x.step.again";

/// Which step of which ticket, and who acts on what they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnStep {
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
}

/// What a person found at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// What they found.
    pub verdict: Verdict,
    /// What they wrote.
    pub note: String,
    /// Why evidence that the process asks for is not there; counts at a standard gate only.
    pub excuse: Option<String>,
}

impl Fill {
    /// A verdict with a note, and all the evidence that is asked for.
    #[must_use]
    pub fn of(verdict: Verdict, note: impl Into<String>) -> Self {
        Self {
            verdict,
            note: note.into(),
            excuse: None,
        }
    }
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
    /// It is said to be in order, and evidence that the process asks for is not there.
    NoEvidence,
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
    pub async fn fill_step(
        &self,
        on: OnStep,
        fill: Fill,
        now: Timestamp,
    ) -> Result<StepChange, Error> {
        at_most("a note in bytes", fill.note.len(), NOTE_BYTES_MAX)?;
        let excuse = fill.excuse.as_ref().map_or(0, String::len);
        at_most("a reason in bytes", excuse, NOTE_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (on, fill, now), |tx, (on, fill, now)| {
            Box::pin(fill_by_person(tx, on, fill, *now))
        })
        .await
    }

    /// Records that a standard step is left out, and why.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn skip_step(
        &self,
        on: OnStep,
        reason: String,
        now: Timestamp,
    ) -> Result<StepChange, Error> {
        at_most("a reason in bytes", reason.len(), NOTE_BYTES_MAX)?;
        self.write(
            Lane::Acknowledge,
            (on, reason, now),
            |tx, (on, reason, now)| Box::pin(skip_by_person(tx, on, reason, *now)),
        )
        .await
    }

    /// Puts a step that was measured and found not in order back to waiting, so that its probe runs
    /// again. What was measured before stays in the log, with its draw: nobody can choose the
    /// better of two results unseen.
    ///
    /// # Errors
    ///
    /// When the reason is too long or the database fails.
    pub async fn ask_again(
        &self,
        on: OnStep,
        reason: String,
        now: Timestamp,
    ) -> Result<StepChange, Error> {
        at_most("a reason in bytes", reason.len(), NOTE_BYTES_MAX)?;
        self.write(
            Lane::Acknowledge,
            (on, reason, now),
            |tx, (on, reason, now)| Box::pin(ask_by_person(tx, on, reason, *now)),
        )
        .await
    }
}

/// What a step's row is changed to.
#[derive(Default)]
pub(crate) struct Change<'a> {
    pub(crate) state: &'static str,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) note: Option<&'a str>,
    pub(crate) excuse: Option<&'a str>,
    pub(crate) person: Option<&'a PersonId>,
    pub(crate) run: Option<&'a duly_core::id::RunId>,
}

/// The row of a step as it was seen.
pub(crate) struct Place<'a> {
    pub(crate) client: &'a ClientId,
    pub(crate) ticket: &'a DutyId,
    pub(crate) step: &'a StepId,
    pub(crate) revision: u64,
}

impl OnStep {
    fn place(&self) -> Place<'_> {
        Place {
            client: &self.client,
            ticket: &self.ticket,
            step: &self.step,
            revision: self.revision,
        }
    }

    /// The entry for an act on it, with the step's id.
    fn draft(&self, kind: &str, field: &str, words: &str) -> Result<EntryDraft, Error> {
        Ok(EntryDraft {
            duty: Some(self.ticket.clone()),
            person: Some(self.person.clone()),
            ..EntryDraft::new(kind)
                .with_field("step", &self.step)?
                .with_field(field, &words)?
        })
    }

    /// The step as it is now.
    async fn found(&self, tx: &mut Transaction) -> Result<Option<TicketStep>, Error> {
        let steps = tickets::steps(tx.rows(), &self.client, &self.ticket).await?;
        Ok(steps.into_iter().find(|step| step.id == self.step))
    }
}

impl Place<'_> {
    /// Makes a change, if the step is still as it was seen and its ticket owed.
    pub(crate) async fn change(
        &self,
        tx: &mut Transaction,
        to: &Change<'_>,
        at: Timestamp,
    ) -> Result<StepChange, Error> {
        let verdict = to.verdict.map(|verdict| word(&verdict)).transpose()?;
        let changed = tx
            .rows()
            .run(
                "update step set state = $1, verdict = $2, note = $3, person = $4, run = $5, \
                 excuse = $6, changed_at = $7, revision = revision + 1 \
                 where client = $8 and ticket = $9 and step = $10 and revision = $11 \
                 and exists (select 1 from ticket t where t.client = step.client \
                 and t.ticket = step.ticket and ((t.outcome in ('open', 'missed') \
                 and t.afterwards_at is null) or t.rework_at is not null))",
                args![
                    to.state,
                    verdict,
                    to.note,
                    to.person,
                    to.run,
                    to.excuse,
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
    on: &OnStep,
    fill: &Fill,
    now: Timestamp,
) -> Result<StepChange, Error> {
    let at = tx.at(&on.client, now).await?;
    let excuse = fill
        .excuse
        .as_deref()
        .map(str::trim)
        .filter(|words| !words.is_empty());
    if lacks_evidence(tx, on, fill, excuse.is_some()).await? {
        return Ok(StepChange::NoEvidence);
    }
    let change = Change {
        state: "filled",
        verdict: Some(fill.verdict),
        note: Some(&fill.note),
        excuse,
        person: Some(&on.person),
        run: None,
    };
    let changed = on.place().change(tx, &change, at).await?;
    if let StepChange::Changed { .. } = changed {
        let mut draft = on.draft(STEP_FILL, "note", &fill.note)?;
        draft.verdict = Some(fill.verdict);
        if let Some(excuse) = excuse {
            draft = draft.with_field("excuse", &excuse)?;
        }
        tx.append(&on.client, draft, now).await?;
    }
    Ok(changed)
}

/// Whether the step, filled so, would lack evidence. What was overtaken is told as that, not as
/// what it lacks.
async fn lacks_evidence(
    tx: &mut Transaction,
    on: &OnStep,
    fill: &Fill,
    has_reason: bool,
) -> Result<bool, Error> {
    let seen = on
        .found(tx)
        .await?
        .filter(|step| step.revision == on.revision);
    let Some(step) = seen else {
        return Ok(false);
    };
    let ticket = tickets::one(tx.rows(), &on.client, &on.ticket).await?;
    if !ticket.is_some_and(|ticket| ticket.is_owed()) {
        return Ok(false);
    }
    let files = evidence::of_ticket(tx.rows(), &on.client, &on.ticket).await?;
    let mut line = line(&step, &files);
    line.state = StepState::Filled;
    line.verdict = Some(fill.verdict);
    line.is_measured = false;
    line.has_reason = has_reason;
    Ok(!line.lacks().is_empty())
}

async fn skip_by_person(
    tx: &mut Transaction,
    on: &OnStep,
    reason: &str,
    now: Timestamp,
) -> Result<StepChange, Error> {
    if reason.trim().is_empty() {
        return Ok(StepChange::NoReason);
    }
    let at = tx.at(&on.client, now).await?;
    if on
        .found(tx)
        .await?
        .is_some_and(|step| step.gate == Gate::Critical)
    {
        return Ok(StepChange::Critical);
    }
    let change = Change {
        state: "skipped",
        note: Some(reason),
        person: Some(&on.person),
        ..Change::default()
    };
    let changed = on.place().change(tx, &change, at).await?;
    if let StepChange::Changed { .. } = changed {
        let draft = on.draft(STEP_SKIP, "reason", reason)?;
        tx.append(&on.client, draft, now).await?;
    }
    Ok(changed)
}

async fn ask_by_person(
    tx: &mut Transaction,
    on: &OnStep,
    reason: &str,
    now: Timestamp,
) -> Result<StepChange, Error> {
    if reason.trim().is_empty() {
        return Ok(StepChange::NoReason);
    }
    let at = tx.at(&on.client, now).await?;
    let in_order =
        |step: &TicketStep| step.run.is_none() || step.verdict.is_some_and(Verdict::holds);
    // A revision that was overtaken is told as that, not as what the step has become since.
    let seen = on
        .found(tx)
        .await?
        .filter(|step| step.revision == on.revision);
    if seen.as_ref().is_some_and(in_order) {
        return Ok(StepChange::NothingToMend);
    }
    let change = Change {
        state: "pending",
        ..Change::default()
    };
    let changed = on.place().change(tx, &change, at).await?;
    if let StepChange::Changed { .. } = changed {
        let draft = on.draft(STEP_AGAIN, "reason", reason)?;
        tx.append(&on.client, draft, now).await?;
    }
    Ok(changed)
}
