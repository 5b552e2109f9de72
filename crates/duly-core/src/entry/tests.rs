//! Entries as they are written and read, refusals included.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const SEED: [u8; 32] = [3; 32];

fn at() -> Timestamp {
    "2026-03-02T09:00:00.25Z".parse().unwrap()
}

fn miss() -> EntryDraft {
    EntryDraft {
        duty: Some(DutyId::from("ab".repeat(32))),
        outcome: Some(Outcome::Missed),
        ..EntryDraft::new(kind::DUTY_MISS)
    }
}

fn sealed(draft: &EntryDraft) -> String {
    String::from_utf8(seal(draft, at(), &SEED).unwrap().bytes).unwrap()
}

fn refusal(text: &str) -> EntryError {
    Entry::parse(text.as_bytes()).unwrap_err()
}

#[test]
fn an_entry_is_spelled_like_this_for_ever() {
    let draft = EntryDraft {
        run: Some(RunId::from("run-1")),
        verdict: Some(Verdict::Fail),
        ..EntryDraft::new("x.note")
    };
    let draft = draft.with_field("text", &"said").unwrap();
    let expected = concat!(
        r#"{"v":1,"t":"x.note","at":"2026-03-02T09:00:00.25Z","run":"run-1","verdict":"fail""#,
        r#","c":{"text":"5fa817b4dc8eaf5f4ce897f436059df681f55170352dfeb2c5e1f58726ba9c9d"}}"#,
    );
    assert_eq!(sealed(&draft), expected);
}

#[test]
fn a_sealed_entry_reads_back_as_it_was() {
    let text = sealed(&miss());
    let entry = Entry::parse(text.as_bytes()).unwrap();
    assert_eq!(entry.duty, miss().duty);
    assert_eq!(entry.at, at());
    assert_eq!(
        seal(&miss(), at(), &SEED).unwrap().leaf,
        leaf_hash(text.as_bytes())
    );
}

#[test]
fn a_field_opens_to_its_own_value_alone() {
    let draft = miss().with_field("result", &"late parts").unwrap();
    let entry = Entry::parse(sealed(&draft).as_bytes()).unwrap();
    assert!(entry.opens_to(&SEED, "result", r#""late parts""#));
    assert!(!entry.opens_to(&SEED, "result", r#""late part""#));
    assert!(!entry.opens_to(&[4; 32], "result", r#""late parts""#));
    assert!(!entry.opens_to(&SEED, "reason", r#""late parts""#));
}

#[test]
fn the_same_entry_spelled_otherwise_is_refused() {
    let text = sealed(&miss());
    for other in [
        text.replace(":1,", ": 1,"),
        text.replace(".25Z", ".250Z"),
        text.replace("Z\"", "+00:00\""),
        text.replace("missed", "m\\u0069ssed"),
        format!("{text}\n"),
    ] {
        assert_eq!(refusal(&other), EntryError::Spelling, "{other}");
    }
}

#[test]
fn a_key_that_is_repeated_or_unknown_is_refused() {
    let text = sealed(&miss());
    let twice = text.replace("\"at\"", "\"v\":1,\"at\"");
    let unknown = text.replace("\"at\"", "\"tags\":[],\"at\"");
    assert!(matches!(refusal(&twice), EntryError::Malformed(_)));
    assert!(matches!(refusal(&unknown), EntryError::Malformed(_)));
}

#[test]
fn an_unknown_type_without_the_open_prefix_is_refused() {
    let text = sealed(&miss()).replace("duty.miss", "duty.forget");
    let refusal = refusal(&text);
    assert_eq!(refusal, EntryError::UnknownType("duty.forget".to_owned()));
    assert!(refusal.is_unknown_here());
}

#[test]
fn an_entry_of_a_later_version_is_unknown_and_not_malformed() {
    let text = r#"{"v":2,"t":"duty.miss","something":"new"}"#;
    assert_eq!(refusal(text), EntryError::UnknownVersion(2));
}

#[test]
fn a_time_finer_than_milliseconds_is_refused() {
    let finer = at() + SignedDuration::from_micros(1);
    let refusal = seal(&miss(), finer, &SEED).unwrap_err();
    assert_eq!(refusal, EntryError::Precision);
    assert_eq!(whole_milliseconds(finer), at());
}

#[test]
fn an_entry_longer_than_its_bundle_can_say_is_refused() {
    let draft = EntryDraft {
        fields: (0..1_000)
            .map(|number| (format!("field-{number}"), "1".to_owned()))
            .collect(),
        ..EntryDraft::new("x.long")
    };
    let refusal = seal(&draft, at(), &SEED).unwrap_err();
    assert!(matches!(refusal, EntryError::TooLong(_)));
}

#[test]
fn a_field_that_is_no_json_is_refused() {
    let mut draft = EntryDraft::new("x.note");
    draft
        .fields
        .insert("text".to_owned(), "not json".to_owned());
    let refusal = seal(&draft, at(), &SEED).unwrap_err();
    assert!(matches!(refusal, EntryError::Malformed(_)));
}

#[test]
fn an_entry_without_what_its_type_asks_for_is_refused() {
    let without_duty = EntryDraft {
        duty: None,
        ..miss()
    };
    let wrong_outcome = EntryDraft {
        outcome: Some(Outcome::Done),
        ..miss()
    };
    let without_head = EntryDraft {
        run: Some(RunId::from("run-1")),
        ..EntryDraft::new(kind::RUN_RESULT)
    };
    let without_field = EntryDraft::new(kind::PROCESS_PUBLISH);
    let bad_duty = EntryDraft {
        duty: Some(DutyId::from("none")),
        ..miss()
    };
    for draft in [
        without_duty,
        wrong_outcome,
        without_head,
        without_field,
        bad_duty,
    ] {
        let refusal = seal(&draft, at(), &SEED).unwrap_err();
        assert!(matches!(refusal, EntryError::Shape { .. }), "{draft:?}");
    }
}

#[test]
fn every_type_of_the_closed_set_has_a_shape() {
    for kind in kind::CLOSED {
        let text = format!(r#"{{"v":1,"t":"{kind}","at":"2026-03-02T09:00:00Z"}}"#);
        let refusal = Entry::parse(text.as_bytes()).err();
        assert!(
            matches!(refusal, Some(EntryError::Shape { .. })),
            "{kind}: {refusal:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Entry::parse(&bytes);
    }

    #[test]
    fn one_changed_byte_never_reads_as_the_same_entry(position in 0usize..1_000, bit in 0u8..8) {
        let text = sealed(&miss());
        let mut changed = text.clone().into_bytes();
        let position = position % changed.len();
        changed[position] ^= 1 << bit;
        let original = Entry::parse(text.as_bytes()).unwrap();
        prop_assert_ne!(Entry::parse(&changed).ok(), Some(original));
    }
}
