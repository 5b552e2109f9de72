//! When duties are due: recurrence rules, calendars, time zones, and the pure function that turns
//! them into a period's duties.

pub mod affected;
pub mod calendar;
pub(crate) mod civil;
mod describe;
pub mod duties;
pub mod error;
pub mod expand;
pub mod icalendar;
pub mod rrule;
pub mod rule;
pub mod words;
pub mod zone;
