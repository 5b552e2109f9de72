//! What the client brings along: its policy, the checkpoints that it kept, the witnesses that it
//! believes.

use duly_core::entry::kind;
use duly_proof::cosignature::CosignerKey;
use duly_proof::note::SignerKey;
use duly_proof::policy::Policy;
use duly_verify::{Kept, KeptError, Request, verify};

use crate::world::{ORIGIN, Script, codes, contradicts, draft, judge, policy, signer};

fn witness(number: u8) -> CosignerKey {
    CosignerKey::from_seed(&format!("witness.example/{number}"), [50 + number; 32]).unwrap()
}

/// Two of three witnesses are enough.
fn policy_with_witnesses() -> Policy {
    let mut text = format!("log {}\n", signer().verifier());
    for (number, name) in [(1, "insurer"), (2, "auditor"), (3, "peer")] {
        text.push_str(&format!("witness {name} {}\n", witness(number).verifier()));
    }
    text.push_str("group enough 2 insurer auditor peer\nquorum enough\n");
    Policy::parse(text.as_bytes()).unwrap()
}

fn cosigned(note: &str, by: &[u8]) -> String {
    by.iter().fold(note.to_owned(), |note, number| {
        witness(*number).cosign_note(&note, 1_769_900_000).unwrap()
    })
}

#[test]
fn a_quorum_of_witnesses_confirms() {
    let log = Script::clean().seal();
    let checkpoint = cosigned(&log.checkpoint(log.leaves.len()), &[1, 3]);
    let report = judge(
        &log.pack_with(&checkpoint, &[]),
        &policy_with_witnesses(),
        &[],
    );
    assert_eq!(report.standing.word(), "confirmed", "{:?}", report.reasons);
    assert!(
        report.sentence.contains("insurer and peer"),
        "{}",
        report.sentence
    );
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn fewer_witnesses_than_the_policy_asks_for_do_not_confirm() {
    let log = Script::clean().seal();
    let checkpoint = cosigned(&log.checkpoint(log.leaves.len()), &[2]);
    let report = judge(
        &log.pack_with(&checkpoint, &[]),
        &policy_with_witnesses(),
        &[],
    );
    assert_eq!(report.standing.word(), "unanchored");
    assert_eq!(report.witnesses[0].name, "auditor");
}

#[test]
fn witnesses_that_are_not_in_the_policy_confirm_nothing() {
    let log = Script::clean().seal();
    let checkpoint = cosigned(&log.checkpoint(log.leaves.len()), &[7, 8, 9]);
    let report = judge(
        &log.pack_with(&checkpoint, &[]),
        &policy_with_witnesses(),
        &[],
    );
    assert_eq!(report.standing.word(), "unanchored");
    assert_eq!(report.witnesses, []);
}

#[test]
fn a_policy_that_asks_for_nobody_is_never_called_confirmed() {
    let log = Script::clean().seal();
    let checkpoint = cosigned(&log.checkpoint(log.leaves.len()), &[1, 2, 3]);
    let report = judge(&log.pack_with(&checkpoint, &[]), &policy(), &[]);
    assert_eq!(report.standing.word(), "unanchored");
}

#[test]
fn witnesses_on_the_kept_copy_of_the_same_head_count() {
    let log = Script::clean().seal();
    let kept = cosigned(&log.checkpoint(log.leaves.len()), &[1, 2]);
    let report = judge(&log.pack(), &policy_with_witnesses(), &[&kept]);
    assert_eq!(report.standing.word(), "confirmed");
}

#[test]
fn witnesses_of_an_earlier_head_do_not_confirm_what_came_after() {
    let log = Script::clean().seal();
    let kept = cosigned(&log.checkpoint(9), &[1, 2, 3]);
    let report = judge(&log.pack(), &policy_with_witnesses(), &[&kept]);
    assert_eq!(report.standing.word(), "consistent");
}

#[test]
fn no_witness_makes_a_contradiction_right() {
    let script = Script::mixed();
    let place = script.find(kind::EXCEPTION_GRANT, 0);
    let log = script.without(place).seal();
    let checkpoint = cosigned(&log.checkpoint(log.leaves.len()), &[1, 2, 3]);
    let report = judge(
        &log.pack_with(&checkpoint, &[]),
        &policy_with_witnesses(),
        &[],
    );
    contradicts(&report, "waived-without-ground");
}

#[test]
fn every_checkpoint_that_was_kept_is_continued_by_an_honest_log() {
    let log = Script::clean().seal();
    for size in 1..=log.leaves.len() {
        let report = judge(&log.pack(), &policy(), &[&log.checkpoint(size)]);
        assert_eq!(report.standing.word(), "consistent", "size {size}");
        assert_eq!(report.kept, [size as u64]);
    }
}

#[test]
fn the_head_of_the_empty_log_anchors_nothing() {
    let log = Script::clean().seal();
    let report = judge(&log.pack(), &policy(), &[&log.checkpoint(0)]);
    assert_eq!(report.standing.word(), "unanchored");
}

#[test]
fn a_history_rewritten_with_the_providers_own_key_does_not_fit_what_was_kept() {
    let honest = Script::mixed();
    let kept = honest.seal().checkpoint(honest.0.len());
    // As if the office had moved on the 19th too: consistent in itself, and a lie.
    let mut script = Script::opening();
    script.exception("2026-01-02T11:00:00Z", "2026-01-19");
    script.0.extend(honest.0.iter().skip(6).cloned());
    while script.0.len() < honest.0.len() {
        script.write("2026-01-31T18:00:00Z", draft("x.filler"));
    }
    script.0.truncate(honest.0.len());
    let report = judge(&script.pack(), &policy(), &[&kept]);
    contradicts(&report, "checkpoint-differs");
    assert!(report.sentence.contains("what it signed before"));
}

#[test]
fn an_entry_removed_and_signed_again_does_not_fit_what_was_kept() {
    let honest = Script::clean();
    let log = honest.seal();
    let kept = log.checkpoint(log.leaves.len());
    for place in 6..honest.0.len() {
        let report = judge(&honest.clone().without(place).pack(), &policy(), &[&kept]);
        contradicts(&report, "checkpoint-is-longer");
    }
}

#[test]
fn an_entry_added_in_the_middle_does_not_fit_what_was_kept() {
    let honest = Script::clean();
    let log = honest.seal();
    let kept = log.checkpoint(log.leaves.len());
    let place = honest.find(kind::DUTY_OPEN, 2);
    let script = honest.with(place, "2026-01-14T10:00:00Z", draft("x.note"));
    contradicts(
        &judge(&script.pack(), &policy(), &[&kept]),
        "checkpoint-differs",
    );
}

#[test]
fn entries_in_another_order_do_not_fit_what_was_kept() {
    let mut script = Script::clean();
    let log = script.seal();
    let kept = log.checkpoint(log.leaves.len());
    // The calendar before the zone: nothing in the record itself minds.
    script.0.swap(1, 2);
    assert_eq!(script.report().standing.word(), "unanchored");
    contradicts(
        &judge(&script.pack(), &policy(), &[&kept]),
        "checkpoint-differs",
    );
}

#[test]
fn an_earlier_checkpoint_in_the_pack_that_does_not_fit_is_found() {
    let script = Script::clean();
    let log = script.seal();
    let fits = log.pack_with(&log.checkpoint(log.leaves.len()), &[log.checkpoint(9)]);
    assert_eq!(judge(&fits, &policy(), &[]).standing.word(), "unanchored");
    let other = script
        .with(6, "2026-01-02T10:00:00Z", draft("x.note"))
        .seal();
    let pack = other.pack_with(&other.checkpoint(other.leaves.len()), &[log.checkpoint(9)]);
    contradicts(&judge(&pack, &policy(), &[]), "checkpoint-differs");
}

#[test]
fn a_pack_signed_by_another_key_of_the_same_name_is_altered() {
    let stranger = SignerKey::from_seed(ORIGIN, [8; 32]).unwrap();
    let text = format!("log {}\nquorum none\n", stranger.verifier());
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let report = judge(&Script::clean().pack(), &policy, &[]);
    assert_eq!(report.standing.word(), "altered");
    assert_eq!(codes(&report), ["signature"]);
    assert_eq!(report.origin, None);
}

#[test]
fn a_kept_checkpoint_that_nobody_known_signed_is_wrong_usage_and_no_verdict() {
    let log = Script::clean().seal();
    let good = log.checkpoint(9);
    let forged = good.replace("\n9\n", "\n8\n");
    for note in ["", "not a checkpoint", &forged] {
        let kept = [Kept { name: "mail", note }];
        let request = Request {
            pack: &log.pack(),
            policy: &policy(),
            kept: &kept,
            from: None,
            to: None,
        };
        assert!(
            matches!(verify(&request), Err(KeptError::Refused { .. })),
            "{note:?}"
        );
    }
}

#[test]
fn an_entry_dated_back_past_a_witness_is_a_finding() {
    let script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 1);
    let log = script.seal();
    // On the 14th the insurer had not seen the closing that is dated the 13th.
    let wednesday_s = 1_768_392_000;
    let earlier = witness(1)
        .cosign_note(&log.checkpoint(place), wednesday_s)
        .unwrap();
    let pack = log.pack_with(&log.checkpoint(log.leaves.len()), &[earlier]);
    let report = judge(&pack, &policy_with_witnesses(), &[]);
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings);
    };
    assert_eq!(
        (finding.code.as_str(), finding.entry),
        ("dated-back", Some(place as u64))
    );
}

#[test]
fn an_entry_dated_after_a_witness_saw_it_is_a_finding() {
    let log = Script::clean().seal();
    let new_year_s = 1_767_225_600;
    let note = log.checkpoint(log.leaves.len());
    let kept = witness(2).cosign_note(&note, new_year_s).unwrap();
    let report = judge(&log.pack(), &policy_with_witnesses(), &[&kept]);
    assert_eq!(report.findings[0].code, "dated-ahead");
}

#[test]
fn entries_written_while_a_witness_made_up_its_mind_are_no_finding() {
    let script = Script::clean();
    let place = script.find(kind::DUTY_CLOSE, 1);
    let log = script.seal();
    let (closed_at, _) = script.0[place];
    let soon_s = u64::try_from(closed_at.as_second()).unwrap() + 600;
    let earlier = witness(1)
        .cosign_note(&log.checkpoint(place), soon_s)
        .unwrap();
    let pack = log.pack_with(&log.checkpoint(log.leaves.len()), &[earlier]);
    assert_eq!(judge(&pack, &policy_with_witnesses(), &[]).findings, []);
}

#[test]
fn a_duty_is_missed_once_a_witness_says_that_its_time_is_over() {
    // The record falls silent on the 19th with the duty open; the witness saw it on the 30th.
    let mut script = Script::clean();
    script.0.truncate(script.find(kind::DUTY_OPEN, 2) + 1);
    let log = script.seal();
    let note = log.checkpoint(log.leaves.len());
    assert_eq!(judge(&log.pack(), &policy(), &[]).missed, []);
    let pack = log.pack_with(&cosigned(&note, &[1, 2]), &[]);
    let report = judge(&pack, &policy_with_witnesses(), &[]);
    assert_eq!(report.standing.word(), "confirmed");
    assert_eq!(report.missed.len(), 2);
    assert_eq!(report.exit_code(), 1);
}
