//! Tickets: one with all kinds of steps, one that cannot be closed, one whose form was refused,
//! one missed and owed, one done, one waived.

use duly_core::accounts::Outcome;
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use duly_web::view::Named;
use duly_web::view::beside::{Beside, Mirror};
use duly_web::view::frame::Section;
use duly_web::view::step::{Answered, Measured, Step, StepState};
use duly_web::view::ticket::{Closed, Closing, Happening, Refused, Snooze, Ticket, Waived};

use super::{RESTORE_TEST, at, baker, date, drawn, frame, imaging_archive, lakeside, place};

pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        drawn("ticket", &ready()),
        drawn("ticket-not-yet", &not_yet()),
        drawn("ticket-refused", &refused()),
        drawn("ticket-owed", &owed()),
        drawn("ticket-done", &done()),
        drawn("ticket-waived", &waived()),
        drawn("ticket-snoozed", &snoozed()),
    ]
}

/// Failed by measurement, everything answered: it can be closed.
fn ready() -> Ticket {
    Ticket {
        frame: frame(Section::Today, false),
        id: "9c1d6f0b1a7d4e55b0a2c95d3e1f6a7788b9c0d1e2f3a4b5c6d7e8f901234567".to_owned(),
        title: RESTORE_TEST.to_owned(),
        why: Some("Backups reported as successful also fail.".to_owned()),
        process: Named::new("backup.restore-test", RESTORE_TEST),
        version: "2026-01-01".to_owned(),
        client: lakeside(),
        asset: Some(imaging_archive()),
        slot: date("2026-11-24"),
        opens_at: at("2026-11-24T09:00:00Z"),
        due_at: at("2026-11-24T17:00:00Z"),
        missed_at: at("2026-11-26T17:00:00Z"),
        outcome: Outcome::Open,
        closed: None,
        waived: None,
        snoozed: None,
        may_snooze: true,
        steps: vec![measured(), answered(), left_out()],
        closing: Closing::Allowed { asks_word: true },
        review: None,
        history: history(),
        place: place(&lakeside(), vec![4_190, 4_191, 4_211, 4_212]),
        beside: Beside {
            mirrors: vec![Mirror {
                number: Some("17".to_owned()),
                link: Some("https://desk.harbour.example/17".to_owned()),
                state: "open there; closing it there ends nothing here",
            }],
            ..Beside::default()
        },
        refused: None,
    }
}

fn not_yet() -> Ticket {
    Ticket {
        steps: vec![
            running(),
            waiting("open", Gate::Critical),
            waiting("tell", Gate::Standard),
        ],
        closing: Closing::Refused {
            reasons: vec![
                "Step 1 is critical and has no result yet.".to_owned(),
                "Step 2 is critical and nobody has done it.".to_owned(),
                "Step 3 is neither done nor left out with a reason.".to_owned(),
            ],
        },
        history: history().into_iter().take(2).collect(),
        place: place(&lakeside(), vec![4_190, 4_191]),
        ..ready()
    }
}

fn snoozed() -> Ticket {
    Ticket {
        snoozed: Some(Snooze {
            until: at("2026-11-25T09:00:00Z"),
            reason: "The archive is being moved until tomorrow morning.".to_owned(),
            who: "Tess".to_owned(),
        }),
        ..not_yet()
    }
}

fn refused() -> Ticket {
    Ticket {
        refused: Some(Refused {
            step: Some("tell".to_owned()),
            answer: Some("skip".to_owned()),
            note: String::new(),
            excuse: String::new(),
            problems: vec!["Say why the step was left out.".to_owned()],
        }),
        ..not_yet()
    }
}

fn owed() -> Ticket {
    Ticket {
        client: baker(),
        slot: date("2026-11-10"),
        opens_at: at("2026-11-10T09:00:00Z"),
        due_at: at("2026-11-10T17:00:00Z"),
        missed_at: at("2026-11-12T17:00:00Z"),
        outcome: Outcome::Missed,
        may_snooze: false,
        place: place(&baker(), vec![812, 840]),
        ..not_yet()
    }
}

fn done() -> Ticket {
    let step = Step {
        state: StepState::Measured(Measured {
            run: "r1".to_owned(),
            at: at("2026-10-27T09:04:00Z"),
            verdict: Verdict::Pass,
            message: "300 of 300 files drawn are equal to the source.".to_owned(),
            source: "restic repository against the source’s manifest".to_owned(),
        }),
        ..running()
    };
    Ticket {
        slot: date("2026-10-27"),
        opens_at: at("2026-10-27T09:00:00Z"),
        due_at: at("2026-11-03T09:00:00Z"),
        missed_at: at("2026-11-05T09:00:00Z"),
        outcome: Outcome::Done,
        may_snooze: false,
        closed: Some(Closed {
            at: at("2026-10-27T09:04:00Z"),
            by: None,
            verdict: Verdict::Pass,
        }),
        steps: vec![step],
        closing: Closing::NotOffered,
        ..ready()
    }
}

fn waived() -> Ticket {
    Ticket {
        outcome: Outcome::Waived,
        may_snooze: false,
        waived: Some(Waived {
            exception: "e1".to_owned(),
            by: "the client".to_owned(),
            reason: "The archive is being moved to a new building this week.".to_owned(),
            granted_at: at("2026-11-20T11:00:00Z"),
        }),
        steps: Vec::new(),
        closing: Closing::NotOffered,
        history: Vec::new(),
        ..ready()
    }
}

fn measured() -> Step {
    Step {
        state: StepState::Measured(Measured {
            run: "r3".to_owned(),
            at: at("2026-11-24T09:01:00Z"),
            verdict: Verdict::Fail,
            message: "2 of 5 declared folders are not in the backup.".to_owned(),
            source: "restic repository against the source’s manifest".to_owned(),
        }),
        repeatable: true,
        changeable: false,
        files: Vec::new(),
        lacks: Vec::new(),
        ..running()
    }
}

fn running() -> Step {
    Step {
        id: "restore".to_owned(),
        text: "Restore a drawn sample on another machine".to_owned(),
        gate: Gate::Critical,
        probe: Some("backup.restore".to_owned()),
        evidence: Vec::new(),
        state: StepState::Running {
            since: at("2026-11-24T09:11:20Z"),
        },
        answerable: false,
        repeatable: false,
        changeable: false,
        files: Vec::new(),
        lacks: Vec::new(),
        revision: 0,
    }
}

fn answered() -> Step {
    Step {
        state: StepState::Answered(Answered {
            who: "Tess".to_owned(),
            at: at("2026-11-24T09:08:00Z"),
            in_order: Some(false),
            excuse: None,
            note: "Opened the study viewer on the restored copy.\nIt starts, but no study after \
                   3 November is in it."
                .to_owned(),
            entry: Some(4_211),
        }),
        answerable: false,
        ..waiting("open", Gate::Critical)
    }
}

fn left_out() -> Step {
    Step {
        state: StepState::Skipped(Answered {
            who: "Tess".to_owned(),
            at: at("2026-11-24T09:10:00Z"),
            in_order: None,
            excuse: None,
            note: "The practice manager is away until Thursday; Mara tells her then.".to_owned(),
            entry: Some(4_212),
        }),
        answerable: false,
        ..waiting("tell", Gate::Standard)
    }
}

fn waiting(id: &str, gate: Gate) -> Step {
    let (text, evidence) = if id == "open" {
        ("Open the restored data with its own program", "screenshot")
    } else {
        ("Tell the client what was found", "note")
    };
    Step {
        id: id.to_owned(),
        text: text.to_owned(),
        gate,
        probe: None,
        evidence: vec![evidence.to_owned()],
        state: StepState::Waiting,
        answerable: true,
        repeatable: false,
        changeable: false,
        files: Vec::new(),
        lacks: Vec::new(),
        revision: 0,
    }
}

fn history() -> Vec<Happening> {
    let line = |moment: &str, what: &str, who: Option<&str>, entry| Happening {
        at: at(moment),
        what: what.to_owned(),
        who: who.map(str::to_owned),
        words: None,
        entry: Some(entry),
    };
    vec![
        line("2026-11-24T09:00:00Z", "ticket opened", None, 4_190),
        line(
            "2026-11-24T09:00:04Z",
            "verification announced, before its draw was known",
            None,
            4_191,
        ),
        line(
            "2026-11-24T09:01:00Z",
            "verification ended: fail",
            None,
            4_193,
        ),
        line(
            "2026-11-24T09:08:00Z",
            "step 2 done: not in order",
            Some("Tess"),
            4_211,
        ),
        line(
            "2026-11-24T09:10:00Z",
            "step 3 left out",
            Some("Tess"),
            4_212,
        ),
    ]
}
