//! Who reviews: never anybody whose hands were in the ticket; a manager before another technician,
//! then an executive, and where the provider is one person, the client's owner.
//!
//! Each reviewer has so many minutes a week. When nobody who may look at a ticket has enough left,
//! the draw is cut there, in the seed's own order, so that nobody chooses what is not looked at;
//! the first of a draw always stays, because a budget may make spot checks few but never none.

use duly_proof::hash::Hash;
use serde::{Deserialize, Serialize};

use crate::id::{DutyId, PersonId};
use crate::review::draw::order_key;

/// As what somebody reviews; the first who can is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum As {
    /// The manager, whose work this is.
    Manager,
    /// Another technician.
    Technician,
    /// The executive.
    Executive,
    /// The client's owner, where nobody else is there.
    Owner,
}

/// Somebody who could review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub stands_as: As,
    /// Minutes that this week leaves.
    pub minutes_left: u32,
}

/// A drawn ticket and who looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The ticket.
    pub ticket: DutyId,
    /// The reviewer; nobody where nobody here may, and it stays owed until somebody comes who may.
    pub reviewer: Option<(PersonId, As)>,
}

/// Hands out a draw; what is missing at its end was cut, for want of minutes.
#[must_use]
pub fn assign(
    seed: &Hash,
    drawn: &[DutyId],
    hands: impl Fn(&DutyId) -> Vec<PersonId>,
    candidates: &[Candidate],
    minutes: u32,
) -> Vec<Assigned> {
    let mut left: Vec<Candidate> = candidates.to_vec();
    let mut assigned: Vec<Assigned> = Vec::new();
    for ticket in drawn {
        let hands = hands(ticket);
        let may = |candidate: &Candidate| !hands.contains(&candidate.person);
        let is_first = assigned.is_empty();
        // A draw's first ticket is looked at even over budget.
        let can = |one: &Candidate| may(one) && (is_first || one.minutes_left >= minutes);
        let somebody = (0..left.len())
            .filter(|place| left.get(*place).is_some_and(can))
            .min_by_key(|place| left.get(*place).map(|one| rank(seed, ticket, one)));
        let is_only_short_of_time = left.iter().any(may);
        match somebody.and_then(|place| left.get_mut(place)) {
            Some(candidate) => {
                candidate.minutes_left = candidate.minutes_left.saturating_sub(minutes);
                assigned.push(Assigned {
                    ticket: ticket.clone(),
                    reviewer: Some((candidate.person.clone(), candidate.stands_as)),
                });
            }
            None if is_only_short_of_time => break,
            None => assigned.push(Assigned {
                ticket: ticket.clone(),
                reviewer: None,
            }),
        }
    }
    assigned
}

/// Who comes first: by what they stand as, then whoever has most time, then as the seed has it.
fn rank(seed: &Hash, ticket: &DutyId, candidate: &Candidate) -> (As, u32, Hash) {
    let by_seed = DutyId(format!("{ticket}{}", candidate.person));
    let spent = u32::MAX - candidate.minutes_left;
    (candidate.stands_as, spent, order_key(seed, &by_seed))
}

#[cfg(test)]
mod tests {
    use duly_proof::hash::hash;

    use super::*;

    fn candidate(person: &str, stands_as: As, minutes_left: u32) -> Candidate {
        Candidate {
            person: PersonId::from(person),
            stands_as,
            minutes_left,
        }
    }

    fn drawn(count: u32) -> Vec<DutyId> {
        (0..count)
            .map(|number| DutyId(format!("{number:064x}")))
            .collect()
    }

    fn given(candidates: &[Candidate], count: u32, by: &[&str]) -> Vec<Option<(String, As)>> {
        let hands: Vec<PersonId> = by.iter().map(|person| PersonId::from(*person)).collect();
        let assigned = assign(
            &hash(b"seed"),
            &drawn(count),
            |_| hands.clone(),
            candidates,
            10,
        );
        assigned
            .into_iter()
            .map(|one| {
                one.reviewer
                    .map(|(person, stands_as)| (person.0, stands_as))
            })
            .collect()
    }

    #[test]
    fn a_manager_reviews_before_another_technician_and_the_doer_never() {
        let people = [
            candidate("tess", As::Technician, 100),
            candidate("tom", As::Technician, 100),
            candidate("mara", As::Manager, 100),
        ];
        let by_tess = given(&people, 1, &["tess"]);
        assert_eq!(by_tess, [Some(("mara".to_owned(), As::Manager))]);
        let by_both = given(&people, 1, &["tess", "mara"]);
        assert_eq!(by_both, [Some(("tom".to_owned(), As::Technician))]);
    }

    #[test]
    fn a_provider_of_one_person_is_reviewed_by_the_owner_and_it_shows() {
        let people = [
            candidate("tess", As::Manager, 100),
            candidate("omar", As::Owner, 100),
        ];
        let by_tess = given(&people, 1, &["tess"]);
        assert_eq!(by_tess, [Some(("omar".to_owned(), As::Owner))]);
    }

    #[test]
    fn what_nobody_here_may_review_stays_owed_without_a_reviewer() {
        let people = [candidate("tess", As::Technician, 100)];
        assert_eq!(given(&people, 3, &["tess"]), [None, None, None]);
    }

    #[test]
    fn a_draw_beyond_the_budget_is_cut_at_its_end() {
        let people = [candidate("mara", As::Manager, 35)];
        assert_eq!(given(&people, 8, &["tess"]).len(), 3);
    }

    #[test]
    fn a_budget_that_is_used_up_still_leaves_one() {
        let people = [candidate("mara", As::Manager, 0)];
        assert_eq!(given(&people, 8, &["tess"]).len(), 1);
    }

    #[test]
    fn two_managers_share_the_work() {
        let people = [
            candidate("mara", As::Manager, 100),
            candidate("milo", As::Manager, 100),
        ];
        let shared = given(&people, 8, &["tess"]);
        let maras = shared.iter().flatten().filter(|(who, _)| who == "mara");
        assert_eq!((shared.len(), maras.count()), (8, 4));
    }
}
