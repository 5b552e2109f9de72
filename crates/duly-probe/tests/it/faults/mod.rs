//! Every way in which a backup that was reported as successful is none, made from real
//! repositories; and every honest change that must not be taken for one.
//!
//! Used by the tests and by the command that prints the table of the documentation.

pub mod dice;
pub mod expected;
pub mod repository;
pub mod scenario;
pub mod source;
pub mod world;
