//! The edits: each spoils the sample in one way, and says for which reason it must then be refused,
//! and where. The tests of refusals and of the schema both run through them.

use duly_declare::Code;

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
pub const ON: &str = "on: [2nd tuesday, 4th tuesday]";
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
    HiddenCharacter meaning: "title: Restore a real backup and compare it" =>
        "title: \"a\\u202eb\"", "\"a\\u202eb\"";
    NulByte meaning: "title: Restore" => "title: Re\0store", "\0";
    TabIndentation meaning: "  at: " => "\tat: ", "\t";

    // The shape.
    UnknownFormat shape: "duly: 1" => "duly: 2", "2";
    WrongType shape: "duly: 1" => "duly: yes", "yes";
    UnknownKey shape: "evidence: [screenshot], gate" =>
        "probe: backup.restore, evidenc: [screenshot], gate", "evidenc";
    UnknownKey shape: "evidence: [screenshot], gate" => "evidenc: [screenshot], gate", "evidenc";
    UnknownKey shape: "duly: 1\n" => "duly: 1\n\"\": red\n", "\"\"";
    UnknownKey meaning: "duly: 1\n" => "duly: 1\n: red\n", ": red";
    MergeKey meaning: "cis81:" => "<<:", "<<";
    ItemRepeated shape: ON => "on: [2nd tuesday, 2nd tuesday]", "2nd tuesday]";
    ItemRepeated shape: ON => "dates: [2026-02-03, 2026-02-03]", "2026-02-03]";
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
    WrongType shape: "title: Restore a real backup and compare it" =>
        "title: |\n  one\n  two", "one";
    WrongType shape: "[\"11.5\"]" => "[11.5]", "11.5";
    WrongType shape: "[\"11.5\"]" => "11.5", "11.5";
    WrongType shape: ROLES => "roles: technician", "technician";
    WrongType shape: "[screenshot]" => "screenshot", "screenshot";
    WrongType shape: "    - missed: { severity: high }" =>
        "    - missed: { severity: high }\n    - late", "late";
    WrongType shape: "- too_fast: { factor: 0.25, floor: 5 min }" =>
        "- { missing: {}, late: {} }", "late";
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
    NumberOutOfRange shape: "duly: 1\n" => "duly: 1\nminutes: 4801\n", "4801";
    MinutesDoNotAddUp meaning: "checklist:\n  - { id: restore," =>
        "minutes: 5\nchecklist:\n  - { minutes: 9, id: restore,", "5";

    // The three elements are cases of their own below.
    KindMissing meaning: APPLIES => "{ per: asset }", "per";
    KindWithoutAsset meaning: "per: asset" => "per: client", "kind";
    UnknownKind shape: "kind: backup" => "kind: bakcup", "bakcup";
    UnknownFramework shape: "cis81:" => "cis:", "cis";
    UnknownRole shape: "does: technician" => "does: technican", "technican";
    UnknownRole shape: "to: client" => "to: boss", "boss";
    RoleChecksItself meaning: "checks: manager, oversees" =>
        "checks: technician, oversees", "technician";
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
    RruleStartNotMatching meaning: ON =>
        "rrule: FREQ=MONTHLY;BYDAY=2TU\n  from: 2026-01-14", "2026-01-14";
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
    BadParameter shape: "at_least: 1 per technician per month" =>
        "at_least: 1 per month", "1 per month";
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
