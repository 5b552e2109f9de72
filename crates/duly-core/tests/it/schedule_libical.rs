//! Second opinion: the recurrence cases of libical, an independent implementation. Every case in
//! the covered subset must match; the others must be refused, each for the reason in the table.
//!
//! The cases are read from the corpus; without it the test says so and passes.

use std::collections::BTreeMap;

use duly_core::schedule::rrule::Rrule;
use jiff::civil::Date;

/// Code, number of cases and name of everything refused; the reason for each code is in
/// `schedule/rrule/parse.rs`, where it is refused. The two `rrule-combination` cases are
/// `FREQ=YEARLY;BYMONTHDAY=…` without `BYMONTH`, which libical reads as "in DTSTART's month" and
/// others as "in every month".
const REFUSED: &str = include_str!("fixtures/libical_refused.tsv");

/// Cases in the covered subset, all of which match.
const COVERED: usize = 73;

/// A case of libical's file.
struct Case {
    name: String,
    rule: String,
    start: String,
    instances: String,
}

/// Reads `RRULE:`, `DTSTART:` and `INSTANCES:` lines, named by the first comment line above them.
fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut name = String::new();
    let mut below_comment = false;
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            if !below_comment {
                name = comment.to_owned();
            }
            below_comment = true;
        } else if let Some(rule) = line.strip_prefix("RRULE:") {
            cases.push(Case {
                name: name.clone(),
                rule: rule.to_owned(),
                start: String::new(),
                instances: String::new(),
            });
            below_comment = false;
        } else if let Some(start) = line.strip_prefix("DTSTART:") {
            cases.last_mut().unwrap().start = start.to_owned();
        } else if let Some(instances) = line.strip_prefix("INSTANCES:") {
            cases.last_mut().unwrap().instances = instances.to_owned();
        }
    }
    cases
}

/// `19970902T090000` as a date and the rest.
fn dated(text: &str) -> (Date, &str) {
    let (date, time) = text.split_at(8);
    (date.parse().unwrap(), time.trim_end_matches('Z'))
}

/// What our expander gives for a case; `COUNT` and `UNTIL`, which duly refuses, are applied here.
fn ours(case: &Case) -> Result<Vec<Date>, &'static str> {
    let (start, start_time) = dated(&case.start);
    let is_bound = |part: &&str| part.starts_with("COUNT=") || part.starts_with("UNTIL=");
    let (bounds, rest): (Vec<&str>, Vec<&str>) = case.rule.split(';').partition(is_bound);
    let rule = Rrule::parse(&rest.join(";")).map_err(|error| error.code)?;
    let mut dates = Vec::new();
    let end = start.saturating_add(jiff::Span::new().years(90));
    rule.dates(Some(start), start, end, &mut dates);
    for bound in bounds {
        let (name, value) = bound.split_once('=').unwrap();
        if name == "COUNT" {
            dates.truncate(value.parse().unwrap());
        } else {
            let (until, until_time) = dated(value);
            let with_last = until_time.is_empty() || until_time >= start_time;
            dates.retain(|date| *date < until || (*date == until && with_last));
        }
    }
    Ok(dates)
}

#[test]
fn every_covered_case_of_libical_matches_and_the_others_are_refused_as_listed() {
    let Some(corpus) = std::env::var_os("DULY_CORPUS") else {
        println!("skipped: DULY_CORPUS is not set, so libical's cases are not there");
        return;
    };
    let file = std::path::Path::new(&corpus).join("rrule/icalrecur_test.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let mut refused: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut matched = 0;
    let mut differing = Vec::new();
    for case in cases(&text) {
        match ours(&case) {
            Err(code) => *refused.entry((code, case.name)).or_default() += 1,
            Ok(dates) => {
                let expected = case.instances.split(',').map(|instance| dated(instance).0);
                if expected.eq(dates.iter().copied()) {
                    matched += 1;
                } else {
                    differing.push(format!("{}: {} gives {dates:?}", case.name, case.rule));
                }
            }
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
    let listed = |((code, name), count)| format!("{code}\t{count}\t{name}");
    let refused: Vec<String> = refused.into_iter().map(listed).collect();
    let expected: Vec<&str> = REFUSED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(refused, expected);
    assert_eq!(matched, COVERED);
}
