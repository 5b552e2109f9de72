//! The lock file: how long each log was, and which root it had, when last something was signed.
//!
//! It lies outside the database, beside the root keys, and is synced to the disk *before* a
//! checkpoint is signed. At every start the database is held against it. A database that has
//! grown since moves it on; one that holds less, or something else, is an old copy or a
//! tampered one, and nothing is signed: otherwise two histories would bear the same name and
//! signature. The file is never made anew when it is missing, since that would defeat it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use duly_proof::hash::Hash;
use duly_proof::tree::Frontier;
use serde::{Deserialize, Serialize};

use crate::database::connection::Connection;
use crate::database::value::args;
use crate::error::Error;
use crate::keys::{file_error, sync_dir};
use crate::log::append::signed;
use crate::random;

/// Name of the lock file in its directory.
const FILE: &str = "heads.json";

/// Leaf hashes read at a time when a log is longer than at its last lock.
const LEAVES_AT_A_TIME: u64 = 10_000;

/// A log's head, with its growing edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) origin: String,
    pub(crate) frontier: Frontier,
}

/// The file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    duly_heads: u32,
    /// Random; the database holds the same.
    store: String,
    logs: BTreeMap<String, LockedLog>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedLog {
    size: u64,
    root: String,
    /// The edge at that size, so that growth is checked from the new leaves alone.
    peaks: Vec<String>,
}

impl LockedLog {
    fn of(frontier: &Frontier) -> Self {
        let bytes = frontier.to_bytes();
        let (peaks, _) = bytes.get(8..).unwrap_or_default().as_chunks::<32>();
        Self {
            size: frontier.size(),
            root: frontier.root().to_hex(),
            peaks: peaks.iter().map(|peak| Hash(*peak).to_hex()).collect(),
        }
    }

    fn frontier(&self) -> Option<Frontier> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for peak in &self.peaks {
            bytes.extend_from_slice(&Hash::from_hex(peak)?.0);
        }
        let frontier = Frontier::from_bytes(&bytes).ok()?;
        (frontier.root().to_hex() == self.root).then_some(frontier)
    }
}

/// The lock file, open for a store.
#[derive(Debug)]
pub(crate) struct Heads {
    path: PathBuf,
    locked: Locked,
}

impl Heads {
    /// Where it lies.
    pub(crate) fn path(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// Reads the lock file, `None` when there is none.
    pub(crate) fn read(dir: &Path) -> Result<Option<Self>, Error> {
        let path = Self::path(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error("reading", &path)(error)),
        };
        let malformed = |why: String| Error::LockMalformed {
            path: path.clone(),
            why,
        };
        let locked: Locked =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if locked.duly_heads != 1 {
            return Err(malformed(format!("version {}", locked.duly_heads)));
        }
        Ok(Some(Self { path, locked }))
    }

    /// Reads the lock file for a database, and holds the database against it.
    ///
    /// A store is new when neither database nor file know its random name. The file comes first,
    /// so that a database with a name and no file is always a reason to stop.
    pub(crate) async fn open(dir: &Path, rows: &mut Connection) -> Result<Self, Error> {
        let named = rows
            .first("select value from about where name = 'store'", args![])
            .await?
            .map(|row| row.text("value"))
            .transpose()?;
        let found = Self::read(dir)?;
        let other = |help| Error::OtherDatabase {
            path: Self::path(dir),
            help,
        };
        let mut heads = match (named, found) {
            (None, None) => Self::create(dir)?,
            // Died after making the file; the database was never used.
            (None, Some(heads)) if heads.locked.logs.is_empty() => heads,
            (None, Some(_)) => {
                return Err(other(
                    "the database is new, but the file has signed for another one; bring that \
                     database back, or start with an empty directory of keys",
                ));
            }
            (Some(_), None) => {
                return Err(other(
                    "the file is missing; bring it back from the directory of keys this database \
                     was used with",
                ));
            }
            (Some(store), Some(heads)) if store == heads.locked.store => heads,
            (Some(_), Some(_)) => {
                return Err(other(
                    "they bear different names; use the directory of keys that this database was \
                     used with",
                ));
            }
        };
        rows.run(
            "insert into about(name, value) values ('store', $1) on conflict do nothing",
            args![heads.locked.store.as_str()],
        )
        .await?;
        let grown = heads.compare(rows).await?;
        heads.advance(&grown)?;
        Ok(heads)
    }

    fn create(dir: &Path) -> Result<Self, Error> {
        let heads = Self {
            path: Self::path(dir),
            locked: Locked {
                duly_heads: 1,
                store: random::id()?,
                logs: BTreeMap::new(),
            },
        };
        heads.write()?;
        Ok(heads)
    }

    /// Holds every locked log against the database; gives the heads of those that have grown.
    pub(crate) async fn compare(&self, rows: &mut Connection) -> Result<Vec<Head>, Error> {
        let mut grown = Vec::new();
        for (origin, locked) in &self.locked.logs {
            let at_lock = locked.frontier().ok_or_else(|| Error::LockMalformed {
                path: self.path.clone(),
                why: format!("peaks and root of {origin} do not fit"),
            })?;
            let behind = |found| Error::LogBehind {
                origin: origin.clone(),
                found,
                locked: locked.size,
            };
            let row = rows
                .first(
                    "select l.client, l.size, l.root, \
                     (select max(e.idx) + 1 from entry e where e.client = l.client) as held \
                     from log l where l.origin = $1",
                    args![origin.as_str()],
                )
                .await?
                .ok_or_else(|| behind(0))?;
            let size = row.count("size")?;
            let held = row.count_or_none("held")?.unwrap_or(0);
            if size.min(held) < locked.size {
                return Err(behind(size.min(held)));
            }
            let client = row.text("client")?;
            let frontier = extend(rows, &client, at_lock, size).await?;
            if frontier.root() != row.hash("root")? || frontier.size() != size {
                return Err(Error::LogDiffers {
                    origin: origin.clone(),
                    size: locked.size,
                });
            }
            if size > locked.size {
                grown.push(Head {
                    origin: origin.clone(),
                    frontier,
                });
            }
        }
        Ok(grown)
    }

    /// Moves the lock on to these heads and syncs it; on an error nothing may be signed.
    pub(crate) fn advance(&mut self, heads: &[Head]) -> Result<(), Error> {
        if heads.is_empty() {
            return Ok(());
        }
        for head in heads {
            if let Some(old) = self.locked.logs.get(&head.origin)
                && old.size > head.frontier.size()
            {
                return Err(Error::LogBehind {
                    origin: head.origin.clone(),
                    found: head.frontier.size(),
                    locked: old.size,
                });
            }
        }
        for head in heads {
            let locked = LockedLog::of(&head.frontier);
            self.locked.logs.insert(head.origin.clone(), locked);
        }
        self.write()
    }

    /// The random name that file and database share.
    pub(crate) fn store(&self) -> &str {
        &self.locked.store
    }

    /// The logs it names.
    pub(crate) fn origins(&self) -> impl Iterator<Item = &str> {
        self.locked.logs.keys().map(String::as_str)
    }

    /// The locked size and root of a log.
    pub(crate) fn locked(&self, origin: &str) -> Option<(u64, &str)> {
        let log = self.locked.logs.get(origin)?;
        Some((log.size, &log.root))
    }

    /// Whole or not at all: a new file beside the old one, synced, renamed over it, and the
    /// directory synced.
    fn write(&self) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(&self.locked)?;
        let fresh = self.path.with_extension("json.new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(file_error("writing", &fresh))?;
        write_synced(&mut file, &text).map_err(file_error("writing", &fresh))?;
        fs::rename(&fresh, &self.path).map_err(file_error("renaming", &self.path))?;
        match self.path.parent() {
            Some(dir) => sync_dir(dir),
            None => Ok(()),
        }
    }
}

fn write_synced(file: &mut File, text: &str) -> std::io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The edge of a log at its stored size, from an earlier edge and the leaf hashes since.
async fn extend(
    rows: &mut Connection,
    client: &str,
    mut frontier: Frontier,
    size: u64,
) -> Result<Frontier, Error> {
    while frontier.size() < size {
        let from = frontier.size();
        let to = size.min(from + LEAVES_AT_A_TIME);
        let leaves = rows
            .all(
                "select idx, leaf from entry where client = $1 and idx >= $2 and idx < $3 \
                 order by idx",
                args![client, signed(from)?, signed(to)?],
            )
            .await?;
        for row in &leaves {
            if row.count("idx")? != frontier.size() {
                return Ok(frontier);
            }
            frontier.append(row.hash("leaf")?);
        }
        if frontier.size() != to {
            return Ok(frontier);
        }
    }
    Ok(frontier)
}
