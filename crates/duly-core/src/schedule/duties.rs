//! The duties of a period: a pure function of what was published.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AssetId, ClientId, DutyId, ProcessId};
use crate::process::Process;
use crate::schedule::calendar::Calendar;
use crate::schedule::zone::Zone;
use crate::scope::{Asset, Client, Exception};

/// Everything that was published for one client, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The client.
    pub client: Client,
    /// Every version of every process, with the instant of its publication.
    pub processes: Vec<PublishedProcess>,
    /// Every asset with its history.
    pub assets: Vec<Asset>,
    /// Calendars by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Zones by name.
    pub zones: BTreeMap<String, Zone>,
    /// Exceptions granted.
    pub exceptions: Vec<Exception>,
}

/// A process version and when it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedProcess {
    /// The version.
    pub process: Process,
    /// The instant of its entry in the log.
    pub published_at: Timestamp,
}

/// One expected occurrence; also a line of `duly plan`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// See [`DutyId::of`].
    pub id: DutyId,
    /// Whose.
    pub client: ClientId,
    /// Of which process.
    pub process: ProcessId,
    /// In which version.
    pub version: String,
    /// About which asset; `null` for a duty per client or provider.
    pub asset: Option<AssetId>,
    /// Nominal local date, before rolling.
    pub slot: Date,
    /// When its ticket opens.
    pub opens_at: Timestamp,
    /// Closed by then, it is `done`.
    pub due_at: Timestamp,
    /// Closed by then, it is `late`; after that it is `missed`.
    pub missed_at: Timestamp,
}
