//! Tests of the whole crate from outside: one binary, one module a subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail loudly"
)]

mod catalogue;
mod documentation;
mod edits;
mod files;
mod hostile;
mod refusals;
mod sample;
mod schema;
mod written;
