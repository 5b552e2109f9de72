//! Paths as the source has them: bytes, not text, in the order in which a tree is walked.
//!
//! A file name on Unix is any bytes without `/` and NUL. A manifest must name every one of them,
//! in JSON, without loss, and two walks of the same tree must meet in the same order; both rules
//! live here. Nothing here touches a file system.

use std::cmp::Ordering;
use std::fmt;

/// An absolute path, as bytes. Ordered component by component, so that everything below a
/// folder follows the folder directly (`a`, `a/b`, `a-b`), as a sorted walk meets it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SourcePath(Vec<u8>);

impl SourcePath {
    /// Takes bytes as they are, without a trailing `/` (the root folder itself stays `/`).
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut bytes = bytes;
        while let [rest @ .., b'/'] = bytes {
            if rest.is_empty() {
                break;
            }
            bytes = rest;
        }
        Self(bytes.to_vec())
    }

    /// Reads the text form: as it is, or percent-escaped when `raw` is set. `None` when an
    /// escape is malformed.
    #[must_use]
    pub fn from_text(text: &str, raw: bool) -> Option<Self> {
        if !raw {
            return Some(Self::from_bytes(text.as_bytes()));
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            rest = tail;
            if *first != b'%' {
                bytes.push(*first);
                continue;
            }
            let [high, low, tail @ ..] = rest else {
                return None;
            };
            bytes.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
            rest = tail;
        }
        Some(Self::from_bytes(&bytes))
    }

    /// The text form and whether it is escaped: UTF-8 stays as it is; otherwise every byte that
    /// is `%` or not printable ASCII becomes `%` and two upper-case hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> (String, bool) {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return (text.to_owned(), false);
        }
        let mut text = String::with_capacity(self.0.len() + 16);
        for byte in &self.0 {
            if byte.is_ascii_graphic() && *byte != b'%' {
                text.push(char::from(*byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
        (text, true)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// This folder's entry of that name.
    #[must_use]
    pub fn join(&self, name: &[u8]) -> Self {
        let mut bytes = self.0.clone();
        if bytes.last() != Some(&b'/') {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name);
        Self(bytes)
    }

    /// Whether this is `folder` or lies somewhere below it.
    #[must_use]
    pub fn is_within(&self, folder: &Self) -> bool {
        self.below(folder).is_some()
    }

    /// What remains of the path below `folder`, without a leading `/`; empty for the folder
    /// itself, `None` when it lies elsewhere.
    #[must_use]
    pub fn below<'a>(&'a self, folder: &Self) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(folder.0.as_slice())?;
        match rest {
            [] => Some(rest),
            [b'/', tail @ ..] => Some(tail),
            _ if folder.0.last() == Some(&b'/') => Some(rest),
            _ => None,
        }
    }

    /// The names along the path, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
    }

    /// The folder that holds it; `None` for `/` and for a bare name.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let cut = self.0.iter().rposition(|byte| *byte == b'/')?;
        if self.0.len() == 1 {
            return None;
        }
        let (head, _) = self.0.split_at_checked(cut.max(1))?;
        Some(Self(head.to_vec()))
    }
}

impl Ord for SourcePath {
    fn cmp(&self, other: &Self) -> Ordering {
        // `/` sorts below every other byte; that alone makes byte order component order.
        let rank = |byte: &u8| {
            if *byte == b'/' {
                0
            } else {
                u16::from(*byte) + 1
            }
        };
        self.0.iter().map(rank).cmp(other.0.iter().map(rank))
    }
}

impl PartialOrd for SourcePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text().0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Sorts roots and drops those that lie within another, so that no file is met twice.
#[must_use]
pub fn disjoint_roots(mut roots: Vec<SourcePath>) -> Vec<SourcePath> {
    roots.sort();
    let mut kept: Vec<SourcePath> = Vec::with_capacity(roots.len());
    for root in roots {
        if !kept.iter().any(|outer| root.is_within(outer)) {
            kept.push(root);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::from_bytes(text.as_bytes())
    }

    #[test]
    fn everything_below_a_folder_follows_it_directly() {
        let mut paths = [
            path("/a-b"),
            path("/a/z"),
            path("/a"),
            path("/a/b/c"),
            path("/a.b"),
        ];
        paths.sort();
        let sorted: Vec<String> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, ["/a", "/a/b/c", "/a/z", "/a-b", "/a.b"]);
    }

    #[test]
    fn a_name_that_is_not_utf8_survives_its_text_form() {
        let odd = SourcePath::from_bytes(b"/srv/caf\xe9 100%/\x01");
        let (text, raw) = odd.to_text();
        assert_eq!((text.as_str(), raw), ("/srv/caf%E9%20100%25/%01", true));
        assert_eq!(SourcePath::from_text(&text, raw), Some(odd));
    }

    #[test]
    fn a_percent_sign_in_plain_text_is_not_an_escape() {
        let plain = path("/srv/100%41");
        assert_eq!(plain.to_text(), ("/srv/100%41".to_owned(), false));
        assert_eq!(SourcePath::from_text("/srv/100%41", false), Some(plain));
    }

    #[test]
    fn a_malformed_escape_is_refused() {
        assert_eq!(SourcePath::from_text("/srv/%4", true), None);
        assert_eq!(SourcePath::from_text("/srv/%zz", true), None);
    }

    #[test]
    fn a_sibling_with_the_same_beginning_is_not_within() {
        assert!(path("/srv/data/x").is_within(&path("/srv/data")));
        assert!(path("/srv").is_within(&path("/")));
        assert!(!path("/srv/data-old").is_within(&path("/srv/data")));
    }

    #[test]
    fn nested_and_repeated_roots_are_walked_once() {
        let roots = vec![
            path("/srv/a"),
            path("/etc"),
            path("/srv"),
            path("/etc/"),
            path("/srv-b"),
        ];
        assert_eq!(
            disjoint_roots(roots),
            [path("/etc"), path("/srv"), path("/srv-b")]
        );
    }

    #[test]
    fn parents_end_at_the_root_folder() {
        assert_eq!(path("/srv/a").parent(), Some(path("/srv")));
        assert_eq!(path("/srv").parent(), Some(path("/")));
        assert_eq!(path("/").parent(), None);
    }
}
