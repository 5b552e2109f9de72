//! SHA-256 values and the one way in which several texts become one hash.
//!
//! Nothing here knows what is hashed; the domain separation of trees and commitments is theirs.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads 64 hexadecimal digits in lower case; anything else is `None`.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let mut hash = [0; 32];
        for (target, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *target = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(hash))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// The bytes as lower-case hexadecimal digits, two a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let letter = |nibble: u8| char::from(if nibble < 10 { b'0' } else { b'a' - 10 } + nibble);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(letter(byte >> 4));
        text.push(letter(byte & 0x0f));
    }
    text
}

/// The value of a hexadecimal digit; upper case is not one, so that every value has one spelling.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// The hash of some bytes as they are.
#[must_use]
pub fn hash(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The hash of several parts, each preceded by its length (eight bytes, big-endian), so that no
/// two different lists of parts hash the same bytes.
#[must_use]
pub fn hash_parts(parts: &[&[u8]]) -> Hash {
    let mut state = Sha256::new();
    for part in parts {
        state.update((part.len() as u64).to_be_bytes());
        state.update(part);
    }
    Hash(state.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_from_its_own_digits_and_from_no_others() {
        let value = hash(b"duly");
        assert_eq!(Hash::from_hex(&value.to_hex()), Some(value));
        assert_eq!(Hash::from_hex(&value.to_hex().to_uppercase()), None);
        assert_eq!(Hash::from_hex(&value.to_hex()[1..]), None);
        assert_eq!(Hash::from_hex(&"é".repeat(32)), None);
    }

    #[test]
    fn the_empty_text_has_the_hash_that_everybody_knows() {
        assert_eq!(
            hash(b"").to_hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn moving_a_boundary_between_parts_changes_the_hash() {
        assert_ne!(hash_parts(&[b"ab", b"c"]), hash_parts(&[b"a", b"bc"]));
        assert_ne!(hash_parts(&[b"abc"]), hash_parts(&[b"abc", b""]));
    }
}
