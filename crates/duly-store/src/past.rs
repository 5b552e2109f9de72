//! What happened, written down in bulk, for measurements that need years of it. Only with the
//! feature `past`, which no program that is shipped has on.
//!
//! Acts are not carried out one by one, which would take hours: what they come to is worked out
//! here and the rows are inserted as they stand in the end. The log is the store's own, entry for
//! entry, with the same fields. That it is what the worker and people would have left is shown by a
//! recount and by `fsck`, which compare log and rows.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_core::verdict::Verdict;
use duly_proof::hash::hash;
use jiff::Timestamp;
use serde_json::json;

use crate::closing::ClosedBy;
use crate::database::batch::Batch;
use crate::database::value::{Value, args, word};
use crate::duties::{OpenDuty, Waiver};
use crate::error::Error;
use crate::evidence::{EVIDENCE_ADD, NewEvidence};
use crate::log::append::signed;
use crate::runs::{RunResult, RunStart};
use crate::steps::{Fill, OnStep, STEP_FILL};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Something that happened at a client.
#[derive(Clone, Debug)]
pub enum Past {
    /// Tickets were raised.
    Opened(Vec<OpenDuty>),
    /// A person filled a step.
    Filled(OnStep, Fill),
    /// A person brought a file.
    Brought(Box<NewEvidence>),
    /// A probe ran.
    Ran(Box<(RunStart, RunResult)>),
    /// A ticket was closed, by a person or by itself: in time, late or afterwards.
    Closed(DutyId, Option<ClosedBy>),
    /// A ticket was missed.
    Missed(DutyId),
    /// A ticket was waived.
    Waived(Waiver),
}

static TICKETS: Batch = Batch::new(
    "insert into ticket(client, ticket, process, version, asset, slot, opens_at, due_at, \
     missed_at, opened_at, outcome, verdict, ended_at, closed_by, exception, afterwards_at) values",
    16,
    "",
);
static STEPS: Batch = Batch::new(
    "insert into step(client, ticket, step, position, instruction, gate, probe, evidence, state, \
     verdict, note, person, run, changed_at, revision) values",
    15,
    "",
);
static RUNS: Batch = Batch::new(
    "insert into run(client, run, ticket, step, revision, started_at, start_idx, start_root, \
     ended_at, result_idx, verdict, judgement) values",
    12,
    "",
);
static OBSERVATIONS: Batch = Batch::new(
    "insert into observation(client, run, position, document) values",
    4,
    "",
);
static CONTENTS: Batch = Batch::new(
    "insert into content(client, sha256, bytes, begun_at, whole_at) values",
    5,
    "",
);
static PIECES: Batch = Batch::new(
    "insert into content_piece(client, sha256, position, piece) values",
    4,
    "",
);
static EVIDENCE: Batch = Batch::new(
    "insert into evidence(client, evidence, ticket, step, person, name, kind, bytes, sha256, \
     added_at, idx) values",
    11,
    "",
);

impl Store {
    /// Writes down what happened at a client, in the order given, in one transaction: nobody waits
    /// for anything meanwhile. Nobody is told of it.
    ///
    /// # Errors
    ///
    /// When it is about a ticket that was not raised, or the database fails.
    pub async fn write_past(
        &self,
        client: &ClientId,
        past: Vec<(Timestamp, Past)>,
    ) -> Result<(), Error> {
        self.write(Lane::Bulk, (client.clone(), past), |tx, (client, past)| {
            Box::pin(write(tx, client, past))
        })
        .await
    }
}

/// A ticket while its story is told.
struct Told<'a> {
    open: &'a OpenDuty,
    opened_at: Timestamp,
    outcome: Outcome,
    verdict: Option<Verdict>,
    ended_at: Option<Timestamp>,
    closed_by: Option<&'a PersonId>,
    exception: Option<&'a str>,
    afterwards_at: Option<Timestamp>,
    steps: BTreeMap<&'a StepId, Done<'a>>,
}

/// What was done for a step.
struct Done<'a> {
    verdict: Verdict,
    note: Option<&'a str>,
    person: Option<&'a PersonId>,
    run: Option<&'a str>,
    at: Timestamp,
}

/// The rows that come beside the tickets.
#[derive(Default)]
struct Rows {
    runs: Vec<Vec<Value>>,
    observations: Vec<Vec<Value>>,
    contents: Vec<Vec<Value>>,
    pieces: Vec<Vec<Value>>,
    evidence: Vec<Vec<Value>>,
}

async fn write(
    tx: &mut Transaction,
    client: &ClientId,
    past: &[(Timestamp, Past)],
) -> Result<(), Error> {
    let mut told: BTreeMap<&DutyId, Told<'_>> = BTreeMap::new();
    let mut rows = Rows::default();
    for (now, one) in past {
        if let Past::Opened(all) = one {
            for open in all {
                told.insert(&open.duty.id, opened(tx, client, open, *now).await?);
            }
            continue;
        }
        let id = one.ticket();
        let ticket = told
            .get_mut(id)
            .ok_or_else(|| Error::no_such(client, "ticket", id))?;
        happened(tx, client, ticket, &mut rows, *now, one).await?;
    }
    let (mut tickets, mut steps) = (Vec::new(), Vec::new());
    for one in told.values() {
        tickets.push(one.row(client)?);
        one.add_steps(client, &mut steps)?;
    }
    TICKETS.insert(tx.rows(), tickets).await?;
    STEPS.insert(tx.rows(), steps).await?;
    RUNS.insert(tx.rows(), rows.runs).await?;
    OBSERVATIONS.insert(tx.rows(), rows.observations).await?;
    CONTENTS.insert(tx.rows(), rows.contents).await?;
    PIECES.insert(tx.rows(), rows.pieces).await?;
    // The files name entries, which are written at the end of the transaction.
    tx.flush().await?;
    EVIDENCE.insert(tx.rows(), rows.evidence).await?;
    Ok(())
}

async fn opened<'a>(
    tx: &mut Transaction,
    client: &ClientId,
    open: &'a OpenDuty,
    now: Timestamp,
) -> Result<Told<'a>, Error> {
    let duty = &open.duty;
    let draft = EntryDraft {
        duty: Some(duty.id.clone()),
        asset: duty.asset.clone(),
        ..EntryDraft::new(kind::DUTY_OPEN).with_field("ticket", duty)?
    };
    let opened_at = tx.append(client, draft, now).await?.at;
    Ok(Told {
        open,
        opened_at,
        outcome: Outcome::Open,
        verdict: None,
        ended_at: None,
        closed_by: None,
        exception: None,
        afterwards_at: None,
        steps: BTreeMap::new(),
    })
}

async fn happened<'a>(
    tx: &mut Transaction,
    client: &ClientId,
    ticket: &mut Told<'a>,
    rows: &mut Rows,
    now: Timestamp,
    one: &'a Past,
) -> Result<(), Error> {
    let duty = &ticket.open.duty;
    let about = |draft: EntryDraft| EntryDraft {
        duty: Some(duty.id.clone()),
        asset: duty.asset.clone(),
        ..draft
    };
    match one {
        Past::Opened(_) => {}
        Past::Filled(on, fill) => {
            let draft = EntryDraft {
                duty: Some(duty.id.clone()),
                person: Some(on.person.clone()),
                verdict: Some(fill.verdict),
                ..EntryDraft::new(STEP_FILL)
                    .with_field("step", &on.step)?
                    .with_field("note", &fill.note)?
            };
            let done = Done {
                verdict: fill.verdict,
                note: Some(&fill.note),
                person: Some(&on.person),
                run: None,
                at: tx.append(client, draft, now).await?.at,
            };
            ticket.steps.insert(&on.step, done);
        }
        Past::Brought(file) => brought(tx, client, rows, file, about, now).await?,
        Past::Ran(run) => {
            let (start, result) = (&run.0, &run.1);
            let done = ran(tx, client, rows, (start, result), about, now).await?;
            ticket.steps.insert(&start.step, done);
        }
        Past::Closed(_, by) => ticket.close(tx, client, by.as_ref(), now).await?,
        Past::Missed(_) => {
            let draft = EntryDraft {
                outcome: Some(Outcome::Missed),
                ..about(EntryDraft::new(kind::DUTY_MISS))
            };
            ticket.ended_at = Some(tx.append(client, draft, now).await?.at);
            ticket.outcome = Outcome::Missed;
        }
        Past::Waived(waiver) => {
            let draft = EntryDraft {
                outcome: Some(Outcome::Waived),
                ..about(
                    EntryDraft::new(kind::DUTY_WAIVE).with_field("exception", &waiver.exception)?,
                )
            };
            ticket.ended_at = Some(tx.append(client, draft, now).await?.at);
            ticket.outcome = Outcome::Waived;
            ticket.exception = Some(&waiver.exception);
        }
    }
    Ok(())
}

async fn brought(
    tx: &mut Transaction,
    client: &ClientId,
    rows: &mut Rows,
    file: &NewEvidence,
    about: impl Fn(EntryDraft) -> EntryDraft,
    now: Timestamp,
) -> Result<(), Error> {
    let sha256 = hash(&file.content).to_hex();
    let bytes = i64::try_from(file.content.len()).unwrap_or(i64::MAX);
    let said = json!({
        "id": file.id, "step": file.step, "sha256": sha256, "bytes": bytes, "kind": file.kind,
        "name": file.name, "picture": file.picture, "taken-at": file.taken_at,
    });
    let draft = EntryDraft {
        person: Some(file.person.clone()),
        ..about(EntryDraft::new(EVIDENCE_ADD).with_field("evidence", &said)?)
    };
    let entry = tx.append(client, draft, now).await?;
    let digest = sha256.as_str();
    rows.contents
        .push(args![client, digest, bytes, entry.at, entry.at]);
    rows.pieces
        .push(args![client, digest, 0, file.content.as_slice()]);
    rows.evidence.push(args![
        client,
        file.id.as_str(),
        &file.ticket,
        file.step.as_ref(),
        &file.person,
        file.name.as_str(),
        word(&file.kind)?,
        bytes,
        digest,
        entry.at,
        signed(entry.index)?,
    ]);
    Ok(())
}

async fn ran<'a>(
    tx: &mut Transaction,
    client: &ClientId,
    rows: &mut Rows,
    (start, result): (&'a RunStart, &'a RunResult),
    about: impl Fn(EntryDraft) -> EntryDraft,
    now: Timestamp,
) -> Result<Done<'a>, Error> {
    let draft = EntryDraft {
        run: Some(start.run.clone()),
        ..about(EntryDraft::new(kind::RUN_START).with_field("run", &start.commits)?)
    };
    let started = tx.append(client, draft, now).await?;
    let head = tx.head(client).await?;
    let verdict = result.judgement.verdict;
    let root = head.root.clone();
    let draft = EntryDraft {
        run: Some(start.run.clone()),
        verdict: Some(verdict),
        seen: Some(head),
        ..about(
            EntryDraft::new(kind::RUN_RESULT)
                .with_field("judgement", &result.judgement)?
                .with_field("observations", &result.observations)?,
        )
    };
    let ended = tx.append(client, draft, now).await?;
    rows.runs.push(args![
        client,
        &start.run,
        &start.ticket,
        &start.step,
        0,
        started.at,
        signed(started.index)?,
        root,
        ended.at,
        signed(ended.index)?,
        word(&verdict)?,
        serde_json::to_string(&result.judgement)?,
    ]);
    for (position, observation) in (0_i64..).zip(&result.observations) {
        let document = serde_json::to_string(observation)?;
        rows.observations
            .push(args![client, &start.run, position, document]);
    }
    Ok(Done {
        verdict,
        note: None,
        person: None,
        run: Some(start.run.as_str()),
        at: ended.at,
    })
}

impl Past {
    /// The ticket it is about; of several that were raised the first.
    fn ticket(&self) -> &DutyId {
        static NONE: std::sync::LazyLock<DutyId> = std::sync::LazyLock::new(|| DutyId::from(""));
        match self {
            Self::Opened(all) => all.first().map_or(&NONE, |one| &one.duty.id),
            Self::Filled(on, _) => &on.ticket,
            Self::Brought(file) => &file.ticket,
            Self::Ran(run) => &run.0.ticket,
            Self::Closed(ticket, _) | Self::Missed(ticket) => ticket,
            Self::Waived(waiver) => &waiver.ticket,
        }
    }
}

impl<'a> Told<'a> {
    async fn close(
        &mut self,
        tx: &mut Transaction,
        client: &ClientId,
        by: Option<&'a ClosedBy>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let found = self.steps.values().map(|done| done.verdict);
        let verdict = found.fold(Verdict::NotApplicable, Verdict::worse);
        let at = tx.at(client, now).await?;
        let duty = &self.open.duty;
        let afterwards = self.outcome == Outcome::Missed;
        let (kind, outcome) = match at <= duty.due_at {
            _ if afterwards => (kind::DUTY_AFTERWARDS, None),
            true => (kind::DUTY_CLOSE, Some(Outcome::Done)),
            false => (kind::DUTY_CLOSE, Some(Outcome::Late)),
        };
        let steps: Vec<_> = self
            .steps
            .iter()
            .map(|(step, done)| done.told(step))
            .collect();
        let mut draft = EntryDraft::new(kind).with_field("result", &json!({ "steps": steps }))?;
        if let Some(word) = by.and_then(|by| by.word.as_ref()) {
            draft = draft.with_field("word", word)?;
        }
        let draft = EntryDraft {
            duty: Some(duty.id.clone()),
            asset: duty.asset.clone(),
            person: by.map(|by| by.person.clone()),
            outcome,
            verdict: Some(verdict),
            ..draft
        };
        tx.append(client, draft, now).await?;
        self.verdict = Some(verdict);
        self.closed_by = by.map(|by| &by.person);
        if afterwards {
            self.afterwards_at = Some(at);
        } else {
            self.ended_at = Some(at);
            self.outcome = outcome.unwrap_or(Outcome::Open);
        }
        Ok(())
    }

    fn row(&self, client: &ClientId) -> Result<Vec<Value>, Error> {
        let duty = &self.open.duty;
        Ok(args![
            client,
            &duty.id,
            &duty.process,
            duty.version.as_str(),
            duty.asset.as_ref(),
            duty.slot,
            duty.opens_at,
            duty.due_at,
            duty.missed_at,
            self.opened_at,
            word(&self.outcome)?,
            self.verdict.map(|verdict| word(&verdict)).transpose()?,
            self.ended_at,
            self.closed_by,
            self.exception,
            self.afterwards_at,
        ])
    }

    fn add_steps(&self, client: &ClientId, rows: &mut Vec<Vec<Value>>) -> Result<(), Error> {
        for (position, step) in (0_i64..).zip(self.open.checklist.iter()) {
            let done = self.steps.get(&step.id);
            let verdict = done.map(|done| word(&done.verdict)).transpose()?;
            rows.push(args![
                client,
                &self.open.duty.id,
                &step.id,
                position,
                step.text.as_str(),
                word(&step.gate)?,
                step.probe.as_deref(),
                serde_json::to_string(&step.evidence)?,
                if done.is_some() { "filled" } else { "pending" },
                verdict,
                done.and_then(|done| done.note),
                done.and_then(|done| done.person),
                done.and_then(|done| done.run),
                done.map(|done| done.at),
                i64::from(done.is_some()),
            ]);
        }
        Ok(())
    }
}

impl Done<'_> {
    fn told(&self, step: &StepId) -> serde_json::Value {
        json!({
            "step": step, "state": "filled", "verdict": self.verdict, "run": self.run,
            "person": self.person, "note": self.note, "excuse": null, "at": self.at,
            "evidence": [],
        })
    }
}
