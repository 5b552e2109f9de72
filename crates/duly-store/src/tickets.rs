//! Reading tickets: lists by filter, one with its steps, and the counts of a period.

use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::accounts::{Equation, Outcome};
use duly_core::gate::StepState;
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId, RunId, StepId};
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::database::connection::Connection;
use crate::database::value::{Row, Value, args, word};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;

/// The work item of one duty. What is up to `opened_at` never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose.
    pub client: ClientId,
    /// The id of its duty.
    pub id: DutyId,
    /// Of which process.
    pub process: ProcessId,
    /// In which version.
    pub version: String,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// Nominal local date.
    pub slot: Date,
    /// When its time came.
    pub opens_at: Timestamp,
    /// Until when it can be closed in time.
    pub due_at: Timestamp,
    /// Until when it can be closed late.
    pub missed_at: Timestamp,
    /// When it was raised.
    pub opened_at: Timestamp,
    /// How it stands.
    pub outcome: Outcome,
    /// What the work found, once it was done, be it afterwards.
    pub verdict: Option<Verdict>,
    /// When its outcome became final.
    pub ended_at: Option<Timestamp>,
    /// Who closed it; absent when it closed itself.
    pub closed_by: Option<PersonId>,
    /// The exception that waived it.
    pub exception: Option<String>,
    /// For a missed one: when it was done after all.
    pub afterwards_at: Option<Timestamp>,
    /// Since when it is owed again, after a manager re-opened it; its outcome stays as it was.
    pub rework_at: Option<Timestamp>,
    /// Whom it was handed to last.
    pub handed_to: Option<PersonId>,
    /// How often it was handed over: what a hand-over has to name.
    pub handovers: u64,
}

impl Ticket {
    /// Whether its work is still to be done: open, missed and not done afterwards, or re-opened.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        let is_unfinished =
            matches!(self.outcome, Outcome::Open | Outcome::Missed) && self.afterwards_at.is_none();
        is_unfinished || self.rework_at.is_some()
    }
}

/// A line of a ticket's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketStep {
    /// Its id in the process.
    pub id: StepId,
    /// What to do.
    pub instruction: String,
    /// What closing without it takes.
    pub gate: Gate,
    /// The probe that fills it.
    pub probe: Option<String>,
    /// What a person must leave.
    pub evidence: Vec<String>,
    /// How it stands.
    pub state: StepState,
    /// What was found.
    pub verdict: Option<Verdict>,
    /// What a person wrote; for a skipped one the reason.
    pub note: Option<String>,
    /// Who filled or skipped it.
    pub person: Option<PersonId>,
    /// The run that filled it.
    pub run: Option<RunId>,
    /// When it was last changed.
    pub changed_at: Option<Timestamp>,
    /// How often it was changed: what a change has to name, so that none is overwritten unseen.
    pub revision: u64,
    /// When it was put back to be done again by a re-opening: evidence counts from then on.
    pub again_at: Option<Timestamp>,
    /// Why evidence that the process asks for is not there.
    pub excuse: Option<String>,
}

/// Whether tickets are snoozed at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snoozed {
    /// Only those that do.
    At(Timestamp),
    /// Only those that do not.
    NotAt(Timestamp),
}

/// Which tickets; everything absent means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Still owed: open, missed and not done afterwards, or re-opened.
    pub owed: bool,
    /// Re-opened, and its rework still owed.
    pub rework: bool,
    /// Of this process.
    pub process: Option<ProcessId>,
    /// About this asset.
    pub asset: Option<AssetId>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    /// Waived by this exception.
    pub exception: Option<String>,
    /// Snoozed, or not; all when absent.
    pub snoozed: Option<Snoozed>,
    /// With a slot from this date on.
    pub slot_from: Option<Date>,
    /// With a slot up to this date.
    pub slot_to: Option<Date>,
}

const COLUMNS: &str = "client, ticket, process, version, asset, slot, opens_at, due_at, \
                       missed_at, opened_at, outcome, verdict, ended_at, closed_by, exception, \
                       afterwards_at, rework_at, handed_to, handovers";

/// What makes a ticket owed: to the letter the condition of the index `ticket_owed`.
pub(crate) const OWED: &str = "(outcome in ('open', 'missed') and afterwards_at is null) \
                               or rework_at is not null";

/// What is missed and still owed, over all clients.
macro_rules! owed_count {
    () => {
        "select count(*) as number from ticket \
         where outcome = 'missed' and afterwards_at is null"
    };
}

impl Store {
    /// Tickets by filter, the one due first first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn tickets(
        &self,
        filter: &TicketFilter,
        page: &Page,
    ) -> Result<Listed<Ticket>, Error> {
        let (sql, values) = filter.statement(page)?;
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let tickets = found.iter().map(ticket_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(tickets, page, place))
    }

    /// One ticket with its steps, in the order of the checklist.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ticket(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Option<(Ticket, Vec<TicketStep>)>, Error> {
        let mut rows = self.read().await?;
        match one(&mut rows, client, ticket).await? {
            Some(found) => Ok(Some((found, steps(&mut rows, client, ticket).await?))),
            None => Ok(None),
        }
    }

    /// How many tickets are missed and still owed: of one client, or of all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn owed(&self, client: Option<&ClientId>) -> Result<u64, Error> {
        let mut rows = self.read().await?;
        let found = match client {
            Some(client) => rows.first(concat!(owed_count!(), " and client = $1"), args![client]),
            None => rows.first(owed_count!(), args![]),
        };
        found.await?.map_or(Ok(0), |row| row.count("number"))
    }

    /// The equation of a client over the tickets whose slots are dated in a period, both dates
    /// included. Duties without a ticket are not in it: those only the schedule knows.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn equation(
        &self,
        client: &ClientId,
        from: Date,
        to: Date,
    ) -> Result<Equation, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select outcome, count(*) as number from ticket \
                 where client = $1 and slot >= $2 and slot <= $3 group by outcome",
                args![client, from, to],
            )
            .await?;
        let mut equation = Equation::default();
        for row in found {
            let number = row.count("number")?;
            equation.due += number;
            match row.word("outcome")? {
                Outcome::Done => equation.done = number,
                Outcome::Late => equation.late = number,
                Outcome::Missed => equation.missed = number,
                Outcome::Waived => equation.waived = number,
                Outcome::Open => equation.open = number,
            }
        }
        Ok(equation)
    }
}

impl Store {
    /// Of the tickets of a period that are waived, how many by the client's own word.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn waived_by_client(
        &self,
        client: &ClientId,
        from: Date,
        to: Date,
    ) -> Result<u64, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select count(*) as number from ticket t \
                 join exception_ask a on a.client = t.client and a.exception = t.exception \
                 where t.client = $1 and t.slot >= $2 and t.slot <= $3 \
                 and t.outcome = 'waived' and a.waived_by = 'client'",
                args![client, from, to],
            )
            .await?;
        row.map_or(Ok(0), |row| row.count("number"))
    }
}

impl TicketFilter {
    fn statement(&self, page: &Page) -> Result<(String, Vec<Value>), Error> {
        let mut sql = format!("select {COLUMNS} from ticket where 1 = 1");
        let mut values = Vec::new();
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            // Writing to a string cannot fail.
            let _ = write!(sql, " and {condition} ${}", values.len());
        };
        if let Some(client) = &self.client {
            only("client =", client.into());
        }
        if let Some(outcome) = &self.outcome {
            only("outcome =", word(outcome)?.into());
        }
        if let Some(process) = &self.process {
            only("process =", process.into());
        }
        if let Some(asset) = &self.asset {
            only("asset =", asset.into());
        }
        if let Some(before) = self.due_before {
            only("due_at <", before.into());
        }
        if let Some(exception) = &self.exception {
            only("exception =", exception.as_str().into());
        }
        if let Some(snoozed) = self.snoozed {
            let until = "coalesce((select s.until from snooze s where s.client = ticket.client \
                         and s.ticket = ticket.ticket), 0)";
            let (sign, at) = match snoozed {
                Snoozed::At(at) => (">", at),
                Snoozed::NotAt(at) => ("<=", at),
            };
            only(&format!("{until} {sign}"), at.into());
        }
        if let Some(from) = self.slot_from {
            only("slot >=", from.into());
        }
        if let Some(to) = self.slot_to {
            only("slot <=", to.into());
        }
        if let Some(after) = &page.after {
            let (due_at, client, ticket) = read_place(after)?;
            only("due_at >=", due_at.into());
            values.extend([due_at.into(), client.into(), ticket.into()]);
            let (third, second) = (values.len(), values.len() - 1);
            let first = second - 1;
            let _ = write!(
                sql,
                " and (due_at > ${first} or (due_at = ${first} and (client > ${second} \
                 or (client = ${second} and ticket > ${third}))))"
            );
        }
        if self.owed {
            let _ = write!(sql, " and ({OWED})");
        }
        if self.rework {
            sql.push_str(" and rework_at is not null");
        }
        values.push(page.fetch().into());
        let _ = write!(
            sql,
            " order by due_at, client, ticket limit ${}",
            values.len()
        );
        Ok((sql, values))
    }
}

/// Where a ticket stands in a list: due time, client and id, as one text.
fn place(ticket: &Ticket) -> String {
    let due_at = ticket.due_at.as_millisecond();
    format!("{due_at}~{}~{}", ticket.id, ticket.client)
}

fn read_place(place: &str) -> Result<(i64, &str, &str), Error> {
    let read = || {
        let (due_at, rest) = place.split_once('~')?;
        let (ticket, client) = rest.split_once('~')?;
        Some((due_at.parse().ok()?, client, ticket))
    };
    read().ok_or_else(|| Error::unreadable("a place in a list", place))
}

pub(crate) async fn one(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Option<Ticket>, Error> {
    rows.first(
        "select client, ticket, process, version, asset, slot, opens_at, due_at, missed_at, \
         opened_at, outcome, verdict, ended_at, closed_by, exception, afterwards_at, rework_at, \
         handed_to, handovers from ticket \
         where client = $1 and ticket = $2",
        args![client, ticket],
    )
    .await?
    .as_ref()
    .map(ticket_row)
    .transpose()
}

pub(crate) async fn steps(
    rows: &mut Connection,
    client: &ClientId,
    ticket: &DutyId,
) -> Result<Vec<TicketStep>, Error> {
    let found = rows
        .all(
            "select step, instruction, gate, probe, evidence, state, verdict, note, person, run, \
             changed_at, revision, again_at, excuse from step where client = $1 and ticket = $2 \
             order by position",
            args![client, ticket],
        )
        .await?;
    found.iter().map(step_row).collect()
}

pub(crate) fn ticket_row(row: &Row) -> Result<Ticket, Error> {
    Ok(Ticket {
        client: row.id("client")?,
        id: row.id("ticket")?,
        process: row.id("process")?,
        version: row.text("version")?,
        asset: row.id_or_none("asset")?,
        slot: row.date("slot")?,
        opens_at: row.at("opens_at")?,
        due_at: row.at("due_at")?,
        missed_at: row.at("missed_at")?,
        opened_at: row.at("opened_at")?,
        outcome: row.word("outcome")?,
        verdict: row.word_or_none("verdict")?,
        ended_at: row.at_or_none("ended_at")?,
        closed_by: row.id_or_none("closed_by")?,
        exception: row.text_or_none("exception")?,
        afterwards_at: row.at_or_none("afterwards_at")?,
        rework_at: row.at_or_none("rework_at")?,
        handed_to: row.id_or_none("handed_to")?,
        handovers: row.count("handovers")?,
    })
}

pub(crate) fn step_row(row: &Row) -> Result<TicketStep, Error> {
    Ok(TicketStep {
        id: row.id("step")?,
        instruction: row.text("instruction")?,
        gate: row.word("gate")?,
        probe: row.text_or_none("probe")?,
        evidence: row.json("evidence")?,
        state: row.word("state")?,
        verdict: row.word_or_none("verdict")?,
        note: row.text_or_none("note")?,
        person: row.id_or_none("person")?,
        run: row.id_or_none("run")?,
        changed_at: row.at_or_none("changed_at")?,
        revision: row.count("revision")?,
        again_at: row.at_or_none("again_at")?,
        excuse: row.text_or_none("excuse")?,
    })
}
