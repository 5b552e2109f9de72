//! What quality control reads and remembers: which tickets changed since it last looked, with
//! everything done before them; the rungs that warnings reached; when each rule last proved itself;
//! and the board.
//!
//! All reading is set-based and bounded by a window of the log, never by the number of tickets.

mod board;
mod changed;
mod proofs;
mod rungs;

pub use board::{Board, BoardCount, BoardRow};
pub use changed::{ChangedRun, ChangedTickets, Found, Unmended, WINDOW_ENTRIES_MAX};
pub use proofs::{CONTROL_PROVE, Declared, RuleProof};
pub use rungs::Rung;
