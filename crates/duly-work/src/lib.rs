//! The shell: publishes what is declared, opens what is due, runs probes, judges by core, records,
//! and the only floor that reads the clock ([`clock`]).
//!
//! Data goes one way through here: [`publish`], [`open_due`], [`run_probe`], [`close`], in the
//! rounds of a [`worker`]. What a person does comes in through [`acts`]. Nothing here knows a page
//! or speaks SQL.

pub mod acts;
mod backup_test;
pub mod clock;
pub mod close;
pub mod count;
pub mod declaration;
pub mod error;
pub mod lists;
pub mod open_due;
pub mod pack;
pub mod process_files;
pub mod proposal;
pub mod publish;
pub mod run_probe;
pub mod set_up;
pub mod worker;
