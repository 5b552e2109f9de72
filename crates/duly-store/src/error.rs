//! What can go wrong in the store, each with a stable code, what happened and what to do.
//!
//! What is merely not there is an `Option`, and being second in a race is a result of the verb,
//! not an error: neither occurs here.

use std::path::PathBuf;

use thiserror::Error as ThisError;

/// An error of the store.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database did not do it: {0}")]
    Database(#[from] sqlx::Error),
    /// The commit was reported as failed; it may have happened all the same.
    #[error("the commit failed ({0}); it is not known whether it was kept, so do the same again")]
    CommitUnknown(String),
    /// The one writer has stopped, after an error it could not recover from or on closing.
    #[error("the store has stopped writing; start it again, and it repairs itself")]
    WriterStopped,
    /// A database setting on which a promise rests is not what it must be.
    #[error("{setting} is {found}, but must be {wanted}, or acknowledged work can be lost")]
    NotDurable {
        /// Which setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The database was made by a newer program.
    #[error("the database has schema step {found}, this program knows {known}; use the newer one")]
    NewerSchema {
        /// The highest step applied.
        found: i64,
        /// The highest step known.
        known: i64,
    },
    /// Not a name that can be quoted safely.
    #[error("`{0}` cannot be a schema: use lower-case letters, digits and `_`")]
    SchemaName(String),

    /// A file could not be read or written.
    #[error("{what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Somebody else could read the root key.
    #[error("{path} may be read by others (mode {mode:o}); run: chmod 600 {path}")]
    KeyExposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The root key file is not one.
    #[error("{path} is not a root key file: {why}")]
    KeyMalformed {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Sealed bytes do not open: other key, other client or name, or altered.
    #[error(
        "what is sealed as `{name}` does not open with this root key; was it moved or altered?"
    )]
    SealBroken {
        /// The name it was sealed under.
        name: String,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes: {0}")]
    NoRandomness(String),

    /// Another process has this store open.
    #[error("another duly has this store open (it holds {path}); stop it first")]
    SecondInstance {
        /// The file it holds.
        path: PathBuf,
    },
    /// Database and lock file were not made together.
    #[error("database and {path} do not belong together; {help}")]
    OtherDatabase {
        /// The lock file.
        path: PathBuf,
        /// What to do.
        help: &'static str,
    },
    /// The lock file is damaged.
    #[error("{path} cannot be read: {why}. Bring it back from where it lay; it is not made anew")]
    LockMalformed {
        /// The lock file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The database has less than what was already signed: an old copy, or a truncated log.
    #[error(
        "log {origin} holds {found} entries, but {locked} were already signed for: this database \
         is an old copy, or entries were removed. Nothing is signed. Bring back the newer \
         database, or start a successor log with `duly restore --successor`"
    )]
    LogBehind {
        /// Which log.
        origin: String,
        /// Entries in the database.
        found: u64,
        /// Entries in the lock file.
        locked: u64,
    },
    /// The database tells another history than what was already signed.
    #[error(
        "log {origin} differs from what was signed at size {size}. Nothing is signed. Run \
         `duly fsck`, bring back the right database, or start a successor log with `duly restore \
         --successor`"
    )]
    LogDiffers {
        /// Which log.
        origin: String,
        /// Size at which it was locked.
        size: u64,
    },

    /// A row does not read as what it must be.
    #[error("the database holds {what} that cannot be read ({found}); run `duly fsck`")]
    Unreadable {
        /// Which column or thing.
        what: String,
        /// What was found.
        found: String,
    },
    /// A document could not be written as JSON.
    #[error("a document cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What was asked for exceeds a documented limit.
    #[error("{what} is at most {limit}, not {found}")]
    TooMuch {
        /// What.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
        /// How much it was.
        found: usize,
    },
    /// Something named does not exist for this client.
    #[error("client {client} has no {what} `{id}`")]
    NoSuch {
        /// Whose.
        client: String,
        /// What kind of thing.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// The same name was used before for something else.
    #[error(
        "{what} `{id}` exists already, with other content; a change needs a new name or version"
    )]
    Taken {
        /// What kind of thing.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// An asset whose time in care would be over before it began.
    #[error(
        "`{name}` would leave care on {until}, before anybody took it into care; leave it out, or \
         give a later date"
    )]
    NeverInCare {
        /// What it is called.
        name: String,
        /// First date no longer in care.
        until: jiff::civil::Date,
    },
    /// The entry type is one that only its own verb may write.
    #[error("entries of type `{0}` are written by their own verb; others begin `x.`")]
    ReservedKind(String),
    /// The log was written by somebody else between reading its head and writing.
    #[error("log of client {0} was written by another at the same time; do the same again")]
    LogRaced(String),
    /// An entry could not be sealed.
    #[error("an entry could not be made: {0}")]
    Sealing(String),
}

impl Error {
    /// Stable, kebab-case; documented, so that scripts may rely on it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::CommitUnknown(_) => "commit-unknown",
            Self::WriterStopped => "writer-stopped",
            Self::NotDurable { .. } => "not-durable",
            Self::NewerSchema { .. } => "newer-schema",
            Self::SchemaName(_) => "schema-name",
            Self::File { .. } => "file",
            Self::KeyExposed { .. } => "key-exposed",
            Self::KeyMalformed { .. } => "key-malformed",
            Self::SealBroken { .. } => "seal-broken",
            Self::NoRandomness(_) => "no-randomness",
            Self::SecondInstance { .. } => "second-instance",
            Self::OtherDatabase { .. } => "other-database",
            Self::LockMalformed { .. } => "lock-malformed",
            Self::LogBehind { .. } => "log-behind",
            Self::LogDiffers { .. } => "log-differs",
            Self::Unreadable { .. } => "unreadable",
            Self::Json(_) => "json",
            Self::TooMuch { .. } => "too-much",
            Self::NoSuch { .. } => "no-such",
            Self::Taken { .. } => "taken",
            Self::NeverInCare { .. } => "never-in-care",
            Self::ReservedKind(_) => "reserved-kind",
            Self::LogRaced(_) => "log-raced",
            Self::Sealing(_) => "sealing",
        }
    }

    pub(crate) fn unreadable(what: impl ToString, found: impl ToString) -> Self {
        Self::Unreadable {
            what: what.to_string(),
            found: found.to_string(),
        }
    }

    pub(crate) fn no_such(
        client: &duly_core::id::ClientId,
        what: &'static str,
        id: impl ToString,
    ) -> Self {
        Self::NoSuch {
            client: client.to_string(),
            what,
            id: id.to_string(),
        }
    }

    /// Whether the transaction as a whole is lost, not only the verb that met the error.
    pub(crate) fn breaks_transaction(&self) -> bool {
        matches!(self, Self::Database(_) | Self::LogRaced(_))
    }

    /// Whether the database itself asks for the same transaction to be tried again.
    pub(crate) fn asks_for_retry(&self) -> bool {
        match self {
            Self::LogRaced(_) => true,
            // PostgreSQL: serialization failure, deadlock detected. Both are certain to have
            // been rolled back.
            Self::Database(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }
            _ => false,
        }
    }
}

/// Checks a count against its documented limit.
pub(crate) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Error> {
    if found > limit {
        return Err(Error::TooMuch { what, limit, found });
    }
    Ok(())
}
