//! The report on paper, read back with other people's programs: poppler's and qpdf's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod paper;
mod reader;
mod sample;
