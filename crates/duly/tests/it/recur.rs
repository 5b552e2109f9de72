//! `duly recur`: dates, instants, refusals and exit codes.

use serde_json::json;

use crate::called::duly;

fn dates(rule: &str, from: &str, count: &str, more: &[&str]) -> Vec<String> {
    let mut arguments = vec!["recur", rule, "--from", from, "--count", count, "--json"];
    arguments.extend(more);
    let called = duly(&arguments);
    assert_eq!(called.code, 0, "{}", called.said);
    let json = called.json();
    let occurrences = json["occurrences"].as_array().unwrap();
    let date = |occurrence: &serde_json::Value| occurrence["date"].as_str().unwrap().to_owned();
    occurrences.iter().map(date).collect()
}

#[test]
fn words_and_rfc_5545_give_the_same_dates() {
    let words = dates("2nd tuesday, 4th tuesday", "2026-01-01", "3", &[]);
    assert_eq!(words, ["2026-01-13", "2026-01-27", "2026-02-10"]);
    assert_eq!(
        dates("FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-01-01", "3", &[]),
        words
    );
}

#[test]
fn an_interval_counts_from_the_first_date_if_the_rule_does_not_say() {
    let every_other = dates("every 2 weeks on monday", "2026-01-05", "3", &[]);
    assert_eq!(every_other, ["2026-01-05", "2026-01-19", "2026-02-02"]);
    let said = dates(
        "every 2 weeks on monday from 2025-12-29",
        "2026-01-05",
        "2",
        &[],
    );
    assert_eq!(said, ["2026-01-12", "2026-01-26"]);
}

#[test]
fn business_days_take_a_calendar_that_ships() {
    let calendar = ["--calendar", "england"];
    let last = dates("last business day", "2026-12-01", "1", &calendar);
    assert_eq!(last, ["2026-12-31"]);
    let second = dates("first business day + 1", "2026-01-01", "1", &calendar);
    assert_eq!(second, ["2026-01-05"]);
    let without = duly(&["recur", "last business day", "--from", "2026-12-01"]);
    assert_eq!(without.code, 64);
    assert!(without.said.contains("calendar-needed"), "{}", without.said);
}

#[test]
fn a_calendar_without_the_year_cannot_be_evaluated() {
    let arguments = [
        "recur",
        "last business day",
        "--from",
        "2036-01-01",
        "--json",
    ];
    let called = duly(&[&arguments[..], &["--calendar", "england"]].concat());
    assert_eq!(called.code, 2);
    assert_eq!(
        called.json()["refusals"][0]["code"],
        "calendar-year-missing"
    );
}

#[test]
fn a_time_of_day_gives_the_instants_of_its_zone() {
    let called = duly(&[
        "recur",
        "8, 9",
        "--from",
        "2024-09-08",
        "--count",
        "2",
        "--at",
        "00:00",
        "--tz",
        "America/Santiago",
        "--json",
    ]);
    // The clocks went forward at midnight, so that the eighth had no 00:00.
    let expected = json!({ "occurrences": [
        { "date": "2024-09-08", "at": "00:00", "instant": "2024-09-08T04:00:00Z" },
        { "date": "2024-09-09", "at": "00:00", "instant": "2024-09-09T03:00:00Z" },
    ] });
    assert_eq!(called.json(), expected);
    assert_eq!(called.code, 0);
}

#[test]
fn a_refused_rule_is_pointed_at_and_exits_1() {
    let called = duly(&[
        "recur",
        "every month on 31",
        "--from",
        "2026-01-01",
        "--json",
    ]);
    assert_eq!(called.code, 1);
    let json = called.json();
    let refusal = &json["refusals"][0];
    assert_eq!(refusal["code"], "schedule-day-without-clamp");
    assert_eq!(refusal["column"], 16);
    assert!(
        called.said.contains("\n                 ^\n"),
        "{}",
        called.said
    );
}

#[test]
fn wrong_usage_exits_64() {
    let wrong = [
        vec!["recur", "every day"],
        vec!["recur", "every day", "--from", "2026-02-30"],
        vec!["recur", "every day", "--from", "2026-01-01", "--count", "0"],
        vec![
            "recur",
            "every day",
            "--from",
            "2026-01-01",
            "--at",
            "09:00",
        ],
        vec![
            "recur",
            "every day",
            "--from",
            "2026-01-01",
            "--calendar",
            "nowhere",
        ],
        vec![
            "recur",
            "every day",
            "--from",
            "2026-01-01",
            "--at",
            "09:00",
            "--tz",
            "Nowhere/Else",
        ],
    ];
    for arguments in wrong {
        assert_eq!(duly(&arguments).code, 64, "{arguments:?}");
    }
}

#[test]
fn without_json_the_dates_are_lines_and_the_rule_is_given_back() {
    let called = duly(&["recur", "15 march", "--from", "2026-01-01", "--count", "2"]);
    assert_eq!(called.printed, "2026-03-15  Sun\n2027-03-15  Mon   +365\n");
    assert_eq!(called.said, "every year on 15 march\n");
}
