//! Files that people leave as evidence: what is kept, what it is by its content, what a step still
//! lacks, and when two pictures are the same one saved again.
//!
//! A file's name and the type that a browser says are never believed: [`kind`] looks at the bytes.
//! When a picture was taken is read by [`exif`], and is a claim. Nothing here decodes a picture.

pub mod exif;
pub mod kind;

/// Largest file: a photograph of a telephone, an export of some hundred thousand lines, a scanned
/// contract. A film is none of these, and no step asks for one.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Most files of one ticket: a picture for each asset of a large client and some more. Whoever
/// brings more brings them packed.
pub const FILES_PER_TICKET_MAX: usize = 100;

/// Most bytes of one client: ten years of fifteen processes, twice a month, a megabyte each time.
pub const CLIENT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Longest name of a file, as brought.
pub const NAME_CHARS_MAX: usize = 200;

/// Kinds of evidence that are pictures.
const PICTURES: [&str; 2] = ["screenshot", "photo"];

/// The kind that any file is.
const FILE: &str = "file";

/// How many files a step has that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Pictures among them.
    pub pictures: usize,
    /// All of them.
    pub all: usize,
}

/// Whether this kind of evidence is a file rather than words.
#[must_use]
pub fn is_file(kind: &str) -> bool {
    kind == FILE || PICTURES.contains(&kind)
}

/// What a step asks for as a file and does not have. Each kind asks for a file of its own, so that
/// one picture is not both the screenshot and the file.
#[must_use]
pub fn lacking(wanted: &[String], files: Files) -> Vec<String> {
    let mut pictures = files.pictures;
    let mut lacking = Vec::new();
    let mut used = 0;
    for kind in wanted
        .iter()
        .filter(|kind| PICTURES.contains(&kind.as_str()))
    {
        if pictures > 0 {
            pictures -= 1;
            used += 1;
        } else {
            lacking.push(kind.clone());
        }
    }
    let mut others = files.all.saturating_sub(used);
    for kind in wanted.iter().filter(|kind| *kind == FILE) {
        if others > 0 {
            others -= 1;
        } else {
            lacking.push(kind.clone());
        }
    }
    lacking
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(wanted: &[&str], pictures: usize, all: usize) -> Vec<String> {
        let wanted: Vec<String> = wanted.iter().map(|kind| (*kind).to_owned()).collect();
        lacking(&wanted, Files { pictures, all })
    }

    #[test]
    fn words_are_never_lacking_as_a_file() {
        assert!(lacks(&["note", "reading", "signature"], 0, 0).is_empty());
    }

    #[test]
    fn one_picture_is_not_both_the_screenshot_and_the_file() {
        assert_eq!(lacks(&["file", "screenshot"], 1, 1), ["file"]);
        assert!(lacks(&["file", "screenshot"], 1, 2).is_empty());
        assert!(lacks(&["file", "screenshot"], 2, 2).is_empty());
    }

    #[test]
    fn a_text_is_no_photo() {
        assert_eq!(lacks(&["photo"], 0, 3), ["photo"]);
    }
}
