//! Everything about the core that is tested from outside, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod python;
mod schedule_dateutil;
mod schedule_duties;
mod schedule_expand;
mod schedule_libical;
mod schedule_properties;
mod schedule_resume;
mod schedule_words;
mod schedule_world;
mod schedule_zone;
mod trend_chances;
mod trend_oracles;
mod trend_properties;
mod trend_rates;
mod trend_rules;
mod trend_words;
