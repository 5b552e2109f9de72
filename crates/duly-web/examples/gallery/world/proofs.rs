//! Proof pages and process pages.

use duly_core::process::Process as Declared;
use duly_web::view::Named;
use duly_web::view::frame::Section;
use duly_web::view::process::{Next, Process, VersionRow};
use duly_web::view::processes::{Processes, Row};
use duly_web::view::proof::{Log, Proof, Proofs, Recount, Signed};

use super::{
    RESTORE_TEST, accounts_server, at, baker, date, drawn, frame, imaging_archive, lakeside,
};

pub fn pages() -> Vec<(&'static str, String)> {
    let bare = Proof {
        checkpoint: None,
        ..proof()
    };
    let logs = Proofs {
        frame: frame(Section::Proof, true),
        logs: vec![
            log(baker(), 1_204, Some("2026-11-24T09:08:00Z")),
            log(lakeside(), 4_230, Some("2026-11-24T09:10:02Z")),
            log(Named::new("harbour", "Harbour IT"), 0, None),
        ],
    };
    let no_logs = Proofs {
        logs: Vec::new(),
        ..logs.clone()
    };
    let list = Processes {
        frame: frame(Section::Processes, true),
        may_publish: true,
        may_see_load: true,
        rows: vec![
            Row {
                process: Named::new("backup.restore-test", RESTORE_TEST),
                recurrence: "every month on 2nd tuesday, 4th tuesday".to_owned(),
                applies_to: "each backup".to_owned(),
                steps: 3,
                measured: 1,
                versions: 2,
                clients: 2,
                ended: None,
                takes: "45 min".to_owned(),
                next: Some(date("2026-12-08")),
            },
            Row {
                process: Named::new("firewall.review", "Review the firewall’s rules"),
                recurrence: "every quarter on first business day of month 1".to_owned(),
                applies_to: "each firewall".to_owned(),
                steps: 5,
                measured: 0,
                versions: 1,
                clients: 0,
                ended: Some(date("2026-11-02")),
                takes: "1 h 30".to_owned(),
                next: None,
            },
        ],
    };
    let no_list = Processes {
        rows: Vec::new(),
        ..list.clone()
    };
    vec![
        drawn("proofs", &logs),
        drawn("proofs-none", &no_logs),
        drawn("proof", &proof()),
        drawn("proof-bare", &bare),
        drawn("processes", &list),
        drawn("processes-none", &no_list),
        drawn("process", &process()),
    ]
}

fn log(client: Named, size: u64, signed: Option<&str>) -> Log {
    Log {
        origin: format!("duly.try/{}", client.id),
        client,
        size,
        signed_at: signed.map(at),
    }
}

fn proof() -> Proof {
    Proof {
        frame: frame(Section::Proof, false),
        client: lakeside(),
        origin: "duly.try/lakeside".to_owned(),
        checkpoint: Some(Signed {
            note: "duly.try/lakeside\n4230\nq7WcTz0mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8Lhe1Y=\n\n\
                   — duly.try/lakeside 5xT9vK0mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8LhQ9kZr0aQx1mCqC6sVnP\
                   0fH2b7M8m9QmW0b3m7Ucj8LhQ9kAAAA=\n"
                .to_owned(),
            size: 4_230,
            signed_at: at("2026-11-24T09:10:02Z"),
            cosigned_by: Vec::new(),
        }),
        recount: Some(Recount {
            at: at("2026-11-24T03:00:12Z"),
            entries: 4_187,
            duties: 1_902,
            tickets: 1_898,
            differences: 0,
            problem: None,
        }),
        recount_overdue: false,
        policy: "log duly.try/lakeside+1f3a55c0+AZr0aQx1mCqC6sVnP0fH2b7M8m9QmW0b3m7Ucj8LhQ9k\n\
                 quorum none\n"
            .to_owned(),
        from: date("2026-08-26"),
        to: date("2026-11-24"),
    }
}

fn process() -> Process {
    Process {
        frame: frame(Section::Processes, false),
        declared: declared(),
        published_at: Some(at("2025-12-20T10:00:00Z")),
        may_publish: true,
        versions: vec![VersionRow {
            version: "2026-01-01".to_owned(),
            published_at: at("2025-12-20T10:00:00Z"),
            clients: vec![baker(), lakeside()],
            origin: "by Mara: Twice a month, as promised".to_owned(),
            changes: vec![("The step `tidy` is taken out.".to_owned(), true)],
            fewer: false,
            current: true,
        }],
        next: vec![
            Next {
                slot: date("2026-12-08"),
                due_at: at("2026-12-15T09:00:00Z"),
                client: baker(),
                asset: Some(accounts_server()),
            },
            Next {
                slot: date("2026-12-08"),
                due_at: at("2026-12-15T09:00:00Z"),
                client: lakeside(),
                asset: Some(imaging_archive()),
            },
        ],
    }
}

/// The process of the design's example, in its published form.
fn declared() -> Declared {
    serde_json::from_value(serde_json::json!({
        "rules": 1,
        "process": "backup.restore-test",
        "effective": "2026-01-01",
        "title": RESTORE_TEST,
        "why": "Backups reported as successful also fail.",
        "applies-to": {"per": "asset", "kind": "backup"},
        "schedule": {
            "recurrence": {"every": "month", "interval": 1, "on": [
                {"weekday": {"nth": 2, "weekday": "tuesday"}},
                {"weekday": {"nth": 4, "weekday": "tuesday"}}]},
            "at": "09:00:00", "tz": "client", "roll": "following", "calendar": "client",
            "due-within": {"count": 5, "unit": "business-days"},
            "grace": {"count": 2, "unit": "business-days"}},
        "roles": {"does": "technician", "checks": "manager", "oversees": "executive"},
        "checklist": [
            {"id": "restore", "do": "Restore a drawn sample on another machine",
             "gate": "critical", "probe": "backup.restore"},
            {"id": "open", "do": "Open the restored data with its own program",
             "gate": "standard", "evidence": ["screenshot"]}],
        "quality-control": {
            "spot-check": {"rate-percent": 20, "at-least-per-technician-per-month": 1},
            "rules": [
                {"id": "missed", "severity": "high"},
                {"id": "too-fast", "severity": "medium",
                 "with": {"factor-percent": 25, "floor-minutes": 5}},
                {"id": "evidence-reused", "severity": "medium", "with": {"window-months": 24}},
                {"id": "same-target", "severity": "low",
                 "with": {"last": 6, "distinct-at-least": 4}},
                {"id": "tiny-restore", "severity": "medium",
                 "when": "run.restored_bytes < 1048576", "say": "Restored less than 1 MiB"}],
            "escalate": [
                {"after": {"count": 1, "unit": "business-days"}, "to": "manager"},
                {"after": {"count": 5, "unit": "business-days"}, "to": "client"}]},
        "oversight": {"review-every": "month", "measures": [
            {"id": "restore.success", "good": "compare.equal", "total": "runs.done",
             "window": "12 months", "unit": "ratio", "better": "up", "target": "100%",
             "chart": "rolling"}]},
        "satisfies": {"csf2": ["PR.DS-11", "RC.RP-03"], "cis81": ["11.5"]}
    }))
    .expect("the design's example is a process")
}
