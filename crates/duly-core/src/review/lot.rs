//! The lot of a draw: the finished tickets of one process in one month, and one hash that commits
//! to which they are.

use duly_proof::hash::Hash;
use duly_proof::tree::{leaf_hash, root};

use crate::id::{DutyId, PersonId};

/// A ticket whose work was finished, in time, late or afterwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finished {
    /// The ticket.
    pub ticket: DutyId,
    /// Who closed it; nobody when all its steps were measured and it closed itself.
    pub technician: Option<PersonId>,
}

/// Finished tickets in the order of their ids, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lot(Vec<Finished>);

impl Lot {
    /// A lot from tickets in any order.
    #[must_use]
    pub fn new(mut finished: Vec<Finished>) -> Self {
        finished.sort();
        finished.dedup_by(|later, earlier| later.ticket == earlier.ticket);
        Self(finished)
    }

    /// The tickets, in the order of their ids.
    #[must_use]
    pub fn finished(&self) -> &[Finished] {
        &self.0
    }

    /// How many.
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// The root of the tree (RFC 6962) whose leaves are the ids, in order: it commits to the lot
    /// before anybody knows what is drawn from it.
    #[must_use]
    pub fn root(&self) -> Hash {
        let leaves: Vec<Hash> = self
            .0
            .iter()
            .map(|finished| leaf_hash(finished.ticket.as_str().as_bytes()))
            .collect();
        root(&leaves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(id: &str) -> Finished {
        Finished {
            ticket: DutyId::from(id),
            technician: None,
        }
    }

    #[test]
    fn the_root_does_not_depend_on_the_order_in_which_tickets_are_found() {
        let one = Lot::new(vec![finished("b"), finished("a"), finished("b")]);
        let other = Lot::new(vec![finished("a"), finished("b")]);
        assert_eq!(one, other);
        assert_eq!(one.size(), 2);
        assert_eq!(one.root(), other.root());
    }

    #[test]
    fn a_lot_with_one_ticket_less_has_another_root() {
        let whole = Lot::new(vec![finished("a"), finished("b")]);
        let less = Lot::new(vec![finished("a")]);
        assert_ne!(whole.root(), less.root());
    }
}
