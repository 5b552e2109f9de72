//! `duly plan`: the duties of a period from files alone.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::called::{Called, duly};

const PROCESS: &str = "
duly: 1
process: backup.restore-test
title: Restore a real backup, and compare it
effective: 2026-01-01
applies_to: { kind: backup, per: asset }
schedule:
  on: [2nd tuesday, 4th tuesday]
  at: \"09:00\"
  tz: client
  holidays: { calendar: client, roll: following }
  due_within: 5 business days
  grace: 2 business days
roles: { does: technician, checks: manager, oversees: executive }
checklist:
  - { id: restore, do: Restore a sample, evidence: [note], gate: critical }
quality_control:
  rules:
    - missed: { severity: high }
    - evidence_reused: { window: 24 months }
oversight:
  review: { every: month }
  measures:
    - { id: done, good: compare.equal, total: runs.done, window: 12 months, unit: ratio, better: up,
        target: 100%, chart: rolling }
";

/// A folder with one process and a list of assets.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new(process: &str, assets: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        let processes = folder.path().join("processes");
        std::fs::create_dir(&processes).unwrap();
        std::fs::write(processes.join("restore.yaml"), process).unwrap();
        std::fs::write(folder.path().join("assets.json"), assets.to_string()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        Path::join(self.folder.path(), name).display().to_string()
    }

    fn plan(&self, from: &str, to: &str, more: &[&str]) -> Called {
        let (processes, assets) = (self.path("processes"), self.path("assets.json"));
        let mut arguments = vec!["plan", "--processes", &processes, "--assets", &assets];
        arguments.extend(["--from", from, "--to", to]);
        arguments.extend(more);
        duly(&arguments)
    }
}

fn assets() -> Value {
    json!({
        "clients": [
            { "id": "lakeside", "tz": "America/New_York", "calendar": "us-federal" },
            { "id": "baker", "tz": "Europe/London", "calendar": "england" },
        ],
        "assets": [
            { "id": "b-2", "client": "baker", "kind": "backup", "since": "2026-01-20",
              "until": null },
            { "id": "b-1", "client": "baker", "kind": "backup", "since": "2025-01-01" },
            { "id": "b-9", "client": "lakeside", "kind": "backup", "since": "2025-01-01",
              "until": "2026-01-27" },
        ],
        "exceptions": [],
    })
}

#[test]
fn a_plan_has_each_duty_in_the_published_shape() {
    let called = Files::new(PROCESS, &assets()).plan("2026-01-01", "2026-01-31", &["--json"]);
    assert_eq!(called.code, 0, "{}", called.said);
    let plan = called.json();
    let duties = plan["duties"].as_array().unwrap();
    let told: Vec<(&str, &str)> = duties
        .iter()
        .map(|duty| {
            (
                duty["slot"].as_str().unwrap(),
                duty["asset"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("2026-01-13", "b-1"),
        ("2026-01-13", "b-9"),
        ("2026-01-27", "b-1"),
        ("2026-01-27", "b-2"),
    ];
    assert_eq!(told, expected);
    let id = duly_core::id::DutyId::of(
        &"lakeside".into(),
        &"backup.restore-test".into(),
        Some(&"b-9".into()),
        "2026-01-13".parse().unwrap(),
    );
    // Five business days from the 13th in New York pass Martin Luther King Day.
    let expected = json!({
        "id": id, "client": "lakeside", "process": "backup.restore-test",
        "version": "2026-01-01", "asset": "b-9", "slot": "2026-01-13",
        "opens_at": "2026-01-13T14:00:00Z", "due_at": "2026-01-21T14:00:00Z",
        "missed_at": "2026-01-23T14:00:00Z",
    });
    assert_eq!(duties[1], expected);
}

#[test]
fn two_plans_of_the_same_period_are_the_same_bytes() {
    let files = Files::new(PROCESS, &assets());
    let plan = |form| files.plan("2026-01-01", "2026-12-31", &[form]).printed;
    assert_eq!(plan("--json"), plan("--json"));
    assert_eq!(plan("--ics"), plan("--ics"));
}

#[test]
fn an_icalendar_file_has_one_event_a_duty_and_ends_its_lines_as_the_standard_says() {
    let called = Files::new(PROCESS, &assets()).plan("2026-01-01", "2026-01-31", &["--ics"]);
    assert_eq!(called.code, 0, "{}", called.said);
    assert_eq!(called.printed.matches("BEGIN:VEVENT\r\n").count(), 4);
    assert!(
        called
            .printed
            .contains("SUMMARY:Restore a real backup\\, and compare it: b-1 (baker)")
    );
    assert!(called.printed.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(
        called.printed.matches('\n').count(),
        called.printed.matches("\r\n").count()
    );
}

#[test]
fn a_person_gets_a_table_in_local_time_and_hears_what_has_no_duty() {
    let files = Files::new(PROCESS, &assets());
    let called = files.plan("2026-01-01", "2026-01-14", &[]);
    assert!(called.printed.starts_with("SLOT "), "{}", called.printed);
    let opened = "Tue 2026-01-13  2026-01-13 09:00  2026-01-21 09:00";
    assert!(called.printed.contains(opened), "{}", called.printed);
    assert_eq!(called.said, "2 duties\n");
    let called = files.plan("2026-01-01", "2026-01-02", &[]);
    assert!(
        called
            .said
            .contains("none for backup.restore-test: no date"),
        "{}",
        called.said
    );
}

#[test]
fn processes_that_are_refused_give_no_plan() {
    let broken = PROCESS.replace(
        "- missed: { severity: high }",
        "- misssed: { severity: high }",
    );
    let called = Files::new(&broken, &assets()).plan("2026-01-01", "2026-01-31", &["--json"]);
    assert_eq!(called.code, 1);
    assert!(called.json()["refusals"][0]["line"].is_u64());
}

#[test]
fn a_process_for_the_provider_alone_is_named_where_the_provider_is_not_there() {
    let of_provider = PROCESS.replace("{ kind: backup, per: asset }", "{ per: provider }");
    let called = Files::new(&of_provider, &assets()).plan("2026-01-01", "2026-01-31", &["--json"]);
    assert_eq!(called.json(), json!({ "duties": [] }));
    assert!(
        called.said.contains("applies per provider"),
        "{}",
        called.said
    );
    let mut with_provider = assets();
    with_provider["clients"][0]["id"] = json!("provider");
    with_provider["assets"] = json!([]);
    let called =
        Files::new(&of_provider, &with_provider).plan("2026-01-01", "2026-01-31", &["--json"]);
    let plan = called.json();
    assert_eq!(plan["duties"].as_array().unwrap().len(), 2);
    assert_eq!(plan["duties"][0]["asset"], Value::Null);
}

#[test]
fn a_calendar_of_ones_own_may_stand_in_the_file() {
    let mut own = assets();
    own["clients"][1]["calendar"] = json!("bakery");
    own["calendars"] = json!([{ "id": "bakery", "years": { "2026": ["2026-01-13"] } }]);
    let called = Files::new(PROCESS, &own).plan("2026-01-13", "2026-01-13", &["--json"]);
    assert_eq!(
        called.json()["duties"][0]["opens_at"],
        "2026-01-14T09:00:00Z"
    );
}

#[test]
fn a_year_that_no_calendar_holds_cannot_be_evaluated() {
    let called = Files::new(PROCESS, &assets()).plan("2036-01-01", "2036-01-31", &["--json"]);
    assert_eq!(called.code, 2);
    assert_eq!(
        called.json()["refusals"][0]["code"],
        "calendar-year-missing"
    );
}

#[test]
fn a_list_that_does_not_fit_together_is_wrong_usage() {
    let wrong = [
        (json!([]), "assets-malformed"),
        (json!({ "clients": [], "asets": [] }), "assets-malformed"),
        (
            json!({ "clients": [], "assets": [
                { "id": "b-1", "client": "baker", "kind": "backup", "since": "2026-01-01" }
            ] }),
            "client-unknown",
        ),
        (
            json!({ "clients": [
                { "id": "baker", "tz": "UTC", "calendar": "england" },
                { "id": "baker", "tz": "UTC", "calendar": "england" },
            ] }),
            "client-twice",
        ),
    ];
    for (assets, code) in wrong {
        let called = Files::new(PROCESS, &assets).plan("2026-01-01", "2026-01-31", &["--json"]);
        assert_eq!(called.code, 64, "{}", called.said);
        assert_eq!(called.json()["refusals"][0]["code"], code);
    }
    let files = Files::new(PROCESS, &assets());
    assert_eq!(files.plan("2026-01-31", "2026-01-01", &[]).code, 64);
    assert_eq!(
        files
            .plan("2026-01-01", "2026-01-31", &["--json", "--ics"])
            .code,
        64
    );
}

#[test]
fn the_load_is_the_minutes_of_each_week_and_role() {
    let assets = json!({
        "clients": [{ "id": "baker", "tz": "Europe/London", "calendar": "england" }],
        "assets": [
            { "id": "a", "client": "baker", "kind": "backup", "since": "2026-01-01" },
            { "id": "b", "client": "baker", "kind": "backup", "since": "2026-01-01" }
        ]
    });
    let estimated = PROCESS.replace("effective:", "minutes: 45\neffective:");
    let files = Files::new(&estimated, &assets);
    let called = files.plan("2026-01-01", "2026-01-31", &["--load", "--json"]);
    let document = called.json();
    assert_eq!(
        document,
        json!({ "load": [
            { "week": "2026-01-12", "role": "technician", "duties": 2, "minutes": 90,
              "without-estimate": 0 },
            { "week": "2026-01-26", "role": "technician", "duties": 2, "minutes": 90,
              "without-estimate": 0 }
        ] })
    );
    let called = files.plan("2026-01-01", "2026-01-31", &["--load"]);
    assert!(
        called
            .printed
            .contains("2026-01-12  technician       2       1:30"),
        "{}{}",
        called.printed,
        called.said
    );
    let without = Files::new(PROCESS, &assets);
    let called = without.plan("2026-01-01", "2026-01-31", &["--load"]);
    assert!(
        called.said.contains("4 duties have no estimate"),
        "{}{}",
        called.printed,
        called.said
    );
}
