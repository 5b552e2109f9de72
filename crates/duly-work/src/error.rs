//! What can go wrong in the shell, each with what to do about it.

use duly_core::id::ClientId;

/// See the variants.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] duly_store::Error),
    /// The duties could not be computed from what was published.
    #[error("duties could not be computed: {0}")]
    Schedule(#[from] duly_core::schedule::error::ScheduleError),
    /// A zone's transitions could not be tabulated.
    #[error("the time zone could not be tabulated: {0}")]
    Zone(#[from] duly_core::schedule::zone::ZoneError),
    /// A document could not be written or read as JSON.
    #[error("a document is not what it should be: {0}")]
    Document(#[from] serde_json::Error),
    /// No client of that id.
    #[error("there is no client `{0}`; `duly.toml` names the clients")]
    NoClient(ClientId),
    /// No calendar of that name ships with duly.
    #[error("there is no calendar `{0}`; `duly check` lists those that ship with duly")]
    UnknownCalendar(String),
    /// No such time zone.
    #[error("there is no time zone `{0}`; use an IANA name such as Europe/London")]
    UnknownZone(String),
    /// An asset came back under another kind.
    #[error(
        "`{asset}` is in care as a {was} and is declared as a {is}; give the new one another name"
    )]
    KindChanged {
        /// The asset's name.
        asset: String,
        /// What it was.
        was: String,
        /// What it is declared as.
        is: String,
    },
    /// A file would go back behind what a person published on a page.
    #[error(
        "{process}: version {page} was published on a page, and the file of {file} is another; \
         `duly export processes` writes what is published as files, or give the file an \
         `effective` after {page}"
    )]
    FileBehindPage {
        /// The process.
        process: String,
        /// The file's version.
        file: String,
        /// The version published on a page.
        page: String,
    },
    /// A file would change what was owed on days that have passed.
    #[error(
        "{process}: the file takes effect on {file}, which has passed, and the process is in \
         force already; give `effective` a date from {today} on"
    )]
    FileInThePast {
        /// The process.
        process: String,
        /// The file's version.
        file: String,
        /// The client's date.
        today: String,
    },
    /// A pack could not be made.
    #[error("the pack could not be made: {0}")]
    Pack(String),
    /// A recount ended in the middle.
    #[error("the recount ended in the middle: {0}")]
    Recount(String),
    /// A month could not be drawn from.
    #[error("a spot check could not be drawn: {0}")]
    Review(String),
    /// A probe could not be started or read.
    #[error("the probe could not be run: {0}")]
    Probe(String),
}
