//! Clients: whom the provider looks after. A client is made together with its log.

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::ClientId;
use duly_core::scope::Client;
use duly_proof::tree::Frontier;
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// A client to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    /// What bears on its duties.
    pub scope: Client,
    /// Its name; in the log only as a commitment.
    pub name: String,
    /// The origin of its log, for ever: `duly.<domain>/<random>`, `duly.try/…` in a demonstration.
    pub origin: String,
    /// Whether it is the provider itself.
    pub provider: bool,
}

/// A client as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// What bears on its duties.
    pub scope: Client,
    /// Its name.
    pub name: String,
    /// The origin of its log.
    pub origin: String,
    /// Whether it is the provider itself.
    pub provider: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether something was made now or was there already, the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Made now.
    New,
    /// It was there already, with the same content.
    Already,
}

impl Store {
    /// Makes a client, its log, and the log's first entry.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] when the id stands for another client, or the origin for another log.
    pub async fn create_client(&self, client: NewClient, now: Timestamp) -> Result<Made, Error> {
        self.write(Lane::Acknowledge, (client, now), |tx, (client, now)| {
            Box::pin(create(tx, client, *now))
        })
        .await
    }

    /// One client.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn client(&self, client: &ClientId) -> Result<Option<ClientRow>, Error> {
        let mut rows = self.read().await?;
        let row = rows.first(ONE, args![client]).await?;
        row.as_ref().map(client_row).transpose()
    }

    /// All clients, by id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn clients(&self, page: &Page) -> Result<Listed<ClientRow>, Error> {
        let mut rows = self.read().await?;
        let after = page.after.clone().unwrap_or_default();
        let found = rows
            .all(
                "select c.client, c.name, c.tz, c.calendar, c.provider, c.created_at, l.origin \
                 from client c join log l on l.client = c.client where c.client > $1 \
                 order by c.client limit $2",
                args![after, page.fetch()],
            )
            .await?;
        let clients = found.iter().map(client_row).collect::<Result<_, _>>()?;
        Ok(Listed::cut(clients, page, |client: &ClientRow| {
            client.scope.id.0.clone()
        }))
    }

    /// Moves a client to another zone or calendar; duties already open keep their times.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client.
    pub async fn change_client(&self, scope: Client, now: Timestamp) -> Result<(), Error> {
        self.write(Lane::Acknowledge, (scope, now), |tx, (scope, now)| {
            Box::pin(change(tx, scope, *now))
        })
        .await
    }
}

/// Every client, for whoever reads a store beside its owner.
pub(crate) async fn all_of(rows: &mut Connection) -> Result<Vec<ClientRow>, Error> {
    let found = rows
        .all(
            "select c.client, c.name, c.tz, c.calendar, c.provider, c.created_at, l.origin \
             from client c join log l on l.client = c.client order by c.client",
            args![],
        )
        .await?;
    found.iter().map(client_row).collect()
}

const ONE: &str = "select c.client, c.name, c.tz, c.calendar, c.provider, c.created_at, l.origin \
                   from client c join log l on l.client = c.client where c.client = $1";

async fn create(tx: &mut Transaction, client: &NewClient, now: Timestamp) -> Result<Made, Error> {
    let scope = &client.scope;
    if let Some(row) = tx.rows().first(ONE, args![&scope.id]).await? {
        let found = client_row(&row)?;
        let same = found.scope == *scope
            && found.name == client.name
            && found.origin == client.origin
            && found.provider == client.provider;
        return if same {
            Ok(Made::Already)
        } else {
            Err(taken("client", &scope.id))
        };
    }
    tx.rows()
        .run(
            "insert into client(client, name, tz, calendar, provider, created_at) \
             values ($1, $2, $3, $4, $5, $6)",
            args![
                &scope.id,
                client.name.as_str(),
                scope.tz.as_str(),
                scope.calendar.as_str(),
                client.provider,
                now,
            ],
        )
        .await?;
    let empty = Frontier::new();
    let made = tx
        .rows()
        .run(
            "insert into log(client, origin, size, frontier, root, last_at) \
             values ($1, $2, 0, $3, $4, $5) on conflict do nothing",
            args![
                &scope.id,
                client.origin.as_str(),
                empty.to_bytes(),
                empty.root(),
                now,
            ],
        )
        .await?;
    if made == 0 {
        return Err(taken("log origin", &client.origin));
    }
    let draft = EntryDraft::new(kind::LOG_OPEN)
        .with_field("client", scope)?
        .with_field("name", &client.name)?;
    tx.append(&scope.id, draft, now).await?;
    Ok(Made::New)
}

async fn change(tx: &mut Transaction, scope: &Client, now: Timestamp) -> Result<(), Error> {
    let changed = tx
        .rows()
        .run(
            "update client set tz = $1, calendar = $2 where client = $3",
            args![scope.tz.as_str(), scope.calendar.as_str(), &scope.id],
        )
        .await?;
    if changed == 0 {
        return Err(Error::no_such(&scope.id, "client", &scope.id));
    }
    let draft = EntryDraft::new(kind::CLIENT_CHANGE).with_field("client", scope)?;
    tx.append(&scope.id, draft, now).await?;
    Ok(())
}

pub(crate) fn taken(what: &'static str, id: impl ToString) -> Error {
    Error::Taken {
        what,
        id: id.to_string(),
    }
}

fn client_row(row: &Row) -> Result<ClientRow, Error> {
    Ok(ClientRow {
        scope: Client {
            id: row.id("client")?,
            tz: row.text("tz")?,
            calendar: row.text("calendar")?,
        },
        name: row.text("name")?,
        origin: row.text("origin")?,
        provider: row.truth("provider")?,
        created_at: row.at("created_at")?,
    })
}
