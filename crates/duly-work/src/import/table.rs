//! A list as it comes out of other programs: UTF-8 with or without a mark, UTF-16, or Windows'
//! own letters; commas, semicolons or tabs. Everything is text and stays text.
//!
//! A cell that a spreadsheet would calculate (`=…`) is kept as it is written and is never
//! calculated here; the pages show it as text too.

use duly_store::UPLOAD_BYTES_MAX;

/// Most rows of a list: more than any one client of the businesses this is for has. All of them
/// are taken in one transaction.
pub const ROWS_MAX: usize = 2_000;

/// Most columns; wide exports have some eighty.
pub const COLUMNS_MAX: usize = 200;

/// Longest cell, in characters; longer ones are notes and not names.
pub const CELL_CHARS_MAX: usize = 500;

/// How many bytes are looked at to tell letters and separators.
const SNIFF_BYTES: usize = 64 * 1_024;

/// A list, cell by cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the letters were read as, for whoever sees that they are wrong.
    pub letters: Letters,
    /// What separates the columns.
    pub separator: char,
    /// The first row.
    pub columns: Vec<String>,
    /// The others, each as long as the first.
    pub rows: Vec<Vec<String>>,
}

/// How letters are spelled in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// UTF-8.
    Utf8,
    /// UTF-16, as some consoles export.
    Utf16,
    /// Windows-1252, as spreadsheets on western Windows save.
    Windows1252,
}

impl Letters {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// Why a file is not a list that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Nothing in it.
    #[error("the file is empty; export the list again, with a first row of column names")]
    Empty,
    /// Too large.
    #[error("the file has {0} bytes; at most {UPLOAD_BYTES_MAX} are read. Export fewer columns")]
    TooLarge(usize),
    /// Not text.
    #[error(
        "the file is not a list of text: it may be a spreadsheet of its own format. Save it as CSV"
    )]
    NotText,
    /// One column only.
    #[error(
        "only one column was found; columns are separated by a comma, a semicolon or a tab, and \
         the first row names them"
    )]
    OneColumn,
    /// Too many rows.
    #[error("the list has more than {ROWS_MAX} rows; export one site or one kind at a time")]
    TooManyRows,
    /// Too many columns.
    #[error("the list has {0} columns; at most {COLUMNS_MAX} are read")]
    TooManyColumns(usize),
    /// A row of another length.
    #[error(
        "row {row} has {found} columns and the first has {expected}: a name in it may hold the \
         separator without being quoted"
    )]
    Ragged {
        /// Counted from 1, the first row included.
        row: u64,
        /// How many it has.
        found: u64,
        /// How many the first has.
        expected: u64,
    },
    /// A cell too long.
    #[error("row {row} has a cell of more than {CELL_CHARS_MAX} characters in column `{column}`")]
    LongCell {
        /// Counted from 1, the first row included.
        row: usize,
        /// The column's name.
        column: String,
    },
    /// Anything else that the reader of such files finds wrong.
    #[error("the list cannot be read: {0}")]
    Malformed(String),
}

/// Reads a list.
///
/// # Errors
///
/// Why it is none.
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() > UPLOAD_BYTES_MAX {
        return Err(TableError::TooLarge(bytes.len()));
    }
    let (text, letters) = decode(bytes)?;
    let separator = separator(&text)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| refusal(&error))?;
        let cells: Vec<String> = record.iter().map(clean).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if cells.len() > COLUMNS_MAX {
            return Err(TableError::TooManyColumns(cells.len()));
        }
        if rows.len() > ROWS_MAX {
            return Err(TableError::TooManyRows);
        }
        rows.push(cells);
    }
    let mut rows = rows.into_iter();
    let columns = rows.next().ok_or(TableError::Empty)?;
    let rows: Vec<Vec<String>> = rows.collect();
    for (number, cells) in rows.iter().enumerate() {
        let long = |cell: &String| cell.chars().count() > CELL_CHARS_MAX;
        if let Some(place) = cells.iter().position(long) {
            return Err(TableError::LongCell {
                row: number + 2,
                column: columns.get(place).cloned().unwrap_or_default(),
            });
        }
    }
    Ok(Table {
        letters,
        separator,
        columns,
        rows,
    })
}

/// Without white space around it, and without characters that only control a printer.
fn clean(cell: &str) -> String {
    let cell: String = cell
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    cell.trim().to_owned()
}

fn refusal(error: &csv::Error) -> TableError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => TableError::Ragged {
            row: pos.as_ref().map_or(0, |pos| pos.record() + 1),
            found: *len,
            expected: *expected_len,
        },
        _ => TableError::Malformed(error.to_string()),
    }
}

fn decode(bytes: &[u8]) -> Result<(String, Letters), TableError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    let (text, letters) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            let text = std::str::from_utf8(rest).map_err(|_| TableError::NotText)?;
            (text.to_owned(), Letters::Utf8)
        }
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Letters::Utf16),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Letters::Utf16),
        [first, 0, ..] if *first != 0 => (utf16(bytes, u16::from_le_bytes)?, Letters::Utf16),
        [0, first, ..] if *first != 0 => (utf16(bytes, u16::from_be_bytes)?, Letters::Utf16),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), Letters::Utf8),
            Err(_) => (
                bytes.iter().map(|byte| windows_1252(*byte)).collect(),
                Letters::Windows1252,
            ),
        },
    };
    // Text holds no zero bytes, and a file of another format does.
    if text.contains('\0') || text.starts_with("PK\u{3}") {
        return Err(TableError::NotText);
    }
    Ok((text, letters))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TableError> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(TableError::NotText);
    }
    let units = pairs.map(|pair| match pair {
        [one, other] => unit([*one, *other]),
        _ => 0,
    });
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_| TableError::NotText)
}

/// The letters of 0x80 to 0x9f, in which Windows-1252 differs from Latin-1. Five are not used;
/// they stay what they are in Latin-1, as browsers read them.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    place
        .and_then(|place| WINDOWS_1252.get(place).copied())
        .unwrap_or(char::from(byte))
}

/// The separator that stands in the first line most often, outside quotes.
fn separator(text: &str) -> Result<char, TableError> {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut is_quoted = false;
    for letter in text.chars().take(SNIFF_BYTES) {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\n' | '\r' if !is_quoted && counts.iter().any(|(_, count)| *count > 0) => break,
            '\n' | '\r' if !is_quoted => {}
            _ if !is_quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(one, _)| *one == letter) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // Where two stand as often, the one that is named first here.
    let found = counts.into_iter().rev().filter(|(_, count)| *count > 0);
    let most = found.max_by_key(|(_, count)| *count);
    most.map(|(letter, _)| letter).ok_or(TableError::OneColumn)
}

#[cfg(test)]
mod tests;
