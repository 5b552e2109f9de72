//! The store as a whole, on both databases: every test runs against SQLite and PostgreSQL, and
//! checks at its end that the store is sound (`fsck`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets something unexpected has to fail"
)]

mod assets;
mod assignment;
mod closing;
mod control;
mod evidence;
mod exceptions;
mod faults;
mod fsck;
mod kill;
mod opening;
mod people;
mod pings;
mod plans;
mod postgres;
mod processes;
mod proving;
mod published;
mod queue;
mod readings;
mod recount;
mod refusals;
mod reviews;
mod rework;
mod runs;
mod schema;
mod secrets;
mod sending;
mod sightings;
mod sign_in;
mod tokens;
mod tries;
mod world;
