//! Every refusal: one edit of the sample, one reason, at the very words that were edited. That
//! exactly one reason is given is part of each case: a refusal that drags others along teaches
//! people to ignore all but the first.

use std::collections::BTreeSet;

use duly_declare::{Code, Refusal, load, load_on};
use jiff::civil::date;

use crate::edits::{CASES, ON, sample_with};
use crate::sample::SAMPLE;

fn refusals(text: &str) -> Vec<Refusal> {
    load(text.as_bytes(), "a.yaml").expect_err("accepted")
}

fn codes(text: &str) -> Vec<Code> {
    refusals(text).iter().map(|refusal| refusal.code).collect()
}

#[test]
fn each_edit_of_the_sample_is_refused_for_one_reason_at_its_own_place() {
    let mut wrong = Vec::new();
    for case in CASES {
        let text = sample_with(case.from, case.to);
        let refusals = refusals(&text);
        let found: Vec<(Code, &str)> = refusals
            .iter()
            .map(|refusal| {
                (
                    refusal.code,
                    text[refusal.span.start..].lines().next().unwrap_or(""),
                )
            })
            .collect();
        let right = found.len() == 1 && found[0].0 == case.code && {
            let rest = &text[refusals[0].span.start..];
            rest.starts_with(case.caret)
        };
        if !right {
            wrong.push(format!("{:?} => {:?}: {found:?}", case.from, case.to));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_refusal_says_what_to_write_and_points_at_its_line() {
    for case in CASES {
        let text = sample_with(case.from, case.to);
        for refusal in refusals(&text) {
            assert!(
                !refusal.message.is_empty() && !refusal.help.is_empty(),
                "{refusal:?}"
            );
            let line = text.split('\n').nth(refusal.line - 1).unwrap();
            let begin: usize = text
                .split_inclusive('\n')
                .take(refusal.line - 1)
                .map(str::len)
                .sum();
            let before = &text[begin..refusal.span.start];
            assert_eq!(before.chars().count() + 1, refusal.column, "{refusal:?}");
            assert!(line.len() >= before.len(), "{refusal:?}");
        }
    }
}

#[test]
fn each_of_the_three_elements_is_refused_when_missing_and_when_empty() {
    let cut = |from: &str, to: &str| {
        let begin = SAMPLE.find(from).unwrap();
        let end = to
            .is_empty()
            .then_some(SAMPLE.len())
            .or_else(|| SAMPLE.find(to))
            .unwrap();
        (SAMPLE[..begin].to_owned(), SAMPLE[end..].to_owned())
    };
    let elements = [
        (
            "checklist:",
            "quality_control:",
            Code::ChecklistMissing,
            Code::ChecklistEmpty,
            "[]",
        ),
        (
            "quality_control:",
            "oversight:",
            Code::QualityControlMissing,
            Code::QualityControlEmpty,
            "{}",
        ),
        (
            "oversight:",
            "",
            Code::OversightMissing,
            Code::OversightEmpty,
            "{}",
        ),
    ];
    for (from, to, missing, empty, nothing) in elements {
        let (before, after) = cut(from, to);
        assert_eq!(codes(&format!("{before}{after}")), [missing], "{from}");
        for nothing in [nothing, "", "~", "null"] {
            let text = format!("{before}{from} {nothing}\n{after}");
            let refusals = refusals(&text);
            let found: Vec<Code> = refusals.iter().map(|refusal| refusal.code).collect();
            assert_eq!(found, [empty], "{from} {nothing}");
            assert!(text[refusals[0].span.start..].starts_with(from));
        }
    }
}

#[test]
fn oversight_without_measures_is_refused() {
    let begin = SAMPLE.find("  measures:").unwrap();
    assert_eq!(codes(&SAMPLE[..begin]), [Code::MeasuresMissing]);
    assert_eq!(
        codes(&format!("{}  measures: []\n", &SAMPLE[..begin])),
        [Code::MeasuresMissing]
    );
}

#[test]
fn all_problems_of_a_file_are_reported_in_one_go() {
    let mut text = SAMPLE.to_owned();
    for (from, to) in [
        ("title: Restore", "titel: Restore"),
        ("effective: 2026-01-01", "effective: soon"),
        ("4th tuesday", "4th tuseday"),
        ("checks: manager", "checks: technician"),
        ("gate: standard", "gate: maybe"),
        ("unit: ratio, ", ""),
        ("- missed:", "- late:"),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replacen(from, to, 1);
    }
    assert_eq!(
        codes(&text),
        [
            Code::UnknownKey,
            Code::BadDate,
            Code::ScheduleUnknownWord,
            Code::RoleChecksItself,
            Code::UnknownWord,
            Code::MissedRuleMissing,
            Code::MeasureWithoutUnit,
        ]
    );
}

#[test]
fn two_measures_of_one_name_are_refused() {
    let measure = SAMPLE.lines().last().unwrap();
    assert_eq!(
        codes(&format!("{SAMPLE}{measure}\n")),
        [Code::MeasureRepeated]
    );
}

#[test]
fn a_text_longer_than_its_limit_is_refused_and_one_at_its_limit_is_not() {
    let why = |length: usize| {
        let from = "why: Backups reported as successful also fail.";
        sample_with(from, &format!("why: {}", "a".repeat(length)))
    };
    assert!(load(why(2_000).as_bytes(), "a.yaml").is_ok());
    assert_eq!(codes(&why(2_001)), [Code::TextTooLong]);
}

#[test]
fn more_steps_than_anyone_reads_are_refused() {
    let steps = |count: usize| {
        let steps: String = (0..count)
            .map(|n| format!("  - {{ id: s{n}, do: It, evidence: [note], gate: standard }}\n"))
            .collect();
        sample_with("quality_control:\n", &format!("{steps}quality_control:\n"))
    };
    assert!(load(steps(38).as_bytes(), "a.yaml").is_ok());
    assert_eq!(codes(&steps(39)), [Code::TooManyItems]);
}

#[test]
fn more_problems_than_a_person_reads_are_counted_and_not_shown() {
    let keys: String = (0..300).map(|n| format!("unknown{n}: 1\n")).collect();
    let refusals = refusals(&format!("{SAMPLE}{keys}"));
    assert_eq!(refusals.len(), duly_declare::REFUSALS_MAX + 1);
    let last = refusals.last().unwrap();
    assert_eq!(last.code, Code::TooManyRefusals);
    assert!(last.message.starts_with("100 more"), "{}", last.message);
}

#[test]
fn an_empty_file_a_scalar_and_a_list_are_no_process() {
    assert_eq!(codes(""), [Code::EmptyFile]);
    assert_eq!(codes("# nothing yet\n"), [Code::EmptyFile]);
    assert_eq!(codes("hello"), [Code::WrongType]);
    assert_eq!(codes("- a\n- b\n"), [Code::WrongType]);
}

#[test]
fn a_file_of_64_kib_is_read_and_one_byte_more_is_not() {
    let padded = |length: usize| {
        let comment = "#".repeat(length - SAMPLE.len() - 1);
        format!("{SAMPLE}{comment}\n")
    };
    assert!(load(padded(64 * 1024).as_bytes(), "a.yaml").is_ok());
    assert_eq!(codes(&padded(64 * 1024 + 1)), [Code::FileTooLarge]);
}

#[test]
fn latin1_is_refused_with_byte_and_line() {
    let text = SAMPLE.replacen("Restore a real backup", "Pr\u{FC}fung", 1);
    let (before, after) = text.split_once('\u{FC}').unwrap();
    let bytes = [before.as_bytes(), b"\xFC", after.as_bytes()].concat();
    let refusals = load(&bytes, "a.yaml").unwrap_err();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].code, Code::NotUtf8);
    assert_eq!((refusals[0].line, refusals[0].column), (3, 10));
    assert!(refusals[0].message.contains("0xFC"));
    assert_eq!(bytes[refusals[0].span.clone()], *b"\xFC");
}

#[test]
fn the_400_days_are_counted_from_today_if_that_is_later() {
    let once = sample_with(ON, "dates: [2026-03-01]");
    assert!(load(once.as_bytes(), "a.yaml").is_ok());
    assert!(load_on(once.as_bytes(), "a.yaml", date(2025, 6, 1)).is_ok());
    let late = load_on(once.as_bytes(), "a.yaml", date(2026, 3, 2)).unwrap_err();
    assert_eq!(late[0].code, Code::NoOccurrence);
    // 400 days after 2026-01-01 is 2027-02-05.
    assert!(load(sample_with(ON, "dates: [2027-02-05]").as_bytes(), "a.yaml").is_ok());
    assert_eq!(
        codes(&sample_with(ON, "dates: [2027-02-06]")),
        [Code::NoOccurrence]
    );
}

#[test]
fn a_calendar_without_the_year_is_refused_where_it_matters() {
    let named = sample_with("calendar: client, roll", "calendar: england, roll");
    let far = named.replace("effective: 2026-01-01", "effective: 2040-01-01");
    assert!(load(far.as_bytes(), "a.yaml").is_ok());
    let counting = far.replace(ON, "on: first business day");
    assert_eq!(codes(&counting), [Code::CalendarYearMissing]);
}

#[test]
fn did_you_mean_is_said_where_a_word_is_near() {
    for (from, to, near) in [
        ("title: Restore", "titel: Restore", "`title`"),
        ("better: up", "beter: up", "`better`"),
        ("does: technician", "does: technican", "`technician`"),
        ("- too_fast:", "- to_fast:", "`too_fast`"),
        ("- too_fast:", "- too-fast:", "`too_fast`"),
        (
            "probe: backup.restore",
            "probe: backup.restor",
            "`backup.restore`",
        ),
        ("tz: client", "tz: Europe/Lodnon", "`Europe/London`"),
        ("measures:", "kpis:", "`measures`"),
        ("satisfies:", "controls:", "`satisfies`"),
        (
            "calendar: client, roll",
            "calendar: englnd, roll",
            "`england`",
        ),
        (
            "good: compare.equal",
            "good: compare.eqal",
            "`compare.equal`",
        ),
    ] {
        let refusals = refusals(&sample_with(from, to));
        let help = &refusals[0].help;
        assert!(
            help.starts_with("did you mean") && help.contains(near),
            "{to}: {help}"
        );
    }
}

/// Codes whose test is not a case above.
const ELSEWHERE: [Code; 16] = [
    Code::FileTooLarge,
    Code::NotUtf8,
    Code::EmptyFile,
    Code::TooDeep,
    Code::TooManyValues,
    Code::TooManyRefusals,
    Code::TextTooLong,
    Code::TooManyItems,
    Code::ChecklistMissing,
    Code::ChecklistEmpty,
    Code::QualityControlMissing,
    Code::QualityControlEmpty,
    Code::OversightMissing,
    Code::OversightEmpty,
    Code::MeasuresMissing,
    Code::MeasureRepeated,
];

#[test]
fn every_code_there_is_has_a_test() {
    let tested: BTreeSet<Code> = CASES
        .iter()
        .map(|case| case.code)
        .chain(ELSEWHERE)
        .chain([Code::CalendarYearMissing, Code::ProcessRepeated])
        .collect();
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(
        all.difference(&tested).collect::<Vec<_>>(),
        Vec::<&Code>::new()
    );
}
