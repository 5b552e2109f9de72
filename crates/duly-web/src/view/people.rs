//! Everybody, with what they may do and how they come in, and the form that invites somebody.

use std::collections::BTreeSet;

use askama::Template;
use duly_core::permit::Role;
use duly_store::WaysIn;
use jiff::Timestamp;

use crate::filters;
use crate::part::paging::Paging;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number::{counted, listed};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "people.html")]
pub struct People {
    /// What stands around it.
    pub frame: Frame,
    /// Whether the reader may invite.
    pub may_keep: bool,
    /// At most one page of them.
    pub rows: Vec<Row>,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Under whom somebody can stand.
    pub homes: Vec<Named>,
    /// The form, as it was filled in.
    pub form: Form,
    /// What was wrong with it.
    pub problems: Vec<String>,
    /// The invitation that was just made.
    pub invited: Option<Invited>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Row {
    /// Under whom.
    pub home: Named,
    /// Names them.
    pub id: String,
    /// The name.
    pub name: String,
    /// What they sign in with.
    pub mail: Option<String>,
    /// What they are, in words.
    pub roles: String,
    /// Their end.
    pub until: Option<Timestamp>,
    /// When they were removed.
    pub removed_at: Option<Timestamp>,
    /// How they come in.
    pub ways: WaysIn,
}

impl Row {
    fn ways_words(&self) -> String {
        ways_words(&self.ways)
    }
}

/// How somebody comes in, in words.
#[must_use]
pub fn ways_words(ways: &WaysIn) -> String {
    let mut words = Vec::new();
    if ways.passkeys > 0 {
        words.push(counted(ways.passkeys, "passkey", "passkeys"));
    }
    if ways.password {
        words.push(if ways.codes {
            "password and code".to_owned()
        } else {
            "password without a code".to_owned()
        });
    }
    if ways.identity {
        words.push("identity provider".to_owned());
    }
    if words.is_empty() {
        return if ways.invited_until.is_some() {
            "invited, has not come yet".to_owned()
        } else {
            "no way in but a one-time link".to_owned()
        };
    }
    listed(&words)
}

/// An invitation that was just made; its link is shown once.
#[derive(Clone, Debug)]
pub struct Invited {
    /// For whom.
    pub name: String,
    /// The link.
    pub link: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// The form about a person.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The name.
    pub name: String,
    /// The mail address.
    pub mail: String,
    /// Under whom.
    pub home: String,
    /// The last day.
    pub until: String,
    /// The roles, as ticks.
    pub ticks: Vec<Tick>,
    /// The roles.
    pub roles: BTreeSet<Role>,
}

/// A role that can be ticked.
#[derive(Clone, Debug)]
pub struct Tick {
    /// Its word.
    pub word: &'static str,
    /// Whether it is.
    pub is_on: bool,
}
