//! Inclusion and consistency proofs of RFC 6962 (verification as in RFC 9162, sections 2.1.3.2
//! and 2.1.4.2): made from the leaf hashes, checked with two roots and nothing else.
//!
//! Checking never panics and never accepts a proof that is longer or shorter than its sizes ask
//! for. The empty tree is a prefix of every tree, shown by an empty proof and the empty root; that
//! is what a witness needs for the first checkpoint of a log.

use crate::hash::Hash;
use crate::tree::{empty_root, node_hash, root};

/// Why a proof does not prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such entry in a tree of that size.
    #[error("entry {index} is not in a tree of {size}")]
    IndexBeyondSize {
        /// Index asked for.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The later tree is the smaller one.
    #[error("a tree of {new} cannot continue a tree of {old}")]
    Shrunk {
        /// Size of the earlier tree.
        old: u64,
        /// Size of the later tree.
        new: u64,
    },
    /// The proof has more or fewer hashes than its sizes ask for.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// The hashes lead to another root than the earlier one.
    #[error("the proof does not lead to the earlier root")]
    OldRootDiffers,
    /// The hashes lead to another root than the one given.
    #[error("the proof does not lead to the root")]
    RootDiffers,
}

/// The hashes that lead from entry `index` to the root over `leaves`; `None` when there is no
/// such entry. Hashes every other leaf once.
#[must_use]
pub fn prove_inclusion(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    leaves.get(index)?;
    let mut proof = Vec::new();
    let (mut rest, mut index) = (leaves, index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if index < left.len() {
            proof.push(root(right));
            rest = left;
        } else {
            proof.push(root(left));
            index -= left.len();
            rest = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// The hashes that show the tree over the first `old` leaves to be a prefix of the tree over all
/// of them; `None` when there are fewer. Empty for an empty or an equal tree.
#[must_use]
pub fn prove_consistency(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Some(proof);
    }
    let (mut rest, mut old, mut is_whole) = (leaves, old, true);
    while old < rest.len() {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if old <= left.len() {
            proof.push(root(right));
            rest = left;
        } else {
            proof.push(root(left));
            old -= left.len();
            rest = right;
            is_whole = false;
        }
    }
    // The earlier tree itself is known to whoever checks; a part of it is not.
    if !is_whole {
        proof.push(root(rest));
    }
    proof.reverse();
    Some(proof)
}

/// Checks that `leaf` is entry `index` of the tree of `size` with this `root`.
///
/// # Errors
///
/// When it is not, or the proof is not exactly the one.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexBeyondSize { index, size });
    }
    let mut path = Path {
        node: index,
        last: size - 1,
    };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match path.climb().ok_or(ProofError::WrongLength)? {
            Side::Left => node_hash(sibling, &hash),
            Side::Right => node_hash(&hash, sibling),
        };
    }
    if path.last != 0 {
        return Err(ProofError::WrongLength);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}

/// Checks that the tree of size `old` with `old_root` is a prefix of the tree of size `new` with
/// `new_root`.
///
/// # Errors
///
/// When it is not, or the proof is not exactly the one.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        return verify_without_proof(old, old_root, new, new_root, proof);
    }
    let mut path = Path {
        node: old - 1,
        last: new - 1,
    };
    path.skip(path.node.trailing_ones());
    // An earlier tree that is one complete subtree is itself the first hash, and not repeated.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::WrongLength)?
    };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        match path.climb().ok_or(ProofError::WrongLength)? {
            Side::Left => {
                old_hash = node_hash(sibling, &old_hash);
                new_hash = node_hash(sibling, &new_hash);
            }
            Side::Right => new_hash = node_hash(&new_hash, sibling),
        }
    }
    if path.last != 0 {
        return Err(ProofError::WrongLength);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRootDiffers);
    }
    if new_hash != *new_root {
        return Err(ProofError::RootDiffers);
    }
    Ok(())
}

/// The two cases that need no hashes: nothing came before, or nothing has changed.
fn verify_without_proof(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::WrongLength);
    }
    if old == 0 && *old_root != empty_root() {
        return Err(ProofError::OldRootDiffers);
    }
    if old == new && old_root != new_root {
        return Err(ProofError::RootDiffers);
    }
    Ok(())
}

/// On which side of the climbing hash its sibling stands.
enum Side {
    Left,
    Right,
}

/// Where a proof has arrived: the number of its node in the level, and of the level's last node.
struct Path {
    node: u64,
    last: u64,
}

impl Path {
    /// Goes to the parent, and says on which side the sibling was; `None` at the root.
    fn climb(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 {
            Side::Left
        } else if self.node == self.last {
            // The last node of a level has no sibling to its right; it rises, as it is, to the
            // level at which it is a right child.
            self.skip(self.node.trailing_zeros());
            Side::Left
        } else {
            Side::Right
        };
        self.skip(1);
        Some(side)
    }

    fn skip(&mut self, levels: u32) {
        self.node = self.node.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }
}

/// The largest power of two below `length`, which is at least 2.
fn split_point(length: usize) -> usize {
    1 << (length - 1).ilog2()
}
