//! What was handed in, as far as it can be compared: its bytes' hash, and for a picture a hash of
//! what it looks like, which survives saving it again in another format or quality.

use jiff::Timestamp;

use crate::id::{DutyId, PersonId, StepId};

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFacts {
    /// For which ticket.
    pub ticket: DutyId,
    /// For which step.
    pub step: StepId,
    /// By whom.
    pub person: PersonId,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// How large.
    pub bytes: u64,
    /// What it looks like, for a picture.
    pub picture: Option<PictureHash>,
    /// When it was made, by its own word; absent where it does not say.
    pub claimed_at: Option<Timestamp>,
    /// When it was handed in.
    pub uploaded_at: Timestamp,
}

/// A perceptual hash: pictures that look alike differ in few of its bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureHash(pub Vec<u8>);

impl PictureHash {
    /// From hexadecimal digits; `None` where they are not that.
    #[must_use]
    pub fn of_hex(hex: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_hexdigit();
        if !hex.len().is_multiple_of(2) || !hex.bytes().all(is_digit) {
            return None;
        }
        let pairs = (0..hex.len()).step_by(2);
        let bytes = pairs.map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
        bytes.collect::<Option<Vec<u8>>>().map(Self)
    }

    /// Differing bits of 64; `None` where the two cannot be compared, or one of them says nothing:
    /// a blank picture hashes to a single colour, and all blank pictures alike.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Option<u32> {
        let bits = u32::try_from(self.0.len()).ok()?.checked_mul(8)?;
        if bits == 0 || self.0.len() != other.0.len() || self.is_blank() || other.is_blank() {
            return None;
        }
        let pairs = self.0.iter().zip(&other.0);
        let differing: u32 = pairs.map(|(one, other)| (one ^ other).count_ones()).sum();
        Some(differing * 64 / bits)
    }

    fn is_blank(&self) -> bool {
        self.0.iter().all(|byte| *byte == 0) || self.0.iter().all(|byte| *byte == 0xff)
    }
}

#[cfg(test)]
mod tests {
    use super::PictureHash;

    #[test]
    fn the_distance_is_counted_in_bits_of_sixty_four() {
        let one = PictureHash(vec![0b1010_1010; 8]);
        let near = PictureHash(vec![0b1010_1011, 170, 170, 170, 170, 170, 170, 170]);
        assert_eq!(one.distance(&one), Some(0));
        assert_eq!(one.distance(&near), Some(1));
        let long = PictureHash(vec![0b1010_1010; 16]);
        let other = PictureHash(vec![0b0101_0101; 16]);
        assert_eq!(long.distance(&other), Some(64));
    }

    #[test]
    fn a_hash_is_read_from_hexadecimal_digits_and_from_nothing_else() {
        assert_eq!(
            PictureHash::of_hex("0aff"),
            Some(PictureHash(vec![10, 255]))
        );
        for other in ["0", "0g", "é0", "+1"] {
            assert_ne!(
                PictureHash::of_hex(other),
                Some(PictureHash(vec![1])),
                "{other}"
            );
        }
    }

    #[test]
    fn blank_pictures_and_hashes_of_different_length_are_not_compared() {
        let picture = PictureHash(vec![170; 8]);
        for other in [vec![0; 8], vec![255; 8], vec![170; 4], vec![]] {
            assert_eq!(picture.distance(&PictureHash(other)), None);
        }
    }
}
