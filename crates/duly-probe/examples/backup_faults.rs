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

use std::fmt::Write;
use std::process::ExitCode;

use duly_core::verdict::{Judgement, Verdict};
use duly_probe::backup::answer;
use duly_probe::run::{Program, Stamp};

use faults::dice::{Dice, SEED_VARIABLE};
use faults::expected::{MARKS, as_expected};
use faults::scenario::{Scenario, all};
use faults::world::{World, restic_is_here};

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
    let (table, wrong) = table_of(&reader, seed, |title| eprintln!("… {title}"));
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

/// What came of a scenario.
struct Row {
    /// restic's status at the last backup.
    backup: Option<i32>,
    /// `restic check`.
    check: i32,
    /// `restic check --read-data`.
    read_data: i32,
    /// What duly says.
    judgement: Judgement,
}

/// Makes a scenario happen and asks everybody.
fn row(scenario: &Scenario, reader: &Program, seed: u64) -> Row {
    let mut world = World::new(reader.clone(), seed);
    (scenario.happen)(&mut world);
    Row {
        backup: world.backup_status,
        check: world.restic(&["check"]),
        read_data: world.restic(&["check", "--read-data"]),
        judgement: world.verify(),
    }
}

/// The whole table and whatever was not as expected.
fn table_of(reader: &Program, seed: u64, mut tell: impl FnMut(&str)) -> (String, Vec<String>) {
    let mut wrong = Vec::new();
    let mut text = String::new();
    for honest in [false, true] {
        let what = if honest {
            "honest change"
        } else {
            "what happened"
        };
        let _ = writeln!(
            text,
            "| {what} | `restic backup` | `restic check` | `… --read-data` | duly | first reason \
             |\n\
             |---|---|---|---|---|---|"
        );
        for scenario in all().filter(|scenario| scenario.reason.is_none() == honest) {
            tell(scenario.title);
            let row = row(scenario, reader, seed);
            if let Err(why) = as_expected(scenario, &row.judgement) {
                wrong.push(why);
            }
            let _ = writeln!(text, "{}", line(scenario, &row));
        }
        text.push('\n');
    }
    (text.trim_end().to_owned() + "\n", wrong)
}

fn line(scenario: &Scenario, row: &Row) -> String {
    let quiet = |status: i32| {
        let missed = scenario.reason.is_some() && status == 0;
        if missed {
            format!("**{status}**")
        } else {
            status.to_string()
        }
    };
    let judgement = &row.judgement;
    let first = judgement
        .reasons
        .first()
        .map_or("", |reason| reason.code.as_str());
    let first = if first.is_empty() {
        String::new()
    } else {
        format!("`{first}`")
    };
    let word = judgement.verdict.word();
    let word = if judgement.verdict == Verdict::Pass {
        word.to_owned()
    } else {
        format!("**{word}**")
    };
    format!(
        "| {} | {} | {} | {} | {word} | {first} |",
        scenario.title,
        match row.backup {
            Some(status) if scenario.during_backup => quiet(status),
            _ => "–".to_owned(),
        },
        quiet(row.check),
        quiet(row.read_data),
    )
}
