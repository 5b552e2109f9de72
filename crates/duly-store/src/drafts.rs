//! Process files that people are writing: each is one person's own, and nothing typed is lost. Two
//! windows on one draft do not overwrite each other; the later one becomes a draft of its own.

use duly_core::id::{ClientId, PersonId};
use jiff::Timestamp;

use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Longest draft in bytes: twice the longest process file, so that what is too long can still be
/// kept and shortened.
pub const DRAFT_BYTES_MAX: usize = 128 << 10;

/// Most drafts of one person: more than anybody finds again.
pub const DRAFTS_MAX: usize = 100;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Random.
    pub id: String,
    /// As it was last saved.
    pub text: String,
    /// How often it was saved; what somebody saw when they go on with it.
    pub revision: u64,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// Whose draft, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftOf {
    /// Under whom the person stands.
    pub client: ClientId,
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub draft: String,
}

/// What came of saving one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved; its revision now.
    Saved {
        /// See [`Draft::revision`].
        revision: u64,
    },
    /// It had been saved elsewhere in the meantime; this text is a draft of its own now.
    Beside {
        /// The id of the new one.
        draft: String,
    },
    /// There is no such draft, or no longer.
    NoSuch,
}

impl Store {
    /// Begins a draft; its id.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it is too long, or there are too many.
    pub async fn begin_draft(
        &self,
        client: &ClientId,
        person: &PersonId,
        text: &str,
        now: Timestamp,
    ) -> Result<String, Error> {
        at_most("a draft in bytes", text.len(), DRAFT_BYTES_MAX)?;
        let draft = DraftOf {
            client: client.clone(),
            person: person.clone(),
            draft: random::id()?,
        };
        let id = draft.draft.clone();
        let input = (draft, text.to_owned(), now);
        self.write(Lane::Acknowledge, input, |tx, (draft, text, now)| {
            Box::pin(begin(tx, draft, text, *now))
        })
        .await?;
        Ok(id)
    }

    /// Saves a draft that was seen at this revision.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it is too long.
    pub async fn save_draft(
        &self,
        draft: &DraftOf,
        revision: u64,
        text: &str,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        at_most("a draft in bytes", text.len(), DRAFT_BYTES_MAX)?;
        let beside = DraftOf {
            draft: random::id()?,
            ..draft.clone()
        };
        let input = (draft.clone(), beside, revision, text.to_owned(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (draft, beside, revision, text, now)| {
                Box::pin(save(tx, draft, beside, *revision, text, *now))
            },
        )
        .await
    }

    /// Throws a draft away; `false` when there was none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn discard_draft(&self, draft: &DraftOf) -> Result<bool, Error> {
        self.write(Lane::Acknowledge, draft.clone(), |tx, draft| {
            Box::pin(async move {
                let gone = tx
                    .rows()
                    .run(
                        "delete from process_draft \
                         where client = $1 and person = $2 and draft = $3",
                        args![&draft.client, &draft.person, draft.draft.as_str()],
                    )
                    .await?;
                Ok(gone == 1)
            })
        })
        .await
    }

    /// One draft of a person.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn draft(&self, draft: &DraftOf) -> Result<Option<Draft>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .first(
                "select draft, text, revision, started_at, saved_at from process_draft \
                 where client = $1 and person = $2 and draft = $3",
                args![&draft.client, &draft.person, draft.draft.as_str()],
            )
            .await?;
        found.as_ref().map(draft_row).transpose()
    }

    /// All drafts of a person, the last saved first; at most [`DRAFTS_MAX`].
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn drafts(&self, client: &ClientId, person: &PersonId) -> Result<Vec<Draft>, Error> {
        let mut rows = self.read().await?;
        let most = i64::try_from(DRAFTS_MAX).unwrap_or(i64::MAX);
        let found = rows
            .all(
                "select draft, text, revision, started_at, saved_at from process_draft \
                 where client = $1 and person = $2 order by saved_at desc, draft limit $3",
                args![client, person, most],
            )
            .await?;
        found.iter().map(draft_row).collect()
    }
}

fn draft_row(row: &Row) -> Result<Draft, Error> {
    Ok(Draft {
        id: row.text("draft")?,
        text: row.text("text")?,
        revision: row.count("revision")?,
        started_at: row.at("started_at")?,
        saved_at: row.at("saved_at")?,
    })
}

async fn begin(
    tx: &mut Transaction,
    draft: &DraftOf,
    text: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let found = tx
        .rows()
        .first(
            "select count(*) as drafts from process_draft where client = $1 and person = $2",
            args![&draft.client, &draft.person],
        )
        .await?;
    let drafts = found.map_or(Ok(0), |row| row.count("drafts"))?;
    let drafts = usize::try_from(drafts).unwrap_or(usize::MAX);
    at_most("drafts of one person", drafts.saturating_add(1), DRAFTS_MAX)?;
    tx.rows()
        .run(
            "insert into process_draft(client, person, draft, text, revision, started_at, \
             saved_at) values ($1, $2, $3, $4, 0, $5, $5)",
            args![
                &draft.client,
                &draft.person,
                draft.draft.as_str(),
                text,
                now
            ],
        )
        .await?;
    Ok(())
}

async fn save(
    tx: &mut Transaction,
    draft: &DraftOf,
    beside: &DraftOf,
    revision: u64,
    text: &str,
    now: Timestamp,
) -> Result<Saved, Error> {
    let seen = i64::try_from(revision).unwrap_or(i64::MAX);
    let changed = tx
        .rows()
        .run(
            "update process_draft set text = $1, saved_at = $2, revision = revision + 1 \
             where client = $3 and person = $4 and draft = $5 and revision = $6",
            args![
                text,
                now,
                &draft.client,
                &draft.person,
                draft.draft.as_str(),
                seen
            ],
        )
        .await?;
    if changed == 1 {
        let revision = revision.saturating_add(1);
        return Ok(Saved::Saved { revision });
    }
    let found = tx
        .rows()
        .first(
            "select text, revision from process_draft \
             where client = $1 and person = $2 and draft = $3",
            args![&draft.client, &draft.person, draft.draft.as_str()],
        )
        .await?;
    let Some(found) = found else {
        return Ok(Saved::NoSuch);
    };
    if found.text("text")? == text {
        let revision = found.count("revision")?;
        return Ok(Saved::Saved { revision });
    }
    begin(tx, beside, text, now).await?;
    Ok(Saved::Beside {
        draft: beside.draft.clone(),
    })
}
