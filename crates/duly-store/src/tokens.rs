//! Tokens of the API: made, looked up at each use, listed and revoked. A token leaves the store
//! once, on being made; the database holds its SHA-256, so that whoever reads it asks for nothing.

use std::collections::BTreeSet;

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, PersonId};
use duly_core::token::{Limits, TOKENS_MAX, TokenScope, is_spelled, spelled};
use duly_proof::hash::{Hash, hash};
use jiff::{SignedDuration, Timestamp};

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::page::ROWS_MAX;
use crate::people::{Person, person_columns, person_row};
use crate::random;
use crate::sign_in::journal_of;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a token that was made. Fields: `name`, `limits`, `expires_at`. In the
/// provider's log, beside the sign-ins.
pub const TOKEN_MAKE: &str = "x.token.make";
/// Type of the entry for tokens that were revoked. Fields: `by`, `tokens` (how many).
pub const TOKEN_REVOKE: &str = "x.token.revoke";

/// How exactly it is kept when a token was last used: a program that asks all day is a write a
/// minute.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Under whom its person stands.
    pub client: ClientId,
    /// Whose.
    pub person: PersonId,
    /// What its person calls it.
    pub name: String,
    /// What it may be used for.
    pub limits: Limits,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A token in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Names it; gives no way in.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// What it may be used for.
    pub limits: Limits,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was last used, to a minute.
    pub used_at: Option<Timestamp>,
}

/// Somebody for whom a program asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// For whom.
    pub person: Person,
    /// Through which token.
    pub token: Token,
    /// Whether it was last used so long ago that it is worth keeping when it is now.
    pub is_to_be_seen: bool,
}

impl Store {
    /// Makes a token; its text, which is never shown again.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the person has [`TOKENS_MAX`] that are good.
    pub async fn make_token(&self, new: NewToken, now: Timestamp) -> Result<String, Error> {
        let token = spelled(random::bytes()?);
        let input = (new, hash(token.as_bytes()), now);
        self.write(Lane::Acknowledge, input, |tx, (new, digest, now)| {
            Box::pin(make(tx, new, *digest, *now))
        })
        .await?;
        Ok(token)
    }

    /// For whom a token asks; `None` when it is no token, unknown, over or revoked, or its person
    /// may not be here any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn token(&self, token: &str, now: Timestamp) -> Result<Option<TokenUse>, Error> {
        if !is_spelled(token) {
            return Ok(None);
        }
        let mut rows = self.read().await?;
        let found = rows
            .first(
                concat!(
                    "select ",
                    person_columns!(),
                    ", t.token_hash, t.name as token_name, t.scopes, t.only_client, t.made_at, \
                     t.expires_at, t.used_at from api_token t \
                     join person p on p.client = t.client and p.person = t.person \
                     where t.token_hash = $1 and t.expires_at > $2 and t.revoked_at is null \
                     and p.removed_at is null and (p.until is null or p.until > $2)"
                ),
                args![hash(token.as_bytes()), now],
            )
            .await?;
        found
            .map(|row| {
                let token = token_row(&row)?;
                let seen = token.used_at.unwrap_or(Timestamp::MIN);
                Ok(TokenUse {
                    person: person_row(&row)?,
                    is_to_be_seen: seen.saturating_add(SEEN_EVERY).unwrap_or(seen) <= now,
                    token,
                })
            })
            .transpose()
    }

    /// Keeps that a token is in use.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn see_token(&self, token: &str, now: Timestamp) -> Result<(), Error> {
        let input = (hash(token.as_bytes()), now);
        self.write(Lane::Acknowledge, input, |tx, (digest, now)| {
            Box::pin(async move {
                let sql = "update api_token set used_at = $1 where token_hash = $2 \
                           and (used_at is null or used_at < $1)";
                tx.rows().run(sql, args![*now, *digest]).await?;
                Ok(())
            })
        })
        .await
    }

    /// A person's tokens that are still good, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tokens(
        &self,
        client: &ClientId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Vec<Token>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select token_hash, name as token_name, scopes, only_client, made_at, \
                 expires_at, used_at from api_token \
                 where client = $1 and person = $2 and revoked_at is null and expires_at > $3 \
                 order by made_at desc, token_hash limit $4",
                args![client, person, now, i64::from(ROWS_MAX)],
            )
            .await?;
        found.iter().map(token_row).collect()
    }

    /// Revokes one of a person's tokens by its id in the list; `false` when there was none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_token(
        &self,
        client: &ClientId,
        person: &PersonId,
        id: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(digest) = Hash::from_hex(id) else {
            return Ok(false);
        };
        let input = (client.clone(), person.clone(), digest, by.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, person, digest, by, now)| {
                Box::pin(async move {
                    let sql = "update api_token set revoked_at = $1 where client = $2 \
                               and person = $3 and token_hash = $4 and revoked_at is null";
                    let row = args![*now, client, person, *digest];
                    if tx.rows().run(sql, row).await? == 0 {
                        return Ok(false);
                    }
                    tell_revoked(tx, client, person, by, 1, *now).await?;
                    Ok(true)
                })
            },
        )
        .await
    }
}

async fn make(
    tx: &mut Transaction,
    new: &NewToken,
    digest: Hash,
    now: Timestamp,
) -> Result<(), Error> {
    let (client, person) = (&new.client, &new.person);
    let journal = journal_of(tx, client).await?;
    // In PostgreSQL this lock is what makes two nodes count one after the other.
    let at = tx.at(&journal, now).await?;
    let found = tx
        .rows()
        .first(
            "select count(*) as tokens from api_token where client = $1 and person = $2 \
             and revoked_at is null and expires_at > $3",
            args![client, person, at],
        )
        .await?;
    let tokens = found.map_or(Ok(0), |row| row.count("tokens"))?;
    let tokens = usize::try_from(tokens).unwrap_or(usize::MAX);
    at_most("tokens", tokens.saturating_add(1), TOKENS_MAX)?;
    let scopes: Vec<&str> = new.limits.scopes.iter().map(|scope| scope.word()).collect();
    tx.rows()
        .run(
            "insert into api_token(client, person, token_hash, name, scopes, only_client, \
             made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                client,
                person,
                digest,
                new.name.as_str(),
                scopes.join(" "),
                new.limits.only.as_ref(),
                at,
                new.expires_at,
            ],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(TOKEN_MAKE)
            .with_field("name", &new.name)?
            .with_field("limits", &new.limits)?
            .with_field("expires_at", &new.expires_at)?
    };
    tx.append(&journal, draft, now).await?;
    Ok(())
}

/// Revokes every token of a person, whose ways in end; told where there were any.
pub(crate) async fn revoke_all(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: &PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "update api_token set revoked_at = $1 where client = $2 and person = $3 \
               and revoked_at is null and expires_at > $1";
    let revoked = tx.rows().run(sql, args![now, client, person]).await?;
    if revoked > 0 {
        tell_revoked(tx, client, person, by, revoked, now).await?;
    }
    Ok(())
}

async fn tell_revoked(
    tx: &mut Transaction,
    client: &ClientId,
    person: &PersonId,
    by: &PersonId,
    tokens: u64,
    now: Timestamp,
) -> Result<(), Error> {
    let journal = journal_of(tx, client).await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(TOKEN_REVOKE)
            .with_field("by", by)?
            .with_field("tokens", &tokens)?
    };
    tx.append(&journal, draft, now).await?;
    Ok(())
}

fn token_row(row: &Row) -> Result<Token, Error> {
    let words = row.text("scopes")?;
    let scopes: Result<BTreeSet<TokenScope>, Error> = words
        .split_whitespace()
        .map(|word| TokenScope::from_word(word).ok_or_else(|| Error::unreadable("a scope", word)))
        .collect();
    Ok(Token {
        id: row.hash("token_hash")?.to_hex(),
        name: row.text("token_name")?,
        limits: Limits {
            scopes: scopes?,
            only: row.id_or_none("only_client")?,
        },
        made_at: row.at("made_at")?,
        expires_at: row.at("expires_at")?,
        used_at: row.at_or_none("used_at")?,
    })
}
