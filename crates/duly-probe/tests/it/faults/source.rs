//! What lies on a small company's server, and how it changes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::dice::Dice;

/// Fills a source: letters, a database, logs, a profile folder.
pub fn fill(source: &Path, dice: &mut Dice) {
    for folder in [
        "docs",
        "docs/2025",
        "docs/2026",
        "db",
        "log",
        "profiles/tess",
    ] {
        fs::create_dir_all(source.join(folder)).expect("a folder");
    }
    for number in 0..100 {
        for folder in ["docs/2025", "docs/2026", "profiles/tess"] {
            let length = 200 + dice.below(4_000);
            let content = dice.bytes(length);
            write(
                &source.join(folder).join(format!("{number:03}.bin")),
                &content,
            );
        }
    }
    write(&source.join("db/app.sqlite"), &database(dice));
    for number in 0..4 {
        let name = if number == 0 {
            "app.log".to_owned()
        } else {
            format!("app.log.{number}")
        };
        let length = 20_000 + number * 10;
        write(&source.join("log").join(name), &dice.bytes(length));
    }
}

/// A file with SQLite's header and half a megabyte of pages.
fn database(dice: &mut Dice) -> Vec<u8> {
    let mut content = b"SQLite format 3\0".to_vec();
    content.extend(dice.bytes(512 * 1024));
    content
}

/// Writes a file anew.
pub fn write(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// A day's work: a few letters written, one deleted, the log grown.
pub fn work_a_day(source: &Path, dice: &mut Dice) {
    for _ in 0..5 {
        let name = format!("docs/2026/{:03}.bin", 1 + dice.below(99));
        let content = dice.bytes(1_000);
        write(&source.join(name), &content);
    }
    let mut log = fs::File::options()
        .append(true)
        .open(source.join("log/app.log"))
        .expect("a log");
    log.write_all(&dice.bytes(3_000)).expect("a log");
}

/// Every file of the source, sorted, without database and canary.
pub fn letters(source: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["docs/2025", "docs/2026", "profiles/tess"]
        .iter()
        .flat_map(|folder| fs::read_dir(source.join(folder)).expect("a folder"))
        .map(|entry| entry.expect("a name").path())
        .collect();
    files.sort();
    files
}

/// Changes 40 % of all letters: rewritten, deleted, made anew.
pub fn churn(source: &Path, dice: &mut Dice) {
    let files = letters(source);
    let count = files.len() * 4 / 10;
    for (number, path) in files.iter().take(count).enumerate() {
        match number % 4 {
            0 => fs::remove_file(path).expect("deleted"),
            _ => {
                let length = 100 + dice.below(5_000);
                let content = dice.bytes(length);
                write(path, &content);
            }
        }
        if number % 4 == 0 {
            let content = dice.bytes(900);
            write(&path.with_extension("new"), &content);
        }
    }
}

/// `logrotate`: the oldest goes, each moves one on, a new one begins.
pub fn rotate_logs(source: &Path, dice: &mut Dice) {
    let log = |number: usize| match number {
        0 => source.join("log/app.log"),
        _ => source.join(format!("log/app.log.{number}")),
    };
    fs::remove_file(log(3)).expect("the oldest");
    for number in (0..3).rev() {
        fs::rename(log(number), log(number + 1)).expect("moved on");
    }
    let content = dice.bytes(500);
    write(&log(0), &content);
}

/// Content changed with size and time of content kept.
pub fn rewrite_keeping_time(path: &Path, content: &[u8]) {
    let before = fs::metadata(path)
        .expect("there")
        .modified()
        .expect("a time");
    let mut file = fs::File::options().write(true).open(path).expect("there");
    file.write_all(content).expect("written");
    file.set_modified(before).expect("its old time");
}
