//! Whose hands were in a ticket: whoever filled or left out a step, added evidence, closed it or
//! did it again. None of them may review it. The log says so in clear, so the verifier asks the
//! same function.

use crate::entry::{Entry, kind};
use crate::id::PersonId;

/// Types of entries that only somebody who does the work leaves, by the beginning of their names.
pub const OF_WORK: [&str; 3] = ["x.step.", "x.evidence.", "x.review.rework"];

/// Who did something to the ticket with this entry; nobody where it tells of something else, or
/// where duly did it by itself.
#[must_use]
pub fn hand(entry: &Entry) -> Option<&PersonId> {
    let is_work = match entry.t.as_str() {
        kind::DUTY_CLOSE | kind::DUTY_AFTERWARDS => true,
        other => OF_WORK.iter().any(|beginning| other.starts_with(beginning)),
    };
    entry.person.as_ref().filter(|_| is_work)
}

/// Whether an entry finishes a ticket's work.
#[must_use]
pub fn finishes(entry: &Entry) -> bool {
    matches!(entry.t.as_str(), kind::DUTY_CLOSE | kind::DUTY_AFTERWARDS)
}
