//! Connections: through what something leaves, and how well that works. Their secrets are sealed
//! as all secrets are, under `connection/` and the id; settings are what may be shown.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a connection that was made or changed. Field: `connection`.
pub const CONNECTION_KEEP: &str = "x.connection.keep";
/// Type of the entry for one that was removed. Field: `connection` (its id).
pub const CONNECTION_REMOVE: &str = "x.connection.remove";

/// Most connections there can be at a time. Each is looked at in every round of sending.
pub const CONNECTIONS_MAX: usize = 50;

/// Longest settings: a few addresses and a certificate.
pub const SETTINGS_BYTES_MAX: usize = 32 * 1_024;

/// A connection to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptConnection {
    /// Random.
    pub id: String,
    /// What it leads to.
    pub kind: String,
    /// As shown.
    pub name: String,
    /// What may be shown of how to reach it.
    pub settings: Value,
}

/// A connection as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What was kept.
    pub kept: KeptConnection,
    /// Since when.
    pub kept_at: Timestamp,
    /// When something last got through.
    pub delivered_at: Option<Timestamp>,
    /// When something last did not.
    pub failed_at: Option<Timestamp>,
    /// Why not; absent since something got through again.
    pub problem: Option<String>,
    /// What waits.
    pub waiting: u64,
    /// Since when the oldest of it waits.
    pub waiting_since: Option<Timestamp>,
    /// What was given up in the end.
    pub failed: u64,
}

/// The name of a connection's secret.
#[must_use]
pub fn secret_name(connection: &str) -> String {
    format!("connection/{connection}")
}

impl Store {
    /// Makes or changes a connection.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when there are too many, or its settings are too long.
    pub async fn keep_connection(
        &self,
        connection: KeptConnection,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let settings = connection.settings.to_string();
        at_most("settings in bytes", settings.len(), SETTINGS_BYTES_MAX)?;
        let input = (connection, by.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (connection, by, now)| {
            Box::pin(keep(tx, connection, by, *now))
        })
        .await
    }

    /// Removes a connection and its secret; what waits for it is given up. `false` when it was
    /// removed before, or never there.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_connection(
        &self,
        connection: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (connection.to_owned(), by.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (connection, by, now)| {
            Box::pin(remove(tx, connection, by, *now))
        })
        .await
    }

    /// Every connection that is not removed, by name; at most [`CONNECTIONS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connections(&self) -> Result<Vec<Connection>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select c.connection, c.kind, c.name, c.settings, c.kept_at, c.delivered_at, \
                 c.failed_at, c.problem, \
                 (select count(*) from delivery d where d.connection = c.connection \
                 and d.state = 'waiting') as waiting, \
                 (select min(d.queued_at) from delivery d where d.connection = c.connection \
                 and d.state = 'waiting') as waiting_since, \
                 (select count(*) from delivery d where d.connection = c.connection \
                 and d.state = 'failed') as failed \
                 from connection c where c.client = $1 and c.removed_at is null \
                 order by c.name, c.connection",
                args![Client::PROVIDER],
            )
            .await?;
        found.iter().map(connection_row).collect()
    }
}

fn connection_row(row: &Row) -> Result<Connection, Error> {
    Ok(Connection {
        kept: KeptConnection {
            id: row.text("connection")?,
            kind: row.text("kind")?,
            name: row.text("name")?,
            settings: row.json("settings")?,
        },
        kept_at: row.at("kept_at")?,
        delivered_at: row.at_or_none("delivered_at")?,
        failed_at: row.at_or_none("failed_at")?,
        problem: row.text_or_none("problem")?,
        waiting: row.count("waiting")?,
        waiting_since: row.at_or_none("waiting_since")?,
        failed: row.count("failed")?,
    })
}

async fn keep(
    tx: &mut Transaction,
    connection: &KeptConnection,
    by: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    let provider = ClientId::from(Client::PROVIDER);
    let at = tx.at(&provider, now).await?;
    let others = tx
        .rows()
        .first(
            "select count(*) as number from connection \
             where client = $1 and removed_at is null and connection <> $2",
            args![&provider, connection.id.as_str()],
        )
        .await?
        .map_or(Ok(0), |row| row.count("number"))?;
    let number = usize::try_from(others).unwrap_or(usize::MAX);
    at_most("connections", number.saturating_add(1), CONNECTIONS_MAX)?;
    let row = args![
        &provider,
        connection.id.as_str(),
        connection.kind.as_str(),
        connection.name.as_str(),
        connection.settings.to_string(),
        at,
    ];
    tx.rows()
        .run(
            "insert into connection(client, connection, kind, name, settings, kept_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (client, connection) do update \
             set name = excluded.name, settings = excluded.settings, kept_at = excluded.kept_at",
            row,
        )
        .await?;
    let told = json!({
        "id": connection.id,
        "kind": connection.kind,
        "name": connection.name,
        "settings": connection.settings,
    });
    let draft = EntryDraft {
        person: Some(by.clone()),
        ..EntryDraft::new(CONNECTION_KEEP).with_field("connection", &told)?
    };
    tx.append(&provider, draft, now).await?;
    Ok(())
}

async fn remove(
    tx: &mut Transaction,
    connection: &str,
    by: &PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    let provider = ClientId::from(Client::PROVIDER);
    let at = tx.at(&provider, now).await?;
    let removed = tx
        .rows()
        .run(
            "update connection set removed_at = $1 \
             where client = $2 and connection = $3 and removed_at is null",
            args![at, &provider, connection],
        )
        .await?;
    if removed == 0 {
        return Ok(false);
    }
    tx.rows()
        .run(
            "update delivery set state = 'failed', ended_at = $1, \
             problem = 'the connection was removed' \
             where connection = $2 and state = 'waiting'",
            args![at, connection],
        )
        .await?;
    tx.rows()
        .run(
            "delete from secret where client = $1 and name = $2",
            args![&provider, secret_name(connection)],
        )
        .await?;
    crate::warnings::clear(tx, &provider, crate::UNDELIVERABLE, connection, now).await?;
    let draft = EntryDraft {
        person: Some(by.clone()),
        ..EntryDraft::new(CONNECTION_REMOVE).with_field("connection", &connection)?
    };
    tx.append(&provider, draft, now).await?;
    Ok(true)
}
