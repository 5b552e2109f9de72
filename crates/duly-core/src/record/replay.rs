//! Walking through a log: each entry read strictly, opened where the pack discloses its fields,
//! and added to the record.

use std::collections::BTreeMap;

use duly_proof::commitment::SEED_BYTES;
use duly_proof::hash::Hash;
use duly_proof::tree::{Frontier, leaf_hash};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::published::Publishing;
use super::reviews::Reviews;
use super::runs::Runs;
use super::{Disclosure, Entered, Finding, History, Record};
use crate::entry::{Entry, EntryError, kind};
use crate::id::DutyId;
use crate::process::{Process, RULES};

/// Why a log cannot be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// Written by rules that this program does not know; it must not guess.
    #[error("entry {index}: {what}; this program knows version 1 of entries and rules alone")]
    Unknown {
        /// Index of the entry.
        index: u64,
        /// What is not known.
        what: String,
    },
    /// A disclosed field is not what the entry committed to.
    #[error("entry {index}: the disclosed {field:?} is not what the entry committed to")]
    Disclosure {
        /// Index of the entry, or of the entry that is not there.
        index: u64,
        /// Name of the field.
        field: String,
    },
    /// Something without which nothing can be computed is wrong or missing.
    #[error("{}", .0.message)]
    Contradiction(Finding),
}

/// An entry with its place, and with its fields as far as they are disclosed.
pub(super) struct Line<'a> {
    pub entry: &'a Entry,
    pub entered: Entered,
    disclosed: Option<&'a BTreeMap<String, String>>,
}

/// Reads a log from its entries, in order, and what is disclosed of them, by index.
///
/// # Errors
///
/// When it cannot be read to its end. Contradictions that leave the rest readable are collected
/// in the record.
pub fn replay<'a>(
    entries: impl IntoIterator<Item = &'a [u8]>,
    disclosures: &BTreeMap<u64, Disclosure>,
) -> Result<Record, ReplayError> {
    let mut walk = Walk::begin();
    for bytes in entries {
        walk.step(bytes, disclosures)?;
    }
    walk.finish(disclosures)
}

/// How far a log has been read. For whoever reads it piece by piece; [`replay`] reads it whole.
#[derive(Debug)]
pub struct Walk {
    tree: Frontier,
    publishing: Publishing,
    duties: BTreeMap<DutyId, History>,
    runs: Runs,
    reviews: Reviews,
    times: Vec<Timestamp>,
    last_at: Timestamp,
    contradictions: Vec<Finding>,
}

impl Walk {
    /// Nothing has been read yet.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            tree: Frontier::new(),
            publishing: Publishing::default(),
            duties: BTreeMap::new(),
            runs: Runs::default(),
            reviews: Reviews::default(),
            times: Vec::new(),
            last_at: Timestamp::MIN,
            contradictions: Vec::new(),
        }
    }

    /// Reads one entry more; of `disclosures` only its own is looked at.
    ///
    /// # Errors
    ///
    /// As [`replay`].
    pub fn step(
        &mut self,
        bytes: &[u8],
        disclosures: &BTreeMap<u64, Disclosure>,
    ) -> Result<(), ReplayError> {
        let index = self.tree.size();
        let entry = Entry::parse(bytes).map_err(|error| refusal(index, &error))?;
        let entered = Entered {
            index,
            at: entry.at,
        };
        let disclosure = disclosures.get(&index);
        if let Some(disclosure) = disclosure {
            check(&entry, disclosure)?;
        }
        self.tree.append(leaf_hash(bytes));
        self.keep_time(entered);
        let line = Line {
            entry: &entry,
            entered,
            disclosed: disclosure.map(|disclosure| &disclosure.fields),
        };
        self.take(&line)
    }

    /// The log's own order is the only clock that everybody shares: it never runs backwards.
    fn keep_time(&mut self, entered: Entered) {
        self.times.push(entered.at);
        if entered.at >= self.last_at {
            self.last_at = entered.at;
            return;
        }
        let message = format!(
            "dated {}, before an entry above it ({})",
            entered.at, self.last_at
        );
        let finding = Finding::at(entered.index, "time-runs-backwards", message);
        self.contradictions.push(finding);
    }

    fn take(&mut self, line: &Line<'_>) -> Result<(), ReplayError> {
        let is_first = line.entered.index == 0;
        let is_opening = line.entry.t == kind::LOG_OPEN;
        if is_first != is_opening {
            let message = "a log begins with log.open, and nothing else in it does";
            return Err(line.contradiction("no-beginning", message));
        }
        self.reviews.take(line, &self.tree);
        let found = &mut self.contradictions;
        match line.entry.t.as_str() {
            kind::DUTY_OPEN => self.duty(line, History::open),
            kind::DUTY_CLOSE | kind::DUTY_MISS | kind::DUTY_WAIVE => self.duty(line, History::end),
            kind::DUTY_AFTERWARDS => self.duty(line, History::do_afterwards),
            kind::RUN_START => self.runs.start(line, &self.tree, found),
            kind::RUN_RESULT => self.runs.result(line, found),
            kind::ASSET_CHANGE => self.publishing.rename(line),
            other if other.starts_with(kind::OPEN_PREFIX) => {}
            _ => self.publishing.take(line, found)?,
        }
        Ok(())
    }

    fn duty(&mut self, line: &Line<'_>, change: fn(&mut History, &Line<'_>) -> Option<Finding>) {
        // The shape of the entry has been checked: a duty entry names its duty.
        let Some(duty) = &line.entry.duty else { return };
        let history = self.duties.entry(duty.clone()).or_default();
        self.contradictions.extend(change(history, line));
    }

    /// What has been read. `disclosures` may hold none beyond the last entry.
    ///
    /// # Errors
    ///
    /// As [`replay`].
    pub fn finish(
        mut self,
        disclosures: &BTreeMap<u64, Disclosure>,
    ) -> Result<Record, ReplayError> {
        let size = self.tree.size();
        if let Some((index, _)) = disclosures.range(size..).next() {
            return Err(ReplayError::Disclosure {
                index: *index,
                field: "a field of an entry that is not there".to_owned(),
            });
        }
        let empty = || ReplayError::Contradiction(Finding::new("empty", "the log has no entries"));
        let first_at = *self.times.first().ok_or_else(empty)?;
        let scope = self.publishing.finish(first_at, &mut self.contradictions);
        let scope = scope.ok_or_else(empty)?;
        Ok(Record {
            size,
            root: self.tree.root(),
            first_at,
            last_at: self.last_at,
            times: self.times,
            published: scope.published,
            opened_on: scope.opened_on,
            names: scope.names,
            plans: scope.plans,
            exceptions: scope.exceptions,
            duties: self.duties,
            runs: self.runs.finish(),
            reviews: self.reviews,
            changes: scope.changes,
            contradictions: self.contradictions,
        })
    }
}

impl<'a> Line<'a> {
    /// A field that the schedule cannot be computed without.
    pub(super) fn needed<T: DeserializeOwned>(&self, field: &str) -> Result<T, ReplayError> {
        let text = self.text(field).ok_or_else(|| {
            let message = format!(
                "{}: its {field} is not disclosed, so what was due cannot be computed",
                self.entry.t
            );
            self.contradiction("not-disclosed", &message)
        })?;
        self.read(field, text)
    }

    /// A field that may have been erased.
    pub(super) fn optional<T: DeserializeOwned>(
        &self,
        field: &str,
    ) -> Result<Option<T>, ReplayError> {
        self.text(field)
            .map(|text| self.read(field, text))
            .transpose()
    }

    /// The published process; asks for its rules before anything else.
    pub(super) fn process(&self) -> Result<Process, ReplayError> {
        #[derive(Deserialize)]
        struct Head {
            rules: u32,
        }
        let field = "process";
        if let Some(Head { rules }) = self.optional::<Head>(field)?
            && rules != RULES
        {
            return Err(ReplayError::Unknown {
                index: self.entered.index,
                what: format!("a process under rules {rules}"),
            });
        }
        self.needed(field)
    }

    pub(super) fn contradiction(&self, code: &str, message: &str) -> ReplayError {
        ReplayError::Contradiction(Finding::at(self.entered.index, code, message))
    }

    fn text(&self, field: &str) -> Option<&'a str> {
        self.disclosed?.get(field).map(String::as_str)
    }

    fn read<T: DeserializeOwned>(&self, field: &str, text: &str) -> Result<T, ReplayError> {
        serde_json::from_str(text).map_err(|error| {
            let message = format!("{}: its {field} cannot be read: {error}", self.entry.t);
            self.contradiction("unreadable-field", &message)
        })
    }
}

fn refusal(index: u64, error: &EntryError) -> ReplayError {
    let what = error.to_string();
    if error.is_unknown_here() {
        ReplayError::Unknown { index, what }
    } else {
        ReplayError::Contradiction(Finding::at(index, "unreadable-entry", what))
    }
}

/// Checks that every disclosed field is what the entry committed to.
fn check(entry: &Entry, disclosure: &Disclosure) -> Result<(), ReplayError> {
    let refused = |field: &str| ReplayError::Disclosure {
        index: disclosure.index,
        field: field.to_owned(),
    };
    let seed: [u8; SEED_BYTES] = Hash::from_hex(&disclosure.seed)
        .ok_or_else(|| refused("seed"))?
        .0;
    for (field, value) in &disclosure.fields {
        if !entry.opens_to(&seed, field, value) {
            return Err(refused(field));
        }
    }
    Ok(())
}
