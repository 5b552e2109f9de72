//! The small world as pages: provider Harbour IT, clients Baker & Sons and Lakeside Clinic, and
//! Tess who does the work. Every page of the product is here in every state that it can be in.

mod clients;
mod control;
mod exceptions;
mod oversight;
mod proofs;
mod reviews;
mod tickets;
mod todays;
mod verifications;

use askama::Template;
use duly_core::accounts::Equation;
use duly_web::part::equation::EquationLine;
use duly_web::part::paging::Paging;
use duly_web::part::place::{Checkpoint, Place};
use duly_web::view::Named;
use duly_web::view::frame::{Frame, Section, Who};
use duly_web::view::problem::ProblemPage;
use duly_web::view::sign_in::{Ask, Invitation, SignIn, Stage};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Every page, with the name of its file.
pub fn pages() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    all.extend(sign_ins());
    all.extend(todays::pages());
    all.extend(tickets::pages());
    all.extend(verifications::pages());
    all.extend(clients::pages());
    all.extend(exceptions::pages());
    all.extend(control::pages());
    all.extend(oversight::pages());
    all.extend(proofs::pages());
    all.extend(reviews::pages());
    all.extend(problems());
    all
}

/// A page, drawn.
pub fn drawn(name: &'static str, page: &impl Template) -> (&'static str, String) {
    (name, page.render().expect("a page can be drawn"))
}

/// An instant.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an RFC 3339 instant")
}

/// A civil date.
pub fn date(text: &str) -> jiff::civil::Date {
    text.parse().expect("an ISO date")
}

/// The frame around a signed-in page.
pub fn frame(section: Section, is_head: bool) -> Frame {
    Frame {
        now: at("2026-11-24T09:12:00Z"),
        zone: TimeZone::get("Europe/London").expect("a zone of the bundle"),
        who: Some(Who {
            name: "Tess".to_owned(),
            roles: "technician".to_owned(),
        }),
        section: Some(section),
        is_head,
        sections: Section::ALL.to_vec(),
        owed: 2,
        demonstration: true,
    }
}

fn frame_alone() -> Frame {
    Frame {
        who: None,
        section: None,
        owed: 0,
        demonstration: false,
        ..frame(Section::Today, false)
    }
}

pub fn baker() -> Named {
    Named::new("baker", "Baker & Sons")
}

pub fn lakeside() -> Named {
    Named::new("lakeside", "Lakeside Clinic")
}

pub fn accounts_server() -> Named {
    Named::new("baker-accounts", "accounts server")
}

pub fn imaging_archive() -> Named {
    Named::new("lakeside-imaging", "imaging archive")
}

pub const RESTORE_TEST: &str = "Restore a real backup and compare it";

/// The equation of November.
pub fn november() -> EquationLine {
    line([151, 7, 2, 3, 19])
}

pub fn line(terms: [u64; 5]) -> EquationLine {
    let [done, late, missed, waived, open] = terms;
    EquationLine {
        period: "November 2026".to_owned(),
        equation: Equation {
            due: terms.iter().sum(),
            done,
            late,
            missed,
            waived,
            open,
        },
        waived_by_client: waived.min(2),
    }
}

/// The first page of a list that fits on it.
pub fn paging(address: &str) -> Paging {
    Paging {
        address: address.to_owned(),
        is_continued: false,
        next: None,
    }
}

pub fn place(client: &Named, entries: Vec<u64>) -> Place {
    Place {
        client_name: client.name.clone(),
        origin: format!("duly.try/{}", client.id),
        entries,
        checkpoint: Some(Checkpoint {
            size: 4_230,
            root: "q7WcTz0mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8Lhe1Y=".to_owned(),
            cosigned: false,
        }),
    }
}

fn sign_ins() -> Vec<(&'static str, String)> {
    let page = |name, stage| {
        let frame = frame_alone();
        drawn(name, &SignIn { frame, stage })
    };
    vec![
        page("sign-in", Stage::Ask(ask(None))),
        page(
            "sign-in-wrong",
            Stage::Ask(ask(Some(
                "This mail address and this password do not belong together.",
            ))),
        ),
        page(
            "sign-in-code",
            Stage::Code {
                token: "3q2-7wEjRWeJq83v".to_owned(),
                to: "/".to_owned(),
                problem: Some("This code is not right.".to_owned()),
            },
        ),
        page("sign-in-late", Stage::TooLate),
        page(
            "sign-in-too-many",
            Stage::TooMany {
                again_in: "10 min".to_owned(),
            },
        ),
        page("invitation", Stage::Invitation(invitation())),
        page("invitation-spent", Stage::SpentInvitation),
        page(
            "sign-in-not-by-identity",
            Stage::NotByIdentity {
                provider: "Harbour IT account".to_owned(),
            },
        ),
        page(
            "sign-in-link",
            Stage::Link {
                token: "3q2-7wEjRWeJq83v".to_owned(),
            },
        ),
        page("sign-in-spent", Stage::Spent),
        page("signed-out", Stage::SignedOut),
    ]
}

fn ask(problem: Option<&str>) -> Ask {
    Ask {
        mail: "tess@harbour.example".to_owned(),
        to: "/".to_owned(),
        problem: problem.map(str::to_owned),
        passkeys: true,
        identity: Some("Harbour IT account".to_owned()),
    }
}

fn invitation() -> Invitation {
    Invitation {
        token: "3q2-7wEjRWeJq83v".to_owned(),
        name: "Tess".to_owned(),
        mail: Some("tess@harbour.example".to_owned()),
        expires_at: "2026-12-01T09:12:00Z".parse().unwrap(),
        passkeys: true,
        identity: Some("Harbour IT account".to_owned()),
        problem: None,
    }
}

fn problems() -> Vec<(&'static str, String)> {
    let page = |name, frame, status, code: &str, what: &str, why: &str, advice: &str| {
        let problem = ProblemPage {
            frame,
            status,
            code: code.to_owned(),
            what: what.to_owned(),
            why: why.to_owned(),
            advice: advice.to_owned(),
        };
        drawn(name, &problem)
    };
    let nowhere = Frame {
        section: None,
        ..frame(Section::Today, false)
    };
    vec![
        page(
            "problem-not-found",
            nowhere.clone(),
            404,
            "not-found",
            "There is nothing here",
            "No page, ticket or client has this address.",
            "If you typed it, look again; if a link brought you here, tell whoever runs duly.",
        ),
        page(
            "problem-failed",
            nowhere,
            500,
            "store-failed",
            "duly could not read its store",
            "The database did not answer, so this page would have been a guess.",
            "Try again in a minute. If it stays so, run duly doctor on the machine where it runs.",
        ),
        page(
            "problem-cross-site",
            frame_alone(),
            403,
            "cross-site-request",
            "This form did not come from duly",
            "The browser says that another site sent it, so nothing was done.",
            "Open duly itself and do it there.",
        ),
    ]
}
