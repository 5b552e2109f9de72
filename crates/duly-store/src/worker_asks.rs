//! What the worker asks of a client's tickets in each round: one statement a question, so that a
//! round in which nothing is to be done costs by what is owed, and writes nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::id::{ClientId, DutyId};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::database::sqlite::KEEP_STATISTICS;
use crate::database::value::{Row, Value, args};
use crate::error::Error;
use crate::store::Store;
use crate::tickets::OWED;
use crate::writer::Lane;

/// Most ids in one answer: what one client has at a time of anything asked here. More than that
/// come in the next round.
const IDS_MAX: i64 = 5_000;

impl Store {
    /// Has the database keep what it knows of its tables up to date, so that it goes by the right
    /// index; once a day is enough. PostgreSQL does so by itself.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn keep_statistics(&self) -> Result<(), Error> {
        self.write(Lane::Bulk, (), |tx, ()| {
            Box::pin(async move {
                match tx.rows().pick_sqlite(KEEP_STATISTICS) {
                    Some(sql) => tx.rows().script(sql.to_owned()).await,
                    None => Ok(()),
                }
            })
        })
        .await
    }

    /// The tickets with slots from a date on that were raised.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn raised_since(
        &self,
        client: &ClientId,
        slot: Date,
    ) -> Result<BTreeSet<DutyId>, Error> {
        let mut rows = self.read().await?;
        // In one text, which a database gives many times faster than as many rows.
        let sql = rows.pick(
            "select group_concat(ticket, ' ') as ids from ticket where client = $1 and slot >= $2",
            "select string_agg(ticket, ' ') as ids from ticket where client = $1 and slot >= $2",
        );
        let row = rows.first(sql, args![client, slot]).await?;
        let ids = row
            .map(|row| row.text_or_none("ids"))
            .transpose()?
            .flatten();
        let ids = ids.unwrap_or_default();
        Ok(ids
            .split(' ')
            .filter(|id| !id.is_empty())
            .map(DutyId::from)
            .collect())
    }

    /// The tickets that close themselves: open or re-opened, and every step measured and passed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn measured_through(&self, client: &ClientId) -> Result<Vec<DutyId>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select t.ticket from ticket t where t.client = $1 \
                 and (t.outcome = 'open' or t.rework_at is not null) and not exists ( \
                 select 1 from step s where s.client = t.client and s.ticket = t.ticket \
                 and not (s.state = 'filled' and s.run is not null \
                 and coalesce(s.verdict, '') in ('pass', 'not-applicable'))) \
                 order by t.due_at, t.ticket limit $2",
                args![client, IDS_MAX],
            )
            .await?;
        found.iter().map(|row: &Row| row.id("ticket")).collect()
    }

    /// Whether a ticket's grace is over and it still stands as open.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn has_missed(&self, client: &ClientId, now: Timestamp) -> Result<bool, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select ticket from ticket where client = $1 and outcome = 'open' \
                 and due_at < $2 and missed_at < $2 limit 1",
                args![client, now],
            )
            .await?;
        Ok(found.is_some())
    }

    /// The tickets still owed with a step that one of these probes has not filled yet, or could
    /// not find out about.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn awaiting_probe(
        &self,
        client: &ClientId,
        probes: &[&str],
    ) -> Result<BTreeSet<DutyId>, Error> {
        if probes.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut values: Vec<Value> = args![client, IDS_MAX];
        let mut list = String::new();
        for probe in probes {
            values.push((*probe).into());
            let comma = if list.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(list, "{comma}${}", values.len());
        }
        let sql = format!(
            "select t.ticket from ticket t where t.client = $1 and ({OWED}) and exists ( \
             select 1 from step s where s.client = t.client and s.ticket = t.ticket \
             and s.probe in ({list}) and (s.state = 'pending' or (s.state = 'filled' \
             and s.run is not null and s.verdict = 'unknown'))) limit $2"
        );
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        found.iter().map(|row: &Row| row.id("ticket")).collect()
    }
}
