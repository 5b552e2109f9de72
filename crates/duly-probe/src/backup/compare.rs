//! A manifest and the folders of snapshots, gone through side by side once: every name, size and
//! time is weighed, and the files to read back are picked out.
//!
//! Knows no kind of repository: the folders come as an iterator. Memory grows with what is to be
//! read back and with the depth of the folders, not with the source.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter::Peekable;

use duly_core::backup::facts::{BEYOND_MUST, Compared, NOT_IN_MANIFEST, Stratum, word};
use duly_core::backup::manifest::{ManifestEntry, ManifestFile, ManifestFolder};
use duly_core::backup::path::SourcePath;
use duly_core::backup::weigh::{
    Excuse, Moment, Nearest, NodeKind, SnapshotNode, Surroundings, Weighed, weigh_missing,
    weigh_present,
};
use duly_proof::hash::Hash;

use crate::manifest::ReadError;

/// How many files of each kind of fault are named.
const EXAMPLES_MAX: usize = 20;

/// Most files that a must list can make the reader read; folders on it may hold any number.
pub const MUST_FILES_MAX: usize = 2_000;

/// Most files that grew while they were read whose beginning is compared.
const GREW_FILES_MAX: usize = 200;

/// A name in a snapshot.
#[derive(Clone, Debug)]
pub struct Item<C> {
    /// Its path at the source.
    pub path: SourcePath,
    /// What the backup software recorded about it.
    pub node: SnapshotNode,
    /// What it takes to read its content.
    pub content: C,
    /// What is special about it, if it is a folder.
    pub folder: Folder,
}

/// What is special about a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// It holds a `CACHEDIR.TAG`.
    pub cache_tag: bool,
    /// Its names cannot be read from the repository, because of this.
    pub unreadable: Option<String>,
}

/// A file's content as it was read back.
#[derive(Clone, Debug)]
pub struct Content {
    /// Bytes.
    pub bytes: u64,
    /// Hash of all of them.
    pub sha256: Hash,
    /// Hash of as many as were asked for by themselves.
    pub beginning: Option<Hash>,
}

/// Which files are to be read back.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Drawn files with their place in the order.
    pub drawn: HashMap<SourcePath, usize>,
    /// Files or folders that are always read.
    pub must: Vec<SourcePath>,
    /// Planted files.
    pub canaries: HashSet<SourcePath>,
}

impl Wanted {
    fn strata(&self, path: &SourcePath) -> Vec<Stratum> {
        let mut strata = Vec::new();
        if self.drawn.contains_key(path) {
            strata.push(Stratum::Drawn);
        }
        if self.must.iter().any(|must| path.is_within(must)) {
            strata.push(Stratum::Must);
        }
        if self.canaries.contains(path) {
            strata.push(Stratum::Canary);
        }
        strata
    }
}

/// A file that is to be read back.
#[derive(Clone, Debug)]
pub struct Picked<C> {
    /// Its path.
    pub path: SourcePath,
    /// Why.
    pub strata: Vec<Stratum>,
    /// How it compares: a word.
    pub weighed: &'static str,
    /// What the manifest says of its content.
    pub manifest: Option<ManifestFile>,
    /// Its size in the snapshot and what it takes to read it; `None` when it is not there.
    pub content: Option<(u64, C)>,
}

/// The comparison as it goes on.
pub struct Comparison<'w, C> {
    wanted: &'w Wanted,
    /// How all files compare.
    pub compared: Compared,
    /// Files named as examples, with their word.
    pub examples: Vec<(SourcePath, &'static str)>,
    /// Folders that cannot be read, with why.
    pub folders_unreadable: Vec<(SourcePath, String)>,
    /// Files to read back.
    pub picked: Vec<Picked<C>>,
    shown: BTreeMap<&'static str, usize>,
    must_picked: usize,
    grew_picked: usize,
    above: Vec<(SourcePath, Nearest)>,
    lost_folder: Option<(SourcePath, ManifestFolder)>,
}

impl<'w, C> Comparison<'w, C> {
    /// Before the first root.
    #[must_use]
    pub fn new(wanted: &'w Wanted) -> Self {
        Self {
            wanted,
            compared: Compared::default(),
            examples: Vec::new(),
            folders_unreadable: Vec::new(),
            picked: Vec::new(),
            shown: BTreeMap::new(),
            must_picked: 0,
            grew_picked: 0,
            above: Vec::new(),
            lost_folder: None,
        }
    }

    /// Goes through one root: `entries` are the manifest's from wherever it stands, `items` the
    /// snapshot's below the root, both in order.
    ///
    /// # Errors
    ///
    /// When the manifest cannot be read on.
    pub fn root<E>(
        &mut self,
        root: &SourcePath,
        entries: &mut Peekable<E>,
        items: impl Iterator<Item = Item<C>>,
        moment: &Moment,
    ) -> Result<(), ReadError>
    where
        E: Iterator<Item = Result<(SourcePath, ManifestEntry), ReadError>>,
    {
        self.above.clear();
        let mut items = items.peekable();
        loop {
            let entry = match entries.peek() {
                Some(Ok((path, _))) if path.is_within(root) => Some(path),
                Some(Ok((path, _))) if path < root => {
                    // Below another root of the manifest than the ones asked about.
                    entries.next();
                    continue;
                }
                Some(Err(_)) => {
                    return entries.next().map_or(Ok(()), |error| error.map(|_| ()));
                }
                _ => None,
            };
            let order = match (entry, items.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(path), Some(item)) => path.cmp(&item.path),
            };
            let entry = if order.is_le() {
                entries.next().transpose()?
            } else {
                None
            };
            let item = if order.is_ge() { items.next() } else { None };
            self.step(entry, item, moment);
        }
    }

    fn step(
        &mut self,
        entry: Option<(SourcePath, ManifestEntry)>,
        item: Option<Item<C>>,
        moment: &Moment,
    ) {
        if let Some(item) = &item {
            self.look_up(&item.path);
            if let Some(why) = &item.folder.unreadable {
                self.folders_unreadable
                    .push((item.path.clone(), why.clone()));
            }
            let nearest = Nearest {
                node: item.node,
                cache_tag: item.folder.cache_tag,
                unreadable: item.folder.unreadable.is_some(),
            };
            self.above.push((item.path.clone(), nearest));
        }
        match (entry, item) {
            (Some((path, ManifestEntry::File(file))), Some(item)) => {
                let weighed = weigh_present(&file, &item.node, moment);
                self.count(&path, weighed);
                self.pick(path, Some(file), word(weighed), Some(item));
            }
            (Some((path, ManifestEntry::File(file))), None) => {
                self.look_up(&path);
                let around = Surroundings {
                    nearest: self.above.last().map(|(_, nearest)| *nearest),
                    lost_folder: self.lost_folder(&path),
                };
                let weighed = weigh_missing(&file, &around, moment);
                self.count(&path, weighed);
                self.pick(path, Some(file), word(weighed), None);
            }
            (Some((path, ManifestEntry::Folder(folder))), None) => {
                if self.lost_folder(&path).is_none() {
                    self.lost_folder = Some((path, folder));
                }
            }
            (Some((_, ManifestEntry::Unreadable(_))), item) => {
                self.compared.unreadable_at_source += 1;
                if let Some(item) = item {
                    self.only_in_snapshot(item);
                }
            }
            (None, Some(item)) => self.only_in_snapshot(item),
            (Some((_, ManifestEntry::Folder(_))), Some(_)) | (None, None) => {}
        }
    }

    fn only_in_snapshot(&mut self, item: Item<C>) {
        if item.node.kind == NodeKind::File {
            self.compared.not_in_manifest += 1;
            self.pick(item.path.clone(), None, NOT_IN_MANIFEST, Some(item));
        }
    }

    /// Leaves on the stack only what lies above `path`.
    fn look_up(&mut self, path: &SourcePath) {
        while self
            .above
            .last()
            .is_some_and(|(folder, _)| !path.is_within(folder))
        {
            self.above.pop();
        }
    }

    fn lost_folder(&self, path: &SourcePath) -> Option<&ManifestFolder> {
        let (folder, lost) = self.lost_folder.as_ref()?;
        path.is_within(folder).then_some(lost)
    }

    fn count(&mut self, path: &SourcePath, weighed: Weighed) {
        let word = word(weighed);
        *self.compared.by_word.entry(word.to_owned()).or_insert(0) += 1;
        if !matches!(weighed, Weighed::Faulty(_) | Weighed::Unclear) {
            return;
        }
        let shown = self.shown.entry(word).or_insert(0);
        if *shown < EXAMPLES_MAX {
            *shown += 1;
            self.examples.push((path.clone(), word));
        }
    }

    fn pick(
        &mut self,
        path: SourcePath,
        manifest: Option<ManifestFile>,
        mut weighed: &'static str,
        item: Option<Item<C>>,
    ) {
        let strata = self.wanted.strata(&path);
        let grew = weighed == word(Weighed::Excused(Excuse::GrewWhileRead))
            && self.grew_picked < GREW_FILES_MAX;
        if strata.is_empty() && !grew {
            return;
        }
        self.grew_picked += usize::from(grew);
        let mut content = item.map(|item| (item.node.size, item.content));
        if strata == [Stratum::Must] {
            self.must_picked += 1;
            match self.must_picked.cmp(&(MUST_FILES_MAX + 1)) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => {
                    weighed = BEYOND_MUST;
                    content = None;
                }
                std::cmp::Ordering::Greater => return,
            }
        }
        self.picked.push(Picked {
            path,
            strata,
            weighed,
            manifest,
            content,
        });
    }
}

#[cfg(test)]
mod tests;
