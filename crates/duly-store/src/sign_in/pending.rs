//! What is half way: a password that was right and still lacks its code, a challenge that a
//! passkey has yet to answer, a person who was sent to an identity provider.
//!
//! Each has a token that its browser keeps, holds for minutes, can be tried a few times and is used
//! up by success.

use duly_core::id::{ClientId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{TOKEN_BYTES_MAX, digest, fresh_token, journal_of};
use crate::database::value::{args, word};
use crate::error::{Error, at_most};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Most that are half way at the same time: far above what people do, and some megabytes.
pub const PENDING_MAX: usize = 5_000;

/// How often one may be tried: a code mistyped twice, and then the next one.
pub const PENDING_TRIES_MAX: i64 = 5;

/// Longest that is kept of one: a passkey's challenge with all keys of a person.
const DOCUMENT_BYTES_MAX: usize = 32 * 1_024;

/// What is half way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PendingKind {
    /// The password was right; the code is missing.
    Code,
    /// A challenge for whichever passkey answers.
    Passkey,
    /// A challenge for a new passkey.
    NewPasskey,
    /// Somebody was sent to the identity provider.
    Identity,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Whose it is, where that is known.
    pub person: Option<(ClientId, PersonId)>,
    /// What the second half is held against.
    pub document: String,
}

impl Store {
    /// Keeps one; its token. `None` when too many are half way.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the document is too long.
    pub async fn begin_pending(
        &self,
        kind: PendingKind,
        pending: Pending,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        at_most(
            "what is half way, in bytes",
            pending.document.len(),
            DOCUMENT_BYTES_MAX,
        )?;
        let token = fresh_token()?;
        let input = (kind, pending, digest(&token), now + valid_for, now);
        let begun = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (kind, pending, digest, until, now)| {
                    Box::pin(async move {
                        let (home, person) = match &pending.person {
                            Some((home, person)) => (Some(home), Some(person)),
                            None => (None, None),
                        };
                        let nobody = ClientId::from("");
                        let journal = journal_of(tx, home.unwrap_or(&nobody)).await?;
                        if !has_room(tx, &journal, *now).await? {
                            return Ok(false);
                        }
                        let row = args![
                            &journal,
                            *digest,
                            word(kind)?,
                            home,
                            person,
                            pending.document.as_str(),
                            *until
                        ];
                        tx.rows()
                            .run(
                                "insert into sign_in_pending(client, token_hash, kind, home, \
                                 person, document, tries, expires_at) \
                                 values ($1, $2, $3, $4, $5, $6, 0, $7)",
                                row,
                            )
                            .await?;
                        Ok(true)
                    })
                },
            )
            .await?;
        Ok(begun.then_some(token))
    }

    /// Looks at one and counts the look; `None` when it is unknown, over, or was looked at
    /// [`PENDING_TRIES_MAX`] times.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn try_pending(
        &self,
        kind: PendingKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Pending>, Error> {
        self.look(kind, token, false, now).await
    }

    /// Looks at one and ends it, so that nothing can be held against it again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn end_pending(
        &self,
        kind: PendingKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Pending>, Error> {
        self.look(kind, token, true, now).await
    }

    async fn look(
        &self,
        kind: PendingKind,
        token: &str,
        ends: bool,
        now: Timestamp,
    ) -> Result<Option<Pending>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let input = (kind, digest(token), ends, now);
        self.write(Lane::Acknowledge, input, |tx, (kind, digest, ends, now)| {
            Box::pin(async move {
                let sql = if *ends {
                    "delete from sign_in_pending where token_hash = $1 and kind = $2 \
                     and expires_at > $3 and tries < $4 returning home, person, document"
                } else {
                    "update sign_in_pending set tries = tries + 1 where token_hash = $1 \
                     and kind = $2 and expires_at > $3 and tries < $4 \
                     returning home, person, document"
                };
                let values = args![*digest, word(kind)?, *now, PENDING_TRIES_MAX];
                let Some(row) = tx.rows().first(sql, values).await? else {
                    return Ok(None);
                };
                let home: Option<ClientId> = row.id_or_none("home")?;
                Ok(Some(Pending {
                    person: home.zip(row.id_or_none("person")?),
                    document: row.text("document")?,
                }))
            })
        })
        .await
    }
}

async fn has_room(tx: &mut Transaction, journal: &ClientId, now: Timestamp) -> Result<bool, Error> {
    let over = "delete from sign_in_pending where client = $1 and expires_at <= $2";
    tx.rows().run(over, args![journal, now]).await?;
    let found = tx
        .rows()
        .first(
            "select count(*) as number from sign_in_pending where client = $1",
            args![journal],
        )
        .await?;
    let number = found.map_or(Ok(0), |row| row.count("number"))?;
    Ok(number < PENDING_MAX as u64)
}
