//! The keys of a process file, section by section, in the order in which they are written.

use duly_core::review::MINUTES_MAX as REVIEW_MINUTES_MAX;

use super::schedule::SCHEDULE;
use super::{Key, Lines, List, Map, Shape};
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

/// Most minutes of work in one duty or step: ten working days of eight hours. What takes longer is
/// a project, and is planned as one.
pub const MINUTES_MAX: u32 = 4_800;

/// A phrase that the core reads: a recurrence, a length of time.
pub(super) const PHRASE: Shape = Shape::Text {
    chars_max: 80,
    lines: Lines::One,
};
const MINUTES: Shape = Shape::Whole {
    min: 0,
    max: MINUTES_MAX,
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
        Key::new(
            "duly",
            Shape::Version,
            "Version of the file format: always 1.",
        )
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
            Shape::Text {
                chars_max: 2_000,
                lines: Lines::Many,
            },
            "Why it is done, for whoever has to do it.",
        )
        .also(&["description", "purpose", "reason"]),
        Key::new(
            "minutes",
            MINUTES,
            "Minutes of work that a person spends on one duty; left out, the steps are added up.",
        )
        .also(&["estimate", "duration", "effort"]),
        Key::new(
            "effective",
            Shape::Form(&form::DATE),
            "First day this version can govern; it never rewrites duties already due.",
        )
        .needed("effective: 2026-01-01")
        .also(&["version", "date", "since", "valid_from"]),
        Key::new(
            "applies_to",
            Shape::Map(&APPLIES_TO),
            "What each duty is about.",
        )
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
            .not_empty(Code::ScheduleEmpty)
            .also(&["recurrence", "when"]),
        Key::new(
            "roles",
            Shape::Map(&ROLES),
            "Who does, checks and oversees it.",
        )
        .needed("roles: { does: technician, checks: manager, oversees: executive }")
        .also(&["who", "people"]),
        Key::new(
            "checklist",
            Shape::List(&CHECKLIST),
            "First element: the steps.",
        )
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
        Key::new(
            "per",
            Shape::Word(&words::PERS),
            "One duty for each of these.",
        )
        .needed("per: asset"),
        Key::new(
            "kind",
            Shape::Word(&words::KINDS),
            "Which kind of asset; needed with `per: asset`, and only there.",
        )
        .also(&["type", "asset"]),
    ],
};

const ROLES: Map = Map {
    what: "`roles`",
    explained: &[],
    keys: &[
        Key::new(
            "does",
            Shape::Word(&words::ROLES),
            "Executes the checklist.",
        )
        .needed("does: technician")
        .also(&["do", "doer"]),
        Key::new(
            "checks",
            Shape::Word(&words::ROLES),
            "Controls that it was executed as designed.",
        )
        .needed("checks: manager")
        .also(&["check", "controls", "reviews"]),
        Key::new(
            "oversees",
            Shape::Word(&words::ROLES),
            "Sees to it that quality is kept up.",
        )
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
            Shape::Text {
                chars_max: 1_000,
                lines: Lines::Many,
            },
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
        Key::new(
            "gate",
            Shape::Word(&words::GATES),
            "What closing without this step takes.",
        )
        .needed("gate: critical")
        .also(&["required"]),
        Key::new(
            "minutes",
            MINUTES,
            "Minutes of work that a person spends on it.",
        )
        .also(&["estimate", "duration", "effort"]),
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
        Key::new(
            "rules",
            Shape::List(&RULES),
            "What raises a warning; `missed` is always there.",
        )
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
        Key::new(
            "rate",
            Shape::Form(&form::SHARE),
            "Share of closed tickets that is drawn.",
        )
        .needed("rate: 20%"),
        Key::new(
            "at_least",
            Shape::Form(&form::PER_TECHNICIAN),
            "Never fewer than this, so that nobody goes unchecked in a quiet month.",
        ),
        Key::new(
            "plan",
            Shape::Word(&words::SAMPLING_PLANS),
            "A table of sample sizes besides the share; whichever draws more counts.",
        ),
        Key::new(
            "minutes",
            Shape::Whole {
                min: 1,
                max: REVIEW_MINUTES_MAX,
            },
            "Expected minutes of one review, for the reviewers' weekly budget; 10 if left out.",
        ),
        Key::new(
            "due_business_days",
            Shape::Whole { min: 1, max: 20 },
            "Business days within which a drawn ticket has to be reviewed; 5 if left out.",
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
                "measure something the overseer can be held to: `{ id: …, good: duties.done, \
                 total: duties.due, window: 12 months, unit: ratio, better: up, target: 98% }`",
            )
            .not_empty(Code::MeasuresMissing)
            .also(&["kpis", "kpi", "metrics"]),
    ],
};

const REVIEW: Map = Map {
    what: "`review`",
    explained: &[],
    keys: &[Key::new(
        "every",
        Shape::Word(&words::REVIEWS),
        "`month` or `quarter`.",
    )
    .needed("every: month")],
};

const MEASURES: List = List {
    of: Shape::Map(&MEASURE),
    items_max: MEASURES_MAX,
};

const MEASURE: Map = Map {
    what: "a measure",
    explained: &[],
    keys: &[
        Key::new(
            "id",
            Shape::Form(&form::MEASURE_NAME),
            "Unique within the process.",
        )
        .needed("id: restore.success")
        .also(&["name"]),
        Key::new(
            "good",
            Shape::Form(&form::FACT),
            "What counts as good, for a ratio.",
        ),
        Key::new(
            "total",
            Shape::Form(&form::FACT),
            "Out of what, for a ratio.",
        )
        .also(&["of"]),
        Key::new(
            "value",
            Shape::Form(&form::FACT),
            "The figure, for anything but a ratio.",
        ),
        Key::new(
            "window",
            Shape::Form(&form::MONTHS),
            "Over how long: `12 months`.",
        )
        .needed("window: 12 months"),
        Key::new(
            "unit",
            Shape::Word(&words::UNITS),
            "The unit of the figure.",
        )
        .needed_or(
            Code::MeasureWithoutUnit,
            "write `unit: ratio`, `unit: minutes`, …",
        ),
        Key::new(
            "better",
            Shape::Word(&words::DIRECTIONS),
            "Which way is better.",
        )
        .needed_or(
            Code::MeasureWithoutDirection,
            "write `better: up` or `better: down`",
        )
        .also(&["direction"]),
        Key::new("target", Shape::Form(&form::TARGET), "What is aimed at.")
            .needed_or(
                Code::MeasureWithoutTarget,
                "write `target: 100%`, `target: 0` or `target: rto`",
            )
            .also(&["goal", "objective"]),
        Key::new(
            "chart",
            Shape::Word(&words::CHARTS),
            "Which chart is honest for it.",
        ),
    ],
};
