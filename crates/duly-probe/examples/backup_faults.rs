//! Prints the table of faults in backups: what restic says about each, beside what duly says.
//!
//! Makes real repositories in a folder for temporary files and breaks them, at positions by
//! chance. With `--check FILE` it compares the table with the one in that document; with
//! `--write FILE` it puts it there.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a command for developers that cannot go on says where"
)]

#[path = "../tests/it/faults/mod.rs"]
mod faults;

use std::process::ExitCode;

use duly_probe::backup::answer;
use duly_probe::run::{Program, Stamp};

use faults::dice::{Dice, SEED_VARIABLE};
use faults::table::{MARKS, table};
use faults::world::restic_is_here;

/// The argument that makes this program the reader.
const READER: &str = "answer-as-the-reader";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [READER] => match answer(std::io::stdin().lock(), std::io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(70)
            }
        },
        [] => print(|table| {
            print!("{table}");
            true
        }),
        ["--check", file] => print(|table| {
            let same = documented(file).1 == table;
            if !same {
                eprintln!("the table in {file} is another; `--write {file}` mends it");
            }
            same
        }),
        ["--write", file] => print(|table| {
            let (before, _, after) = documented(file);
            let text = format!("{before}{}\n{table}{}{after}", MARKS[0], MARKS[1]);
            std::fs::write(file, text).expect("written");
            true
        }),
        _ => {
            eprintln!("usage: backup_faults [--check FILE | --write FILE]");
            ExitCode::from(64)
        }
    }
}

fn print(then: impl FnOnce(String) -> bool) -> ExitCode {
    if !restic_is_here() {
        return ExitCode::from(2);
    }
    let reader = Program {
        path: std::env::current_exe().expect("this program"),
        arguments: vec![READER.into()],
        stamp: Stamp::Own,
    };
    let seed = Dice::seed();
    eprintln!("positions by {SEED_VARIABLE}={seed}");
    let (table, wrong) = table(&reader, seed, |title| eprintln!("… {title}"));
    for why in &wrong {
        eprintln!("{why}");
    }
    if then(table) && wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A document before, in and after its table.
fn documented(file: &str) -> (String, String, String) {
    let text = std::fs::read_to_string(file).expect("the document");
    let (before, rest) = text.split_once(MARKS[0]).expect("the table's beginning");
    let (table, after) = rest.split_once(MARKS[1]).expect("the table's end");
    (
        before.to_owned(),
        table.trim_start().to_owned(),
        after.to_owned(),
    )
}
