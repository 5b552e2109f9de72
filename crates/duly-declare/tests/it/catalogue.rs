//! The starter catalogue: accepted, equal to its files, as often a year as it is meant to be, and
//! written as a service manager would write it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use duly_core::process::{Gate, Process};
use duly_core::schedule::expand::occurrences;
use duly_declare::{calendars, catalogue, catalogue_text, check};
use jiff::civil::date;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes")
}

#[test]
fn every_file_passes_the_check_and_is_embedded_as_it_is() {
    let checked = check(&[directory()], None).unwrap();
    assert_eq!(checked.refusals, []);
    assert_eq!(checked.files, 15);
    let files: Vec<&Process> = checked
        .declared
        .iter()
        .map(|declared| &declared.process)
        .collect();
    assert_eq!(files, catalogue().iter().collect::<Vec<_>>());
    for declared in &checked.declared {
        let name = declared.file.file_stem().unwrap().to_str().unwrap();
        assert_eq!(declared.process.process.as_str(), name);
        let text = std::fs::read_to_string(&declared.file).unwrap();
        assert_eq!(catalogue_text(name), Some(text.as_str()));
    }
    assert_eq!(catalogue_text("none"), None);
}

/// How often each is due in a year whose only closed days are weekends; from the catalogue's own
/// description, not from the files. 2026 has 261 weekdays, 52 Tuesdays and Wednesdays and 53
/// Thursdays.
#[test]
fn each_process_is_due_as_often_a_year_as_it_is_meant_to_be() {
    let expected = BTreeMap::from([
        ("acct.review", 12),
        ("av.coverage", 53),
        ("av.functional", 12),
        ("backup.jobs", 261),
        ("backup.offsite", 52),
        ("backup.restore-test", 24),
        ("backup.scope", 4),
        ("bc.exercise", 2),
        ("comms.certs-vpn", 12),
        ("comms.mail", 12),
        ("fw.firmware", 12),
        ("fw.review", 4),
        ("fw.subscriptions", 12),
        ("gov.oversight", 12),
        ("patch.critical", 52),
    ]);
    let weekends = calendars::calendar("weekends").unwrap();
    let (from, to) = (date(2026, 1, 1), date(2026, 12, 31));
    for process in catalogue() {
        let dates = occurrences(&process.schedule.recurrence, Some(weekends), from, to).unwrap();
        assert_eq!(
            dates.len(),
            expected[process.process.as_str()],
            "{}",
            process.process
        );
    }
}

#[test]
fn restore_tests_fall_on_the_second_and_fourth_tuesday() {
    let test = catalogue()
        .iter()
        .find(|p| p.process.as_str() == "backup.restore-test");
    let recurrence = &test.unwrap().schedule.recurrence;
    let dates = occurrences(recurrence, None, date(2026, 1, 1), date(2026, 3, 31)).unwrap();
    let expected = [(1, 13), (1, 27), (2, 10), (2, 24), (3, 10), (3, 24)];
    assert_eq!(dates, expected.map(|(month, day)| date(2026, month, day)));
}

#[test]
fn oversight_falls_five_business_days_into_the_next_month() {
    let oversight = catalogue()
        .iter()
        .find(|p| p.process.as_str() == "gov.oversight");
    let recurrence = &oversight.unwrap().schedule.recurrence;
    let england = calendars::calendar("england");
    // The last business day of April 2026 is Thursday the 30th; Monday 4 May is a holiday.
    let dates = occurrences(recurrence, england, date(2026, 5, 1), date(2026, 5, 31)).unwrap();
    assert_eq!(dates, [date(2026, 5, 8)]);
}

#[test]
fn every_checklist_has_three_to_six_steps_or_measures_all_and_one_cannot_be_left_out() {
    for process in catalogue() {
        let steps = process.checklist.len();
        // What needs no person on a good day is not padded for one to tick.
        let is_measured = process.checklist.iter().all(|step| step.probe.is_some());
        let few = if is_measured { 1 } else { 3 };
        assert!((few..=6).contains(&steps), "{}: {steps}", process.process);
        let critical = process
            .checklist
            .iter()
            .any(|step| step.gate == Gate::Critical);
        assert!(critical, "{}", process.process);
        assert!(process.why.is_some(), "{}", process.process);
    }
}

#[test]
fn steps_are_measured_only_by_probes_that_exist() {
    let probed: Vec<(String, String)> = catalogue()
        .iter()
        .flat_map(|process| {
            let of = |probe: &String| (process.process.to_string(), probe.clone());
            process
                .checklist
                .iter()
                .filter_map(|step| step.probe.as_ref())
                .map(of)
                .collect::<Vec<_>>()
        })
        .collect();
    let expected = [
        ("backup.jobs", "backup.presence"),
        ("backup.restore-test", "backup.restore"),
    ];
    let expected = expected.map(|(process, probe)| (process.to_owned(), probe.to_owned()));
    assert_eq!(probed, expected);
}

#[test]
fn the_published_form_of_every_process_reads_back_exactly() {
    for process in catalogue() {
        let text = serde_json::to_string(&process).unwrap();
        let back: Process = serde_json::from_str(&text).unwrap();
        assert_eq!(back, *process);
    }
}
