//! Oversight: the one page by which an executive, and the client's owner, see in five minutes
//! whether the work is kept up, and what is to be decided.
//!
//! The report ([`report`]) is data: page, PDF, mail and pack show the same one. What it says first
//! is one sentence ([`sentence`]), formed from signals and from what was missed, never from a
//! figure that went up or down. Its charts are drawn here as well ([`chart`]), so that they are the
//! same picture everywhere.

pub mod chart;
pub mod report;
pub mod row;
pub mod sentence;
pub mod word;
