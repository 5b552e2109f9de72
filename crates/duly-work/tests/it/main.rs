//! The worker's rounds over a real store, at injected times.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail loudly"
)]

mod care;
mod control;
mod exceptions;
mod oversight;
mod proposals;
mod queue;
mod readings;
mod recount;
mod reviews;
mod rounds;
mod runs;
#[path = "../../../duly-send/tests/it/server.rs"]
mod server;
mod telling;
#[allow(dead_code, reason = "the tests of duly-send use all of it")]
#[path = "../../../duly-send/tests/it/tracker.rs"]
mod tracker;
mod world;
