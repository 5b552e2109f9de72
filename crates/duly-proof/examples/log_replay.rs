//! How fast a log is replayed, beside how fast this machine hashes at all.
//!
//! Replaying computes the leaf hash of every entry and the root over them: what a verifier does
//! with every log it is handed. The limit is the number of SHA-256 blocks that takes, hashed as one
//! long text by the same library. Both are measured in turn, in one thread and in processor time,
//! so that others on the machine count less; `cargo xtask bench log` prints medians and the ratio.

use std::hint::black_box;

use duly_proof::hash::hash;
use duly_proof::tree::{Frontier, leaf_hash};

/// Entries of a log that a client of 100 endpoints fills in four years.
const ENTRIES: usize = 1_000_000;

/// Bytes of an ordinary entry.
const ENTRY_BYTES: usize = 220;

/// Bytes that SHA-256 takes at a time.
const BLOCK_BYTES: usize = 64;

/// How often each is measured.
const ROUNDS: usize = 11;

fn main() -> std::io::Result<()> {
    let entries = vec![b'e'; ENTRIES * ENTRY_BYTES];
    // A leaf is its prefix, the entry and at least nine bytes of padding; a node, of which there
    // is one for each leaf, is 65 bytes and padding.
    let leaf_blocks = (1 + ENTRY_BYTES + 9).div_ceil(BLOCK_BYTES);
    let blocks = ENTRIES * (leaf_blocks + 2);
    let text = vec![b't'; blocks * BLOCK_BYTES];
    for _ in 0..ROUNDS {
        let start = processor_s()?;
        let mut log = Frontier::new();
        for entry in entries.chunks_exact(ENTRY_BYTES) {
            log.append(leaf_hash(entry));
        }
        black_box(log.root());
        let between = processor_s()?;
        black_box(hash(&text));
        let end = processor_s()?;
        println!("figure replay {}", ENTRIES as f64 / (between - start));
        println!("figure sha256 {}", ENTRIES as f64 / (end - between));
    }
    Ok(())
}

/// Seconds this thread has run on a processor, as Linux counts them.
fn processor_s() -> std::io::Result<f64> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns = counted
        .split_whitespace()
        .next()
        .and_then(|ns| ns.parse::<u64>().ok());
    ns.map(|ns| ns as f64 / 1e9)
        .ok_or_else(|| std::io::Error::other("schedstat has no figure"))
}
