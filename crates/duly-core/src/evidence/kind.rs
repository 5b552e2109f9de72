//! What a file is, by its bytes. Everything that is not on the list is refused: what nobody here
//! can name, nobody should have to open.

use serde::{Deserialize, Serialize};

use super::FILE_BYTES_MAX;

/// How far into a text the marks of a web page are looked for.
const HEAD_BYTES: usize = 4 * 1024;

/// Lines of a text that are looked at to tell a table from prose.
const TABLE_LINES: usize = 20;

/// A kind of file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// A picture.
    Gif,
    /// A picture.
    Webp,
    /// A document.
    Pdf,
    /// Packed files; the documents of office programs are that too.
    Zip,
    /// Plain text.
    Text,
    /// A table as text.
    Csv,
    /// JSON.
    Json,
    /// A mail as it was sent.
    Eml,
}

/// Why a file is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Longer than [`FILE_BYTES_MAX`].
    #[error("the file is larger than 10 MiB")]
    TooLarge,
    /// HTML or SVG: what a browser would run.
    #[error("web pages and SVG drawings are not kept; print it to a PDF, or make a picture of it")]
    Markup,
    /// Anything that is not on the list.
    #[error(
        "it is none of PNG, JPEG, WebP, GIF, PDF, ZIP, plain text, CSV, JSON and EML; its content \
         decides, not its name"
    )]
    Unknown,
}

impl FileKind {
    /// What these bytes are.
    ///
    /// # Errors
    ///
    /// When it is nothing that is kept.
    pub fn of(bytes: &[u8]) -> Result<Self, NotKept> {
        if bytes.is_empty() {
            return Err(NotKept::Empty);
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(NotKept::TooLarge);
        }
        if let Some(kind) = by_mark(bytes) {
            return Ok(kind);
        }
        let text = text_of(bytes).ok_or(NotKept::Unknown)?;
        if is_markup(&text) {
            return Err(NotKept::Markup);
        }
        Ok(of_text(&text))
    }

    /// The media type under which it is handed out.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
            // A browser is told what cannot be run, whatever it thinks of the content.
            Self::Text | Self::Csv | Self::Json | Self::Eml => "text/plain; charset=utf-8",
        }
    }

    /// Whether it is a picture.
    #[must_use]
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// The word, as it stands in JSON and on the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Text => "text",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Eml => "eml",
        }
    }

    /// Endings that a name of this kind may have, the usual one first.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jfif"],
            Self::Gif => &["gif"],
            Self::Webp => &["webp"],
            Self::Pdf => &["pdf"],
            Self::Zip => &["zip", "docx", "xlsx", "pptx", "odt", "ods"],
            Self::Text => &[
                "txt", "log", "md", "conf", "cfg", "ini", "xml", "yaml", "yml",
            ],
            Self::Csv => &["csv", "tsv", "txt", "log"],
            Self::Json => &["json", "txt", "log"],
            Self::Eml => &["eml", "txt"],
        }
    }

    /// The name under which it is handed out: the one it was brought with as far as it is harmless,
    /// and always with an ending of its kind.
    #[must_use]
    pub fn safe_name(self, name: &str) -> String {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_harmless = |c: &char| c.is_ascii_alphanumeric() || " -_.()".contains(*c);
        let kept: String = last
            .chars()
            .map(|c| if is_harmless(&c) { c } else { '_' })
            .collect();
        let kept = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
        let (stem, ending) = kept.rsplit_once('.').unwrap_or((kept, ""));
        let ending = ending.to_ascii_lowercase();
        if !stem.is_empty() && self.endings().contains(&ending.as_str()) {
            return format!("{stem}.{ending}");
        }
        let usual = self.endings().first().copied().unwrap_or("bin");
        let stem = if kept.is_empty() { "evidence" } else { kept };
        format!("{stem}.{usual}")
    }
}

/// Kinds that begin with bytes of their own.
fn by_mark(bytes: &[u8]) -> Option<FileKind> {
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    if begins(b"\x89PNG\r\n\x1a\n") {
        return Some(FileKind::Png);
    }
    if begins(b"\xff\xd8\xff") {
        return Some(FileKind::Jpeg);
    }
    if begins(b"GIF87a") || begins(b"GIF89a") {
        return Some(FileKind::Gif);
    }
    if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(FileKind::Webp);
    }
    if begins(b"%PDF-") {
        return Some(FileKind::Pdf);
    }
    // With a file in it, or empty; not the split archives that some programs make.
    (begins(b"PK\x03\x04") || begins(b"PK\x05\x06")).then_some(FileKind::Zip)
}

/// The text that these bytes are: UTF-8, or UTF-16 as Windows writes it, with its mark. No text
/// holds control characters beyond those of lines and tables.
fn text_of(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()
        }
    };
    // The escape of a coloured terminal is in many a log.
    let is_text = |c: char| !c.is_control() || "\n\r\t\u{c}\u{1b}".contains(c);
    text.chars().all(is_text).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let mut units = Vec::with_capacity(bytes.len() / 2);
    for pair in bytes.chunks(2) {
        units.push(unit(<[u8; 2]>::try_from(pair).ok()?));
    }
    String::from_utf16(&units).ok()
}

/// Whether a browser that sniffs would take the text for a page or a drawing.
fn is_markup(text: &str) -> bool {
    let start = text.trim_start();
    if !start.starts_with('<') {
        return false;
    }
    let head: String = start.chars().take(HEAD_BYTES).collect();
    let head = head.to_ascii_lowercase();
    let marks = [
        "<!doctype html",
        "<html",
        "<svg",
        "<script",
        "<body",
        "<iframe",
        "<head",
    ];
    marks.iter().any(|mark| head.contains(mark))
}

fn of_text(text: &str) -> FileKind {
    let start = text.trim_start();
    let is_json = start.starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json {
        FileKind::Json
    } else if is_mail(text) {
        FileKind::Eml
    } else if is_table(text) {
        FileKind::Csv
    } else {
        FileKind::Text
    }
}

/// Whether it begins with the header of a mail: every line a field, with a sender and a date or a
/// way it came.
fn is_mail(text: &str) -> bool {
    let header: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    let is_field = |line: &&str| {
        line.starts_with([' ', '\t'])
            || line.split_once(':').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
    };
    let has = |name: &str| {
        header.iter().any(|line| {
            line.split_once(':')
                .is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
        })
    };
    !header.is_empty()
        && header.iter().all(is_field)
        && has("from")
        && (has("date") || has("received"))
}

/// Whether its first lines have the same number of the same separator, and at least one.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(TABLE_LINES)
        .collect();
    lines.len() > 1
        && [',', ';', '\t'].iter().any(|separator| {
            let mut counts = lines.iter().map(|line| fields(line, *separator));
            let first = counts.next().unwrap_or_default();
            first > 1 && counts.all(|count| count == first)
        })
}

/// The number of fields of a line; a separator between quotes separates nothing.
fn fields(line: &str, separator: char) -> usize {
    let mut quoted = false;
    let mut count = 1;
    for c in line.chars() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(bytes: &[u8]) -> Result<FileKind, NotKept> {
        FileKind::of(bytes)
    }

    #[test]
    fn pictures_and_documents_are_known_by_their_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nrest"), Ok(FileKind::Png));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Ok(FileKind::Jpeg));
        assert_eq!(kind(b"GIF89a...."), Ok(FileKind::Gif));
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Ok(FileKind::Webp));
        assert_eq!(kind(b"%PDF-1.7\n\xe2\xe3"), Ok(FileKind::Pdf));
        assert_eq!(kind(b"PK\x03\x04\x14\0"), Ok(FileKind::Zip));
    }

    #[test]
    fn texts_are_told_apart_by_what_they_hold() {
        assert_eq!(kind(b"All is well.\n"), Ok(FileKind::Text));
        assert_eq!(kind(b"{\"users\": []}"), Ok(FileKind::Json));
        assert_eq!(kind(b"{not json"), Ok(FileKind::Text));
        assert_eq!(kind(b"name,role\n\"Tess, T.\",tech\n"), Ok(FileKind::Csv));
        assert_eq!(kind(b"name;role\nTess;tech\n"), Ok(FileKind::Csv));
        let mail = b"Received: from a\n by b\nFrom: tess@example.org\nDate: now\n\nHello";
        assert_eq!(kind(mail), Ok(FileKind::Eml));
        assert_eq!(
            kind(b"<?xml version=\"1.0\"?><config/>"),
            Ok(FileKind::Text)
        );
    }

    #[test]
    fn a_table_that_windows_wrote_in_utf_16_is_a_table() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("a,b\r\n1,2\r\n".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(kind(&bytes), Ok(FileKind::Csv));
    }

    #[test]
    fn what_a_browser_would_run_is_refused_whatever_stands_before_it() {
        for page in [
            "<html><script>alert(1)</script>",
            "  \n<!DOCTYPE HTML><p>",
            "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
            "\u{feff}<svg/>",
            "<!-- a comment --><script>1</script>",
        ] {
            assert_eq!(kind(page.as_bytes()), Err(NotKept::Markup), "{page}");
        }
    }

    #[test]
    fn programs_and_unknown_bytes_are_refused() {
        assert_eq!(kind(b"MZ\x90\0\x03\0"), Err(NotKept::Unknown));
        assert_eq!(kind(b"\x7fELF\x02\x01"), Err(NotKept::Unknown));
        assert_eq!(kind(b"text with a \0"), Err(NotKept::Unknown));
        assert_eq!(kind(b""), Err(NotKept::Empty));
        assert_eq!(
            kind(&vec![b'x'; FILE_BYTES_MAX + 1]),
            Err(NotKept::TooLarge)
        );
        assert_eq!(kind(&vec![b'x'; FILE_BYTES_MAX]), Ok(FileKind::Text));
    }

    #[test]
    fn a_name_keeps_its_ending_only_where_it_fits_the_kind() {
        assert_eq!(FileKind::Zip.safe_name("users.XLSX"), "users.xlsx");
        assert_eq!(FileKind::Text.safe_name("run.exe"), "run.exe.txt");
        assert_eq!(FileKind::Png.safe_name("C:\\shots\\a b.png"), "a b.png");
        assert_eq!(FileKind::Jpeg.safe_name("../../.jpg"), "jpg.jpg");
        assert_eq!(FileKind::Pdf.safe_name("\"; x=\r\n"), "__ x___.pdf");
        assert_eq!(FileKind::Csv.safe_name(""), "evidence.csv");
    }

    proptest! {
        #[test]
        fn any_name_becomes_one_that_fits_a_header(name in ".*") {
            let safe = FileKind::Png.safe_name(&name);
            prop_assert!(safe.ends_with(".png"));
            prop_assert!(safe.bytes().all(|b| b.is_ascii_graphic() || b == b' '));
            prop_assert!(!safe.contains(['"', '\\', '/', ';']));
        }

        #[test]
        fn any_bytes_are_a_kind_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..600),
        ) {
            let _ = FileKind::of(&bytes);
        }
    }
}
