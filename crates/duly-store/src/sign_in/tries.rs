//! Tries: how often somebody may still try, kept for each account, browser and network address
//! under a keyed hash, so that the database names none of them.

use duly_core::id::ClientId;
use duly_core::sign_in::limit::{Limit, OF_ACCOUNT, OF_ADDRESS, OF_BEGINNINGS, Try};
use duly_proof::hash::Hash;
use jiff::Timestamp;

use super::{SIGN_IN_LIMIT, Visitor, drafted, journal_of};
use crate::database::value::args;
use crate::error::Error;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// What a try counts against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryOn {
    /// An account, by the mail address that was typed, whether there is one or not.
    Account(String),
    /// An account in a browser that signed in to it before.
    Browser(String, Hash),
    /// A network address.
    Address(String),
    /// A network address that begins what leaves something behind.
    Beginning(String),
}

impl TryOn {
    fn limit(&self) -> Limit {
        match self {
            Self::Account(_) | Self::Browser(..) => OF_ACCOUNT,
            Self::Address(_) => OF_ADDRESS,
            Self::Beginning(_) => OF_BEGINNINGS,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Browser(..) => "browser",
            Self::Address(_) => "address",
            Self::Beginning(_) => "beginning",
        }
    }

    fn key(&self, store: &Store) -> Hash {
        let keys = store.keys();
        match self {
            Self::Account(text) | Self::Address(text) | Self::Beginning(text) => {
                keys.blind(self.word(), &[text.as_bytes()])
            }
            Self::Browser(mail, browser) => keys.blind(self.word(), &[mail.as_bytes(), &browser.0]),
        }
    }
}

/// Whether a try may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It may.
    Taken,
    /// Too many were made; there is one more at this instant.
    TooMany {
        /// When.
        again_at: Timestamp,
    },
}

/// A try with its key, ready for a transaction.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    key: Hash,
    limit: Limit,
    word: &'static str,
}

impl Store {
    /// Takes one try from each of these, or from none if one of them has no more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take_tries(
        &self,
        on: &[TryOn],
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<Taking, Error> {
        let input = (self.keyed(on), visitor.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (on, visitor, now)| {
            Box::pin(take(tx, on, visitor, *now))
        })
        .await
    }

    pub(crate) fn keyed(&self, on: &[TryOn]) -> Vec<Keyed> {
        on.iter()
            .map(|on| Keyed {
                key: on.key(self),
                limit: on.limit(),
                word: on.word(),
            })
            .collect()
    }
}

async fn take(
    tx: &mut Transaction,
    on: &[Keyed],
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Taking, Error> {
    let journal = journal_of(tx, &ClientId::from("")).await?;
    if journal.as_str().is_empty() {
        return Ok(Taking::Taken);
    }
    // In PostgreSQL this lock is what makes two nodes take one after the other.
    tx.at(&journal, now).await?;
    let full = "delete from sign_in_try where client = $1 and full_at <= $2";
    tx.rows().run(full, args![&journal, now]).await?;
    let mut taken = Vec::new();
    let mut over: Option<Timestamp> = None;
    for on in on {
        let found = tx
            .rows()
            .first(
                "select full_at from sign_in_try where client = $1 and about = $2",
                args![&journal, on.key],
            )
            .await?;
        let full_at = found.map(|row| row.at("full_at")).transpose()?;
        match on.limit.take(full_at, now) {
            Try::Taken { full_at, was_last } => taken.push((on, full_at, was_last)),
            Try::TooMany { again_at } => over = over.max(Some(again_at)),
        }
    }
    if let Some(again_at) = over {
        return Ok(Taking::TooMany { again_at });
    }
    for (on, full_at, was_last) in taken {
        tx.rows()
            .run(
                "insert into sign_in_try(client, about, full_at) values ($1, $2, $3) \
                 on conflict (client, about) do update set full_at = excluded.full_at",
                args![&journal, on.key, full_at],
            )
            .await?;
        if was_last {
            let draft = drafted(SIGN_IN_LIMIT, None, visitor)?.with_field("about", &on.word)?;
            tx.append(&journal, draft, now).await?;
        }
    }
    Ok(Taking::Taken)
}

/// Puts a try back: it was a good one.
pub(super) async fn give_back(
    tx: &mut Transaction,
    journal: &ClientId,
    on: &[Keyed],
) -> Result<(), Error> {
    for on in on {
        let found = tx
            .rows()
            .first(
                "select full_at from sign_in_try where client = $1 and about = $2",
                args![journal, on.key],
            )
            .await?;
        if let Some(row) = found {
            let full_at = on.limit.give_back(row.at("full_at")?);
            tx.rows()
                .run(
                    "update sign_in_try set full_at = $1 where client = $2 and about = $3",
                    args![full_at, journal, on.key],
                )
                .await?;
        }
    }
    Ok(())
}
