//! Keys, notes, checkpoints and cosignatures.

use duly_proof::checkpoint::{Checkpoint, CheckpointError};
use duly_proof::cosignature::{CosignerKey, cosigned_at_s};
use duly_proof::note::{KeyError, Note, NoteError, SIGNATURES_MAX, SignerKey, VerifierKey, sign};
use duly_proof::tree::empty_root;
use proptest::prelude::*;

/// Key and note that C2SP `signed-note` gives as its example.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE_NOTE: &str = "This is an example message.\n\n— example.com/foo \
    Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

const ORIGIN: &str = "duly.example/log-1";

pub fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, 0, empty_root())
}

#[test]
fn the_example_of_the_specification_is_accepted() {
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    let note = Note::parse(EXAMPLE_NOTE).unwrap();
    assert_eq!(note.verify(&[key]).unwrap().len(), 1);
    assert_eq!(note.text(), "This is an example message.\n");
}

#[test]
fn a_key_reads_back_from_its_text() {
    let key = VerifierKey::parse(EXAMPLE_KEY).unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let key = signer().verifier();
    assert_eq!(VerifierKey::parse(&key.to_string()), Ok(key));
}

#[test]
fn a_key_with_any_character_changed_is_refused() {
    for position in 0..EXAMPLE_KEY.len() {
        for other in ['A', 'b', '0', '+', ' ', '='] {
            let mut changed: Vec<char> = EXAMPLE_KEY.chars().collect();
            if changed[position] == other {
                continue;
            }
            changed[position] = other;
            let changed: String = changed.into_iter().collect();
            assert!(VerifierKey::parse(&changed).is_err(), "{changed}");
        }
    }
}

#[test]
fn a_key_of_a_kind_not_known_here_says_so() {
    let ecdsa = "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert_eq!(VerifierKey::parse(ecdsa), Err(KeyError::UnknownKind(2)));
}

#[test]
fn names_with_spaces_or_plus_signs_are_refused() {
    for name in [
        "",
        "two words",
        "a+b",
        "a\u{2003}b",
        "a\nb",
        &"a".repeat(256),
    ] {
        let refusal = SignerKey::from_seed(name, [1; 32]).unwrap_err();
        assert_eq!(refusal, KeyError::Name, "{name:?}");
    }
}

#[test]
fn a_key_is_derived_from_the_root_seed_and_its_own_origin() {
    let key = |seed, origin| SignerKey::derive(&[seed; 32], origin).unwrap().verifier();
    assert_eq!(key(1, "a"), key(1, "a"));
    assert_ne!(key(1, "a").public_bytes(), key(1, "b").public_bytes());
    assert_ne!(key(1, "a").public_bytes(), key(2, "a").public_bytes());
}

#[test]
fn a_private_key_is_never_printed() {
    let printed = format!("{:?}", SignerKey::from_seed("a", [0xab; 32]).unwrap());
    assert!(printed.starts_with("SignerKey(a+"));
    assert!(!printed.contains("171") && !printed.contains("abab"));
}

#[test]
fn a_signature_by_an_unknown_key_is_ignored_and_not_enough() {
    let note = sign("text\n", &signer()).unwrap();
    let stranger = SignerKey::from_seed(ORIGIN, [2; 32]).unwrap().verifier();
    let note = Note::parse(&note).unwrap();
    assert_eq!(
        note.verify(std::slice::from_ref(&stranger)),
        Err(NoteError::NoKnownKey)
    );
    let signers = [stranger, signer().verifier()];
    assert_eq!(note.verify(&signers).unwrap(), [&signers[1]]);
}

#[test]
fn a_wrong_signature_by_a_known_key_rejects_the_whole_note() {
    let good = sign("text\n", &signer()).unwrap();
    let other = sign("other text\n", &signer()).unwrap();
    let (_, wrong_line) = other.split_once("\n\n").unwrap();
    let note = format!("{good}{wrong_line}");
    let known = [signer().verifier()];
    let refusal = Note::parse(&note).unwrap().verify(&known);
    assert_eq!(refusal, Err(NoteError::WrongSignature(ORIGIN.to_owned())));
}

#[test]
fn any_flipped_bit_of_a_signed_checkpoint_is_refused() {
    let note = checkpoint().sign(&signer()).unwrap();
    for bit in 0..note.len() * 8 {
        let mut changed = note.clone().into_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = String::from_utf8(changed) else {
            continue;
        };
        let opened = Checkpoint::open(&changed, &signer().verifier());
        assert!(opened.is_err(), "bit {bit}: {changed}");
    }
}

#[test]
fn a_note_without_its_form_is_refused() {
    let line = "— n AAAAAAE=\n";
    for note in [
        "text\n".to_owned(),
        format!("text\n{line}"),
        format!("text\n\n{}", line.trim_end()),
        "text\n\n".to_owned(),
        format!("te\txt\n\n{line}"),
        format!("te\rxt\n\n{line}"),
        format!("text\n\n{line}{line}x\n"),
        "text\n\n— n AAAAAA==\n".to_owned(),
        "text\n\n— n AAAAAAF=\n".to_owned(),
        "text\n\n— n  AAAAAAE=\n".to_owned(),
        "text\n\n- n AAAAAAE=\n".to_owned(),
        format!("text\n\n{}", line.repeat(SIGNATURES_MAX + 1)),
    ] {
        assert!(
            matches!(Note::parse(&note), Err(NoteError::Malformed(_))),
            "{note:?}"
        );
    }
    let longest = format!("text\n\n{}", line.repeat(SIGNATURES_MAX));
    assert!(Note::parse(&longest).is_ok());
}

#[test]
fn a_checkpoint_of_another_log_is_refused_even_with_a_good_signature() {
    let text = Checkpoint::new("duly.example/log-2", 0, empty_root()).text();
    let note = sign(&text, &signer()).unwrap();
    let opened = Checkpoint::open(&note, &signer().verifier());
    assert!(matches!(opened, Err(CheckpointError::OriginDiffers { .. })));
    let other = Checkpoint::new("duly.example/log-2", 0, empty_root());
    assert!(other.sign(&signer()).is_err());
}

#[test]
fn a_checkpoint_spelled_otherwise_is_refused() {
    let good = checkpoint().text();
    assert_eq!(Checkpoint::parse(&good), Ok(checkpoint()));
    for (from, to) in [
        ("\n0\n", "\n00\n"),
        ("\n0\n", "\n+0\n"),
        ("\n0\n", "\n-1\n"),
        ("\n0\n", "\n9223372036854775808\n"),
        ("\n0\n", "\n\n"),
        ("FU=\n", "FV=\n"),
        ("FU=\n", "FU\n"),
        ("FU=\n", "FU=\n\n"),
        ("FU=\n", "FU="),
        ("duly.example/log-1\n", "\n"),
    ] {
        let changed = good.replace(from, to);
        assert_ne!(changed, good);
        assert!(Checkpoint::parse(&changed).is_err(), "{changed:?}");
    }
}

#[test]
fn extension_lines_of_another_log_are_kept() {
    let text = format!("{}extra line\n", checkpoint().text());
    let parsed = Checkpoint::parse(&text).unwrap();
    assert_eq!(parsed.extensions, ["extra line"]);
    assert_eq!(parsed.text(), text);
}

#[test]
fn a_cosignature_says_when_and_holds_for_its_own_checkpoint_only() {
    let witness = CosignerKey::from_seed("witness.example/w", [9; 32]).unwrap();
    let note = checkpoint().sign(&signer()).unwrap();
    let cosigned = witness.cosign_note(&note, 1_760_000_000).unwrap();
    let parsed = Note::parse(&cosigned).unwrap();
    let time_s = cosigned_at_s(&parsed, &witness.verifier());
    assert_eq!(time_s, Ok(Some(1_760_000_000)));
    assert!(Checkpoint::open(&cosigned, &signer().verifier()).is_ok());

    let other = Checkpoint::new(ORIGIN, 1, empty_root())
        .sign(&signer())
        .unwrap();
    let line = witness.cosign(&checkpoint().text(), 1_760_000_000);
    let moved = format!("{other}{line}");
    let refusal = cosigned_at_s(&Note::parse(&moved).unwrap(), &witness.verifier());
    assert!(matches!(refusal, Err(NoteError::WrongSignature(_))));
}

#[test]
fn the_time_in_a_cosignature_cannot_be_changed() {
    let witness = CosignerKey::from_seed("witness.example/w", [9; 32]).unwrap();
    let text = checkpoint().text();
    let note = |time_s| {
        let line = witness.cosign(&text, time_s);
        format!("{}{line}", checkpoint().sign(&signer()).unwrap())
    };
    // The first eight bytes after the key id are the time; here two lines differ in those alone
    // and in the signature.
    let (early, late) = (note(1_000), note(2_000));
    let tail = early.len() - 90;
    assert_eq!(early.len(), late.len());
    let mixed = format!("{}{}", &late[..tail], &early[tail..]);
    let refusal = cosigned_at_s(&Note::parse(&mixed).unwrap(), &witness.verifier());
    assert!(matches!(refusal, Err(NoteError::WrongSignature(_))));
}

#[test]
fn a_witness_key_does_not_sign_for_a_log() {
    let witness = CosignerKey::from_seed(ORIGIN, [1; 32]).unwrap();
    let note = checkpoint().sign(&signer()).unwrap();
    let opened = Checkpoint::open(&note, &witness.verifier());
    assert_eq!(opened, Err(CheckpointError::Note(NoteError::NoKnownKey)));
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "(\\PC|\n|— |\\+){0,200}") {
        let _ = Note::parse(&text);
        let _ = Checkpoint::parse(&text);
        let _ = VerifierKey::parse(&text);
        let key = signer().verifier();
        let _ = Checkpoint::open(&text, &key);
    }
}
