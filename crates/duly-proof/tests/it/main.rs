//! What duly-proof promises, asked from outside: by its own rules, by other people's test vectors
//! and by other people's verifier.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should say so where it stands"
)]

mod judge;
mod notes;
mod packs;
mod policies;
mod reference;
mod trees;
mod vectors;
