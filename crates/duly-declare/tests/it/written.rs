//! What is written for editing, read again: the same process.

use duly_core::process::Process;
use duly_core::schedule::words::rule;
use duly_declare::{catalogue, load, write};

use crate::sample::SAMPLE;

fn assert_comes_back(process: &Process) {
    let text = write(process);
    match load(text.as_bytes(), "written") {
        Ok(again) => assert_eq!(again, *process, "{text}"),
        Err(refusals) => panic!("{}\n{text}", refusals[0]),
    }
}

#[test]
fn every_process_that_ships_comes_back_as_it_was() {
    for process in catalogue() {
        assert_comes_back(process);
    }
    assert_comes_back(&load(SAMPLE.as_bytes(), "sample").unwrap());
}

#[test]
fn every_kind_of_schedule_comes_back_as_it_was() {
    for text in [
        "every 3 days from 2026-01-01",
        "every business day",
        "every 2 weeks on monday, thursday from 2026-01-05",
        "day 31, 1st friday clamp last day",
        "last business day + 5",
        "first business day - 2",
        "every 2 quarters on last day of month 1, 15 of month 3 from 2026-01-01",
        "every year on 29 february, 1st monday of october clamp last day",
        "2026-03-02, 2026-09-07",
        "FREQ=MONTHLY;BYDAY=2TU",
    ] {
        let mut process = load(SAMPLE.as_bytes(), "sample").unwrap();
        process.schedule.recurrence = rule(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_comes_back(&process);
    }
}

#[test]
fn text_that_yaml_would_take_otherwise_comes_back_as_it_was() {
    for text in [
        "yes",
        "a: b # c",
        "\"quoted\" and \\ back",
        "- dash",
        "1.5",
        "trailing [bracket]",
        "it's plain",
        "Größe, 100 %",
    ] {
        let mut process = load(SAMPLE.as_bytes(), "sample").unwrap();
        process.title = text.to_owned();
        process.why = Some(format!("{text}\nand a second line"));
        process.checklist[1].text = format!("{text} {}", "and many more words ".repeat(20).trim());
        process.quality_control.rules[4].say = Some(text.to_owned());
        process.checklist[0].minutes = Some(3);
        process.minutes = Some(5);
        assert_comes_back(&process);
    }
}
