//! A refusal: one reason why a process file is not accepted, where it stands, and what to write
//! instead. Self-contained, so that it can be shown without the file at hand; never an I/O error.

use std::ops::Range;

use serde::Serialize;

use crate::code::Code;
use crate::source::Source;

/// Most refusals reported of one file: a person reads a dozen, and a file of 64 KiB could
/// otherwise yield thousands.
pub const REFUSALS_MAX: usize = 200;

/// Longest excerpt of the file's line kept with a refusal, in characters.
const EXCERPT_CHARS_MAX: usize = 160;

/// How much of a long line is shown before the place in question, in characters.
const EXCERPT_CHARS_BEFORE: usize = 60;

/// One reason why a file is refused. Its JSON form is a line of `duly check --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Which reason.
    pub code: Code,
    /// The file, as it was named by whoever asked.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1; a byte-order mark has no column.
    pub column: usize,
    /// What is wrong, in one sentence, with the file's own words in it.
    pub message: String,
    /// What to write instead. Never empty.
    pub help: String,
    /// The bytes of the file in question; empty where something is missing.
    #[serde(skip)]
    pub span: Range<usize>,
    /// The line, for showing.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// A line of the file, or the part of a long one around the place in question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, with every character that cannot be shown replaced.
    pub text: String,
    /// Characters before the caret.
    pub before: usize,
    /// Characters under the caret, at least 1.
    pub width: usize,
}

/// A problem as the checks find it: in bytes of the text, file and line not worked out yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub code: Code,
    pub span: Range<usize>,
    pub message: String,
    pub help: String,
}

/// Everything that was found wrong so far; every check adds to it and none stops the others.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    /// Notes a problem.
    pub fn add(
        &mut self,
        code: Code,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.found.len() >= REFUSALS_MAX {
            self.left_out += 1;
            return;
        }
        self.found.push(Problem {
            code,
            span: span.clone(),
            message: message.into(),
            help: help.into(),
        });
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The refusals, in the order in which a person reads the file.
    pub fn into_refusals(mut self, source: &Source<'_>) -> Vec<Refusal> {
        if self.left_out > 0 {
            let end = source.text().len();
            self.found.push(Problem {
                code: Code::TooManyRefusals,
                span: end..end,
                message: format!("{} more problems are not shown", self.left_out),
                help: "mend those above and check again".to_owned(),
            });
        }
        self.found
            .sort_by_key(|problem| (problem.span.start, problem.span.end, problem.code));
        self.found.dedup();
        self.found
            .into_iter()
            .map(|problem| Refusal::of(problem, source))
            .collect()
    }
}

impl Refusal {
    fn of(problem: Problem, source: &Source<'_>) -> Self {
        let place = source.place(&problem.span);
        Self {
            code: problem.code,
            file: source.file().to_owned(),
            line: place.line,
            column: place.column,
            message: problem.message,
            help: problem.help,
            span: source.in_file(&problem.span),
            excerpt: Excerpt::of(place.text, place.column, place.width),
        }
    }
}

impl Excerpt {
    /// Cuts a line down to what can be shown: `column` counts characters from 1.
    pub(crate) fn of(line: &str, column: usize, width: usize) -> Self {
        let before = column.saturating_sub(1);
        let skipped = before.saturating_sub(EXCERPT_CHARS_BEFORE);
        let skipped = if skipped > 3 { skipped } else { 0 };
        let mut text = String::new();
        if skipped > 0 {
            text.push('…');
        }
        let mut characters = line.chars().skip(skipped);
        text.extend(characters.by_ref().take(EXCERPT_CHARS_MAX).map(shown));
        if characters.next().is_some() {
            text.push('…');
        }
        let before = before - skipped + usize::from(skipped > 0);
        let room = text.chars().count().saturating_sub(before);
        Self {
            before,
            width: width.min(room).max(1),
            text,
        }
    }
}

/// A character as it may reach a terminal: nothing that moves the cursor or turns the text.
pub(crate) fn shown(character: char) -> char {
    match character {
        '\t' | '\n' => ' ',
        character if crate::source::is_hidden(character) => '\u{FFFD}',
        character => character,
    }
}
