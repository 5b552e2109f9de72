//! The tickets that changed in a window of a client's log, and what was done before for the same
//! process and asset. Every change of a ticket is an entry that names its duty, so the log itself
//! says what to look at, in order, and nothing is looked at twice or left out.

use std::collections::BTreeMap;

use duly_core::control::facts::{Approval, EvidenceFacts, PictureHash};
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId, RunId};
use duly_core::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::log::append::signed;
use crate::store::Store;
use crate::tickets::{Ticket, TicketStep, step_row, ticket_row};

/// Entries of a window: at some ten entries a ticket a few dozen tickets, which are judged within
/// some milliseconds. A window never waits for the whole log.
pub const WINDOW_ENTRIES_MAX: u64 = 512;

/// What changed in a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangedTickets {
    /// Up to which entry.
    pub up_to: u64,
    /// Whether there is more behind it.
    pub more: bool,
    /// The tickets, and those done before for the same processes and assets, by id.
    pub tickets: BTreeMap<DutyId, (Ticket, Vec<TicketStep>)>,
    /// What was handed in for a step of each.
    pub evidence: BTreeMap<DutyId, Vec<EvidenceFacts>>,
    /// The last run of each.
    pub runs: BTreeMap<DutyId, ChangedRun>,
    /// Which of them changed.
    pub changed: Vec<DutyId>,
}

/// The last run of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedRun {
    /// Its id.
    pub run: RunId,
    /// When it was announced.
    pub started_at: Timestamp,
    /// When its result was recorded.
    pub ended_at: Option<Timestamp>,
    /// What was made of it.
    pub judgement: Option<Judgement>,
}

/// A ticket whose work failed, with nothing better since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmended {
    /// The ticket.
    pub ticket: DutyId,
    /// Its process.
    pub process: ProcessId,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// Its date.
    pub slot: Date,
    /// When it was found.
    pub found_at: Option<Timestamp>,
}

/// What one closed ticket found, for comparing people who do the same work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who closed it.
    pub person: PersonId,
    /// What it found.
    pub verdict: Verdict,
}

/// Tickets whose entries lie in the window; the words of quality control itself are no change.
macro_rules! changed_duties {
    () => {
        "select duty from entry where client = $1 and idx > $2 and idx <= $3 \
         and duty is not null and kind not in ('duty.open', 'run.start') \
         and kind not like 'x.warning.%'"
    };
}

/// The changed tickets, and those before them: of each process and asset so many, newest first.
macro_rules! looked_at {
    () => {
        concat!(
            "with changed as (",
            changed_duties!(),
            "), things as (select distinct t.process, t.asset from ticket t \
             where t.client = $1 and t.ticket in (select duty from changed)), \
             ranked as (select t.ticket, row_number() over (partition by t.process, t.asset \
             order by t.slot desc) as nth from ticket t join things h on h.process = t.process \
             and t.asset is not distinct from h.asset \
             where t.client = $1 and t.slot >= $4 and t.verdict is not null), \
             looked as (select duty as ticket from changed union \
             select ticket from ranked where nth <= $5) "
        )
    };
}

const TICKETS: &str = concat!(
    looked_at!(),
    "select t.client, t.ticket, t.process, t.version, t.asset, t.slot, t.opens_at, t.due_at, \
     t.missed_at, t.opened_at, t.outcome, t.verdict, t.ended_at, t.closed_by, t.exception, \
     t.afterwards_at, t.rework_at, t.handed_to, t.handovers, \
     cast(case when c.duty is null then 0 else 1 end as bigint) as is_changed from looked l \
     join ticket t on t.client = $1 and t.ticket = l.ticket \
     left join (select distinct duty from changed) c on c.duty = t.ticket"
);
const STEPS: &str = concat!(
    looked_at!(),
    "select s.ticket, s.step, s.instruction, s.gate, s.probe, s.evidence, s.state, s.verdict, \
     s.note, s.person, s.run, s.changed_at, s.revision, s.again_at, s.excuse from looked l \
     join step s on s.client = $1 and s.ticket = l.ticket order by s.ticket, s.position"
);
// By `in` and not by a join: SQLite then goes by the index on tickets, and not through all files
// and runs that the client ever had, once for each ticket.
const EVIDENCE: &str = concat!(
    looked_at!(),
    "select e.ticket, e.step, e.person, e.sha256, e.bytes, e.picture, e.taken_at, e.added_at \
     from evidence e where e.client = $1 and e.ticket in (select ticket from looked) \
     and e.step is not null order by e.added_at, e.evidence"
);
const RUNS: &str = concat!(
    looked_at!(),
    "select r.ticket, r.run, r.started_at, r.ended_at, r.judgement from run r \
     where r.client = $1 and r.ticket in (select ticket from looked) order by r.started_at, r.run"
);

impl Store {
    /// The tickets that changed since quality control last looked, in a window of the log, with
    /// at most `before` earlier ones of each process and asset, none with a slot before `since`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn changed_tickets(
        &self,
        client: &ClientId,
        before: u32,
        since: Date,
    ) -> Result<ChangedTickets, Error> {
        let mut rows = self.read().await?;
        let (after, size) = place(&mut rows, client).await?;
        let last = size.saturating_sub(1);
        let up_to = last.min(after.saturating_add(WINDOW_ENTRIES_MAX));
        let mut changed = ChangedTickets {
            up_to,
            more: up_to < last,
            ..ChangedTickets::default()
        };
        if up_to == after {
            return Ok(changed);
        }
        let window = || -> Result<_, Error> {
            Ok(args![
                client,
                signed(after)?,
                signed(up_to)?,
                since,
                i64::from(before),
            ])
        };
        for row in &rows.all(TICKETS, window()?).await? {
            let ticket = ticket_row(row)?;
            if row.truth("is_changed")? {
                changed.changed.push(ticket.id.clone());
            }
            changed
                .tickets
                .insert(ticket.id.clone(), (ticket, Vec::new()));
        }
        if changed.changed.is_empty() {
            changed.tickets.clear();
            return Ok(changed);
        }
        for row in &rows.all(STEPS, window()?).await? {
            let ticket: DutyId = row.id("ticket")?;
            if let Some((_, steps)) = changed.tickets.get_mut(&ticket) {
                steps.push(step_row(row)?);
            }
        }
        for row in &rows.all(EVIDENCE, window()?).await? {
            let evidence = evidence_row(row)?;
            let of_ticket = changed.evidence.entry(evidence.ticket.clone()).or_default();
            of_ticket.push(evidence);
        }
        for row in &rows.all(RUNS, window()?).await? {
            changed.runs.insert(row.id("ticket")?, run_row(row)?);
        }
        Ok(changed)
    }

    /// Where quality control stands in a client's log: the last entry it looked at, and the last
    /// one there is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn control_place(&self, client: &ClientId) -> Result<(u64, u64), Error> {
        let mut rows = self.read().await?;
        let (after, size) = place(&mut rows, client).await?;
        Ok((after, size.saturating_sub(1)))
    }

    /// What was found and not mended since: of each process and asset the last ticket with a
    /// verdict, where that is a fail; none with a slot before `since`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn unmended(&self, client: &ClientId, since: Date) -> Result<Vec<Unmended>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.ticket, t.process, t.asset, t.slot, \
                 coalesce(t.afterwards_at, t.ended_at) as found_at from ( \
                 select process, asset, max(slot) as slot from ticket \
                 where client = $1 and slot >= $2 and verdict is not null \
                 group by process, asset) m join ticket t on t.client = $1 \
                 and t.process = m.process and t.asset is not distinct from m.asset \
                 and t.slot = m.slot where t.verdict = 'fail' order by t.process, t.asset limit $3",
                args![client, since, i64::from(crate::page::ROWS_MAX)],
            )
            .await?;
        let mut unmended = Vec::with_capacity(found.len());
        for row in &found {
            unmended.push(Unmended {
                ticket: row.id("ticket")?,
                process: row.id("process")?,
                asset: row.id_or_none("asset")?,
                slot: row.date("slot")?,
                found_at: row.at_or_none("found_at")?,
            });
        }
        Ok(unmended)
    }

    /// What was handed in at a client since then for steps of any ticket, the newest first; at
    /// most so many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn evidence_handed_in(
        &self,
        client: &ClientId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<EvidenceFacts>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select ticket, step, person, sha256, bytes, picture, taken_at, added_at \
                 from evidence where client = $1 and added_at >= $2 and step is not null \
                 order by added_at desc, evidence desc limit $3",
                args![client, since, i64::from(most)],
            )
            .await?;
        found.iter().map(evidence_row).collect()
    }

    /// The last exceptions of a client that one person asked for and another granted, newest
    /// first; at most so many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn exception_approvals(
        &self,
        client: &ClientId,
        most: u32,
    ) -> Result<Vec<Approval>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select exception, asked_by, decided_by, decided_at from exception_ask \
                 where client = $1 and state = 'granted' and asked_by is not null \
                 and decided_by is not null and decided_at is not null \
                 order by decided_at desc, exception limit $2",
                args![client, i64::from(most)],
            )
            .await?;
        let read = |row: &Row| {
            Ok(Approval {
                of: row.text("exception")?,
                by: row.id("decided_by")?,
                done_by: vec![row.id("asked_by")?],
                at: row.at("decided_at")?,
            })
        };
        found.iter().map(read).collect()
    }

    /// What the last tickets of a process found that were closed by a person, over all clients;
    /// newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn found_by_people(
        &self,
        process: &ProcessId,
        most: u32,
    ) -> Result<Vec<Found>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select closed_by, verdict from ticket where process = $1 \
                 and closed_by is not null and verdict is not null \
                 order by ended_at desc, client, ticket limit $2",
                args![process, i64::from(most)],
            )
            .await?;
        let read = |row: &Row| {
            Ok(Found {
                person: row.id("closed_by")?,
                verdict: row.word("verdict")?,
            })
        };
        found.iter().map(read).collect()
    }
}

/// The last entry that was looked at, and the size of the log. The first entry opens the log and
/// is about no ticket, so that 0 is both "none" and "the first".
async fn place(rows: &mut Connection, client: &ClientId) -> Result<(u64, u64), Error> {
    let found = rows
        .first(
            "select l.size as size, coalesce(m.idx, 0) as looked from log l \
             left join control_mark m on m.client = l.client where l.client = $1",
            args![client],
        )
        .await?;
    match found {
        Some(row) => Ok((row.count("looked")?, row.count("size")?)),
        None => Ok((0, 0)),
    }
}

fn evidence_row(row: &Row) -> Result<EvidenceFacts, Error> {
    let picture = row.text_or_none("picture")?;
    Ok(EvidenceFacts {
        ticket: row.id("ticket")?,
        step: row.id("step")?,
        person: row.id("person")?,
        sha256: row.text("sha256")?,
        bytes: row.count("bytes")?,
        picture: picture.and_then(|hex| PictureHash::of_hex(&hex)),
        claimed_at: row.at_or_none("taken_at")?,
        uploaded_at: row.at("added_at")?,
    })
}

fn run_row(row: &Row) -> Result<ChangedRun, Error> {
    Ok(ChangedRun {
        run: row.id("run")?,
        started_at: row.at("started_at")?,
        ended_at: row.at_or_none("ended_at")?,
        judgement: row.json_or_none("judgement")?,
    })
}
