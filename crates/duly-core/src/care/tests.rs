//! What is required, what is uncovered, what is below the minimum.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn asset(kind: &str) -> Asset {
    Asset {
        id: AssetId::from("a-1"),
        client: "baker".into(),
        kind: kind.to_owned(),
        since: date(2026, 1, 1),
        until: None,
    }
}

fn process(id: &str, per: &str, kind: Option<&str>) -> Process {
    let mut applies_to = serde_json::json!({ "per": per });
    if let Some(kind) = kind {
        applies_to["kind"] = kind.into();
    }
    serde_json::from_value(serde_json::json!({
        "rules": 1, "process": id, "effective": "2026-01-01", "title": id,
        "applies-to": applies_to,
        "schedule": {
            "recurrence": { "every": "day", "interval": 1 }, "at": "09:00:00", "tz": "client",
            "calendar": "client", "due-within": { "count": 1, "unit": "days" },
            "grace": { "count": 1, "unit": "days" } },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [{ "id": "look", "do": "Look", "gate": "critical" }],
        "quality-control": { "rules": [{ "id": "missed", "severity": "high" }] },
        "oversight": { "review-every": "month", "measures": [] },
    }))
    .unwrap()
}

fn lacking(
    kind: &str,
    processes: &[Process],
    plan: Option<&ServicePlan>,
    exceptions: &[Exception],
) -> Vec<Option<String>> {
    let in_force = processes
        .iter()
        .map(|process| (&process.process, process))
        .collect();
    let asset = asset(kind);
    let found = uncovered([&asset], &in_force, plan, exceptions, date(2026, 3, 1));
    found
        .into_iter()
        .map(|gap| gap.process.map(|process| process.0))
        .collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

fn promise(process: &str, kind: Option<&str>, per_year_min: u32) -> Promise {
    Promise {
        process: process.into(),
        kind: kind.map(str::to_owned),
        per_year_min,
    }
}

fn plan(promises: Vec<Promise>) -> ServicePlan {
    ServicePlan {
        effective: date(2026, 1, 1),
        promises,
    }
}

fn exception(by: WaivedBy, to: Date) -> Exception {
    Exception {
        id: "e-1".to_owned(),
        client: "baker".into(),
        process: Some("backup.offsite".into()),
        asset: None,
        from: date(2026, 1, 1),
        to,
        by,
        granted_at: jiff::Timestamp::UNIX_EPOCH,
        reason: "until the line is faster".to_owned(),
        resume: None,
    }
}

#[test]
fn a_firewall_that_nobody_keeps_current_is_uncovered() {
    let reviewed = [
        process("fw.review", "asset", Some("firewall")),
        process("fw.subscriptions", "asset", Some("firewall")),
    ];
    assert_eq!(
        lacking("firewall", &reviewed, None, &[]),
        some(&["fw.firmware"])
    );
}

#[test]
fn a_backup_without_a_copy_on_site_and_one_off_site_is_uncovered() {
    let tested = [process("backup.restore-test", "asset", Some("backup"))];
    assert_eq!(
        lacking("backup", &tested, None, &[]),
        some(&["backup.jobs", "backup.offsite"])
    );
}

#[test]
fn a_process_of_that_name_about_something_else_covers_nothing() {
    let of_servers = [process("fw.firmware", "asset", Some("server"))];
    assert!(lacking("firewall", &of_servers, None, &[]).contains(&Some("fw.firmware".to_owned())));
}

#[test]
fn what_is_done_for_the_client_as_a_whole_covers_the_kinds_that_require_it() {
    let all = ["av.coverage", "av.functional", "patch.critical"];
    let all = all.map(|id| process(id, "client", None));
    assert_eq!(lacking("endpoint", &all, None, &[]), []);
    assert_eq!(lacking("server", &all, None, &[]), some(&["backup.scope"]));
}

#[test]
fn something_of_an_unknown_kind_is_covered_by_anything_that_names_it() {
    assert_eq!(lacking("printer", &[], None, &[]), [None]);
    let printers = [process("own.printers", "asset", Some("printer"))];
    assert_eq!(lacking("printer", &printers, None, &[]), []);
}

#[test]
fn a_site_requires_nothing_by_itself_but_what_was_promised() {
    assert_eq!(lacking("site", &[], None, &[]), []);
    let promised = plan(vec![promise("site.walk", Some("site"), 4)]);
    assert_eq!(
        lacking("site", &[], Some(&promised), &[]),
        some(&["site.walk"])
    );
    let walked = [process("site.walk", "site", None)];
    assert_eq!(lacking("site", &walked, Some(&promised), &[]), []);
}

#[test]
fn the_clients_own_exception_excuses_a_lack_while_it_lasts_and_the_providers_never() {
    let two = ["backup.jobs", "backup.restore-test"];
    let two = two.map(|id| process(id, "asset", Some("backup")));
    let lasting = exception(WaivedBy::Client, date(2026, 6, 1));
    assert_eq!(lacking("backup", &two, None, &[lasting]), []);
    let over = exception(WaivedBy::Client, date(2026, 2, 1));
    let own = exception(WaivedBy::Provider, date(2026, 6, 1));
    for useless in [over, own] {
        assert_eq!(
            lacking("backup", &two, None, &[useless]),
            some(&["backup.offsite"])
        );
    }
}

#[test]
fn a_restore_test_less_often_than_24_times_a_year_is_below_the_minimum() {
    let monthly = plan(vec![promise("backup.restore-test", Some("backup"), 12)]);
    let [below] = below_minimum(&monthly).try_into().unwrap();
    assert_eq!((below.promised, below.least), (12, 24));
    let twice = plan(vec![promise("backup.restore-test", Some("backup"), 24)]);
    assert_eq!(below_minimum(&twice), []);
    let own = plan(vec![promise("own.process", None, 1)]);
    assert_eq!(below_minimum(&own), []);
}

#[test]
fn leaving_a_required_process_out_of_the_plan_is_below_the_minimum_too() {
    let thin = plan(vec![promise("fw.firmware", Some("firewall"), 6)]);
    let found = shortfalls(&thin, ["firewall", "site"]);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.process.as_str(), one.promised, one.least))
        .collect();
    let expected = [
        ("fw.firmware", 6, 12),
        ("fw.review", 0, 4),
        ("fw.subscriptions", 0, 12),
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_required_process_has_a_minimum() {
    for requirement in REQUIREMENTS {
        let process = ProcessId::from(requirement.process);
        assert!(least_per_year(&process).is_some(), "{process}");
    }
}

proptest! {
    /// Whatever else is in force, taking a required process away uncovers the asset.
    #[test]
    fn an_asset_is_covered_exactly_if_all_that_its_kind_requires_is_there(
        present in proptest::collection::vec(any::<bool>(), 3),
    ) {
        let required: Vec<_> = required_of("firewall").collect();
        let there: Vec<Process> = required
            .iter()
            .zip(&present)
            .filter(|(_, present)| **present)
            .map(|(one, _)| process(one.process, "asset", Some("firewall")))
            .collect();
        let lacking = lacking("firewall", &there, None, &[]);
        prop_assert_eq!(lacking.len(), required.len() - there.len());
    }
}
