//! Which files are read back: an order that nobody can foresee and everybody can recompute.
//!
//! The order comes from a seed that did not exist when the run was committed to, and from the
//! paths of the manifest; given those two, anyone gets the same files. The seed itself is
//! [`crate::entry::draw_seed`]; until a witness has cosigned the head it comes from, a provider
//! could have tried several, and whoever reports the draw says so (`seed: provider-only`). Files
//! are drawn from the front of the order until enough of them could be compared, so that honest
//! change between manifest and backup does not weaken what the draw proves.

use std::collections::BinaryHeap;

use duly_proof::hash::{Hash, hash_parts};

use super::path::SourcePath;

/// Files to compare when nobody says otherwise: none of 300 differing proves "no more than 1 %",
/// 95 % sure (backups.md, section 5).
pub const SAMPLE_DEFAULT: u32 = 300;

/// Most files that may be drawn; beyond it a full read is the better tool.
pub const SAMPLE_MAX: u32 = 20_000;

/// How far down the order a draw may go, in multiples of the sample: with three quarters of all
/// files changed since the manifest, the sample is still filled.
pub const RESERVE_FACTOR: u32 = 4;

/// Where a file stands in the order: smallest first.
#[must_use]
pub fn order_key(seed: &Hash, path: &SourcePath) -> Hash {
    hash_parts(&[&seed.0, path.as_bytes()])
}

/// The front of the order, gathered from any number of files in constant memory.
#[derive(Clone, Debug)]
pub struct Draw {
    seed: Hash,
    length_max: usize,
    front: BinaryHeap<(Hash, PathKey)>,
}

/// A path ordered by its bytes alone, as a tie-break that is never needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PathKey(SourcePath);

impl Draw {
    /// A draw of at most `sample` compared files, with its reserve.
    #[must_use]
    pub fn new(seed: Hash, sample: u32) -> Self {
        let length_max = sample.min(SAMPLE_MAX).saturating_mul(RESERVE_FACTOR) as usize;
        Self {
            seed,
            length_max,
            front: BinaryHeap::with_capacity(length_max.min(4096) + 1),
        }
    }

    /// Offers a file of the manifest; volatile files are not offered, they cannot be compared.
    pub fn offer(&mut self, path: &SourcePath) {
        let key = order_key(&self.seed, path);
        if self.front.len() >= self.length_max
            && self.front.peek().is_none_or(|(worst, _)| *worst < key)
        {
            return;
        }
        self.front.push((key, PathKey(path.clone())));
        if self.front.len() > self.length_max {
            self.front.pop();
        }
    }

    /// The drawn files, first drawn first.
    #[must_use]
    pub fn into_order(self) -> Vec<SourcePath> {
        self.front
            .into_sorted_vec()
            .into_iter()
            .map(|(_, path)| path.0)
            .collect()
    }
}

/// The whole draw as a function: the first files of `paths` in the order of `seed`, as many as a
/// run with this `sample` may go through.
#[must_use]
pub fn draw<'a>(
    seed: &Hash,
    sample: u32,
    paths: impl IntoIterator<Item = &'a SourcePath>,
) -> Vec<SourcePath> {
    let mut draw = Draw::new(*seed, sample);
    for path in paths {
        draw.offer(path);
    }
    draw.into_order()
}

/// One hash over an ordered list of files, to commit to a draw without naming it.
#[must_use]
pub fn digest<'a>(paths: impl IntoIterator<Item = &'a SourcePath>) -> Hash {
    let parts: Vec<&[u8]> = paths.into_iter().map(SourcePath::as_bytes).collect();
    hash_parts(&parts)
}

#[cfg(test)]
mod tests {
    use duly_proof::hash::hash;
    use proptest::prelude::*;

    use super::*;

    fn paths(count: usize) -> Vec<SourcePath> {
        (0..count)
            .map(|number| SourcePath::from_bytes(format!("/srv/{number}").as_bytes()))
            .collect()
    }

    #[test]
    fn another_seed_draws_other_files() {
        let files = paths(10_000);
        let one = draw(&hash(b"one"), 10, &files);
        let two = draw(&hash(b"two"), 10, &files);
        assert_eq!(one.len(), 40);
        assert_ne!(one, two);
    }

    #[test]
    fn a_source_smaller_than_the_sample_is_drawn_whole() {
        assert_eq!(draw(&hash(b"seed"), 300, &paths(7)).len(), 7);
    }

    #[test]
    fn every_file_is_drawn_about_equally_often() {
        // 20 of 100 files in each of 400 draws: 80 expected, standard deviation 8.
        let files = paths(100);
        let mut times = std::collections::HashMap::new();
        for round in 0..400_u32 {
            for path in draw(&hash(&round.to_be_bytes()), 5, &files) {
                *times.entry(path).or_insert(0_u32) += 1;
            }
        }
        assert_eq!(times.len(), 100);
        assert!(
            times.values().all(|count| (40..=120).contains(count)),
            "{times:?}"
        );
    }

    proptest! {
        #[test]
        fn the_draw_does_not_depend_on_the_order_in_which_files_are_offered(
            count in 1_usize..400,
            sample in 1_u32..60,
            shuffled in any::<u64>(),
        ) {
            let files = paths(count);
            let mut other = files.clone();
            other.sort_by_key(|path| order_key(&hash(&shuffled.to_be_bytes()), path));
            let seed = hash(b"seed");
            prop_assert_eq!(draw(&seed, sample, &files), draw(&seed, sample, &other));
        }

        #[test]
        fn a_larger_sample_begins_with_the_smaller_one(count in 1_usize..400, sample in 1_u32..60) {
            let files = paths(count);
            let seed = hash(b"seed");
            let small = draw(&seed, sample, &files);
            let large = draw(&seed, sample + 7, &files);
            prop_assert_eq!(&large[..small.len()], &small[..]);
        }
    }
}
