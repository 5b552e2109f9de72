//! Trees and their proofs, against a transcription of the standard.

use duly_proof::hash::Hash;
use duly_proof::tree::{
    Frontier, ProofError, empty_root, leaf_hash, prove_consistency, prove_inclusion, root,
    verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

use crate::reference;

/// Leaf hashes of so many different entries.
pub fn leaves(count: usize) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(format!("entry {number}").as_bytes()))
        .collect()
}

#[test]
fn roots_are_those_of_the_standard_for_every_small_size() {
    for size in 0..130 {
        let leaves = leaves(size);
        assert_eq!(root(&leaves), reference::tree_head(&leaves), "size {size}");
    }
}

#[test]
fn a_frontier_that_was_stored_and_read_goes_on_as_if_it_had_not_been() {
    let leaves = leaves(100);
    let mut stored = Frontier::new();
    for (number, leaf) in leaves.iter().enumerate() {
        stored.append(*leaf);
        stored = Frontier::from_bytes(&stored.to_bytes()).unwrap();
        assert_eq!(stored.size(), number as u64 + 1);
        assert_eq!(stored.root(), root(&leaves[..=number]));
    }
}

#[test]
fn a_stored_frontier_of_the_wrong_length_is_refused() {
    let mut frontier = Frontier::new();
    for leaf in leaves(7) {
        frontier.append(leaf);
    }
    let bytes = frontier.to_bytes();
    let longer = [bytes.clone(), vec![0; 32]].concat();
    for wrong in [
        &bytes[..7],
        &bytes[..bytes.len() - 1],
        &bytes[..40],
        &longer,
    ] {
        assert!(Frontier::from_bytes(wrong).is_err());
    }
}

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_standard_and_is_accepted() {
    for size in 1..34 {
        let leaves = leaves(size);
        let head = root(&leaves);
        for index in 0..size {
            let proof = prove_inclusion(&leaves, index).unwrap();
            assert_eq!(proof, reference::path(index, &leaves));
            let result = verify_inclusion(&leaves[index], index as u64, size as u64, &proof, &head);
            assert_eq!(result, Ok(()));
        }
        for old in 1..=size {
            let proof = prove_consistency(&leaves, old).unwrap();
            assert_eq!(proof, reference::proof(old, &leaves));
            let old_root = root(&leaves[..old]);
            let result = verify_consistency(old as u64, &old_root, size as u64, &head, &proof);
            assert_eq!(result, Ok(()));
        }
    }
}

#[test]
fn there_is_no_proof_for_an_entry_that_is_not_there() {
    assert_eq!(prove_inclusion(&leaves(3), 3), None);
    assert_eq!(prove_inclusion(&[], 0), None);
    assert_eq!(prove_consistency(&leaves(3), 4), None);
}

#[test]
fn the_empty_tree_comes_before_every_tree() {
    let head = root(&leaves(5));
    assert_eq!(verify_consistency(0, &empty_root(), 5, &head, &[]), Ok(()));
    assert_eq!(
        verify_consistency(0, &head, 5, &head, &[]),
        Err(ProofError::OldRootDiffers)
    );
    assert_eq!(
        verify_consistency(0, &empty_root(), 5, &head, &[head]),
        Err(ProofError::WrongLength)
    );
}

#[test]
fn a_tree_that_has_shrunk_is_not_consistent() {
    let head = root(&leaves(5));
    assert_eq!(
        verify_consistency(6, &head, 5, &head, &[]),
        Err(ProofError::Shrunk { old: 6, new: 5 })
    );
}

proptest! {
    #[test]
    fn an_inclusion_proof_holds_for_nothing_but_its_own_statement(
        size in 1usize..300,
        index in 0usize..300,
        other_size in 1u64..300,
        other_index in 0u64..300,
        bit in 0usize..256,
    ) {
        let leaves = leaves(size);
        let index = index % size;
        let head = root(&leaves);
        let proof = prove_inclusion(&leaves, index).unwrap();
        let leaf = leaves[index];
        let holds = |leaf: &Hash, index, size, proof: &[Hash], root: &Hash| {
            verify_inclusion(leaf, index, size, proof, root).is_ok()
        };
        let (index, size) = (index as u64, size as u64);
        prop_assert!(holds(&leaf, index, size, &proof, &head));
        prop_assert!(!holds(&flipped(leaf, bit), index, size, &proof, &head));
        prop_assert!(!holds(&leaf, index, size, &proof, &flipped(head, bit)));
        prop_assert_eq!(holds(&leaf, other_index, size, &proof, &head), other_index == index);
        let longer = [proof.clone(), vec![head]].concat();
        prop_assert!(!holds(&leaf, index, size, &longer, &head));
        if let Some((_, shorter)) = proof.split_last() {
            prop_assert!(!holds(&leaf, index, size, shorter, &head));
        }
        for number in 0..proof.len() {
            let mut changed = proof.clone();
            changed[number] = flipped(changed[number], bit);
            prop_assert!(!holds(&leaf, index, size, &changed, &head));
        }
        // Another size may ask for the very same hashes; if it does not, it is refused.
        if reference_shape(index, size) != reference_shape(index, other_size) {
            prop_assert!(!holds(&leaf, index, other_size, &proof, &head));
        }
    }

    #[test]
    fn a_consistency_proof_holds_for_nothing_but_its_own_statement(
        size in 2usize..300,
        old in 1usize..300,
        bit in 0usize..256,
    ) {
        let leaves = leaves(size);
        let old = 1 + old % (size - 1);
        let (old_root, head) = (root(&leaves[..old]), root(&leaves));
        let proof = prove_consistency(&leaves, old).unwrap();
        let (old, size) = (old as u64, size as u64);
        let holds = |old_root: &Hash, root: &Hash, proof: &[Hash]| {
            verify_consistency(old, old_root, size, root, proof).is_ok()
        };
        prop_assert!(holds(&old_root, &head, &proof));
        prop_assert!(!holds(&flipped(old_root, bit), &head, &proof));
        prop_assert!(!holds(&old_root, &flipped(head, bit), &proof));
        prop_assert!(!holds(&old_root, &head, &[proof.clone(), vec![head]].concat()));
        prop_assert!(!holds(&old_root, &head, &proof[1..]));
        for number in 0..proof.len() {
            let mut changed = proof.clone();
            changed[number] = flipped(changed[number], bit);
            prop_assert!(!holds(&old_root, &head, &changed));
        }
    }

    #[test]
    fn no_sizes_and_no_proof_make_the_verifier_panic(
        first in any::<u64>(),
        second in any::<u64>(),
        length in 0usize..70,
    ) {
        let hash = empty_root();
        let proof = vec![hash; length];
        let _ = verify_inclusion(&hash, first, second, &proof, &hash);
        let _ = verify_consistency(first, &hash, second, &hash, &proof);
    }

    #[test]
    fn no_bytes_make_a_stored_frontier_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
        }
    }
}

fn flipped(mut hash: Hash, bit: usize) -> Hash {
    hash.0[bit / 8] ^= 1 << (bit % 8);
    hash
}

/// On which sides the siblings of a leaf stand, from the leaf up: what the hashes of its proof
/// are combined by.
fn reference_shape(index: u64, size: u64) -> Option<Vec<bool>> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return Some(Vec::new());
    }
    let mut split = 1;
    while split * 2 < size {
        split *= 2;
    }
    let is_left = index < split;
    let mut sides = if is_left {
        reference_shape(index, split)?
    } else {
        reference_shape(index - split, size - split)?
    };
    sides.push(is_left);
    Some(sides)
}
