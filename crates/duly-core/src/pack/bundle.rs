//! Entries in bundles of 256, as C2SP `tlog-tiles` lays them out: each entry preceded by its
//! length in two bytes, each bundle named by its number in groups of three digits.

use std::collections::BTreeMap;

use super::PackError;

/// Entries in a full bundle.
const BUNDLE_ENTRIES: usize = 256;

/// The bundles of these entries, by name.
pub(super) fn write(entries: &[Vec<u8>]) -> Result<BTreeMap<String, Vec<u8>>, PackError> {
    let mut bundles = BTreeMap::new();
    for (number, chunk) in entries.chunks(BUNDLE_ENTRIES).enumerate() {
        let mut bundle = Vec::with_capacity(chunk.iter().map(|entry| entry.len() + 2).sum());
        for entry in chunk {
            let length = u16::try_from(entry.len()).map_err(|_| PackError::EntryTooLong)?;
            bundle.extend_from_slice(&length.to_be_bytes());
            bundle.extend_from_slice(entry);
        }
        bundles.insert(name(number as u64, chunk.len()), bundle);
    }
    Ok(bundles)
}

/// Takes the bundles of a log of `size` entries out of the files, and the entries out of them.
pub(super) fn read<'a>(
    files: &mut BTreeMap<&str, &'a [u8]>,
    size: u64,
) -> Result<Vec<&'a [u8]>, PackError> {
    let refused = PackError::Bundles(size);
    let mut entries = Vec::new();
    let mut number = 0;
    while (entries.len() as u64) < size {
        let left = size - entries.len() as u64;
        let count = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(BUNDLE_ENTRIES);
        let mut bundle = files
            .remove(name(number, count).as_str())
            .ok_or(refused.clone())?;
        for _ in 0..count {
            let (entry, rest) = split(bundle).ok_or(refused.clone())?;
            entries.push(entry);
            bundle = rest;
        }
        if !bundle.is_empty() {
            return Err(refused);
        }
        number += 1;
    }
    Ok(entries)
}

/// The first entry of a bundle, and what comes after it.
fn split(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// `tile/entries/x001/234`, or `tile/entries/000.p/5` for one that is not full.
fn name(number: u64, count: usize) -> String {
    let mut path = format!("{:03}", number % 1_000);
    let mut rest = number / 1_000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1_000);
        rest /= 1_000;
    }
    if count < BUNDLE_ENTRIES {
        path.push_str(&format!(".p/{count}"));
    }
    format!("tile/entries/{path}")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn bundles_are_named_as_the_specification_names_them() {
        assert_eq!(name(0, 256), "tile/entries/000");
        assert_eq!(name(273, 112), "tile/entries/273.p/112");
        assert_eq!(name(1_234_067, 256), "tile/entries/x001/x234/067");
    }
}
