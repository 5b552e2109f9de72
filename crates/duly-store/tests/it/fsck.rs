//! Planted alterations: whoever can write to the database, guards removed, is found out.

use std::fs;

use duly_core::verdict::{Judgement, Verdict};
use duly_proof::checkpoint::Checkpoint;
use duly_proof::note::SignerKey;
use duly_proof::tree::leaf_hash;
use duly_store::{RunResult, RunStart, fsck};

use crate::world::{Place, baker, duties, duty, on_both, start};

/// A store with something of everything, closed and signed.
async fn lived_in(place: &Place) {
    let store = place.baker().await;
    let now = duty(3).duty.opens_at;
    store.release_checkpoints(start()).await.unwrap();
    store.open_duties(&baker(), &duties(4), now).await.unwrap();
    let run = RunStart {
        client: baker(),
        run: "r-1".into(),
        ticket: duty(3).duty.id,
        step: "restore".into(),
        person: None,
        commits: serde_json::json!({}),
    };
    store.start_run(run, now).await.unwrap();
    let result = RunResult {
        client: baker(),
        run: "r-1".into(),
        judgement: Judgement {
            verdict: Verdict::Pass,
            level: None,
            reasons: Vec::new(),
            coverage: serde_json::Map::new(),
            bounds: serde_json::Map::new(),
        },
        observations: Vec::new(),
        snapshots: Vec::new(),
    };
    store.finish_run(result, now).await.unwrap();
    let late = duty(1).duty.missed_at + jiff::SignedDuration::from_secs(1);
    store.mark_missed(&baker(), late).await.unwrap();
    store.release_checkpoints(late).await.unwrap();
    store.close().await;
    place.assert_sound().await;
}

async fn codes(place: &Place) -> Vec<&'static str> {
    let report = place.fsck().await;
    report.findings.iter().map(|finding| finding.code).collect()
}

/// Statements that alter a lived-in store, and what each must be found as.
const ALTERATIONS: &[(&str, &str)] = &[
    ("delete from entry_seed where idx = 5", "seed-missing"),
    (
        "update entry_field set value = '{}' where idx = 5",
        "field-altered",
    ),
    ("delete from entry_field where idx = 5", "field-missing"),
    (
        "insert into entry_field(client, idx, name, value) values ('c-baker', 5, 'more', '1')",
        "field-uncommitted",
    ),
    (
        "update entry set kind = 'x.other' where idx = 5",
        "entry-column-differs",
    ),
    (
        "update entry set duty = null where idx = 5",
        "entry-column-differs",
    ),
    (
        "update entry set at = at + 1 where idx = 5",
        "entry-column-differs",
    ),
    (
        "delete from entry_seed where idx = 5; delete from entry_field where idx = 5; \
         delete from entry where idx = 5",
        "entry-missing",
    ),
    (
        "insert into entry(client, idx, at, kind, duty, bytes, leaf) \
         select client, 100, at, kind, duty, bytes, leaf from entry where idx = 5",
        "head-differs",
    ),
    ("update log set size = size + 1", "head-differs"),
    ("update log set last_at = last_at + 1", "head-differs"),
    (
        "update checkpoint set note = (select max(note) from checkpoint c \
         where c.size <> checkpoint.size)",
        "checkpoint-differs",
    ),
    (
        "update checkpoint set note = 'nothing'",
        "checkpoint-signature",
    ),
    (
        "update checkpoint set size = size + 1 where size > 5",
        "checkpoint-differs",
    ),
    (
        "update ticket set slot = '2027-07-07' where outcome = 'open'",
        "ticket-differs",
    ),
    (
        "update ticket set missed_at = missed_at + 1 where outcome = 'open'",
        "ticket-differs",
    ),
    (
        "update ticket set outcome = 'done', verdict = 'pass' where outcome = 'missed'",
        "outcome-differs",
    ),
    (
        "update ticket set outcome = 'open', ended_at = null where outcome = 'missed'",
        "outcome-differs",
    ),
    (
        "update ticket set afterwards_at = 1 where outcome = 'missed'",
        "outcome-differs",
    ),
    (
        "delete from step where ticket in (select ticket from ticket where outcome = 'missed'); \
         delete from ticket where outcome = 'missed'",
        "ticket-missing",
    ),
    (
        "insert into ticket(client, ticket, process, version, slot, opens_at, due_at, missed_at, \
         opened_at, outcome) select client, 'invented', process, version, slot, opens_at, due_at, \
         missed_at, opened_at, 'open' from ticket limit 1",
        "ticket-without-entry",
    ),
    ("delete from step where step = 'open'", "steps-differ"),
    ("update run set result_idx = result_idx - 1", "run-differs"),
    ("delete from run", "run-missing"),
    (
        "update process set document = replace(document, 'critical', 'standard')",
        "published-differs",
    ),
    ("update process set idx = 5", "published-without-entry"),
    ("update asset set since = '2026-02-02'", "published-differs"),
    ("update client set tz = 'Asia/Tokyo'", "published-differs"),
    ("update about set value = 'another'", "other-database"),
];

on_both! {
    async fn every_planted_alteration_is_found_and_named(place: Place) {
        lived_in(&place).await;
        let whole = place.save();
        for (sql, code) in ALTERATIONS {
            place.restore(&whole);
            place.tamper(sql);
            let found = codes(&place).await;
            assert!(found.contains(code), "{sql}: {found:?}");
        }
        place.restore(&whole);
        place.assert_sound().await;
    }

    async fn any_flipped_bit_of_an_entry_is_found(place: Place) {
        lived_in(&place).await;
        let bytes = place.entry_bytes(6);
        let whole = place.save();
        let mut flipped = 0;
        for position in (0..bytes.len()).step_by(37) {
            let mut altered = bytes.clone();
            altered[position] ^= 1 << (position % 8);
            place.restore(&whole);
            place.tamper(&format!(
                "update entry set bytes = {} where idx = 6",
                place.blob(&altered)
            ));
            let found = codes(&place).await;
            assert!(found.contains(&"entry-altered"), "byte {position}: {found:?}");
            // Also when its hash is made to fit: then the roots do not.
            let leaf = leaf_hash(&altered);
            place.tamper(&format!("update entry set leaf = {} where idx = 6", place.blob(&leaf.0)));
            let found = codes(&place).await;
            for code in ["head-differs", "checkpoint-differs", "lock-differs"] {
                assert!(found.contains(&code), "byte {position}: {found:?}");
            }
            flipped += 1;
        }
        assert!(flipped >= 5);
    }

    async fn two_entries_exchanged_are_found(place: Place) {
        lived_in(&place).await;
        place.tamper(
            "delete from entry_seed where idx in (4, 6); \
             delete from entry_field where idx in (4, 6); \
             update entry set idx = -1 where idx = 4; \
             update entry set idx = 4 where idx = 6; \
             update entry set idx = 6 where idx = -1",
        );
        let found = codes(&place).await;
        assert!(found.contains(&"head-differs"), "{found:?}");
        assert!(found.contains(&"checkpoint-differs"), "{found:?}");
    }

    async fn a_checkpoint_by_another_key_is_found(place: Place) {
        lived_in(&place).await;
        let store = place.open().await;
        let last = store.last_checkpoint(&baker()).await.unwrap().unwrap();
        let origin = store.log_head(&baker()).await.unwrap().unwrap().origin;
        store.close().await;
        let other = SignerKey::from_seed(&origin, [9; 32]).unwrap();
        let note = Checkpoint::new(&origin, last.size, last.root).sign(&other).unwrap();
        place.tamper(&format!("update checkpoint set note = '{note}' where size = {}", last.size));
        assert_eq!(codes(&place).await, ["checkpoint-signature"]);
        // Without the keys nobody can tell, and the report says so.
        let report = fsck(&place.location(), None).await.unwrap();
        assert!(report.is_clean() && !report.with_keys);
    }

    async fn an_altered_lock_file_is_found(place: Place) {
        lived_in(&place).await;
        let lock = place.keys_dir().join("heads.json");
        let text = fs::read_to_string(&lock).unwrap();
        fs::write(&lock, text.replace("duly.example/c-baker", "duly.example/c-other")).unwrap();
        assert_eq!(codes(&place).await, ["log-missing"]);
        fs::write(&lock, &text[1..]).unwrap();
        assert_eq!(codes(&place).await, ["lock-malformed"]);
        fs::remove_file(&lock).unwrap();
        assert_eq!(codes(&place).await, ["lock-missing"]);
    }

    async fn it_can_run_beside_a_store_that_works(place: Place) {
        let store = place.baker().await;
        let working = {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 1..60 {
                    store.open_duties(&baker(), &duties(number), start()).await.unwrap();
                    store.release_checkpoints(start()).await.unwrap();
                }
            })
        };
        let mut checked = 0;
        while !working.is_finished() {
            place.assert_sound().await;
            checked += 1;
        }
        working.await.unwrap();
        assert!(checked > 0);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_database_file_is_found() {
    let place = Place::sqlite();
    lived_in(&place).await;
    let file = place.database_file();
    let mut bytes = fs::read(&file).unwrap();
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 64].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let found = fsck(&place.location(), Some(&place.keys_dir())).await;
    match found {
        Ok(report) => assert!(!report.is_clean()),
        Err(error) => assert_eq!(error.code(), "database"),
    }
}
