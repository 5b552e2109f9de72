//! Passkeys: public keys and how often they were used. Whether an answer fits one is not decided
//! here.

use duly_core::id::{ClientId, PersonId};
use jiff::Timestamp;

use super::{Visitor, drafted, journal_of};
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::people::{Person, person_columns, person_row};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a passkey that was added. No field tells anything of it.
pub const PASSKEY_ADD: &str = "x.account.passkey";
/// Type of the entry for a passkey that was removed.
pub const PASSKEY_REMOVE: &str = "x.account.passkey-end";

/// Most passkeys of a person: a telephone, a few machines, two keys for the drawer.
pub const PASSKEYS_MAX: usize = 12;

/// Longest document of a passkey; they have some hundred bytes, with an attestation a few
/// thousand.
const DOCUMENT_BYTES_MAX: usize = 16 * 1_024;

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Random; names it on pages.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// The public key and what belongs to it, as JSON; read by whoever checks answers.
    pub document: String,
    /// Since when.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// A passkey to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// Random ([`crate::random_id`]).
    pub id: String,
    /// The credential's own id, by which it is found when somebody signs in.
    pub credential: Vec<u8>,
    /// What its person calls it.
    pub name: String,
    /// See [`Passkey::document`].
    pub document: String,
}

impl Store {
    /// Adds a passkey.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] beyond [`PASSKEYS_MAX`]; [`Error::Taken`] when the credential is there
    /// already.
    pub async fn add_passkey(
        &self,
        client: &ClientId,
        person: &PersonId,
        passkey: NewPasskey,
        now: Timestamp,
    ) -> Result<(), Error> {
        let input = (client.clone(), person.clone(), passkey, now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, passkey, now)| Box::pin(put(tx, client, person, passkey, *now)),
        )
        .await
    }

    /// Removes a passkey of a person; `false` when there is none of that id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn remove_passkey(
        &self,
        client: &ClientId,
        person: &PersonId,
        passkey: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), person.clone(), passkey.to_owned(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, passkey, now)| {
                Box::pin(async move {
                    let gone = tx
                    .rows()
                    .run(
                        "delete from passkey where client = $1 and person = $2 and passkey = $3",
                        args![client, person, passkey.as_str()],
                    )
                    .await?;
                    if gone == 0 {
                        return Ok(false);
                    }
                    let journal = journal_of(tx, client).await?;
                    let draft = drafted(PASSKEY_REMOVE, Some(person), &Visitor::default())?;
                    tx.append(&journal, draft, *now).await?;
                    Ok(true)
                })
            },
        )
        .await
    }

    /// A person's passkeys, the oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn passkeys(
        &self,
        client: &ClientId,
        person: &PersonId,
    ) -> Result<Vec<Passkey>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select passkey, name, document, added_at, used_at from passkey \
                 where client = $1 and person = $2 order by added_at, passkey limit $3",
                args![
                    client,
                    person,
                    i64::try_from(PASSKEYS_MAX).unwrap_or(i64::MAX)
                ],
            )
            .await?;
        found.iter().map(passkey_row).collect()
    }

    /// The passkey of a credential, and whose it is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn passkey_of_credential(
        &self,
        credential: &[u8],
    ) -> Result<Option<(Person, Passkey)>, Error> {
        let mut rows = self.read().await?;
        rows.first(
            concat!(
                "select ",
                person_columns!(),
                ", k.passkey, k.name as key_name, k.document, k.added_at as key_added_at, \
                 k.used_at from passkey k \
                 join person p on p.client = k.client and p.person = k.person \
                 where k.credential = $1 and p.removed_at is null"
            ),
            args![credential],
        )
        .await?
        .map(|row| {
            let passkey = Passkey {
                id: row.text("passkey")?,
                name: row.text("key_name")?,
                document: row.text("document")?,
                added_at: row.at("key_added_at")?,
                used_at: row.at_or_none("used_at")?,
            };
            Ok((person_row(&row)?, passkey))
        })
        .transpose()
    }
}

fn passkey_row(row: &Row) -> Result<Passkey, Error> {
    Ok(Passkey {
        id: row.text("passkey")?,
        name: row.text("name")?,
        document: row.text("document")?,
        added_at: row.at("added_at")?,
        used_at: row.at_or_none("used_at")?,
    })
}

/// Writes a passkey and tells that it was added.
pub(super) async fn put(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    passkey: &NewPasskey,
    now: Timestamp,
) -> Result<(), Error> {
    at_most(
        "a passkey in bytes",
        passkey.document.len(),
        DOCUMENT_BYTES_MAX,
    )?;
    let journal = journal_of(tx, client).await?;
    // Before anything is counted: two that are added at once come one after the other.
    tx.at(&journal, now).await?;
    let there = tx
        .rows()
        .first(
            "select count(*) as number, \
             (select count(*) from passkey where credential = $3) as same \
             from passkey where client = $1 and person = $2",
            args![client, person, &passkey.credential[..]],
        )
        .await?
        .map_or(Ok((0, 0)), |row| {
            Ok::<_, Error>((row.count("number")?, row.count("same")?))
        })?;
    if there.1 > 0 {
        return Err(crate::clients::taken("passkey", &passkey.id));
    }
    let number = usize::try_from(there.0).unwrap_or(usize::MAX);
    at_most(
        "passkeys of a person",
        number.saturating_add(1),
        PASSKEYS_MAX,
    )?;
    let row = args![
        client,
        passkey.id.as_str(),
        person,
        &passkey.credential[..],
        passkey.name.as_str(),
        passkey.document.as_str(),
        now
    ];
    tx.rows()
        .run(
            "insert into passkey(client, passkey, person, credential, name, document, added_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            row,
        )
        .await?;
    let draft = drafted(PASSKEY_ADD, Some(person), &Visitor::default())?;
    tx.append(&journal, draft, now).await?;
    Ok(())
}

/// Keeps that a passkey was used; `false` when it is there no longer.
pub(super) async fn used(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    passkey: &str,
    document: Option<&str>,
    now: Timestamp,
) -> Result<bool, Error> {
    let used = tx
        .rows()
        .run(
            "update passkey set used_at = $1, document = coalesce($2, document) \
             where client = $3 and person = $4 and passkey = $5",
            args![now, document, client, person, passkey],
        )
        .await?;
    Ok(used == 1)
}
