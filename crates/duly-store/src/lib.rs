//! Remembers: SQLite or PostgreSQL behind one concrete [`Store`] with domain verbs.
//!
//! Read in this order: [`Store::open`] and what it refuses (`store`, `heads`, `keys`), the one
//! writer and its transaction (`writer`, `transaction`), the log (`log`), and then the verbs, a
//! file for each thing they are about. `database` is the only place that knows there are two.
//!
//! Every change is one transaction: the rows and the log entry that tells of them commit together
//! or not at all, and the answer comes after the commit. Nothing here judges, reads the clock or
//! talks to a network but the database; `now` is a parameter everywhere.

mod assets;
mod clients;
mod database;
mod error;
mod faults;
mod heads;
mod instance;
mod keys;
mod log;
mod page;
mod people;
mod published;
mod random;
mod secrets;
mod sign_in;
mod store;
mod transaction;
mod writer;

pub use assets::AssetRow;
pub use clients::{ClientRow, Made, NewClient};
pub use database::Location;
pub use error::Error;
#[cfg(feature = "faults")]
pub use faults::{Faults, Loss};
pub use keys::Keys;
pub use log::append::{Appended, Draft, FIELD_BYTES_MAX};
pub use page::{Listed, Page, ROWS_MAX};
pub use people::{PERSON_ADD, PERSON_REMOVE, Person, Role};
pub use random::id as random_id;
pub use secrets::SECRET_BYTES_MAX;
pub use sign_in::Session;
pub use store::Store;
