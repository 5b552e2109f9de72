//! Clients and one client: with things missed, and before anything is declared.

use duly_core::accounts::Equation;
use duly_core::commissioning::commissioning;
use duly_core::observation::Method;
use duly_core::verdict::Verdict;
use duly_web::part::client_nav::{ClientNav, ClientPage};
use duly_web::view::Named;
use duly_web::view::client::{Asset, Client, Knowledge, Missed, Technicians, Waived};
use duly_web::view::clients::{Clients, Row};
use duly_web::view::frame::{Frame, Section};

use super::{
    RESTORE_TEST, accounts_server, at, baker, date, drawn, frame, imaging_archive, lakeside, line,
    paging,
};

pub fn pages() -> Vec<(&'static str, String)> {
    let list = Clients {
        frame: frame(Section::Clients, true),
        period: "November 2026".to_owned(),
        rows: rows(),
        paging: paging("/clients"),
        keeps: true,
    };
    let none = Clients {
        frame: Frame {
            owed: 0,
            ..frame(Section::Clients, true)
        },
        rows: Vec::new(),
        paging: paging("/clients"),
        ..list.clone()
    };
    let bare = Client {
        client: baker(),
        nav: nav("baker"),
        commissioning: None,
        uncovered: Vec::new(),
        equation: line([0; 5]),
        month_before: None,
        to_decide: 0,
        expiring: Vec::new(),
        missed: Vec::new(),
        waived: Vec::new(),
        faults: 0,
        assets: Vec::new(),
        paging: paging("/clients/baker"),
        ..one()
    };
    vec![
        drawn("clients", &list),
        drawn("clients-none", &none),
        drawn("client", &one()),
        drawn("client-bare", &bare),
    ]
}

fn nav(client: &str) -> ClientNav {
    ClientNav {
        client: client.to_owned(),
        current: ClientPage::Month,
        keeps_client: true,
    }
}

fn rows() -> Vec<Row> {
    let row = |client, assets, faults, uncovered, terms: [u64; 5]| Row {
        client,
        assets,
        assets_uncovered: uncovered,
        faults,
        equation: equation(terms),
        waived_by_client: 0,
    };
    vec![
        row(baker(), 3, 0, 0, [81, 4, 2, 2, 10]),
        row(lakeside(), 4, 1, 1, [70, 3, 0, 1, 9]),
        row(Named::new("harbour", "Harbour IT"), 0, 0, 0, [0; 5]),
    ]
}

fn equation(terms: [u64; 5]) -> Equation {
    line(terms).equation
}

fn one() -> Client {
    Client {
        frame: frame(Section::Clients, false),
        client: lakeside(),
        technicians: Technicians::default(),
        nav: nav("lakeside"),
        commissioning: commissioning(date("2026-11-10"), date("2026-11-24")),
        uncovered: vec![
            "front firewall: nobody sees to it that it is reviewed in its rules".to_owned(),
        ],
        equation: line([70, 3, 2, 3, 9]),
        month: "2026-11".to_owned(),
        month_before: Some("2026-10".to_owned()),
        month_after: None,
        to_decide: 1,
        expiring: vec![super::exceptions::expiring()],
        missed: vec![
            missed(RESTORE_TEST, "2026-11-10", Some("2026-11-13T10:20:00Z")),
            missed("Review the firewall’s rules", "2026-11-02", None),
        ],
        waived: vec![Waived {
            ticket: "w1".to_owned(),
            title: RESTORE_TEST.to_owned(),
            asset: Some(imaging_archive()),
            slot: date("2026-11-17"),
            by: "the client".to_owned(),
            reason: "The archive is being moved to a new building this week.".to_owned(),
            exception: "e1".to_owned(),
        }],
        faults: 1,
        assets: assets(),
        paging: paging("/clients/lakeside"),
    }
}

fn missed(title: &str, slot: &str, afterwards: Option<&str>) -> Missed {
    Missed {
        ticket: "m1".to_owned(),
        title: title.to_owned(),
        asset: Some(imaging_archive()),
        slot: date(slot),
        afterwards_at: afterwards.map(at),
    }
}

fn assets() -> Vec<Asset> {
    let known =
        |verdict, message: &str, method, source: &str, moment: &str, run: Option<&str>| Knowledge {
            verdict,
            message: message.to_owned(),
            method,
            source: source.to_owned(),
            at: at(moment),
            run: run.map(str::to_owned),
        };
    vec![
        Asset {
            asset: imaging_archive(),
            kind: "backup".to_owned(),
            covered_by: vec![RESTORE_TEST.to_owned(), "Read the backup jobs".to_owned()],
            knowledge: vec![
                known(
                    Some(Verdict::Fail),
                    "2 of 5 declared folders are not in the backup",
                    Method::Measured,
                    "restic repository",
                    "2026-11-24T09:01:00Z",
                    Some("r3"),
                ),
                known(
                    None,
                    "“Backup completed successfully, 0 errors”",
                    Method::SelfReport,
                    "job report",
                    "2026-11-24T02:14:00Z",
                    None,
                ),
            ],
        },
        Asset {
            asset: accounts_server(),
            kind: "backup".to_owned(),
            covered_by: vec![RESTORE_TEST.to_owned()],
            knowledge: vec![known(
                Some(Verdict::Pass),
                "300 of 300 files drawn are equal to the source",
                Method::Measured,
                "restic repository",
                "2026-11-10T09:01:00Z",
                Some("r1"),
            )],
        },
        Asset {
            asset: Named::new("lakeside-front", "front firewall"),
            kind: "firewall".to_owned(),
            covered_by: Vec::new(),
            knowledge: Vec::new(),
        },
    ]
}
