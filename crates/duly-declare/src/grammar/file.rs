//! The keys of a process file, section by section, in the order in which they are written.

use super::{Explained, Key, Lines, List, Map, Shape};
use crate::code::Code;
use crate::{form, words};

/// Most steps in a checklist: more than forty is a handbook, and is ticked without being read.
pub const STEPS_MAX: usize = 40;
/// Most quality-control rules in a process.
pub const RULES_MAX: usize = 40;
/// Most measures in a process: the executive's page holds twelve.
pub const MEASURES_MAX: usize = 12;
/// Most rungs of the ladder that an unacknowledged warning climbs.
pub const ESCALATIONS_MAX: usize = 6;
/// Most kinds of evidence asked of one step.
pub const EVIDENCE_MAX: usize = 8;
/// Most identifiers of one framework.
pub const IDENTIFIERS_MAX: usize = 40;
/// Most days named by one rule of recurrence.
pub const DAYS_MAX: usize = 31;
/// Most dates listed one by one: a date a week for two years.
pub const DATES_MAX: usize = 104;

/// A phrase that the core reads: a recurrence, a length of time.
const PHRASE: Shape = Shape::Text {
    chars_max: 80,
    lines: Lines::One,
};
const LINE: Shape = Shape::Text {
    chars_max: 160,
    lines: Lines::One,
};

/// The whole file.
pub(crate) const FILE: Map = Map {
    what: "a process",
    explained: &[],
    keys: &[
        Key::new("duly", Shape::Version, "Version of the file format: always 1.")
            .needed("duly: 1"),
        Key::new(
            "process",
            Shape::Form(&form::PROCESS_NAME),
            "The name of the process, the same over all its versions.",
        )
        .needed("process: backup.restore-test")
        .also(&["name", "id"]),
        Key::new("title", LINE, "What is done, in a few words.")
            .needed("title: Restore a real backup and compare it"),
        Key::new(
            "why",
            Shape::Text { chars_max: 2_000, lines: Lines::Many },
            "Why it is done, for whoever has to do it.",
        )
        .also(&["description", "purpose", "reason"]),
        Key::new(
            "effective",
            Shape::Form(&form::DATE),
            "First day this version can govern; it never rewrites duties already due.",
        )
        .needed("effective: 2026-01-01")
        .also(&["version", "date", "since", "valid_from"]),
        Key::new("applies_to", Shape::Map(&APPLIES_TO), "What each duty is about.")
            .needed("applies_to: { kind: backup, per: asset }")
            .also(&["scope", "target", "targets"]),
        Key::new(
            "satisfies",
            Shape::Table(&words::FRAMEWORKS, &Shape::List(&IDENTIFIERS)),
            "Identifiers in other people's frameworks; never their text.",
        )
        .also(&["controls", "frameworks", "compliance"]),
        Key::new("schedule", Shape::Map(&SCHEDULE), "When duties fall due.")
            .needed("schedule:\n  on: [2nd tuesday, 4th tuesday]\n  at: \"09:00\"")
            .not_empty(Code::RecurrenceMissing)
            .also(&["recurrence", "when"]),
        Key::new("roles", Shape::Map(&ROLES), "Who does, checks and oversees it.")
            .needed("roles: { does: technician, checks: manager, oversees: executive }")
            .also(&["who", "people"]),
        Key::new("checklist", Shape::List(&CHECKLIST), "First element: the steps.")
            .needed_or(
                Code::ChecklistMissing,
                "say what is done, step by step: `checklist: [ { id: …, do: …, evidence: [note], \
                 gate: critical } ]`",
            )
            .not_empty(Code::ChecklistEmpty)
            .also(&["steps", "tasks"]),
        Key::new(
            "quality_control",
            Shape::Map(&QUALITY_CONTROL),
            "Second element: how a manager knows that the checklist is executed as designed.",
        )
        .needed_or(
            Code::QualityControlMissing,
            "say how the checker knows that it is done as designed: `quality_control: { rules: [ \
             missed: { severity: high } ] }`",
        )
        .not_empty(Code::QualityControlEmpty)
        .also(&["qc", "control", "quality"]),
        Key::new(
            "oversight",
            Shape::Map(&OVERSIGHT),
            "Third element: how an executive knows that quality is kept up.",
        )
        .needed_or(
            Code::OversightMissing,
            "say what the overseer reviews and measures: `oversight: { review: { every: month }, \
             measures: [ … ] }`",
        )
        .not_empty(Code::OversightEmpty)
        .also(&["kpis", "review"]),
    ],
};

const IDENTIFIERS: List = List {
    of: Shape::Form(&form::IDENTIFIER),
    items_max: IDENTIFIERS_MAX,
};

const APPLIES_TO: Map = Map {
    what: "`applies_to`",
    explained: &[],
    keys: &[
        Key::new("per", Shape::Word(&words::PERS), "One duty for each of these.")
            .needed("per: asset"),
        Key::new(
            "kind",
            Shape::Word(&words::KINDS),
            "Which kind of asset; needed with `per: asset`, and only there.",
        )
        .also(&["type", "asset"]),
    ],
};

const COMPLETION: &str = "a schedule cannot be counted from the last completion: each duty done \
                          late would push all later ones back, unseen";

const SCHEDULE: Map = Map {
    what: "a schedule",
    explained: &[
        Explained {
            key: "cron",
            code: Code::CronNotOffered,
            message: "cron syntax is not offered: programs differ on what it means around clock \
                      changes, and it cannot say \"2nd tuesday\" or \"last business day\"",
            help: "write the days in words: `on: [2nd tuesday]`, `every: week` with `on: [monday]`",
        },
        Explained {
            key: "anchor",
            code: Code::CompletionAnchor,
            message: COMPLETION,
            help: "delete `anchor`: every schedule here counts from the calendar",
        },
        Explained {
            key: "min_per_year",
            code: Code::CompletionAnchor,
            message: COMPLETION,
            help: "delete `min_per_year`: a schedule in calendar days has its yearly count already",
        },
    ],
    keys: &[
        Key::new(
            "every",
            PHRASE,
            "`day`, `business day`, `week`, `month`, `quarter`, `year`, or several: `2 weeks`.",
        )
        .also(&["interval", "frequency", "freq"]),
        Key::new(
            "on",
            Shape::OneOrMore(&ON),
            "The days: `2nd tuesday`, `last friday`, `monday`, `day 15`, `last business day`.",
        )
        .also(&["days", "byday"]),
        Key::new(
            "from",
            Shape::Form(&form::DATE),
            "The date from which an interval above 1 counts; the same over all versions.",
        )
        .also(&["start", "dtstart"]),
        Key::new(
            "clamp",
            PHRASE,
            "`last day`: in a month too short for the day, the last day stands for it.",
        ),
        Key::new("dates", Shape::List(&DATES), "Exactly these dates."),
        Key::new("rrule", LINE_RRULE, "A recurrence in the covered part of RFC 5545.")
            .also(&["rule"]),
        Key::new("at", Shape::Form(&form::TIME), "Local time at which a duty opens.")
            .needed("at: \"09:00\"")
            .also(&["time", "hour"]),
        Key::new(
            "tz",
            PHRASE,
            "`client` for the client's own time zone (so it is if left out), or an IANA name.",
        )
        .also(&["timezone", "time_zone", "zone"]),
        Key::new("holidays", Shape::Map(&HOLIDAYS), "Which days are closed.")
            .also(&["holiday", "calendar", "calendars"]),
        Key::new("due_within", PHRASE, "How long after opening a duty is still on time.")
            .needed("due_within: 5 business days")
            .also(&["due", "within", "deadline"]),
        Key::new("grace", PHRASE, "How long after that it is late; then it is missed for ever.")
            .needed("grace: 2 business days"),
    ],
};

const LINE_RRULE: Shape = Shape::Text {
    chars_max: 500,
    lines: Lines::One,
};

const ON: List = List {
    of: PHRASE,
    items_max: DAYS_MAX,
};

const DATES: List = List {
    of: Shape::Form(&form::DATE),
    items_max: DATES_MAX,
};

const HOLIDAYS: Map = Map {
    what: "`holidays`",
    explained: &[],
    keys: &[
        Key::new(
            "calendar",
            PHRASE,
            "`client` for the client's own calendar, or a calendar's name.",
        )
        .needed("calendar: client"),
        Key::new(
            "roll",
            Shape::Word(&words::ROLLS),
            "Where a slot on a closed day goes; it is never dropped. Left out, it stays.",
        ),
    ],
};

const ROLES: Map = Map {
    what: "`roles`",
    explained: &[],
    keys: &[
        Key::new("does", Shape::Word(&words::ROLES), "Executes the checklist.")
            .needed("does: technician")
            .also(&["do", "doer"]),
        Key::new("checks", Shape::Word(&words::ROLES), "Controls that it was executed as designed.")
            .needed("checks: manager")
            .also(&["check", "controls", "reviews"]),
        Key::new("oversees", Shape::Word(&words::ROLES), "Sees to it that quality is kept up.")
            .needed("oversees: executive")
            .also(&["oversight", "oversee"]),
    ],
};

const CHECKLIST: List = List {
    of: Shape::Map(&STEP),
    items_max: STEPS_MAX,
};

const STEP: Map = Map {
    what: "a step",
    explained: &[],
    keys: &[
        Key::new("id", Shape::Form(&form::NAME), "Unique within the process.")
            .needed("id: restore")
            .also(&["name", "step"]),
        Key::new(
            "do",
            Shape::Text { chars_max: 1_000, lines: Lines::Many },
            "What to do, in the imperative.",
        )
        .needed("do: Restore a drawn sample on another machine")
        .also(&["text", "title", "what", "description"]),
        Key::new(
            "probe",
            Shape::Word(&words::PROBES),
            "The probe that fills this step by itself.",
        ),
        Key::new(
            "evidence",
            Shape::List(&EVIDENCE),
            "What a person must leave here; needed where there is no probe.",
        )
        .also(&["proof", "attach"]),
        Key::new("gate", Shape::Word(&words::GATES), "What closing without this step takes.")
            .needed("gate: critical")
            .also(&["required"]),
    ],
};

const EVIDENCE: List = List {
    of: Shape::Word(&words::EVIDENCE),
    items_max: EVIDENCE_MAX,
};

const QUALITY_CONTROL: Map = Map {
    what: "`quality_control`",
    explained: &[],
    keys: &[
        Key::new(
            "spot_check",
            Shape::Map(&SPOT_CHECK),
            "How much finished work a second person looks at.",
        )
        .also(&["spot_checks", "sample", "sampling"]),
        Key::new("rules", Shape::List(&RULES), "What raises a warning; `missed` is always there.")
            .needed_or(
                Code::MissedRuleMissing,
                "without it nobody is told of a missed duty: `rules: [ missed: { severity: high } \
                 ]`",
            )
            .not_empty(Code::MissedRuleMissing)
            .also(&["controls", "warnings"]),
        Key::new(
            "escalate",
            Shape::List(&ESCALATE),
            "Who is told, after how long without an acknowledgement.",
        )
        .also(&["escalation"]),
    ],
};

const SPOT_CHECK: Map = Map {
    what: "`spot_check`",
    explained: &[],
    keys: &[
        Key::new("rate", Shape::Form(&form::SHARE), "Share of closed tickets that is drawn.")
            .needed("rate: 20%"),
        Key::new(
            "at_least",
            Shape::Form(&form::PER_TECHNICIAN),
            "Never fewer than this, so that nobody goes unchecked in a quiet month.",
        ),
    ],
};

const RULES: List = List {
    of: Shape::Rule,
    items_max: RULES_MAX,
};

const ESCALATE: List = List {
    of: Shape::Map(&ESCALATION),
    items_max: ESCALATIONS_MAX,
};

const ESCALATION: Map = Map {
    what: "a rung of `escalate`",
    explained: &[],
    keys: &[
        Key::new("after", PHRASE, "Unacknowledged for this long.").needed("after: 1 business day"),
        Key::new("to", Shape::Word(&words::ROLES), "The role that is told.").needed("to: manager"),
    ],
};

const OVERSIGHT: Map = Map {
    what: "`oversight`",
    explained: &[],
    keys: &[
        Key::new(
            "review",
            Shape::Map(&REVIEW),
            "How often the overseer reviews; the review is itself a duty.",
        )
        .needed_or(Code::ReviewMissing, "write `review: { every: month }`")
        .not_empty(Code::ReviewMissing),
        Key::new("measures", Shape::List(&MEASURES), "What is measured.")
            .needed_or(
                Code::MeasuresMissing,
                "measure something the overseer can be held to: `{ id: …, good: duties.done, total: \
                 duties.due, window: 12 months, unit: ratio, better: up, target: 98% }`",
            )
            .not_empty(Code::MeasuresMissing)
            .also(&["kpis", "kpi", "metrics"]),
    ],
};

const REVIEW: Map = Map {
    what: "`review`",
    explained: &[],
    keys: &[
        Key::new("every", Shape::Word(&words::REVIEWS), "`month` or `quarter`.")
            .needed("every: month"),
    ],
};

const MEASURES: List = List {
    of: Shape::Map(&MEASURE),
    items_max: MEASURES_MAX,
};

const MEASURE: Map = Map {
    what: "a measure",
    explained: &[],
    keys: &[
        Key::new("id", Shape::Form(&form::MEASURE_NAME), "Unique within the process.")
            .needed("id: restore.success")
            .also(&["name"]),
        Key::new("good", Shape::Form(&form::FACT), "What counts as good, for a ratio."),
        Key::new("total", Shape::Form(&form::FACT), "Out of what, for a ratio.").also(&["of"]),
        Key::new("value", Shape::Form(&form::FACT), "The figure, for anything but a ratio."),
        Key::new("window", Shape::Form(&form::MONTHS), "Over how long: `12 months`.")
            .needed("window: 12 months"),
        Key::new("unit", Shape::Word(&words::UNITS), "The unit of the figure.")
            .needed_or(Code::MeasureWithoutUnit, "write `unit: ratio`, `unit: minutes`, …"),
        Key::new("better", Shape::Word(&words::DIRECTIONS), "Which way is better.")
            .needed_or(Code::MeasureWithoutDirection, "write `better: up` or `better: down`")
            .also(&["direction"]),
        Key::new("target", Shape::Form(&form::TARGET), "What is aimed at.")
            .needed_or(Code::MeasureWithoutTarget, "write `target: 100%`, `target: 0` or `target: rto`")
            .also(&["goal", "objective"]),
        Key::new("chart", Shape::Word(&words::CHARTS), "Which chart is honest for it."),
    ],
};
