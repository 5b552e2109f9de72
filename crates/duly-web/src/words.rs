//! Figures, times and rules as a person would say them, so that templates hold no arithmetic.
//!
//! Everything here is a pure function of its arguments; `now` is one of them. Nothing here knows
//! HTML, and nothing here judges.

pub mod age;
pub(crate) mod entry;
pub mod number;
pub mod process;
pub mod rule;
pub mod sign_in;
pub mod size;
