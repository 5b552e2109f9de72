//! When duties are due: recurrence rules, calendars, time zones, and the pure function that turns
//! them into a period's duties.

pub mod calendar;
pub mod duties;
pub mod rule;
pub mod zone;
