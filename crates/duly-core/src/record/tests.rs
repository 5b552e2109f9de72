//! Records of small made-up logs. What a verifier makes of honest and dishonest ones as a whole is
//! tried in `duly-verify`; here is what takes a year, a move, or a weekend to show.

mod spot_checks;

use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use serde_json::{Value, json};

use super::*;
use crate::entry::{EntryDraft, Seen, draw_seed, kind, seal};
use crate::id::{AssetId, ClientId, DutyId, ProcessId};
use crate::schedule::duties::Duty;
use crate::schedule::zone::Zone;

/// A log being written.
#[derive(Default)]
struct Log {
    entries: Vec<Vec<u8>>,
    disclosures: BTreeMap<u64, Disclosure>,
}

impl Log {
    fn write(&mut self, when: &str, draft: EntryDraft) {
        let index = self.entries.len() as u64;
        let seed = [u8::try_from(index).unwrap(); 32];
        let sealed = seal(&draft, when.parse().unwrap(), &seed).unwrap();
        self.entries.push(sealed.bytes);
        let disclosure = Disclosure {
            index,
            seed: Hash(seed).to_hex(),
            fields: draft.fields,
        };
        self.disclosures.insert(index, disclosure);
    }

    fn publish(&mut self, when: &str, kind: &str, field: &str, value: &Value) {
        self.write(
            when,
            EntryDraft::new(kind).with_field(field, value).unwrap(),
        );
    }

    /// A log of a client in London, with one process for its one firewall, opened at an instant.
    fn opened(when: &str, process: &Value) -> Self {
        let mut log = Self::default();
        log.publish(when, kind::LOG_OPEN, "client", &client("Europe/London"));
        for name in ["Europe/London", "America/New_York"] {
            let zone = Zone::of(name, date(2025, 1, 1), date(2027, 12, 31)).unwrap();
            let zone = serde_json::to_value(zone).unwrap();
            log.publish(when, kind::ZONE_PUBLISH, "zone", &zone);
        }
        let years = json!({ "2025": [], "2026": [], "2027": [] });
        let calendar = json!({ "id": "plain", "years": years });
        log.publish(when, kind::CALENDAR_PUBLISH, "calendar", &calendar);
        log.publish(when, kind::PROCESS_PUBLISH, "process", process);
        let since = "2025-01-01";
        let asset = json!({ "id": "fw", "client": "baker", "kind": "firewall", "since": since });
        log.publish(when, kind::ASSET_ADD, "asset", &asset);
        log
    }

    fn promise(&mut self, when: &str, effective: &str, per_year_min: u32) {
        let promise =
            json!({ "process": "fw.review", "kind": "firewall", "per-year-min": per_year_min });
        let plan = json!({ "effective": effective, "promises": [promise] });
        self.publish(when, kind::PLAN_SIGN, "plan", &plan);
    }

    fn record(&self) -> Record {
        replay(self.entries.iter().map(Vec::as_slice), &self.disclosures).unwrap()
    }
}

fn client(tz: &str) -> Value {
    json!({ "id": "baker", "tz": tz, "calendar": "plain" })
}

fn process(recurrence: &Value, roll: Option<&str>) -> Value {
    let mut process = json!({
        "rules": 1, "process": "fw.review", "effective": "2025-01-01",
        "title": "Review the firewall",
        "applies-to": { "per": "asset", "kind": "firewall" },
        "schedule": {
            "recurrence": recurrence, "at": "09:00:00", "tz": "client", "calendar": "client",
            "due-within": { "count": 1, "unit": "days" },
            "grace": { "count": 1, "unit": "days" },
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [{ "id": "look", "do": "Look", "gate": "critical" }],
        "quality-control": { "rules": [{ "id": "missed", "severity": "high" }] },
        "oversight": { "review-every": "month", "measures": [] },
    });
    if let Some(roll) = roll {
        process["schedule"]["roll"] = json!(roll);
    }
    process
}

fn monthly() -> Value {
    process(
        &json!({ "every": "month", "interval": 1, "on": ["last-day"] }),
        None,
    )
}

fn weekly(weekday: &str, roll: Option<&str>) -> Value {
    process(
        &json!({ "every": "week", "interval": 1, "on": [weekday] }),
        roll,
    )
}

fn duty_id(slot: Date) -> DutyId {
    let (client, process) = (ClientId::from("baker"), ProcessId::from("fw.review"));
    DutyId::of(&client, &process, Some(&AssetId::from("fw")), slot)
}

fn about(kind: &str, slot: Date) -> EntryDraft {
    EntryDraft {
        duty: Some(duty_id(slot)),
        ..EntryDraft::new(kind)
    }
}

fn of_year(log: &Log, from: Date, to: Date) -> Vec<Finding> {
    let record = log.record();
    let duties = record.duties(to).unwrap();
    let audit = audit(&record, from, to, &duties, Timestamp::MIN);
    let mut found = audit.findings;
    found.retain(|finding| finding.code == "below-promise");
    found
}

#[test]
fn a_promise_that_the_schedule_falls_short_of_in_a_whole_year_is_a_finding() {
    let mut log = Log::opened("2025-12-31T08:00:00Z", &monthly());
    log.promise("2025-12-31T08:00:00Z", "2025-12-31", 13);
    let [finding] = of_year(&log, date(2026, 1, 1), date(2026, 12, 31))
        .try_into()
        .unwrap();
    assert_eq!(
        finding.message,
        "fw.review for fw: 12 times in 2026, promised 13"
    );
}

#[test]
fn a_promise_that_is_kept_or_a_year_that_is_not_whole_is_no_finding() {
    let mut log = Log::opened("2025-12-31T08:00:00Z", &monthly());
    log.promise("2025-12-31T08:00:00Z", "2025-12-31", 12);
    assert_eq!(of_year(&log, date(2026, 1, 1), date(2026, 12, 31)), []);
    let mut log = Log::opened("2025-12-31T08:00:00Z", &monthly());
    log.promise("2025-12-31T08:00:00Z", "2025-12-31", 13);
    assert_eq!(of_year(&log, date(2026, 1, 1), date(2026, 12, 30)), []);
}

#[test]
fn a_client_that_moves_is_owed_its_duties_by_the_zone_of_their_day() {
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    let moved = client("America/New_York");
    log.publish(
        "2026-01-12T12:00:00Z",
        kind::CLIENT_CHANGE,
        "client",
        &moved,
    );
    let record = log.record();
    assert_eq!(record.contradictions, []);
    let opens: Vec<(Date, String)> = record
        .duties(date(2026, 1, 19))
        .unwrap()
        .into_iter()
        .map(|duty| (duty.slot, duty.opens_at.to_string()))
        .collect();
    let expected = [
        (date(2026, 1, 5), "2026-01-05T09:00:00Z"),
        (date(2026, 1, 12), "2026-01-12T09:00:00Z"),
        (date(2026, 1, 19), "2026-01-19T14:00:00Z"),
    ];
    assert_eq!(opens, expected.map(|(slot, at)| (slot, at.to_owned())));
}

#[test]
fn a_slot_rolled_into_the_log_is_owed_once_the_log_speaks_of_it() {
    // Opened on Sunday the 4th; the slot of Saturday the 3rd rolls to Monday.
    let mut log = Log::opened(
        "2026-01-04T12:00:00Z",
        &weekly("saturday", Some("following")),
    );
    let slots = |log: &Log| -> Vec<Date> {
        let duties = log.record().duties(date(2026, 1, 9)).unwrap();
        duties.iter().map(|duty| duty.slot).collect()
    };
    assert_eq!(slots(&log), []);
    log.write(
        "2026-01-05T09:00:00Z",
        about(kind::DUTY_OPEN, date(2026, 1, 3)),
    );
    assert_eq!(slots(&log), [date(2026, 1, 3)]);
    // And at the other end: Sunday the 11th, rolled back to Friday the 9th.
    let mut log = Log::opened("2026-01-05T12:00:00Z", &weekly("sunday", Some("preceding")));
    log.write(
        "2026-01-09T09:00:00Z",
        about(kind::DUTY_OPEN, date(2026, 1, 11)),
    );
    assert_eq!(slots(&log), [date(2026, 1, 11)]);
}

#[test]
fn a_run_repeated_until_it_passed_is_a_finding() {
    let slot = date(2026, 1, 5);
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    log.write("2026-01-05T09:00:00Z", about(kind::DUTY_OPEN, slot));
    for (number, verdict) in [(0, Verdict::Fail), (1, Verdict::Pass)] {
        let run = Some(RunId::from(format!("run-{number}")));
        let start = EntryDraft {
            run: run.clone(),
            ..about(kind::RUN_START, slot)
        };
        let start = start.with_field("run", &json!({})).unwrap();
        log.write(&format!("2026-01-05T{:02}:30:00Z", 9 + number), start);
        let record = log.record();
        let result = EntryDraft {
            run,
            verdict: Some(verdict),
            seen: Some(Seen {
                size: record.size,
                root: record.root.to_hex(),
            }),
            ..about(kind::RUN_RESULT, slot)
        };
        log.write(&format!("2026-01-05T{:02}:40:00Z", 9 + number), result);
    }
    let record = log.record();
    assert_eq!(record.contradictions, []);
    let found = runs::findings(&record, date(2026, 1, 1), date(2026, 1, 31));
    assert_eq!(found[0].code, "passed-after-failing");
}

#[test]
fn the_same_table_of_a_zone_for_longer_is_no_contradiction() {
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    let zone = Zone::of("Europe/London", date(2024, 6, 1), date(2031, 12, 31)).unwrap();
    let zone = serde_json::to_value(zone).unwrap();
    log.publish("2026-05-02T08:00:00Z", kind::ZONE_PUBLISH, "zone", &zone);
    assert_eq!(log.record().contradictions, []);
}

#[test]
fn a_disclosure_of_an_entry_that_is_not_there_is_refused() {
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    let (_, mut disclosure) = log.disclosures.pop_last().unwrap();
    log.disclosures.insert(disclosure.index, disclosure.clone());
    disclosure.index = 99;
    log.disclosures.insert(99, disclosure);
    let entries = log.entries.iter().map(Vec::as_slice);
    let refusal = replay(entries, &log.disclosures).unwrap_err();
    assert!(matches!(refusal, ReplayError::Disclosure { index: 99, .. }));
}

#[test]
fn without_the_zone_of_the_client_nothing_can_be_dated() {
    let mut log = Log::default();
    let opened = "2026-01-02T08:00:00Z";
    log.publish(opened, kind::LOG_OPEN, "client", &client("Europe/London"));
    assert_eq!(log.record().contradictions[0].code, "zone-missing");
}

#[test]
fn hand_made_duties_are_counted_each_by_its_own_times() {
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    let slot = date(2026, 1, 5);
    log.write("2026-01-05T09:00:00Z", about(kind::DUTY_OPEN, slot));
    let close = EntryDraft {
        outcome: Some(Outcome::Late),
        ..about(kind::DUTY_CLOSE, slot)
    };
    log.write("2026-01-06T10:00:00Z", close);
    let record = log.record();
    let zone = &record.published.zones["Europe/London"];
    let nine = |date| zone.resolve(date, time(9, 0, 0, 0)).unwrap();
    let duty = |slot: Date| Duty {
        id: duty_id(slot),
        client: ClientId::from("baker"),
        process: ProcessId::from("fw.review"),
        version: "2025-01-01".to_owned(),
        asset: Some(AssetId::from("fw")),
        slot,
        opens_at: nine(slot),
        due_at: nine(slot.tomorrow().unwrap()),
        missed_at: nine(slot.tomorrow().unwrap().tomorrow().unwrap()),
    };
    let duties = [duty(slot), duty(date(2026, 1, 12))];
    let now = "2026-01-31T00:00:00Z".parse().unwrap();
    let audit = audit(&record, date(2026, 1, 1), date(2026, 1, 31), &duties, now);
    assert_eq!((audit.equation.late, audit.equation.missed), (1, 1));
    assert!(audit.equation.holds());
    assert_eq!(audit.contradictions, []);
    assert_eq!(audit.missed[0].title, "Review the firewall");
}

#[test]
fn the_seed_of_a_draw_is_the_one_that_python_computes_from_the_written_rule() {
    // hashlib of Python 3.11 over the three length-prefixed parts.
    let seed = draw_seed(&RunId::from("run-1"), &Hash([9; 32]));
    assert_eq!(
        seed.to_hex(),
        "c78050768c746fca8c83b36e863f3c887d5fa0b7876c298e5416c1fab0af8feb"
    );
}

/// Opening times of the duties up to a date.
fn opens(log: &Log, to: Date) -> Vec<(Date, String)> {
    let record = log.record();
    assert_eq!(record.contradictions, []);
    let duties = record.duties(to).unwrap();
    let opens = |duty: Duty| (duty.slot, duty.opens_at.to_string());
    duties.into_iter().map(opens).collect()
}

#[test]
fn a_client_that_moves_across_the_date_line_is_owed_each_date_once_and_none_in_the_past() {
    let daily = process(&json!({ "every": "day", "interval": 1 }), None);
    let mut log = Log::opened("2026-01-05T08:00:00Z", &daily);
    let zone = Zone::of("Pacific/Auckland", date(2025, 1, 1), date(2027, 12, 31)).unwrap();
    let zone = serde_json::to_value(zone).unwrap();
    log.publish("2026-01-05T08:00:00Z", kind::ZONE_PUBLISH, "zone", &zone);
    // Tuesday evening in London is Wednesday noon in Auckland, where nine o'clock has passed.
    let moved = client("Pacific/Auckland");
    let moved_at = "2026-01-06T23:00:00Z";
    log.publish(moved_at, kind::CLIENT_CHANGE, "client", &moved);
    let expected = [
        (date(2026, 1, 5), "2026-01-05T09:00:00Z"),
        (date(2026, 1, 6), "2026-01-06T09:00:00Z"),
        (date(2026, 1, 7), "2026-01-07T09:00:00Z"),
        (date(2026, 1, 8), "2026-01-07T20:00:00Z"),
    ];
    let expected = expected.map(|(slot, at)| (slot, at.to_owned()));
    assert_eq!(opens(&log, date(2026, 1, 8)), expected);
}

#[test]
fn a_slot_that_opened_before_the_client_moved_keeps_its_times() {
    // The slot of Sunday the 11th is rolled back to Friday the 9th; the client moves on Saturday.
    let sundays = weekly("sunday", Some("preceding"));
    let mut log = Log::opened("2026-01-05T08:00:00Z", &sundays);
    let moved = client("America/New_York");
    let moved_at = "2026-01-10T12:00:00Z";
    log.publish(moved_at, kind::CLIENT_CHANGE, "client", &moved);
    let expected = [
        (date(2026, 1, 11), "2026-01-09T09:00:00Z"),
        (date(2026, 1, 18), "2026-01-16T14:00:00Z"),
    ];
    let expected = expected.map(|(slot, at)| (slot, at.to_owned()));
    assert_eq!(opens(&log, date(2026, 1, 18)), expected);
}

#[test]
fn a_client_that_moves_twice_on_a_day_is_owed_what_the_last_move_says() {
    let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
    for (hour, tz) in [(12, "America/New_York"), (13, "Europe/London")] {
        let moved_at = format!("2026-01-07T{hour}:00:00Z");
        log.publish(&moved_at, kind::CLIENT_CHANGE, "client", &client(tz));
    }
    let expected = [
        (date(2026, 1, 5), "2026-01-05T09:00:00Z"),
        (date(2026, 1, 12), "2026-01-12T09:00:00Z"),
    ];
    let expected = expected.map(|(slot, at)| (slot, at.to_owned()));
    assert_eq!(opens(&log, date(2026, 1, 12)), expected);
}

#[test]
fn an_asset_added_as_gone_before_its_own_entry_is_a_contradiction() {
    let mut log = Log::opened("2026-01-05T08:00:00Z", &weekly("monday", None));
    let gone = |until: &str| {
        json!({ "id": "old", "client": "baker", "kind": "firewall", "since": "2025-01-01",
            "until": until })
    };
    log.publish(
        "2026-01-06T08:00:00Z",
        kind::ASSET_ADD,
        "asset",
        &gone("2026-01-05"),
    );
    assert_eq!(log.record().contradictions[0].code, "retired-in-the-past");
}

#[test]
fn a_plan_below_the_minimum_is_a_finding_with_or_without_the_clients_word() {
    let codes = |consent: Option<&Value>| -> Vec<String> {
        let mut log = Log::opened("2026-01-02T08:00:00Z", &weekly("monday", None));
        let promise = json!({ "process": "fw.review", "kind": "firewall", "per-year-min": 1 });
        let plan = json!({ "effective": "2026-01-02", "promises": [promise] });
        let mut draft = EntryDraft::new(kind::PLAN_SIGN)
            .with_field("plan", &plan)
            .unwrap();
        if let Some(consent) = consent {
            draft = draft.with_field("consent", consent).unwrap();
        }
        log.write("2026-01-02T08:00:00Z", draft);
        let record = log.record();
        let found = coverage::below_minimum(&record, date(2026, 1, 1), date(2026, 1, 31));
        found.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(None), ["below-minimum"]);
    let consent = json!({ "person": "omar", "agreed-at": "2026-01-01T08:00:00Z",
        "reason": "a firewall that is replaced in spring" });
    assert_eq!(codes(Some(&consent)), ["below-minimum-agreed"]);
}

#[test]
fn an_asset_is_called_what_it_is_called_now_and_the_reader_is_told_what_it_was() {
    let mut log = Log::opened("2026-01-05T08:00:00Z", &weekly("monday", None));
    let rename = |name: &str| {
        let draft = EntryDraft {
            asset: Some(AssetId::from("fw")),
            ..EntryDraft::new(kind::ASSET_CHANGE)
        };
        draft.with_field("name", &name).unwrap()
    };
    log.write("2026-01-06T08:00:00Z", rename("front firewall"));
    log.write("2026-01-07T08:00:00Z", rename("front firewall"));
    let record = log.record();
    assert_eq!(record.names["fw"], "front firewall");
    let [(_, change)] = record.changes.as_slice() else {
        panic!("{:?}", record.changes);
    };
    assert_eq!(change.message, "fw is called front firewall from now on");
}
