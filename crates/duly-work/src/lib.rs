//! The shell: publishes what is declared, opens what is due, runs probes, judges by core, records,
//! and the only floor that reads the clock ([`clock`]).
//!
//! Data goes one way through here: [`publish`], [`open_due`], [`run_probe`], [`close`], in the
//! rounds of a [`worker`], and behind them [`control`]. What a person does comes in through
//! [`acts`]; spot checks are in [`reviews`]; who is told of it, and what goes into other systems,
//! is [`telling`]'s. Nothing here knows a page or speaks SQL.

pub mod acts;
mod backup_test;
pub mod clients;
pub mod clock;
pub mod close;
pub mod control;
pub mod count;
pub mod coverage;
pub mod declaration;
pub mod equations;
pub mod error;
pub mod evidence;
pub mod exceptions;
pub mod import;
pub mod lists;
pub mod open_due;
pub mod oversight;
pub mod pack;
pub mod plan;
pub mod process_files;
pub mod proposal;
pub mod publish;
pub mod recount;
pub mod reviews;
pub mod run_probe;
pub mod set_up;
pub mod stopping;
pub mod telling;
pub mod watch;
pub mod worker;
