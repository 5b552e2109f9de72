//! The folders of a snapshot, walked in the order of their paths.
//!
//! Each folder is read when it is met, by this thread alone. One that cannot be read is met all
//! the same, marked so; the walk goes on beside it.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;

use duly_core::backup::known::Held;
use duly_core::backup::path::SourcePath;
use duly_core::backup::weigh::{NodeKind, SnapshotNode};
use rustic_core::repofile::{Node, NodeType};
use rustic_core::{DataId, TreeId};

use super::{Indexed, instant, plain};
use crate::backup::compare::{Folder, Item};

/// What tells backup software to leave a folder out (bford.info/cachedir).
const CACHE_TAG: &[u8] = b"CACHEDIR.TAG";

/// Most folders read to count what a root held in earlier snapshots. A folder that did not
/// change is read once for all of them.
pub const PAST_FOLDERS_MAX: usize = 50_000;

/// What each folder holds, with everything below; by the id of its content, so that it holds
/// good in every snapshot. `None` for one that cannot be read as a whole.
pub type Totals = HashMap<TreeId, Option<Held>>;

/// Where a root lies in a snapshot.
pub enum Located {
    /// There: its node.
    There(Box<Node>),
    /// Nothing of that name.
    Absent,
    /// A folder on the way cannot be read.
    Unreadable(String),
}

/// Finds a root in a snapshot.
///
/// restic stores absolute paths as they are, but relative ones (`cd /srv; restic backup data`) by
/// their last names only, while its list of paths has them in full. So a root that the list names
/// is also looked for by its last names, longest first.
#[must_use]
pub fn locate(repository: &Indexed, tree: TreeId, paths: &[String], root: &SourcePath) -> Located {
    let names: Vec<&[u8]> = root.components().collect();
    let found = descend(repository, tree, &names);
    let relative = paths.iter().any(|path| path.as_bytes() == root.as_bytes());
    if !matches!(found, Located::Absent) || !relative {
        return found;
    }
    let shortest = usize::from(paths.len() != 1);
    for skipped in 1..=names.len().saturating_sub(shortest) {
        let found = descend(repository, tree, names.get(skipped..).unwrap_or_default());
        if !matches!(found, Located::Absent) {
            return found;
        }
    }
    Located::Absent
}

fn descend(repository: &Indexed, tree: TreeId, names: &[&[u8]]) -> Located {
    let top = Node {
        node_type: NodeType::Dir,
        subtree: Some(tree),
        ..Node::default()
    };
    below(repository, top, names)
}

/// Finds what lies below a node, by the names on the way to it.
#[must_use]
pub fn below(repository: &Indexed, node: Node, names: &[&[u8]]) -> Located {
    let mut here = node;
    for name in names {
        let Some(tree) = here.subtree else {
            // A link or file stands where a folder was: that is what there is of the root.
            return if here.is_dir() {
                Located::Absent
            } else {
                Located::There(Box::new(here))
            };
        };
        let nodes = match repository.get_tree(&tree) {
            Ok(tree) => tree.nodes,
            Err(error) => return Located::Unreadable(plain(&error)),
        };
        match nodes
            .into_iter()
            .find(|node| node.name().as_bytes() == *name)
        {
            Some(node) => here = node,
            None => return Located::Absent,
        }
    }
    Located::There(Box::new(here))
}

/// Everything at and below a root of a snapshot.
pub struct Walk<'a> {
    repository: &'a Indexed,
    root: Option<(SourcePath, Node)>,
    stack: Vec<Frame>,
    totals: &'a mut Totals,
    held: Held,
}

struct Frame {
    path: SourcePath,
    tree: Option<TreeId>,
    nodes: std::vec::IntoIter<Node>,
    /// What it holds; `None` once something below cannot be read.
    held: Option<Held>,
}

impl<'a> Walk<'a> {
    /// A walk that notes in `totals` what each folder holds.
    #[must_use]
    pub fn new(
        repository: &'a Indexed,
        root: SourcePath,
        node: Node,
        totals: &'a mut Totals,
    ) -> Self {
        let held = Held::default();
        Self {
            repository,
            root: Some((root, node)),
            stack: Vec::new(),
            totals,
            held,
        }
    }

    /// What was met so far.
    #[must_use]
    pub fn held(&self) -> Held {
        self.held
    }

    fn enter(&mut self, path: SourcePath, node: Node) -> Item<Vec<DataId>> {
        let seen = snapshot_node(&node);
        let mut folder = Folder::default();
        if node.is_dir() {
            let read = node.subtree.map(|tree| self.repository.get_tree(&tree));
            let (nodes, held) = match read {
                Some(Ok(tree)) => (sorted(tree.nodes), Some(Held::default())),
                Some(Err(error)) => {
                    folder.unreadable = Some(plain(&error));
                    (Vec::new(), None)
                }
                None => (Vec::new(), Some(Held::default())),
            };
            folder.cache_tag = nodes.iter().any(|node| node.name().as_bytes() == CACHE_TAG);
            let nodes = nodes.into_iter();
            self.stack.push(Frame {
                path: path.clone(),
                tree: node.subtree,
                nodes,
                held,
            });
        } else if node.is_file() {
            self.held.files += 1;
            self.held.bytes += seen.size;
            if let Some(held) = self.stack.last_mut().and_then(|frame| frame.held.as_mut()) {
                held.files += 1;
                held.bytes += seen.size;
            }
        }
        Item {
            path,
            node: seen,
            content: node.content.unwrap_or_default(),
            folder,
        }
    }

    fn leave(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        if let Some(tree) = frame.tree {
            self.totals.insert(tree, frame.held);
        }
        if let Some(above) = self.stack.last_mut() {
            above.held = sum(above.held, frame.held);
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Item<Vec<DataId>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((path, node)) = self.root.take() {
            return Some(self.enter(path, node));
        }
        loop {
            let frame = self.stack.last_mut()?;
            match frame.nodes.next() {
                Some(node) => {
                    let path = frame.path.join(node.name().as_bytes());
                    return Some(self.enter(path, node));
                }
                None => self.leave(),
            }
        }
    }
}

/// What a root holds in a snapshot, counted; `None` when any of it cannot be read or more than
/// `budget` folders would have to be.
pub fn count(
    repository: &Indexed,
    node: &Node,
    totals: &mut Totals,
    budget: &mut usize,
) -> Option<Held> {
    let Some(tree) = node.subtree else {
        return Some(Held {
            files: u64::from(node.is_file()),
            bytes: node.meta.size,
        });
    };
    if let Some(held) = totals.get(&tree) {
        return *held;
    }
    *budget = budget.checked_sub(1)?;
    let mut held = Some(Held::default());
    match repository.get_tree(&tree) {
        Ok(tree) => {
            for node in tree
                .nodes
                .iter()
                .filter(|node| node.is_dir() || node.is_file())
            {
                let below = count(repository, node, totals, budget);
                if *budget == 0 {
                    return None;
                }
                held = sum(held, below);
            }
        }
        Err(_) => held = None,
    }
    totals.insert(tree, held);
    held
}

fn sum(one: Option<Held>, other: Option<Held>) -> Option<Held> {
    let (one, other) = (one?, other?);
    Some(Held {
        files: one.files + other.files,
        bytes: one.bytes + other.bytes,
    })
}

fn sorted(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.sort_by(|one, other| one.name().as_bytes().cmp(other.name().as_bytes()));
    nodes
}

fn snapshot_node(node: &Node) -> SnapshotNode {
    let time =
        |time: Option<rustic_core::jiff::Timestamp>| time.map(|time| instant(time.as_nanosecond()));
    SnapshotNode {
        kind: match node.node_type {
            NodeType::File => NodeKind::File,
            NodeType::Dir => NodeKind::Folder,
            NodeType::Symlink { .. } => NodeKind::Link,
            _ => NodeKind::Special,
        },
        size: node.meta.size,
        mtime: time(node.meta.mtime),
        ctime: time(node.meta.ctime),
    }
}
