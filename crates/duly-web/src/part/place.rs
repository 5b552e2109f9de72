//! Where something stands in a client's log: its entries, and the checkpoint that covers them.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::filters;
use crate::words::number::{grouped, listed};

/// Entries shown by number before the sentence says how many more there are.
const ENTRIES_SHOWN_MAX: usize = 8;

/// A signed head, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of entries it covers.
    pub size: u64,
    /// Root hash in base64, as it stands in the note.
    pub root: String,
    /// Whether somebody other than the provider has countersigned it.
    pub cosigned: bool,
}

/// A place in a log.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/place.html")]
pub struct Place {
    /// Whose log.
    pub client_name: String,
    /// Its origin line.
    pub origin: String,
    /// Numbers of the entries, counted from 0 as everywhere in the log.
    pub entries: Vec<u64>,
    /// The first checkpoint that covers them all, once there is one.
    pub checkpoint: Option<Checkpoint>,
}

impl HtmlSafe for Place {}

impl Place {
    /// Whether the checkpoint is known to nobody but the provider and whoever kept a copy.
    #[must_use]
    pub fn is_provider_only(&self) -> bool {
        self.checkpoint.as_ref().is_some_and(|head| !head.cosigned)
    }

    /// `entry 4,211`, `entries 4,190, 4,211 and 4,212`.
    #[must_use]
    pub fn entries_in_words(&self) -> String {
        let mut shown: Vec<String> = self
            .entries
            .iter()
            .take(ENTRIES_SHOWN_MAX)
            .map(|number| grouped(*number))
            .collect();
        let more = self.entries.len().saturating_sub(shown.len());
        if more > 0 {
            shown.push(format!("{more} more"));
        }
        let noun = if self.entries.len() == 1 {
            "entry"
        } else {
            "entries"
        };
        format!("{noun} {}", listed(&shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(entries: Vec<u64>) -> Place {
        Place {
            client_name: "Lakeside Clinic".to_owned(),
            origin: "duly.try/lakeside".to_owned(),
            entries,
            checkpoint: None,
        }
    }

    #[test]
    fn entries_are_named_by_number() {
        assert_eq!(place(vec![4_211]).entries_in_words(), "entry 4,211");
        assert_eq!(
            place(vec![4_190, 4_211]).entries_in_words(),
            "entries 4,190 and 4,211"
        );
    }

    #[test]
    fn a_long_row_of_entries_says_how_many_more_there_are() {
        let words = place((0..20).collect()).entries_in_words();
        assert!(words.ends_with("7 and 12 more"), "{words}");
    }

    #[test]
    fn a_place_without_a_checkpoint_says_that_nothing_covers_it_yet() {
        assert!(place(vec![1]).to_string().contains("not yet covered"));
    }
}
