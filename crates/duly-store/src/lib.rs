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
mod calendar_links;
mod clients;
mod closing;
mod database;
mod drafts;
mod duties;
mod error;
mod faults;
mod fsck;
mod heads;
mod instance;
mod keys;
mod log;
mod naming;
mod notes;
mod page;
mod people;
mod published;
mod publishing;
mod random;
mod runs;
mod secrets;
mod sign_in;
mod snapshots;
mod steps;
mod store;
mod tickets;
mod transaction;
mod warnings;
mod writer;

pub use assets::AssetRow;
pub use calendar_links::{CALENDAR_LINKS_MAX, CalendarLink};
pub use clients::{ClientRow, Made, NewClient};
pub use closing::Closing;
pub use database::Location;
pub use drafts::{DRAFT_BYTES_MAX, DRAFTS_MAX, Draft, DraftOf, Saved};
pub use duly_core::permit::Role;
pub use duties::{OpenDuty, Waiver};
pub use error::Error;
#[cfg(feature = "faults")]
pub use faults::{Faults, Loss};
pub use fsck::{FINDINGS_MAX, Finding, Fsck, fsck};
pub use keys::Keys;
pub use log::append::{Appended, FIELD_BYTES_MAX};
pub use log::read::{LEAVES_MAX, LogHead, PackData, StoredCheckpoint, StoredEntry};
pub use naming::CLIENT_RENAME;
pub use notes::{NOTE_ADD, NewNote, Note};
pub use page::{Listed, Page, ROWS_MAX};
pub use people::{NewPerson, PERSON_ADD, PERSON_REMOVE, Person};
pub use publishing::{
    CLIENTS_AT_ONCE_MAX, Origin, PROCESS_CHANGE, Publication, Publishing, REASON_BYTES_MAX,
    VersionFor,
};
pub use random::id as random_id;
pub use runs::{OBSERVATIONS_MAX, Run, RunRecorded, RunResult, RunStart, RunStarted};
pub use secrets::SECRET_BYTES_MAX;
pub use sign_in::Session;
pub use snapshots::{SNAPSHOTS_MAX, SeenSnapshot, Snapshot};
pub use steps::{
    NOTE_BYTES_MAX, STEP_AGAIN, STEP_FILL, STEP_SKIP, StepAgain, StepChange, StepFill, StepSkip,
};
pub use store::Store;
pub use tickets::{StepState, Ticket, TicketFilter, TicketStep};
pub use warnings::{NewWarning, WARNING_ACKNOWLEDGE, WARNING_CLEAR, WARNING_RAISE, Warning};
