//! What leaves, against real servers of other people: `aiosmtpd` for mail, Python's HTTP server
//! for webhooks, and a Request Tracker with a database of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets something unexpected has to fail"
)]

mod mail;
mod request_tracker;
mod server;
mod tracker;
mod webhook;
mod zammad;
