//! Sessions: begun by a proof, looked up by every request, listed and ended by their person or by
//! an administrator, and over by themselves when nobody uses them or their time is up.

use duly_core::id::{ClientId, PersonId};
use duly_proof::hash::Hash;
use jiff::{SignedDuration, Timestamp};

use super::{
    SIGN_IN, SIGN_IN_END, TOKEN_BYTES_MAX, Visitor, Way, cut, digest, drafted, journal_of,
};
use crate::database::connection::Connection;
use crate::database::value::{Row, args, word};
use crate::error::Error;
use crate::page::ROWS_MAX;
use crate::people::{Person, person_columns, person_row};
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// How long a session lasts that nobody uses: a morning's work elsewhere with a lunch after it.
/// What is longer was forgotten.
pub const IDLE_FOR: SignedDuration = SignedDuration::from_hours(4);

/// How exactly it is kept when a session was last used: a page with ten requests is one write.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Since when.
    pub began_at: Timestamp,
    /// Until when at the latest.
    pub expires_at: Timestamp,
    /// Names the session in a list of them; gives no way in.
    pub id: String,
    /// Whether it was last used so long ago that it is worth keeping when it is now.
    pub is_to_be_seen: bool,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it; gives no way in.
    pub id: String,
    /// Since when.
    pub began_at: Timestamp,
    /// When it was last used, to a minute.
    pub seen_at: Timestamp,
    /// Until when at the latest.
    pub expires_at: Timestamp,
    /// By which way.
    pub way: Option<Way>,
    /// In which kind of browser.
    pub browser: Option<String>,
}

/// A session to begin.
pub(crate) struct Begin<'a> {
    pub(crate) client: &'a ClientId,
    pub(crate) person: &'a PersonId,
    pub(crate) session: Hash,
    pub(crate) way: Way,
    pub(crate) visitor: &'a Visitor,
    pub(crate) until: Timestamp,
}

/// Begins a session and tells so; `false` when the person was removed or their time is over.
pub(crate) async fn begin(
    tx: &mut Transaction,
    new: Begin<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    let began = tx
        .rows()
        .run(
            "insert into session(client, token_hash, person, began_at, expires_at, way, browser, \
             seen_at) select p.client, $1, p.person, $2, $3, $4, $5, $2 from person p \
             where p.client = $6 and p.person = $7 and p.removed_at is null \
             and (p.until is null or p.until > $2)",
            args![
                new.session,
                now,
                new.until,
                word(&new.way)?,
                new.visitor.browser.as_deref().map(cut),
                new.client,
                new.person
            ],
        )
        .await?;
    if began != 1 {
        return Ok(false);
    }
    let journal = journal_of(tx, new.client).await?;
    let draft = drafted(SIGN_IN, Some(new.person), new.visitor)?.with_field("way", &new.way)?;
    tx.append(&journal, draft, now).await?;
    Ok(true)
}

impl Store {
    /// Who a session's token stands for; `None` when it is unknown, expired, unused for long or
    /// revoked, or the person may not be here any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let digest = digest(token);
        let mut rows = self.read().await?;
        let found = rows
            .first(
                concat!(
                    "select ",
                    person_columns!(),
                    ", s.began_at, s.expires_at, coalesce(s.seen_at, s.began_at) as seen_at \
                     from session s \
                     join person p on p.client = s.client and p.person = s.person \
                     where s.token_hash = $1 and s.expires_at > $2 and s.revoked_at is null \
                     and coalesce(s.seen_at, s.began_at) > $3 \
                     and p.removed_at is null and (p.until is null or p.until > $2)"
                ),
                args![digest, now, now - IDLE_FOR],
            )
            .await?;
        found
            .map(|row| {
                Ok(Session {
                    person: person_row(&row)?,
                    began_at: row.at("began_at")?,
                    expires_at: row.at("expires_at")?,
                    id: digest.to_hex(),
                    is_to_be_seen: row.at("seen_at")? + SEEN_EVERY <= now,
                })
            })
            .transpose()
    }

    /// Keeps that a session is in use.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn see_session(&self, token: &str, now: Timestamp) -> Result<(), Error> {
        self.write(
            Lane::Acknowledge,
            (digest(token), now),
            |tx, (digest, now)| {
                Box::pin(async move {
                    tx.rows()
                        .run(
                            "update session set seen_at = $1 where token_hash = $2 \
                         and coalesce(seen_at, began_at) < $1",
                            args![*now, *digest],
                        )
                        .await?;
                    Ok(())
                })
            },
        )
        .await
    }

    /// A person's sessions that are still good, the newest first, at most [`ROWS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn sessions(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, Error> {
        let mut rows: Connection = self.read().await?;
        let found = rows
            .all(
                "select token_hash, began_at, coalesce(seen_at, began_at) as seen_at, expires_at, \
                 way, browser from session \
                 where client = $1 and person = $2 and revoked_at is null and expires_at > $3 \
                 and coalesce(seen_at, began_at) > $4 order by began_at desc limit $5",
                args![client, person, now, now - IDLE_FOR, i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(session_row).collect()
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
                        .first(
                            "update session set revoked_at = $1 \
                         where token_hash = $2 and revoked_at is null returning client, person",
                            args![*now, *digest],
                        )
                        .await?;
                    let Some(row) = ended else { return Ok(false) };
                    let (client, person) = (row.id("client")?, row.id("person")?);
                    tell_ended(tx, &client, &person, &person, 1, *now).await?;
                    Ok(true)
                })
            },
        )
        .await
    }

    /// Ends one session of a person by its id in the list; `false` when there was none to end.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_session_of(
        &self,
        client: &ClientId,
        person: &PersonId,
        session: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(session) = Hash::from_hex(session) else {
            return Ok(false);
        };
        let input = (client.clone(), person.clone(), session, by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, session, by, now)| {
                Box::pin(async move {
                    let ended = tx
                        .rows()
                        .run(
                            "update session set revoked_at = $1 where client = $2 \
                             and person = $3 and token_hash = $4 and revoked_at is null",
                            args![*now, client, person, *session],
                        )
                        .await?;
                    if ended == 0 {
                        return Ok(false);
                    }
                    tell_ended(tx, client, person, by, ended, *now).await?;
                    Ok(true)
                })
            },
        )
        .await
    }

    /// Ends all sessions of a person, but the one with this id; how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_sessions(
        &self,
        client: &ClientId,
        person: &PersonId,
        but: Option<&str>,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let but = but.and_then(Hash::from_hex);
        let input = (client.clone(), person.clone(), but, by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, but, by, now)| {
                Box::pin(async move {
                    let ended = end_all(tx, client, person, *but, *now).await?;
                    if ended > 0 {
                        tell_ended(tx, client, person, by, ended, *now).await?;
                    }
                    Ok(ended)
                })
            },
        )
        .await
    }
}

/// Ends all sessions of a person that could still be used, but one.
pub(super) async fn end_all(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    but: Option<Hash>,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.rows()
        .run(
            "update session set revoked_at = $1 where client = $2 and person = $3 \
             and revoked_at is null and expires_at > $1 and token_hash <> $4",
            args![now, client, person, but.unwrap_or(Hash([0; 32]))],
        )
        .await
}

async fn tell_ended(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: &PersonId,
    sessions: u64,
    now: Timestamp,
) -> Result<(), Error> {
    let journal = journal_of(tx, client).await?;
    let draft = drafted(SIGN_IN_END, Some(person), &Visitor::default())?
        .with_field("by", by)?
        .with_field("sessions", &sessions)?;
    tx.append(&journal, draft, now).await?;
    Ok(())
}

fn session_row(row: &Row) -> Result<SessionRow, Error> {
    Ok(SessionRow {
        id: row.hash("token_hash")?.to_hex(),
        began_at: row.at("began_at")?,
        seen_at: row.at("seen_at")?,
        expires_at: row.at("expires_at")?,
        way: row.word_or_none("way")?,
        browser: row.text_or_none("browser")?,
    })
}
