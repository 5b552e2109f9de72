//! The words and the rules of duly, as data and pure functions.
//!
//! Read in this order: what is declared ([`process`]), for whom ([`scope`]), what each kind of
//! asset requires ([`care`]), when it is due ([`schedule`]), what was found out ([`observation`],
//! [`backup`]), what that means ([`verdict`]), who does it ([`assignment`]), with what evidence
//! ([`evidence`]), what closing takes ([`gate`]), how it is counted ([`accounts`]), which of it a
//! second person looks at ([`review`]), what a row of figures says ([`trend`]), what is written
//! down ([`entry`]), who may do what ([`permit`]), through a program ([`token`]), what jobs
//! elsewhere say ([`ping`]), and who is told of it ([`telling`]).
//!
//! Nothing here is async, reads a file, opens a socket, asks for the time or for randomness: `now`
//! and every random byte are parameters. The verifier of a client runs on this crate alone.

pub mod accounts;
pub mod assignment;
pub mod backup;
pub mod care;
pub mod commissioning;
pub mod control;
pub mod entry;
pub mod evidence;
pub mod exception;
pub mod gate;
pub mod id;
pub mod observation;
pub mod pack;
pub mod permit;
pub mod ping;
pub mod presence;
pub mod process;
pub mod record;
pub mod recount;
pub mod review;
pub mod schedule;
pub mod scope;
pub mod sign_in;
mod spelling;
pub mod telling;
pub mod token;
pub mod trend;
pub mod verdict;
