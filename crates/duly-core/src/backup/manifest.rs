//! A source's own picture of itself, taken where it lies, by something that is not the backup
//! software.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Format version of a manifest file.
pub const MANIFEST_VERSION: u32 = 1;

/// One source at one time. As a file: one JSON object a line, this head first, then one
/// [`ManifestFile`] a line in the order of their paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ManifestHead {
    /// Always [`MANIFEST_VERSION`].
    pub duly_manifest: u32,
    /// The roots as given, absolute.
    pub roots: Vec<String>,
    /// When the walk began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
