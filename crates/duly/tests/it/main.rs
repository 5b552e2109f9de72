//! Tests of the program as a person or a script meets it: arguments in, text and exit codes out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail loudly"
)]

mod called;
mod check;
mod fsck;
mod import;
mod plan;
mod probe;
mod recount;
mod recur;
mod report;
mod reviews;
mod trend;
