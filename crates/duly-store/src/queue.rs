//! The queue of Today in a fixed number of statements, however many tickets there are: how many
//! tickets need somebody, by client, holder and state; one page of them, with everything a line
//! shows; and the counts that stand around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::id::{ClientId, DutyId, PersonId, ProcessId};
use duly_core::process::Process;
use duly_core::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::database::connection::Connection;
use crate::database::value::{Row, Value, args, word};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::tickets::{OWED, Ticket, ticket_row};

/// Where a ticket of the queue stands, at the instant that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueueState {
    /// Missed for ever, and still owed.
    Owed,
    /// Closed before, and to be done again.
    Again,
    /// Past its due time, and not closed.
    Late,
    /// Due before the day ends.
    Due,
    /// Due on a later day.
    Next,
    /// Snoozed.
    Waiting,
    /// Open, and every step is a probe's that has not run yet or passed: nobody is needed.
    Measured,
}

/// What the queue is asked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueAt {
    /// The instant that divides what is late from what is due.
    pub now: Timestamp,
    /// Where the day ends that "due" means.
    pub day_end: Timestamp,
    /// Slots before it are counted apart among what is owed.
    pub month_first: Date,
    /// The probes that duly has; a step with another one is a person's.
    pub probes: Vec<String>,
}

/// Which tickets of the queue; everything absent means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// In this state. Without one: everything but what waits and what is being measured.
    pub state: Option<QueueState>,
    /// Of these clients, each for what was handed to nobody or to this person.
    pub held: Option<BTreeSet<(ClientId, Option<PersonId>)>>,
}

/// How many tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueCount {
    /// Whose.
    pub client: ClientId,
    /// To whom they were handed.
    pub handed_to: Option<PersonId>,
    /// In which state.
    pub state: QueueState,
    /// How many.
    pub number: u64,
    /// Of these, missed with a slot before [`QueueAt::month_first`].
    pub from_before: u64,
}

/// One line of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    /// The ticket.
    pub ticket: Ticket,
    /// Where it stands.
    pub state: QueueState,
    /// Title of its process version.
    pub title: Option<String>,
    /// Name of its asset.
    pub asset_name: Option<String>,
    /// Until when it is snoozed, and why.
    pub snooze: Option<(Timestamp, String)>,
    /// What a probe found at its first step that did not pass.
    pub found: Option<(Verdict, Judgement)>,
}

/// What is owed comes first, whatever grace its process gives: to the letter the first column of
/// the index `ticket_queue`.
const RANK: &str = "(case when t.outcome = 'missed' then 0 else 1 end)";

/// Most tickets that are counted: more than any provider can owe at a time and still be one. What
/// lies beyond it is due later than all of these.
const COUNTED_MAX: u32 = 100_000;

/// A key of two or three parts in the list of a statement.
type KeyList<'a> = BTreeSet<Vec<&'a str>>;

impl Store {
    /// The tickets of the queue counted by client, by whom they were handed to and by state.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn queue_counts(
        &self,
        client: Option<&ClientId>,
        at: &QueueAt,
    ) -> Result<Vec<QueueCount>, Error> {
        let (sql, values) = counting(client, at);
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let count = |row: &Row| {
            Ok(QueueCount {
                client: row.id("client")?,
                handed_to: row.id_or_none("handed_to")?,
                state: row.word("state")?,
                number: row.count("number")?,
                from_before: row.count("from_before")?,
            })
        };
        found.iter().map(count).collect()
    }

    /// One page of the queue: what is missed and owed first, then by due time.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        at: &QueueAt,
        page: &Page,
    ) -> Result<Listed<Queued>, Error> {
        if filter.held.as_ref().is_some_and(BTreeSet::is_empty) {
            return Ok(Listed {
                rows: Vec::new(),
                next: None,
            });
        }
        let (sql, values) = listing(filter, at, page)?;
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let mut queued = Vec::with_capacity(found.len());
        for row in &found {
            let until = row.at_or_none("until")?;
            queued.push(Queued {
                ticket: ticket_row(row)?,
                state: row.word("state")?,
                title: None,
                asset_name: row.text_or_none("asset_name")?,
                snooze: until.zip(row.text_or_none("reason")?),
                found: None,
            });
        }
        let mut listed = Listed::cut(queued, page, place);
        add_titles(&mut rows, &mut listed.rows).await?;
        add_found(&mut rows, &mut listed.rows).await?;
        Ok(listed)
    }

    /// How many tickets closed themselves since an instant: of one client, or of all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn closed_by_themselves(
        &self,
        client: Option<&ClientId>,
        since: Timestamp,
    ) -> Result<u64, Error> {
        let mut rows = self.read().await?;
        let row = rows
            .first(
                "select count(*) as number from ticket where outcome = 'done' \
                 and closed_by is null and ended_at >= $1 and ($2 is null or client = $2)",
                args![since, client],
            )
            .await?;
        row.map_or(Ok(0), |row| row.count("number"))
    }
}

/// The state of a ticket `t` as an expression; its parameters are appended.
fn state(at: &QueueAt, values: &mut Vec<Value>) -> String {
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let (now, day_end) = (bind(at.now.into()), bind(at.day_end.into()));
    let probes: Vec<String> = at
        .probes
        .iter()
        .map(|one| bind(one.as_str().into()))
        .collect();
    let is_probe = if probes.is_empty() {
        "1 = 0".to_owned()
    } else {
        format!("coalesce(p.probe, '') in ({})", probes.join(", "))
    };
    format!(
        "case when t.outcome = 'open' and exists (select 1 from snooze z \
         where z.client = t.client and z.ticket = t.ticket and z.until > {now}) then 'waiting' \
         when t.rework_at is not null then 'again' when t.outcome = 'missed' then 'owed' \
         when not exists (select 1 from step p where p.client = t.client \
         and p.ticket = t.ticket and not ({is_probe} and (p.state = 'pending' \
         or coalesce(p.verdict, '') in ('pass', 'not-applicable')))) \
         and exists (select 1 from step p where p.client = t.client and p.ticket = t.ticket) \
         then 'measured' when t.due_at < {now} then 'late' \
         when t.due_at < {day_end} then 'due' else 'next' end"
    )
}

fn counting(client: Option<&ClientId>, at: &QueueAt) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let state = state(at, &mut values);
    values.push(at.month_first.into());
    let mut sql = format!(
        "select q.client, q.handed_to, q.state, count(*) as number, \
         cast(sum(q.is_before) as bigint) as from_before from (select t.client, t.handed_to, \
         {state} as state, case when t.outcome = 'missed' and t.slot < ${} then 1 else 0 end \
         as is_before from ticket t where ({OWED})",
        values.len()
    );
    if let Some(client) = client {
        values.push(client.into());
        // Writing to a string cannot fail.
        let _ = write!(sql, " and t.client = ${}", values.len());
    }
    // The order makes both databases go through the index of the queue and nothing else.
    let _ = write!(
        sql,
        " order by {RANK}, t.due_at, t.client, t.ticket limit {COUNTED_MAX}) q \
         group by q.client, q.handed_to, q.state order by 1, 2, 3"
    );
    (sql, values)
}

fn listing(filter: &QueueFilter, at: &QueueAt, page: &Page) -> Result<(String, Vec<Value>), Error> {
    let mut values = Vec::new();
    let state = state(at, &mut values);
    values.push(at.now.into());
    let mut sql = format!(
        "select t.client, t.ticket, t.process, t.version, t.asset, t.slot, t.opens_at, t.due_at, \
         t.missed_at, t.opened_at, t.outcome, t.verdict, t.ended_at, t.closed_by, t.exception, \
         t.afterwards_at, t.rework_at, t.handed_to, t.handovers, {state} as state, \
         s.until, s.reason, a.name as asset_name from ticket t \
         left join snooze s on s.client = t.client and s.ticket = t.ticket and s.until > ${} \
         left join asset a on a.client = t.client and a.asset = t.asset \
         where ({OWED})",
        values.len()
    );
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    // Writing to a string cannot fail.
    if let Some(client) = &filter.client {
        let _ = write!(sql, " and t.client = {}", bind(client.into()));
    }
    match filter.state {
        Some(one) => {
            // What stands in the index is asked first; the steps only of what is left.
            sql.push_str(match one {
                QueueState::Owed => " and t.outcome = 'missed'",
                QueueState::Again => " and t.rework_at is not null",
                _ => " and t.outcome = 'open'",
            });
            let bound = match one {
                QueueState::Late => Some((" and t.due_at <", at.now)),
                QueueState::Due => Some((" and t.due_at <", at.day_end)),
                QueueState::Next => Some((" and t.due_at >=", at.day_end)),
                _ => None,
            };
            if let Some((condition, instant)) = bound {
                let _ = write!(sql, "{condition} {}", bind(instant.into()));
            }
            let _ = write!(sql, " and {state} = {}", bind(word(&one)?.into()));
        }
        None => {
            let _ = write!(sql, " and {state} not in ('waiting', 'measured')");
        }
    }
    if let Some(held) = &filter.held {
        let _ = write!(sql, " and ({})", held_by(held, &mut bind));
    }
    if let Some(after) = &page.after {
        let (rank, due_at, client, ticket) = read_place(after)?;
        let (rank, due_at) = (bind(rank.into()), bind(due_at.into()));
        let (client, ticket) = (bind(client.into()), bind(ticket.into()));
        let _ = write!(
            sql,
            " and ({RANK} > {rank} or ({RANK} = {rank} and (t.due_at > {due_at} \
             or (t.due_at = {due_at} and (t.client > {client} \
             or (t.client = {client} and t.ticket > {ticket}))))))"
        );
    }
    let _ = write!(
        sql,
        " order by {RANK}, t.due_at, t.client, t.ticket limit {}",
        bind(page.fetch().into())
    );
    Ok((sql, values))
}

/// Held so, as a condition.
fn held_by(
    held: &BTreeSet<(ClientId, Option<PersonId>)>,
    bind: &mut impl FnMut(Value) -> String,
) -> String {
    let (mut nobody, mut somebody) = (Vec::new(), Vec::new());
    for (client, handed_to) in held {
        match handed_to {
            None => nobody.push(bind(client.into())),
            Some(person) => {
                somebody.push(format!(
                    "({}, {})",
                    bind(client.into()),
                    bind(person.into())
                ));
            }
        }
    }
    let mut ways = Vec::new();
    if !nobody.is_empty() {
        let clients = nobody.join(", ");
        ways.push(format!("t.handed_to is null and t.client in ({clients})"));
    }
    if !somebody.is_empty() {
        let pairs = somebody.join(", ");
        ways.push(format!("(t.client, t.handed_to) in (values {pairs})"));
    }
    ways.join(" or ")
}

/// `(values ($1, $2), …)` with these keys.
fn keyed(keys: &KeyList<'_>) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        let mut places = Vec::with_capacity(key.len());
        for part in key {
            values.push((*part).into());
            places.push(format!("${}", values.len()));
        }
        rows.push(format!("({})", places.join(", ")));
    }
    (format!("(values {})", rows.join(", ")), values)
}

/// The titles of the process versions that a page of tickets falls under.
async fn add_titles(rows: &mut Connection, queued: &mut [Queued]) -> Result<(), Error> {
    let mut keys = KeyList::new();
    for one in queued.iter() {
        let ticket = &one.ticket;
        keys.insert(vec![
            ticket.client.as_str(),
            ticket.process.as_str(),
            ticket.version.as_str(),
        ]);
    }
    if keys.is_empty() {
        return Ok(());
    }
    let (list, values) = keyed(&keys);
    let sql = format!(
        "select client, process, version, document from process \
         where (client, process, version) in {list}"
    );
    let mut titles: BTreeMap<(ClientId, ProcessId, String), String> = BTreeMap::new();
    for row in rows.all(AssertSqlSafe(Arc::new(sql)), values).await? {
        let process: Process = row.json("document")?;
        let key = (row.id("client")?, process.process, row.text("version")?);
        titles.insert(key, process.title);
    }
    for one in queued {
        let ticket = &one.ticket;
        let key = (
            ticket.client.clone(),
            ticket.process.clone(),
            ticket.version.clone(),
        );
        one.title = titles.get(&key).cloned();
    }
    Ok(())
}

/// What probes found at the first step of each ticket that did not pass.
async fn add_found(rows: &mut Connection, queued: &mut [Queued]) -> Result<(), Error> {
    let mut keys = KeyList::new();
    for one in queued.iter() {
        keys.insert(vec![one.ticket.client.as_str(), one.ticket.id.as_str()]);
    }
    if keys.is_empty() {
        return Ok(());
    }
    let (list, values) = keyed(&keys);
    let sql = format!(
        "select s.client, s.ticket, s.verdict, r.judgement from step s \
         join run r on r.client = s.client and r.run = s.run \
         where (s.client, s.ticket) in {list} and s.verdict in ('fail', 'review', 'unknown') \
         and r.judgement is not null order by s.client, s.ticket, s.position"
    );
    let mut found: BTreeMap<(ClientId, DutyId), (Verdict, Judgement)> = BTreeMap::new();
    for row in rows.all(AssertSqlSafe(Arc::new(sql)), values).await? {
        let judged = (row.word("verdict")?, row.json("judgement")?);
        let key = (row.id("client")?, row.id("ticket")?);
        found.entry(key).or_insert(judged);
    }
    for one in queued {
        let key = (one.ticket.client.clone(), one.ticket.id.clone());
        one.found = found.remove(&key);
    }
    Ok(())
}

/// Where a line stands: rank, due time, id and client, as one text.
fn place(line: &Queued) -> String {
    let ticket = &line.ticket;
    let rank = i32::from(line.ticket.outcome != duly_core::accounts::Outcome::Missed);
    let due_at = ticket.due_at.as_millisecond();
    format!("{rank}~{due_at}~{}~{}", ticket.id, ticket.client)
}

fn read_place(place: &str) -> Result<(i64, i64, &str, &str), Error> {
    let read = || {
        let mut parts = place.splitn(4, '~');
        let rank = parts.next()?.parse().ok()?;
        let due_at = parts.next()?.parse().ok()?;
        let ticket = parts.next()?;
        Some((rank, due_at, parts.next()?, ticket))
    };
    read().ok_or_else(|| Error::unreadable("a place in a list", place))
}
