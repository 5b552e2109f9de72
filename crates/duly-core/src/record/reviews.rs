//! What a log says of spot checks: months closed, draws made, reviewers' words, and whose hands
//! were in each ticket. Collected while the log is read; judged in [`super::spot_checks`].

use std::collections::BTreeMap;

use duly_proof::hash::Hash;
use duly_proof::tree::Frontier;

use super::Entered;
use super::replay::Line;
use crate::entry::Seen;
use crate::id::{DutyId, PersonId};
use crate::review::document::{AGREE, CLOSE, Close, DISAGREE, DRAW, Draw};
use crate::review::hands;

/// Everything about spot checks, in the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    /// Months that were closed.
    pub closes: Vec<ClosedMonth>,
    /// Draws.
    pub draws: Vec<DrawnMonth>,
    /// Reviewers' words.
    pub words: Vec<Word>,
    /// Whose hands were in a ticket.
    pub hands: BTreeMap<DutyId, Vec<Hand>>,
}

/// A month that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedMonth {
    /// Where and when.
    pub entered: Entered,
    /// The root of the log directly after it.
    pub root: Hash,
    /// What it says; none where that is not disclosed or cannot be read here.
    pub close: Option<Close>,
}

/// A draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnMonth {
    /// Where and when.
    pub entered: Entered,
    /// The head it names.
    pub seen: Option<Seen>,
    /// What it says; none where that is not disclosed or cannot be read here.
    pub draw: Option<Draw>,
}

/// A reviewer's word on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where and when.
    pub entered: Entered,
    /// On which ticket.
    pub ticket: DutyId,
    /// Whose.
    pub person: Option<PersonId>,
    /// Whether it agrees.
    pub agrees: bool,
}

/// Somebody's hand in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// Index of the entry.
    pub index: u64,
    /// Whose; nobody where the ticket closed itself.
    pub person: Option<PersonId>,
    /// Whether the entry finished the work.
    pub finishes: bool,
}

impl Reviews {
    /// Takes an entry, whatever it is about; `tree` is the log with the entry in it.
    pub(super) fn take(&mut self, line: &Line<'_>, tree: &Frontier) {
        let entry = line.entry;
        match entry.t.as_str() {
            CLOSE => self.closes.push(ClosedMonth {
                entered: line.entered,
                root: tree.root(),
                close: line.optional("close").ok().flatten(),
            }),
            DRAW => self.draws.push(DrawnMonth {
                entered: line.entered,
                seen: entry.seen.clone(),
                draw: line.optional("draw").ok().flatten(),
            }),
            AGREE | DISAGREE => self.words.extend(entry.duty.as_ref().map(|ticket| Word {
                entered: line.entered,
                ticket: ticket.clone(),
                person: entry.person.clone(),
                agrees: entry.t == AGREE,
            })),
            _ => self.hand(line),
        }
    }

    fn hand(&mut self, line: &Line<'_>) {
        let Some(ticket) = &line.entry.duty else {
            return;
        };
        let finishes = hands::finishes(line.entry);
        let person = hands::hand(line.entry);
        if finishes || person.is_some() {
            let hands = self.hands.entry(ticket.clone()).or_default();
            hands.push(Hand {
                index: line.entered.index,
                person: person.cloned(),
                finishes,
            });
        }
    }

    /// The entry that finished a ticket's work, if it stands before this index.
    pub(super) fn finished_before(&self, ticket: &DutyId, index: u64) -> Option<&Hand> {
        let hands = self.hands.get(ticket)?;
        hands
            .iter()
            .find(|hand| hand.finishes && hand.index < index)
    }

    /// Whether a person's hand was in a ticket before this index.
    pub(super) fn is_hand_of(&self, person: &PersonId, ticket: &DutyId, index: u64) -> bool {
        let hands = self.hands.get(ticket).map_or(&[][..], Vec::as_slice);
        hands
            .iter()
            .any(|hand| hand.index < index && hand.person.as_ref() == Some(person))
    }
}
