//! The worker's rounds over a real store, at injected times.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must fail loudly"
)]

mod proposals;
mod rounds;
mod runs;
mod world;
