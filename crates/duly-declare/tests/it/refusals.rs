//! Every refusal: one edit of the sample, one reason, at the very words that were edited. That
//! exactly one reason is given is part of each case: a refusal that drags others along teaches
//! people to ignore all but the first.

use std::collections::BTreeSet;

use duly_declare::{Code, Refusal, load, load_on};
use jiff::civil::date;

use crate::sample::SAMPLE;

/// One edit of the sample and what is refused then.
pub struct Case {
    pub code: Code,
    /// Text of the sample, and what stands in its place.
    pub from: &'static str,
    pub to: &'static str,
    /// What the caret stands under, up to the line's end.
    pub caret: &'static str,
    /// Whether a JSON Schema can refuse it too.
    pub structural: bool,
}

pub fn sample_with(from: &str, to: &str) -> String {
    assert_eq!(
        SAMPLE.matches(from).count(),
        1,
        "{from:?} is not once in the sample"
    );
    SAMPLE.replacen(from, to, 1)
}

macro_rules! cases {
    ($($code:ident $kind:ident: $from:expr => $to:expr, $caret:expr;)*) => {
        pub const CASES: &[Case] = &[$(Case {
            code: Code::$code,
            from: $from,
            to: $to,
            caret: $caret,
            structural: cases!($kind),
        },)*];
    };
    (shape) => { true };
    (meaning) => { false };
}

const ROLES: &str = "roles: { does: technician, checks: manager, oversees: executive }";
const APPLIES: &str = "{ kind: backup, per: asset }";
const ON: &str = "on: [2nd tuesday, 4th tuesday]";
const MISSED: &str = "    - missed: { severity: high }\n";
const RATE: &str = "spot_check: { rate: 20%, at_least: 1 per technician per month }";
const GOOD: &str = "good: compare.equal, total: runs.done, ";

cases! {
    // The YAML.
    Anchor meaning: "title: Restore" => "title: &a Restore", "&a";
    Alias meaning: "[screenshot]" => "*proof", "*proof";
    Tag meaning: "title: Restore" => "title: !!str Restore", "!!str";
    MergeKey meaning: "duly: 1\n" => "duly: 1\n<<: {}\n", "<<";
    DuplicateKey meaning: "duly: 1\n" => "duly: 1\nduly: 1\n", "duly";
    DuplicateKey meaning: "tz: client" => "\"at\": \"10:00\"", "\"at\"";
    ComplexKey meaning: "duly: 1\n" => "duly: 1\n? [a]\n: b\n", "[a]";
    Directive meaning: "duly: 1\n" => "%YAML 1.2\n---\nduly: 1\n", "%";
    SeveralDocuments meaning: "duly: 1\n" => "duly: 1\n---\nduly: 1\n", "---";
    NotYaml meaning: "[screenshot]" => "[screenshot", "[screenshot";
    HiddenCharacter meaning: "title: Restore" => "title: Re\u{202E}store", "\u{202E}";
    HiddenCharacter meaning: "title: Restore a real backup and compare it" => "title: \"a\\u202eb\"", "\"a\\u202eb\"";
    NulByte meaning: "title: Restore" => "title: Re\0store", "\0";
    TabIndentation meaning: "  at: " => "\tat: ", "\t";

    // The shape.
    UnknownFormat shape: "duly: 1" => "duly: 2", "2";
    WrongType shape: "duly: 1" => "duly: yes", "yes";
    UnknownKey shape: "evidence: [screenshot], gate" => "probe: backup.restore, evidenc: [screenshot], gate", "evidenc";
    UnknownKey shape: "evidence: [screenshot], gate" => "evidenc: [screenshot], gate", "evidenc";
    UnknownRule shape: "- missed:" => "- mised:", "mised";
    UnknownKey shape: "duly: 1\n" => "duly: 1\ncolour: red\n", "colour";
    UnknownKey shape: "satisfies:" => "controls:", "controls";
    MissingKey shape: "duly: 1\n" => "", "process";
    MissingKey shape: "process: backup.restore-test\n" => "", "duly";
    MissingKey shape: "title: Restore a real backup and compare it\n" => "", "duly";
    MissingKey shape: "effective: 2026-01-01 " => "# ", "duly";
    MissingKey shape: "applies_to: " => "# ", "duly";
    MissingKey shape: "  at: \"09:00\"\n" => "", "on";
    MissingKey shape: ", gate: critical" => "", "{ id: restore";
    MissingKey shape: "per: asset" => "", "{ kind: backup,  }";
    MissingKey shape: ROLES => "# no roles", "duly";
    WrongType shape: "title: Restore a real backup and compare it" => "title: [a]", "[a]";
    WrongType shape: "title: Restore a real backup and compare it" => "title: 7", "7";
    WrongType shape: "title: Restore a real backup and compare it" => "title: true", "true";
    WrongType shape: "title: Restore a real backup and compare it" => "title: |\n  one\n  two", "one";
    WrongType shape: "[\"11.5\"]" => "[11.5]", "11.5";
    WrongType shape: "[\"11.5\"]" => "11.5", "11.5";
    WrongType shape: ROLES => "roles: technician", "technician";
    WrongType shape: "[screenshot]" => "screenshot", "screenshot";
    WrongType shape: "    - missed: { severity: high }" => "    - missed: { severity: high }\n    - late", "late";
    WrongType shape: "- too_fast: { factor: 0.25, floor: 5 min }" => "- { missing: {}, late: {} }", "late";
    WrongType shape: "last: 6" => "last: \"6\"", "\"6\"";
    WrongType shape: "last: 6" => "last: 6.5", "6.5";
    EmptyText shape: "title: Restore a real backup and compare it" => "title:", "title";
    EmptyText shape: "title: Restore a real backup and compare it" => "title: \"  \"", "\"  \"";
    EmptyText shape: "say: Restored less than 1 MiB" => "say: ''", "''";
    EmptyList shape: "[screenshot]" => "[]", "[]";
    ItemRepeated shape: "[screenshot]" => "[screenshot, note, screenshot]", "screenshot]";
    NumberOutOfRange shape: "last: 6" => "last: 1000", "1000";
    UnknownWord shape: "gate: standard" => "gate: optional", "optional";
    UnknownWord shape: "better: up" => "better: upwards", "upwards";
    UnknownWord shape: "severity: medium" => "severity: grave", "grave";
    UnknownWord shape: "{ every: month }" => "{ every: week }", "week";
    UnknownWord shape: "roll: following" => "roll: drop", "drop";
    BadName shape: "process: backup.restore-test" => "process: Backup Test", "Backup Test";
    BadName shape: "process: backup.restore-test" => "process: backup", "backup";
    BadName shape: "id: open" => "id: Open it", "Open it";
    BadName shape: "PR.DS-11" => "Backups are made", "Backups are made";
    BadDate shape: "effective: 2026-01-01" => "effective: 1 January 2026", "1 January 2026";
    BadDate meaning: "effective: 2026-01-01" => "effective: 2026-02-30", "2026-02-30";
    BadTime shape: "\"09:00\"" => "\"25:00\"", "\"25:00\"";
    BadTime shape: "\"09:00\"" => "9am", "9am";

    // The three elements are cases of their own below.
    KindMissing meaning: APPLIES => "{ per: asset }", "per";
    KindWithoutAsset meaning: "per: asset" => "per: client", "kind";
    UnknownKind shape: "kind: backup" => "kind: bakcup", "bakcup";
    UnknownFramework shape: "cis81:" => "cis:", "cis";
    UnknownRole shape: "does: technician" => "does: technican", "technican";
    UnknownRole shape: "to: client" => "to: boss", "boss";
    RoleChecksItself meaning: "checks: manager, oversees" => "checks: technician, oversees", "technician";
    RoleChecksItself meaning: "oversees: executive" => "oversees: manager", "manager }";
    RoleChecksItself meaning: "oversees: executive" => "oversees: technician", "technician }";

    // The schedule.
    ScheduleEmpty meaning: ON => "", "schedule";
    ScheduleEmpty meaning: ON => "every: month", "month";
    ScheduleUnknownWord meaning: "4th tuesday" => "4th tuseday", "tuseday";
    ScheduleNumber meaning: "4th tuesday" => "6th tuesday", "6th";
    ScheduleDate meaning: ON => "on: 2026-13-45", "2026-13-45";
    ScheduleCombination meaning: ON => "every: week\n  on: [2nd tuesday]", "2nd tuesday";
    ScheduleCombination meaning: ON => "on: [2nd tuesday]\n  dates: [2026-02-01]", "schedule";
    ScheduleUnderADay meaning: ON => "every: hour", "hour";
    ScheduleIntervalWithoutFrom meaning: ON => "every: 2 weeks\n  on: [tuesday]", "2 weeks";
    ScheduleDayWithoutClamp meaning: ON => "on: [day 29]", "day 29";
    ScheduleDayWithoutClamp meaning: ON => "on: day 31", "day 31";
    RruleUnknownPart meaning: ON => "rrule: FREQ=MONTHLY;BYDAY=2TU;CONUT=3", "CONUT";
    RruleCount meaning: ON => "rrule: FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "COUNT";
    RruleUntil meaning: ON => "rrule: FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270101", "UNTIL";
    RruleWeekNumber meaning: ON => "rrule: FREQ=YEARLY;BYWEEKNO=3", "BYWEEKNO";
    RruleYearDay meaning: ON => "rrule: FREQ=YEARLY;BYYEARDAY=3", "BYYEARDAY";
    RruleTimeOfDay meaning: ON => "rrule: FREQ=DAILY;BYHOUR=9", "BYHOUR";
    RruleUnderADay meaning: ON => "rrule: FREQ=HOURLY", "HOURLY";
    RruleValue meaning: ON => "rrule: FREQ=MONTHLY;BYDAY=2XX", "XX";
    RrulePartTwice meaning: ON => "rrule: FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY ";
    RruleCalendarScale meaning: ON => "rrule: RSCALE=CHINESE;FREQ=DAILY", "RSCALE";
    RruleCombination meaning: ON => "rrule: FREQ=DAILY;BYDAY=2TU", "BYDAY";
    RruleStartNotMatching meaning: ON => "rrule: FREQ=MONTHLY;BYDAY=2TU\n  from: 2026-01-14", "2026-01-14";
    CronNotOffered shape: ON => "cron: 0 9 8-14 * 2", "cron";
    CronNotOffered meaning: ON => "every: 0 9 * * 2", "0 9 * * 2";
    CronNotOffered meaning: ON => "on: [\"0 9 * * 2\"]", "\"0 9 * * 2\"";
    CompletionAnchor shape: "tz: client" => "anchor: completion", "anchor";
    NoOccurrence meaning: ON => "dates: [2025-12-31, 2028-01-01]", "schedule";
    NoOccurrence meaning: ON => "every: 3 years\n  from: 2025-06-01\n  on: 1 june", "schedule";
    UnknownCalendar meaning: "calendar: client, roll" => "calendar: englnd, roll", "englnd";
    UnknownZone meaning: "tz: client" => "tz: Europe/Lodnon", "Europe/Lodnon";
    UnknownWord meaning: ON => "on: day 31\n  clamp: first day", "first day";
    BadAllowance meaning: "due_within: 5 business days" => "due_within: 0 days", "0 days";
    BadAllowance meaning: "due_within: 5 business days" => "due_within: five days", "five";
    BadAllowance meaning: "due_within: 5 business days" => "due_within: 2 weeks", "weeks";
    BadAllowance meaning: "grace: 2 business days" => "grace: 4000 days", "4000";

    // The checklist.
    StepRepeated meaning: "id: open" => "id: restore", "restore";
    StepWithoutEvidence meaning: ", evidence: [screenshot]" => "", "do";
    UnknownEvidence shape: "[screenshot]" => "[screenshoot]", "screenshoot";
    UnknownProbe shape: "probe: backup.restore" => "probe: backup.restor", "backup.restor,";
    ProbeDoesNotFit meaning: APPLIES => "{ per: client }", "backup.restore";
    ProbeDoesNotFit meaning: "kind: backup" => "kind: server", "backup.restore";

    // Quality control.
    MissedRuleMissing meaning: MISSED => "", "rules";
    UnknownRule shape: "- too_fast:" => "- to_fast:", "to_fast";
    RuleRepeated meaning: MISSED => "    - missed: {}\n    - missed: {}\n", "missed";
    RuleRepeated meaning: "id: tiny-restore" => "id: too-fast", "too-fast";
    UnknownStep meaning: "floor: 5 min" => "floor: 5 min, steps: [restor]", "restor]";
    MissingKey shape: "factor: 0.25, " => "", "too_fast";
    BadParameter shape: "factor: 0.25" => "factor: 25", "25";
    BadParameter shape: "floor: 5 min" => "floor: 5 hours", "5 hours";
    BadParameter shape: "window: 24 months" => "window: 24", "24";
    BadParameter meaning: "distinct_at_least: 4" => "distinct_at_least: 7", "7";
    BadParameter shape: "at_least: 1 per technician per month" => "at_least: 1 per month", "1 per month";
    BadShare shape: RATE => "spot_check: { rate: 120% }", "120%";
    BadCondition meaning: "run.restored_bytes < 1048576" => "(run.restored_bytes < 1048576", "(";
    BadCondition meaning: "run.restored_bytes < 1048576" => "run.restored_bytes = 1", "=";
    EscalationOutOfOrder meaning: "after: 3 business days" => "after: 20 hours", "20 hours";
    BadAllowance meaning: "after: 3 business days" => "after: 0 hours", "0 hours";

    // Oversight.
    ReviewMissing shape: "  review: { every: month } " => "  # ", "measures";
    ReviewMissing shape: "{ every: month }" => "{}", "review";
    MeasureWithoutUnit shape: "unit: ratio, " => "", "{ id: restore.success";
    MeasureWithoutDirection shape: "better: up, " => "", "{ id: restore.success";
    MeasureWithoutTarget shape: "target: 100%, " => "", "{ id: restore.success";
    MeasureWithoutValue meaning: GOOD => "", "id: restore.success";
    MeasureWithoutValue meaning: ", total: runs.done" => "", "good";
    MeasureTwoWays meaning: "total: runs.done" => "total: runs.done, value: run.minutes", "value";
    UnknownFact meaning: "good: compare.equal" => "good: compare.eqal", "compare.eqal";
    UnknownFact shape: "good: compare.equal" => "good: Equal ones", "Equal ones";
    UnknownFact meaning: "good: compare.equal" => "good: sum(compare.equal)", "sum(compare.equal)";
    UnitDoesNotFit meaning: "unit: ratio" => "unit: count", "count";
    BadTarget shape: "target: 100%" => "target: all of them", "all of them";
    BadTarget meaning: "target: 100%" => "target: 5", "5";
    ChartDoesNotFit meaning: "chart: rolling" => "chart: xmr", "xmr";
}

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
