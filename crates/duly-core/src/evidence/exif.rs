//! When a picture says it was taken: `DateTimeOriginal` of its EXIF block. Whoever took the picture
//! can write there what they like, so it is a claim, worth comparing with the time of its arrival.
//!
//! Only what is needed of TIFF is read, each offset checked, no loop longer than its own count.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The time of taking; an offset where the camera wrote one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// By the camera's clock.
    pub local: DateTime,
    /// How far that clock was from UTC.
    pub offset: Option<Offset>,
}

const EXIF_FOLDER: u16 = 0x8769;
const DATE_TIME: u16 = 0x0132;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;

/// Entries of a folder that are looked at; cameras write some dozen.
const ENTRIES_MAX: u16 = 512;

/// Reads it; none where there is none, or the block is damaged.
#[must_use]
pub fn taken(exif: &[u8]) -> Option<Taken> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let block = Block::of(tiff)?;
    let first = block.long(4)?;
    let inner = block
        .find(first, EXIF_FOLDER)
        .and_then(|entry| block.long(entry + 8));
    let original = inner.and_then(|folder| block.text(folder, DATE_TIME_ORIGINAL));
    let text = original.or_else(|| block.text(first, DATE_TIME))?;
    let offset = inner.and_then(|folder| block.text(folder, OFFSET_TIME_ORIGINAL));
    Some(Taken {
        local: date_time(text)?,
        offset: offset.and_then(offset_of),
    })
}

struct Block<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Block<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let is_little = match bytes.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let block = Self { bytes, is_little };
        (block.short(2)? == 42).then_some(block)
    }

    fn short(&self, at: usize) -> Option<u16> {
        let two = self.bytes.get(at..at.checked_add(2)?)?;
        let two = <[u8; 2]>::try_from(two).ok()?;
        Some(if self.is_little {
            u16::from_le_bytes(two)
        } else {
            u16::from_be_bytes(two)
        })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let four = self.bytes.get(at..at.checked_add(4)?)?;
        let four = <[u8; 4]>::try_from(four).ok()?;
        let number = if self.is_little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        };
        usize::try_from(number).ok()
    }

    /// Where an entry of a folder stands.
    fn find(&self, folder: usize, tag: u16) -> Option<usize> {
        let count = self.short(folder)?.min(ENTRIES_MAX);
        (0..usize::from(count))
            .filter_map(|place| folder.checked_add(2 + place * 12))
            .find(|entry| self.short(*entry) == Some(tag))
    }

    /// A text of a folder.
    fn text(&self, folder: usize, tag: u16) -> Option<&'a str> {
        const ASCII: u16 = 2;
        let entry = self.find(folder, tag)?;
        if self.short(entry + 2)? != ASCII {
            return None;
        }
        let length = self.long(entry + 4)?;
        let start = if length <= 4 {
            entry + 8
        } else {
            self.long(entry + 8)?
        };
        let bytes = self.bytes.get(start..start.checked_add(length)?)?;
        let text = std::str::from_utf8(bytes).ok()?;
        Some(text.trim_end_matches('\0').trim())
    }
}

/// `2026:11:24 09:12:33`.
fn date_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ')?;
    format!("{}T{time}", date.replace(':', "-")).parse().ok()
}

/// `+01:00`.
fn offset_of(text: &str) -> Option<Offset> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours.checked_mul(60)?.checked_add(minutes)?).checked_mul(60)?)
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A block as a camera writes it: a folder that points at the EXIF folder with two texts.
    fn block(date: &[u8; 20], offset: &[u8; 7]) -> Vec<u8> {
        let mut bytes = b"MM\0\x2a\0\0\0\x08".to_vec();
        bytes.extend([0, 1, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0]);
        bytes.extend([0, 2, 0x90, 0x03, 0, 2, 0, 0, 0, 20, 0, 0, 0, 56]);
        bytes.extend([0x90, 0x11, 0, 2, 0, 0, 0, 7, 0, 0, 0, 76, 0, 0, 0, 0]);
        bytes.extend(date);
        bytes.extend(offset);
        bytes
    }

    #[test]
    fn the_time_of_taking_is_read_with_its_offset() {
        let found = taken(&block(b"2026:11:24 09:12:33\0", b"+01:00\0")).unwrap();
        assert_eq!(found.local.to_string(), "2026-11-24T09:12:33");
        assert_eq!(found.offset, Some(Offset::constant(1)));
    }

    #[test]
    fn a_time_that_is_none_is_none() {
        assert_eq!(taken(&block(b"0000:00:00 00:00:00\0", b"+01:00\0")), None);
        assert_eq!(taken(b"MM"), None);
        assert_eq!(taken(b""), None);
    }

    proptest! {
        #[test]
        fn no_block_however_damaged_breaks_the_reader(
            at in 0_usize..83, with in any::<u8>(), cut in 0_usize..84,
        ) {
            let mut bytes = block(b"2026:11:24 09:12:33\0", b"+01:00\0");
            bytes[at] = with;
            bytes.truncate(cut);
            let _ = taken(&bytes);
        }
    }
}
