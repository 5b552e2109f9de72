//! The keys of a schedule. What their phrases mean is the core's (`duly_core::schedule::words`).

use super::file::PHRASE;
use super::{Explained, Key, Lines, List, Map, Shape};
use crate::code::Code;
use crate::{form, words};

/// Most days named by one rule of recurrence.
pub const DAYS_MAX: usize = 31;
/// Most dates listed one by one: a date a week for two years.
pub const DATES_MAX: usize = 104;

const COMPLETION: &str = "a schedule cannot be counted from the last completion: each duty done \
                          late would push all later ones back, unseen";

pub(super) const SCHEDULE: Map = Map {
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
        Key::new(
            "rrule",
            LINE_RRULE,
            "A recurrence in the covered part of RFC 5545.",
        )
        .also(&["rule"]),
        Key::new(
            "at",
            Shape::Form(&form::TIME),
            "Local time at which a duty opens.",
        )
        .needed("at: \"09:00\"")
        .also(&["time", "hour"]),
        Key::new(
            "tz",
            PHRASE,
            "`client` for the client's own time zone (so it is if left out), or an IANA name.",
        )
        .also(&["timezone", "time_zone", "zone"]),
        Key::new("holidays", Shape::Map(&HOLIDAYS), "Which days are closed.").also(&[
            "holiday",
            "calendar",
            "calendars",
        ]),
        Key::new(
            "due_within",
            PHRASE,
            "How long after opening a duty is still on time.",
        )
        .needed("due_within: 5 business days")
        .also(&["due", "within", "deadline"]),
        Key::new(
            "grace",
            PHRASE,
            "How long after that it is late; then it is missed for ever.",
        )
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
