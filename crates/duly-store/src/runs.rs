//! Runs of probes: announced in the log before they begin, so that one whose result nobody liked
//! cannot be left out, and recorded with everything they observed.

use duly_core::entry::{EntryDraft, Seen, kind};
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, RunId, StepId};
use duly_core::observation::Observation;
use duly_core::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::database::batch::Batch;
use crate::database::value::{Row, args, word};
use crate::error::{Error, at_most};
use crate::log::append::{Appended, signed};
use crate::page::{Listed, Page};
use crate::snapshots::{self, Snapshot};
use crate::steps::{Change, Place, StepChange};
use crate::store::Store;
use crate::tickets;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Most observations of one run: a sample of a thousand files with a few facts each, with room.
pub const OBSERVATIONS_MAX: usize = 10_000;

/// A run about to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct RunStart {
    /// Whose.
    pub client: ClientId,
    /// Drawn by the caller ([`crate::random_id`]), so that announcing it again is the same run.
    pub run: RunId,
    /// For which ticket.
    pub ticket: DutyId,
    /// For which step.
    pub step: StepId,
    /// Who asked for it; absent when its time had come.
    pub person: Option<PersonId>,
    /// What is drawn from, committed beforehand: the field `run` of the entry.
    pub commits: Json,
}

/// What became of announcing a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunStarted {
    /// It may begin; the tree head directly after its entry, from which it draws
    /// ([`duly_core::entry::draw_seed`]).
    Started(Seen),
    /// It was announced before; the tree head directly after its entry.
    Already(Seen),
    /// Its ticket has ended, or the step does not exist.
    NotOpen(StepChange),
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub run: RunId,
    /// What core made of the observations.
    pub judgement: Judgement,
    /// Everything observed, stamped by the worker.
    pub observations: Vec<Observation>,
    /// The snapshots that were there, to be remembered for the ticket's asset.
    pub snapshots: Vec<Snapshot>,
}

/// What became of recording a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunRecorded {
    /// Recorded; its entry, and what became of the step it was for.
    Recorded {
        /// Where its entry stands.
        entry: Appended,
        /// Whether it filled its step: not if a person filled it meanwhile, or the ticket ended.
        step: StepChange,
    },
    /// It had a result before.
    Already,
    /// It was never announced.
    NoSuch,
}

/// A run as remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub id: RunId,
    /// For which ticket.
    pub ticket: DutyId,
    /// For which step.
    pub step: StepId,
    /// Who asked for it.
    pub person: Option<PersonId>,
    /// When it was announced.
    pub started_at: Timestamp,
    /// Index of the entry that announced it.
    pub start_index: u64,
    /// The tree head directly after that entry.
    pub head: Seen,
    /// When its result was recorded.
    pub ended_at: Option<Timestamp>,
    /// Index of the entry with its result.
    pub result_index: Option<u64>,
    /// What was made of its observations.
    pub judgement: Option<Judgement>,
}

const ONE: &str = "select client, run, ticket, step, person, started_at, start_idx, start_root, \
                   ended_at, result_idx, judgement from run where client = $1 and run = $2";

impl Store {
    /// Announces a run. It may begin only after this has returned.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn start_run(&self, start: RunStart, now: Timestamp) -> Result<RunStarted, Error> {
        self.write(Lane::Bulk, (start, now), |tx, (start, now)| {
            Box::pin(begin(tx, start, *now))
        })
        .await
    }

    /// Records what a run found, and fills its step with it.
    ///
    /// # Errors
    ///
    /// When there are more than [`OBSERVATIONS_MAX`], or the database fails.
    pub async fn finish_run(
        &self,
        result: RunResult,
        now: Timestamp,
    ) -> Result<RunRecorded, Error> {
        at_most("observations", result.observations.len(), OBSERVATIONS_MAX)?;
        snapshots::check(&result.snapshots)?;
        self.write(Lane::Bulk, (result, now), |tx, (result, now)| {
            Box::pin(finish(tx, result, *now))
        })
        .await
    }

    /// One run.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn run(&self, client: &ClientId, run: &RunId) -> Result<Option<Run>, Error> {
        let mut rows = self.read().await?;
        let found = rows.first(ONE, args![client, run]).await?;
        found.as_ref().map(run_row).transpose()
    }

    /// The runs of a ticket, in the order in which they began; at most a page of the widest.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn runs_of(&self, client: &ClientId, ticket: &DutyId) -> Result<Vec<Run>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, run, ticket, step, person, started_at, start_idx, start_root, \
                 ended_at, result_idx, judgement from run where client = $1 and ticket = $2 \
                 order by start_idx limit $3",
                args![client, ticket, Page::widest().fetch()],
            )
            .await?;
        found.iter().map(run_row).collect()
    }

    /// The runs that were announced and have no result: going on now, or left by a worker that
    /// died. The worker ends the latter with a verdict of `unknown`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn runs_without_result(&self, client: &ClientId) -> Result<Vec<Run>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, run, ticket, step, person, started_at, start_idx, start_root, \
                 ended_at, result_idx, judgement from run where client = $1 and result_idx is null \
                 order by started_at, run limit $2",
                args![client, Page::widest().fetch()],
            )
            .await?;
        found.iter().map(run_row).collect()
    }

    /// Missed tickets, still owed, of which a person asked to have a step measured again and the
    /// run has not been made yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn missed_and_asked_again(&self, client: &ClientId) -> Result<Vec<DutyId>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select distinct t.ticket from ticket t \
                 join step s on s.client = t.client and s.ticket = t.ticket \
                 join run r on r.client = s.client and r.ticket = s.ticket and r.step = s.step \
                 where t.client = $1 and t.outcome = 'missed' and t.afterwards_at is null \
                 and s.state = 'pending' and r.result_idx is not null order by t.ticket limit $2",
                args![client, Page::widest().fetch()],
            )
            .await?;
        found.iter().map(|row| row.id("ticket")).collect()
    }

    /// What a run observed, in its order.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn observations(
        &self,
        client: &ClientId,
        run: &RunId,
        page: &Page,
    ) -> Result<Listed<Observation>, Error> {
        let from: i64 = match &page.after {
            Some(after) => after
                .parse()
                .map_err(|_| Error::unreadable("a place in a list", after))?,
            None => -1,
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select position, document from observation \
                 where client = $1 and run = $2 and position > $3 order by position limit $4",
                args![client, run, from, page.fetch()],
            )
            .await?;
        let mut observed = Vec::with_capacity(found.len());
        for row in &found {
            observed.push((row.whole("position")?, row.json("document")?));
        }
        let cut = Listed::cut(observed, page, |(position, _)| position.to_string());
        Ok(Listed {
            rows: cut.rows.into_iter().map(|(_, document)| document).collect(),
            next: cut.next,
        })
    }
}

static OBSERVATIONS: Batch = Batch::new(
    "insert into observation(client, run, position, document) values",
    4,
    "",
);

async fn begin(
    tx: &mut Transaction,
    start: &RunStart,
    now: Timestamp,
) -> Result<RunStarted, Error> {
    let client = &start.client;
    let at = tx.at(client, now).await?;
    if let Some(row) = tx.rows().first(ONE, args![client, &start.run]).await? {
        let run = run_row(&row)?;
        return Ok(RunStarted::Already(run.head));
    }
    let Some(ticket) = tickets::one(tx.rows(), client, &start.ticket).await? else {
        return Ok(RunStarted::NotOpen(StepChange::NoSuch));
    };
    if !ticket.is_owed() {
        return Ok(RunStarted::NotOpen(StepChange::Ended(ticket.outcome)));
    }
    let steps = tickets::steps(tx.rows(), client, &start.ticket).await?;
    let Some(step) = steps.into_iter().find(|step| step.id == start.step) else {
        return Ok(RunStarted::NotOpen(StepChange::NoSuch));
    };
    let draft = EntryDraft {
        duty: Some(start.ticket.clone()),
        asset: ticket.asset,
        person: start.person.clone(),
        run: Some(start.run.clone()),
        ..EntryDraft::new(kind::RUN_START).with_field("run", &start.commits)?
    };
    let appended = tx.append(client, draft, now).await?;
    let head = tx.head(client).await?;
    tx.rows()
        .run(
            "insert into run(client, run, ticket, step, person, revision, started_at, start_idx, \
             start_root) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![
                client,
                &start.run,
                &start.ticket,
                &start.step,
                start.person.as_ref(),
                signed(step.revision)?,
                at,
                signed(appended.index)?,
                head.root.as_str(),
            ],
        )
        .await?;
    Ok(RunStarted::Started(head))
}

async fn finish(
    tx: &mut Transaction,
    result: &RunResult,
    now: Timestamp,
) -> Result<RunRecorded, Error> {
    let client = &result.client;
    let at = tx.at(client, now).await?;
    let found = tx
        .rows()
        .first(
            "select r.ticket, r.step, r.revision, r.start_idx, r.start_root, r.result_idx, t.asset \
             from run r \
             join ticket t on t.client = r.client and t.ticket = r.ticket \
             where r.client = $1 and r.run = $2",
            args![client, &result.run],
        )
        .await?;
    let Some(row) = found else {
        return Ok(RunRecorded::NoSuch);
    };
    if row.count_or_none("result_idx")?.is_some() {
        return Ok(RunRecorded::Already);
    }
    let ticket: DutyId = row.id("ticket")?;
    let asset: Option<AssetId> = row.id_or_none("asset")?;
    let step: StepId = row.id("step")?;
    let verdict = result.judgement.verdict;
    let draft = EntryDraft {
        duty: Some(ticket.clone()),
        asset: asset.clone(),
        run: Some(result.run.clone()),
        verdict: Some(verdict),
        seen: Some(head_of(&row)?),
        ..EntryDraft::new(kind::RUN_RESULT)
            .with_field("judgement", &result.judgement)?
            .with_field("observations", &result.observations)?
    };
    let entry = tx.append(client, draft, now).await?;
    keep(tx, result, verdict, entry).await?;
    tx.step("result-kept");
    if let Some(asset) = &asset {
        snapshots::remember(tx, client, asset, &result.snapshots, at).await?;
    }
    let place = Place {
        client,
        ticket: &ticket,
        step: &step,
        revision: row.count("revision")?,
    };
    let change = Change {
        state: "filled",
        verdict: Some(verdict),
        run: Some(&result.run),
        ..Change::default()
    };
    let step = place.change(tx, &change, at).await?;
    Ok(RunRecorded::Recorded { entry, step })
}

async fn keep(
    tx: &mut Transaction,
    result: &RunResult,
    verdict: Verdict,
    entry: Appended,
) -> Result<(), Error> {
    let client = &result.client;
    tx.rows()
        .run(
            "update run set ended_at = $1, result_idx = $2, verdict = $3, judgement = $4 \
             where client = $5 and run = $6 and result_idx is null",
            args![
                entry.at,
                signed(entry.index)?,
                word(&verdict)?,
                serde_json::to_string(&result.judgement)?,
                client,
                &result.run,
            ],
        )
        .await?;
    let mut observed = Vec::with_capacity(result.observations.len());
    for (position, observation) in (0_i64..).zip(&result.observations) {
        let document = serde_json::to_string(observation)?;
        observed.push(args![client, &result.run, position, document]);
    }
    OBSERVATIONS.insert(tx.rows(), observed).await?;
    Ok(())
}

/// The tree head directly after a run's start.
fn head_of(row: &Row) -> Result<Seen, Error> {
    Ok(Seen {
        size: row.count("start_idx")? + 1,
        root: row.text("start_root")?,
    })
}

fn run_row(row: &Row) -> Result<Run, Error> {
    Ok(Run {
        client: row.id("client")?,
        id: row.id("run")?,
        ticket: row.id("ticket")?,
        step: row.id("step")?,
        person: row.id_or_none("person")?,
        started_at: row.at("started_at")?,
        start_index: row.count("start_idx")?,
        head: head_of(row)?,
        ended_at: row.at_or_none("ended_at")?,
        result_index: row.count_or_none("result_idx")?,
        judgement: row.json_or_none("judgement")?,
    })
}
