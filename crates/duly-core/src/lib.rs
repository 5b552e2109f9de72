//! The words and the rules of duly, as data and pure functions.
//!
//! Read in this order: what is declared ([`process`]), for whom ([`scope`]), when it is due
//! ([`schedule`]), what was found out ([`observation`], [`backup`]), what that means
//! ([`verdict`]), how it is counted ([`accounts`]), what is written down ([`entry`]), who may do
//! what ([`permit`]) and who is told of it ([`telling`]).
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
pub mod schedule;
pub mod scope;
mod spelling;
pub mod telling;
pub mod verdict;
