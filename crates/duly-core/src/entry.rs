//! What is written into a client's log: one JSON object, whose exact bytes are hashed and never
//! written again.
//!
//! In clear, and never erasable: type, time, duty, outcome, verdict and random opaque ids. All
//! else is *fields*, present only as commitments salted with a seed of this entry alone: a pack
//! discloses seed and field values; erasing drops the seed and breaks no proof.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accounts::Outcome;
use crate::id::{AssetId, DutyId, PersonId, RunId};
use crate::verdict::Verdict;

/// Version of the entry format.
pub const ENTRY_VERSION: u32 = 1;

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

/// The closed set of entry types that bear on completeness. Any other type must begin `x.`, and
/// whoever checks completeness ignores it; an unknown type without that prefix is refused.
pub mod kind {
    /// First entry of every log. Fields: `client` (a [`crate::scope::Client`]).
    pub const LOG_OPEN: &str = "log.open";
    /// The client's zone or calendar changed. Field: `client`.
    pub const CLIENT_CHANGE: &str = "client.change";
    /// A process version. Field: `process` (a [`crate::process::Process`]).
    pub const PROCESS_PUBLISH: &str = "process.publish";
    /// A calendar. Field: `calendar`.
    pub const CALENDAR_PUBLISH: &str = "calendar.publish";
    /// A zone's transitions. Field: `zone`.
    pub const ZONE_PUBLISH: &str = "zone.publish";
    /// An asset came into care. Field: `asset` (a [`crate::scope::Asset`]).
    pub const ASSET_ADD: &str = "asset.add";
    /// An asset left care. Fields: `asset`, `reason`.
    pub const ASSET_RETIRE: &str = "asset.retire";
    /// An exception. Field: `exception`.
    pub const EXCEPTION_GRANT: &str = "exception.grant";
    /// A service plan. Field: `plan`.
    pub const PLAN_SIGN: &str = "plan.sign";
    /// A ticket was raised for a duty. Field: `ticket`.
    pub const DUTY_OPEN: &str = "duty.open";
    /// A duty was closed in time or late. `outcome` is `done` or `late`. Field: `result`.
    pub const DUTY_CLOSE: &str = "duty.close";
    /// A duty was not closed by its `missed_at`. `outcome` is `missed`.
    pub const DUTY_MISS: &str = "duty.miss";
    /// A duty is waived by an exception granted before it was due. `outcome` is `waived`.
    pub const DUTY_WAIVE: &str = "duty.waive";
    /// A missed duty was done after all; it stays missed. Field: `result`.
    pub const DUTY_AFTERWARDS: &str = "duty.afterwards";
    /// A probe is about to run. Field: `run` (what is drawn from, committed beforehand).
    pub const RUN_START: &str = "run.start";
    /// What it found. Fields: `judgement`, `observations`.
    pub const RUN_RESULT: &str = "run.result";

    /// Everything above.
    pub const CLOSED: [&str; 16] = [
        LOG_OPEN,
        CLIENT_CHANGE,
        PROCESS_PUBLISH,
        CALENDAR_PUBLISH,
        ZONE_PUBLISH,
        ASSET_ADD,
        ASSET_RETIRE,
        EXCEPTION_GRANT,
        PLAN_SIGN,
        DUTY_OPEN,
        DUTY_CLOSE,
        DUTY_MISS,
        DUTY_WAIVE,
        DUTY_AFTERWARDS,
        RUN_START,
        RUN_RESULT,
    ];
}
