//! A process file as bytes: what must hold before any YAML is read, and where a byte stands in
//! lines and columns. It knows nothing of processes.

use std::ops::Range;

use crate::code::Code;
use crate::refusal::{Problems, Refusal};

/// Largest process file. The longest of the starter catalogue has 5 KiB; a limit this low keeps
/// every later cost (tree, refusals, rendering) small without further thought.
pub const FILE_BYTES_MAX: usize = 64 * 1024;

/// The byte-order mark that some Windows editors put in front; accepted and left out.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A file's text with its name and its lines.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    /// Bytes of the file before `text`: 3 with a byte-order mark.
    skipped: usize,
    /// Where each line begins, in bytes of `text`.
    lines: Vec<usize>,
}

/// Where a span begins, for a person.
pub(crate) struct Place<'a> {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Characters of the span on that line.
    pub width: usize,
    /// The line without its end.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// Takes the bytes as text, or says why they are none.
    pub fn read(bytes: &'a [u8], file: &'a str) -> Result<Self, Vec<Refusal>> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(vec![too_large(file)]);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::of(text, file)),
            Err(error) => Err(not_utf8(bytes, error.valid_up_to(), file)),
        }
    }

    fn of(text: &'a str, file: &'a str) -> Self {
        let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let ends = body.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            file,
            text: body,
            skipped: text.len() - body.len(),
            lines: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// The name given by whoever asked.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// The text, without byte-order mark.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// A span of the text as a span of the file's bytes.
    pub fn in_file(&self, span: &Range<usize>) -> Range<usize> {
        span.start + self.skipped..span.end + self.skipped
    }

    /// The line number, from 1, on which a byte of the text stands.
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte).max(1)
    }

    /// Where a span begins, and how far it goes on that line.
    pub fn place(&self, span: &Range<usize>) -> Place<'a> {
        let line = self.line_of(span.start);
        let begin = self.lines.get(line - 1).copied().unwrap_or(0);
        let end = self
            .lines
            .get(line)
            .map_or(self.text.len(), |next| next - 1);
        let line_text = self.text.get(begin..end).unwrap_or("");
        let text = line_text.strip_suffix('\r').unwrap_or(line_text);
        // Something may be wrong with the line's very end, so that counts as a column too.
        let from = span.start.saturating_sub(begin).min(line_text.len());
        let to = span.end.saturating_sub(begin).min(text.len());
        let characters = |from, to| {
            line_text
                .get(from..to)
                .map_or(0, |part| part.chars().count())
        };
        Place {
            line,
            column: characters(0, from) + 1,
            width: characters(from, to.max(from)),
            text,
        }
    }

    /// Checks the characters: false if no YAML should be read from them.
    pub fn check_characters(&self, problems: &mut Problems) -> bool {
        let nul = self.check_nul(problems);
        let hidden = self.check_hidden(problems);
        let tabs = self.check_tabs(problems);
        !(nul || hidden || tabs)
    }

    fn check_nul(&self, problems: &mut Problems) -> bool {
        let Some(at) = self.text.find('\0') else {
            return false;
        };
        let count = self.text.bytes().filter(|byte| *byte == 0).count();
        problems.add(
            Code::NulByte,
            &(at..at + 1),
            format!("a NUL byte stands here{}", and_more(count)),
            "a process file is plain text; save it again as UTF-8 from a text editor",
        );
        true
    }

    fn check_hidden(&self, problems: &mut Problems) -> bool {
        let mut places = self.text.char_indices().filter(|(at, character)| {
            let ends_line = *character == '\r' && self.text.as_bytes().get(at + 1) == Some(&b'\n');
            is_hidden(*character) && *character != '\0' && !ends_line
        });
        let Some((at, character)) = places.next() else {
            return false;
        };
        problems.add(
            Code::HiddenCharacter,
            &(at..at + character.len_utf8()),
            format!(
                "the character U+{:04X} cannot be seen{}",
                u32::from(character),
                and_more(places.count() + 1)
            ),
            "delete it: what a person reads must be what is there",
        );
        true
    }

    fn check_tabs(&self, problems: &mut Problems) -> bool {
        let mut places = self.text.split_inclusive('\n').zip(&self.lines);
        let indented = |(line, start): (&str, &usize)| {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            let only_blanks = line.trim().is_empty();
            let tab = line.get(..blank).and_then(|blanks| blanks.find('\t'));
            tab.filter(|_| !only_blanks)
                .map(|tab| start + tab..start + blank)
        };
        let Some(span) = places.by_ref().find_map(indented) else {
            return false;
        };
        let count = places.filter_map(indented).count() + 1;
        problems.add(
            Code::TabIndentation,
            &span,
            format!("this line is indented with a tab{}", and_more(count)),
            "indent with spaces, two for each level; YAML does not allow tabs there",
        );
        true
    }
}

/// Whether a character has no place in a file that a person signs: control characters, those that
/// turn the reading direction (they make a text look other than it is) and separators that some
/// programs take for a line's end.
pub(crate) fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => ", and once more further on".to_owned(),
        more => format!(", and {} more times further on", more - 1),
    }
}

fn too_large(file: &str) -> Refusal {
    Refusal {
        code: Code::FileTooLarge,
        file: file.to_owned(),
        line: 1,
        column: 1,
        message: format!("the file is larger than {} KiB", FILE_BYTES_MAX / 1024),
        help: "declare one process a file; long instructions belong in a document that a step \
               names"
            .to_owned(),
        span: 0..0,
        excerpt: crate::refusal::Excerpt::default(),
    }
}

/// Says which byte it is and where; the text before it is sound, so its line can be shown.
fn not_utf8(bytes: &[u8], at: usize, file: &str) -> Vec<Refusal> {
    let (sound, rest) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    let sound = std::str::from_utf8(sound).unwrap_or("");
    let source = Source::of(sound, file);
    let byte = rest.first().copied().unwrap_or_default();
    let utf16 = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let (message, help) = if utf16 {
        let message = "the file is UTF-16, not UTF-8".to_owned();
        (message, "save it again as UTF-8".to_owned())
    } else {
        let line = source.line_of(sound.len());
        let message =
            format!("byte 0x{byte:02X} on line {line} is not UTF-8 (byte {at} of the file)");
        let latin1 = char::from(byte);
        let help = if latin1.is_alphanumeric() {
            format!("it is `{latin1}` in Latin-1 (Windows-1252); save the file again as UTF-8")
        } else {
            "save the file again as UTF-8".to_owned()
        };
        (message, help)
    };
    let mut problems = Problems::default();
    let end = source.text().len();
    problems.add(Code::NotUtf8, &(end..end), message, help);
    let mut refusals = problems.into_refusals(&source);
    for refusal in &mut refusals {
        refusal.span.end = refusal.span.start + 1;
    }
    refusals
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::code::Code;
    use crate::refusal::Problems;

    fn codes(text: &str) -> Vec<(Code, usize, usize)> {
        let source = Source::of(text, "a.yaml");
        let mut problems = Problems::default();
        source.check_characters(&mut problems);
        problems
            .into_refusals(&source)
            .into_iter()
            .map(|refusal| (refusal.code, refusal.line, refusal.column))
            .collect()
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = Source::of("a: ü\nbäc: d\n", "a.yaml");
        let at = source.text().find('c').unwrap();
        let place = source.place(&(at..at + 1));
        assert_eq!((place.line, place.column, place.width), (2, 3, 1));
        assert_eq!(place.text, "bäc: d");
    }

    #[test]
    fn a_byte_order_mark_has_no_column_but_its_bytes_count() {
        let source = Source::of("\u{FEFF}duly: 1", "a.yaml");
        let place = source.place(&(0..4));
        assert_eq!((place.line, place.column), (1, 1));
        assert_eq!(source.in_file(&(0..4)), 3..7);
    }

    #[test]
    fn crlf_is_no_hidden_character_but_a_lone_carriage_return_is() {
        assert_eq!(codes("a: 1\r\nb: 2\r\n"), []);
        assert_eq!(codes("a: 1\rb: 2\r\n"), [(Code::HiddenCharacter, 1, 5)]);
    }

    #[test]
    fn a_character_that_turns_the_reading_direction_is_refused() {
        assert_eq!(codes("a: x\u{202E}y\n"), [(Code::HiddenCharacter, 1, 5)]);
    }

    #[test]
    fn tabs_are_refused_in_indentation_only() {
        assert_eq!(codes("a:\tb\n\n \t\n"), []);
        assert_eq!(
            codes("a:\n\tb: 1\n\tc: 1\n"),
            [(Code::TabIndentation, 2, 1)]
        );
    }

    #[test]
    fn latin1_is_named_with_byte_and_line() {
        let refusals = Source::read(b"duly: 1\ntitle: Pr\xFCfung\n", "a.yaml").unwrap_err();
        let refusal = &refusals[0];
        assert_eq!(refusal.code, Code::NotUtf8);
        assert_eq!((refusal.line, refusal.column), (2, 10));
        assert_eq!(refusal.span, 17..18);
        assert!(refusal.message.contains("0xFC"), "{}", refusal.message);
        assert!(refusal.help.contains('ü'), "{}", refusal.help);
    }

    #[test]
    fn utf16_is_called_by_its_name() {
        let refusals = Source::read(b"\xFF\xFEd\0u\0", "a.yaml").unwrap_err();
        assert!(refusals[0].message.contains("UTF-16"));
    }
}
