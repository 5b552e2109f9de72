//! Spot checks in made-up logs: an honest month, and each way in which a draw can be bent.

use super::*;
use crate::id::PersonId;
use crate::process::SpotCheck;
use crate::review::document::{AGREE, CLOSE, Close, DISAGREE, DRAW, Draw};
use crate::review::lot::{Finished, Lot};
use crate::review::period::Period;
use crate::review::stage::Stage;

const TO: Date = date(2026, 3, 10);

fn january() -> Period {
    Period::of(date(2026, 1, 1))
}

/// The Mondays of January.
fn slots() -> [Date; 4] {
    [5, 12, 19, 26].map(|day| date(2026, 1, day))
}

fn check() -> SpotCheck {
    SpotCheck {
        rate_percent: 50,
        at_least_per_technician_per_month: None,
        plan: None,
        minutes: None,
        within: None,
    }
}

fn by(kind: &str, slot: Date, person: &str) -> EntryDraft {
    EntryDraft {
        person: Some(PersonId::from(person)),
        ..about(kind, slot)
    }
}

/// A log in which Tess has closed every Monday of January.
fn worked() -> Log {
    let mut process = weekly("monday", None);
    process["quality-control"]["spot-check"] = json!({ "rate-percent": 50 });
    let mut log = Log::opened("2026-01-01T08:00:00Z", &process);
    for slot in slots() {
        let opened = format!("{slot}T09:00:00Z");
        log.write(&opened, about(kind::DUTY_OPEN, slot));
        let draft = EntryDraft {
            outcome: Some(Outcome::Done),
            ..by(kind::DUTY_CLOSE, slot, "tess")
        };
        log.write(&format!("{slot}T10:00:00Z"), draft);
    }
    log
}

fn lot_of(slots: &[Date]) -> Lot {
    let finished = slots.iter().map(|slot| Finished {
        ticket: duty_id(*slot),
        technician: Some(PersonId::from("tess")),
    });
    Lot::new(finished.collect())
}

fn close(lot: &Lot) -> EntryDraft {
    let close = Close {
        process: ProcessId::from("fw.review"),
        period: january(),
        lot: lot.size(),
        lot_root: lot.root().to_hex(),
    };
    EntryDraft::new(CLOSE).with_field("close", &close).unwrap()
}

/// The draw that follows from a log that ends with the closing.
fn honest(log: &Log, stage: Stage) -> Draw {
    let (client, process) = (ClientId::from("baker"), ProcessId::from("fw.review"));
    let root = log.record().root;
    let about = (&process, january());
    Draw::of(&root, &client, about, &lot_of(&slots()), &check(), stage)
}

fn entry(log: &Log, draw: &Draw) -> EntryDraft {
    let record = log.record();
    EntryDraft {
        seen: Some(Seen {
            size: record.size,
            root: record.root.to_hex(),
        }),
        ..EntryDraft::new(DRAW).with_field("draw", draw).unwrap()
    }
}

/// A log whose January is closed and drawn, with the draw changed by `bend`.
fn drawn(bend: impl FnOnce(&mut Draw)) -> (Log, Draw) {
    let mut log = worked();
    log.write("2026-02-01T03:00:00Z", close(&lot_of(&slots())));
    let mut draw = honest(&log, Stage::Normal);
    bend(&mut draw);
    let entry = entry(&log, &draw);
    log.write("2026-02-01T03:00:01Z", entry);
    (log, draw)
}

/// The findings on spot checks up to February; what is owed since then is not asked.
fn found(log: &Log) -> Vec<String> {
    let record = log.record();
    let duties = record.duties(TO).unwrap();
    let to = date(2026, 1, 31);
    let audit = audit(&record, date(2026, 1, 1), to, &duties, Timestamp::MIN);
    let codes = audit.findings.into_iter().map(|finding| finding.code);
    codes.filter(|code| code.starts_with("review-")).collect()
}

#[test]
fn an_honest_draw_is_the_one_that_is_computed_again() {
    let (log, draw) = drawn(|_| {});
    assert_eq!(draw.drawn.len(), 2);
    assert_eq!(found(&log), [""; 0]);
    let record = log.record();
    let duties = record.duties(TO).unwrap();
    let again = spot_checks(&record, &duties, date(2026, 1, 1), date(2026, 1, 31));
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].expected.as_ref(), Some(&draw));
}

#[test]
fn another_seed_another_lot_or_other_tickets_are_found() {
    let bends: [fn(&mut Draw); 5] = [
        |draw| draw.seed = "0".repeat(64),
        |draw| draw.lot = 3,
        |draw| draw.drawn.reverse(),
        |draw| draw.rate_percent = 10,
        |draw| draw.stage = Stage::Tightened { clean: 9 },
    ];
    for bend in bends {
        let (log, _) = drawn(bend);
        assert_eq!(found(&log), ["review-drawn-otherwise"]);
    }
}

#[test]
fn a_draw_that_leans_on_a_later_head_is_found() {
    let mut log = worked();
    log.write("2026-02-01T03:00:00Z", close(&lot_of(&slots())));
    let draw = honest(&log, Stage::Normal);
    log.write("2026-02-01T03:00:01Z", EntryDraft::new("x.other"));
    let entry = entry(&log, &draw);
    log.write("2026-02-01T03:00:02Z", entry);
    assert_eq!(found(&log), ["review-drawn-otherwise"]);
}

#[test]
fn closing_a_month_again_for_another_seed_is_found() {
    let (mut log, _) = drawn(|_| {});
    log.write("2026-02-01T03:00:03Z", close(&lot_of(&slots())));
    assert_eq!(found(&log), ["review-closed-twice"]);
}

#[test]
fn drawing_a_second_time_is_found() {
    let (mut log, draw) = drawn(|_| {});
    let entry = EntryDraft::new(DRAW).with_field("draw", &draw).unwrap();
    log.write("2026-02-01T03:00:03Z", entry);
    assert_eq!(found(&log), ["review-drawn-twice"]);
}

#[test]
fn a_month_that_should_have_been_drawn_and_was_not_is_found() {
    let mut log = worked();
    log.write("2026-02-03T00:00:00Z", EntryDraft::new("x.other"));
    assert_eq!(found(&log), [""; 0], "three days have not passed");
    log.write("2026-02-09T00:00:00Z", EntryDraft::new("x.other"));
    assert_eq!(found(&log), ["review-not-drawn"]);
}

#[test]
fn a_month_that_was_closed_and_never_drawn_is_found() {
    let mut log = worked();
    log.write("2026-02-01T03:00:00Z", close(&lot_of(&slots())));
    log.write("2026-02-09T00:00:00Z", EntryDraft::new("x.other"));
    assert_eq!(found(&log), ["review-not-drawn"]);
}

#[test]
fn a_month_closed_before_it_was_over_is_found() {
    let mut log = worked();
    log.write("2026-01-30T03:00:00Z", close(&lot_of(&slots())));
    let draw = honest(&log, Stage::Normal);
    let entry = entry(&log, &draw);
    log.write("2026-02-01T03:00:01Z", entry);
    assert_eq!(found(&log), ["review-closed-early"]);
}

#[test]
fn a_lot_with_a_ticket_left_out_is_found() {
    let mut log = worked();
    let less = lot_of(&slots()[..3]);
    log.write("2026-02-01T03:00:00Z", close(&less));
    let draw = honest(&log, Stage::Normal);
    let entry = entry(&log, &draw);
    log.write("2026-02-01T03:00:01Z", entry);
    assert_eq!(found(&log), ["review-drawn-otherwise"]);
}

#[test]
fn what_was_cut_for_want_of_time_is_told_and_cutting_all_is_found() {
    let (log, _) = drawn(|draw| draw.cut = 1);
    assert_eq!(found(&log), ["review-cut"]);
    let (log, _) = drawn(|draw| draw.cut = 2);
    assert_eq!(found(&log), ["review-cut", "review-drawn-otherwise"]);
}

#[test]
fn a_review_by_whoever_did_the_work_is_found() {
    let (mut log, draw) = drawn(|_| {});
    let slot = |ticket: &DutyId| slots().into_iter().find(|slot| duty_id(*slot) == *ticket);
    let (first, second) = (slot(&draw.drawn[0]).unwrap(), slot(&draw.drawn[1]).unwrap());
    log.write("2026-02-02T09:00:00Z", by(AGREE, first, "mara"));
    assert_eq!(found(&log), [""; 0]);
    log.write("2026-02-02T09:00:00Z", by(AGREE, second, "tess"));
    assert_eq!(found(&log), ["review-by-doer"]);
}

#[test]
fn a_disagreement_and_what_waits_for_a_month_are_told() {
    let (mut log, draw) = drawn(|_| {});
    let slot = slots()
        .into_iter()
        .find(|slot| duty_id(*slot) == draw.drawn[0]);
    log.write("2026-02-02T09:00:00Z", by(DISAGREE, slot.unwrap(), "mara"));
    assert_eq!(found(&log), ["review-disagreed"]);
    log.write("2026-03-09T09:00:00Z", EntryDraft::new("x.other"));
    assert_eq!(found(&log), ["review-owed", "review-disagreed"]);
}

#[test]
fn after_a_disagreement_a_draw_as_declared_is_too_small() {
    let mut log = worked();
    log.write("2026-01-27T09:00:00Z", by(DISAGREE, slots()[0], "mara"));
    log.write("2026-02-01T03:00:00Z", close(&lot_of(&slots())));
    let lax = honest(&log, Stage::Normal);
    let strict = honest(&log, Stage::Tightened { clean: 0 });
    assert_eq!((lax.drawn.len(), strict.drawn.len()), (2, 4));
    let (lax, strict) = (entry(&log, &lax), entry(&log, &strict));
    let otherwise = "review-drawn-otherwise".to_owned();
    log.write("2026-02-01T03:00:01Z", strict);
    assert!(!found(&log).contains(&otherwise));
    log.entries.pop();
    log.write("2026-02-01T03:00:01Z", lax);
    assert!(found(&log).contains(&otherwise));
}

#[test]
fn a_draw_that_is_not_disclosed_is_told() {
    let (mut log, _) = drawn(|_| {});
    let last = log.entries.len() as u64 - 1;
    log.disclosures.remove(&last);
    assert!(found(&log).contains(&"review-withheld".to_owned()));
}
