//! Reading a restic repository: its snapshots, its folders, its files' bytes. See the README here
//! for what is read, with which privilege, and what it does not prove.
//!
//! Built on `rustic_core`, around three of its habits (backups.md, section 4): the word "latest"
//! silently skips a damaged snapshot, so ids are listed and each snapshot is resolved by its id;
//! a listing that fails counts as empty, so the folders are opened here first; and damaged trees
//! can make it panic, so the whole reader runs in a process of its own. Its cache is off: a cache
//! would write to disk and hide damage. Nothing here ever writes, locks or judges.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use duly_core::backup::code;
use duly_core::backup::facts::Failure;
use duly_core::backup::known::{Known, SnapshotSeen};
use duly_core::backup::request::BackupRequest;
use duly_proof::hash::{Hash, hash};
use jiff::Timestamp;
use rustic_backend::local::LocalBackend;
use rustic_core::repofile::{IndexFile, IndexId, KeyFile, SnapshotFile, SnapshotId};
use rustic_core::{
    Credentials, FileType, Id, IndexedFullStatus, OpenStatus, Repository, RepositoryBackends,
    RepositoryOptions, RusticError, WriteBackend,
};

pub mod content;
pub mod tree;

/// A repository whose key was found.
pub struct Opened {
    files: Arc<dyn WriteBackend>,
    repository: Repository<OpenStatus>,
}

/// A repository whose index was read, so that folders and bytes can be found.
pub type Indexed = Repository<IndexedFullStatus>;

/// The snapshots of a repository.
#[derive(Debug, Default)]
pub struct Snapshots {
    /// Those that could be read, by id.
    pub read: BTreeMap<String, SnapshotSeen>,
    /// Those that could not, with why.
    pub unreadable: BTreeMap<String, String>,
}

impl Snapshots {
    /// All ids there are.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<String> {
        self.read
            .keys()
            .chain(self.unreadable.keys())
            .cloned()
            .collect()
    }
}

/// The index, held against the packs that are there.
#[derive(Debug, Default)]
pub struct Packs {
    /// Index files that cannot be read, with why.
    pub index_unreadable: BTreeMap<String, String>,
    /// How many packs the index names.
    pub indexed: u64,
    /// Named and not there.
    pub missing: Vec<String>,
    /// There with another length than the index says.
    pub damaged: Vec<String>,
}

impl Opened {
    /// Opens the repository of a request with its password.
    ///
    /// # Errors
    ///
    /// With one of the codes for a repository that is missing, not readable, locked or damaged.
    pub fn new(request: &BackupRequest) -> Result<Self, Failure> {
        let place = Path::new(&request.repository);
        check_place(place)?;
        let failure = |error: Box<RusticError>| failure(code::REPOSITORY_DAMAGED.code, &error);
        let local = LocalBackend::new(&request.repository, []).map_err(failure)?;
        let files: Arc<dyn WriteBackend> = Arc::new(local);
        let options = RepositoryOptions::default().no_cache(true);
        let backends = RepositoryBackends::new(files.clone(), None);
        let repository = Repository::new(&options, &backends).map_err(failure)?;
        let credentials = Credentials::password(&request.password.0);
        let repository = repository.open(&credentials).map_err(|error| {
            if error.is_incorrect_password() {
                Failure {
                    code: code::PASSWORD_REFUSED.code.to_owned(),
                    message: "no key of the repository takes the password".to_owned(),
                }
            } else {
                failure(error)
            }
        })?;
        Ok(Self { files, repository })
    }

    /// The repository's own id.
    #[must_use]
    pub fn id(&self) -> String {
        full(&self.repository.config().id)
    }

    /// Every snapshot, each resolved by its id and held against the hash that names its file.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    pub fn snapshots(&self, known: &Known, now: Timestamp) -> Result<Snapshots, Failure> {
        let listed = self.list(FileType::Snapshot)?;
        let mut snapshots = Snapshots::default();
        for id in listed {
            let name = full(&id);
            match self.snapshot(id) {
                Ok(file) => {
                    let mut seen = seen(&file, now);
                    if let Some(before) = known.snapshots.get(&name) {
                        seen.first_seen = before.first_seen;
                        seen.held.clone_from(&before.held);
                    }
                    snapshots.read.insert(name, seen);
                }
                Err(why) => {
                    snapshots.unreadable.insert(name, why);
                }
            }
        }
        Ok(snapshots)
    }

    fn snapshot(&self, id: Id) -> Result<SnapshotFile, String> {
        let bytes = self
            .files
            .read_full(FileType::Snapshot, &id)
            .map_err(|error| plain(&error))?;
        named_by_hash(&id, &bytes)?;
        self.repository
            .get_file(&SnapshotId::from(id))
            .map_err(|error| plain(&error))
    }

    /// Reads the whole index and looks for every pack it names.
    ///
    /// # Errors
    ///
    /// When index or packs cannot be listed.
    pub fn packs(&self) -> Result<Packs, Failure> {
        let mut packs = Packs::default();
        let mut named: BTreeMap<Id, u32> = BTreeMap::new();
        for id in self.list(FileType::Index)? {
            match self.repository.get_file::<IndexFile>(&IndexId::from(id)) {
                Ok(index) => {
                    named.extend(index.packs.iter().map(|pack| (*pack.id, pack.pack_size())));
                }
                Err(error) => {
                    packs.index_unreadable.insert(full(&id), plain(&error));
                }
            }
        }
        let there: BTreeMap<Id, u32> = self
            .files
            .list_with_size(FileType::Pack)
            .map_err(|error| failure(code::REPOSITORY_NOT_READABLE.code, &error))?
            .into_iter()
            .collect();
        packs.indexed = named.len() as u64;
        for (id, size) in named {
            match there.get(&id) {
                None => packs.missing.push(full(&id)),
                Some(found) if *found != size => packs.damaged.push(full(&id)),
                Some(_) => {}
            }
        }
        Ok(packs)
    }

    /// Loads the index, so that content can be read.
    ///
    /// # Errors
    ///
    /// When an index file cannot be read; call [`Opened::packs`] first to know which.
    pub fn index(self) -> Result<Indexed, Failure> {
        let failure = |error: Box<RusticError>| failure(code::INDEX_UNREADABLE.code, &error);
        self.repository.to_indexed().map_err(failure)
    }

    fn list(&self, kind: FileType) -> Result<Vec<Id>, Failure> {
        let mut ids = self
            .files
            .list(kind)
            .map_err(|error| failure(code::REPOSITORY_NOT_READABLE.code, &error))?;
        ids.sort();
        Ok(ids)
    }
}

/// Whether the folders of a repository are there and may be listed: what the library would take
/// for empty.
fn check_place(place: &Path) -> Result<(), Failure> {
    let fail = |code: code::Code, message: String| Failure {
        code: code.code.to_owned(),
        message,
    };
    let refused = |path: &Path, error: &std::io::Error| {
        let message = format!("`{}`: {error}", path.display());
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                fail(code::REPOSITORY_MISSING, message)
            }
            _ => fail(code::REPOSITORY_NOT_READABLE, message),
        }
    };
    let config = place.join("config");
    fs::File::open(&config).map_err(|error| refused(&config, &error))?;
    for name in ["snapshots", "index", "data", "keys"] {
        let folder = place.join(name);
        match fs::read_dir(&folder) {
            Ok(mut names) => {
                if name == "keys" && names.next().is_none() {
                    let message = format!("`{}` is empty", folder.display());
                    return Err(fail(code::KEYS_MISSING, message));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound && name == "keys" => {
                return Err(fail(
                    code::KEYS_MISSING,
                    format!("`{}`: {error}", folder.display()),
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = format!("`{}`: {error}", folder.display());
                return Err(fail(code::REPOSITORY_DAMAGED, message));
            }
            Err(error) => return Err(refused(&folder, &error)),
        }
    }
    check_keys(&place.join("keys"))
}

/// Key files are plain JSON under the hash of their content. One that is damaged would read as a
/// wrong password or stop the library before it tries the next.
fn check_keys(folder: &Path) -> Result<(), Failure> {
    let fail = |message: String| Failure {
        code: code::REPOSITORY_DAMAGED.code.to_owned(),
        message,
    };
    let names = fs::read_dir(folder).map_err(|error| fail(error.to_string()))?;
    for entry in names.flatten() {
        let path = entry.path();
        let Some(id) = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(Hash::from_hex)
        else {
            continue;
        };
        let bytes =
            fs::read(&path).map_err(|error| fail(format!("{}: {error}", path.display())))?;
        if hash(&bytes) != id || serde_json::from_slice::<KeyFile>(&bytes).is_err() {
            return Err(fail(format!(
                "the key file `{}` is damaged",
                path.display()
            )));
        }
    }
    Ok(())
}

fn named_by_hash(id: &Id, bytes: &[u8]) -> Result<(), String> {
    if full(id) == hash(bytes).to_hex() {
        Ok(())
    } else {
        Err("its content is not what its name says".to_owned())
    }
}

fn seen(file: &SnapshotFile, now: Timestamp) -> SnapshotSeen {
    SnapshotSeen {
        time: instant(file.time.timestamp().as_nanosecond()),
        host: file.hostname.clone(),
        paths: file.paths.iter().cloned().collect(),
        tags: file.tags.iter().cloned().collect(),
        tree: full(&file.tree),
        original: file.original.as_deref().map(full),
        first_seen: now,
        gone_since: None,
        held: BTreeMap::new(),
    }
}

/// The library has an older version of the same time crate: instants pass as nanoseconds.
fn instant(nanoseconds: i128) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds).unwrap_or(if nanoseconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

fn full(id: &Id) -> String {
    id.to_hex().to_string()
}

fn failure(code: &str, error: &RusticError) -> Failure {
    Failure {
        code: code.to_owned(),
        message: plain(error),
    }
}

/// An error in one line. The library's own form is a page of advice.
fn plain(error: &RusticError) -> String {
    let text = error.display_log();
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(300) {
        line.truncate(cut);
        line.push('…');
    }
    line
}
