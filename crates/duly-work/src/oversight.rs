//! Oversight, as the worker does it: which measures a client has ([`measures`]), what a month holds
//! ([`gather`]), counting months and keeping those that are over ([`count`]), and the report that
//! executive and an owner read ([`report`]), and what both are asked ([`answers`]).
//!
//! A month is counted each night until its last duty has ended; then its readings are final, and an
//! entry of the client's log commits to them.

pub mod answers;
pub mod count;
pub mod gather;
pub mod measures;
pub mod report;
