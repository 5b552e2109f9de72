//! Which names may stand in a pack: those that mean the same file on every system.

use std::collections::BTreeSet;

use super::{MEMBERS_MAX, NAME_BYTES_MAX, PackError};

/// Checks names that have to be in ascending order.
pub(super) fn check<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), PackError> {
    let mut previous: Option<&str> = None;
    let mut files = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for name in names {
        if files.len() >= MEMBERS_MAX {
            return Err(PackError::TooLarge);
        }
        if !is_allowed(name) {
            return Err(PackError::Name(name.to_owned()));
        }
        if previous.is_some_and(|previous| previous > name) {
            return Err(PackError::Order(name.to_owned()));
        }
        // Some systems do not tell capitals from small letters.
        let folded = name.to_ascii_lowercase();
        let separators = folded.match_indices('/');
        let parents: Vec<String> = separators
            .filter_map(|(at, _)| folded.get(..at).map(str::to_owned))
            .collect();
        if folders.contains(&folded)
            || parents.iter().any(|parent| files.contains(parent))
            || !files.insert(folded)
        {
            return Err(PackError::NameTwice(name.to_owned()));
        }
        folders.extend(parents);
        previous = Some(name);
    }
    Ok(())
}

/// Parts of letters, digits, `.`, `-` and `_`; none begins or ends with a full stop, so there is
/// no `.`, no `..`, no hidden file, and none that Windows would shorten.
fn is_allowed(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(is_plain)
            && !part.starts_with('.')
            && !part.ends_with('.')
    };
    name.len() <= NAME_BYTES_MAX && name.split('/').all(is_part)
}
