//! January 2026 at Baker & Sons: one backup, checked every Monday; done, late, missed (and done
//! afterwards) and waived, in that order. As a script, so that a test can change any line of it
//! before it is sealed and signed.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, Seen, kind, seal};
use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId, RunId};
use duly_core::pack::{PackDraft, build};
use duly_core::record::Disclosure;
use duly_core::schedule::zone::Zone;
use duly_core::verdict::Verdict;
use duly_proof::checkpoint::Checkpoint;
use duly_proof::hash::Hash;
use duly_proof::note::SignerKey;
use duly_proof::policy::Policy;
use duly_proof::tree::root;
use duly_verify::{Kept, Report, Request, verify};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

pub const ORIGIN: &str = "duly.example/baker-1";

/// The key of the log.
pub fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, [7; 32]).unwrap()
}

/// The policy that Omar, the owner, holds: the log, and no witnesses.
pub fn policy() -> Policy {
    let text = format!("log {}\nquorum none\n", signer().verifier());
    Policy::parse(text.as_bytes()).unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn client() -> ClientId {
    ClientId::from("baker")
}

pub fn duty_id(slot: Date) -> DutyId {
    let (process, asset) = (ProcessId::from("backup.jobs"), AssetId::from("files"));
    DutyId::of(&client(), &process, Some(&asset), slot)
}

/// The process, weekly on Mondays at nine; due by five, missed after five the next day.
pub fn process(effective: &str) -> Value {
    json!({
        "rules": 1, "process": "backup.jobs", "effective": effective,
        "title": "Check the backups", "applies-to": { "per": "asset", "kind": "archive" },
        "schedule": {
            "recurrence": { "every": "week", "interval": 1, "on": ["monday"] },
            "at": "09:00:00", "tz": "client", "calendar": "client",
            "due-within": { "count": 8, "unit": "hours" },
            "grace": { "count": 1, "unit": "days" },
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [{ "id": "read", "do": "Read it back", "gate": "critical" }],
        "quality-control": { "rules": [{ "id": "missed", "severity": "high" }] },
        "oversight": {
            "review-every": "month",
            "measures": [{
                "id": "done", "good": "done", "total": "due", "window": "12 months",
                "unit": "ratio", "better": "up", "target": "100%",
            }],
        },
    })
}

pub fn draft(kind: &str) -> EntryDraft {
    EntryDraft::new(kind)
}

pub fn about(kind: &str, slot: Date, outcome: Option<Outcome>) -> EntryDraft {
    EntryDraft {
        duty: Some(duty_id(slot)),
        outcome,
        ..draft(kind)
    }
}

pub fn close(slot: Date, outcome: Outcome, verdict: Verdict) -> EntryDraft {
    EntryDraft {
        verdict: Some(verdict),
        person: Some(PersonId::from("p-tess")),
        ..about(kind::DUTY_CLOSE, slot, Some(outcome))
    }
}

/// A run of the duty of a slot. The head that a result leans on is filled in when it is sealed,
/// unless the script says otherwise.
fn run(kind: &str, slot: Date, verdict: Option<Verdict>) -> EntryDraft {
    let draft = EntryDraft {
        run: Some(RunId::from(format!("run-{slot}"))),
        asset: Some(AssetId::from("files")),
        verdict,
        ..about(kind, slot, None)
    };
    draft
        .with_field("run", &json!({ "snapshot": "8f3a" }))
        .unwrap()
}

/// What is to be written, and when.
#[derive(Clone)]
pub struct Script(pub Vec<(Timestamp, EntryDraft)>);

impl Script {
    /// The log as it is opened, on Friday the 2nd, with everything that is owed.
    pub fn opening() -> Self {
        let mut script = Self(Vec::new());
        let zone = Zone::of("Europe/London", date(2026, 1, 1), date(2026, 12, 31)).unwrap();
        let client = json!({ "id": "baker", "tz": "Europe/London", "calendar": "england" });
        let calendar = json!({ "id": "england", "years": { "2026": ["2026-01-01"] } });
        let asset =
            json!({ "id": "files", "client": "baker", "kind": "archive", "since": "2026-01-01" });
        let promise = json!({ "process": "backup.jobs", "kind": "archive", "per-year-min": 52 });
        let plan = json!({ "effective": "2026-01-01", "promises": [promise] });
        let opened = "2026-01-02T10:00:00Z";
        script.write(
            opened,
            draft(kind::LOG_OPEN).with_field("client", &client).unwrap(),
        );
        script.write(
            opened,
            draft(kind::ZONE_PUBLISH).with_field("zone", &zone).unwrap(),
        );
        script.write(
            opened,
            draft(kind::CALENDAR_PUBLISH)
                .with_field("calendar", &calendar)
                .unwrap(),
        );
        script.publish(opened, &process("2026-01-01"));
        script.write(
            opened,
            draft(kind::ASSET_ADD).with_field("asset", &asset).unwrap(),
        );
        script.write(
            opened,
            draft(kind::PLAN_SIGN).with_field("plan", &plan).unwrap(),
        );
        script
    }

    /// The month in which nothing was missed: done, late, done, done.
    pub fn clean() -> Self {
        let mut script = Self::opening();
        script.monday(date(2026, 1, 5), "2026-01-05T10:30:00Z", Outcome::Done);
        script.monday(date(2026, 1, 12), "2026-01-13T09:30:00Z", Outcome::Late);
        script.monday(date(2026, 1, 19), "2026-01-19T11:00:00Z", Outcome::Done);
        script.monday(date(2026, 1, 26), "2026-01-26T16:00:00Z", Outcome::Done);
        script.write("2026-01-31T18:00:00Z", draft("x.month-end"));
        script
    }

    /// The month with one of each: done, late, missed, waived.
    pub fn mixed() -> Self {
        let mut script = Self::opening();
        script.monday(date(2026, 1, 5), "2026-01-05T10:30:00Z", Outcome::Done);
        script.monday(date(2026, 1, 12), "2026-01-13T09:30:00Z", Outcome::Late);
        let missed = date(2026, 1, 19);
        script.write("2026-01-19T09:00:00Z", about(kind::DUTY_OPEN, missed, None));
        let miss = about(kind::DUTY_MISS, missed, Some(Outcome::Missed));
        script.write("2026-01-20T17:00:01Z", miss);
        script.write(
            "2026-01-21T08:00:00Z",
            about(kind::DUTY_AFTERWARDS, missed, None),
        );
        script.exception("2026-01-23T12:00:00Z", "2026-01-26");
        let waived = date(2026, 1, 26);
        script.write("2026-01-26T09:00:00Z", about(kind::DUTY_OPEN, waived, None));
        let waive = about(kind::DUTY_WAIVE, waived, Some(Outcome::Waived));
        script.write("2026-01-26T09:00:00.5Z", waive);
        script.write("2026-01-31T18:00:00Z", draft("x.month-end"));
        script
    }

    pub fn write(&mut self, when: &str, draft: EntryDraft) {
        self.0.push((at(when), draft));
    }

    pub fn publish(&mut self, when: &str, process: &Value) {
        self.write(
            when,
            draft(kind::PROCESS_PUBLISH)
                .with_field("process", process)
                .unwrap(),
        );
    }

    pub fn exception(&mut self, when: &str, slot: &str) {
        let exception = json!({
            "id": "e1", "client": "baker", "asset": "files", "from": slot, "to": slot,
            "by": "client", "granted-at": "2026-01-02T10:00:00Z", "reason": "The office moves",
        });
        let draft = draft(kind::EXCEPTION_GRANT)
            .with_field("exception", &exception)
            .unwrap();
        self.write(when, draft);
    }

    /// A Monday whose work is done: ticket, run, result, closed at the given time.
    fn monday(&mut self, slot: Date, closed_at: &str, outcome: Outcome) {
        self.write(
            &format!("{slot}T09:00:00Z"),
            about(kind::DUTY_OPEN, slot, None),
        );
        self.write(
            &format!("{slot}T10:00:00Z"),
            run(kind::RUN_START, slot, None),
        );
        let result = run(kind::RUN_RESULT, slot, Some(Verdict::Pass));
        self.write(&format!("{slot}T10:20:00Z"), result);
        self.write(closed_at, close(slot, outcome, Verdict::Pass));
    }

    /// The place of an entry of a type, the `nth` from 0.
    pub fn find(&self, kind: &str, nth: usize) -> usize {
        let places = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, (_, draft))| draft.t == kind);
        places.map(|(place, _)| place).nth(nth).unwrap()
    }

    pub fn without(mut self, place: usize) -> Self {
        self.0.remove(place);
        self
    }

    /// Puts an entry before the one at a place.
    pub fn with(mut self, place: usize, when: &str, draft: EntryDraft) -> Self {
        self.0.insert(place, (at(when), draft));
        self
    }

    pub fn seal(&self) -> Log {
        let mut log = Log::default();
        let mut starts = BTreeMap::new();
        for (number, (at, draft)) in self.0.iter().enumerate() {
            let mut draft = draft.clone();
            if draft.t == kind::RUN_RESULT && draft.seen.is_none() {
                draft.seen = Some(match starts.get(&draft.run) {
                    Some(seen) => Seen::clone(seen),
                    None => log.seen(),
                });
            }
            let seed = [u8::try_from(number).unwrap(); 32];
            let sealed = seal(&draft, *at, &seed).unwrap();
            log.entries.push(sealed.bytes);
            log.leaves.push(sealed.leaf);
            if draft.t == kind::RUN_START {
                starts.insert(draft.run.clone(), log.seen());
            }
            if !draft.fields.is_empty() {
                log.disclosures.push(Disclosure {
                    index: number as u64,
                    seed: Hash(seed).to_hex(),
                    fields: draft.fields,
                });
            }
        }
        log
    }

    pub fn pack(&self) -> Vec<u8> {
        self.seal().pack()
    }

    /// What the verifier says of it, with nothing kept.
    pub fn report(&self) -> Report {
        judge(&self.pack(), &policy(), &[])
    }
}

/// A sealed log, as its provider holds it.
#[derive(Default)]
pub struct Log {
    pub entries: Vec<Vec<u8>>,
    pub disclosures: Vec<Disclosure>,
    pub leaves: Vec<Hash>,
}

impl Log {
    fn seen(&self) -> Seen {
        Seen {
            size: self.leaves.len() as u64,
            root: root(&self.leaves).to_hex(),
        }
    }

    /// The signed checkpoint over the first entries.
    pub fn checkpoint(&self, size: usize) -> String {
        let head = root(&self.leaves[..size]);
        Checkpoint::new(ORIGIN, size as u64, head)
            .sign(&signer())
            .unwrap()
    }

    pub fn pack(&self) -> Vec<u8> {
        self.pack_with(&self.checkpoint(self.leaves.len()), &[])
    }

    pub fn pack_with(&self, checkpoint: &str, earlier_checkpoints: &[String]) -> Vec<u8> {
        let draft = PackDraft {
            client: &client(),
            from: date(2026, 1, 1),
            to: date(2026, 1, 31),
            entries: &self.entries,
            disclosures: &self.disclosures,
            checkpoint,
            earlier_checkpoints,
        };
        build(&draft, &signer()).unwrap()
    }
}

pub fn judge(pack: &[u8], policy: &Policy, kept: &[&str]) -> Report {
    let kept: Vec<Kept<'_>> = kept
        .iter()
        .map(|note| Kept { name: "kept", note })
        .collect();
    let request = Request {
        pack,
        policy,
        kept: &kept,
        from: None,
        to: None,
    };
    verify(&request).unwrap()
}

/// The codes of the reasons, for a test to look for its own.
pub fn codes(report: &Report) -> Vec<&str> {
    report
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect()
}

/// Wants a pack refused as contradicted, for this reason among others.
pub fn contradicts(report: &Report, code: &str) {
    assert_eq!(
        report.standing.word(),
        "contradicted",
        "{:?}",
        report.reasons
    );
    assert!(
        codes(report).contains(&code),
        "{code} is not among {:?}",
        report.reasons
    );
    assert_eq!(report.exit_code(), 1);
}
