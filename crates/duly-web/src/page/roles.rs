//! `GET /roles`: what each role may do, from the table that every request is held against.

use duly_core::permit::{Action, Role};

use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::view::roles::{Roles, Row};

/// Shows it.
pub(crate) async fn show(visit: Visit) -> Shown {
    let row = |action: &Action| Row {
        says: action.says(),
        is_for_others_work: action.is_for_others_work(),
        may: Role::ALL.map(|role| action.roles().contains(&role)),
    };
    shown(&Roles {
        frame: visit.own_frame(),
        roles: Role::ALL.map(Role::word),
        own: Role::ALL.map(|role| visit.person.roles.contains(&role)),
        rows: Action::ALL.iter().map(row).collect(),
    })
}
