//! Signing in: one-time links and sessions.
//!
//! A token has 256 random bits and leaves the store once, on being made; the database holds its
//! SHA-256, so that whoever reads the database cannot sign in. Neither is an entry of the log:
//! they say who looked, not what was done.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::{Hash, hash};
use jiff::{SignedDuration, Timestamp};

use crate::database::value::args;
use crate::error::Error;
use crate::people::{Person, person_columns, person_row};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Longest token that is looked at: ours have 64 digits.
const TOKEN_BYTES_MAX: usize = 64;

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Since when.
    pub began_at: Timestamp,
    /// Until when at the latest.
    pub expires_at: Timestamp,
}

impl Store {
    /// Makes a one-time sign-in link for a person; the token to put into it.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when there is no such person, or no longer.
    pub async fn create_sign_in_link(
        &self,
        client: &ClientId,
        person: &PersonId,
        valid_for: SignedDuration,
        now: Timestamp,
    ) -> Result<String, Error> {
        let token = fresh_token()?;
        let input = (
            client.clone(),
            person.clone(),
            digest(&token),
            now + valid_for,
            now,
        );
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, digest, until, now)| {
                Box::pin(make_link(tx, client, person, *digest, *until, *now))
            },
        )
        .await?;
        Ok(token)
    }

    /// Turns a link's token into a session, once; the session's token. `None` when the link is
    /// unknown, used or expired, or the person was removed: which of them is nobody's business.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn redeem_sign_in_link(
        &self,
        token: &str,
        session_for: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let session = fresh_token()?;
        let input = (digest(token), digest(&session), now + session_for, now);
        let redeemed = self
            .write(
                Lane::Acknowledge,
                input,
                |tx, (link, session, until, now)| {
                    Box::pin(redeem(tx, *link, *session, *until, *now))
                },
            )
            .await?;
        Ok(redeemed.then_some(session))
    }

    /// Who a session's token stands for; `None` when it is unknown, expired or revoked.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let mut rows = self.read().await?;
        let found = rows
            .first(
                concat!(
                    "select ",
                    person_columns!(),
                    ", s.began_at, s.expires_at from session s \
                     join person p on p.client = s.client and p.person = s.person \
                     where s.token_hash = $1 and s.expires_at > $2 and s.revoked_at is null \
                     and p.removed_at is null and (p.until is null or p.until > $2)"
                ),
                args![digest(token), now],
            )
            .await?;
        found
            .map(|row| {
                Ok(Session {
                    person: person_row(&row)?,
                    began_at: row.at("began_at")?,
                    expires_at: row.at("expires_at")?,
                })
            })
            .transpose()
    }

    /// Ends a session; `false` when there was none to end.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_session(&self, token: &str, now: Timestamp) -> Result<bool, Error> {
        self.write(
            Lane::Acknowledge,
            (digest(token), now),
            |tx, (digest, now)| {
                Box::pin(async move {
                    let ended = tx
                        .rows()
                        .run(
                            "update session set revoked_at = $1 \
                             where token_hash = $2 and revoked_at is null",
                            args![*now, *digest],
                        )
                        .await?;
                    Ok(ended == 1)
                })
            },
        )
        .await
    }
}

fn fresh_token() -> Result<String, Error> {
    Ok(Hash(random::bytes()?).to_hex())
}

fn digest(token: &str) -> Hash {
    hash(token.as_bytes())
}

async fn make_link(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    digest: Hash,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let made = tx
        .rows()
        .run(
            "insert into sign_in_link(client, token_hash, person, made_at, expires_at) \
             select p.client, $1, p.person, $2, $3 from person p \
             where p.client = $4 and p.person = $5 and p.removed_at is null",
            args![digest, now, until, client, person],
        )
        .await?;
    if made == 0 {
        return Err(Error::no_such(client, "person", person));
    }
    Ok(())
}

async fn redeem(
    tx: &mut Transaction,
    link: Hash,
    session: Hash,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    let used = tx
        .rows()
        .first(
            "update sign_in_link set used_at = $1 \
             where token_hash = $2 and used_at is null and expires_at > $1 \
             returning client, person",
            args![now, link],
        )
        .await?;
    let Some(used) = used else { return Ok(false) };
    let began = tx
        .rows()
        .run(
            "insert into session(client, token_hash, person, began_at, expires_at) \
             select p.client, $1, p.person, $2, $3 from person p \
             where p.client = $4 and p.person = $5 and p.removed_at is null",
            args![
                session,
                now,
                until,
                used.text("client")?,
                used.text("person")?
            ],
        )
        .await?;
    Ok(began == 1)
}
