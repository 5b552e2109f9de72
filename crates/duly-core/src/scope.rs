//! For whom and about what: clients, sites, assets with their history, exceptions, the service
//! plan. Only what bears on which duties exist; names, addresses and passwords live in the store.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AssetId, ClientId, PersonId, ProcessId};
use crate::schedule::civil::day_number;

/// A client, as far as its duties depend on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Client {
    /// Opaque id.
    pub id: ClientId,
    /// IANA zone name in which its days begin and end.
    pub tz: String,
    /// Name of the calendar that says which days it is open.
    pub calendar: String,
}

impl Client {
    /// The id of the provider, which is a client too: number one, with a log of its own. Duties of
    /// processes per provider are its duties.
    pub const PROVIDER: &str = "provider";

    /// Whether this client is the provider itself.
    #[must_use]
    pub fn is_provider(&self) -> bool {
        self.id.as_str() == Self::PROVIDER
    }
}

/// An asset and the span of dates in which it was, or is, in care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asset {
    /// Opaque id.
    pub id: AssetId,
    /// Whose it is.
    pub client: ClientId,
    /// `backup`, `firewall`, `endpoint`, `server`, `domain`, `certificate`, `site`, …
    pub kind: String,
    /// First local date in care.
    pub since: Date,
    /// First local date no longer in care; absent while it is. Never before the local date on
    /// which it was recorded: a duty that was due by then stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A duty that need not be done, and by whose word. Only one granted before a duty's due time
/// waives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exception {
    /// Unique for the client.
    pub id: String,
    /// Whose duties.
    pub client: ClientId,
    /// Which process; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// Which asset; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// First slot it covers.
    pub from: Date,
    /// Last slot it covers.
    pub to: Date,
    /// Who waived: the two are counted apart.
    pub by: WaivedBy,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// Why.
    pub reason: String,
    /// What is due when it ends. Absent in what was published before this could be said: then
    /// nothing is due but what the schedule names anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

impl Exception {
    /// Most days that one covers, both ends included: what is excepted for longer than a quarter of
    /// a year is a change of what was promised, and is said as one.
    pub const DAYS_MAX: i32 = 90;

    /// How many days it covers, both ends included.
    #[must_use]
    pub fn days(&self) -> i64 {
        day_number(self.to) - day_number(self.from) + 1
    }

    /// Whether a duty falls under it: process, asset and slot. Whether it was granted in time is
    /// [`crate::accounts::waives_in_time`]'s question.
    #[must_use]
    pub fn covers(&self, duty: &crate::schedule::duties::Duty) -> bool {
        let same_process = |process: &ProcessId| *process == duty.process;
        let same_asset = |asset: &AssetId| Some(asset) == duty.asset.as_ref();
        (self.from..=self.to).contains(&duty.slot)
            && self.process.as_ref().is_none_or(same_process)
            && self.asset.as_ref().is_none_or(same_asset)
    }
}

/// What is due when an exception ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resume {
    /// On the first day after it, each duty of which it waived a slot.
    AtOnce,
}

/// Who waived a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaivedBy {
    /// The client itself.
    Client,
    /// The provider.
    Provider,
}

/// What was promised to a client: processes and their least frequencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServicePlan {
    /// Local date from which it holds.
    pub effective: Date,
    /// What is promised.
    pub promises: Vec<Promise>,
}

/// One line of a service plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Promise {
    /// The promised process.
    pub process: ProcessId,
    /// The kind of asset each of which must have it; absent for a promise to the client as a
    /// whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// At least this often in a calendar year.
    pub per_year_min: u32,
}

impl ServicePlan {
    /// The plan that holds on a day, of plans in the order of signing: the last one signed that
    /// has begun by then.
    pub fn on<'a>(plans: impl DoubleEndedIterator<Item = &'a Self>, day: Date) -> Option<&'a Self> {
        let mut latest_first = plans.rev();
        latest_first.find(|plan| plan.effective <= day)
    }
}

/// The client's word that a plan may promise less than the catalogue's minimum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Consent {
    /// Who of the client agreed.
    pub person: PersonId,
    /// When.
    pub agreed_at: Timestamp,
    /// Why less is asked for, as it was put to them.
    pub reason: String,
}
