//! Spot checks: which finished work a second person inspects, drawn so that neither side could
//! choose, and what that proves.
//!
//! Read in this order: the month that is drawn from ([`period`], [`month`]), its lot ([`lot`]), how
//! many are drawn ([`plan`]) and how strict that is just now ([`stage`]), which ones ([`draw`]),
//! what the draw would have noticed ([`chance`], [`words`]), who did the work ([`hands`]) and who
//! looks at it ([`reviewer`]), what is odd about a reviewer ([`suspicion`]), what is written down
//! ([`document`]). Everything a draw depends on stands in the client's log, so the
//! verifier computes it again with these same functions ([`crate::record`]).
//!
//! Nothing here asks whether the work was good: that is the reviewer's word.

pub mod chance;
pub mod document;
pub mod draw;
pub mod hands;
pub mod lot;
pub mod month;
pub mod period;
pub mod plan;
pub mod reviewer;
pub mod stage;
pub mod suspicion;
pub mod words;

/// Expected minutes of one review where the process says nothing: opening the ticket, looking at
/// each piece of evidence, and writing a sentence.
pub const MINUTES_DEFAULT: u32 = 10;

/// Most minutes that a process may give to one review: half a working day.
pub const MINUTES_MAX: u32 = 240;

/// Business days within which a drawn review is due where the process says nothing: one week, so
/// that what is wrong is known before the next month's work repeats it.
pub const DUE_BUSINESS_DAYS: u32 = 5;

/// Minutes a week that each reviewer has for reviews unless the provider sets another figure: two
/// hours, about a twentieth of a week.
pub const BUDGET_MINUTES_DEFAULT: u32 = 120;

/// Least weekly budget that can be set: a smaller one would switch spot checks off.
pub const BUDGET_MINUTES_MIN: u32 = 15;

/// Largest weekly budget: a whole week of forty hours.
pub const BUDGET_MINUTES_MAX: u32 = 2_400;
