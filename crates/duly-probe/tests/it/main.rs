//! The probes against the real world: programs that misbehave, repositories made by restic.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod faults;
mod hostile;
mod reader;
mod repositories;
