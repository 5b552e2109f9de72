//! The Merkle tree of RFC 6962 over SHA-256: hashing, the growing edge of a log, roots.
//!
//! The prefix bytes 0 for a leaf and 1 for a node keep an entry from being passed for a node.
//! Nothing here keeps a whole tree: a log grows through its [`Frontier`], at most 64 hashes, and
//! a proof is computed from the leaf hashes when somebody asks for one.

mod proof;

use sha2::{Digest, Sha256};

pub use proof::{
    ProofError, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};

use crate::hash::{Hash, hash};

/// The hash of an entry as a leaf: SHA-256 of a zero byte and the entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut state = Sha256::new();
    state.update([0]);
    state.update(entry);
    Hash(state.finalize().into())
}

/// The hash of a node: SHA-256 of a one byte and its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    let (_, children) = bytes.split_at_mut(1);
    for (target, source) in children.iter_mut().zip(left.0.iter().chain(&right.0)) {
        *target = *source;
    }
    hash(&bytes)
}

/// The root of the tree without leaves: the hash of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    hash(b"")
}

/// The root of the tree over these leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.append(*leaf);
    }
    frontier.root()
}

/// Why stored bytes are not a frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tree frontier: {length} bytes, which do not fit the size they begin with")]
pub struct FrontierError {
    /// How many bytes there were.
    pub length: usize,
}

/// The growing edge of a tree: the roots of its complete subtrees, largest first, one for each
/// one bit of its size. Enough to append and to compute the root, whatever the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of an empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf by its hash. Costs two node hashes for two appends, whatever the size.
    pub fn append(&mut self, leaf: Hash) {
        let mut merged = leaf;
        // Each trailing one bit of the size is a complete subtree as large as the merged one.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            merged = node_hash(&left, &merged);
        }
        self.peaks.push(merged);
        self.size += 1;
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree as it stands.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return empty_root();
        };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The form to store: the size (eight bytes, big-endian), then the peaks, 32 bytes each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.peaks.len() * 32);
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for peak in &self.peaks {
            bytes.extend_from_slice(&peak.0);
        }
        bytes
    }

    /// Reads the stored form; it has to be exactly as long as its size asks for.
    ///
    /// # Errors
    ///
    /// When the length does not fit the size. Whether the peaks are the right ones only the
    /// signed root can tell: compare [`Frontier::root`] with the last checkpoint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierError> {
        let refused = FrontierError {
            length: bytes.len(),
        };
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(refused)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, surplus) = rest.as_chunks::<32>();
        if !surplus.is_empty() || peaks.len() != size.count_ones() as usize {
            return Err(refused);
        }
        let peaks = peaks.iter().map(|peak| Hash(*peak)).collect();
        Ok(Self { size, peaks })
    }
}
