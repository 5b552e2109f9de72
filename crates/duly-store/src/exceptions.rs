//! Exceptions from the wish to the end: asked for, granted or refused by somebody else, withdrawn.
//!
//! Only the grant bears on what is due, so it alone is of the closed set of entries; asking,
//! refusing and withdrawing begin `x.`. A withdrawal takes nothing back: it keeps what opens after
//! it from being waived.

mod acts;

use duly_core::exception::{Ask, AskProblem};
use duly_core::id::{AssetId, ClientId, PersonId, ProcessId};
use duly_core::scope::{Exception, WaivedBy};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::database::connection::Connection;
use crate::database::value::{Row, args};
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::writer::Lane;

/// Type of the entry for a wish. Field: `ask`.
pub const EXCEPTION_ASK: &str = "x.exception.ask";
/// Type of the entry for one that was refused. Field: `refusal` (its id and why).
pub const EXCEPTION_REFUSE: &str = "x.exception.refuse";
/// Type of the entry for one that was withdrawn. Field: `withdrawal` (its id and why).
pub const EXCEPTION_WITHDRAW: &str = "x.exception.withdraw";

/// An exception as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionRow {
    /// Whose duties.
    pub client: ClientId,
    /// Unique for the client.
    pub id: String,
    /// What is wished.
    pub ask: Ask,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked; absent where it was granted without having been asked for.
    pub asked_by: Option<PersonId>,
    /// How it was decided.
    pub state: ExceptionState,
    /// By whose word it waives, once granted.
    pub by: Option<WaivedBy>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// What who decided had to say.
    pub answer: Option<String>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Who withdrew it.
    pub withdrawn_by: Option<PersonId>,
    /// Why.
    pub withdrawal: Option<String>,
}

impl ExceptionRow {
    /// Whether it waives slots of this date: granted, not withdrawn, and within its dates.
    #[must_use]
    pub fn is_in_force(&self, today: Date) -> bool {
        self.state == ExceptionState::Granted
            && self.withdrawn_at.is_none()
            && (self.ask.from..=self.ask.to).contains(&today)
    }

    /// Whether it can still waive anything on or after this date.
    #[must_use]
    pub fn is_live(&self, today: Date) -> bool {
        self.state == ExceptionState::Granted && self.withdrawn_at.is_none() && self.ask.to >= today
    }
}

/// How a wish was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionState {
    /// Not yet.
    Asked,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
}

/// A wish, and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsk {
    /// Whose duties.
    pub client: ClientId,
    /// Random; asking the same again asks once.
    pub id: String,
    /// What is wished.
    pub ask: Ask,
    /// Who asks.
    pub person: PersonId,
    /// The client's date.
    pub today: Date,
}

/// What became of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It is to be decided now.
    Asked,
    /// It was asked before.
    Already,
    /// It cannot be asked like this; nothing was recorded.
    Refused(Vec<AskProblem>),
}

/// A decision, and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whose duties.
    pub client: ClientId,
    /// Which exception.
    pub id: String,
    /// Who decides.
    pub person: PersonId,
    /// By whose word it waives if granted; nothing refuses it.
    pub grant: Option<WaivedBy>,
    /// What there is to say; needed to refuse.
    pub answer: String,
    /// The client's date.
    pub today: Date,
}

/// What became of a decision or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// It stands.
    Decided,
    /// It was decided, or withdrawn, before; nothing was changed.
    Already,
    /// Whoever asks does not grant.
    OwnWish,
    /// Its last day is over.
    Over,
    /// There is no such exception.
    NoSuch,
}

impl Store {
    /// Asks for an exception.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] when the asset or process is not the client's, [`Error::Taken`] when its
    /// id stands for another wish.
    pub async fn ask_exception(&self, ask: NewAsk, now: Timestamp) -> Result<Asking, Error> {
        self.write(Lane::Acknowledge, (ask, now), |tx, (ask, now)| {
            Box::pin(acts::ask_for(tx, ask, *now))
        })
        .await
    }

    /// Grants or refuses an exception that somebody else asked for.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decide_exception(
        &self,
        decision: Decision,
        now: Timestamp,
    ) -> Result<Deciding, Error> {
        self.write(Lane::Acknowledge, (decision, now), |tx, (decision, now)| {
            Box::pin(acts::decide(tx, decision, *now))
        })
        .await
    }

    /// Withdraws a granted exception, with a reason. What it has waived stays waived.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn withdraw_exception(
        &self,
        withdrawal: Decision,
        now: Timestamp,
    ) -> Result<Deciding, Error> {
        self.write(Lane::Acknowledge, (withdrawal, now), |tx, (what, now)| {
            Box::pin(acts::withdraw(tx, what, *now))
        })
        .await
    }

    /// Grants an exception that nobody asked for. Its `granted_at` is set to the time of its
    /// entry, which is what decides whether it came before a duty was due; the exception as
    /// recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Taken`] when its id stands for another exception.
    pub async fn grant_exception(
        &self,
        client: &ClientId,
        exception: &Exception,
        now: Timestamp,
    ) -> Result<Exception, Error> {
        let input = (client.clone(), exception.clone(), now);
        self.write(Lane::Acknowledge, input, |tx, (client, exception, now)| {
            Box::pin(acts::grant_unasked(tx, client, exception, *now))
        })
        .await
    }

    /// The exceptions of a client, the one that ends last first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn exceptions(
        &self,
        client: &ClientId,
        page: &Page,
    ) -> Result<Listed<ExceptionRow>, Error> {
        let (end, id) = match &page.after {
            Some(after) => after
                .split_once('~')
                .ok_or_else(|| Error::unreadable("a place in a list", after))?,
            None => ("9999-12-31", ""),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select * from exception_ask where client = $1 \
                 and (last_slot < $2 or (last_slot = $2 and exception > $3)) \
                 order by last_slot desc, exception limit $4",
                args![client, end, id, page.fetch()],
            )
            .await?;
        let found = found.iter().map(row_of).collect::<Result<_, _>>()?;
        Ok(Listed::cut(found, page, |row: &ExceptionRow| {
            format!("{}~{}", row.ask.to, row.id)
        }))
    }

    /// One exception.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn exception(
        &self,
        client: &ClientId,
        id: &str,
    ) -> Result<Option<ExceptionRow>, Error> {
        let mut rows = self.read().await?;
        one(&mut rows, client, id).await
    }

    /// For each client's exceptions that were withdrawn: their ids and when.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn withdrawals(&self, client: &ClientId) -> Result<Vec<(String, Timestamp)>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select exception, withdrawn_at from exception_ask \
                 where client = $1 and withdrawn_at is not null order by exception",
                args![client],
            )
            .await?;
        found
            .iter()
            .map(|row| Ok((row.text("exception")?, row.at("withdrawn_at")?)))
            .collect()
    }
}

async fn one(
    rows: &mut Connection,
    client: &ClientId,
    id: &str,
) -> Result<Option<ExceptionRow>, Error> {
    rows.first(
        "select * from exception_ask where client = $1 and exception = $2",
        args![client, id],
    )
    .await?
    .as_ref()
    .map(row_of)
    .transpose()
}

fn row_of(row: &Row) -> Result<ExceptionRow, Error> {
    let process: Option<ProcessId> = row.id_or_none("process")?;
    let asset: Option<AssetId> = row.id_or_none("asset")?;
    Ok(ExceptionRow {
        client: row.id("client")?,
        id: row.text("exception")?,
        ask: Ask {
            process,
            asset,
            from: row.date("first_slot")?,
            to: row.date("last_slot")?,
            reason: row.text("reason")?,
            measure: row.text_or_none("measure")?,
        },
        asked_at: row.at("asked_at")?,
        asked_by: row.id_or_none("asked_by")?,
        state: row.word("state")?,
        by: row.word_or_none("waived_by")?,
        decided_at: row.at_or_none("decided_at")?,
        decided_by: row.id_or_none("decided_by")?,
        answer: row.text_or_none("answer")?,
        withdrawn_at: row.at_or_none("withdrawn_at")?,
        withdrawn_by: row.id_or_none("withdrawn_by")?,
        withdrawal: row.text_or_none("withdrawal")?,
    })
}
