//! Taking a source's picture of itself where it lies: walk, hash, write; and reading it again.
//!
//! Memory does not grow with the source: one folder's names, one piece of one file and the edge
//! of a tree are held at a time. Links are never followed, and nothing but regular files is
//! opened. It writes one file, its result, and changes nothing else, access times apart where
//! the file system keeps them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use duly_core::backup::manifest::{
    Bracket, MANIFEST_VERSION, ManifestCounts, ManifestEnd, ManifestEntry, ManifestError,
    ManifestHead, ManifestSummary, root_to_text,
};
use duly_core::backup::path::{SourcePath, disjoint_roots};
use duly_proof::tree::{Frontier, leaf_hash};
use jiff::Timestamp;

use crate::atomic_file::AtomicFile;

mod bracket;
mod content;
mod read;
mod walk;

pub use read::{ManifestLines, open};
pub(crate) use walk::source_path;

/// What to walk and where to leave the result.
#[derive(Clone, Debug)]
pub struct Order {
    /// The roots, absolute, links in them resolved by the caller or not at all.
    pub roots: Vec<PathBuf>,
    /// The file to write.
    pub output: PathBuf,
    /// An earlier manifest to compare with.
    pub bracket: Option<PathBuf>,
    /// Name of this machine, as backup software on it gives it.
    pub host: Option<String>,
}

/// Why no manifest was written.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// A root is relative or missing.
    #[error("root `{root}` cannot be walked: {why}")]
    Root {
        /// The root.
        root: String,
        /// What is wrong with it.
        why: String,
    },
    /// The earlier manifest is not usable.
    #[error("the earlier manifest `{path}` cannot be used: {why}")]
    Earlier {
        /// Its path.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The result could not be written.
    #[error("`{path}` could not be written: {source}")]
    Write {
        /// The output.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Why a manifest could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error("{0}")]
    File(#[from] io::Error),
    /// It is not a whole, ordered manifest.
    #[error("{0}")]
    Manifest(#[from] ManifestError),
}

/// Walks the roots and writes the manifest; `clock` is read at start and end.
///
/// # Errors
///
/// When a root cannot be walked, the earlier manifest is not usable or the result cannot be
/// written. A file that cannot be read is no error: it has a line saying so.
pub fn take(order: &Order, clock: &dyn Fn() -> Timestamp) -> Result<ManifestSummary, TakeError> {
    let roots = checked_roots(&order.roots)?;
    let unwritable = |source| TakeError::Write {
        path: order.output.display().to_string(),
        source,
    };
    let earlier = order
        .bracket
        .as_deref()
        .map(|path| earlier(path, &roots))
        .transpose()?;
    let started_at = clock();
    let head = ManifestHead {
        duly_manifest: MANIFEST_VERSION,
        roots: roots.iter().map(root_to_text).collect(),
        host: order.host.clone(),
        started_at,
        bracket: earlier.as_ref().map(|(bracket, _)| bracket.clone()),
    };
    let file = AtomicFile::begin(&order.output).map_err(unwritable)?;
    let own = [order.output.clone(), file.beside().to_owned()];
    let mut writer = Writer {
        file,
        tree: Frontier::new(),
        counts: ManifestCounts::default(),
    };
    writer.line(&head).map_err(unwritable)?;
    let walk = walk::Walk::new(&roots, &own);
    let not_entries = match earlier {
        None => {
            let mut walk = walk;
            for entry in &mut walk {
                writer.entry(&entry.1).map_err(unwritable)?;
            }
            walk.not_entries()
        }
        Some((_, lines)) => {
            let mut merge = bracket::Merge::new(walk, lines);
            while let Some(entry) = merge.next_entry() {
                let entry = entry.map_err(|error| TakeError::Earlier {
                    path: order
                        .bracket
                        .as_ref()
                        .map_or(String::new(), |p| p.display().to_string()),
                    why: error.to_string(),
                })?;
                writer.entry(&entry).map_err(unwritable)?;
            }
            merge.not_entries()
        }
    };
    writer.counts.links = not_entries.links;
    writer.counts.special = not_entries.special;
    writer.finish(head, clock()).map_err(unwritable)
}

/// The earlier manifest, read once as a whole so that what is bracketed is known to be sound,
/// and opened again for the comparison.
fn earlier(
    path: &Path,
    roots: &[SourcePath],
) -> Result<(Bracket, ManifestLines<io::BufReader<std::fs::File>>), TakeError> {
    let unusable = |why: String| TakeError::Earlier {
        path: path.display().to_string(),
        why,
    };
    let mut lines = open(path).map_err(|error| unusable(error.to_string()))?;
    for entry in &mut lines {
        entry.map_err(|error| unusable(error.to_string()))?;
    }
    let summary = lines
        .finish()
        .map_err(|error| unusable(error.to_string()))?;
    if summary.head.roots != roots.iter().map(root_to_text).collect::<Vec<_>>() {
        return Err(unusable("it is of other roots".to_owned()));
    }
    let bracket = Bracket {
        started_at: summary.head.started_at,
        ended_at: summary.ended_at,
        root: summary.root.to_hex(),
    };
    let lines = open(path).map_err(|error| unusable(error.to_string()))?;
    Ok((bracket, lines))
}

fn checked_roots(roots: &[PathBuf]) -> Result<Vec<SourcePath>, TakeError> {
    for root in roots {
        let refuse = |why: String| TakeError::Root {
            root: root.display().to_string(),
            why,
        };
        if !root.is_absolute() {
            return Err(refuse("it is not an absolute path".to_owned()));
        }
        if root
            .components()
            .any(|part| matches!(part, std::path::Component::ParentDir))
        {
            return Err(refuse("it contains `..`".to_owned()));
        }
        let data = std::fs::symlink_metadata(root).map_err(|error| refuse(error.to_string()))?;
        if data.file_type().is_symlink() {
            return Err(refuse("it is a link; name what it points to".to_owned()));
        }
    }
    let paths = roots.iter().map(|root| source_path(root)).collect();
    Ok(disjoint_roots(paths))
}

/// Reads a manifest file as a whole, for its root and counts.
///
/// # Errors
///
/// When it cannot be read or is not a whole manifest.
pub fn summary(path: &Path) -> Result<ManifestSummary, ReadError> {
    let mut lines = open(path)?;
    for entry in &mut lines {
        entry?;
    }
    lines.finish()
}

struct Writer {
    file: AtomicFile,
    tree: Frontier,
    counts: ManifestCounts,
}

impl Writer {
    fn line<T: serde::Serialize>(&mut self, line: &T) -> io::Result<()> {
        let line = serde_json::to_string(line)?;
        self.text(&line)
    }

    fn text(&mut self, line: &str) -> io::Result<()> {
        self.tree.append(leaf_hash(line.as_bytes()));
        self.file.write_all(line.as_bytes())?;
        self.file.write_all(b"\n")
    }

    fn entry(&mut self, entry: &ManifestEntry) -> io::Result<()> {
        match entry {
            ManifestEntry::File(file) => {
                self.counts.files += 1;
                self.counts.bytes += file.size;
                self.counts.volatile += u64::from(file.volatile);
            }
            ManifestEntry::Folder(_) => self.counts.folders += 1,
            ManifestEntry::Unreadable(_) => self.counts.unreadable += 1,
        }
        let line = entry.to_line()?;
        self.text(&line)
    }

    fn finish(mut self, head: ManifestHead, ended_at: Timestamp) -> io::Result<ManifestSummary> {
        let counts = self.counts.clone();
        self.line(&ManifestEnd {
            ended_at,
            counts: counts.clone(),
        })?;
        let root = self.tree.root();
        self.file.commit()?;
        Ok(ManifestSummary {
            head,
            ended_at,
            counts,
            root,
        })
    }
}

#[cfg(test)]
mod tests;
