//! What a log says, read from its first entry to its last: what was published, what became of
//! each duty, what was run. And, in [`audit`](audit()), whether that can be true.
//!
//! A log is believed only as far as it agrees with itself. Whatever an honest writer could never
//! have written is a *contradiction* (a duty closed that nobody owed, a schedule changed after the
//! fact); whatever a reader should know, although an honest writer may have written it, is a
//! *finding* (a check that failed, a run without a result). Nothing here asks who signed the log,
//! or what time it is: that is the verifier's business.

mod audit;
mod coverage;
mod desk;
mod ending;
mod finding;
mod forward;
mod owed;
mod published;
mod replay;
mod reviews;
mod runs;
mod spot_checks;
#[cfg(test)]
mod tests;
mod unwell;

use std::collections::BTreeMap;

use duly_proof::hash::Hash;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::Outcome;
use crate::id::{AssetId, DutyId, RunId};
use crate::schedule::duties::Published;
use crate::scope::{Consent, ServicePlan};
use crate::verdict::Verdict;

pub use crate::care::Uncovered;
pub(crate) use audit::contradictions_of;
pub use audit::{Audit, MissedDuty, WaivedDuty, audit};
pub use finding::Finding;
pub use replay::{ReplayError, Walk, replay};
pub use reviews::{ClosedMonth, DrawnMonth, Hand, Reviews, Word};
pub use runs::Run;
pub use spot_checks::{DRAWN_WITHIN_HOURS, OWED_FOR_HOURS, SpotCheckAgain, spot_checks};

/// How long after a duty's `missed_at` the entry that says so may be written: the time that a
/// writer needs to wake up, or to catch up after a restart. The duty counts as missed at once.
pub const ENDING_WITHIN_HOURS: i64 = 1;

/// How many days before the end of a period a record may end without that being a finding: what is
/// done weekly leaves a week of silence.
pub const SILENT_DAYS: i64 = 7;

/// The fields of one entry, opened: its seed, and the JSON text of each field that is disclosed.
/// One line of `disclosures.jsonl` in a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Which entry, counted from 0.
    pub index: u64,
    /// The entry's seed, 64 hexadecimal digits.
    pub seed: String,
    /// The exact text of each disclosed field.
    pub fields: BTreeMap<String, String>,
}

/// A log, read.
#[derive(Clone, Debug)]
pub struct Record {
    /// Number of entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Time of the first entry.
    pub first_at: Timestamp,
    /// Time of the last entry: the record knows of nothing later.
    pub last_at: Timestamp,
    /// Time of each entry, in order.
    pub times: Vec<Timestamp>,
    /// The local date on which the log was opened: the first slot that can be owed.
    pub opened_on: Date,
    /// What was published, from which the duties are computed.
    pub published: Published,
    /// What opaque ids of the client and of assets stand for, where that is disclosed.
    pub names: BTreeMap<String, String>,
    /// Service plans, in order of signing.
    pub plans: Vec<SignedPlan>,
    /// When each exception was entered, in the order of `published.exceptions`.
    pub exceptions: Vec<Entered>,
    /// What became of each duty that an entry speaks of.
    pub duties: BTreeMap<DutyId, History>,
    /// Every run.
    pub runs: BTreeMap<RunId, Run>,
    /// Spot checks, and whose hands were in each ticket.
    pub reviews: Reviews,
    /// What was changed in what is owed, after the day on which the log was opened; for the reader
    /// to know.
    pub changes: Vec<(Entered, Finding)>,
    /// What an honest writer could not have written, found so far; [`audit`](audit()) adds to it.
    pub contradictions: Vec<Finding>,
}

/// A service plan and when it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPlan {
    /// The plan.
    pub plan: ServicePlan,
    /// Time of its entry.
    pub signed_at: Timestamp,
    /// By whose word it may promise less than the catalogue's minimum; see [`crate::care`].
    pub consent: Option<Consent>,
}

/// Where and when something was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Index of the entry.
    pub index: u64,
    /// Time of the entry.
    pub at: Timestamp,
}

/// What the log says of one duty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Its ticket was raised.
    pub opened: Option<Entered>,
    /// How it ended; the first ending, others are contradictions.
    pub ending: Option<Ending>,
    /// It was missed, and done after all.
    pub afterwards: Option<Entered>,
}

impl History {
    /// The first entry that speaks of it.
    #[must_use]
    pub fn first(&self) -> Option<Entered> {
        let ending = self.ending.as_ref().map(|ending| ending.entered);
        [self.opened, ending, self.afterwards]
            .into_iter()
            .flatten()
            .min_by_key(|entered| entered.index)
    }
}

/// How a duty ended, according to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The recorded outcome.
    pub outcome: Outcome,
    /// Where and when it was recorded.
    pub entered: Entered,
    /// What the work found, if it was recorded.
    pub verdict: Option<Verdict>,
}

impl Record {
    /// The local date of an instant where the client is, by the zone it published; `None` where
    /// it published none.
    #[must_use]
    pub fn local_date(&self, instant: Timestamp) -> Option<Date> {
        let zone = self.published.zones.get(&self.published.client.tz)?;
        Some(zone.local(instant).ok()?.date())
    }

    /// What an asset is called, or its id, after a comma; nothing for none. For sentences.
    pub(crate) fn about(&self, asset: Option<&AssetId>) -> String {
        let name = |asset: &AssetId| {
            let name = self.names.get(asset.as_str());
            format!(", {}", name.map_or(asset.as_str(), String::as_str))
        };
        asset.map_or(String::new(), name)
    }
}
