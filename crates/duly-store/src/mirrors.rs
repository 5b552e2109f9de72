//! Mirrors: a ticket's picture in somebody else's help desk. At most one for each connection, by
//! its key; what is to be done over there is queued in the same transaction as what is known here.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId};
use duly_core::telling::mirror::{MirrorAct, MirrorState};
use jiff::Timestamp;

use crate::database::value::{Row, args, word};
use crate::deliveries::{self, NewDelivery};
use crate::error::Error;
use crate::log::append::signed;
use crate::page::ROWS_MAX;
use crate::store::Store;
use crate::tickets::{self, Ticket};
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for something that is to be done to a ticket's mirror. Field: `mirror`.
pub const MIRROR_ACT: &str = "x.mirror.act";

/// A mirror as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// In which help desk.
    pub connection: String,
    /// How it stands, as far as is known.
    pub state: MirrorState,
    /// Its id over there, once that is known.
    pub foreign_id: Option<String>,
    /// Where people find it.
    pub link: Option<String>,
    /// How often it was opened again.
    pub reopened: u64,
    /// Whether the ticket's work is still to be done.
    pub is_owed: bool,
}

/// What is to be done to a mirror, decided by what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorChange {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// In which help desk.
    pub connection: String,
    /// What.
    pub act: MirrorAct,
    /// How it stood, and how often it had been opened again; absent when there was none.
    pub seen: Option<(MirrorState, u64)>,
    /// What is sent.
    pub delivery: Option<NewDelivery>,
}

const COLUMNS_AND_TABLES: &str = "m.client, m.ticket, m.connection, m.state, m.foreign_id, \
     m.link, m.reopened, t.outcome, t.afterwards_at \
     from mirror m join ticket t on t.client = m.client and t.ticket = m.ticket";

impl Store {
    /// Changes what is known of a mirror and queues what is done over there; `false` when it no
    /// longer stands as it was seen.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn change_mirror(&self, change: MirrorChange, now: Timestamp) -> Result<bool, Error> {
        self.write(Lane::Bulk, (change, now), |tx, (change, now)| {
            Box::pin(change_one(tx, change, *now))
        })
        .await
    }

    /// Records where a mirror is over there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn mirror_is_at(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        connection: &str,
        foreign_id: Option<&str>,
        link: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (
            client.clone(),
            ticket.clone(),
            connection.to_owned(),
            foreign_id.map(str::to_owned),
            link.map(str::to_owned),
            now,
        );
        self.write(Lane::Bulk, input, |tx, input| {
            Box::pin(async move {
                let (client, ticket, connection, foreign_id, link, now) = input;
                // One whose duty has ended meanwhile stays closed: its closing is queued behind.
                tx.rows()
                    .run(
                        "update mirror set foreign_id = $1, link = $2, changed_at = $3, \
                         state = case state when 'asked' then 'open' else state end \
                         where client = $4 and ticket = $5 and connection = $6",
                        args![
                            foreign_id.clone(),
                            link.clone(),
                            *now,
                            client,
                            ticket,
                            connection.as_str(),
                        ],
                    )
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The mirrors of a ticket.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn mirrors_of(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<Mirrored>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                sql(format!(
                    "select {COLUMNS_AND_TABLES} where m.client = $1 and m.ticket = $2 \
                     order by m.connection"
                )),
                args![client, ticket],
            )
            .await?;
        found.iter().map(mirror_row).collect()
    }

    /// Mirrors whose state does not fit their ticket's: open ones of tickets that ended, closed
    /// ones of tickets that are owed again. At most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn mirrors_astray(&self) -> Result<Vec<Mirrored>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                sql(format!(
                    "select {COLUMNS_AND_TABLES} \
                     join connection c on c.connection = m.connection and c.removed_at is null \
                     where (m.state <> 'closed' and not (t.outcome in ('open', 'missed') \
                     and t.afterwards_at is null)) \
                     or (m.state = 'closed' and t.outcome in ('open', 'missed') \
                     and t.afterwards_at is null) \
                     order by m.client, m.ticket, m.connection limit $1"
                )),
                args![i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(mirror_row).collect()
    }

    /// The open mirrors of a connection that were not looked at since, the one not looked at for
    /// longest first; they count as looked at from now on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn mirrors_to_look_at(
        &self,
        connection: &str,
        since: Timestamp,
        rows_max: u32,
        now: Timestamp,
    ) -> Result<Vec<Mirrored>, Error> {
        let input = (connection.to_owned(), since, rows_max, now);
        self.write(
            Lane::Bulk,
            input,
            |tx, (connection, since, rows_max, now)| {
                Box::pin(to_look_at(tx, connection, *since, *rows_max, *now))
            },
        )
        .await
    }

    /// Owed tickets that a connection has no mirror of, the one due first first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn without_mirror(
        &self,
        connection: &str,
        rows_max: u32,
    ) -> Result<Vec<Ticket>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, ticket, process, version, asset, slot, opens_at, due_at, \
                 missed_at, opened_at, outcome, verdict, ended_at, closed_by, exception, \
                 afterwards_at, rework_at, handed_to, handovers from ticket t \
                 where t.outcome in ('open', 'missed') and t.afterwards_at is null \
                 and not exists (select 1 from mirror m where m.client = t.client \
                 and m.ticket = t.ticket and m.connection = $1) \
                 order by t.due_at, t.client, t.ticket limit $2",
                args![connection, i64::from(rows_max)],
            )
            .await?;
        found.iter().map(tickets::ticket_row).collect()
    }
}

/// Put together from the texts in this file only.
fn sql(text: String) -> sqlx::AssertSqlSafe<std::sync::Arc<String>> {
    sqlx::AssertSqlSafe(std::sync::Arc::new(text))
}

fn mirror_row(row: &Row) -> Result<Mirrored, Error> {
    let outcome = row.text("outcome")?;
    let afterwards = row.at_or_none("afterwards_at")?;
    Ok(Mirrored {
        client: row.id("client")?,
        ticket: row.id("ticket")?,
        connection: row.text("connection")?,
        state: row.word("state")?,
        foreign_id: row.text_or_none("foreign_id")?,
        link: row.text_or_none("link")?,
        reopened: row.count("reopened")?,
        is_owed: matches!(outcome.as_str(), "open" | "missed") && afterwards.is_none(),
    })
}

async fn to_look_at(
    tx: &mut Transaction,
    connection: &str,
    since: Timestamp,
    rows_max: u32,
    now: Timestamp,
) -> Result<Vec<Mirrored>, Error> {
    let found = tx
        .rows()
        .all(
            sql(format!(
                "select {COLUMNS_AND_TABLES} where m.state = 'open' and m.looked_at < $1 \
                 and m.connection = $2 and m.foreign_id is not null \
                 order by m.looked_at, m.client, m.ticket limit $3"
            )),
            args![since, connection, i64::from(rows_max)],
        )
        .await?;
    let mut mirrors = Vec::with_capacity(found.len());
    for row in &found {
        let mirror = mirror_row(row)?;
        tx.rows()
            .run(
                "update mirror set looked_at = $1 \
                 where client = $2 and ticket = $3 and connection = $4",
                args![now, &mirror.client, &mirror.ticket, connection],
            )
            .await?;
        mirrors.push(mirror);
    }
    Ok(mirrors)
}

async fn change_one(
    tx: &mut Transaction,
    change: &MirrorChange,
    now: Timestamp,
) -> Result<bool, Error> {
    let at = tx.at(&change.client, now).await?;
    let connection = change.connection.as_str();
    let changed = match &change.seen {
        None => {
            tx.rows()
                .run(
                    "insert into mirror(client, ticket, connection, state, reopened, \
                     changed_at, looked_at) values ($1, $2, $3, 'asked', 0, $4, $4) \
                     on conflict do nothing",
                    args![&change.client, &change.ticket, connection, at],
                )
                .await?
        }
        Some((state, reopened)) => {
            let (to, again) = match change.act {
                MirrorAct::Close => (MirrorState::Closed, 0),
                MirrorAct::Reopen => (MirrorState::Open, 1),
                MirrorAct::Make | MirrorAct::Warn => (*state, 1),
            };
            tx.rows()
                .run(
                    "update mirror set state = $1, reopened = reopened + $2, changed_at = $3 \
                     where client = $4 and ticket = $5 and connection = $6 \
                     and state = $7 and reopened = $8",
                    args![
                        word(&to)?,
                        again,
                        at,
                        &change.client,
                        &change.ticket,
                        connection,
                        word(state)?,
                        signed(*reopened)?,
                    ],
                )
                .await?
        }
    };
    if changed == 0 {
        return Ok(false);
    }
    if let Some(delivery) = &change.delivery {
        deliveries::queue(tx, delivery, now).await?;
    }
    let told = serde_json::json!({ "connection": connection, "act": change.act });
    let draft = EntryDraft {
        duty: Some(change.ticket.clone()),
        ..EntryDraft::new(MIRROR_ACT).with_field("mirror", &told)?
    };
    tx.append(&change.client, draft, now).await?;
    Ok(true)
}
