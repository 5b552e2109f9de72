//! Salted commitments: a field is bound by an entry without standing in it.
//!
//! `c = SHA-256("duly-c1" ‖ salt ‖ length of name ‖ name ‖ value)`, the length in eight bytes,
//! big-endian; `salt = HKDF-SHA256(seed of the entry, info = name)`, 32 bytes, no HKDF salt. The
//! salt keeps guessable values (a host name, an address) from being found by trying; whoever gets
//! the seed of an entry and a value can check it; once the seed is erased nobody can, and no proof
//! breaks. Drawing the seed is not done here: it must be 32 fresh random bytes for every entry.

use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// Bytes of an entry's seed.
pub const SEED_BYTES: usize = 32;

/// Sets these hashes apart from all others; a changed scheme gets another number.
const DOMAIN: &[u8] = b"duly-c1";

/// The commitment of a field's value under the seed of its entry.
#[must_use]
pub fn commit(seed: &[u8; SEED_BYTES], field: &str, value: &[u8]) -> Hash {
    let mut state = Sha256::new();
    state.update(DOMAIN);
    state.update(salt(seed, field));
    state.update((field.len() as u64).to_be_bytes());
    state.update(field.as_bytes());
    state.update(value);
    Hash(state.finalize().into())
}

fn salt(seed: &[u8; SEED_BYTES], field: &str) -> [u8; 32] {
    let mut salt = [0; 32];
    let expanded = Hkdf::<Sha256>::new(None, seed).expand(field.as_bytes(), &mut salt);
    debug_assert!(expanded.is_ok(), "32 bytes are one block of HKDF-SHA256");
    salt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_name_and_value_each_change_the_commitment() {
        let c = commit(&[1; 32], "asset", b"fw-1");
        assert_eq!(c, commit(&[1; 32], "asset", b"fw-1"));
        assert_ne!(c, commit(&[2; 32], "asset", b"fw-1"));
        assert_ne!(c, commit(&[1; 32], "assets", b"fw-1"));
        assert_ne!(c, commit(&[1; 32], "asset", b"fw-2"));
        assert_ne!(c, commit(&[1; 32], "assetf", b"w-1"));
    }

    #[test]
    fn the_commitment_is_the_one_that_python_computes_from_the_written_rule() {
        // hmac and hashlib of Python 3.11 on the formula at the head of this file.
        let c = commit(&[7; 32], "process", br#"{"rules":1}"#);
        assert_eq!(
            c.to_hex(),
            "0943891f23a3b1b502b7e69703d14b9fdabc2e6891b50c3ccd58aa474039e05a"
        );
    }
}
