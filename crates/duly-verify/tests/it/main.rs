//! What the verifier promises, tried on packs of a small made-up client: an honest month, and
//! whatever a provider, or somebody on the way, could make of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should say so where it stands"
)]

mod anchors;
mod archive;
mod documented;
mod honest;
mod lies;
mod program;
mod world;
