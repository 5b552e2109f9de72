//! The store as a whole, on both databases: every test runs against SQLite and PostgreSQL, and
//! checks at its end that the store is sound (`fsck`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets something unexpected has to fail"
)]

mod closing;
mod faults;
mod fsck;
mod kill;
mod opening;
mod postgres;
mod processes;
mod published;
mod refusals;
mod runs;
mod schema;
mod secrets;
mod sign_in;
mod world;
