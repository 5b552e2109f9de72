//! RFC 6962, section 2.1, transcribed as it is written: slow, recursive, and not the code under
//! test.

use duly_proof::hash::{Hash, hash};

/// `k`, the largest power of two smaller than `n`.
fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// MTH(D[n]), over leaves that are hashed already.
pub fn tree_head(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => hash(b""),
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            let mut bytes = vec![1];
            bytes.extend_from_slice(&tree_head(left).0);
            bytes.extend_from_slice(&tree_head(right).0);
            hash(&bytes)
        }
    }
}

/// PATH(m, D[n]).
pub fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    if m < k {
        [path(m, left), vec![tree_head(right)]].concat()
    } else {
        [path(m - k, right), vec![tree_head(left)]].concat()
    }
}

/// PROOF(m, D[n]).
pub fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    sub_proof(m, leaves, true)
}

fn sub_proof(m: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if is_whole {
            Vec::new()
        } else {
            vec![tree_head(leaves)]
        };
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    if m <= k {
        [sub_proof(m, left, is_whole), vec![tree_head(right)]].concat()
    } else {
        [sub_proof(m - k, right, false), vec![tree_head(left)]].concat()
    }
}
