//! What is told to people: which kinds of notice there are, whom each is for, and when it may
//! reach somebody. Pure; sending is `duly-send`'s, the round that does it `duly-work`'s.
//!
//! [`quiet`] holds the hours in which only what is urgent arrives, [`retry`] the pauses after
//! which something is tried again, [`summary`] the daily one, [`mirror`] what becomes of a
//! ticket's picture in somebody else's help desk.

pub mod mirror;
pub mod quiet;
pub mod retry;
pub mod summary;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::id::{DutyId, PersonId};
use crate::permit::Role;
use crate::process::Severity;
use crate::telling::quiet::Quiet;

/// Longest line of a notice, in characters: a sentence with its facts. Longer ones are cut, with a
/// mark, since what is told names where to read the rest.
pub const LINE_CHARS_MAX: usize = 400;

/// Most facts of a notice.
pub const FACTS_MAX: usize = 20;

/// How long a notice that can be gathered waits for others about the same client, so that one
/// outage is one message; short against the minutes in which somebody reacts.
pub const GATHER_FOR: SignedDuration = SignedDuration::from_secs(60);

/// Undelivered for longer than this, a notice is itself something to warn of, although it is
/// still being tried.
pub const UNDELIVERED_FOR: SignedDuration = SignedDuration::from_mins(15);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $says:literal, [$($role:ident),*];)*) => {
        /// What kind of thing is told.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it is, for the page on which people choose.
            #[must_use]
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }

            /// Whom it is for, where it does not name people itself.
            #[must_use]
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*],)* }
            }
        }
    };
}

kinds! {
    /// A control raised a warning.
    Warning = "warning", "A warning was raised", [Manager];
    /// Nobody acknowledged one, and it climbed a rung.
    Escalation = "escalation", "A warning that nobody acknowledged reached you", [Executive];
    /// A duty is missed.
    Missed = "missed", "A duty was missed", [Technician, Manager];
    /// A client's tickets became somebody's, or one that they closed is to be done again.
    Assignment = "assignment", "A client became yours, or your work is to be done again", [];
    /// A ticket was handed over.
    HandOver = "hand-over", "A ticket was handed over, by you or to you", [];
    /// Somebody asks for an exception.
    ExceptionAsked = "exception-asked", "An exception was asked for", [Manager, Executive];
    /// It was granted or refused.
    ExceptionDecided = "exception-decided", "An exception you asked for was decided", [];
    /// Finished work was drawn for a second look.
    ReviewDrawn = "review-drawn", "Finished work was drawn for you to check", [Manager];
    /// A month is over, and its report says what is to be decided.
    Report = "report", "A month is over: its report, with the checkpoint to keep",
        [Executive, Owner];
    /// Once a day: what is owed.
    Summary = "summary", "Once a day: what is owed, late, due and missed", [];
    /// Somebody tried whether messages arrive.
    Test = "test", "A test message you asked for", [];
}

impl Kind {
    /// Whether several about one client are told in one message.
    #[must_use]
    pub fn is_gathered(self) -> bool {
        matches!(
            self,
            Self::Warning | Self::Escalation | Self::Missed | Self::Assignment | Self::ReviewDrawn
        )
    }

    /// Whether a person may turn it off. What is asked of somebody by name is not turned off.
    #[must_use]
    pub fn can_be_off(self) -> bool {
        !matches!(self, Self::Test | Self::Escalation | Self::HandOver)
    }

    /// The kind of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// Something there is to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Notice {
    /// What kind.
    pub kind: Kind,
    /// How bad: only `high` reaches somebody in their quiet hours.
    pub severity: Severity,
    /// One sentence.
    pub line: String,
    /// Names and values beneath it.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
    /// Where to read on: a path on duly's own pages.
    #[serde(default)]
    pub path: Option<String>,
    /// The ticket that it is about.
    #[serde(default)]
    pub ticket: Option<DutyId>,
    /// These people, and nobody else; empty for those of [`Notice::roles`].
    #[serde(default)]
    pub people: Vec<PersonId>,
    /// Everybody of these roles.
    #[serde(default)]
    pub roles: Vec<Role>,
}

impl Notice {
    /// A notice for whomever its kind is for.
    #[must_use]
    pub fn new(kind: Kind, severity: Severity, line: &str) -> Self {
        Self {
            kind,
            severity,
            line: one_line(line),
            facts: Vec::new(),
            path: None,
            ticket: None,
            people: Vec::new(),
            roles: kind.roles().to_vec(),
        }
    }

    /// With a fact beneath it; beyond [`FACTS_MAX`] none are taken.
    #[must_use]
    pub fn with_fact(mut self, name: &str, value: &str) -> Self {
        if self.facts.len() < FACTS_MAX {
            self.facts.push((one_line(name), one_line(value)));
        }
        self
    }

    /// With where to read on.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.path = Some(one_line(path));
        self
    }

    /// About this ticket.
    #[must_use]
    pub fn about(mut self, ticket: Option<&DutyId>) -> Self {
        self.ticket = ticket.cloned();
        self
    }

    /// For these people instead.
    #[must_use]
    pub fn to_people(mut self, people: &[PersonId]) -> Self {
        self.people = people.to_vec();
        self.roles = Vec::new();
        self
    }

    /// For everybody of these roles instead.
    #[must_use]
    pub fn to_roles(mut self, roles: &[Role]) -> Self {
        self.roles = roles.to_vec();
        self
    }

    /// Whether it is for somebody who is these things.
    #[must_use]
    pub fn is_for(&self, person: &PersonId, roles: &BTreeSet<Role>) -> bool {
        if self.people.is_empty() {
            self.roles.iter().any(|role| roles.contains(role))
        } else {
            self.people.contains(person)
        }
    }
}

/// What a person wants to be told, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Preferences {
    /// The mail address that messages go to; nothing is mailed without one.
    #[serde(default)]
    pub mail: Option<String>,
    /// The person's time zone, if it is not that of the firm.
    #[serde(default)]
    pub zone: Option<String>,
    /// Kinds they do not want.
    #[serde(default)]
    pub off: BTreeSet<Kind>,
    /// When only what is urgent may arrive.
    #[serde(default)]
    pub quiet: Option<Quiet>,
    /// When the daily summary comes, in their zone.
    pub summary_at: Time,
}

impl Default for Preferences {
    /// Everything, at any time; the summary before the working day.
    fn default() -> Self {
        Self {
            mail: None,
            zone: None,
            off: BTreeSet::new(),
            quiet: None,
            summary_at: Time::constant(7, 30, 0, 0),
        }
    }
}

impl Preferences {
    /// Whether they want this kind.
    #[must_use]
    pub fn wants(&self, kind: Kind) -> bool {
        !kind.can_be_off() || !self.off.contains(&kind)
    }
}

/// A text as one line of bounded length: whatever breaks a line, moves the cursor or turns the
/// direction of reading becomes a blank. So a name can never become a header or a second line.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    let mut is_blank = true;
    for (count, c) in text.trim().chars().enumerate() {
        if count == LINE_CHARS_MAX {
            line.push('…');
            break;
        }
        let c = if breaks_a_line(c) { ' ' } else { c };
        if c != ' ' || !is_blank {
            line.push(c);
        }
        is_blank = c == ' ';
    }
    line
}

fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{feff}'
        )
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word_and_its_word_is_the_one_in_json() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(*kind));
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json, serde_json::json!(kind.word()));
        }
    }

    #[test]
    fn a_notice_that_names_people_is_for_nobody_else() {
        let tess = PersonId::from("p-tess");
        let manager = BTreeSet::from([Role::Manager]);
        let notice = Notice::new(Kind::Warning, Severity::High, "Something");
        assert!(notice.is_for(&tess, &manager));
        assert!(!notice.is_for(&tess, &BTreeSet::from([Role::Technician])));
        let named = notice.to_people(&["p-mara".into()]);
        assert!(!named.is_for(&tess, &manager));
        assert!(named.is_for(&"p-mara".into(), &BTreeSet::new()));
    }

    #[test]
    fn what_is_asked_of_somebody_by_name_cannot_be_turned_off() {
        let all_off = Preferences {
            off: Kind::ALL.iter().copied().collect(),
            ..Preferences::default()
        };
        assert!(!all_off.wants(Kind::Warning));
        assert!(all_off.wants(Kind::Escalation));
        assert!(all_off.wants(Kind::Test));
    }

    #[test]
    fn facts_beyond_the_bound_are_not_taken() {
        let mut notice = Notice::new(Kind::Test, Severity::Low, "x");
        for number in 0..FACTS_MAX + 5 {
            notice = notice.with_fact(&number.to_string(), "y");
        }
        assert_eq!(notice.facts.len(), FACTS_MAX);
    }

    proptest! {
        #[test]
        fn no_text_whatever_becomes_a_second_line(text in "\\PC*[\r\n\u{2028}\u{85}\u{0}]?\\PC*") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(breaks_a_line));
            prop_assert!(line.chars().count() <= LINE_CHARS_MAX + 1);
            prop_assert!(!line.contains("  "));
        }
    }
}
