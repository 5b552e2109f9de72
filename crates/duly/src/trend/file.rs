//! A file of readings: a column `value`, or `good` and `total`, and optionally the readings' own
//! names under `period` or `date`. Other columns are passed over, and named. It is read line by
//! line, so that everything wrong has a line and a column, and an empty line of a file of values
//! alone is the gap that a spreadsheet means by it.

use std::io::Read as _;
use std::path::Path;

use duly_core::trend::Readings;
use duly_core::trend::error::TrendError;
use duly_core::trend::reading::{MAGNITUDE_MAX, POINTS_MAX, Ratio};

/// Largest file that is read: as many readings as a chart takes, at two hundred bytes each.
const FILE_BYTES_MAX: usize = POINTS_MAX * 200;

/// Longest name of a reading, in characters: a date with its time and zone, and some room.
const NAME_CHARS_MAX: usize = 100;

/// Names of the column of names, the first that is there.
const NAMES: [&str; 2] = ["period", "date"];

/// The readings of a file.
#[derive(Debug)]
pub struct Series {
    cells: Cells,
    /// Where each reading stands, counted from 1.
    lines: Vec<u64>,
    /// Each reading's own name; none without a column of names.
    names: Option<Vec<String>>,
    /// Columns that were passed over.
    pub passed_over: Vec<String>,
}

#[derive(Debug)]
enum Cells {
    Values(Vec<Option<f64>>),
    Ratios(Vec<Option<Ratio>>),
}

/// Why there are no readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, in kebab-case.
    pub code: &'static str,
    /// Counted from 1; none where the file as a whole is meant.
    pub line: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Refusal {
    /// Of the file as a whole.
    pub fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            line: None,
            column: None,
            message: message.into(),
            help: help.into(),
        }
    }

    fn at(mut self, line: u64, column: Option<&str>) -> Self {
        self.line = Some(line);
        self.column = column.map(str::to_owned);
        self
    }

    /// What the core refuses, with the line on which it stands.
    pub fn of(error: &TrendError, series: &Series) -> Self {
        let refusal = Self::new(error.code(), error.to_string(), error.help());
        let line = error.index().and_then(|index| series.lines.get(index));
        match line {
            Some(line) => refusal.at(*line, None),
            None => refusal,
        }
    }
}

impl Series {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Refusal> {
        let mut bytes = Vec::new();
        let limit = FILE_BYTES_MAX as u64 + 1;
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .map_err(|error| {
                let message = format!("{} cannot be read: {error}", path.display());
                Refusal::new("file-unreadable", message, "name a CSV file")
            });
        if read? > FILE_BYTES_MAX {
            let message = format!("the file has more than {FILE_BYTES_MAX} bytes");
            let help = "leave out columns that are not needed, or the oldest readings";
            return Err(Refusal::new("file-too-large", message, help));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            let help = "save it as CSV in UTF-8";
            Refusal::new("file-not-text", "the file is not text in UTF-8", help)
        })?;
        Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text))
    }

    /// The readings.
    pub fn readings(&self) -> Readings<'_> {
        match &self.cells {
            Cells::Values(values) => Readings::Values(values),
            Cells::Ratios(ratios) => Readings::Ratios(ratios),
        }
    }

    /// A reading's own name, or its index.
    pub fn name(&self, index: usize) -> String {
        let named = self.names.as_ref().and_then(|names| names.get(index));
        named.map_or_else(|| index.to_string(), Clone::clone)
    }

    /// The reading that somebody means by this word: its name, or its index where none is named so.
    pub fn find(&self, word: &str) -> Option<usize> {
        let names = self.names.as_ref();
        let named = names.and_then(|names| names.iter().position(|name| name == word));
        named.or_else(|| word.parse().ok().filter(|index| *index < self.lines.len()))
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        let mut lines = (1..).zip(text.lines());
        let filled = |(_, line): &(u64, &str)| !line.trim().is_empty();
        let Some((number, heading)) = lines.by_ref().find(filled) else {
            let help = "the first line names the columns: `value`, or `good,total`";
            return Err(Refusal::new("file-empty", "the file is empty", help));
        };
        let separator = separator(heading);
        let columns = Columns::of(&cells(number, heading, separator)?, number)?;
        let mut rows = Rows::default();
        for (number, line) in lines {
            if line.trim().is_empty() {
                // Whether a gap or just the end of the file shows when another reading follows.
                rows.empty.push(number);
                continue;
            }
            let cells = cells(number, line, separator)?;
            if cells.len() != columns.count {
                let (found, expected) = (cells.len(), columns.count);
                let message = format!("the line has {found} cells and the first has {expected}");
                let help = "quote a cell that holds the separator; write numbers with a point";
                return Err(Refusal::new("row-ragged", message, help).at(number, None));
            }
            rows.take(&columns, number, &cells)?;
        }
        Ok(rows.series(columns))
    }
}

/// Which column is which.
struct Columns {
    count: usize,
    what: What,
    name: Option<usize>,
    passed_over: Vec<String>,
}

#[derive(Clone, Copy)]
enum What {
    Value(usize),
    Ratio { good: usize, total: usize },
}

impl Columns {
    fn of(headings: &[String], line: u64) -> Result<Self, Refusal> {
        let headings: Vec<String> = headings.iter().map(|name| name.to_lowercase()).collect();
        let find = |wanted: &str| headings.iter().position(|name| name == wanted);
        let what = match (find("value"), find("good"), find("total")) {
            (Some(value), None, None) => What::Value(value),
            (None, Some(good), Some(total)) => What::Ratio { good, total },
            (found, ..) => {
                let message = match found {
                    Some(_) => "there are single values and ratios side by side",
                    None => "there is no column `value`, and there are not both `good` and `total`",
                };
                let help = "name the columns in the first line: `value`, or `good,total`";
                return Err(Refusal::new("columns-unknown", message, help).at(line, None));
            }
        };
        let name = NAMES.into_iter().find_map(find);
        let used = match what {
            What::Value(value) => [Some(value), None, name],
            What::Ratio { good, total } => [Some(good), Some(total), name],
        };
        let others = headings.iter().enumerate();
        let others = others.filter(|(index, _)| !used.contains(&Some(*index)));
        let passed_over = others.map(|(_, name)| name.clone()).collect();
        Ok(Self {
            count: headings.len(),
            what,
            name,
            passed_over,
        })
    }
}

/// What was read so far.
#[derive(Default)]
struct Rows {
    values: Vec<Option<f64>>,
    ratios: Vec<Option<Ratio>>,
    names: Vec<String>,
    lines: Vec<u64>,
    /// Empty lines since the last reading.
    empty: Vec<u64>,
}

impl Rows {
    fn take(&mut self, columns: &Columns, line: u64, cells: &[String]) -> Result<(), Refusal> {
        let empty = std::mem::take(&mut self.empty);
        if matches!(columns.what, What::Value(_)) && columns.count == 1 {
            self.values.extend(empty.iter().map(|_| None));
            self.lines.extend(empty);
        }
        let cell = |index: usize| cells.get(index).map_or("", String::as_str);
        match columns.what {
            What::Value(value) => self.values.push(number(cell(value), line, "value")?),
            What::Ratio { good, total } => {
                let good = count(cell(good), line, "good")?;
                let total = count(cell(total), line, "total")?;
                self.ratios.push(ratio(good, total, line)?);
            }
        }
        if let Some(name) = columns.name {
            let name = cell(name);
            if name.chars().count() > NAME_CHARS_MAX {
                let message = format!("a name of more than {NAME_CHARS_MAX} characters");
                let help = "name readings by their month or day";
                return Err(Refusal::new("name-too-long", message, help).at(line, None));
            }
            self.names.push(name.to_owned());
        }
        self.lines.push(line);
        if self.lines.len() > POINTS_MAX {
            let error = TrendError::TooManyPoints {
                points: self.lines.len(),
            };
            return Err(Refusal::new(error.code(), error.to_string(), error.help()).at(line, None));
        }
        Ok(())
    }

    fn series(self, columns: Columns) -> Series {
        Series {
            cells: match columns.what {
                What::Value(_) => Cells::Values(self.values),
                What::Ratio { .. } => Cells::Ratios(self.ratios),
            },
            lines: self.lines,
            names: columns.name.map(|_| self.names),
            passed_over: columns.passed_over,
        }
    }
}

/// The most frequent of the three in the heading, a comma if there is none.
fn separator(heading: &str) -> u8 {
    let count = |wanted: u8| heading.bytes().filter(|byte| *byte == wanted).count();
    // The last of equals is taken.
    let found = [b'\t', b';', b','].into_iter().max_by_key(|it| count(*it));
    found.unwrap_or(b',')
}

/// The cells of one line, without the white space around them.
fn cells(number: u64, line: &str, separator: u8) -> Result<Vec<String>, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .from_reader(line.as_bytes());
    let malformed = |what: String| {
        let help = "a cell is one line; quotes around it are doubled within it";
        Refusal::new("row-malformed", what, help).at(number, None)
    };
    let record = match reader.records().next() {
        Some(Ok(record)) => record,
        Some(Err(error)) => return Err(malformed(format!("the line cannot be read: {error}"))),
        None => return Err(malformed("the line cannot be read".to_owned())),
    };
    if line.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err(malformed("a quote is opened and not closed".to_owned()));
    }
    Ok(record.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// A number as programs write it; an empty cell is a gap.
fn number(cell: &str, line: u64, column: &'static str) -> Result<Option<f64>, Refusal> {
    if cell.is_empty() {
        return Ok(None);
    }
    let number: Option<f64> = cell.parse().ok().filter(|number: &f64| number.is_finite());
    match number {
        Some(number) if number.abs() <= MAGNITUDE_MAX => Ok(Some(number)),
        Some(_) => {
            let message = format!("`{cell}` in column `{column}` lies beyond {MAGNITUDE_MAX:e}");
            let refusal = Refusal::new("reading-too-large", message, "choose a larger unit");
            Err(refusal.at(line, Some(column)))
        }
        None => {
            let message = format!("`{cell}` in column `{column}` is not a finite number");
            let help = "write it like 12.9; leave the cell empty where nothing was measured";
            let refusal = Refusal::new("reading-not-finite", message, help);
            Err(refusal.at(line, Some(column)))
        }
    }
}

/// A number of things. `19.0` is one too: so programs write whole numbers beside empty cells.
fn count(cell: &str, line: u64, column: &'static str) -> Result<Option<u64>, Refusal> {
    let Some(number) = number(cell, line, column)? else {
        return Ok(None);
    };
    if number < 0.0 || number.trunc() < number {
        let message = format!("`{cell}` in column `{column}` is not a number of things");
        let code = if number < 0.0 {
            "reading-negative"
        } else {
            "reading-not-whole"
        };
        let help = "a ratio is made of two whole numbers that are not below zero";
        return Err(Refusal::new(code, message, help).at(line, Some(column)));
    }
    // Whole, not negative and bounded, so the cast changes nothing.
    Ok(Some(number as u64))
}

fn ratio(good: Option<u64>, total: Option<u64>, line: u64) -> Result<Option<Ratio>, Refusal> {
    match (good, total) {
        (None, None) => Ok(None),
        (Some(good), Some(total)) => Ok(Some(Ratio { good, total })),
        (good, _) => {
            let empty = if good.is_none() { "good" } else { "total" };
            let message = format!("`{empty}` is empty and the other is not");
            let help = "fill both, or leave both empty where nothing was measured";
            Err(Refusal::new("ratio-half-empty", message, help).at(line, Some(empty)))
        }
    }
}
