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
mod assignment;
mod clients;
mod closing;
mod contents;
mod database;
mod duties;
mod error;
mod evidence;
mod faults;
mod fsck;
mod handovers;
mod heads;
mod instance;
mod keys;
mod log;
mod notes;
mod page;
mod people;
mod published;
mod random;
mod rework;
mod runs;
mod secrets;
mod sign_in;
mod snapshots;
mod steps;
mod store;
mod ticket_assets;
mod tickets;
mod transaction;
mod warnings;
mod writer;

pub use assets::AssetRow;
pub use assignment::{
    ABSENCE_ADD, ABSENCE_END, Assigned, Assigning, NotedAbsence, TECHNICIANS_SET,
};
pub use clients::{ClientRow, Made, NewClient};
pub use closing::{ClosedBy, Closing, lacking, obstacles};
pub use contents::UNNAMED_FOR_MAX;
pub use database::Location;
pub use duly_core::gate::StepState;
pub use duly_core::permit::Role;
pub use duties::{OpenDuty, Waiver};
pub use error::Error;
pub use evidence::{EVIDENCE_ADD, Evidence, EvidenceAdded, NewEvidence, Picture};
#[cfg(feature = "faults")]
pub use faults::{Faults, Loss};
pub use fsck::{FINDINGS_MAX, Finding, Fsck, fsck};
pub use handovers::{HandOver, HandedOver, TICKET_HANDOVER};
pub use keys::Keys;
pub use log::append::{Appended, FIELD_BYTES_MAX};
pub use log::read::{LEAVES_MAX, LogHead, PackData, StoredCheckpoint, StoredEntry};
pub use notes::{NOTE_ADD, NewNote, Note};
pub use page::{Listed, Page, ROWS_MAX};
pub use people::{NewPerson, PERSON_ADD, PERSON_REMOVE, Person};
pub use random::id as random_id;
pub use rework::{REWORK_DONE, Reopen, Reopened, Rework, TICKET_REOPEN};
pub use runs::{OBSERVATIONS_MAX, Run, RunRecorded, RunResult, RunStart, RunStarted};
pub use secrets::SECRET_BYTES_MAX;
pub use sign_in::Session;
pub use snapshots::{SNAPSHOTS_MAX, SeenSnapshot, Snapshot};
pub use steps::{Fill, NOTE_BYTES_MAX, OnStep, STEP_AGAIN, STEP_FILL, STEP_SKIP, StepChange};
pub use store::Store;
pub use ticket_assets::{ROW_FILL, RowFill, TicketAsset};
pub use tickets::{Ticket, TicketFilter, TicketStep};
pub use warnings::{NewWarning, WARNING_ACKNOWLEDGE, WARNING_CLEAR, WARNING_RAISE, Warning};
