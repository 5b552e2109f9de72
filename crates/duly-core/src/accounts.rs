//! The equation: for every period `due = done + late + missed + waived + open`.
//!
//! Each duty has exactly one outcome at a given instant; nothing is dropped, merged or moved.

use serde::{Deserialize, Serialize};

/// How a duty stands at a given instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Closed by `due_at`.
    Done,
    /// Closed after `due_at`, by `missed_at`.
    Late,
    /// Not closed by `missed_at`; for ever, even if done afterwards.
    Missed,
    /// Waived by an exception granted before `due_at`.
    Waived,
    /// Not closed, and not yet missed.
    Open,
}

/// The equation of a period, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equation {
    /// Duties whose slot is dated in the period.
    pub due: u64,
    /// Of these, closed on time.
    pub done: u64,
    /// Closed late.
    pub late: u64,
    /// Missed.
    pub missed: u64,
    /// Waived.
    pub waived: u64,
    /// Still open.
    pub open: u64,
}
