//! The words and the rules of duly, as data and pure functions.
//!
//! Read in this order: what is declared ([`process`]), for whom ([`scope`]), when it is due
//! ([`schedule`]), what was found out ([`observation`], [`backup`]), what that means
//! ([`verdict`]), how it is counted ([`accounts`]), which of it a second person looks at
//! ([`review`]), what is written down ([`entry`]) and who may do what ([`permit`]).
//!
//! Nothing here is async, reads a file, opens a socket, asks for the time or for randomness: `now`
//! and every random byte are parameters. The verifier of a client runs on this crate alone.

pub mod accounts;
pub mod backup;
pub mod entry;
pub mod id;
pub mod observation;
pub mod pack;
pub mod permit;
pub mod process;
pub mod record;
pub mod review;
pub mod schedule;
pub mod scope;
mod spelling;
pub mod verdict;
