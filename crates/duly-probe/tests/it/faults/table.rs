//! The table: what restic says about each fault, beside what duly says. Made anew each time.

use std::fmt::Write;

use duly_core::verdict::{Judgement, Verdict};
use duly_probe::run::Program;

use super::scenario::{Scenario, all};
use super::world::World;

/// Where the table begins and ends in the documentation.
pub const MARKS: [&str; 2] = [
    "<!-- the fault table begins -->",
    "<!-- the fault table ends -->",
];

/// What came of a scenario.
pub struct Row {
    /// restic's status at the last backup.
    pub backup: Option<i32>,
    /// `restic check`.
    pub check: i32,
    /// `restic check --read-data`.
    pub read_data: i32,
    /// What duly says.
    pub judgement: Judgement,
}

/// Makes a scenario happen and asks everybody.
pub fn row(scenario: &Scenario, reader: &Program, seed: u64) -> Row {
    let mut world = World::new(reader.clone(), seed);
    (scenario.happen)(&mut world);
    Row {
        backup: world.backup_status,
        check: world.restic(&["check"]),
        read_data: world.restic(&["check", "--read-data"]),
        judgement: world.verify(),
    }
}

/// Whether duly said what it has to say.
pub fn as_expected(scenario: &Scenario, judgement: &Judgement) -> Result<(), String> {
    let first = judgement.reasons.first().map(|reason| reason.code.as_str());
    if judgement.verdict == scenario.verdict() && first == scenario.reason {
        Ok(())
    } else {
        Err(format!(
            "{}: expected {} for {:?}, got {judgement:#?}",
            scenario.name,
            scenario.verdict().word(),
            scenario.reason
        ))
    }
}

/// The whole table and whatever was not as expected.
pub fn table(reader: &Program, seed: u64, mut tell: impl FnMut(&str)) -> (String, Vec<String>) {
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
            "| {what} | `restic backup` | `restic check` | `… --read-data` | duly | first reason |\n\
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
        row.backup.map_or_else(String::new, quiet),
        quiet(row.check),
        quiet(row.read_data),
    )
}
