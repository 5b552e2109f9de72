//! What a client is called: a name is a disclosed field, and a new one is an entry.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use jiff::Timestamp;

use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a client that is called otherwise from now on. Field: `name`.
pub const CLIENT_RENAME: &str = "x.client.rename";

impl Store {
    /// Calls a client, or the provider, otherwise; `false` when it is called so already.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such client.
    pub async fn rename_client(
        &self,
        client: &ClientId,
        name: &str,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), name.to_owned(), person.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, name, person, now)| Box::pin(rename(tx, client, name, person, *now)),
        )
        .await
    }
}

async fn rename(
    tx: &mut Transaction,
    client: &ClientId,
    name: &str,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, Error> {
    let found = tx
        .rows()
        .first("select name from client where client = $1", args![client])
        .await?;
    let found = found.ok_or_else(|| Error::no_such(client, "client", client))?;
    if found.text("name")? == name {
        return Ok(false);
    }
    tx.rows()
        .run(
            "update client set name = $1 where client = $2",
            args![name, client],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(CLIENT_RENAME).with_field("name", &name)?
    };
    tx.append(client, draft, now).await?;
    Ok(true)
}
