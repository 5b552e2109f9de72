//! The condition of a custom rule: CEL, read once, checked against the facts there are, bounded,
//! and evaluated over facts that were converted once.
//!
//! CEL itself would let a misspelt field through and fail only when it is evaluated, and sets no
//! bound to what an evaluation costs. So three things are checked here before a condition is
//! published: its shape, its types against the schema of facts, and what it costs at most. Nothing
//! here decides what follows when it holds.

mod evaluate;
mod fields;
mod shape;
mod typing;

pub use evaluate::{Condition, Facts};
pub use fields::{LIST_MAX, NOTE_CHARS_MAX, fields};
pub(crate) use shape::{Fault, check as check_shape};
pub use typing::COST_MAX;

/// Refuses a condition that could not be evaluated.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    check_shape(text)?;
    evaluate::read(text).map(|_| ())
}
