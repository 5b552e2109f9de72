//! What was recorded cannot be changed unseen: bytes, tree, checkpoint, note, proof, pack.
//!
//! Floor 0. No I/O and no clock: everything is a function of bytes. The formats are C2SP's, byte
//! for byte, so that other people's verifiers can read what duly writes:
//!
//! * [`hash`] and [`tree`]: the RFC 6962 Merkle tree over SHA-256, its heads and its proofs;
//! * [`note`], [`checkpoint`], [`cosignature`], [`policy`]: who signed which head of which log,
//!   and whose word is enough;
//! * [`commitment`]: a field that is bound by an entry without standing in it;
//! * [`pack`]: the one sequence of bytes in which a set of files may travel.

#![warn(missing_docs)]

pub mod checkpoint;
pub mod commitment;
pub mod cosignature;
pub mod hash;
pub mod note;
pub mod pack;
pub mod policy;
pub mod tree;
