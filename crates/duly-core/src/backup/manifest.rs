//! A source's own picture of itself, taken where it lies, by something that is not the backup
//! software.
//!
//! As a file: one JSON object a line. First the [`ManifestHead`], then every file, folder and
//! unreadable name in the order of [`SourcePath`], last the [`ManifestEnd`], whose counts make a
//! manifest cut short or put together from two visible. The *manifest root* is the RFC 6962 root
//! over those lines (without their line ends): what a log entry commits to.
//!
//! Reading and checking lines is pure and takes one line at a time; who walks, reads and writes
//! files is `duly-probe`.

use duly_proof::hash::Hash;
use duly_proof::tree::{Frontier, leaf_hash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::path::SourcePath;

/// Format version of a manifest file.
pub const MANIFEST_VERSION: u32 = 1;

/// Longest line accepted: a path of 4,096 bytes, fully escaped, with room for everything else.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// One source at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestHead {
    /// Always [`MANIFEST_VERSION`].
    pub duly_manifest: u32,
    /// The roots as given, absolute; in the order of their paths, none within another.
    pub roots: Vec<String>,
    /// Name of the machine that was walked, as backup software on it would give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// When the walk began.
    pub started_at: Timestamp,
    /// The walk this one was compared with: what did not change in between has held still from
    /// the end of that walk to the start of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<Bracket>,
}

/// The earlier of two walks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Bracket {
    /// When the earlier walk began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Its manifest root, hexadecimal.
    pub root: String,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestFile {
    /// Absolute path; bytes that are not UTF-8 are percent-escaped and `raw` is set.
    pub path: String,
    /// Whether `path` is percent-escaped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// Bytes.
    pub size: u64,
    /// Last change of content.
    pub mtime: Timestamp,
    /// Last change of the inode: content, name, owner or mode.
    pub ctime: Timestamp,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// It changed while it was read or between two walks, so its content cannot be compared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub volatile: bool,
}

/// One folder. Its times tell a folder that was renamed or emptied from one that a backup left
/// out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestFolder {
    /// Absolute path, as in [`ManifestFile`].
    pub folder: String,
    /// Whether `folder` is percent-escaped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// Last time a name in it came or went.
    pub mtime: Timestamp,
    /// Last change of the inode: the same, or its own name, owner or mode.
    pub ctime: Timestamp,
}

/// One name that could not be read, so that nobody takes its absence for health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestUnreadable {
    /// Absolute path, as in [`ManifestFile`].
    pub unreadable: String,
    /// Whether `unreadable` is percent-escaped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// What the operating system said.
    pub why: String,
}

/// The last line: what was met, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestEnd {
    /// When the walk ended.
    pub ended_at: Timestamp,
    /// Every count of the walk.
    pub counts: ManifestCounts,
}

/// What a walk met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct ManifestCounts {
    /// Regular files with a line of their own.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Of these files, volatile ones.
    pub volatile: u64,
    /// Folders.
    pub folders: u64,
    /// Names that could not be read.
    pub unreadable: u64,
    /// Symbolic links: counted, never followed.
    pub links: u64,
    /// Sockets, pipes and devices: counted, never opened.
    pub special: u64,
}

/// A line between head and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestEntry {
    /// A regular file.
    File(ManifestFile),
    /// A folder.
    Folder(ManifestFolder),
    /// Something that could not be read.
    Unreadable(ManifestUnreadable),
}

impl ManifestEntry {
    /// The path as bytes; `None` when its escapes are malformed.
    #[must_use]
    pub fn path(&self) -> Option<SourcePath> {
        match self {
            Self::File(file) => SourcePath::from_text(&file.path, file.raw),
            Self::Folder(folder) => SourcePath::from_text(&folder.folder, folder.raw),
            Self::Unreadable(name) => SourcePath::from_text(&name.unreadable, name.raw),
        }
    }

    /// The line for it, without a line end.
    ///
    /// # Errors
    ///
    /// Never in practice: every field is text, a number or a flag.
    pub fn to_line(&self) -> serde_json::Result<String> {
        match self {
            Self::File(file) => serde_json::to_string(file),
            Self::Folder(folder) => serde_json::to_string(folder),
            Self::Unreadable(name) => serde_json::to_string(name),
        }
    }
}

/// Why a manifest is refused; each with the number of the line, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not a manifest, or of another version.
    #[error("line 1 is not the head of a duly manifest of version {MANIFEST_VERSION}: {why}")]
    Head {
        /// What the reader stumbled over.
        why: String,
    },
    /// A line that is none of the known ones.
    #[error("line {line} is not a line of a manifest: {why}")]
    Line {
        /// Its number.
        line: u64,
        /// What the reader stumbled over.
        why: String,
    },
    /// A path out of order or repeated.
    #[error("line {line}: `{path}` is out of order or repeated")]
    Order {
        /// Its number.
        line: u64,
        /// The path.
        path: String,
    },
    /// A path outside all roots.
    #[error("line {line}: `{path}` lies outside the roots of the manifest")]
    Outside {
        /// Its number.
        line: u64,
        /// The path.
        path: String,
    },
    /// The end is missing: it was cut short.
    #[error("the manifest has no last line: it was cut short after line {lines}")]
    CutShort {
        /// How many lines there are.
        lines: u64,
    },
    /// The end does not count what is there.
    #[error(
        "the last line counts {counted} files and {counted_bytes} bytes, \
         there are {files} and {bytes}"
    )]
    Counts {
        /// Files by the last line.
        counted: u64,
        /// Bytes by the last line.
        counted_bytes: u64,
        /// Files there.
        files: u64,
        /// Bytes there.
        bytes: u64,
    },
}

/// What a whole manifest amounts to.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestSummary {
    /// The head.
    pub head: ManifestHead,
    /// When the walk ended.
    pub ended_at: Timestamp,
    /// Its counts.
    pub counts: ManifestCounts,
    /// RFC 6962 root over the lines.
    pub root: Hash,
}

/// Reads a manifest line by line, holding on to nothing but the growing edge of its tree.
#[derive(Clone, Debug, Default)]
pub struct ManifestReading {
    head: Option<ManifestHead>,
    roots: Vec<SourcePath>,
    last: Option<SourcePath>,
    end: Option<ManifestEnd>,
    counts: ManifestCounts,
    tree: Frontier,
}

/// All the keys of every kind of line; which are present says which kind it is.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", untagged)]
enum AnyLine {
    File(ManifestFile),
    Folder(ManifestFolder),
    Unreadable(ManifestUnreadable),
    End(ManifestEnd),
}

impl ManifestReading {
    /// Before the first line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next line, without its line end. Head and end give `None`.
    ///
    /// # Errors
    ///
    /// When the line is not what the format asks for at this place.
    pub fn line(
        &mut self,
        line: &[u8],
    ) -> Result<Option<(SourcePath, ManifestEntry)>, ManifestError> {
        self.tree.append(leaf_hash(line));
        let number = self.tree.size();
        if self.head.is_none() {
            self.take_head(line)?;
            return Ok(None);
        }
        let refused = |why: String| ManifestError::Line { line: number, why };
        if self.end.is_some() {
            return Err(refused("it follows the last line".into()));
        }
        let entry = match parse(line).map_err(refused)? {
            AnyLine::File(file) => ManifestEntry::File(file),
            AnyLine::Folder(folder) => ManifestEntry::Folder(folder),
            AnyLine::Unreadable(name) => ManifestEntry::Unreadable(name),
            AnyLine::End(end) => {
                self.end = Some(end);
                return Ok(None);
            }
        };
        let path = entry.path().ok_or_else(|| ManifestError::Line {
            line: number,
            why: "malformed escape".into(),
        })?;
        self.check_place(&path, number)?;
        self.count(&entry);
        self.last = Some(path.clone());
        Ok(Some((path, entry)))
    }

    /// The head, once it was read.
    #[must_use]
    pub fn head(&self) -> Option<&ManifestHead> {
        self.head.as_ref()
    }

    /// After the last line.
    ///
    /// # Errors
    ///
    /// When it was cut short or its last line counts something else.
    pub fn finish(self) -> Result<ManifestSummary, ManifestError> {
        let lines = self.tree.size();
        let (Some(head), Some(end)) = (self.head, self.end) else {
            return Err(ManifestError::CutShort { lines });
        };
        let counts = end.counts;
        let counted = |all: &ManifestCounts| {
            (
                all.files,
                all.bytes,
                all.folders,
                all.unreadable,
                all.volatile,
            )
        };
        if counted(&counts) != counted(&self.counts) {
            return Err(ManifestError::Counts {
                counted: counts.files,
                counted_bytes: counts.bytes,
                files: self.counts.files,
                bytes: self.counts.bytes,
            });
        }
        Ok(ManifestSummary {
            head,
            ended_at: end.ended_at,
            counts,
            root: self.tree.root(),
        })
    }

    fn take_head(&mut self, line: &[u8]) -> Result<(), ManifestError> {
        let refused = |why: String| ManifestError::Head { why };
        let head: ManifestHead =
            serde_json::from_slice(line).map_err(|error| refused(error.to_string()))?;
        if head.duly_manifest != MANIFEST_VERSION {
            return Err(refused(format!("it is of version {}", head.duly_manifest)));
        }
        self.roots = head
            .roots
            .iter()
            .map(|root| root_from_text(root))
            .collect::<Option<_>>()
            .ok_or_else(|| refused("malformed escape in a root".into()))?;
        self.head = Some(head);
        Ok(())
    }

    fn check_place(&self, path: &SourcePath, line: u64) -> Result<(), ManifestError> {
        if self.last.as_ref().is_some_and(|last| last >= path) {
            return Err(ManifestError::Order {
                line,
                path: path.to_string(),
            });
        }
        if !self.roots.iter().any(|root| path.is_within(root)) {
            return Err(ManifestError::Outside {
                line,
                path: path.to_string(),
            });
        }
        Ok(())
    }

    fn count(&mut self, entry: &ManifestEntry) {
        match entry {
            ManifestEntry::File(file) => {
                self.counts.files += 1;
                self.counts.bytes += file.size;
                self.counts.volatile += u64::from(file.volatile);
            }
            ManifestEntry::Folder(_) => self.counts.folders += 1,
            ManifestEntry::Unreadable(_) => self.counts.unreadable += 1,
        }
    }
}

/// A root's text in the head: escaped like a path, with the escape marked by a leading `%:`, so
/// that `roots` stays a list of plain texts.
#[must_use]
pub fn root_to_text(root: &SourcePath) -> String {
    match root.to_text() {
        (text, false) => text,
        (text, true) => format!("%:{text}"),
    }
}

/// The reverse of [`root_to_text`]; `None` when an escape is malformed.
#[must_use]
pub fn root_from_text(text: &str) -> Option<SourcePath> {
    match text.strip_prefix("%:") {
        Some(escaped) => SourcePath::from_text(escaped, true),
        None => SourcePath::from_text(text, false),
    }
}

fn parse(line: &[u8]) -> Result<AnyLine, String> {
    // Each kind begins with a key of its own in what we write; trying that kind first gives an
    // error that names the field instead of "no variant matched", and costs one pass, not four.
    let known = if line.starts_with(b"{\"path\":") {
        serde_json::from_slice(line).map(AnyLine::File)
    } else if line.starts_with(b"{\"folder\":") {
        serde_json::from_slice(line).map(AnyLine::Folder)
    } else {
        serde_json::from_slice(line)
    };
    known.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
