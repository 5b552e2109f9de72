//! Warnings: what a quality-control rule raises. Raising the same twice raises it once, until it
//! is cleared; when its cause returns it is the next firing of the same history.
//!
//! Its id follows from client, rule, what it is of, and the number of its firing. So two workers
//! that see the same cause write the same row, and the database refuses the second one.

mod read;
mod settle;
pub(crate) mod telling;
mod write;

use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId};
use duly_core::process::Severity;
use duly_proof::hash::hash_parts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::value::args;
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::writer::Lane;

pub use read::{KnownWarning, WarningFilter};
pub(crate) use read::{warning_columns, warning_row};
pub use settle::{Settle, Settled};
pub(crate) use write::{clear, raise};

/// Type of the entry for a warning that was raised. Field: `warning`.
pub const WARNING_RAISE: &str = "x.warning.raise";
/// Type of the entry for one that was acknowledged. Fields: `warning` (its id), `word`.
pub const WARNING_ACKNOWLEDGE: &str = "x.warning.acknowledge";
/// Type of the entry for one that was cleared. Field: `warning` (its id); `word`, by a person.
pub const WARNING_CLEAR: &str = "x.warning.clear";
/// Type of the entry for one that reached a rung of its ladder. Field: `warning` (`id`, `to`,
/// `told`: whether nobody had asked for silence).
pub const WARNING_ESCALATE: &str = "x.warning.escalate";

/// Longest word on an acknowledgement or a clearing: a paragraph. What needs more is a note on the
/// ticket.
pub const WORD_BYTES_MAX: usize = 2_000;

/// A warning to be raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWarning {
    /// Whose.
    pub client: ClientId,
    /// The rule that fired.
    pub rule: String,
    /// What it is of: an asset, a duty. Together with the rule it names the warning.
    pub about: String,
    /// How bad.
    pub severity: Severity,
    /// One sentence, with the facts in it.
    pub message: String,
    /// The ticket it arose from.
    pub ticket: Option<DutyId>,
}

/// Which part of quality control looks after a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeper {
    /// A rule about tickets.
    Ticket,
    /// A rule about a client at a moment.
    Client,
    /// A rule about the provider's desk.
    Desk,
}

/// A warning with what quality control knows besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The warning.
    pub warning: NewWarning,
    /// Which part raises it; absent for one that clears itself elsewhere.
    pub source: Option<Keeper>,
    /// Under which process.
    pub process: Option<ProcessId>,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// The role that is to take it on.
    pub owner: String,
    /// The number of this firing; 1 for the first.
    pub number: u64,
}

/// A warning as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Follows from what it is of; see the module.
    pub id: String,
    /// What was raised.
    pub raised: NewWarning,
    /// Under which process.
    pub process: Option<ProcessId>,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// The role that is to take it on, until a person does.
    pub owner: String,
    /// The number of this firing.
    pub firing: u64,
    /// When.
    pub raised_at: Timestamp,
    /// When somebody took it on.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<PersonId>,
    /// With what word.
    pub acknowledged_word: Option<String>,
    /// When it was over.
    pub cleared_at: Option<Timestamp>,
    /// Who cleared it; absent where its cause went away.
    pub cleared_by: Option<PersonId>,
    /// With what word.
    pub cleared_word: Option<String>,
    /// Since when its cause is no longer seen.
    pub gone_since: Option<Timestamp>,
    /// Which rungs of its ladder were reached.
    pub rungs: Rungs,
}

/// The rungs of a ladder that a warning has reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rungs(pub(crate) u64);

impl Rungs {
    /// Whether the rung at this place was reached.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < 64 && self.0 & (1 << place) != 0
    }

    /// The same with one more.
    #[must_use]
    pub fn with(self, place: usize) -> Self {
        if place < 64 {
            Self(self.0 | 1 << place)
        } else {
            self
        }
    }

    /// How many were reached.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
}

/// What became of a person's act on a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningAct {
    /// It was done.
    Done,
    /// Somebody was there before, or its cause went away.
    Already,
    /// No word was given, and it takes one.
    NoWord,
    /// There is no such warning.
    NoSuch,
}

/// A person's word on a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnWarning {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub warning: String,
    /// Who.
    pub person: PersonId,
    /// What they say.
    pub word: String,
}

/// The id of a firing.
pub(crate) fn id_of(warning: &NewWarning, number: u64) -> String {
    let hash = hash_parts(&[
        b"duly-warning1",
        warning.client.as_str().as_bytes(),
        warning.rule.as_bytes(),
        warning.about.as_bytes(),
        &number.to_be_bytes(),
    ]);
    // Half of it is still far more than can be met by chance, and fits an address.
    hash.to_hex().chars().take(32).collect()
}

impl Store {
    /// Raises a warning, unless the same one is raised and not cleared; its id if it is new.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn raise_warning(
        &self,
        warning: NewWarning,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        self.write(Lane::Bulk, (warning, now), |tx, (warning, now)| {
            Box::pin(write::raise(tx, warning, *now))
        })
        .await
    }

    /// Takes a warning on, with a word on what is done about it.
    ///
    /// # Errors
    ///
    /// When the word is too long or the database fails.
    pub async fn acknowledge_warning(
        &self,
        on: OnWarning,
        now: Timestamp,
    ) -> Result<WarningAct, Error> {
        crate::error::at_most("a word in bytes", on.word.len(), WORD_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (on, now), |tx, (on, now)| {
            Box::pin(write::acknowledge(tx, on, *now))
        })
        .await
    }

    /// Clears a warning by a person's word. Its cause seen again is a new firing, except for
    /// something that happened, which a person has then settled.
    ///
    /// # Errors
    ///
    /// When the word is too long or the database fails.
    pub async fn settle_by_word(&self, on: OnWarning, now: Timestamp) -> Result<WarningAct, Error> {
        crate::error::at_most("a word in bytes", on.word.len(), WORD_BYTES_MAX)?;
        self.write(Lane::Acknowledge, (on, now), |tx, (on, now)| {
            Box::pin(write::settle_by_word(tx, on, *now))
        })
        .await
    }

    /// Ends the warning of a rule about something; `false` when there is none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn clear_warning(
        &self,
        client: &ClientId,
        rule: &str,
        about: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), rule.to_owned(), about.to_owned(), now);
        self.write(Lane::Bulk, input, |tx, (client, rule, about, now)| {
            Box::pin(write::clear(tx, client, rule, about, *now))
        })
        .await
    }

    /// What the warnings of a rule are of that are not cleared, at most as many as a page holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn warned_of(&self, client: &ClientId, rule: &str) -> Result<Vec<String>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select about from warning where client = $1 and rule = $2 \
                 and cleared_at is null order by about limit $3",
                args![client, rule, i64::from(crate::page::ROWS_MAX)],
            )
            .await?;
        found.iter().map(|row| row.text("about")).collect()
    }

    /// The warnings of a client that are not cleared, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn warnings(&self, client: &ClientId, page: &Page) -> Result<Listed<Warning>, Error> {
        let filter = WarningFilter {
            client: Some(client.clone()),
            ..WarningFilter::default()
        };
        self.warnings_by(&filter, page).await
    }
}
