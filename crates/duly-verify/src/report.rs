//! What the verifier found, as data: the JSON that `--json` prints.

use std::collections::BTreeMap;

use duly_core::accounts::Equation;
use duly_core::id::ClientId;
use duly_core::record::{Finding, MissedDuty, Uncovered, WaivedDuty};
use duly_core::schedule::zone::Zone;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::standing::Standing;

/// Exit code for a pack that holds.
const EXIT_HOLDS: u8 = 0;
/// Exit code for a pack that is refused, or tells of a missed duty.
const EXIT_DOES_NOT_HOLD: u8 = 1;
/// Exit code for a pack under rules that this program does not know.
const EXIT_UNKNOWN: u8 = 2;

/// Origins that begin so are of logs that `duly try` made up.
const DEMONSTRATION: &str = "duly.try/";

/// Everything that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What stands behind the record.
    #[serde(rename = "verdict")]
    pub standing: Standing,
    /// The same in one sentence.
    pub sentence: String,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
    /// Which log; absent where nobody the reader knows signed for it.
    pub origin: Option<String>,
    /// Whether the log is one that `duly try` made up.
    pub demonstration: bool,
    /// Whose.
    pub client: Option<ClientId>,
    /// First local date that was looked at.
    pub from: Option<Date>,
    /// Last local date that was looked at.
    pub to: Option<Date>,
    /// Number of entries.
    pub entries: Option<u64>,
    /// Time of the last entry.
    pub last_at: Option<Timestamp>,
    /// Who cosigned the checkpoint, of those in the policy.
    pub witnesses: Vec<Witness>,
    /// Up to which entry each kept checkpoint bears the record out.
    pub kept: Vec<u64>,
    /// The equation; absent where it could not be computed.
    pub equation: Option<Equation>,
    /// Missed duties, by name.
    pub missed: Vec<MissedDuty>,
    /// Waived duties, and by whose word.
    pub waived: Vec<WaivedDuty>,
    /// What nothing looks after.
    pub uncovered: Vec<Uncovered>,
    /// What a reader should know.
    pub findings: Vec<Finding>,
    /// How what is owed was changed in the period.
    pub changes: Vec<Finding>,
    /// What opaque ids stand for, where the pack discloses it.
    pub names: BTreeMap<String, String>,
    /// The client's zone, for showing times.
    #[serde(skip)]
    pub zone: Option<Zone>,
    /// Whether it could be judged by the rules that this program knows.
    #[serde(skip)]
    pub is_judged: bool,
}

/// One reason for the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable, kebab-case, documented in `docs/pack.md`.
    pub code: String,
    /// One sentence with the facts in it.
    pub message: String,
    /// The entry it is about, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

impl Reason {
    pub(crate) fn new(code: &str, message: impl ToString) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_string(),
            entry: None,
        }
    }
}

impl From<Finding> for Reason {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.code,
            message: finding.message,
            entry: finding.entry,
        }
    }
}

/// A witness's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// Its name in the policy.
    pub name: String,
    /// When it cosigned, by its own clock.
    pub at: Timestamp,
}

impl Report {
    /// A report of which nothing is known but its verdict.
    pub(crate) fn bare(standing: Standing, sentence: &str, reasons: Vec<Reason>) -> Self {
        Self {
            standing,
            sentence: sentence.to_owned(),
            reasons,
            origin: None,
            demonstration: false,
            client: None,
            from: None,
            to: None,
            entries: None,
            last_at: None,
            witnesses: Vec::new(),
            kept: Vec::new(),
            equation: None,
            missed: Vec::new(),
            waived: Vec::new(),
            uncovered: Vec::new(),
            findings: Vec::new(),
            changes: Vec::new(),
            names: BTreeMap::new(),
            zone: None,
            is_judged: true,
        }
    }

    pub(crate) fn about(mut self, origin: &str, client: &ClientId) -> Self {
        self.origin = Some(origin.to_owned());
        self.demonstration = origin.starts_with(DEMONSTRATION);
        self.client = Some(client.clone());
        self
    }

    /// The name of a client or an asset, or its id where no name is disclosed.
    #[must_use]
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }

    /// What the program exits with: 0 holds, 1 refused or a duty missed, 2 not known here.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.standing.is_refused() || !self.missed.is_empty() {
            EXIT_DOES_NOT_HOLD
        } else if self.is_judged {
            EXIT_HOLDS
        } else {
            EXIT_UNKNOWN
        }
    }
}
