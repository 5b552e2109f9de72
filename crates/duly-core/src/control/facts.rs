//! What the rules look at: typed, gathered once, and absent where nobody gathered it.

mod client;
mod desk;
mod evidence;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::accounts::Outcome;
use crate::id::{AssetId, ClientId, DutyId, PersonId, ProcessId, StepId};
use crate::process::Gate;
use crate::verdict::Verdict;

pub use client::{
    Account, AssetFacts, ClientFacts, Ending, ExceptionFacts, Exclusion, Firmware, OpenPoint,
    Reading, Setting, SourceFacts, Unclaimed,
};
pub use desk::{DeskFacts, Gap, RuleFailure, Waiting};
pub use evidence::{EvidenceFacts, PictureHash};

/// Earlier tickets that a rule may look back on: over eight years of a monthly duty. What is older
/// says nothing about today.
pub const EARLIER_MAX: usize = 100;

/// A ticket, ended or owed, with what was done before it.
#[derive(Clone, Debug)]
pub struct TicketFacts {
    /// When the facts were gathered.
    pub now: Timestamp,
    /// Whose.
    pub client: ClientId,
    /// Of which process.
    pub process: ProcessId,
    /// Nominal date.
    pub slot: Date,
    /// Until when it can be closed in time.
    pub due_at: Timestamp,
    /// Until when it can be closed late.
    pub missed_at: Timestamp,
    /// How it stands.
    pub outcome: Outcome,
    /// For a missed one: when it was done after all.
    pub afterwards_at: Option<Timestamp>,
    /// The work itself.
    pub work: Work,
    /// What was done before for the same client, process and asset; newest first, at most
    /// [`EARLIER_MAX`].
    pub earlier: Vec<Work>,
    /// Evidence handed in before, for any ticket of the client; newest first.
    pub evidence_before: Vec<EvidenceFacts>,
    /// Whether each of the last closed tickets of this process by the same person found a fault,
    /// over all clients; newest first, this one included.
    pub found_by_doer: Vec<bool>,
    /// The same for everybody else.
    pub found_by_others: Vec<bool>,
    /// Who approved what of this ticket.
    pub approvals: Vec<Approval>,
    /// The last approvals at this client, this ticket's included; newest first.
    pub approvals_before: Vec<Approval>,
}

/// What was done for one ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The ticket.
    pub ticket: DutyId,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// When the ticket was raised.
    pub opened_at: Timestamp,
    /// When its outcome became final.
    pub ended_at: Option<Timestamp>,
    /// Who closed it; absent when it closed itself.
    pub closed_by: Option<PersonId>,
    /// What the work found.
    pub verdict: Option<Verdict>,
    /// The checklist.
    pub steps: Vec<StepFacts>,
    /// What its last run measured.
    pub run: Option<RunFacts>,
}

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq)]
pub struct StepFacts {
    /// Its id in the process.
    pub id: StepId,
    /// What closing without it takes.
    pub gate: Gate,
    /// How it stands.
    pub state: StepState,
    /// Whether a probe filled it.
    pub measured: bool,
    /// Who filled or skipped it.
    pub person: Option<PersonId>,
    /// What was found.
    pub verdict: Option<Verdict>,
    /// What was written.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: Option<Timestamp>,
    /// What was handed in for it.
    pub evidence: Vec<EvidenceFacts>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Nobody did it.
    Pending,
    /// Done, with a verdict.
    Filled,
    /// Left out, with a reason.
    Skipped,
}

/// What a run measured, as far as rules ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// When it was announced.
    pub started_at: Timestamp,
    /// When its result was recorded.
    pub ended_at: Option<Timestamp>,
    /// What core made of it.
    pub verdict: Option<Verdict>,
    /// The highest level that held, as a number; 0 where none did.
    pub level: u32,
    /// Whether the judged tool said that all was well.
    pub claimed_success: Option<bool>,
    /// Bytes that were read back.
    pub restored_bytes: Option<u64>,
    /// Files that were read back.
    pub restored_files: Option<u64>,
    /// Files in the restore point: its size, where nothing was read.
    pub files_in_point: Option<u64>,
    /// Age of the restore point, in hours.
    pub age_hours: Option<u64>,
    /// What the draw or the choice fell on.
    pub targets: Vec<String>,
}

/// One person's word on another's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// What was approved: a ticket, an exception, a silence.
    pub of: String,
    /// Who approved.
    pub by: PersonId,
    /// Whose work or wish it was; everybody who had a hand in it.
    pub done_by: Vec<PersonId>,
    /// When.
    pub at: Timestamp,
}

impl Work {
    /// How long each step took, in seconds: from the record of the step before it, in the order in
    /// which they were recorded. The first has no beginning, so it has no length either.
    #[must_use]
    pub fn seconds(&self) -> BTreeMap<&StepId, i64> {
        let mut recorded: Vec<(Timestamp, &StepFacts)> = self
            .steps
            .iter()
            .filter_map(|step| Some((step.recorded_at?, step)))
            .collect();
        recorded.sort_by_key(|(at, _)| *at);
        let pairs = recorded.iter().zip(recorded.iter().skip(1));
        pairs
            .map(|((before, _), (at, step))| (&step.id, at.duration_since(*before).as_secs()))
            .collect()
    }

    /// Everybody who had a hand in it.
    #[must_use]
    pub fn people(&self) -> Vec<PersonId> {
        let doers = self.steps.iter().filter_map(|step| step.person.as_ref());
        let mut people: Vec<PersonId> = doers.chain(&self.closed_by).cloned().collect();
        people.sort();
        people.dedup();
        people
    }

    /// The step of this id.
    #[must_use]
    pub fn step(&self, id: &StepId) -> Option<&StepFacts> {
        self.steps.iter().find(|step| step.id == *id)
    }
}

impl StepFacts {
    /// Whether a person, not a probe, says that it was done.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.state == StepState::Filled && !self.measured
    }
}

impl TicketFacts {
    /// Whether the work is over: closed, or done afterwards.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.outcome, Outcome::Done | Outcome::Late) || self.afterwards_at.is_some()
    }

    /// What a warning about the ticket as a whole is about.
    #[must_use]
    pub fn about(&self) -> String {
        self.work.ticket.to_string()
    }

    /// What a warning about one of its steps is about.
    #[must_use]
    pub fn about_step(&self, step: &StepId) -> String {
        format!("{}/{step}", self.work.ticket)
    }
}
