//! Packs as they are built and opened; what a reader makes of them is tried in `duly-verify`.

use duly_proof::tree::{leaf_hash, root};

use super::*;

const ORIGIN: &str = "duly.example/log-1";

fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| format!("entry {number}").into_bytes())
        .collect()
}

fn checkpoint(entries: &[Vec<u8>]) -> String {
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let checkpoint = Checkpoint::new(ORIGIN, entries.len() as u64, root(&leaves));
    checkpoint.sign(&signer()).unwrap()
}

fn disclosure(index: u64) -> Disclosure {
    Disclosure {
        index,
        seed: "00".repeat(32),
        fields: BTreeMap::from([("client".to_owned(), "{}".to_owned())]),
    }
}

fn packed(entries: &[Vec<u8>], disclosures: &[Disclosure]) -> Vec<u8> {
    let draft = PackDraft {
        client: &ClientId::from("baker"),
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 1, 31),
        entries,
        disclosures,
        checkpoint: &checkpoint(entries),
        earlier_checkpoints: &[checkpoint(&entries[..1])],
    };
    build(&draft, &signer()).unwrap()
}

#[test]
fn a_pack_opens_to_what_it_was_built_from() {
    for count in [1, 255, 256, 257, 600] {
        let entries = entries(count);
        let archive = packed(&entries, &[disclosure(0)]);
        let pack = open(&archive, &[signer().verifier()]).unwrap();
        assert_eq!(pack.entries, entries);
        assert_eq!(pack.checkpoint, checkpoint(&entries));
        assert_eq!(pack.earlier_checkpoints, [checkpoint(&entries[..1])]);
        assert_eq!(pack.disclosures[&0], disclosure(0));
        assert_eq!(pack.manifest.client.as_str(), "baker");
        assert_eq!(pack.signer, signer().verifier());
    }
}

#[test]
fn a_pack_of_a_log_that_the_reader_does_not_know_is_refused() {
    let archive = packed(&entries(3), &[]);
    let stranger = SignerKey::from_seed(ORIGIN, [2; 32]).unwrap().verifier();
    let refusal = open(&archive, &[stranger]).unwrap_err();
    assert_eq!(refusal, PackError::Signature(NoteError::NoKnownKey));
}

#[test]
fn a_file_without_a_place_is_refused_even_if_the_manifest_lists_it() {
    let archive = packed(&entries(3), &[]);
    let mut files: BTreeMap<String, Vec<u8>> = pack::read(&archive)
        .unwrap()
        .iter()
        .map(|member| (member.name.to_owned(), member.bytes.to_vec()))
        .collect();
    files.remove(MANIFEST);
    files.insert("policy".to_owned(), b"quorum none\n".to_vec());
    let manifest = Manifest {
        origin: ORIGIN.to_owned(),
        client: ClientId::from("baker"),
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 1, 31),
        files: files
            .iter()
            .map(|(name, bytes)| Listed::of(name, bytes))
            .collect(),
    };
    files.insert(
        MANIFEST.to_owned(),
        manifest.sign(&signer()).unwrap().into_bytes(),
    );
    let members: Vec<Member<'_>> = files
        .iter()
        .map(|(name, bytes)| Member { name, bytes })
        .collect();
    let archive = pack::write(&members).unwrap();
    let refusal = open(&archive, &[signer().verifier()]).unwrap_err();
    assert_eq!(refusal, PackError::File("policy".to_owned()));
}

#[test]
fn disclosures_out_of_order_or_twice_are_refused() {
    let line = |index| serde_json::to_string(&disclosure(index)).unwrap();
    for text in [
        format!("{}\n{}\n", line(2), line(1)),
        format!("{}\n{}\n", line(1), line(1)),
        line(1),
        format!("{}\n\n", line(1)),
        format!("{}\n", line(1).replace(':', ": ")),
        format!("{}\n", line(1).replace("{\"index\"", "{\"x\":1,\"index\"")),
    ] {
        let refusal = read_disclosures(text.as_bytes()).unwrap_err();
        assert!(matches!(refusal, PackError::Disclosure(_)), "{text}");
    }
    assert_eq!(read_disclosures(b"").unwrap().len(), 0);
}

#[test]
fn a_manifest_spelled_otherwise_is_refused() {
    let manifest = Manifest {
        origin: ORIGIN.to_owned(),
        client: ClientId::from("baker"),
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 1, 31),
        files: vec![Listed::of("checkpoint", b"x")],
    };
    let text = manifest.text();
    assert_eq!(Manifest::parse(&text), Ok(manifest));
    for (from, to) in [
        (" 1 checkpoint", " 01 checkpoint"),
        (" 1 checkpoint", " +1 checkpoint"),
        ("period 2026-01-01", "period 20260101"),
        ("period 2026-01-01", "period 2026-02-01"),
        ("client ", "client"),
        ("checkpoint\n", "checkpoint\r\n"),
        ("checkpoint\n", "checkpoint"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        assert_eq!(
            Manifest::parse(&changed),
            Err(PackError::Manifest),
            "{changed}"
        );
    }
    let newer = text.replace("/v1", "/v2");
    assert!(matches!(
        Manifest::parse(&newer),
        Err(PackError::UnknownVersion(_))
    ));
}
