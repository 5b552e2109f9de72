//! What a client's month holds, in numbers: a fixed set of questions, each answered by one
//! statement, whatever measures are made of them.

use duly_core::accounts::Outcome;
use duly_core::id::{AssetId, ClientId, ProcessId};
use duly_core::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::value::{Row, args};
use crate::error::Error;
use crate::store::Store;

/// Most rows of one answer: a month of ten thousand assets with a daily look at each.
const ROWS_MAX: i64 = 300_000;

/// Rules that look at haste and reuse: what fires them was perhaps not done as recorded.
const SUSPICIONS: [&str; 5] = [
    "too-fast",
    "burst",
    "evidence-reused",
    "text-copied",
    "same-target",
];

/// Rules by which two who speak of one asset disagree.
const CONFLICTS: [&str; 2] = ["contradiction", "claim-contradicted"];

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Where the first day begins at the client.
    pub begins_at: Timestamp,
    /// Where the last day ends there.
    pub ends_at: Timestamp,
}

/// Tickets of one process on one day that came to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Of which process.
    pub process: ProcessId,
    /// On which date.
    pub slot: Date,
    /// How it was counted.
    pub outcome: Outcome,
    /// What it found.
    pub verdict: Option<Verdict>,
    /// How many.
    pub tickets: u64,
    /// Of these, with a run of a probe.
    pub measured: u64,
}

/// Tickets of one process that came to the same, over all days of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedTally {
    /// Of which process.
    pub process: ProcessId,
    /// Whether they were finished, on time or late.
    pub is_finished: bool,
    /// What they found.
    pub verdict: Option<Verdict>,
    /// How many.
    pub tickets: u64,
    /// The date of the last of them.
    pub last: Date,
}

/// What second looks at a process's month came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckTally {
    /// Of which process.
    pub process: ProcessId,
    /// Tickets that a second person looked at.
    pub checked: u64,
    /// Of these, not as recorded when it was first looked at.
    pub rejected: u64,
}

/// A warning that somebody took on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The process whose rule raised it, if one did.
    pub process: Option<ProcessId>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was taken on.
    pub acknowledged_at: Timestamp,
}

/// A run of a probe that came to something.
#[derive(Clone, Debug, PartialEq)]
pub struct RunTally {
    /// For which process.
    pub process: ProcessId,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What was made of it.
    pub judgement: Judgement,
}

/// An asset whose work passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedAsset {
    /// By which process.
    pub process: ProcessId,
    /// Which asset.
    pub asset: AssetId,
    /// Whether a probe measured it, at least once.
    pub measured: bool,
    /// The date of the last pass.
    pub last: Date,
}

impl Store {
    /// The tickets of a client whose slot is dated in the span, by process, day and what they came
    /// to, in the order of days.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tallies(&self, client: &ClientId, span: &Span) -> Result<Vec<Tally>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.process, t.slot, t.outcome, t.verdict, count(*) as tickets, \
                 cast(sum(case when exists (select 1 from run r where r.client = t.client \
                 and r.ticket = t.ticket and r.verdict is not null) then 1 else 0 end) \
                 as bigint) as measured from ticket t where t.client = $1 and t.slot >= $2 \
                 and t.slot <= $3 group by t.process, t.slot, t.outcome, t.verdict \
                 order by t.slot, t.process, t.outcome, t.verdict limit $4",
                args![client, span.from, span.to, ROWS_MAX],
            )
            .await?;
        let tally = |row: &Row| {
            Ok(Tally {
                process: row.id("process")?,
                slot: row.date("slot")?,
                outcome: row.word("outcome")?,
                verdict: row.word_or_none("verdict")?,
                tickets: row.count("tickets")?,
                measured: row.count("measured")?,
            })
        };
        found.iter().map(tally).collect()
    }

    /// The tickets of a client between two dates that ended and were not waived, by process and
    /// what they came to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn finished_tallies(
        &self,
        client: &ClientId,
        from: Date,
        to: Date,
    ) -> Result<Vec<FinishedTally>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select q.process, q.is_finished, q.verdict, count(*) as tickets, \
                 max(q.slot) as last from (select process, slot, verdict, \
                 cast(case when outcome in ('done', 'late') then 1 else 0 end as bigint) \
                 as is_finished \
                 from ticket where client = $1 and slot >= $2 and slot <= $3 \
                 and outcome in ('done', 'late', 'missed')) q \
                 group by q.process, q.is_finished, q.verdict \
                 order by q.process, q.is_finished, q.verdict limit $4",
                args![client, from, to, ROWS_MAX],
            )
            .await?;
        let tally = |row: &Row| {
            Ok(FinishedTally {
                process: row.id("process")?,
                is_finished: row.whole("is_finished")? == 1,
                verdict: row.word_or_none("verdict")?,
                tickets: row.count("tickets")?,
                last: row.date("last")?,
            })
        };
        found.iter().map(tally).collect()
    }

    /// What second looks at the tickets of the span came to, by process.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn check_tallies(
        &self,
        client: &ClientId,
        span: &Span,
    ) -> Result<Vec<CheckTally>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select q.process, count(*) as checked, cast(sum(q.is_rejected) as bigint) \
                 as rejected from (select t.process, t.ticket, \
                 max(case when l.agrees = 0 then 1 else 0 end) as is_rejected \
                 from review_look l join ticket t on t.client = l.client \
                 and t.ticket = l.ticket where l.client = $1 and l.decided_at is not null \
                 and t.slot >= $2 and t.slot <= $3 group by t.process, t.ticket) q \
                 group by q.process order by q.process limit $4",
                args![client, span.from, span.to, ROWS_MAX],
            )
            .await?;
        let tally = |row: &Row| {
            Ok(CheckTally {
                process: row.id("process")?,
                checked: row.count("checked")?,
                rejected: row.count("rejected")?,
            })
        };
        found.iter().map(tally).collect()
    }

    /// Finished tickets of the span on which a rule about haste or reuse fired, by process.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn suspicious(
        &self,
        client: &ClientId,
        span: &Span,
    ) -> Result<Vec<(ProcessId, u64)>, Error> {
        let [one, two, three, four, five] = SUSPICIONS;
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.process, count(distinct t.ticket) as tickets from ticket t \
                 join warning w on w.client = t.client and w.ticket = t.ticket \
                 where t.client = $1 and t.slot >= $2 and t.slot <= $3 \
                 and t.outcome in ('done', 'late') and w.rule in ($4, $5, $6, $7, $8) \
                 group by t.process order by t.process limit $9",
                args![
                    client, span.from, span.to, one, two, three, four, five, ROWS_MAX
                ],
            )
            .await?;
        let tally = |row: &Row| Ok((row.id("process")?, row.count("tickets")?));
        found.iter().map(tally).collect()
    }

    /// Warnings that were raised in the span and taken on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn answered_warnings(
        &self,
        client: &ClientId,
        span: &Span,
    ) -> Result<Vec<Answered>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select process, raised_at, acknowledged_at from warning where client = $1 \
                 and raised_at >= $2 and raised_at < $3 and acknowledged_at is not null \
                 order by raised_at limit $4",
                args![client, span.begins_at, span.ends_at, ROWS_MAX],
            )
            .await?;
        let answered = |row: &Row| {
            Ok(Answered {
                process: row.id_or_none("process")?,
                raised_at: row.at("raised_at")?,
                acknowledged_at: row.at("acknowledged_at")?,
            })
        };
        found.iter().map(answered).collect()
    }

    /// Runs of probes for tickets of the span that came to a judgement, the oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn run_tallies(
        &self,
        client: &ClientId,
        span: &Span,
    ) -> Result<Vec<RunTally>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.process, t.asset, r.started_at, r.ended_at, r.judgement from ticket t \
                 join run r on r.client = t.client and r.ticket = t.ticket where t.client = $1 \
                 and t.slot >= $2 and t.slot <= $3 and r.ended_at is not null \
                 and r.judgement is not null order by r.ended_at, r.run limit $4",
                args![client, span.from, span.to, ROWS_MAX],
            )
            .await?;
        let tally = |row: &Row| {
            Ok(RunTally {
                process: row.id("process")?,
                asset: row.id_or_none("asset")?,
                started_at: row.at("started_at")?,
                ended_at: row.at("ended_at")?,
                judgement: row.json("judgement")?,
            })
        };
        found.iter().map(tally).collect()
    }

    /// Assets whose work passed between two dates, by process.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn passed_assets(
        &self,
        client: &ClientId,
        from: Date,
        to: Date,
    ) -> Result<Vec<PassedAsset>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.process, t.asset, max(t.slot) as last, \
                 cast(max(case when exists (select 1 from run r where r.client = t.client \
                 and r.ticket = t.ticket and r.verdict = 'pass') then 1 else 0 end) as bigint) \
                 as measured from ticket t where t.client = $1 and t.slot >= $2 \
                 and t.slot <= $3 and t.verdict = 'pass' and t.asset is not null \
                 group by t.process, t.asset order by t.process, t.asset limit $4",
                args![client, from, to, ROWS_MAX],
            )
            .await?;
        let passed = |row: &Row| {
            Ok(PassedAsset {
                process: row.id("process")?,
                asset: row.id("asset")?,
                measured: row.whole("measured")? == 1,
                last: row.date("last")?,
            })
        };
        found.iter().map(passed).collect()
    }

    /// Assets on which two sources disagreed when the span ended.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn assets_in_conflict(&self, client: &ClientId, span: &Span) -> Result<u64, Error> {
        let [one, other] = CONFLICTS;
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select count(distinct asset) as assets from warning where client = $1 \
                 and rule in ($2, $3) and asset is not null and raised_at < $4 \
                 and (cleared_at is null or cleared_at >= $4)",
                args![client, one, other, span.ends_at],
            )
            .await?;
        row.map_or(Ok(0), |row| row.count("assets"))
    }

    /// When each process was last finished at a client, up to the end of the span.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn last_finished(
        &self,
        client: &ClientId,
        process: &ProcessId,
        span: &Span,
    ) -> Result<Option<Timestamp>, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select max(coalesce(afterwards_at, ended_at)) as last from ticket \
                 where client = $1 and process = $2 and slot <= $3 \
                 and (outcome in ('done', 'late') or afterwards_at is not null)",
                args![client, process, span.to],
            )
            .await?;
        row.map_or(Ok(None), |row| row.at_or_none("last"))
    }
}
