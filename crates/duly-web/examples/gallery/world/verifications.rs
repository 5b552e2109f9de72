//! Verifications: the broken one, one that holds, one that could not be told, one under way; and
//! the list of them.

use duly_core::verdict::{Reason, Verdict};
use duly_web::view::frame::Section;
use duly_web::view::verification::{
    Claim, Compared, Fact, ReadBack, Rung, RungState, Seed, Verification,
};
use duly_web::view::verifications::{Row, Verifications};
use jiff::SignedDuration;

use super::{accounts_server, at, baker, drawn, frame, imaging_archive, lakeside, place};

pub fn pages() -> Vec<(&'static str, String)> {
    let list = Verifications {
        frame: frame(Section::Verifications, true),
        clients: vec![baker(), lakeside()],
        only: None,
        month: "November 2026".to_owned(),
        before: "/verifications?month=2026-10".to_owned(),
        after: None,
        rows: rows(),
        hidden: 0,
    };
    let none = Verifications {
        rows: Vec::new(),
        clients: Vec::new(),
        ..list.clone()
    };
    vec![
        drawn("verification", &broken()),
        drawn("verification-holds", &holds()),
        drawn("verification-unknown", &unknown()),
        drawn("verification-running", &running()),
        drawn("verifications", &list),
        drawn("verifications-none", &none),
    ]
}

fn broken() -> Verification {
    Verification {
        frame: frame(Section::Verifications, false),
        run: "0198c2f4-7d1e-7c3a-9b55-1f0a2b3c4d5e".to_owned(),
        title: "Restore a drawn sample on another machine".to_owned(),
        client: lakeside(),
        asset: imaging_archive(),
        ticket: Some("c3".to_owned()),
        started_at: at("2026-11-24T09:00:04Z"),
        ended_at: Some(at("2026-11-24T09:01:00Z")),
        claim: Some(Claim {
            words: "The backup finished, with exit status 0.".to_owned(),
            success: true,
            source: "report of the backup job".to_owned(),
            at: at("2026-11-24T02:14:00Z"),
        }),
        verdict: Some(Verdict::Fail),
        finding: "2 of 5 declared folders are not in the backup.".to_owned(),
        reasons: why(),
        read: Some(ReadBack {
            snapshot: "8f3ac01d".to_owned(),
            taken_at: Some(at("2026-11-24T02:11:00Z")),
            first_seen_at: Some(at("2026-11-24T02:20:00Z")),
            files_read: 300,
            files_total: 17_059,
            bytes: 61_200_000,
            took: Some(SignedDuration::from_millis(1_300)),
            proves: Some(
                "no more than 1 % of the 17,059 files that could be compared differ, 95 % sure"
                    .to_owned(),
            ),
        }),
        facts: vec![
            fact("recovery point", "31 h 6 min achieved, 24 h promised"),
            fact(
                "compared with",
                "manifest of the source, taken Tue 24 Nov, 02:00",
            ),
        ],
        ladder: ladder(),
        compared: files(),
        compared_hidden: 209,
        seed: Some(seed()),
        place: place(&lakeside(), vec![4_191, 4_193]),
    }
}

fn why() -> Vec<Reason> {
    vec![
        reason(
            "root-missing",
            "2 of 5 declared folders are not in the backup.",
        ),
        reason(
            "collapsed",
            "The folder /srv/imaging holds a tenth of its past.",
        ),
    ]
}

fn files() -> Vec<Compared> {
    vec![
        compared(
            "/srv/imaging/db/archive.sqlite",
            "must be there",
            None,
            "missing",
        ),
        compared(
            "/srv/imaging/studies/0417.dcm",
            "drawn",
            Some(48_200_000),
            "content differs",
        ),
        compared(
            "/srv/imaging/db/archive.sqlite-wal",
            "name, size and time",
            None,
            "missing",
        ),
        compared(
            "/srv/imaging/canary/7c1e.txt",
            "planted",
            Some(1_024),
            "equal",
        ),
    ]
}

fn holds() -> Verification {
    let mut ladder = ladder();
    for rung in &mut ladder {
        if rung.level == 1 {
            rung.state = RungState::Held;
            rung.note = "all 5 folders there".to_owned();
        }
    }
    Verification {
        verdict: Some(Verdict::Pass),
        finding: "No more than 1 % of the 17,059 files that could be compared differ, 95 % sure."
            .to_owned(),
        reasons: Vec::new(),
        ladder,
        compared: Vec::new(),
        compared_hidden: 0,
        client: baker(),
        asset: accounts_server(),
        place: place(&baker(), vec![798, 799]),
        ..broken()
    }
}

fn unknown() -> Verification {
    Verification {
        verdict: Some(Verdict::Unknown),
        finding: "The probe was stopped after 15 minutes, having read nothing.".to_owned(),
        claim: None,
        reasons: vec![reason(
            "probe-killed",
            "The probe was stopped after 15 minutes, having read nothing.",
        )],
        read: None,
        facts: Vec::new(),
        ladder: (0..=5)
            .map(|level| rung(level, RungState::NotReached, ""))
            .collect(),
        compared: Vec::new(),
        compared_hidden: 0,
        ..broken()
    }
}

fn running() -> Verification {
    Verification {
        verdict: None,
        finding: "No result yet.".to_owned(),
        ended_at: None,
        reasons: Vec::new(),
        ..unknown()
    }
}

fn ladder() -> Vec<Rung> {
    vec![
        rung(0, RungState::Held, "job reported"),
        rung(1, RungState::Broken, "two folders missing"),
        rung(2, RungState::Held, "300 of 300 equal"),
        rung(3, RungState::NotReached, "due 8 Dec"),
        rung(4, RungState::NotReached, ""),
        rung(5, RungState::NotReached, "not declared"),
    ]
}

fn rung(level: u8, state: RungState, note: &str) -> Rung {
    Rung {
        level,
        state,
        note: note.to_owned(),
    }
}

fn reason(code: &str, message: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

fn fact(label: &str, value: &str) -> Fact {
    Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

fn compared(path: &str, why: &str, read_bytes: Option<u64>, finding: &str) -> Compared {
    Compared {
        path: path.to_owned(),
        why: why.to_owned(),
        read_bytes,
        finding: finding.to_owned(),
        verdict: if finding == "equal" {
            Verdict::Pass
        } else {
            Verdict::Fail
        },
    }
}

fn seed() -> Seed {
    Seed {
        hex: "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592".to_owned(),
        head_size: 4_192,
        head_root: "Zr0aQx1mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8LhQ9k=".to_owned(),
        cosigned: false,
    }
}

fn rows() -> Vec<Row> {
    let row = |run: &str, moment: &str, verdict, level: Option<&str>, message: &str| Row {
        run: run.to_owned(),
        title: "Restore a drawn sample on another machine".to_owned(),
        client: baker(),
        asset: accounts_server(),
        started_at: at(moment),
        verdict,
        level: level.map(str::to_owned),
        message: message.to_owned(),
        claimed_success: Some(true),
    };
    vec![
        Row {
            client: lakeside(),
            asset: imaging_archive(),
            ..row(
                "r3",
                "2026-11-24T09:00:04Z",
                Some(Verdict::Fail),
                Some("L0"),
                "2 of 5 declared folders are not in the backup.",
            )
        },
        row("r2", "2026-11-24T09:00:02Z", None, None, ""),
        row(
            "r1",
            "2026-11-10T09:00:02Z",
            Some(Verdict::Pass),
            Some("L2"),
            "300 of 300 files drawn are equal to the source.",
        ),
    ]
}
