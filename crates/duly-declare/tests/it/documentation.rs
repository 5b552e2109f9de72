//! `docs/processes.md` against the program: its example is accepted, its reference is the grammar's
//! own, and it has a row for every code and none besides.

use std::collections::BTreeSet;

use duly_declare::{Code, load, reference};

const PAGE: &str = include_str!("../../../../docs/processes.md");

#[test]
fn the_example_is_accepted() {
    let (_, rest) = PAGE.split_once("```yaml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    assert_eq!(
        load(example.as_bytes(), "example")
            .map_err(|r| r[0].to_string())
            .err(),
        None
    );
}

#[test]
fn the_reference_is_what_the_program_prints() {
    let (_, rest) = PAGE
        .split_once("<!-- made by: duly schema --markdown -->\n")
        .unwrap();
    let (part, _) = rest.split_once("<!-- end -->").unwrap();
    assert!(
        part.trim() == reference().trim(),
        "`cargo xtask docs --write` mends it"
    );
}

#[test]
fn every_code_has_its_row_and_no_row_is_left_over() {
    let (_, refusals) = PAGE.split_once("\n## Refusals\n").unwrap();
    let rows = refusals.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(rows.len(), codes.len(), "a row stands twice");
    assert_eq!(rows.into_iter().collect::<BTreeSet<&str>>(), codes);
}

#[test]
fn the_yearly_counts_that_the_page_gives_are_those_of_the_schedules() {
    use duly_core::schedule::{expand::occurrences, words::rule};
    use jiff::civil::date;
    for (text, count) in [
        ("every 2 weeks on monday from 2026-01-05", 26),
        ("2nd tuesday, 4th tuesday", 24),
        ("last business day + 5", 12),
        ("day 31 clamp last day", 12),
        ("every quarter on 2nd tuesday of month 2", 4),
        ("every year on 15 march, 1st monday of october", 2),
    ] {
        let calendar = duly_declare::calendars::calendar("weekends");
        let (from, to) = (date(2026, 1, 1), date(2026, 12, 31));
        let dates = occurrences(&rule(text).unwrap(), calendar, from, to).unwrap();
        assert_eq!(dates.len(), count, "{text}");
    }
}

#[test]
fn every_field_that_a_condition_can_ask_for_has_its_row() {
    let (_, rest) = PAGE
        .split_once("<!-- made from: duly_declare::condition::fields -->\n")
        .unwrap();
    let (table, _) = rest.split_once("\n## ").unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let fields = duly_declare::condition::fields();
    let expected: Vec<String> = fields
        .iter()
        .map(|(name, of, about)| format!("| `{name}` | {of} | {about} |"))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_conditions_that_the_page_shows_can_be_read() {
    let (_, rest) = PAGE.split_once("```text\n").unwrap();
    let (examples, _) = rest.split_once("```").unwrap();
    for example in examples.lines() {
        if let Err(told) = duly_declare::condition::Condition::read(example) {
            panic!("{example}: {told}");
        }
    }
}
