//! Counts of several clients at once: the equation of a period, and whether anything was published
//! since. A statement answers for some hundred clients, so that a page over all of them does not
//! ask each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use duly_core::accounts::{Equation, Outcome};
use duly_core::entry::kind;
use duly_core::id::ClientId;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::database::value::Value;
use crate::error::Error;
use crate::log::append::signed;
use crate::store::Store;

/// Clients in one statement: what a small provider has, and far below the parameters that either
/// database takes.
const CLIENTS_AT_A_TIME: usize = 250;

/// Types of the entries from which duties follow, and from which alone: what a recount reads.
pub(crate) const PUBLISHING: [&str; 9] = [
    kind::LOG_OPEN,
    kind::CLIENT_CHANGE,
    kind::PROCESS_PUBLISH,
    kind::CALENDAR_PUBLISH,
    kind::ZONE_PUBLISH,
    kind::ASSET_ADD,
    kind::ASSET_RETIRE,
    kind::EXCEPTION_GRANT,
    kind::PLAN_SIGN,
];

/// A client and the dates of a period, both included.
pub type Asked = (ClientId, Date, Date);

impl Store {
    /// The equation of each client over the tickets whose slots are dated in its period, and of
    /// what is waived, how many by the client's own word. Duties without a ticket are not in it.
    /// Clients without a ticket in it are left out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn equations(
        &self,
        asked: &[Asked],
    ) -> Result<BTreeMap<ClientId, (Equation, u64)>, Error> {
        let mut counted: BTreeMap<ClientId, (Equation, u64)> = BTreeMap::new();
        let mut rows = self.read().await?;
        for some in asked.chunks(CLIENTS_AT_A_TIME) {
            let sql = format!(
                "{} select a.client, t.outcome, count(*) as number from asked a \
                 join ticket t on t.client = a.client and t.slot >= a.first \
                 and t.slot <= a.last group by a.client, t.outcome",
                with(
                    "asked(client, first, last)",
                    ["text", "text", "text"],
                    some.len()
                )
            );
            // Put together from the texts in this file; what the caller gives is bound.
            for row in rows
                .all(AssertSqlSafe(Arc::new(sql)), periods(some))
                .await?
            {
                let number = row.count("number")?;
                let (equation, _) = counted.entry(row.id("client")?).or_default();
                equation.due += number;
                match row.word("outcome")? {
                    Outcome::Done => equation.done = number,
                    Outcome::Late => equation.late = number,
                    Outcome::Missed => equation.missed = number,
                    Outcome::Waived => equation.waived = number,
                    Outcome::Open => equation.open = number,
                }
            }
        }
        let has_waived = |(client, ..): &&Asked| {
            let found = counted.get(client);
            found.is_some_and(|(equation, _)| equation.waived > 0)
        };
        let waived: Vec<Asked> = asked.iter().filter(has_waived).cloned().collect();
        for some in waived.chunks(CLIENTS_AT_A_TIME) {
            let sql = format!(
                "{} select a.client, count(*) as number from asked a \
                 join ticket t on t.client = a.client and t.slot >= a.first \
                 and t.slot <= a.last and t.outcome = 'waived' \
                 join exception_ask e on e.client = t.client and e.exception = t.exception \
                 where e.waived_by = 'client' group by a.client",
                with(
                    "asked(client, first, last)",
                    ["text", "text", "text"],
                    some.len()
                )
            );
            // As above.
            for row in rows
                .all(AssertSqlSafe(Arc::new(sql)), periods(some))
                .await?
            {
                let (_, by_client) = counted.entry(row.id("client")?).or_default();
                *by_client = row.count("number")?;
            }
        }
        Ok(counted)
    }

    /// Of these clients, each with a size its log once had, those for which something was
    /// published since that changes which duties there are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn published_since(&self, asked: &[(ClientId, u64)]) -> Result<Vec<ClientId>, Error> {
        let mut changed = Vec::new();
        let mut rows = self.read().await?;
        for some in asked.chunks(CLIENTS_AT_A_TIME) {
            let mut values: Vec<Value> = Vec::new();
            for (client, size) in some {
                values.extend([client.into(), signed(*size)?.into()]);
            }
            let mut kinds = String::new();
            for kind in PUBLISHING {
                values.push(kind.into());
                let comma = if kinds.is_empty() { "" } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(kinds, "{comma}${}", values.len());
            }
            // By number, not by kind: there are few new entries, and many of each kind.
            let sql = format!(
                "{} select a.client from asked a where exists (select 1 from entry e \
                 where e.client = a.client and e.idx >= a.size and (e.kind || '') in ({kinds}))",
                with("asked(client, size)", ["text", "bigint"], some.len())
            );
            // As above.
            for row in rows.all(AssertSqlSafe(Arc::new(sql)), values).await? {
                changed.push(row.id("client")?);
            }
        }
        Ok(changed)
    }
}

fn periods(asked: &[Asked]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::with_capacity(asked.len() * 3);
    for (client, first, last) in asked {
        values.extend([client.into(), (*first).into(), (*last).into()]);
    }
    values
}

/// A table of so many rows of parameters, whose first number is 1.
fn with<const N: usize>(head: &str, types: [&str; N], rows: usize) -> String {
    let mut text = format!("with {head} as (values ");
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for (column, kind) in types.iter().enumerate() {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}cast(${} as {kind})", row * N + column + 1);
        }
        text.push(')');
    }
    text.push(')');
    text
}
