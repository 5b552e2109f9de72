//! Runs the probes of open tickets: announce, draw, read, judge, record.
//!
//! A restore test is announced in the log, with the snapshots and the manifest it will use, before
//! it is known which files it will read: the draw's seed is the head of the log directly after the
//! announcement. Whatever comes of it is recorded, also if the reader crashes or is killed; a run
//! that another worker left behind is ended as `unknown`.

use std::collections::BTreeMap;
use std::path::Path;

use duly_core::id::{ClientId, RunId};
use duly_core::verdict::{Judgement, Reason, Verdict};
use duly_store::{
    Run, RunResult, RunStart, RunStarted, StepState, Store, Ticket, TicketFilter, TicketStep,
    random_id,
};
use jiff::{SignedDuration, Timestamp};

use crate::backup_test::{Backup, Found};
use crate::clock::Clock;
use crate::error::WorkError;
use crate::lists;
use crate::stopping::Stopping;

pub use crate::backup_test::password_name;

/// Probes that duly has: the names a process file can give in `probe:`.
pub const PROBES: [&str; 2] = ["backup.restore", "backup.presence"];

/// How often a step whose probe could not find out is tried again. With doubling waits from
/// [`RETRY_FIRST`] the last try comes after about ten hours: an outage of a night is outlived, and
/// a person has the rest of the days that a duty leaves.
const TRIES_MAX: usize = 7;

/// Wait before the first retry.
const RETRY_FIRST: SignedDuration = SignedDuration::from_mins(10);

/// What the probes of a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// How many ran.
    pub run: usize,
    /// How many of them did not pass.
    pub failed: usize,
}

/// Runs every probe that is pending for a client, one after the other, until it is asked to stop.
///
/// # Errors
///
/// When the store fails. A probe that fails is a result, not an error.
pub async fn run_pending(
    store: &Store,
    program: &Path,
    client: &ClientId,
    clock: Clock,
    stopping: &Stopping,
) -> Result<Runs, WorkError> {
    end_abandoned(store, client, clock.now()).await?;
    let mut runs = Runs::default();
    for ticket in waiting(store, client).await? {
        let Some((ticket, steps)) = store.ticket(client, &ticket.id).await? else {
            continue;
        };
        let known = |step: &&TicketStep| {
            step.probe
                .as_deref()
                .is_some_and(|probe| PROBES.contains(&probe))
        };
        for step in steps.iter().filter(known) {
            let before = store.runs_of(client, &ticket.id).await?;
            if stopping.is_asked() {
                return Ok(runs);
            }
            if !is_due(step, &before, clock.now()) {
                continue;
            }
            if let Some(verdict) = run_step(store, program, &ticket, step, clock).await? {
                runs.run += 1;
                runs.failed += usize::from(verdict != Verdict::Pass);
            }
        }
    }
    Ok(runs)
}

/// Tickets whose probes are to run: the open ones, and of those missed and still owed the newest
/// for each process and asset, and those for which a person asked. A test today says nothing about
/// a slot of a month ago, but the newest one can still be done afterwards.
async fn waiting(store: &Store, client: &ClientId) -> Result<Vec<Ticket>, WorkError> {
    let filter = TicketFilter {
        client: Some(client.clone()),
        owed: true,
        ..TicketFilter::default()
    };
    let awaiting = store.awaiting_probe(client, &PROBES).await?;
    if awaiting.is_empty() {
        return Ok(Vec::new());
    }
    let asked = store.missed_and_asked_again(client).await?;
    let mut open = Vec::new();
    let mut missed = BTreeMap::new();
    // In the order of their due times, so that a later one takes the place of an earlier.
    for ticket in lists::tickets(store, &filter).await? {
        // One that was re-opened was asked for by a manager.
        let is_missed =
            ticket.outcome == duly_core::accounts::Outcome::Missed && ticket.rework_at.is_none();
        if is_missed && !asked.contains(&ticket.id) {
            missed.insert((ticket.process.clone(), ticket.asset.clone()), ticket);
        } else {
            open.push(ticket);
        }
    }
    open.extend(missed.into_values());
    open.retain(|ticket| awaiting.contains(&ticket.id));
    Ok(open)
}

/// Whether a step's probe should run now: never yet, or a person asked for it again, or it could
/// not find out and its wait is over.
fn is_due(step: &TicketStep, runs: &[Run], now: Timestamp) -> bool {
    let unsettled = step.state == StepState::Pending
        || (step.state == StepState::Filled
            && step.run.is_some()
            && step.verdict == Some(Verdict::Unknown));
    let tries: Vec<&Run> = runs.iter().filter(|run| run.step == step.id).collect();
    let Some(last) = tries.last() else {
        return unsettled;
    };
    let Some(ended) = last.ended_at else {
        return false;
    };
    if step.state == StepState::Pending {
        return true;
    }
    let doublings = u32::try_from(tries.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let wait = RETRY_FIRST * 2_i32.saturating_pow(doublings);
    unsettled && tries.len() < TRIES_MAX && now.duration_since(ended) >= wait
}

async fn end_abandoned(store: &Store, client: &ClientId, now: Timestamp) -> Result<(), WorkError> {
    for run in store.runs_without_result(client).await? {
        let reason = Reason {
            code: "run-abandoned".to_owned(),
            message: "The worker ended before the run did; it found nothing out.".to_owned(),
        };
        let judgement = could_not(reason);
        record(store, client, &run.id, judgement, Found::nothing(), now).await?;
    }
    Ok(())
}

/// One run for one step; its verdict, or nothing when the ticket ended meanwhile.
async fn run_step(
    store: &Store,
    program: &Path,
    ticket: &Ticket,
    step: &TicketStep,
    clock: Clock,
) -> Result<Option<Verdict>, WorkError> {
    let client = &ticket.client;
    let restores = step.probe.as_deref() == Some("backup.restore");
    let prepared = Backup::prepare(store, program, ticket, restores, clock).await?;
    let run = RunId(random_id()?);
    let start = RunStart {
        client: client.clone(),
        run: run.clone(),
        ticket: ticket.id.clone(),
        step: step.id.clone(),
        person: None,
        commits: match &prepared {
            Ok(backup) => backup.commits(),
            Err(reason) => serde_json::json!({ "cannot-begin": reason.code }),
        },
    };
    let head = match store.start_run(start, clock.now()).await? {
        RunStarted::Started(head) | RunStarted::Already(head) => head,
        RunStarted::NotOpen(_) => return Ok(None),
    };
    store.release_checkpoints(clock.now()).await?;
    let (judgement, found) = match prepared {
        Ok(backup) => backup.test(&run, &head, clock).await?,
        Err(reason) => (could_not(reason), Found::nothing()),
    };
    let verdict = judgement.verdict;
    record(store, client, &run, judgement, found, clock.now()).await?;
    Ok(Some(verdict))
}

async fn record(
    store: &Store,
    client: &ClientId,
    run: &RunId,
    judgement: Judgement,
    found: Found,
    now: Timestamp,
) -> Result<(), WorkError> {
    let result = RunResult {
        client: client.clone(),
        run: run.clone(),
        judgement,
        observations: found.observations,
        snapshots: found.snapshots,
    };
    store.finish_run(result, now).await?;
    Ok(())
}

/// The judgement of a run that could not be made.
fn could_not(reason: Reason) -> Judgement {
    Judgement {
        verdict: Verdict::Unknown,
        level: None,
        reasons: vec![reason],
        coverage: serde_json::Map::new(),
        bounds: serde_json::Map::new(),
    }
}
