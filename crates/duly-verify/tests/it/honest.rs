//! An honest month: what the verifier computes from it, and how it says so.

use duly_core::accounts::{Equation, Outcome};
use duly_core::care::Ground;
use duly_core::entry::kind;
use duly_core::verdict::Verdict;
use duly_verify::page::page;
use jiff::civil::date;
use serde_json::json;

use crate::world::{Script, close, codes, draft, duty_id, judge, policy, process};

#[test]
fn a_clean_month_holds_and_its_equation_is_computed() {
    let report = Script::clean().report();
    let expected = Equation {
        due: 4,
        done: 3,
        late: 1,
        ..Equation::default()
    };
    assert_eq!(report.equation, Some(expected), "{:?}", report.reasons);
    assert_eq!(report.standing.word(), "unanchored");
    assert_eq!(report.exit_code(), 0);
    assert_eq!(report.findings, []);
    assert_eq!(report.uncovered, []);
}

#[test]
fn a_missed_duty_is_named_and_fails_the_pack_though_nothing_was_hidden() {
    let report = Script::mixed().report();
    let expected = Equation {
        due: 4,
        done: 1,
        late: 1,
        missed: 1,
        waived: 1,
        open: 0,
    };
    assert_eq!(report.equation, Some(expected), "{:?}", report.reasons);
    assert_eq!(report.standing.word(), "unanchored");
    assert_eq!(report.exit_code(), 1);
    let [missed] = report.missed.as_slice() else {
        panic!("{:?}", report.missed);
    };
    assert_eq!(missed.id, duty_id(date(2026, 1, 19)));
    assert_eq!(missed.title, "Check the backups");
    assert_eq!(missed.asset.as_ref().unwrap().as_str(), "files");
    assert_eq!(missed.due_at.to_string(), "2026-01-19T17:00:00Z");
    assert_eq!(
        missed.afterwards_at.unwrap().to_string(),
        "2026-01-21T08:00:00Z"
    );
    assert_eq!(report.waived[0].reason, "The office moves");
}

#[test]
fn a_duty_past_its_time_is_missed_even_before_anybody_wrote_that_down() {
    // The record ends half an hour after the duty of the 19th was missed: nobody can be blamed
    // yet for not having written it, but missed it is.
    let mut script = Script::mixed();
    script.0.truncate(script.find(kind::DUTY_MISS, 0));
    script.write("2026-01-20T17:30:00Z", draft("x.note"));
    let report = script.report();
    assert_eq!(report.standing.word(), "unanchored", "{:?}", report.reasons);
    assert_eq!(report.equation.unwrap().missed, 1);
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn a_record_that_ends_before_its_period_says_so_and_counts_the_rest_as_open() {
    let mut script = Script::clean();
    script.0.truncate(script.find(kind::DUTY_OPEN, 2));
    let report = script.report();
    assert_eq!(report.equation.unwrap().open, 2);
    assert_eq!(report.findings[0].code, "record-ends-early");
}

#[test]
fn a_failed_verdict_is_done_and_a_finding() {
    let mut script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 2);
    script.0[place].1 = close(date(2026, 1, 19), Outcome::Done, Verdict::Fail);
    let report = script.report();
    assert_eq!(report.equation.unwrap().done, 3);
    assert_eq!(report.findings[0].code, "verdict-fail");
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn a_run_without_a_result_is_a_finding() {
    let script = Script::clean();
    let place = script.find(kind::RUN_RESULT, 1);
    let report = script.without(place).report();
    assert_eq!(report.findings[0].code, "run-without-result");
    assert_eq!(report.standing.word(), "unanchored");
}

fn lacking(kind: &str) -> Vec<(String, Option<String>, Ground)> {
    let asset = json!({ "id": "new", "client": "baker", "kind": kind, "since": "2026-01-05" });
    let add = draft(kind::ASSET_ADD).with_field("asset", &asset).unwrap();
    let report = Script::clean()
        .with(6, "2026-01-02T10:00:00Z", add)
        .report();
    assert_eq!(report.exit_code(), 0);
    let gaps = report.uncovered.into_iter();
    gaps.map(|gap| {
        let process = gap.process.map(|process| process.0);
        (gap.asset.unwrap().0, process, gap.ground)
    })
    .collect()
}

#[test]
fn an_asset_that_no_process_looks_after_is_uncovered() {
    let nothing = ("new".to_owned(), None, Ground::InCare);
    assert_eq!(lacking("printer"), [nothing]);
}

#[test]
fn a_firewall_that_nobody_keeps_current_or_reviews_is_uncovered_for_the_client_too() {
    let required = ["fw.firmware", "fw.review", "fw.subscriptions"];
    let required = required.map(|process| {
        let process = Some(process.to_owned());
        ("new".to_owned(), process, Ground::Required)
    });
    assert_eq!(lacking("firewall"), required);
}

#[test]
fn a_promised_process_that_was_never_published_is_uncovered() {
    let mut script = Script::clean();
    let promises = json!([
        { "process": "backup.restore-test", "kind": "archive", "per-year-min": 24 },
        { "process": "continuity.exercise", "per-year-min": 1 },
    ]);
    let plan = json!({ "effective": "2026-01-01", "promises": promises });
    let place = script.find(kind::PLAN_SIGN, 0);
    script.0[place].1 = draft(kind::PLAN_SIGN).with_field("plan", &plan).unwrap();
    let report = script.report();
    let named: Vec<_> = report
        .uncovered
        .iter()
        .map(|gap| (gap.asset.is_some(), gap.process.as_ref().unwrap().as_str()))
        .collect();
    assert_eq!(
        named,
        [
            (true, "backup.restore-test"),
            (false, "continuity.exercise")
        ]
    );
}

#[test]
fn a_new_version_from_tomorrow_on_is_a_change_and_no_contradiction() {
    let mut daily = process("2026-01-13");
    daily["schedule"]["recurrence"] = json!({ "every": "week", "interval": 1, "on": ["monday"] });
    daily["title"] = json!("Check all backups");
    let mut script = Script::mixed();
    let place = script.find(kind::DUTY_OPEN, 2);
    let publish = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &daily)
        .unwrap();
    script = script.with(place, "2026-01-13T12:00:00Z", publish);
    let report = script.report();
    assert_eq!(report.standing.word(), "unanchored", "{:?}", report.reasons);
    assert_eq!(report.missed[0].title, "Check all backups");
    assert!(
        report
            .changes
            .iter()
            .any(|change| change.code == "process-published")
    );
}

#[test]
fn a_period_can_be_asked_for_that_is_not_the_packs_own() {
    use duly_verify::{Request, verify};
    let pack = Script::mixed().pack();
    let request = Request {
        pack: &pack,
        policy: &policy(),
        kept: &[],
        from: Some(date(2026, 1, 6)),
        to: Some(date(2026, 1, 18)),
    };
    let report = verify(&request).unwrap();
    assert_eq!(report.equation.unwrap().due, 1);
    assert_eq!(report.exit_code(), 0);
    // Whoever chose the period cannot hide by it what was missed outside.
    assert_eq!(report.findings[0].code, "missed-outside");
}

#[test]
fn a_pack_of_a_log_made_for_trying_says_that_it_is_a_demonstration() {
    let report = Script::clean().report();
    assert!(!report.demonstration);
    // The origin decides, wherever it comes from; see `duly try`.
    let report = report_of_demonstration();
    assert!(report.demonstration);
    assert!(page(&report).contains("This is a demonstration"));
}

fn report_of_demonstration() -> duly_verify::Report {
    use duly_core::id::ClientId;
    use duly_core::pack::{PackDraft, build};
    use duly_proof::checkpoint::Checkpoint;
    use duly_proof::note::SignerKey;
    use duly_proof::policy::Policy;
    use duly_proof::tree::root;
    let signer = SignerKey::from_seed("duly.try/baker", [7; 32]).unwrap();
    let log = Script::clean().seal();
    let size = log.leaves.len() as u64;
    let checkpoint = Checkpoint::new("duly.try/baker", size, root(&log.leaves));
    let draft = PackDraft {
        client: &ClientId::from("baker"),
        from: date(2026, 1, 1),
        to: date(2026, 1, 31),
        entries: &log.entries,
        disclosures: &log.disclosures,
        checkpoint: &checkpoint.sign(&signer).unwrap(),
        earlier_checkpoints: &[],
    };
    let pack = build(&draft, &signer).unwrap();
    let policy = format!("log {}\nquorum none\n", signer.verifier());
    judge(&pack, &Policy::parse(policy.as_bytes()).unwrap(), &[])
}

#[test]
fn the_page_fits_eighty_columns_and_says_what_an_owner_asks() {
    let page = page(&Script::mixed().report());
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "baker, 1 January 2026 to 31 January 2026",
        "UNANCHORED",
        "Duties due 4",
        "missed 1",
        "Check the backups",
        "files, 19 January 2026: due by 19 January 2026, 17:00, done afterwards on 21 January",
        "by you: The office moves",
    ] {
        assert!(
            words.contains(expected),
            "{expected:?} is not on this page:\n{page}"
        );
    }
}

#[test]
fn text_from_the_pack_cannot_steer_the_terminal() {
    let mut script = Script::mixed();
    let place = script.find(kind::PROCESS_PUBLISH, 0);
    let mut process = process("2026-01-01");
    process["title"] = json!("\u{1b}[2J\u{1b}[1;32mALL GREEN\u{202e}");
    script.0[place].1 = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &process)
        .unwrap();
    let page = page(&script.report());
    assert!(page.contains("ALL GREEN"));
    assert!(
        !page.chars().any(|c| c == '\u{1b}' || c == '\u{202e}'),
        "{page:?}"
    );
}

#[test]
fn a_process_under_later_rules_is_not_judged_at_all() {
    let mut script = Script::clean();
    let place = script.find(kind::PROCESS_PUBLISH, 0);
    let mut later = process("2026-01-01");
    later["rules"] = json!(2);
    later["something"] = json!("new");
    script.0[place].1 = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &later)
        .unwrap();
    let report = script.report();
    assert_eq!(codes(&report), ["unknown-rules"]);
    assert_eq!(report.equation, None);
    assert_eq!(report.exit_code(), 2);
}
