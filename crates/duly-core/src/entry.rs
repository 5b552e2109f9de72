//! What is written into a client's log: one JSON object, whose exact bytes are hashed and never
//! written again.
//!
//! In clear, and never erasable: type, time, duty, outcome, verdict and random opaque ids. All
//! else is *fields*, present only as commitments salted with a seed of this entry alone: a pack
//! discloses seed and field values; erasing drops the seed and breaks no proof.
//!
//! An entry has one spelling: whatever is read has to be, byte for byte, what writing it again
//! would give, so nothing can hide in white space, in a repeated key or in the order of keys.
//! What entries mean together is not decided here but in [`crate::record`].

pub mod kind;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use duly_proof::commitment::{SEED_BYTES, commit};
use duly_proof::hash::{Hash, hash_parts};
use duly_proof::tree::leaf_hash;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accounts::Outcome;
use crate::id::{AssetId, DutyId, PersonId, RunId};
use crate::spelling::is_spelled;
use crate::verdict::Verdict;

/// Version of the entry format.
pub const ENTRY_VERSION: u32 = 1;

/// Longest entry: its length stands in two bytes wherever entries are bundled (C2SP `tlog-tiles`).
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Always [`ENTRY_VERSION`].
    pub v: u32,
    /// What happened; see [`kind`].
    pub t: String,
    /// When the writer says it happened, in whole milliseconds; never before the entry above it.
    pub at: Timestamp,
    /// The duty it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<DutyId>,
    /// The asset it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// Who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The run it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// For a closing entry: how the duty ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The checkpoint that the writer leaned on: for `run.result`, the one its seed comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Salted commitments to everything else, by field name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub c: BTreeMap<String, String>,
}

/// A tree head, as an entry refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Number of entries it covers.
    pub size: u64,
    /// Root hash, hexadecimal.
    pub root: String,
}

/// What a run draws its sample with: SHA-256 over the length-prefixed `duly-draw1`, run id and
/// root of the log directly after the run's `run.start`. Neither side can choose it, and anyone
/// can compute it again.
#[must_use]
pub fn draw_seed(run: &RunId, root: &Hash) -> Hash {
    hash_parts(&[b"duly-draw1", run.as_str().as_bytes(), &root.0])
}

/// Why an entry is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Longer than [`ENTRY_BYTES_MAX`].
    #[error("an entry of {0} bytes is too long")]
    TooLong(usize),
    /// Not the JSON object that an entry is.
    #[error("not an entry: {0}")]
    Malformed(String),
    /// An entry all right, but spelled otherwise than it is written.
    #[error("not spelled as entries are written")]
    Spelling,
    /// Written by a newer program.
    #[error("entry version {0} is not known here")]
    UnknownVersion(u32),
    /// A type outside the closed set, without `x.` before it: it may bear on completeness.
    #[error("entry type {0:?} is not known here")]
    UnknownType(String),
    /// A time with more precision than the log has.
    #[error("the time is not in whole milliseconds")]
    Precision,
    /// Something that its type asks for is missing, or something is there that may not be.
    #[error("{kind}: {problem}")]
    Shape {
        /// Type of the entry.
        kind: String,
        /// What is wrong.
        problem: String,
    },
}

impl EntryError {
    /// Whether a newer program might understand it: then it is not wrong, only unknown.
    #[must_use]
    pub fn is_unknown_here(&self) -> bool {
        matches!(self, Self::UnknownVersion(_) | Self::UnknownType(_))
    }
}

/// An entry before it is dated and sealed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryDraft {
    /// See [`Entry::t`].
    pub t: String,
    /// See [`Entry::duty`].
    pub duty: Option<DutyId>,
    /// See [`Entry::asset`].
    pub asset: Option<AssetId>,
    /// See [`Entry::person`].
    pub person: Option<PersonId>,
    /// See [`Entry::run`].
    pub run: Option<RunId>,
    /// See [`Entry::outcome`].
    pub outcome: Option<Outcome>,
    /// See [`Entry::verdict`].
    pub verdict: Option<Verdict>,
    /// See [`Entry::seen`].
    pub seen: Option<Seen>,
    /// Everything else, by field name: JSON texts, bound exactly as they are written here.
    pub fields: BTreeMap<String, String>,
}

impl EntryDraft {
    /// A draft of a type; see [`kind`].
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self {
            t: kind.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a field as JSON.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON.
    pub fn with_field(
        mut self,
        name: &str,
        value: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        let text = serde_json::to_string(value)?;
        self.fields.insert(name.to_owned(), text);
        Ok(self)
    }
}

/// An entry as it goes into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The exact bytes, one line of JSON without its newline.
    pub bytes: Vec<u8>,
    /// Their hash as a leaf of the tree.
    pub leaf: Hash,
}

/// Dates a draft and turns its fields into commitments under `seed`: 32 fresh random bytes, to be
/// kept with the field values for as long as they may be disclosed.
///
/// # Errors
///
/// When the draft is not what its type asks for, a field is not JSON, the time is finer than
/// milliseconds (see [`whole_milliseconds`]), or the entry would be too long.
pub fn seal(
    draft: &EntryDraft,
    at: Timestamp,
    seed: &[u8; SEED_BYTES],
) -> Result<Sealed, EntryError> {
    let mut c = BTreeMap::new();
    for (name, value) in &draft.fields {
        serde_json::from_str::<serde::de::IgnoredAny>(value)
            .map_err(|error| EntryError::Malformed(format!("field {name} is no JSON: {error}")))?;
        c.insert(name.clone(), commit(seed, name, value.as_bytes()).to_hex());
    }
    let entry = Entry {
        v: ENTRY_VERSION,
        t: draft.t.clone(),
        at,
        duty: draft.duty.clone(),
        asset: draft.asset.clone(),
        person: draft.person.clone(),
        run: draft.run.clone(),
        outcome: draft.outcome,
        verdict: draft.verdict,
        seen: draft.seen.clone(),
        c,
    };
    shape::check(&entry)?;
    let bytes =
        serde_json::to_vec(&entry).map_err(|error| EntryError::Malformed(error.to_string()))?;
    if bytes.len() > ENTRY_BYTES_MAX {
        return Err(EntryError::TooLong(bytes.len()));
    }
    let leaf = leaf_hash(&bytes);
    Ok(Sealed { bytes, leaf })
}

/// The latest whole millisecond at or before an instant: the precision of the log.
#[must_use]
pub fn whole_milliseconds(instant: Timestamp) -> Timestamp {
    let milliseconds = instant.as_nanosecond().div_euclid(1_000_000);
    i64::try_from(milliseconds)
        .ok()
        .and_then(|whole| Timestamp::from_millisecond(whole).ok())
        .unwrap_or(instant)
}

impl Entry {
    /// Reads an entry from its exact bytes.
    ///
    /// # Errors
    ///
    /// When it is anything but an entry, spelled as [`seal`] spells it, of a known version and
    /// type, with everything that its type asks for.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let entry: Self = serde_json::from_slice(bytes).map_err(|error| refusal(bytes, &error))?;
        shape::check(&entry)?;
        if !is_spelled(&entry, bytes) {
            return Err(EntryError::Spelling);
        }
        Ok(entry)
    }

    /// Whether its commitment to a field opens to this value under this seed.
    #[must_use]
    pub fn opens_to(&self, seed: &[u8; SEED_BYTES], field: &str, value: &str) -> bool {
        let committed = self.c.get(field);
        committed.is_some_and(|hex| *hex == commit(seed, field, value.as_bytes()).to_hex())
    }
}

/// Tells an entry of a newer program, whose keys need not be ours, from one that is malformed.
fn refusal(bytes: &[u8], error: &serde_json::Error) -> EntryError {
    #[derive(Deserialize)]
    struct Head {
        v: u32,
    }
    match serde_json::from_slice::<Head>(bytes) {
        Ok(head) if head.v != ENTRY_VERSION => EntryError::UnknownVersion(head.v),
        _ => EntryError::Malformed(error.to_string()),
    }
}
