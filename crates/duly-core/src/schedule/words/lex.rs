//! Tokens of a schedule's text, each with the byte at which it begins.
//!
//! Knows letters, digits, dates and three signs; what they mean is for the grammar. It never
//! guesses: anything else is an error with its place.

use jiff::civil::Date;

use super::{About, WordsError, error};

/// Longest text of a schedule, in bytes: some 300 explicit dates, far more than a rule in words.
pub const TEXT_BYTES_MAX: usize = 4_096;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Byte at which it begins.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, in lower case.
    Word(String),
    /// `15`.
    Number(u32),
    /// `2nd`.
    Ordinal(u32),
    /// `2026-01-05`.
    Date(Date),
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `,`.
    Comma,
    /// The end of the text.
    End,
}

impl Kind {
    /// How an error calls it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Number(number) => format!("`{number}`"),
            Self::Ordinal(number) => format!("`{}`", ordinal(*number)),
            Self::Date(date) => format!("`{date}`"),
            Self::Plus => "`+`".to_owned(),
            Self::Minus => "`-`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `22nd`.
pub(crate) fn ordinal(number: u32) -> String {
    format!("{number}{}", suffix(number))
}

fn suffix(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// Cuts a text into tokens; the last one is always [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, WordsError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(error(
            "schedule-too-long",
            TEXT_BYTES_MAX,
            format!("a schedule is at most {TEXT_BYTES_MAX} bytes long"),
            "split the process, or use a rule instead of a list of dates",
        ));
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            tokens.push(Token {
                at,
                kind: Kind::End,
            });
            return Ok(tokens);
        };
        let (kind, length) = match first {
            '+' => (Kind::Plus, 1),
            '-' => (Kind::Minus, 1),
            ',' => (Kind::Comma, 1),
            '0'..='9' => number(rest, at)?,
            letter if letter.is_alphabetic() => {
                let word = run(rest, char::is_alphabetic);
                (Kind::Word(word.to_lowercase()), word.len())
            }
            other => return Err(stranger(other, at)),
        };
        tokens.push(Token { at, kind });
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c: char| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// A token that begins with a digit: a number, an ordinal or a date, with its length.
fn number(rest: &str, at: usize) -> Result<(Kind, usize), WordsError> {
    let dated = run(rest, |c| c.is_ascii_digit() || c == '-');
    if dated.matches('-').count() == 2 {
        let date = dated.parse::<Date>().map_err(|_| {
            error(
                "schedule-date",
                at,
                format!("`{dated}` is not a date"),
                "write a date that exists as YEAR-MONTH-DAY, `2026-01-05`",
            )
        })?;
        return Ok((Kind::Date(date), dated.len()));
    }
    let digits = run(rest, |c| c.is_ascii_digit());
    let value: u32 = digits.parse().map_err(|_| {
        error(
            "schedule-number",
            at,
            format!("`{digits}` is too large a number"),
            "write a smaller number",
        )
    })?;
    let letters = run(
        rest.get(digits.len()..).unwrap_or_default(),
        char::is_alphabetic,
    );
    let length = digits.len() + letters.len();
    match letters.to_lowercase().as_str() {
        "" => Ok((Kind::Number(value), length)),
        ending if ending == suffix(value) => Ok((Kind::Ordinal(value), length)),
        _ => Err(error(
            "schedule-unknown-word",
            at,
            format!("`{digits}{letters}` is neither a number nor an ordinal"),
            format!("write `{value}` or `{}`", ordinal(value)),
        )),
    }
}

fn stranger(sign: char, at: usize) -> WordsError {
    let help = match sign {
        '−' | '–' | '—' | '‐' => "write the plain minus sign `-`",
        '*' | '/' | '?' => "cron syntax is not offered; write for example `every week on monday`",
        '=' | ';' => "an RFC 5545 rule begins with `FREQ=`",
        _ => "use words, numbers, dates, `,`, `+` and `-` only",
    };
    WordsError {
        about: About::Text,
        ..error(
            "schedule-unknown-word",
            at,
            format!("`{sign}` has no meaning in a schedule"),
            help,
        )
    }
}
