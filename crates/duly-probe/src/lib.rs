//! The outside world: one directory for each kind of thing that can be probed.
//!
//! A probe acts to find out and prints observations; it never judges, never writes to what it
//! reads and knows nothing of the store. It runs as a child process that can be killed: [`run`]
//! starts any program as a probe, [`backup`] is both sides of the built-in one for backups, over
//! the reader in [`restic`]. [`manifest`] and [`canary`] are what is needed at the source.

pub mod atomic_file;
pub mod backup;
pub mod canary;
pub mod manifest;
pub mod restic;
pub mod run;
