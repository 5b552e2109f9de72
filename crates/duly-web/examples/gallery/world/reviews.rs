//! Spot checks: the list, a draw, and a review in each state.

use duly_core::accounts::Outcome;
use duly_core::review::words::noticing;
use duly_web::part::state::{Shape, State};
use duly_web::view::Named;
use duly_web::view::draw::{Draw, Drawn, OfTechnician, Row as DrawnRow};
use duly_web::view::frame::Section;
use duly_web::view::owed_reviews::{OwedReviews, Row};
use duly_web::view::review::{Again, Look, Offer, Refused, Review, Said, Standing, Step};
use duly_web::view::reviews::{Count, Month, Owed, Reviews};

use super::{at, baker, date, drawn, frame, lakeside};

const TICKET: &str = "9c1d6f0b1a7d4e55b0a2c95d3e1f6a7788b9c0d1e2f3a4b5c6d7e8f901234567";
const ROOT: &str = "4f1cc0b1a7d4e55b0a2c95d3e1f6a7788b9c0d1e2f3a4b5c6d7e8f9012345678";

/// Every page of them.
pub fn pages() -> Vec<(&'static str, String)> {
    let none = Reviews {
        months: Vec::new(),
        by_technician: Vec::new(),
        by_process: Vec::new(),
        by_reviewer: Vec::new(),
        by_owner: Vec::new(),
        owed: 0,
        overdue: 0,
        rework: 0,
        sets_budget: false,
        ..list()
    };
    let refused = Reviews {
        refused: Some("Write a whole number from 15 to 2400.".to_owned()),
        ..list()
    };
    let undrawn = Draw {
        drawn: None,
        ..draw()
    };
    let nothing = OwedReviews {
        own: Vec::new(),
        others: Vec::new(),
        rework: Vec::new(),
        ..owed()
    };
    vec![
        drawn("reviews", &list()),
        drawn("reviews-none", &none),
        drawn("reviews-refused", &refused),
        drawn("draw", &draw()),
        drawn("draw-not-yet", &undrawn),
        drawn("reviews-owed", &owed()),
        drawn("reviews-owed-none", &nothing),
        drawn("review-open", &review(Offer::Open)),
        drawn("review-word", &review(Offer::Decide { revision: 0 })),
        drawn("review-word-refused", &word_refused()),
        drawn("review-rework", &rework()),
        drawn("review-agreed", &agreed()),
        drawn("review-not-you", &not_you()),
    ]
}

fn process() -> Named {
    Named::new("fw.firmware", "Keep the firmware of the firewall current")
}

fn month(words: &str, key: &str, drawn: Option<u64>, [agreed, disagreed, owed]: [u64; 3]) -> Month {
    Month {
        client: baker(),
        process: process(),
        key: key.to_owned(),
        words: words.to_owned(),
        lot: 40,
        drawn,
        cut: 0,
        is_tightened: false,
        noticing: noticing(40, 8),
        agreed,
        disagreed,
        owed,
    }
}

fn count(name: &str, agreed: u64, disagreed: u64, odd: Option<&str>) -> Count {
    Count {
        name: name.to_owned(),
        agreed,
        disagreed,
        odd: odd.map(str::to_owned),
    }
}

fn list() -> Reviews {
    let cut = Month {
        cut: 3,
        is_tightened: true,
        noticing: noticing(40, 13),
        ..month("September 2026", "2026-09", Some(13), [11, 2, 0])
    };
    Reviews {
        frame: frame(Section::SpotChecks, true),
        clients: vec![baker(), lakeside()],
        only: None,
        owed: 5,
        overdue: 1,
        rework: 2,
        by_owner: vec![Owed {
            name: "Mara".to_owned(),
            owed: 5,
            overdue: 1,
        }],
        months: vec![
            month("November 2026", "2026-11", None, [0, 0, 0]),
            month("October 2026", "2026-10", Some(8), [3, 0, 5]),
            cut,
            month("August 2026", "2026-08", Some(8), [8, 0, 0]),
        ],
        hidden: 2,
        by_technician: vec![
            count("Tess", 19, 2, None),
            count("closed by themselves", 4, 0, None),
        ],
        by_process: vec![count("fw.firmware", 23, 2, None)],
        by_reviewer: vec![count(
            "Mara",
            21,
            0,
            Some("Agreed with all 21, half of them within 4 seconds of opening."),
        )],
        budget: 120,
        sets_budget: true,
        refused: None,
    }
}

fn draw() -> Draw {
    let row = |by: &str, state: State| DrawnRow {
        ticket: TICKET.to_owned(),
        what: "Duty of 2026-10-06".to_owned(),
        about: "front firewall".to_owned(),
        by: by.to_owned(),
        state,
    };
    let of = |name: &str, lot: u32, looked_at: u32| OfTechnician {
        name: name.to_owned(),
        lot: u64::from(lot),
        drawn: u64::from(looked_at),
        noticing: noticing(lot, looked_at),
    };
    Draw {
        frame: frame(Section::SpotChecks, false),
        client: baker(),
        process: process(),
        key: "2026-10".to_owned(),
        words: "October 2026".to_owned(),
        closed_at: at("2026-11-01T03:00:00Z"),
        close_entry: 4_712,
        root: ROOT.to_owned(),
        drawn: Some(Drawn {
            at: at("2026-11-01T03:00:01Z"),
            entry: 4_713,
            seed: ROOT.to_owned(),
            lot: 40,
            lot_root: ROOT.to_owned(),
            plan: "20 % of the finished tickets, at least 1 for each technician".to_owned(),
            stage: "as declared".to_owned(),
            noticing: noticing(40, 3),
            technicians: vec![of("Tess", 28, 2), of("Tom", 12, 1)],
            rows: vec![
                row("Mara, as manager", State::new(Shape::Pass, "as recorded")),
                row(
                    "Mara, as manager",
                    State::new(Shape::Fail, "not as recorded"),
                ),
                row("Mara, as manager", State::new(Shape::Look, "overdue")),
            ],
            cut: vec![TICKET.to_owned()],
            minutes: 10,
        }),
    }
}

fn owed() -> OwedReviews {
    let row = |by: &str, due_at: &str| Row {
        client: baker(),
        ticket: TICKET.to_owned(),
        title: process().name,
        about: "front firewall, duty of 2026-10-06".to_owned(),
        by: by.to_owned(),
        due_at: at(due_at),
    };
    OwedReviews {
        frame: frame(Section::Reviews, true),
        own: vec![
            row("Tess, as another technician", "2026-11-20T17:00:00Z"),
            row("Tess, as another technician", "2026-11-27T17:00:00Z"),
        ],
        others: vec![row("Mara, as manager", "2026-11-27T17:00:00Z")],
        rework: vec![row("Mara, as manager", "2026-11-20T17:00:00Z")],
    }
}

fn review(offer: Offer) -> Review {
    let step = |id: &str, text: &str, words: &str, run: Option<&str>| Step {
        id: id.to_owned(),
        text: text.to_owned(),
        state: State::new(Shape::Pass, "pass"),
        who: "Said by Tess, Tue 6 Oct, 10:12".to_owned(),
        words: words.to_owned(),
        run: run.map(str::to_owned),
    };
    Review {
        frame: frame(Section::Reviews, false),
        client: baker(),
        ticket: TICKET.to_owned(),
        title: process().name,
        asset: Some(Named::new("fw", "front firewall")),
        slot: date("2026-10-06"),
        outcome: Outcome::Done,
        closed_at: Some(at("2026-10-06T09:14:00Z")),
        closed_by: "by Tess".to_owned(),
        close_entry: Some(4_212),
        process: process(),
        month: "October 2026".to_owned(),
        draw_address: Some("/clients/baker/draws/fw.firmware/2026-10".to_owned()),
        by: "Mara, as manager".to_owned(),
        due_at: at("2026-11-27T17:00:00Z"),
        standing: Standing::Owed,
        round: 1,
        steps: vec![
            step(
                "read",
                "Read the running release",
                "7.2.11, up 41 days",
                None,
            ),
            step(
                "compare",
                "Compare it with what is supported",
                "It is.",
                Some("r1"),
            ),
        ],
        looks: Vec::new(),
        rework: None,
        offer,
        refused: None,
    }
}

fn word_refused() -> Review {
    Review {
        refused: Some(Refused {
            problems: vec!["Say why step 2 is not as recorded.".to_owned()],
            words: "The picture is from another device.".to_owned(),
            steps: vec![
                ("read".to_owned(), "agree".to_owned(), String::new()),
                ("compare".to_owned(), "disagree".to_owned(), String::new()),
            ],
        }),
        ..review(Offer::Decide { revision: 0 })
    }
}

fn look(agrees: bool, words: &str) -> Look {
    Look {
        who: "Mara".to_owned(),
        opened_at: at("2026-11-23T09:00:00Z"),
        said: Some(Said {
            agrees,
            took: "6 min".to_owned(),
            words: words.to_owned(),
            steps: vec![("step 2".to_owned(), "no release is named".to_owned())],
        }),
    }
}

fn rework() -> Review {
    Review {
        standing: Standing::Rework,
        looks: vec![look(false, "The picture is from another device.")],
        ..review(Offer::OnTheTicket)
    }
}

fn agreed() -> Review {
    let opened = Look {
        said: None,
        ..look(true, "")
    };
    Review {
        standing: Standing::Agreed,
        round: 2,
        looks: vec![
            look(false, "Another device."),
            opened,
            look(true, "Now it is."),
        ],
        rework: Some(Again {
            words: "Read it again, off the front firewall.".to_owned(),
            who: "Tess".to_owned(),
            at: at("2026-11-23T11:00:00Z"),
        }),
        ..review(Offer::Nothing)
    }
}

fn not_you() -> Review {
    review(Offer::NotYou {
        why: "You worked on this ticket, so a second person has to look at it.".to_owned(),
    })
}
