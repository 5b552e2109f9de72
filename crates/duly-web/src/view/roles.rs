//! What each role may do: one row an action, one column a role.

use askama::Template;
use duly_core::permit::Role;

use crate::filters;
use crate::view::frame::Frame;

/// How many roles there are.
const ROLES: usize = Role::ALL.len();

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "roles.html")]
pub struct Roles {
    /// What stands around it.
    pub frame: Frame,
    /// The roles by their words.
    pub roles: [&'static str; ROLES],
    /// Which of them the reader has.
    pub own: [bool; ROLES],
    /// What can be done.
    pub rows: Vec<Row>,
}

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub says: &'static str,
    /// Whether it must be somebody else than those whose work or wish it is about.
    pub is_for_others_work: bool,
    /// For each role.
    pub may: [bool; ROLES],
}

impl Roles {
    fn is_own(&self, index: &usize) -> bool {
        self.own.get(*index).copied().unwrap_or_default()
    }
}

impl Row {
    fn cells(&self) -> impl Iterator<Item = (&'static str, bool)> + '_ {
        Role::ALL.into_iter().map(Role::word).zip(self.may)
    }
}
