//! The complete example of the design: accepted as it stands, and compiled to the published form.

use duly_declare::load;
use serde_json::json;

pub const SAMPLE: &str = include_str!("../fixtures/sample.yaml");

#[test]
fn the_sample_compiles_to_the_published_form() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let published = serde_json::to_value(&process).unwrap();
    assert_eq!(
        published,
        json!({
            "rules": 1,
            "process": "backup.restore-test",
            "effective": "2026-01-01",
            "title": "Restore a real backup and compare it",
            "why": "Backups reported as successful also fail.",
            "applies-to": { "per": "asset", "kind": "backup" },
            "schedule": {
                "recurrence": {
                    "every": "month",
                    "interval": 1,
                    "on": [
                        { "weekday": { "nth": 2, "weekday": "tuesday" } },
                        { "weekday": { "nth": 4, "weekday": "tuesday" } },
                    ],
                },
                "at": "09:00:00",
                "tz": "client",
                "roll": "following",
                "calendar": "client",
                "due-within": { "count": 5, "unit": "business-days" },
                "grace": { "count": 2, "unit": "business-days" },
            },
            "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
            "checklist": [
                {
                    "id": "restore",
                    "do": "Restore a drawn sample on another machine",
                    "gate": "critical",
                    "probe": "backup.restore",
                },
                {
                    "id": "open",
                    "do": "Open the restored data with its own program",
                    "gate": "standard",
                    "evidence": ["screenshot"],
                },
            ],
            "quality-control": {
                "spot-check": { "rate-percent": 20, "at-least-per-technician-per-month": 1 },
                "rules": [
                    { "id": "missed", "severity": "high" },
                    {
                        "id": "too-fast",
                        "severity": "medium",
                        "with": { "factor-percent": 25, "floor-minutes": 5 },
                    },
                    {
                        "id": "evidence-reused",
                        "severity": "high",
                        "with": { "window-months": 24 },
                    },
                    {
                        "id": "same-target",
                        "severity": "medium",
                        "with": { "last": 6, "distinct-at-least": 4 },
                    },
                    {
                        "id": "tiny-restore",
                        "severity": "medium",
                        "when": "run.restored_bytes < 1048576",
                        "say": "Restored less than 1 MiB",
                    },
                ],
                "escalate": [
                    { "after": { "count": 1, "unit": "business-days" }, "to": "manager" },
                    { "after": { "count": 3, "unit": "business-days" }, "to": "executive" },
                    { "after": { "count": 5, "unit": "business-days" }, "to": "client" },
                ],
            },
            "oversight": {
                "review-every": "month",
                "measures": [{
                    "id": "restore.success",
                    "good": "compare.equal",
                    "total": "runs.done",
                    "window": "12 months",
                    "unit": "ratio",
                    "better": "up",
                    "target": "100%",
                    "chart": "rolling",
                }],
            },
            "satisfies": { "csf2": ["PR.DS-11", "RC.RP-03"], "cis81": ["11.5"] },
        })
    );
}

#[test]
fn the_published_form_reads_back_to_the_same_process() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let text = serde_json::to_string(&process).unwrap();
    let back: duly_core::process::Process = serde_json::from_str(&text).unwrap();
    assert_eq!(back, process);
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
}

#[test]
fn a_field_that_the_published_form_does_not_have_is_refused() {
    let process = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let published = serde_json::to_value(&process).unwrap();
    // A field that a verifier overlooks could change what a duty means without its noticing.
    for pointer in paths_of_objects(&published, String::new()) {
        let mut changed = published.clone();
        let object = changed
            .pointer_mut(&pointer)
            .unwrap()
            .as_object_mut()
            .unwrap();
        object.insert("smuggled".to_owned(), json!(1));
        let read = serde_json::from_value::<duly_core::process::Process>(changed);
        // Two tables have keys of the author's choosing.
        let open = pointer.ends_with("/with") || pointer == "/satisfies";
        assert!(open || read.is_err(), "{pointer} takes any field");
    }
}

fn paths_of_objects(value: &serde_json::Value, at: String) -> Vec<String> {
    let mut paths = Vec::new();
    match value {
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                paths.extend(paths_of_objects(field, format!("{at}/{key}")));
            }
            paths.push(at);
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                paths.extend(paths_of_objects(item, format!("{at}/{index}")));
            }
        }
        _ => {}
    }
    paths
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = load(SAMPLE.as_bytes(), "sample.yaml").unwrap();
    let windows = format!("\u{FEFF}{}", SAMPLE.replace('\n', "\r\n"));
    assert_eq!(load(windows.as_bytes(), "sample.yaml").unwrap(), plain);
}
