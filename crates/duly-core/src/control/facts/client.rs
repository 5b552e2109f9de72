//! Everything known of one client at a moment, as far as rules ask for it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::id::{AssetId, ClientId};
use crate::observation::Method;

/// See the module. A list that nobody gathered is empty, and its rules then say nothing.
#[derive(Clone, Debug)]
pub struct ClientFacts {
    /// When the facts were gathered.
    pub now: Timestamp,
    /// The client's local date then.
    pub today: Date,
    /// Whose.
    pub client: ClientId,
    /// Every asset in care.
    pub assets: Vec<AssetFacts>,
    /// What sources say about one asset, side by side.
    pub readings: Vec<Reading>,
    /// Who should have said something.
    pub sources: Vec<SourceFacts>,
    /// What ends.
    pub endings: Vec<Ending>,
    /// What was taken out of care or of protection.
    pub exclusions: Vec<Exclusion>,
    /// What a source shows and nobody has claimed.
    pub unclaimed: Vec<Unclaimed>,
    /// What was found, or agreed, and is not settled.
    pub open_points: Vec<OpenPoint>,
    /// Settings, now and the time before.
    pub settings: Vec<Setting>,
    /// Accounts that are still there.
    pub accounts: Vec<Account>,
    /// Firmware that runs.
    pub firmware: Vec<Firmware>,
    /// Exceptions that were granted.
    pub exceptions: Vec<ExceptionFacts>,
}

/// An asset in care.
#[derive(Clone, Debug)]
pub struct AssetFacts {
    /// Its id.
    pub asset: AssetId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// What it needs and does not have, in words; empty where it has everything.
    pub lacks: Vec<String>,
}

/// What one source says about one property of an asset.
#[derive(Clone, Debug)]
pub struct Reading {
    /// About which asset.
    pub asset: AssetId,
    /// Its name.
    pub asset_name: String,
    /// About what: `protection`, `firmware`.
    pub property: String,
    /// Who says so.
    pub source: String,
    /// How it came to be known.
    pub method: Method,
    /// What it says.
    pub value: String,
    /// When it held.
    pub at: Timestamp,
}

/// Somebody who should be heard of.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// Who.
    pub source: String,
    /// When it last said something; absent if it never did.
    pub heard_at: Option<Timestamp>,
    /// Since when it is expected.
    pub since: Timestamp,
}

/// Something with an end: a subscription, a certificate.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What.
    pub what: String,
    /// Of which asset.
    pub asset: Option<AssetId>,
    /// Its last day.
    pub ends_on: Date,
    /// Whether its renewal is on order.
    pub ordered: bool,
}

/// Something left out of care or protection.
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// What.
    pub what: String,
    /// Until when; absent if for ever.
    pub until: Option<Date>,
}

/// Something that a source shows.
#[derive(Clone, Debug)]
pub struct Unclaimed {
    /// What.
    pub what: String,
    /// Who shows it.
    pub source: String,
    /// Since when.
    pub since: Timestamp,
}

/// Something that somebody has to settle.
#[derive(Clone, Debug)]
pub struct OpenPoint {
    /// What.
    pub what: String,
    /// About which asset.
    pub asset: Option<AssetId>,
    /// Since when.
    pub since: Timestamp,
}

/// A setting whose values have an order.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Of what.
    pub of: String,
    /// Which.
    pub name: String,
    /// The time before: the word, and how strong it is.
    pub before: (String, u32),
    /// Now.
    pub now: (String, u32),
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where and which.
    pub name: String,
    /// When its person left; absent while they are there.
    pub left_on: Option<Date>,
    /// Whether it can sign in.
    pub active: bool,
}

/// Firmware that runs on an asset.
#[derive(Clone, Debug)]
pub struct Firmware {
    /// On which.
    pub asset: AssetId,
    /// Its name.
    pub asset_name: String,
    /// Which version, as the device says.
    pub version: String,
    /// Flaws of it that are known to be exploited, by their public ids.
    pub exploited: Vec<String>,
}

/// An exception that was granted.
#[derive(Clone, Debug)]
pub struct ExceptionFacts {
    /// Its id.
    pub id: String,
    /// What it waives, in words.
    pub what: String,
    /// Last day it covers.
    pub to: Date,
    /// Whether the work was done again since, or nothing of it is left to do.
    pub resumed: bool,
}
