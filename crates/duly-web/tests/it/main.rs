//! The pages as a browser meets them, without a browser: every request goes through the whole
//! router into a real store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod access;
mod account;
mod api;
mod assets;
mod bounds;
mod changes;
mod control;
mod evidence;
mod exceptions;
mod hostile;
mod import;
mod messages;
mod oversight;
mod passwords;
mod people;
mod pings;
mod plan;
mod processes;
mod queue;
mod reading;
mod reviews;
mod sign_in;
mod templates;
mod tokens;
mod work;
mod world;
