//! Exceptions: a busy list, none, the form with everything wrong, and one in each state.

use duly_web::view::exception::{
    Act, AskForm, Deciding, Exception, Exceptions, Group, Row, Typed, Waived,
};
use duly_web::view::frame::Section;
use duly_work::exceptions::Standing;

use super::{RESTORE_TEST, at, date, drawn, frame, imaging_archive, lakeside};

pub fn pages() -> Vec<(&'static str, String)> {
    let none = Exceptions {
        groups: Vec::new(),
        may_ask: true,
        ..list()
    };
    let decide = Exception {
        standing: Standing::Asked,
        by: None,
        resumes_on: None,
        deciding: Deciding::Offered,
        may_withdraw: false,
        acts: one().acts.into_iter().take(1).collect(),
        waived: Vec::new(),
        problems: vec!["Say why it is refused.".to_owned()],
        ..one()
    };
    vec![
        drawn("exceptions", &list()),
        drawn("exceptions-none", &none),
        drawn("exception-ask", &ask()),
        drawn("exception-decide", &decide),
        drawn("exception", &one()),
    ]
}

/// One that expires soon.
pub fn expiring() -> Row {
    Row {
        id: "e1".to_owned(),
        title: RESTORE_TEST.to_owned(),
        asset: Some(imaging_archive()),
        from: date("2026-11-16"),
        to: date("2026-11-30"),
        reason: "The archive is being moved to a new building.".to_owned(),
        by: Some("the client".to_owned()),
        standing: Standing::Expiring,
    }
}

fn list() -> Exceptions {
    let group = |heading, standing, by: Option<&str>| Group {
        heading,
        rows: vec![Row {
            standing,
            by: by.map(str::to_owned),
            ..expiring()
        }],
        total: 1,
    };
    Exceptions {
        frame: frame(Section::Clients, false),
        client: lakeside(),
        groups: vec![
            group("To be decided", Standing::Asked, None),
            group("Expiring", Standing::Expiring, Some("the client")),
            group("Ended", Standing::Withdrawn, Some("the provider")),
        ],
        may_ask: false,
    }
}

fn ask() -> AskForm {
    AskForm {
        frame: frame(Section::Clients, false),
        client: lakeside(),
        id: "e2".to_owned(),
        processes: vec![super::Named::new("backup.restore-test", RESTORE_TEST)],
        assets: vec![imaging_archive()],
        typed: Typed {
            from: "2026-11-24".to_owned(),
            ..Typed::default()
        },
        problems: vec![
            "Give the last day as a date, such as 2026-12-31.".to_owned(),
            "Say why; the client reads it.".to_owned(),
        ],
    }
}

fn one() -> Exception {
    let act = |moment, what, who: &str, words: Option<&str>| Act {
        at: at(moment),
        what,
        who: Some(who.to_owned()),
        words: words.map(str::to_owned),
    };
    Exception {
        frame: frame(Section::Clients, false),
        client: lakeside(),
        id: "e1".to_owned(),
        title: RESTORE_TEST.to_owned(),
        asset: Some(imaging_archive()),
        from: date("2026-11-16"),
        to: date("2026-11-30"),
        resumes_on: Some(date("2026-12-01")),
        reason: "The archive is being moved to a new building.".to_owned(),
        measure: Some("A copy was taken before the move and lies in the safe.".to_owned()),
        standing: Standing::Expiring,
        by: Some("the client".to_owned()),
        acts: vec![
            act("2026-11-13T09:00:00Z", "asked for", "Tess", None),
            act("2026-11-13T15:20:00Z", "granted", "Lena", Some("Agreed.")),
        ],
        waived: vec![Waived {
            ticket: "w1".to_owned(),
            title: RESTORE_TEST.to_owned(),
            asset: Some(imaging_archive()),
            slot: date("2026-11-24"),
        }],
        is_cut: false,
        deciding: Deciding::NotOffered,
        may_withdraw: true,
        typed: String::new(),
        problems: Vec::new(),
    }
}
