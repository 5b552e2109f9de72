//! The client's verifier: what a pack proves, judged by a policy and checkpoints that the client
//! brings along, and by nothing that the provider says about itself.
//!
//! A pack is read ([`duly_core::pack`]), its signatures and tree are checked
//! ([`duly_proof`]), its log is replayed and held against the duties that follow from what it
//! published ([`duly_core::record`]); here that becomes one of five words and a report. Offline:
//! no network, no clock, no store, no files; the program `duly-verify` hands the bytes in.

#![warn(missing_docs)]

mod brackets;
mod heads;
pub mod page;
mod plain;
mod report;
mod standing;
mod verify;

pub use plain::{plain, plain_json};
pub use report::{Reason, Report, Witness};
pub use standing::Standing;
pub use verify::{Kept, KeptError, Request, verify};
