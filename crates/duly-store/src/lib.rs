//! Remembers: SQLite or PostgreSQL behind one concrete [`Store`] with domain verbs.
//!
//! Read in this order: [`Store::open`] and what it refuses (`store`, `heads`, `keys`), the one
//! writer and its transaction (`writer`, `transaction`), the log (`log`), and then the verbs, a
//! file for each thing they are about. `database` is the only place that knows there are two.
//!
//! Every change is one transaction: the rows and the log entry that tells of them commit together
//! or not at all, and the answer comes after the commit. Nothing here judges, reads the clock or
//! talks to a network but the database; `now` is a parameter everywhere.

mod asset_acts;
mod asset_lists;
mod assets;
mod clients;
mod closing;
mod database;
mod duties;
mod error;
mod faults;
mod fsck;
mod heads;
mod instance;
mod keys;
mod log;
mod notes;
mod page;
mod people;
mod plans;
mod published;
mod random;
mod runs;
mod secrets;
mod sightings;
mod sign_in;
mod snapshots;
mod sources;
mod steps;
mod store;
mod take_list;
mod tickets;
mod transaction;
mod uploads;
mod warnings;
mod writer;

pub use asset_acts::{
    ASSET_CHANGE, ASSET_REASON_BYTES_MAX, AssetAct, AssetChange, AssetEvent, Retirement,
};
pub use asset_lists::AssetFilter;
pub use assets::{AssetRow, KeptAsset, NewAsset};
pub use clients::{CLIENT_RENAME, ClientRow, Made, NewClient};
pub use closing::Closing;
pub use database::Location;
pub use duly_core::permit::Role;
pub use duties::{OpenDuty, Waiver};
pub use error::Error;
#[cfg(feature = "faults")]
pub use faults::{Faults, Loss};
pub use fsck::{FINDINGS_MAX, Finding, Fsck, fsck};
pub use keys::Keys;
pub use log::append::{Appended, FIELD_BYTES_MAX};
pub use log::read::{LEAVES_MAX, LogHead, PackData, StoredCheckpoint, StoredEntry};
pub use notes::{NOTE_ADD, NewNote, Note};
pub use page::{Listed, Page, ROWS_MAX};
pub use people::{NewPerson, PERSON_ADD, PERSON_REMOVE, Person};
pub use plans::{
    Decision, NewProposal, PLAN_DECIDE, PLAN_PROPOSE, PLAN_REASON_BYTES_MAX, PROMISES_MAX,
    Proposal, Signing,
};
pub use random::id as random_id;
pub use runs::{OBSERVATIONS_MAX, Run, RunRecorded, RunResult, RunStart, RunStarted};
pub use secrets::SECRET_BYTES_MAX;
pub use sightings::{ASSET_CLAIM, ASSET_DISMISS, Claim, Sighting, SightingChange, SightingFilter};
pub use sign_in::Session;
pub use snapshots::{SNAPSHOTS_MAX, SeenSnapshot, Snapshot};
pub use sources::{NewSource, Sighted, Source};
pub use steps::{
    NOTE_BYTES_MAX, STEP_AGAIN, STEP_FILL, STEP_SKIP, StepAgain, StepChange, StepFill, StepSkip,
};
pub use store::Store;
pub use take_list::{ASSET_IMPORT, ListTaken, TakeList, TakenAsset, TakenName};
pub use tickets::{StepState, Ticket, TicketFilter, TicketStep};
pub use uploads::{NewUpload, UPLOAD_BYTES_MAX, Upload};
pub use warnings::{NewWarning, WARNING_ACKNOWLEDGE, WARNING_CLEAR, WARNING_RAISE, Warning};
