//! What a reader of a repository reports, as observations and as the judge sees them.
//!
//! The names are the reader's vocabulary; its README in `duly-probe` says what each does not
//! prove. Only what duly measured itself becomes a fact here: the same line from anybody else is
//! counted and left aside.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::known::{Held, SnapshotSeen};
use super::weigh::{Excuse, Fault, Weighed};
use crate::observation::{Method, Observation, Value};

/// Names of observations.
pub mod name {
    /// The repository's own id, or why it could not be opened.
    pub const REPOSITORY_ID: &str = "repository.id";
    /// Number of snapshot files.
    pub const SNAPSHOTS_COUNT: &str = "snapshots.count";
    /// One hash over the sorted ids.
    pub const SNAPSHOTS_DIGEST: &str = "snapshots.digest";
    /// Ids that were there at the last look.
    pub const SNAPSHOTS_GONE: &str = "snapshots.gone";
    /// A snapshot met for the first time.
    pub const SNAPSHOT_SEEN: &str = "snapshot.seen";
    /// A snapshot file that cannot be read.
    pub const SNAPSHOT_FILE: &str = "snapshot.file";
    /// An index file that cannot be read.
    pub const INDEX_FILE: &str = "index.file";
    /// Number of packs that the index names.
    pub const PACKS_INDEXED: &str = "packs.indexed";
    /// Packs that the index names and that are not there.
    pub const PACKS_MISSING: &str = "packs.missing";
    /// Packs of another length than the index says.
    pub const PACKS_DAMAGED: &str = "packs.damaged";
    /// Several machines have snapshots of these roots.
    pub const HOSTS_AMBIGUOUS: &str = "hosts.ambiguous";
    /// Which snapshot stands for a root.
    pub const ROOT_SNAPSHOT: &str = "root.snapshot";
    /// A newer snapshot of the same job that lacks the root.
    pub const ROOT_LOST_BY: &str = "root.lost-by";
    /// What a root holds in its snapshot.
    pub const ROOT_HELD: &str = "root.held";
    /// What it held in an earlier one.
    pub const ROOT_PAST: &str = "root.past";
    /// A folder of a snapshot that cannot be read.
    pub const FOLDER: &str = "folder.names";
    /// The manifest, or why it cannot be used.
    pub const MANIFEST: &str = "manifest";
    /// How all files of the manifest compare by name, size and time.
    pub const COMPARED: &str = "files.compared";
    /// An example of a file that does not compare.
    pub const FILE_WEIGHED: &str = "file.weighed";
    /// One hash over the drawn paths in their order.
    pub const DRAW: &str = "draw";
    /// A file as it was read back.
    pub const FILE_READ: &str = "file.read";
    /// The reader came to its end.
    pub const DONE: &str = "reader.done";
}

/// Source of everything that is read out of a repository.
pub const SOURCE: &str = "repository";

/// A manifest's side of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFacts {
    /// RFC 6962 root over its lines, hexadecimal.
    pub root: String,
    /// Regular files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Files that could not be read at the source.
    pub unreadable: u64,
    /// When the walk began.
    pub started_at: Timestamp,
    /// Whether two walks bracket every snapshot compared.
    pub bracketed: bool,
}

/// How the files of a manifest compare, counted by the word of [`word`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How many of each.
    pub by_word: BTreeMap<String, u64>,
    /// Files of the snapshots that the manifest does not have.
    pub not_in_manifest: u64,
    /// Names that the manifest could not read.
    pub unreadable_at_source: u64,
}

/// How a file beyond the must list's limit is reported: not compared, and why.
pub const BEYOND_MUST: &str = "beyond-the-must-limit";

/// How a file is reported that only the snapshot has.
pub const NOT_IN_MANIFEST: &str = "not-in-manifest";

/// How a planted file is reported that the snapshot does not have.
pub const NOT_IN_SNAPSHOT: &str = "not-in-snapshot";

/// The word under which a weighed file is counted and shown.
#[must_use]
pub fn word(weighed: Weighed) -> &'static str {
    match weighed {
        Weighed::Comparable => "comparable",
        Weighed::Unclear => "folder-missing-unclear",
        Weighed::Excused(excuse) => match excuse {
            Excuse::Volatile => "volatile",
            Excuse::ChangedAfterManifest => "changed-after-manifest",
            Excuse::ChangedAfterSnapshot => "changed-after-snapshot",
            Excuse::GrewWhileRead => "grew-while-read",
            Excuse::CameAfterSnapshot => "came-after-snapshot",
            Excuse::WentAfterManifest => "went-after-manifest",
        },
        Weighed::Faulty(fault) => match fault {
            Fault::Missing => "file-missing",
            Fault::LeftOutAsCache => "left-out-as-cache",
            Fault::Altered => "file-altered",
            Fault::ReplacedByLink => "replaced-by-link",
            Fault::Unreadable => "folder-unreadable",
        },
    }
}

/// Why a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stratum {
    /// It was drawn.
    Drawn,
    /// It is on the must list.
    Must,
    /// It was planted.
    Canary,
}

/// A file as it was read back, beside what it was expected to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    /// Why it was read.
    pub strata: Vec<Stratum>,
    /// How name, size and time compare: a word of [`word`], or `not-in-manifest`.
    pub weighed: String,
    /// SHA-256 that the manifest, or the planting, recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// SHA-256 of as many bytes as were expected, out of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Why it could not be read out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// Bytes read.
    #[serde(default)]
    pub bytes: u64,
}

/// The draw, as it was gone through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// How far down the order it went.
    pub drawn: u64,
    /// Of these, how many could be compared.
    pub compared: u64,
    /// Files of the manifest that could be compared: what the bound speaks about.
    pub population: u64,
    /// One hash over the drawn paths in their order.
    pub digest: String,
}

/// How the reader ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How often it read: a second time after anything looked damaged, since a `prune` running
    /// at the same moment looks so too.
    pub attempts: u64,
    /// Files read out.
    pub files: u64,
    /// Bytes read out.
    pub bytes: u64,
}

/// A root and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootFacts {
    /// The snapshot that stands for it.
    pub snapshot: Option<String>,
    /// A newer one of the same job that lacks it.
    pub lost_by: Option<String>,
    /// What it holds; `None` when nobody could look.
    pub held: Option<Holding>,
    /// What it held before, newest first.
    pub past: Vec<Held>,
}

/// What a snapshot has at a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Nothing of that name.
    Absent,
    /// This much.
    There(Held),
}

impl RootFacts {
    /// How much it holds; nothing when it is absent or nobody could look.
    #[must_use]
    pub fn files(&self) -> u64 {
        match self.held {
            Some(Holding::There(held)) => held.files,
            _ => 0,
        }
    }
}

/// A thing that could not be read: a stable code, and what the reader said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Kebab-case.
    pub code: String,
    /// For a person.
    pub message: String,
}

impl Failure {
    /// As it stands in an observation: `code: message`.
    #[must_use]
    pub fn to_value(code: &str, message: &str) -> Value {
        Value::Unreadable(format!("{code}: {message}"))
    }

    fn from_text(text: &str) -> Self {
        let (code, message) = text.split_once(": ").unwrap_or(("unreadable", text));
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Everything a reader found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The repository's id, or why it could not be opened.
    pub repository: Option<Result<String, Failure>>,
    /// Number of snapshot files.
    pub snapshots: Option<u64>,
    /// Ids that were there at the last look and are not now.
    pub gone: Vec<String>,
    /// Snapshots met for the first time.
    pub seen: BTreeMap<String, SnapshotSeen>,
    /// Snapshot files that cannot be read, with why.
    pub snapshots_unreadable: Vec<(String, String)>,
    /// Index files that cannot be read, with why.
    pub index_unreadable: Vec<(String, String)>,
    /// Packs that the index names and that are not there.
    pub packs_missing: Vec<String>,
    /// Packs of another length than the index says.
    pub packs_damaged: Vec<String>,
    /// Several machines have snapshots of these roots.
    pub hosts_ambiguous: Vec<String>,
    /// Each root, by its text.
    pub roots: BTreeMap<String, RootFacts>,
    /// Folders that cannot be read, with why.
    pub folders_unreadable: Vec<(String, String)>,
    /// The manifest, or why it cannot be used.
    pub manifest: Option<Result<ManifestFacts, Failure>>,
    /// How all files compare.
    pub compared: Option<Compared>,
    /// Examples of files that do not: path and word.
    pub weighed: Vec<(String, String)>,
    /// The draw.
    pub drawn: Option<Drawn>,
    /// Files read back, by path.
    pub reads: Vec<(String, FileRead)>,
    /// How the reader ended.
    pub done: Option<Done>,
    /// Observations that were not duly's own measurement, or made no sense.
    pub left_aside: u64,
}

impl Facts {
    /// Gathers the facts from what was printed.
    #[must_use]
    pub fn gather(observations: &[Observation]) -> Self {
        let mut facts = Self::default();
        for observation in observations {
            let own = observation.method == Method::Measured && observation.source == SOURCE;
            if !own || facts.take(observation).is_none() {
                facts.left_aside += 1;
            }
        }
        facts
    }

    fn take(&mut self, observation: &Observation) -> Option<()> {
        let value = &observation.value;
        let subject = observation
            .subject
            .split_once(':')
            .map_or("", |(_, rest)| rest);
        match observation.name.as_str() {
            name::REPOSITORY_ID => self.repository = Some(text_or_failure(value)?),
            name::SNAPSHOTS_COUNT => self.snapshots = Some(number(value)?),
            name::SNAPSHOTS_DIGEST | name::PACKS_INDEXED => {}
            name::SNAPSHOTS_GONE => self.gone = list(value)?,
            name::SNAPSHOT_SEEN => {
                self.seen.insert(subject.to_owned(), fields(value)?);
            }
            name::SNAPSHOT_FILE => self.snapshots_unreadable.push(unreadable(subject, value)?),
            name::INDEX_FILE => self.index_unreadable.push(unreadable(subject, value)?),
            name::PACKS_MISSING => self.packs_missing = list(value)?,
            name::PACKS_DAMAGED => self.packs_damaged = list(value)?,
            name::HOSTS_AMBIGUOUS => self.hosts_ambiguous = list(value)?,
            name::FOLDER => self.folders_unreadable.push(unreadable(subject, value)?),
            name::MANIFEST => {
                self.manifest = Some(match value {
                    Value::Unreadable(why) => Err(Failure::from_text(why)),
                    _ => Ok(fields(value)?),
                });
            }
            name::COMPARED => self.compared = Some(fields(value)?),
            name::FILE_WEIGHED => self.weighed.push((subject.to_owned(), text(value)?)),
            name::DRAW => self.drawn = Some(fields(value)?),
            name::FILE_READ => self.reads.push((subject.to_owned(), fields(value)?)),
            name::DONE => self.done = Some(fields(value)?),
            other => return self.take_root(subject, other, value),
        }
        Some(())
    }

    fn take_root(&mut self, root: &str, name: &str, value: &Value) -> Option<()> {
        let facts = self.roots.entry(root.to_owned()).or_default();
        match name {
            name::ROOT_SNAPSHOT => {
                facts.snapshot = match value {
                    Value::Absent => None,
                    _ => Some(text(value)?),
                }
            }
            name::ROOT_LOST_BY => facts.lost_by = Some(text(value)?),
            name::ROOT_HELD => {
                facts.held = Some(match value {
                    Value::Absent => Holding::Absent,
                    _ => Holding::There(fields(value)?),
                });
            }
            name::ROOT_PAST => facts.past.push(fields(value)?),
            _ => return None,
        }
        Some(())
    }
}

/// A typed fact as the parts of one observation.
#[must_use]
pub fn to_fields<T: Serialize>(fact: &T) -> Value {
    match serde_json::to_value(fact) {
        Ok(Json::Object(map)) => Value::Fields(map),
        Ok(other) => Value::Text(other.to_string()),
        Err(error) => Value::Unreadable(error.to_string()),
    }
}

fn fields<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    let Value::Fields(map) = value else {
        return None;
    };
    let map: Map<String, Json> = map.clone();
    serde_json::from_value(Json::Object(map)).ok()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn text_or_failure(value: &Value) -> Option<Result<String, Failure>> {
    match value {
        Value::Text(text) => Some(Ok(text.clone())),
        Value::Unreadable(why) => Some(Err(Failure::from_text(why))),
        _ => None,
    }
}

fn list(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::List(words) => Some(words.clone()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) if *number >= 0.0 => Some(*number as u64),
        _ => None,
    }
}

fn unreadable(subject: &str, value: &Value) -> Option<(String, String)> {
    match value {
        Value::Unreadable(why) => Some((subject.to_owned(), why.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, value: Value) -> Observation {
        Observation::measured(SOURCE, "repository:r", name, value, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_somebody_else_says_about_the_repository_is_left_aside() {
        let mut claimed = own(name::SNAPSHOTS_COUNT, Value::Number(7.0));
        claimed.method = Method::SelfReport;
        let facts = Facts::gather(&[claimed]);
        assert_eq!((facts.snapshots, facts.left_aside), (None, 1));
    }

    #[test]
    fn a_fact_survives_its_observation() {
        let done = Done {
            attempts: 2,
            files: 3,
            bytes: 4,
        };
        let facts = Facts::gather(&[own(name::DONE, to_fields(&done))]);
        assert_eq!(facts.done, Some(done));
    }

    #[test]
    fn a_failure_keeps_its_code_apart_from_its_message() {
        let value = Failure::to_value("password-refused", "no key: takes it");
        let facts = Facts::gather(&[own(name::REPOSITORY_ID, value)]);
        let failure = facts.repository.unwrap().unwrap_err();
        assert_eq!(failure.code, "password-refused");
        assert_eq!(failure.message, "no key: takes it");
    }

    #[test]
    fn nonsense_under_a_known_name_is_left_aside() {
        let facts = Facts::gather(&[own(name::SNAPSHOTS_COUNT, Value::Truth(true))]);
        assert_eq!(facts.left_aside, 1);
    }
}
