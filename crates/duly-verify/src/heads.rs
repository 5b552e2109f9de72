//! The roots of a log at the sizes that somebody has a checkpoint of, in one pass over it.

use std::collections::{BTreeMap, BTreeSet};

use duly_proof::checkpoint::Checkpoint;
use duly_proof::hash::Hash;
use duly_proof::tree::{Frontier, leaf_hash};

/// Roots by size.
pub(crate) struct Heads {
    size: u64,
    roots: BTreeMap<u64, Hash>,
}

/// How a checkpoint fits a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The log continues it.
    Continues,
    /// The log has fewer entries than it covers.
    Shorter,
    /// The log's first entries are others than it covers.
    Differs,
}

impl Heads {
    /// The roots of a log at these sizes, and at its own.
    pub(crate) fn of(entries: &[&[u8]], sizes: impl Iterator<Item = u64>) -> Self {
        let size = entries.len() as u64;
        let wanted: BTreeSet<u64> = sizes.chain([size]).collect();
        let mut tree = Frontier::new();
        let mut roots = BTreeMap::new();
        let mut note = |tree: &Frontier| {
            if wanted.contains(&tree.size()) {
                roots.insert(tree.size(), tree.root());
            }
        };
        note(&tree);
        for entry in entries {
            tree.append(leaf_hash(entry));
            note(&tree);
        }
        Self { size, roots }
    }

    /// How a checkpoint fits, whose size was among those asked for.
    pub(crate) fn fit(&self, checkpoint: &Checkpoint) -> Fit {
        if checkpoint.size > self.size {
            Fit::Shorter
        } else if self.roots.get(&checkpoint.size) == Some(&checkpoint.root) {
            Fit::Continues
        } else {
            Fit::Differs
        }
    }
}
