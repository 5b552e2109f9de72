//! A process in its compiled, published form: the JSON that goes into the log, from which both the
//! worker and the client's verifier compute what is due.
//!
//! The authoring form (YAML, with its refusals) lives in `duly-declare`; nothing here parses it.
//! `rules: 1` fixes the meaning of every field below for ever: a change of meaning is `rules: 2`.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::id::{ProcessId, StepId};
use crate::review;
use crate::schedule::rule::Recurrence;
use crate::scope::Client;

pub mod changes;
pub mod ending;
pub mod minutes;
pub mod overrides;

/// The only rule set this program knows; a verifier that meets another one says so and stops.
pub const RULES: u32 = 1;

/// One version of a process, complete: checklist, quality control and oversight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Process {
    /// Which rule set gives this document its meaning; always [`RULES`].
    pub rules: u32,
    /// Dotted name, fixed over all versions.
    pub process: ProcessId,
    /// First local date this version can govern. It is also the version's name.
    pub effective: Date,
    /// What is done, in a few words.
    pub title: String,
    /// Why it is done, for whoever has to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Minutes of work that a person spends on one duty; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// What each duty is about.
    pub applies_to: AppliesTo,
    /// When it is due.
    pub schedule: Schedule,
    /// Who does, checks and oversees it.
    pub roles: Roles,
    /// First element: the steps.
    pub checklist: Vec<Step>,
    /// Second element: how a manager knows that the checklist is executed as designed.
    pub quality_control: QualityControl,
    /// Third element: how an executive knows that the manager keeps quality up.
    pub oversight: Oversight,
    /// Identifiers in other people's frameworks, `csf2` → `PR.DS-11`; ids only, never their text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub satisfies: BTreeMap<String, Vec<String>>,
}

impl Process {
    /// The name of this version, as recorded in tickets and entries: its effective date.
    #[must_use]
    pub fn version(&self) -> String {
        self.effective.to_string()
    }
}

/// What one duty of the process is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AppliesTo {
    /// One duty for each what.
    pub per: Per,
    /// Which kind of asset; required when `per` is [`Per::Asset`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// One duty for each of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each asset of the given kind.
    Asset,
    /// Each site.
    Site,
    /// The client as a whole.
    Client,
    /// The provider itself.
    Provider,
}

/// When duties fall due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Schedule {
    /// The nominal local dates.
    pub recurrence: Recurrence,
    /// Local time of day at which a duty opens.
    pub at: Time,
    /// An IANA zone name, or `client` for the client's own.
    pub tz: String,
    /// What happens to a slot on a closed day; absent means it stays where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll: Option<Roll>,
    /// Which calendar counts business days: a calendar's name, or `client`.
    pub calendar: String,
    /// How long after opening a duty may be closed and still be on time.
    pub due_within: Allowance,
    /// How long after that it is late, and no longer late but missed.
    pub grace: Allowance,
}

impl Schedule {
    /// What stands for the client's own zone in `tz`, or its own calendar in `calendar`.
    pub const OF_CLIENT: &str = "client";

    /// The name of the time zone that governs this schedule for a client.
    #[must_use]
    pub fn zone_name<'a>(&'a self, client: &'a Client) -> &'a str {
        if self.tz == Self::OF_CLIENT {
            &client.tz
        } else {
            &self.tz
        }
    }

    /// The name of the calendar that governs this schedule for a client.
    #[must_use]
    pub fn calendar_name<'a>(&'a self, client: &'a Client) -> &'a str {
        if self.calendar == Self::OF_CLIENT {
            &client.calendar
        } else {
            &self.calendar
        }
    }

    /// Whether any of its dates depends on a calendar; if not, none need be published for it.
    #[must_use]
    pub fn counts_business_days(&self) -> bool {
        let counts = |allowance: Allowance| allowance.unit == AllowanceUnit::BusinessDays;
        self.roll.is_some()
            || self.recurrence.counts_business_days()
            || counts(self.due_within)
            || counts(self.grace)
    }
}

/// Moves a slot off a closed day; it is never dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// To the next business day.
    Following,
    /// To the business day before.
    Preceding,
}

/// A length of time in the unit a person would use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Allowance {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: AllowanceUnit,
}

/// Units of an [`Allowance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllowanceUnit {
    /// Days on which the calendar is open; the local time of day is kept.
    BusinessDays,
    /// Civil days; the local time of day is kept.
    Days,
    /// Elapsed hours.
    Hours,
}

/// Who stands where; three roles, and none checks its own work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Roles {
    /// Executes the checklist.
    pub does: String,
    /// Controls that it was executed as designed.
    pub checks: String,
    /// Sees to it that quality is kept up.
    pub oversees: String,
}

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Unique within the process.
    pub id: StepId,
    /// What to do, in the imperative.
    #[serde(rename = "do")]
    pub text: String,
    /// What closing without it takes.
    pub gate: Gate,
    /// The probe that fills this step by itself; absent means that a person does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<String>,
    /// What a person must leave here: `note`, `screenshot`, `file`, `reading`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Minutes of work that a person spends on it; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// What it takes to close a ticket without this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Closing is refused.
    Critical,
    /// Closing is allowed with a recorded reason.
    Standard,
}

/// The second element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct QualityControl {
    /// A second person's inspection of finished work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot_check: Option<SpotCheck>,
    /// The rules that raise warnings; `missed` is always among them.
    pub rules: Vec<Control>,
    /// Who is told, after how long without an acknowledgement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<Escalation>,
}

/// How much finished work a second person looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SpotCheck {
    /// Share of closed tickets drawn, in per cent (1 to 100).
    pub rate_percent: u32,
    /// At least this many for each technician in a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_per_technician_per_month: Option<u32>,
    /// A table of sample sizes besides the share; whichever draws more counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<SamplingPlan>,
    /// Expected minutes of one review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Business days within which a drawn review is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u32>,
}

impl SpotCheck {
    /// Expected minutes of one review, declared or by default.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.minutes.unwrap_or(review::MINUTES_DEFAULT)
    }

    /// Business days within which a drawn review is due, declared or by default.
    #[must_use]
    pub fn due_business_days(&self) -> u32 {
        self.within.unwrap_or(review::DUE_BUSINESS_DAYS)
    }
}

/// A published table of sample sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SamplingPlan {
    /// MIL-STD-105E, general inspection level II; see [`review::plan::mil_std_105e`].
    #[serde(rename = "mil-std-105e")]
    MilStd105e,
}

/// A quality-control rule: a known name with parameters, or `custom` with a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Control {
    /// Name of the built-in rule in kebab-case (`too-fast`), or the id of a custom one.
    pub id: String,
    /// How bad it is when it fires.
    pub severity: Severity,
    /// Parameters by name, whole numbers in the unit that ends the name (`floor-minutes`) or lists
    /// of words. Ordered, so that the bytes do not depend on how `serde_json` was built.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, serde_json::Value>,
    /// Condition of a custom rule, in CEL as written; stored, not evaluated by this rule set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What a custom rule says when it fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
}

/// How bad a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Needs a look within days.
    Medium,
    /// Needs someone now.
    High,
}

/// One rung of the ladder that an unacknowledged warning climbs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Escalation {
    /// Unacknowledged for this long.
    pub after: Allowance,
    /// The role that is told.
    pub to: String,
}

/// The third element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Oversight {
    /// How often the executive reviews: `month` or `quarter`. The review is itself a duty.
    pub review_every: String,
    /// What is measured.
    pub measures: Vec<Measure>,
}

/// A key performance indicator's definition: a ratio `good`/`total`, or a single `value`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Measure {
    /// Unique within the process.
    pub id: String,
    /// What counts as good, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<String>,
    /// Out of what, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// The value, for anything that is not a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Over how long, as written: `12 months`.
    pub window: String,
    /// `ratio`, `count`, `minutes`, `hours`, `days`, …
    pub unit: String,
    /// Which way is better: `up` or `down`.
    pub better: String,
    /// What is aimed at, as written: `100%`, `0`, `rto`.
    pub target: String,
    /// Which chart is honest for it: `rolling`, `xmr`, `p-prime`, `between`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
}
