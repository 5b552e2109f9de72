//! What was recorded cannot be changed unseen: bytes, tree, checkpoint, note, proof, pack.
//!
//! Floor 0. No I/O and no clock: everything is a function of bytes.

pub mod hash;
