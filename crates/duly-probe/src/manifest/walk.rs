//! Walking the roots in the order of their paths, each file hashed as it is met.

use std::collections::VecDeque;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use duly_core::backup::manifest::{
    ManifestEntry, ManifestFile, ManifestFolder, ManifestUnreadable,
};
use duly_core::backup::path::SourcePath;
use jiff::Timestamp;
use walkdir::WalkDir;

use super::content;

/// What was met and has no line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NotEntries {
    pub(super) links: u64,
    pub(super) special: u64,
}

/// An iterator over everything below the roots, sorted.
pub(super) struct Walk {
    roots: VecDeque<SourcePath>,
    current: Option<walkdir::IntoIter>,
    left_out: Vec<PathBuf>,
    not_entries: NotEntries,
    /// Met, but not yet given out: a folder whose names turn out not to be listable is met twice,
    /// and only the second time counts.
    held: Option<(SourcePath, ManifestEntry)>,
}

impl Walk {
    /// `left_out` are the files that the walk itself is writing.
    pub(super) fn new(roots: &[SourcePath], left_out: &[PathBuf]) -> Self {
        Self {
            roots: roots.iter().cloned().collect(),
            current: None,
            left_out: left_out.to_vec(),
            not_entries: NotEntries::default(),
            held: None,
        }
    }

    pub(super) fn not_entries(&self) -> NotEntries {
        self.not_entries
    }

    fn take(
        &mut self,
        item: walkdir::Result<walkdir::DirEntry>,
    ) -> Option<(SourcePath, ManifestEntry)> {
        let entry = match item {
            Ok(entry) => entry,
            Err(error) => {
                let path = source_path(error.path()?);
                return Some((path.clone(), unreadable(&path, &error.to_string())));
            }
        };
        if self.left_out.iter().any(|own| own == entry.path()) {
            return None;
        }
        let path = source_path(entry.path());
        let kind = entry.file_type();
        if kind.is_symlink() {
            self.not_entries.links += 1;
            return None;
        }
        if !kind.is_file() && !kind.is_dir() {
            self.not_entries.special += 1;
            return None;
        }
        let line = if kind.is_dir() {
            match entry.metadata() {
                Ok(data) => folder(&path, &data),
                Err(error) => unreadable(&path, &error.to_string()),
            }
        } else {
            match content::read(entry.path()) {
                Ok(content) => file(&path, &content),
                Err(error) => unreadable(&path, &error.to_string()),
            }
        };
        Some((path, line))
    }
}

impl Walk {
    fn meet(&mut self) -> Option<(SourcePath, ManifestEntry)> {
        loop {
            let Some(walk) = &mut self.current else {
                let root = self.roots.pop_front()?;
                let root = Path::new(std::ffi::OsStr::from_bytes(root.as_bytes())).to_owned();
                self.current = Some(WalkDir::new(root).sort_by_file_name().into_iter());
                continue;
            };
            let Some(item) = walk.next() else {
                self.current = None;
                continue;
            };
            if let Some(met) = self.take(item) {
                return Some(met);
            }
        }
    }
}

impl Iterator for Walk {
    type Item = (SourcePath, ManifestEntry);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let met = self.meet();
            let again = match (&met, &self.held) {
                (Some((path, _)), Some((held, _))) => path == held,
                (Some(_), None) => true,
                (None, _) => false,
            };
            let held = std::mem::replace(&mut self.held, met);
            if !again {
                return held;
            }
        }
    }
}

pub(crate) fn source_path(path: &Path) -> SourcePath {
    // Components, not the text: `/srv/./a//b` is `/srv/a/b`.
    let plain: PathBuf = path.components().collect();
    SourcePath::from_bytes(plain.as_os_str().as_bytes())
}

pub(super) fn stamp(seconds: i64, nanoseconds: i64) -> Timestamp {
    let nanoseconds = i32::try_from(nanoseconds).unwrap_or(0);
    // A file may carry any time; beyond the years that can be written it is as good as the end.
    Timestamp::new(seconds, nanoseconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

fn folder(path: &SourcePath, data: &Metadata) -> ManifestEntry {
    let (folder, raw) = path.to_text();
    ManifestEntry::Folder(ManifestFolder {
        folder,
        raw,
        mtime: stamp(data.mtime(), data.mtime_nsec()),
        ctime: stamp(data.ctime(), data.ctime_nsec()),
    })
}

fn file(path: &SourcePath, content: &content::Content) -> ManifestEntry {
    let (path, raw) = path.to_text();
    ManifestEntry::File(ManifestFile {
        path,
        raw,
        size: content.size,
        mtime: content.mtime,
        ctime: content.ctime,
        sha256: content.sha256.to_hex(),
        volatile: content.volatile,
    })
}

fn unreadable(path: &SourcePath, why: &str) -> ManifestEntry {
    let (unreadable, raw) = path.to_text();
    ManifestEntry::Unreadable(ManifestUnreadable {
        unreadable,
        raw,
        why: why.to_owned(),
    })
}
