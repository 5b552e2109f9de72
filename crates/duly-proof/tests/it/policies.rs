//! Policies: read strictly, and evaluated by what the reader knows.

use duly_proof::checkpoint::{Checkpoint, CheckpointError};
use duly_proof::cosignature::CosignerKey;
use duly_proof::note::SignerKey;
use duly_proof::policy::{Policy, PolicyProblem};
use duly_proof::tree::empty_root;
use proptest::prelude::*;

const ORIGIN: &str = "duly.example/log-1";

fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn witness(number: u8) -> CosignerKey {
    CosignerKey::from_seed(&format!("witness.example/w{number}"), [100 + number; 32]).unwrap()
}

/// A policy of one log and five witnesses, with these further lines.
fn policy_text(rest: &str) -> String {
    let mut text = format!("# our log\nlog {}\n\n", signer().verifier());
    for number in 1..=5 {
        let key = witness(number).verifier();
        text.push_str(&format!("  witness w{number}\t{key} https://w.example/ \n"));
    }
    text + rest
}

fn policy(rest: &str) -> Policy {
    Policy::parse(policy_text(rest).as_bytes()).unwrap()
}

fn problem(text: &str) -> PolicyProblem {
    Policy::parse(text.as_bytes()).unwrap_err().problem
}

/// A checkpoint cosigned by these witnesses.
fn cosigned(by: &[u8]) -> String {
    let note = Checkpoint::new(ORIGIN, 0, empty_root())
        .sign(&signer())
        .unwrap();
    by.iter().fold(note, |note, number| {
        witness(*number)
            .cosign_note(&note, 1_000 + u64::from(*number))
            .unwrap()
    })
}

fn has_quorum(rest: &str, by: &[u8]) -> bool {
    policy(rest).evaluate(&cosigned(by)).unwrap().has_quorum
}

const NESTED: &str = "group x 2 w1 w2 w3\ngroup y any w4 w5\ngroup both all x y\nquorum both\n";

#[test]
fn a_nested_quorum_is_counted_group_by_group() {
    assert!(has_quorum(NESTED, &[1, 3, 5]));
    assert!(has_quorum(NESTED, &[1, 2, 3, 4, 5]));
    assert!(!has_quorum(NESTED, &[1, 2, 3]));
    assert!(!has_quorum(NESTED, &[1, 4, 5]));
    assert!(!has_quorum(NESTED, &[]));
}

#[test]
fn a_single_witness_can_be_the_quorum() {
    assert!(has_quorum("quorum w2\n", &[2]));
    assert!(!has_quorum("quorum w2\n", &[1, 3]));
}

#[test]
fn no_quorum_asks_for_nobody() {
    assert!(has_quorum("quorum none\n", &[]));
    assert!(!policy("quorum none\n").asks_for_witnesses());
}

#[test]
fn the_witnesses_are_named_with_the_time_of_their_word() {
    let evaluation = policy("quorum w1\n").evaluate(&cosigned(&[3, 1])).unwrap();
    let named: Vec<_> = evaluation
        .witnesses
        .iter()
        .map(|witness| (witness.name.as_str(), witness.time_s))
        .collect();
    assert_eq!(named, [("w1", 1_001), ("w3", 1_003)]);
    assert_eq!(evaluation.log, signer().verifier());
}

#[test]
fn a_witness_that_cosigned_twice_counts_once() {
    assert!(!has_quorum("group g 2 w1 w2\nquorum g\n", &[1, 1]));
}

#[test]
fn a_false_word_of_a_known_witness_rejects_the_checkpoint() {
    let other = Checkpoint::new(ORIGIN, 7, empty_root()).text();
    let note = format!("{}{}", cosigned(&[]), witness(1).cosign(&other, 1_001));
    let refusal = policy("quorum none\n").evaluate(&note);
    assert!(matches!(refusal, Err(CheckpointError::Note(_))));
}

#[test]
fn a_checkpoint_that_no_log_of_the_policy_signed_is_refused() {
    let stranger = SignerKey::from_seed(ORIGIN, [2; 32]).unwrap();
    let note = Checkpoint::new(ORIGIN, 0, empty_root())
        .sign(&stranger)
        .unwrap();
    assert!(policy("quorum none\n").evaluate(&note).is_err());
}

#[test]
fn every_departure_from_the_format_is_refused_by_its_name() {
    let log = signer().verifier().to_string();
    let key = witness(1).verifier().to_string();
    let with = |rest: &str| problem(&policy_text(rest));
    assert_eq!(with("quorum w1"), PolicyProblem::NotEnded);
    assert_eq!(with(""), PolicyProblem::Quorum);
    assert_eq!(with("quorum w1\nquorum w1\n"), PolicyProblem::Quorum);
    assert_eq!(with("quorum w9\n"), PolicyProblem::UnknownName);
    assert_eq!(
        with("quorum g\ngroup g any w1\n"),
        PolicyProblem::UnknownName
    );
    assert_eq!(with("group g any g\n"), PolicyProblem::UnknownName);
    assert_eq!(with("group g any none\n"), PolicyProblem::ReservedName);
    assert_eq!(with("group none any w1\n"), PolicyProblem::ReservedName);
    assert_eq!(with("group w1 any w2\n"), PolicyProblem::Repeated);
    assert_eq!(with("group g any w1 w1\n"), PolicyProblem::MemberTwice);
    assert_eq!(
        with("group g any w1\ngroup h any w1\n"),
        PolicyProblem::MemberTwice
    );
    for threshold in ["0", "3", "01", "+1", "-1", "most", "99999999999999999999"] {
        let line = format!("group g {threshold} w1 w2\n");
        assert_eq!(with(&line), PolicyProblem::Threshold, "{line}");
    }
    assert_eq!(with("group g any\n"), PolicyProblem::WordCount);
    assert_eq!(with("quorum w1 w2\n"), PolicyProblem::WordCount);
    assert_eq!(with("Quorum w1\n"), PolicyProblem::UnknownWord);
    assert_eq!(with("quorum w1\r\n"), PolicyProblem::ControlCharacter);
    assert_eq!(with(&format!("log {log}\n")), PolicyProblem::Repeated);
    assert_eq!(
        with(&format!("witness w6 {key}\n")),
        PolicyProblem::Repeated
    );
    assert_eq!(with(&format!("log {key}\n")), PolicyProblem::KeyKind);
    assert_eq!(with(&format!("witness w6 {log}\n")), PolicyProblem::KeyKind);
    assert!(matches!(with("log nonsense\n"), PolicyProblem::Key(_)));
    assert_eq!(problem(&"#".repeat(300_000)), PolicyProblem::TooLong);
}

#[test]
fn a_refusal_names_its_line() {
    let refusal = Policy::parse(b"# a comment\n\nquorum nobody\n").unwrap_err();
    assert_eq!(refusal.line, 3);
}

#[test]
fn names_are_octets_and_need_not_be_utf_8() {
    let mut text = policy_text("").into_bytes();
    text.extend_from_slice(b"group \xff\xfe any w1\nquorum \xff\xfe\n");
    let evaluation = Policy::parse(&text)
        .unwrap()
        .evaluate(&cosigned(&[1]))
        .unwrap();
    assert!(evaluation.has_quorum);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        words in proptest::collection::vec(
            prop_oneof![
                Just("log"), Just("witness"), Just("group"), Just("quorum"), Just("none"),
                Just("any"), Just("1"), Just("\n"), Just("#"), Just("w1"), Just("a+b+c"),
            ],
            0..60,
        ),
        noise in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut text = policy_text(&words.join(" ")).into_bytes();
        text.extend_from_slice(&noise);
        let _ = Policy::parse(&text);
    }
}
