//! What each page shows: one plain struct a page, with the template that lays it out.
//!
//! A view holds facts exactly as they were stored and recorded; the sentences on a page are made
//! from them by pure methods beside the struct. A view reads nothing and decides nothing.

pub mod absences;
pub mod account;
pub mod answers;
pub mod asset;
pub mod assets;
pub mod beside;
pub mod bulk;
pub mod calendar;
pub mod changes;
pub mod client;
pub mod client_form;
pub mod clients;
pub mod connections;
pub mod control;
pub mod draft;
pub mod draw;
pub mod exception;
pub mod frame;
pub mod import;
pub mod load;
pub mod log;
pub mod measure;
pub mod messages;
pub mod oversight;
pub mod owed_reviews;
pub mod people;
pub mod person;
pub mod pings;
pub mod plan;
pub mod portfolio;
pub mod problem;
pub mod process;
pub mod processes;
pub mod proof;
pub mod queue;
pub mod review;
pub mod reviews;
pub mod roles;
pub mod rule;
pub mod rules;
pub mod set_up;
pub mod sign_in;
pub mod silences;
pub mod step;
pub mod ticket;
pub mod today;
pub mod tokens;
pub mod verification;
pub mod verifications;
pub mod warning;

/// Something with a name and an id by which its page is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id, as it stands in the address.
    pub id: String,
    /// The name, as people say it.
    pub name: String,
}

impl Named {
    /// A thing with this id and name.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
        }
    }
}
