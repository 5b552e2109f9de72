//! The records of a ZIP archive (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16) in the
//! one form that a pack uses. Only writes them; the reader compares with what is written here.

use super::Member;

/// Length of the end record.
pub(super) const END_BYTES: usize = 22;
/// Length of a local header without its name.
pub(super) const LOCAL_BYTES: usize = 30;
/// Length of a directory record without its name.
pub(super) const CENTRAL_BYTES: usize = 46;
/// What a directory record begins with.
pub(super) const CENTRAL_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
/// What the end record begins with.
pub(super) const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";

/// Version 1.0 of the format: stored files and nothing else.
const VERSION: [u8; 2] = [10, 0];
/// 1980-01-01 00:00:00, the beginning of time in this format: time, then date.
const BEGINNING: [u8; 4] = [0, 0, 0x21, 0];

/// Bytes that a member takes beside its content.
pub(super) fn overhead(name: &str) -> usize {
    LOCAL_BYTES + CENTRAL_BYTES + 2 * name.len()
}

/// What the two headers of a member say.
pub(super) struct Header<'a> {
    name: &'a str,
    checksum: [u8; 4],
    length: [u8; 4],
    name_length: [u8; 2],
    offset: [u8; 4],
}

impl<'a> Header<'a> {
    /// The headers of a member whose local header stands at `offset`. Lengths are within the
    /// limits of a pack, so that nothing is cut off here.
    pub(super) fn of(member: &Member<'a>, offset: usize) -> Self {
        Self {
            name: member.name,
            checksum: crc32(member.bytes).to_le_bytes(),
            length: four(member.bytes.len()),
            name_length: two(member.name.len()),
            offset: four(offset),
        }
    }

    /// The record before the content.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut record = b"PK\x03\x04".to_vec();
        self.write_shared(&mut record);
        record.extend_from_slice(self.name.as_bytes());
        record
    }

    /// The record in the directory.
    pub(super) fn central(&self) -> Vec<u8> {
        let mut record = CENTRAL_SIGNATURE.to_vec();
        record.extend_from_slice(&VERSION);
        self.write_shared(&mut record);
        // Comment length, disk number, internal and external attributes: none.
        record.extend_from_slice(&[0; 10]);
        record.extend_from_slice(&self.offset);
        record.extend_from_slice(self.name.as_bytes());
        record
    }

    fn write_shared(&self, record: &mut Vec<u8>) {
        record.extend_from_slice(&VERSION);
        // No flags; method 0, stored.
        record.extend_from_slice(&[0; 4]);
        record.extend_from_slice(&BEGINNING);
        record.extend_from_slice(&self.checksum);
        record.extend_from_slice(&self.length);
        record.extend_from_slice(&self.length);
        record.extend_from_slice(&self.name_length);
        // No extra field.
        record.extend_from_slice(&[0; 2]);
    }
}

/// The record at the very end.
pub(super) fn end(members: usize, directory_bytes: usize, directory_offset: usize) -> Vec<u8> {
    let mut record = END_SIGNATURE.to_vec();
    // One disk, the first.
    record.extend_from_slice(&[0; 4]);
    record.extend_from_slice(&two(members));
    record.extend_from_slice(&two(members));
    record.extend_from_slice(&four(directory_bytes));
    record.extend_from_slice(&four(directory_offset));
    // No comment.
    record.extend_from_slice(&[0; 2]);
    record
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

/// The CRC-32 of ZIP (ISO 3309, reflected, polynomial 0xEDB88320), eight bytes a step.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk) ^ u64::from(crc);
        crc = TABLES
            .iter()
            .rev()
            .zip(word.to_le_bytes())
            .fold(0, |sum, (table, byte)| sum ^ look_up(table, byte));
    }
    for byte in rest {
        let [low, ..] = crc.to_le_bytes();
        let [first, ..] = &TABLES;
        crc = look_up(first, low ^ byte) ^ (crc >> 8);
    }
    !crc
}

fn look_up(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or(0)
}

/// `TABLES[k][b]`: what byte `b`, followed by `k` zero bytes, does to the checksum.
static TABLES: [[u32; 256]; 8] = tables();

#[allow(clippy::indexing_slicing)] // Evaluated by the compiler: out of bounds would not build.
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut zeros = 1;
    while zeros < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[zeros - 1][byte];
            tables[zeros][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        zeros += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_checksum_is_the_one_that_the_standard_gives_as_its_check() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn eight_bytes_at_a_time_give_what_single_bytes_give() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1_003).collect();
        let mut crc = !0u32;
        for byte in &bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
            }
        }
        assert_eq!(crc32(&bytes), !crc);
    }
}
