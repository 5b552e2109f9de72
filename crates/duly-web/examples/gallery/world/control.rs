//! The control board in a bad week and in a quiet one, a warning, the rules and the silences.

use duly_core::control::Kind;
use duly_core::control::rules::RULES;
use duly_core::process::Severity;
use duly_store::RuleProof;
use duly_web::part::paging::Paging;
use duly_web::view::Named;
use duly_web::view::control::{Asking, Control, Group, Row};
use duly_web::view::frame::Section;
use duly_web::view::rule::{Place, Raised, RulePage, Setting};
use duly_web::view::rules::{self, Rules};
use duly_web::view::silences::{self, Silences};
use duly_web::view::warning::{Refused, Said, WarningPage};

use super::{at, drawn, frame};

/// Each page in each state.
pub fn pages() -> Vec<(&'static str, String)> {
    let quiet = Control {
        groups: Vec::new(),
        total: 0,
        untaken: 0,
        rows: Vec::new(),
        ..board()
    };
    let taken = WarningPage {
        taken: Some(Said {
            by: Some("Mara".to_owned()),
            at: at("2026-11-24T08:30:00Z"),
            word: Some("Tess is calling the clinic".to_owned()),
        }),
        refused: Some(Refused {
            clearing: true,
            word: String::new(),
            problem: "Say why it is settled.".to_owned(),
        }),
        ..warning()
    };
    vec![
        drawn("control", &board()),
        drawn("control-quiet", &quiet),
        drawn("warning", &warning()),
        drawn("warning-taken", &taken),
        drawn("rules", &all_rules()),
        drawn("rule", &one_rule()),
        drawn("silences", &silences()),
    ]
}

fn baker() -> Named {
    Named::new("baker", "Baker & Sons")
}

fn lakeside() -> Named {
    Named::new("lakeside", "Lakeside Clinic")
}

fn group(client: Named, process: &str, filled: &[(Kind, u64)]) -> Group {
    let count = |kind: Kind| {
        let found = filled.iter().find(|(one, _)| *one == kind);
        found.map_or(0, |(_, count)| *count)
    };
    Group {
        client,
        process: Some(process.to_owned()),
        counts: Kind::ALL.map(count),
    }
}

fn row(client: Named, rule: &str, severity: Severity, message: &str, raised: &str) -> Row {
    Row {
        id: format!("{rule}-{}", client.id),
        client,
        process: Some("backup.restore-test".to_owned()),
        asset: Some("office files".to_owned()),
        ticket: None,
        rule: rule.to_owned(),
        severity,
        message: message.to_owned(),
        raised_at: at(raised),
        owner: "the manager".to_owned(),
        taken_word: None,
        is_taken: false,
        may_take: true,
        firing: 1,
        rungs: 0,
    }
}

fn board() -> Control {
    let taken = Row {
        owner: "Mara".to_owned(),
        taken_word: Some("Tess is calling the clinic".to_owned()),
        is_taken: true,
        may_take: false,
        firing: 2,
        rungs: 1,
        ..row(
            lakeside(),
            "missed",
            Severity::High,
            "The duty of 2026-11-10 was missed and is still owed.",
            "2026-11-20T09:00:00Z",
        )
    };
    let rows = vec![
        taken,
        row(
            baker(),
            "claim-contradicted",
            Severity::High,
            "On 2026-11-24 the job reported success; the measurement failed.",
            "2026-11-24T02:20:00Z",
        ),
        row(
            baker(),
            "too-fast",
            Severity::Medium,
            "Step `open` of 2026-11-10 took 40 s; usual are 26 min.",
            "2026-11-12T11:00:00Z",
        ),
    ];
    Control {
        frame: frame(Section::Control, true),
        groups_more: 0,
        groups: vec![
            group(
                baker(),
                "backup.restore-test",
                &[(Kind::Contradiction, 1), (Kind::Conduct, 1)],
            ),
            group(lakeside(), "backup.restore-test", &[(Kind::Missed, 1)]),
        ],
        total: 3,
        untaken: 2,
        rows,
        paging: Paging {
            address: "/control".to_owned(),
            is_continued: false,
            next: None,
        },
        clients: vec![baker(), lakeside()],
        asking: Asking::default(),
        address: "/control".to_owned(),
    }
}

fn warning() -> WarningPage {
    let rule = RULES.iter().find(|rule| rule.id == "too-fast");
    let said = |words: Option<&'static str>| words.unwrap_or_default().to_owned();
    WarningPage {
        frame: frame(Section::Control, false),
        client: baker(),
        id: "0123".to_owned(),
        message: "Step `open` of 2026-11-10 took 40 s; usual are 26 min.".to_owned(),
        severity: Severity::Medium,
        process: Some("backup.restore-test".to_owned()),
        asset: Some(Named::new("a-files", "office files")),
        ticket: Some("ab".repeat(32)),
        rule: "too-fast".to_owned(),
        looks_for: said(rule.map(|rule| rule.looks_for)),
        may_mean: said(rule.map(|rule| rule.may_mean)),
        firing: 2,
        raised_at: at("2026-11-12T11:00:00Z"),
        owner: "manager".to_owned(),
        taken: None,
        cleared: None,
        gone_since: None,
        rungs: 1,
        may_act: true,
        may_ask_silence: true,
        refused: None,
    }
}

fn proof(rule: &str, fired: bool) -> RuleProof {
    RuleProof {
        rule: rule.to_owned(),
        fired_at: fired.then(|| at("2026-11-24T00:00:05Z")),
        tried_at: at("2026-11-24T00:00:05Z"),
    }
}

fn all_rules() -> Rules {
    let row = |rule: &&'static duly_core::control::Rule| rules::Row {
        id: rule.id,
        kind: rule.kind,
        looks_for: rule.looks_for,
        proof: Some(proof(rule.id, rule.id != "unchanged")),
        open: u64::from(rule.id == "missed"),
    };
    Rules {
        frame: frame(Section::Control, false),
        rows: RULES.iter().map(row).collect(),
        others: vec![("tiny-restore".to_owned(), 1)],
    }
}

fn one_rule() -> RulePage {
    let page = warning();
    let rule = RULES.iter().find(|rule| rule.id == "too-fast");
    let parameters = rule.map_or(&[][..], |rule| rule.parameters);
    let setting = |parameter: &duly_core::control::Parameter| Setting {
        name: parameter.name,
        about: parameter.about,
        default: parameter.default.map(u64::from),
        because: parameter.because,
    };
    RulePage {
        frame: frame(Section::Control, false),
        id: "too-fast".to_owned(),
        looks_for: page.looks_for,
        may_mean: page.may_mean,
        is_built_in: true,
        is_standing: false,
        proof: Some(proof("too-fast", true)),
        settings: parameters.iter().map(setting).collect(),
        places: vec![Place {
            process: "backup.restore-test".to_owned(),
            title: "Restore a real backup and compare it".to_owned(),
            version: "2026-01-01".to_owned(),
            clients: 2,
            severity: Severity::Medium,
            with: "factor-percent 25; floor-minutes 5".to_owned(),
            when: None,
        }],
        raised: vec![Raised {
            id: "0123".to_owned(),
            client: baker(),
            message: page.message,
            severity: Severity::Medium,
            raised_at: page.raised_at,
            cleared_at: None,
        }],
        more: false,
    }
}

fn silences() -> Silences {
    let row = |granted: Option<&str>| silences::Row {
        id: "s".to_owned(),
        client: lakeside(),
        rule: "source-silent".to_owned(),
        reason: "The clinic moves house until Friday".to_owned(),
        asked_by: "Mara".to_owned(),
        asked_at: at("2026-11-23T15:00:00Z"),
        ends_at: at("2026-11-28T18:00:00Z"),
        granted_by: granted.map(str::to_owned),
        may_decide: granted.is_none(),
    };
    Silences {
        frame: frame(Section::Control, false),
        rows: vec![row(None), row(Some("Eve"))],
        paging: Paging {
            address: "/control/silences".to_owned(),
            is_continued: false,
            next: None,
        },
    }
}
