//! Today: busy, for one client, filtered with and without anything left, with two hundred clients,
//! done, and before anything is declared.

use duly_core::verdict::Verdict;
use duly_store::QueueState;
use duly_web::part::paging::Paging;
use duly_web::part::standing::Standing;
use duly_web::view::Named;
use duly_web::view::frame::{Frame, Section};
use duly_web::view::queue::{Asking, ByState, Whose};
use duly_web::view::today::{ByClient, Found, Row, Today};

use super::{
    RESTORE_TEST, accounts_server, at, baker, drawn, frame, imaging_archive, lakeside, line,
    november, paging,
};

pub fn pages() -> Vec<(&'static str, String)> {
    let busy = busy();
    let one = Today {
        asking: asking(Whose::All, None, Some(lakeside())),
        rows: busy
            .rows
            .iter()
            .filter(|row| row.client == lakeside())
            .cloned()
            .collect(),
        total: 3,
        paging: paging("/?client=lakeside"),
        equation: line([70, 3, 0, 1, 9]),
        owed_from_before: 0,
        ..busy.clone()
    };
    let done = Today {
        frame: Frame {
            owed: 0,
            ..frame(Section::Today, true)
        },
        rows: Vec::new(),
        total: 0,
        whose: [ByState::default(); 3],
        states: ByState::default(),
        being_measured: 4,
        paging: paging("/"),
        equation: line([160, 3, 0, 1, 0]),
        owed_from_before: 0,
        measured_last_day: 31,
        ..busy.clone()
    };
    let first = Today {
        frame: Frame {
            owed: 0,
            demonstration: false,
            ..frame(Section::Today, true)
        },
        equation: line([0; 5]),
        measured_last_day: 0,
        being_measured: 0,
        clients: Vec::new(),
        anything_declared: false,
        ..done.clone()
    };
    let damaged = Today {
        equation: {
            let mut wrong = november();
            wrong.equation.due += 1;
            wrong
        },
        ..busy.clone()
    };
    vec![
        drawn("today", &busy),
        drawn("today-one-client", &one),
        drawn("today-long", &long(&busy)),
        drawn("today-mine-late", &mine_late(&busy)),
        drawn("today-nothing-late", &nothing_late(&busy)),
        drawn("today-done", &done),
        drawn("today-first", &first),
        drawn("today-damaged", &damaged),
    ]
}

/// With two hundred clients and more than one page.
fn long(busy: &Today) -> Today {
    Today {
        total: 2_431,
        whose: [
            ByState([3, 0, 11, 9, 24, 2]),
            ByState([8, 1, 30, 21, 60, 5]),
            ByState([412, 6, 504, 388, 1_121, 61]),
        ],
        states: ByState([412, 6, 504, 388, 1_121, 61]),
        clients: (1..=200)
            .map(|number| ByClient {
                client: Named::new(format!("c-{number}"), format!("Client no. {number}")),
                number: 12,
            })
            .collect(),
        paging: Paging {
            is_continued: true,
            next: Some("f6".to_owned()),
            ..paging("/")
        },
        ..busy.clone()
    }
}

/// Filtered, with something there.
fn mine_late(busy: &Today) -> Today {
    Today {
        asking: asking(Whose::Mine, Some(QueueState::Late), None),
        rows: busy
            .rows
            .iter()
            .filter(|row| row.standing == Standing::Late)
            .cloned()
            .collect(),
        total: 1,
        states: ByState([1, 0, 1, 1, 1, 0]),
        paging: paging("/?who=mine&state=late"),
        ..busy.clone()
    }
}

/// Filtered, with nothing there.
fn nothing_late(busy: &Today) -> Today {
    Today {
        asking: asking(Whose::Mine, Some(QueueState::Late), Some(baker())),
        rows: Vec::new(),
        total: 0,
        whose: [
            ByState([0, 0, 0, 4, 2, 1]),
            ByState([0, 0, 1, 4, 2, 1]),
            ByState([1, 0, 1, 5, 2, 1]),
        ],
        states: ByState([0, 0, 0, 4, 2, 1]),
        paging: paging("/?who=mine&state=late&client=baker"),
        ..busy.clone()
    }
}

fn asking(whose: Whose, state: Option<QueueState>, client: Option<Named>) -> Asking {
    Asking {
        whose,
        state,
        client,
    }
}

fn busy() -> Today {
    Today {
        frame: frame(Section::Today, true),
        equation: november(),
        measured_last_day: 31,
        owed_from_before: 1,
        asking: Asking::default(),
        clients: vec![
            ByClient {
                client: baker(),
                number: 3,
            },
            ByClient {
                client: lakeside(),
                number: 3,
            },
        ],
        whose: [
            ByState([1, 0, 1, 1, 1, 0]),
            ByState([1, 0, 1, 2, 2, 1]),
            ByState([1, 0, 1, 2, 2, 1]),
        ],
        states: ByState([1, 0, 1, 2, 2, 1]),
        rows: rows(),
        total: 6,
        being_measured: 0,
        paging: paging("/"),
        anything_declared: true,
    }
}

fn rows() -> Vec<Row> {
    let row = |ticket: &str, title: &str, client, asset, due: &str, standing| Row {
        ticket: ticket.to_owned(),
        title: title.to_owned(),
        client,
        asset,
        due_at: at(due),
        standing,
        found: None,
        doer: Some("Tess Tillman".to_owned()),
        snooze: None,
    };
    let imaging = Row {
        found: Some(Found {
            verdict: Verdict::Fail,
            message: "2 of 5 declared folders are not in the backup.".to_owned(),
        }),
        ..row(
            "c3",
            RESTORE_TEST,
            lakeside(),
            Some(imaging_archive()),
            "2026-11-24T17:00:00Z",
            Standing::DueToday,
        )
    };
    let firewall = Some(Named::new("lakeside-front", "front firewall"));
    vec![
        row(
            "a1",
            RESTORE_TEST,
            baker(),
            Some(accounts_server()),
            "2026-11-10T17:00:00Z",
            Standing::Owed,
        ),
        row(
            "b2",
            "Review the firewall’s rules",
            lakeside(),
            firewall,
            "2026-11-23T09:00:00Z",
            Standing::Late,
        ),
        imaging,
        row(
            "d4",
            "Open the restored bookkeeping with its own program",
            baker(),
            Some(accounts_server()),
            "2026-11-24T17:00:00Z",
            Standing::DueToday,
        ),
        row(
            "e5",
            "Renew the content-filter subscription",
            lakeside(),
            None,
            "2026-11-25T17:00:00Z",
            Standing::Next,
        ),
        row(
            "f6",
            "Go through the list of accounts and close those nobody needs any more",
            baker(),
            None,
            "2026-12-01T17:00:00Z",
            Standing::Next,
        ),
    ]
}
