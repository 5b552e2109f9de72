//! How long a year of a client takes to verify: 150 assets checked every day, four entries each
//! (ticket, run, result, closing), 219,000 in all, every field disclosed.
//!
//! Prints the processor time of one verification beside that of hashing the entries alone, as
//! `cargo xtask bench` reads figures, and the size of the pack.
#![allow(
    clippy::unwrap_used,
    reason = "an example that cannot go on should say so where it stands"
)]

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::entry::{EntryDraft, Seen, kind, seal};
use duly_core::id::{AssetId, ClientId, DutyId, ProcessId, RunId};
use duly_core::pack::{PackDraft, build};
use duly_core::record::Disclosure;
use duly_core::schedule::zone::Zone;
use duly_core::verdict::Verdict;
use duly_proof::checkpoint::Checkpoint;
use duly_proof::hash::Hash;
use duly_proof::note::SignerKey;
use duly_proof::policy::Policy;
use duly_proof::tree::{Frontier, leaf_hash};
use duly_verify::{Report, Request, verify};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const ORIGIN: &str = "duly.example/year";
const ASSETS: usize = 150;
const ROUNDS: usize = 5;
const FIRST: Date = date(2025, 1, 1);
const LAST: Date = date(2025, 12, 31);

fn main() {
    let signer = SignerKey::from_seed(ORIGIN, [1; 32]).unwrap();
    let log = year();
    let checkpoint = Checkpoint::new(ORIGIN, log.tree.size(), log.tree.root());
    let draft = PackDraft {
        client: &ClientId::from("baker"),
        from: FIRST,
        to: LAST,
        entries: &log.entries,
        disclosures: &log.disclosures,
        checkpoint: &checkpoint.sign(&signer).unwrap(),
        earlier_checkpoints: &[],
    };
    let pack = build(&draft, &signer).unwrap();
    let policy = format!("log {}\nquorum none\n", signer.verifier());
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    println!(
        "{} entries, a pack of {} MB",
        log.entries.len(),
        pack.len() / 1_000_000
    );
    for _ in 0..ROUNDS {
        let start = processor_s();
        let report = judge(&pack, &policy);
        let between = processor_s();
        let mut tree = Frontier::new();
        for entry in &log.entries {
            tree.append(leaf_hash(entry));
        }
        let end = processor_s();
        assert_eq!(report.equation.unwrap().done, 365 * ASSETS as u64);
        assert_eq!(report.exit_code(), 0);
        println!("figure verify-s {:.3}", between - start);
        println!("figure hash-s {:.3} {}", end - between, tree.size());
    }
}

fn judge(pack: &[u8], policy: &Policy) -> Report {
    let request = Request {
        pack,
        policy,
        kept: &[],
        from: None,
        to: None,
    };
    verify(&request).unwrap()
}

#[derive(Default)]
struct Log {
    entries: Vec<Vec<u8>>,
    disclosures: Vec<Disclosure>,
    tree: Frontier,
}

impl Log {
    fn write(&mut self, at: Timestamp, draft: EntryDraft) {
        let index = self.tree.size();
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&index.to_be_bytes());
        let sealed = seal(&draft, at, &seed).unwrap();
        self.tree.append(sealed.leaf);
        self.entries.push(sealed.bytes);
        self.disclosures.push(Disclosure {
            index,
            seed: Hash(seed).to_hex(),
            fields: draft.fields,
        });
    }

    fn publish(&mut self, at: Timestamp, kind: &str, field: &str, value: &Value) {
        self.write(at, EntryDraft::new(kind).with_field(field, value).unwrap());
    }
}

fn year() -> Log {
    let mut log = Log::default();
    let opened: Timestamp = "2024-12-31T12:00:00Z".parse().unwrap();
    let zone = Zone::of("Europe/London", date(2024, 1, 1), date(2026, 12, 31)).unwrap();
    let client = json!({ "id": "baker", "tz": "Europe/London", "calendar": "england" });
    log.publish(opened, kind::LOG_OPEN, "client", &client);
    log.publish(
        opened,
        kind::ZONE_PUBLISH,
        "zone",
        &serde_json::to_value(&zone).unwrap(),
    );
    log.publish(opened, kind::PROCESS_PUBLISH, "process", &process());
    for number in 0..ASSETS {
        let id = asset(number);
        let asset =
            json!({ "id": id, "client": "baker", "kind": "endpoint", "since": "2025-01-01" });
        log.publish(opened, kind::ASSET_ADD, "asset", &asset);
    }
    for day in FIRST.series(jiff::Span::new().days(1)).take(365) {
        let opens_at = zone.resolve(day, jiff::civil::time(9, 0, 0, 0)).unwrap();
        let mut starts = BTreeMap::new();
        for number in 0..ASSETS {
            let ticket = json!({ "slot": day, "opens-at": opens_at });
            let open = about(kind::DUTY_OPEN, number, day);
            log.write(opens_at, open.with_field("ticket", &ticket).unwrap());
        }
        for number in 0..ASSETS {
            let start = run(kind::RUN_START, number, day);
            let taken_from = json!({ "snapshot": "8f3a", "manifest": "root" });
            log.write(opens_at, start.with_field("run", &taken_from).unwrap());
            let root = log.tree.root().to_hex();
            let size = log.tree.size();
            starts.insert(number, Seen { size, root });
        }
        let later = opens_at + SignedDuration::from_hours(1);
        for (number, seen) in starts {
            let result = EntryDraft {
                seen: Some(seen),
                verdict: Some(Verdict::Pass),
                ..run(kind::RUN_RESULT, number, day)
            };
            let judgement =
                json!({ "verdict": "pass", "reasons": [], "coverage": { "files": 300 } });
            log.write(later, result.with_field("judgement", &judgement).unwrap());
            let close = EntryDraft {
                outcome: Some(Outcome::Done),
                verdict: Some(Verdict::Pass),
                ..about(kind::DUTY_CLOSE, number, day)
            };
            log.write(
                later,
                close.with_field("result", &json!({ "steps": 3 })).unwrap(),
            );
        }
    }
    log
}

fn asset(number: usize) -> String {
    format!("pc-{number}")
}

fn about(kind: &str, number: usize, day: Date) -> EntryDraft {
    let (client, process) = (ClientId::from("baker"), ProcessId::from("endpoint.check"));
    let asset = AssetId::from(asset(number));
    EntryDraft {
        duty: Some(DutyId::of(&client, &process, Some(&asset), day)),
        asset: Some(asset),
        ..EntryDraft::new(kind)
    }
}

fn run(kind: &str, number: usize, day: Date) -> EntryDraft {
    EntryDraft {
        run: Some(RunId::from(format!("run-{day}-{number}"))),
        ..about(kind, number, day)
    }
}

fn process() -> Value {
    json!({
        "rules": 1, "process": "endpoint.check", "effective": "2025-01-01",
        "title": "Check the endpoint", "applies-to": { "per": "asset", "kind": "endpoint" },
        "schedule": {
            "recurrence": { "every": "day", "interval": 1 },
            "at": "09:00:00", "tz": "client", "calendar": "client",
            "due-within": { "count": 8, "unit": "hours" },
            "grace": { "count": 8, "unit": "hours" },
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [{ "id": "look", "do": "Look", "gate": "critical" }],
        "quality-control": { "rules": [{ "id": "missed", "severity": "high" }] },
        "oversight": { "review-every": "month", "measures": [] },
    })
}

/// Seconds this thread has run on a processor, as Linux counts them.
fn processor_s() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let ns = counted.split_whitespace().next();
    ns.unwrap().parse::<f64>().unwrap() / 1e9
}
