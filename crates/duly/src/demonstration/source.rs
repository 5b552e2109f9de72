//! The files of a demonstration client: an office that writes letters and keeps one database, a
//! little more of both every working day.
//!
//! Everything follows from the client's name and the date, so that two demonstrations on one day
//! look alike. Nothing here knows about backups.

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;

/// Documents in the office on its first day; enough that a draw of 300 leaves most unread.
const DOCUMENTS_FIRST_DAY: u64 = 420;
/// Documents written on a working day.
const DOCUMENTS_PER_DAY: u64 = 4;
/// Rows that the database gains on a working day.
const ROWS_PER_DAY: u64 = 25;

/// An office and where its files lie.
pub struct Office {
    root: PathBuf,
    seed: u64,
}

impl Office {
    /// An office of this name with its files under `root`.
    #[must_use]
    pub fn new(root: PathBuf, name: &str) -> Self {
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { root, seed }
    }

    /// The folder of letters, invoices and lists.
    #[must_use]
    pub fn documents(&self) -> PathBuf {
        self.root.join("documents")
    }

    /// The folder of the database's nightly dump.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.root.join("database")
    }

    /// The file that must never be missing from a backup.
    #[must_use]
    pub fn dump(&self) -> PathBuf {
        self.database().join("appointments.dump")
    }

    /// Writes what the office has on its first day.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn open(&self, now: Timestamp) -> io::Result<()> {
        for number in 0..DOCUMENTS_FIRST_DAY {
            self.write_document(number, now)?;
        }
        fs::create_dir_all(self.database())?;
        // The folder does not become empty when the dump is left out, as it seldom does.
        let mut log = File::create(self.database().join("dump.log"))?;
        writeln!(log, "appointments: dumped every night")?;
        set_time(&log, now)?;
        self.append_rows(0, now)
    }

    /// Writes what one working day adds; `day` counts from 1.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn work(&self, day: u64, date: Date, now: Timestamp) -> io::Result<()> {
        let first = DOCUMENTS_FIRST_DAY + (day - 1) * DOCUMENTS_PER_DAY;
        for number in first..first + DOCUMENTS_PER_DAY {
            self.write_document(number, now)?;
        }
        let diary = self.documents().join("diary.txt");
        let mut file = File::options().create(true).append(true).open(&diary)?;
        writeln!(
            file,
            "{date}: {} letters out, all lists up to date",
            DOCUMENTS_PER_DAY
        )?;
        set_time(&file, now)?;
        self.append_rows(day, now)
    }

    fn write_document(&self, number: u64, now: Timestamp) -> io::Result<()> {
        let folder = match number % 3 {
            0 => "letters",
            1 => "invoices",
            _ => "lists",
        };
        let folder = self
            .documents()
            .join(folder)
            .join(format!("{:02}", number / 3 % 20));
        fs::create_dir_all(&folder)?;
        let mut random = Random(self.seed ^ number.wrapping_mul(0x9e37_79b9));
        let mut text = String::new();
        for line in 0..random.next() % 120 + 5 {
            let words = (0..9).filter_map(|_| WORDS.get(random.index(WORDS.len())).copied());
            text.push_str(&format!("{line:>4}  "));
            text.extend(words.flat_map(|word| [word, " "]));
            text.push('\n');
        }
        let path = folder.join(format!("{number:05}.txt"));
        let mut file = File::create(path)?;
        file.write_all(text.as_bytes())?;
        set_time(&file, now)
    }

    fn append_rows(&self, day: u64, now: Timestamp) -> io::Result<()> {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(self.dump())?;
        let mut random = Random(self.seed ^ day.wrapping_mul(0x85eb_ca6b));
        for row in 0..ROWS_PER_DAY {
            let number = day * ROWS_PER_DAY + row;
            writeln!(
                file,
                "{number}\t{:016x}\t{}",
                random.next(),
                random.next() % 500
            )?;
        }
        set_time(&file, now)
    }
}

/// The demonstration lives in the past, and so do its files.
fn set_time(file: &File, now: Timestamp) -> io::Result<()> {
    let modified = SystemTime::try_from(now).map_err(io::Error::other)?;
    file.set_times(FileTimes::new().set_modified(modified))
}

const WORDS: [&str; 24] = [
    "account",
    "answer",
    "appointment",
    "bread",
    "brother",
    "clinic",
    "delivery",
    "flour",
    "friday",
    "invoice",
    "letter",
    "monday",
    "number",
    "oven",
    "paper",
    "patient",
    "payment",
    "receipt",
    "room",
    "signed",
    "street",
    "table",
    "thanks",
    "tomorrow",
];

/// SplitMix64 (Steele, Lea and Flood, 2014): small, seedable, and of no use for secrets.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn index(&mut self, length: usize) -> usize {
        (self.next() % length as u64) as usize
    }
}
