//! Whose hands were in a ticket: whoever filled or left out a step, added evidence, closed it or
//! did it again. None of them may review it. The log says so in clear, so the verifier asks the
//! same function.

use crate::entry::{Entry, kind};
use crate::id::PersonId;

/// Types of entries that only somebody who does the work leaves, by the beginning of their names.
pub const OF_WORK: [&str; 3] = ["x.step.", "x.evidence.", "x.ticket.rework"];

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Outcome;
    use crate::entry::{EntryDraft, seal};

    fn entry(t: &str, outcome: Option<Outcome>) -> Entry {
        let draft = EntryDraft {
            duty: Some("0".repeat(64).into()),
            person: Some("tess".into()),
            outcome,
            ..EntryDraft::new(t)
        };
        let at = "2026-01-01T08:00:00Z".parse().unwrap();
        Entry::parse(&seal(&draft, at, &[1; 32]).unwrap().bytes).unwrap()
    }

    #[test]
    fn steps_evidence_closing_and_rework_are_hands_and_remarks_are_not() {
        let tess = PersonId::from("tess");
        for t in [
            "x.step.fill",
            "x.step.skip",
            "x.evidence.add",
            "x.ticket.rework",
        ] {
            assert_eq!(hand(&entry(t, None)), Some(&tess), "{t}");
        }
        let closed = entry(kind::DUTY_CLOSE, Some(Outcome::Done));
        assert_eq!(hand(&closed), Some(&tess));
        assert!(finishes(&closed));
        for t in [
            "x.note.add",
            "x.review.open",
            "x.review.agree",
            "x.ticket.reopen",
            "x.stepping",
        ] {
            assert_eq!(hand(&entry(t, None)), None, "{t}");
        }
    }
}
