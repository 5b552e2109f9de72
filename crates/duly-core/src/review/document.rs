//! What is written down of a spot check, as fields of `x.review.…` entries. Whoever checks
//! completeness ignores those; whoever checks the draws reads them here.

use duly_proof::hash::Hash;
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, DutyId, ProcessId};
use crate::process::{SamplingPlan, SpotCheck};
use crate::review::draw::{draw, seed};
use crate::review::lot::Lot;
use crate::review::period::Period;
use crate::review::stage::Stage;

/// A month of a process is over: every duty of it has ended. Field: `close` (a [`Close`]).
pub const CLOSE: &str = "x.review.close";
/// What was drawn from it; `seen` is the head directly after the closing. Field: `draw` (a
/// [`Draw`]).
pub const DRAW: &str = "x.review.draw";
/// Somebody opened a drawn ticket to review it; names duty and person.
pub const OPEN: &str = "x.review.open";
/// The reviewer agrees; names duty and person. Field: `review`.
pub const AGREE: &str = "x.review.agree";
/// The reviewer disagrees; names duty and person. Field: `review`. The ticket is re-opened by the
/// next entry, and done again by an entry of work as any other that was re-opened.
pub const DISAGREE: &str = "x.review.disagree";
/// The weekly minutes of each reviewer were set, in the provider's log. Field: `minutes`.
pub const BUDGET: &str = "x.review.budget";

/// A month that is over, with its lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Close {
    /// Of which process.
    pub process: ProcessId,
    /// Which month.
    pub period: Period,
    /// How many tickets of it were finished.
    pub lot: u32,
    /// See [`Lot::root`].
    pub lot_root: String,
}

/// A draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Draw {
    /// Of which process.
    pub process: ProcessId,
    /// Of which month.
    pub period: Period,
    /// See [`seed`].
    pub seed: String,
    /// How many tickets it was drawn from.
    pub lot: u32,
    /// See [`Lot::root`].
    pub lot_root: String,
    /// Per cent that the process declares.
    pub rate_percent: u32,
    /// The plan besides that, if the process declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<SamplingPlan>,
    /// At least so many for each technician, as declared.
    pub at_least: u32,
    /// How strict inspection was.
    pub stage: Stage,
    /// What was drawn, in the order of the seed.
    pub drawn: Vec<DutyId>,
    /// How many at the end of it nobody has the minutes to look at.
    pub cut: u32,
    /// Expected minutes of one review.
    pub minutes: u32,
}

impl Draw {
    /// The draw that follows from the root of the log directly after the closing; nothing cut.
    #[must_use]
    pub fn of(
        root: &Hash,
        client: &ClientId,
        (process, period): (&ProcessId, Period),
        lot: &Lot,
        check: &SpotCheck,
        stage: Stage,
    ) -> Self {
        let seed = seed(root, client, process, period);
        Self {
            process: process.clone(),
            period,
            seed: seed.to_hex(),
            lot: lot.size(),
            lot_root: lot.root().to_hex(),
            rate_percent: check.rate_percent,
            plan: check.plan,
            at_least: check.at_least_per_technician_per_month.unwrap_or(0),
            stage,
            drawn: draw(&seed, lot, check, stage),
            cut: 0,
            minutes: check.minutes(),
        }
    }

    /// The drawn tickets that are looked at.
    #[must_use]
    pub fn kept(&self) -> &[DutyId] {
        let kept = self.drawn.len().saturating_sub(self.cut as usize);
        self.drawn.get(..kept).unwrap_or(&self.drawn)
    }

    /// How many are looked at.
    #[must_use]
    pub fn kept_count(&self) -> u32 {
        u32::try_from(self.kept().len()).unwrap_or(u32::MAX)
    }
}
