//! Clients: whom the provider looks after. A client is made together with its log.

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use duly_proof::tree::Frontier;
use jiff::Timestamp;

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::log::append::{Appended, signed};
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a client that is called otherwise from now on. Field: `name`.
pub const CLIENT_RENAME: &str = "x.client.rename";

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

    /// Moves a client to another zone or calendar; duties already open keep their times. Whoever
    /// moves it publishes the new zone and calendar first.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client.
    pub async fn change_client(
        &self,
        scope: Client,
        person: Option<&PersonId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (scope, person.cloned(), now);
        self.write(Lane::Acknowledge, input, |tx, (scope, person, now)| {
            Box::pin(change(tx, scope, person.as_ref(), *now))
        })
        .await
    }

    /// What the configuration file last declared this client to be; nothing if none ever did.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn declared_client(&self, client: &ClientId) -> Result<Option<Client>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select declared from client where client = $1",
                args![client],
            )
            .await?;
        found.map_or(Ok(None), |row| row.json_or_none("declared"))
    }

    /// Remembers what the configuration file declares this client to be.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remember_declared(&self, scope: Client) -> Result<(), Error> {
        self.write(Lane::Acknowledge, scope, |tx, scope| {
            Box::pin(async move {
                let document = serde_json::to_string(scope)?;
                tx.rows()
                    .run(
                        "update client set declared = $1 where client = $2",
                        args![document, &scope.id],
                    )
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Gives a client another name; `false` when it has that name.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client.
    pub async fn rename_client(
        &self,
        client: &ClientId,
        name: &str,
        person: Option<&PersonId>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), name.to_owned(), person.cloned(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, name, person, now)| {
                Box::pin(rename(tx, client, name, person.as_ref(), *now))
            },
        )
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
    let appended = tx.append(&scope.id, draft, now).await?;
    add_era(tx, scope, appended).await?;
    Ok(Made::New)
}

async fn change(
    tx: &mut Transaction,
    scope: &Client,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<(), Error> {
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
    let draft = EntryDraft {
        person: person.cloned(),
        ..EntryDraft::new(kind::CLIENT_CHANGE).with_field("client", scope)?
    };
    let appended = tx.append(&scope.id, draft, now).await?;
    add_era(tx, scope, appended).await
}

async fn add_era(tx: &mut Transaction, scope: &Client, appended: Appended) -> Result<(), Error> {
    let document = serde_json::to_string(scope)?;
    let row = args![&scope.id, signed(appended.index)?, appended.at, document];
    tx.rows()
        .run(
            "insert into client_era(client, idx, at, document) values ($1, $2, $3, $4)",
            row,
        )
        .await?;
    Ok(())
}

/// Everything a client ever was, oldest first, with the time of each entry.
pub(crate) async fn eras(
    rows: &mut Connection,
    client: &ClientId,
) -> Result<Vec<(Timestamp, Client)>, Error> {
    let found = rows
        .all(
            "select at, document from client_era where client = $1 order by idx",
            args![client],
        )
        .await?;
    found
        .iter()
        .map(|row| Ok((row.at("at")?, row.json("document")?)))
        .collect()
}

async fn rename(
    tx: &mut Transaction,
    client: &ClientId,
    name: &str,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .rows()
        .run(
            "update client set name = $1 where client = $2 and name <> $1",
            args![name, client],
        )
        .await?;
    if changed == 0 {
        let found = tx.rows().first(ONE, args![client]).await?;
        return found
            .map(|_| false)
            .ok_or_else(|| Error::no_such(client, "client", client));
    }
    let draft = EntryDraft {
        person: person.cloned(),
        ..EntryDraft::new(CLIENT_RENAME).with_field("name", &name)?
    };
    tx.append(client, draft, now).await?;
    Ok(true)
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
