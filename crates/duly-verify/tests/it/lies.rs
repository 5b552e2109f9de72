//! What a provider could write and sign: every signature here is good, every hash fits, and the
//! record contradicts itself.

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, Seen, kind};
use duly_core::verdict::Verdict;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use crate::world::{Script, about, close, contradicts, draft, judge, policy, process};

#[test]
fn a_duty_without_outcome_is_found() {
    let script = Script::mixed();
    let place = script.find(kind::DUTY_AFTERWARDS, 0);
    let script = script.without(place);
    let place = script.find(kind::DUTY_MISS, 0);
    let report = script.without(place).report();
    contradicts(&report, "duty-without-outcome");
    assert_eq!(report.missed.len(), 1);
}

#[test]
fn a_duty_of_which_no_entry_speaks_is_found() {
    let mut script = Script::mixed();
    script
        .0
        .retain(|(_, draft)| draft.duty != Some(crate::world::duty_id(date(2026, 1, 19))));
    let report = script.report();
    contradicts(&report, "duty-without-outcome");
    assert_eq!(report.equation.unwrap().due, 4);
}

#[test]
fn two_outcomes_for_one_duty_are_found() {
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let done = close(date(2026, 1, 19), Outcome::Done, Verdict::Pass);
    let report = script.with(place, "2026-01-19T16:00:00Z", done).report();
    contradicts(&report, "two-outcomes");
}

#[test]
fn a_duty_closed_that_nobody_owed_is_found() {
    let script = Script::clean();
    let last = script.0.len() - 1;
    let tuesday = close(date(2026, 1, 20), Outcome::Done, Verdict::Pass);
    let report = script.with(last, "2026-01-27T10:00:00Z", tuesday).report();
    contradicts(&report, "duty-not-due");
}

#[test]
fn late_work_recorded_as_done_is_found() {
    let mut script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 1);
    script.0[place].1.outcome = Some(Outcome::Done);
    let report = script.report();
    contradicts(&report, "wrong-outcome");
    assert_eq!(report.equation.unwrap().late, 1);
}

#[test]
fn a_missed_duty_recorded_as_late_is_found() {
    let mut script = Script::mixed();
    let place = script.find(kind::DUTY_AFTERWARDS, 0);
    script = script.without(place);
    let place = script.find(kind::DUTY_MISS, 0);
    script.0[place].1 = close(date(2026, 1, 19), Outcome::Late, Verdict::Pass);
    let report = script.report();
    contradicts(&report, "closed-after-it-was-missed");
    assert_eq!(report.equation.unwrap().missed, 1);
}

#[test]
fn work_closed_before_its_duty_opened_is_found() {
    let script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 3);
    let script = script.without(place);
    let place = script.find(kind::DUTY_OPEN, 3);
    let early = close(date(2026, 1, 26), Outcome::Done, Verdict::Pass);
    let report = script.with(place, "2026-01-26T08:00:00Z", early).report();
    contradicts(&report, "closed-before-it-opened");
}

#[test]
fn a_duty_called_missed_while_it_could_still_be_done_is_found() {
    let mut script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    script.0[place].0 = crate::world::at("2026-01-20T16:59:59Z");
    contradicts(&script.report(), "missed-too-early");
}

#[test]
fn a_waiver_without_an_exception_is_found() {
    let script = Script::mixed();
    let place = script.find(kind::EXCEPTION_GRANT, 0);
    let report = script.without(place).report();
    contradicts(&report, "waived-without-ground");
    assert_eq!(report.equation.unwrap().missed, 2);
}

#[test]
fn an_exception_entered_after_the_duty_was_due_waives_nothing() {
    let mut script = Script::mixed();
    let place = script.find(kind::EXCEPTION_GRANT, 0);
    let (_, exception) = script.0.remove(place);
    let waive = script.find(kind::DUTY_WAIVE, 0);
    script.0[waive].0 = crate::world::at("2026-01-26T18:00:00Z");
    let script = script.with(waive, "2026-01-26T17:30:00Z", exception);
    contradicts(&script.report(), "waived-without-ground");
}

#[test]
fn an_exception_for_another_asset_waives_nothing() {
    let mut script = Script::mixed();
    let place = script.find(kind::EXCEPTION_GRANT, 0);
    let text = script.0[place].1.fields["exception"].replace("files", "mail");
    script.0[place]
        .1
        .fields
        .insert("exception".to_owned(), text);
    contradicts(&script.report(), "waived-without-ground");
}

/// The exception of the script, saying what is due when it ends.
fn resuming(script: &mut Script, replaced: &str, by: &str) {
    let place = script.find(kind::EXCEPTION_GRANT, 0);
    let fields = &mut script.0[place].1.fields;
    let text = fields["exception"].replace('}', r#","resume":"at-once"}"#);
    fields.insert("exception".to_owned(), text.replace(replaced, by));
}

#[test]
fn a_duty_that_an_exception_leaves_behind_and_nobody_did_is_missed() {
    let before = Script::mixed().report().equation.unwrap();
    let mut script = Script::mixed();
    resuming(&mut script, "", "");
    let report = script.report();
    let after = report.equation.unwrap();
    assert_eq!(after.due, before.due + 1);
    let left = |duty: &duly_core::record::MissedDuty| duty.slot == date(2026, 1, 27);
    let is_missed = report.missed.iter().any(left);
    assert!(is_missed || after.open == before.open + 1, "{after:?}");
}

#[test]
fn an_exception_without_an_end_in_sight_is_found() {
    let mut script = Script::mixed();
    let to = r#""to":"2026-01-26""#;
    resuming(&mut script, to, r#""to":"2026-12-31""#);
    contradicts(&script.report(), "exception-too-long");
}

#[test]
fn done_afterwards_of_a_duty_that_was_not_missed_is_found() {
    let script = Script::clean();
    let last = script.0.len() - 1;
    let afterwards = about(kind::DUTY_AFTERWARDS, date(2026, 1, 5), None);
    let report = script
        .with(last, "2026-01-27T10:00:00Z", afterwards)
        .report();
    contradicts(&report, "afterwards-of-nothing");
}

#[test]
fn entries_in_another_order_run_backwards_in_time() {
    let mut script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 2);
    script.0.swap(place, place + 1);
    contradicts(&script.report(), "time-runs-backwards");
}

#[test]
fn a_version_with_a_date_in_the_past_is_found() {
    // On the 20th, the duty of the 19th is about to be missed: make Mondays Tuesdays, from the
    // 16th on.
    let mut later = process("2026-01-16");
    later["schedule"]["recurrence"]["on"] = json!(["tuesday"]);
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let publish = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &later)
        .unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", publish).report();
    contradicts(&report, "effective-in-the-past");
}

#[test]
fn a_version_published_while_a_duty_is_owed_does_not_move_it() {
    // The same with today's date: the duty of the 19th stands, with its own times.
    let mut later = process("2026-01-20");
    later["schedule"]["due-within"] = json!({ "count": 30, "unit": "days" });
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let publish = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &later)
        .unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", publish).report();
    assert_eq!(report.missed[0].due_at.to_string(), "2026-01-19T17:00:00Z");
}

#[test]
fn a_version_that_is_published_again_with_other_words_is_found() {
    let mut later = process("2026-01-01");
    later["schedule"]["recurrence"]["on"] = json!(["friday"]);
    let script = Script::clean();
    let publish = draft(kind::PROCESS_PUBLISH)
        .with_field("process", &later)
        .unwrap();
    let report = script.with(6, "2026-01-02T10:00:00Z", publish).report();
    contradicts(&report, "version-rewritten");
}

#[test]
fn an_asset_that_left_care_before_anybody_said_so_is_found() {
    let retired = json!({
        "id": "files", "client": "baker", "kind": "archive", "since": "2026-01-01",
        "until": "2026-01-19",
    });
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let retire = draft(kind::ASSET_RETIRE)
        .with_field("asset", &retired)
        .unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", retire).report();
    contradicts(&report, "retired-in-the-past");
}

#[test]
fn an_asset_that_leaves_care_as_another_than_it_came_is_found() {
    let retired = json!({
        "id": "files", "client": "baker", "kind": "archive", "since": "2026-01-20",
        "until": "2026-01-21",
    });
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let retire = draft(kind::ASSET_RETIRE)
        .with_field("asset", &retired)
        .unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", retire).report();
    contradicts(&report, "retired-otherwise");
}

#[test]
fn an_asset_added_again_while_it_is_in_care_is_found() {
    let again =
        json!({ "id": "files", "client": "baker", "kind": "archive", "since": "2026-01-20" });
    let script = Script::clean();
    let last = script.0.len() - 1;
    let add = draft(kind::ASSET_ADD).with_field("asset", &again).unwrap();
    let report = script.with(last, "2026-01-27T10:00:00Z", add).report();
    contradicts(&report, "asset-added-twice");
}

#[test]
fn a_holiday_invented_in_a_year_already_published_is_found() {
    let days = json!(["2026-01-01", "2026-01-19", "2026-01-20"]);
    let calendar = json!({ "id": "england", "years": { "2026": days } });
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let publish = draft(kind::CALENDAR_PUBLISH)
        .with_field("calendar", &calendar)
        .unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", publish).report();
    contradicts(&report, "calendar-rewritten");
}

#[test]
fn a_zone_with_another_past_is_found() {
    let mut zone =
        duly_core::schedule::zone::Zone::of("Europe/London", date(2026, 1, 1), date(2026, 12, 31))
            .unwrap();
    zone.offset_s -= 36_000;
    let script = Script::mixed();
    let place = script.find(kind::DUTY_MISS, 0);
    let publish = draft(kind::ZONE_PUBLISH).with_field("zone", &zone).unwrap();
    let report = script.with(place, "2026-01-20T12:00:00Z", publish).report();
    contradicts(&report, "zone-rewritten");
}

#[test]
fn a_zone_that_is_not_the_one_everybody_knows_is_a_finding() {
    let mut zone =
        duly_core::schedule::zone::Zone::of("Europe/London", date(2026, 1, 1), date(2026, 12, 31))
            .unwrap();
    zone.offset_s -= 3_600;
    let mut script = Script::opening();
    let place = script.find(kind::ZONE_PUBLISH, 0);
    script.0[place].1 = draft(kind::ZONE_PUBLISH).with_field("zone", &zone).unwrap();
    let report = script.report();
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.code == "zone-differs")
    );
}

#[test]
fn a_schedule_that_is_not_disclosed_is_found() {
    let mut log = Script::clean().seal();
    let place = Script::clean().find(kind::PROCESS_PUBLISH, 0) as u64;
    log.disclosures
        .retain(|disclosure| disclosure.index != place);
    contradicts(&judge(&log.pack(), &policy(), &[]), "not-disclosed");
}

#[test]
fn a_schedule_disclosed_otherwise_than_it_was_committed_to_is_altered() {
    let mut log = Script::clean().seal();
    let place = Script::clean().find(kind::PROCESS_PUBLISH, 0) as u64;
    for disclosure in log
        .disclosures
        .iter_mut()
        .filter(|disclosure| disclosure.index == place)
    {
        let text = disclosure.fields["process"].replace("monday", "friday");
        disclosure.fields.insert("process".to_owned(), text);
    }
    let report = judge(&log.pack(), &policy(), &[]);
    assert_eq!(report.standing.word(), "altered");
    assert_eq!(report.reasons[0].code, "disclosure");
}

#[test]
fn a_result_whose_run_never_began_is_found() {
    let script = Script::clean();
    let place = script.find(kind::RUN_START, 1);
    contradicts(&script.without(place).report(), "run-without-start");
}

#[test]
fn a_second_result_for_one_run_is_found() {
    let script = Script::clean();
    let place = script.find(kind::RUN_RESULT, 1);
    let again = script.0[place].1.clone();
    let report = script
        .with(place + 1, "2026-01-12T10:40:00Z", again)
        .report();
    contradicts(&report, "run-with-two-results");
}

#[test]
fn a_run_that_drew_with_a_later_head_is_found() {
    let script = Script::clean();
    let place = script.find(kind::RUN_RESULT, 1);
    let log = script.seal();
    let seen = Seen {
        size: place as u64,
        root: duly_proof::tree::root(&log.leaves[..place]).to_hex(),
    };
    assert_eq!(place, script.find(kind::RUN_START, 1) + 1);
    // Directly after its start is right; one entry later is a draw that could be chosen.
    let mut later = script
        .clone()
        .with(place, "2026-01-12T10:05:00Z", draft("x.note"));
    later.0[place + 1].1.seen = Some(Seen {
        size: place as u64 + 1,
        root: duly_proof::tree::root(&later.seal().leaves[..=place]).to_hex(),
    });
    contradicts(&later.report(), "run-drew-otherwise");
    let mut right = script;
    right.0[place].1.seen = Some(seen);
    assert_eq!(right.report().standing.word(), "unanchored");
}

#[test]
fn a_log_that_does_not_begin_at_its_beginning_is_found() {
    contradicts(&Script::clean().without(0).report(), "no-beginning");
    let script = Script::clean();
    let again = script.0[0].1.clone();
    contradicts(
        &script.with(6, "2026-01-02T10:00:00Z", again).report(),
        "no-beginning",
    );
}

#[test]
fn a_plan_that_reaches_back_is_found() {
    let plan = json!({ "effective": "2026-01-10", "promises": [] });
    let script = Script::clean();
    let last = script.0.len() - 1;
    let sign = draft(kind::PLAN_SIGN).with_field("plan", &plan).unwrap();
    let report = script.with(last, "2026-01-27T10:00:00Z", sign).report();
    contradicts(&report, "plan-in-the-past");
}

#[test]
fn a_client_that_becomes_another_is_found() {
    let other = json!({ "id": "lakeside", "tz": "Europe/London", "calendar": "england" });
    let script = Script::clean();
    let last = script.0.len() - 1;
    let change = draft(kind::CLIENT_CHANGE)
        .with_field("client", &other)
        .unwrap();
    let report = script.with(last, "2026-01-27T10:00:00Z", change).report();
    contradicts(&report, "client-exchanged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is taken out of the honest month, moved in it, or written twice: the equation
    /// still holds over the same four duties, and no missed duty disappears.
    #[test]
    fn no_rewriting_hides_a_duty(
        first in 6usize..22,
        second in 6usize..22,
        what in 0u8..3,
    ) {
        let mut script = Script::mixed();
        let (first, second) = (first % script.0.len(), second % script.0.len());
        match what {
            0 => { script.0.remove(first.max(6)); }
            1 => script.0.swap(first.max(6), second.max(6)),
            _ => {
                let line: (jiff::Timestamp, EntryDraft) = script.0[first.max(6)].clone();
                script.0.insert(second.max(6), line);
            }
        }
        let report = script.report();
        if let Some(equation) = report.equation {
            prop_assert!(equation.holds());
            prop_assert_eq!(equation.due, 4);
            prop_assert!(equation.missed >= 1);
        }
        prop_assert_eq!(report.exit_code(), 1);
    }
}
