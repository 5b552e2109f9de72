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
mod assignment;
mod baselines;
mod calendar_links;
mod clients;
mod closing;
mod connections;
mod contents;
mod control;
mod counts;
mod database;
mod deliveries;
mod drafts;
mod duties;
mod error;
mod evidence;
mod exceptions;
mod faults;
mod fsck;
mod handovers;
mod heads;
mod heartbeat;
mod instance;
mod keys;
mod log;
mod mirrors;
mod notes;
mod notices;
mod page;
#[cfg(feature = "past")]
mod past;
mod people;
mod pings;
mod plans;
mod preferences;
mod published;
mod publishing;
mod queue;
mod random;
mod readings;
mod recount;
mod request_keys;
mod reviews;
mod rework;
mod runs;
mod secrets;
mod sightings;
mod sign_in;
mod silences;
mod snapshots;
mod snoozes;
mod sources;
mod steps;
mod store;
mod take_list;
mod tellings;
mod ticket_assets;
mod tickets;
mod tokens;
mod transaction;
mod uploads;
mod warnings;
mod worker_asks;
mod writer;

pub use asset_acts::{
    ASSET_CHANGE, ASSET_REASON_BYTES_MAX, AssetAct, AssetChange, AssetEvent, Retirement,
};
pub use asset_lists::AssetFilter;
pub use assets::{AssetRow, KeptAsset, NewAsset};
pub use assignment::{
    ABSENCE_ADD, ABSENCE_END, Assigned, Assigning, NotedAbsence, TECHNICIANS_SET,
};
pub use baselines::{BaselineSet, MEASURE_RESTART, NewBaseline};
pub use calendar_links::{CALENDAR_LINKS_MAX, CalendarLink};
pub use clients::{CLIENT_RENAME, ClientRow, Made, NewClient};
pub use closing::{ClosedBy, Closing, lacking, obstacles};
pub use connections::{
    CONNECTION_KEEP, CONNECTION_REMOVE, CONNECTIONS_MAX, Connection, KeptConnection,
    SETTINGS_BYTES_MAX, secret_name as connection_secret,
};
pub use contents::UNNAMED_FOR_MAX;
pub use control::{
    Board, BoardCount, BoardRow, CONTROL_PROVE, ChangedRun, ChangedTickets, Declared, Found,
    RuleProof, Rung, Unmended, WINDOW_ENTRIES_MAX,
};
pub use database::Location;
pub use deliveries::{
    BUNDLE_MAX, Bundle, DELIVERIES_KEPT_FOR, LEASE_FOR, NewDelivery, UNDELIVERABLE, Undelivered,
};
pub use drafts::{DRAFT_BYTES_MAX, DRAFTS_MAX, Draft, DraftOf, Saved};
pub use duly_core::gate::StepState;
pub use duly_core::permit::Role;
pub use duties::{OpenDuty, Waiver};
pub use error::Error;
pub use evidence::{EVIDENCE_ADD, Evidence, EvidenceAdded, NewEvidence, Picture};
pub use exceptions::{
    Asking, Deciding, Decision, EXCEPTION_ASK, EXCEPTION_REFUSE, EXCEPTION_WITHDRAW, ExceptionRow,
    ExceptionState, NewAsk,
};
#[cfg(feature = "faults")]
pub use faults::{Faults, Loss, statements_of};
pub use fsck::{FINDINGS_MAX, Finding, Fsck, fsck};
pub use handovers::{HandOver, HandedOver, TICKET_HANDOVER};
pub use heartbeat::{DULY_DOWN, DULY_WAS_DOWN, GAP_MAX};
pub use keys::Keys;
pub use log::append::{Appended, FIELD_BYTES_MAX};
pub use log::list::{EntryFilter, KINDS_MAX};
pub use log::read::{LEAVES_MAX, LogHead, PackData, StoredCheckpoint, StoredEntry};
pub use mirrors::{MIRROR_ACT, MirrorChange, Mirrored};
pub use notes::{NOTE_ADD, NewNote, Note};
pub use notices::Untold;
pub use page::{Listed, Page, ROWS_MAX};
#[cfg(feature = "past")]
pub use past::Past;
pub use people::{
    Changed, Invitation, NewPerson, PERSON_ADD, PERSON_CHANGE, PERSON_INVITE, PERSON_REMOVE,
    PERSON_RESET, Person, PersonChange, PersonSet,
};
pub use pings::{
    NewPing, NewPingAddress, PING_ADDRESSES_MAX, PING_DECLARE, PING_REMOVE, PING_ROTATE,
    PingAddress, PingDeclared,
};
pub use plans::{
    NewProposal, PLAN_DECIDE, PLAN_PROPOSE, PLAN_REASON_BYTES_MAX, PROMISES_MAX, PlanDecision,
    Proposal, Signing,
};
pub use preferences::{Chosen, PREFERENCES_KEEP};
pub use publishing::{
    CLIENTS_AT_ONCE_MAX, Origin, PROCESS_CHANGE, Publication, Publishing, REASON_BYTES_MAX,
    VersionFor,
};
pub use queue::{QueueAt, QueueCount, QueueFilter, QueueState, Queued};
pub use random::{bytes as random_bytes, id as random_id};
pub use readings::month::{
    Answered, CheckTally, FinishedTally, PassedAsset, RunTally, Span, Tally,
};
pub use readings::{CountedMonth, KeptMonth, MEASURES_MAX, MeasureKey, MonthStage, READINGS};
pub use recount::{RECOUNT, RecountData, RecountReader, RecountRow};
pub use request_keys::{
    KeptAnswer, REQUEST_ANSWER_BYTES_MAX, REQUEST_DEAD_AFTER, REQUEST_KEY_BYTES_MAX,
    REQUEST_KEYS_KEPT_FOR, REQUEST_KEYS_MAX, RequestBegun, RequestKey, under,
};
pub use reviews::act::{ReviewChange, ReviewWord};
pub use reviews::draw::{DRAWN_MAX, MonthClosed, NewDraw};
pub use reviews::material::ReviewMaterial;
pub use reviews::read::ReviewFilter;
pub use reviews::{Review, ReviewLook, ReviewMonth, ReviewState, Said, StepWord};
pub use rework::{REWORK_DONE, Reopen, Reopened, Rework, TICKET_REOPEN};
pub use runs::{OBSERVATIONS_MAX, Run, RunRecorded, RunResult, RunStart, RunStarted};
pub use secrets::SECRET_BYTES_MAX;
pub use sightings::{ASSET_CLAIM, ASSET_DISMISS, Claim, Sighting, SightingChange, SightingFilter};
pub use sign_in::{
    Account, BROWSER_FOR, CODES, CODES_END, CodeSecrets, CodesConfirmed, FirstProof, IDLE_FOR,
    Invited, NewPasskey, PASSKEY_ADD, PASSKEY_REMOVE, PASSKEYS_MAX, PASSWORD_SET, PENDING_MAX,
    PENDING_TRIES_MAX, Passkey, Pending, PendingKind, Proved, RECOVERY_CODES, SIGN_IN, SIGN_IN_END,
    SIGN_IN_LIMIT, SIGN_IN_REFUSED, Session, SessionRow, SignIn, SignedIn, Taking, TryOn, Visitor,
    Way, WaysIn, WhyRefused,
};
pub use silences::{NewSilence, SILENCE_ASK, SILENCE_DECIDE, SILENCE_MAX, Silence, SilenceAct};
pub use snapshots::{SNAPSHOTS_MAX, SeenSnapshot, Snapshot};
pub use snoozes::{Snooze, Snoozing, TICKET_SNOOZE, TICKET_WAKE};
pub use sources::{NewSource, Sighted, Source};
pub use steps::{Fill, NOTE_BYTES_MAX, OnStep, STEP_AGAIN, STEP_FILL, STEP_SKIP, StepChange};
pub use store::Store;
pub use take_list::{ASSET_IMPORT, ListTaken, TakeList, TakenAsset, TakenName};
pub use ticket_assets::{ROW_FILL, RowFill, TicketAsset};
pub use tickets::{Snoozed, Ticket, TicketFilter, TicketStep};
pub use tokens::{NewToken, TOKEN_MAKE, TOKEN_REVOKE, Token, TokenUse};
pub use uploads::{NewUpload, UPLOAD_BYTES_MAX, Upload};
pub use warnings::{
    Firing, Keeper, KnownWarning, NewWarning, OnWarning, Rungs, Settle, Settled,
    WARNING_ACKNOWLEDGE, WARNING_CLEAR, WARNING_ESCALATE, WARNING_RAISE, WORD_BYTES_MAX, Warning,
    WarningAct, WarningFilter,
};
