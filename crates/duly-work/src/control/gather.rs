//! From rows to facts: what was read of a window of the log, as the rules want it.

use std::collections::BTreeMap;

use duly_core::backup::code;
use duly_core::control::facts::{
    Approval, EARLIER_MAX, EvidenceFacts, RunFacts, StepFacts, StepState, TicketFacts, Work,
};
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId};
use duly_core::process::{Control, QualityControl};
use duly_core::verdict::{Judgement, Verdict};
use duly_store::{ChangedRun, ChangedTickets, Found, Store, Ticket, TicketStep};
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;

/// Earlier tickets of each process and asset that are read where no rule asks for more: twenty for
/// the median, and one.
const BEFORE_USUAL: u32 = 21;

/// How far back evidence is compared: the longest window that a process file can ask for is 99
/// months, and 24 is what it asks for; three years hold a yearly duty and two before it.
const EVIDENCE_BACK: SignedDuration = SignedDuration::from_hours(24 * 1_100);

/// Pieces of evidence compared with: some ten a working day for two years.
const EVIDENCE_MAX: u32 = 5_000;

/// Approvals among which pairs are looked for.
const APPROVALS_MAX: u32 = 200;

/// Tickets closed by people whose findings are compared: enough that a person who does one in ten
/// has a row of their own.
const FOUND_MAX: u32 = 400;

/// How many earlier tickets the rules of these processes look back on.
pub(super) fn looks_back<'a>(quality: impl Iterator<Item = &'a QualityControl>) -> u32 {
    let last = |control: &Control| control.with.get("last")?.as_u64();
    let asked = quality.flat_map(|quality| &quality.rules).filter_map(last);
    let most = asked.filter_map(|last| u32::try_from(last).ok()).max();
    let most = most.unwrap_or(0).max(BEFORE_USUAL);
    most.min(u32::try_from(EARLIER_MAX).unwrap_or(BEFORE_USUAL))
}

/// Everything of a window, by process and asset.
pub(super) struct Gathered<'a> {
    client: &'a ClientId,
    tickets: BTreeMap<&'a DutyId, (&'a Ticket, Work)>,
    /// The tickets of each process and asset that have a verdict, newest first.
    rows: BTreeMap<(&'a ProcessId, Option<&'a AssetId>), Vec<&'a DutyId>>,
    found: BTreeMap<ProcessId, Vec<Found>>,
    evidence_before: Vec<EvidenceFacts>,
    approvals: Vec<Approval>,
    now: Timestamp,
}

impl<'a> Gathered<'a> {
    pub(super) fn of(client: &'a ClientId, changed: &'a ChangedTickets, now: Timestamp) -> Self {
        let mut tickets = BTreeMap::new();
        let mut rows: BTreeMap<_, Vec<&DutyId>> = BTreeMap::new();
        for (id, (ticket, steps)) in &changed.tickets {
            let run = changed.runs.get(id);
            let evidence = changed.evidence.get(id).map_or(&[][..], Vec::as_slice);
            tickets.insert(id, (ticket, work(ticket, steps, run, evidence)));
            if ticket.verdict.is_some() {
                let key = (&ticket.process, ticket.asset.as_ref());
                rows.entry(key).or_default().push(id);
            }
        }
        for row in rows.values_mut() {
            row.sort_by_key(|id| std::cmp::Reverse(tickets.get(id).map(|(one, _)| one.slot)));
        }
        Self {
            client,
            tickets,
            rows,
            found: BTreeMap::new(),
            evidence_before: Vec::new(),
            approvals: Vec::new(),
            now,
        }
    }

    /// Reads what people found in a process, once.
    pub(super) async fn compare_people(
        &mut self,
        store: &Store,
        process: &ProcessId,
    ) -> Result<(), WorkError> {
        if !self.found.contains_key(process) {
            let found = store.found_by_people(process, FOUND_MAX).await?;
            self.found.insert(process.clone(), found);
        }
        Ok(())
    }

    /// Reads what was handed in and approved at the client before, where a changed ticket has
    /// anything to compare with it.
    pub(super) async fn look_back(
        &mut self,
        store: &Store,
        changed: &ChangedTickets,
    ) -> Result<(), WorkError> {
        let handed_in = |id: &DutyId| changed.evidence.contains_key(id);
        if changed.changed.iter().any(handed_in) {
            let since = self.now.saturating_sub(EVIDENCE_BACK).unwrap_or(self.now);
            self.evidence_before = store
                .evidence_handed_in(self.client, since, EVIDENCE_MAX)
                .await?;
        }
        let waived = |id: &DutyId| {
            let ticket = self.tickets.get(id);
            ticket.is_some_and(|(ticket, _)| ticket.exception.is_some())
        };
        if changed.changed.iter().any(waived) {
            self.approvals = store
                .exception_approvals(self.client, APPROVALS_MAX)
                .await?;
        }
        Ok(())
    }

    /// The facts of one ticket.
    pub(super) fn facts(&self, id: &DutyId) -> Option<TicketFacts> {
        let (ticket, work) = self.tickets.get(id)?;
        let key = (&ticket.process, ticket.asset.as_ref());
        let row = self.rows.get(&key).map_or(&[][..], Vec::as_slice);
        let before = row.iter().filter_map(|id| self.tickets.get(*id));
        let earlier = before.filter(|(before, _)| before.slot < ticket.slot);
        let earlier = earlier.take(EARLIER_MAX).map(|(_, work)| work.clone());
        let (mine, others) = self.found_by(&ticket.process, work.closed_by.as_ref());
        Some(TicketFacts {
            now: self.now,
            client: self.client.clone(),
            process: ticket.process.clone(),
            slot: ticket.slot,
            due_at: ticket.due_at,
            missed_at: ticket.missed_at,
            outcome: ticket.outcome,
            afterwards_at: ticket.afterwards_at,
            earlier: earlier.collect(),
            work: work.clone(),
            evidence_before: self.evidence_before.clone(),
            found_by_doer: mine,
            found_by_others: others,
            approvals: self
                .approvals
                .iter()
                .filter(|one| Some(&one.of) == ticket.exception.as_ref())
                .cloned()
                .collect(),
            approvals_before: self.approvals.clone(),
        })
    }

    fn found_by(&self, process: &ProcessId, doer: Option<&PersonId>) -> (Vec<bool>, Vec<bool>) {
        let (mut mine, mut others) = (Vec::new(), Vec::new());
        for found in self.found.get(process).into_iter().flatten() {
            let fault = !matches!(found.verdict, Verdict::Pass | Verdict::NotApplicable);
            if Some(&found.person) == doer {
                mine.push(fault);
            } else {
                others.push(fault);
            }
        }
        (mine, others)
    }
}

fn work(
    ticket: &Ticket,
    steps: &[TicketStep],
    run: Option<&ChangedRun>,
    evidence: &[EvidenceFacts],
) -> Work {
    Work {
        ticket: ticket.id.clone(),
        asset: ticket.asset.clone(),
        opened_at: ticket.opened_at,
        ended_at: ticket.afterwards_at.or(ticket.ended_at),
        closed_by: ticket.closed_by.clone(),
        verdict: ticket.verdict,
        steps: steps.iter().map(|one| step(one, evidence)).collect(),
        run: run.map(run_facts),
    }
}

fn step(step: &TicketStep, evidence: &[EvidenceFacts]) -> StepFacts {
    let of_step = evidence.iter().filter(|one| one.step == step.id);
    StepFacts {
        id: step.id.clone(),
        gate: step.gate,
        state: match step.state {
            duly_store::StepState::Pending => StepState::Pending,
            duly_store::StepState::Filled => StepState::Filled,
            duly_store::StepState::Skipped => StepState::Skipped,
        },
        measured: step.run.is_some(),
        person: step.person.clone(),
        verdict: step.verdict,
        note: step.note.clone(),
        recorded_at: step.changed_at,
        evidence: of_step.cloned().collect(),
    }
}

fn run_facts(run: &ChangedRun) -> RunFacts {
    let judgement = run.judgement.as_ref();
    let number = |name: &str| judgement?.coverage.get(name)?.as_u64();
    let level = judgement.and_then(|judgement| judgement.level.as_deref());
    let digest = judgement.and_then(|judgement| judgement.coverage.get("draw_digest")?.as_str());
    RunFacts {
        started_at: run.started_at,
        ended_at: run.ended_at,
        verdict: judgement.map(|judgement| judgement.verdict),
        level: level
            .and_then(|level| level.trim_start_matches('L').parse().ok())
            .unwrap_or(0),
        claimed_success: judgement.and_then(claimed_success),
        restored_bytes: number("bytes_read"),
        restored_files: number("files_read"),
        files_in_point: number("files_in_snapshot"),
        age_hours: number("age_hours"),
        targets: digest.map(str::to_owned).into_iter().collect(),
    }
}

/// Whether the job claimed success: a report was given, and it is not one of a failure. That the
/// repository knows nothing of the success it reports is the contradiction, and no denial.
fn claimed_success(judgement: &Judgement) -> Option<bool> {
    let denials = [
        &code::CLAIM_FAILED,
        &code::CLAIM_PARTIAL,
        &code::CLAIM_UNFINISHED,
    ];
    let given = judgement.coverage.get("claim")?.as_str()? == "given";
    let mut reasons = judgement.reasons.iter();
    let denied = reasons.any(|reason| denials.iter().any(|denial| denial.code == reason.code));
    given.then_some(!denied)
}
