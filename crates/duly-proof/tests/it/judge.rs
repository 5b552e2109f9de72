//! An outside judge over our checkpoints and proofs, good and bad: Go's own transparency-log
//! packages, driven by `tests/judge/main.go`. Both must agree on every one.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use duly_proof::checkpoint::Checkpoint;
use duly_proof::cosignature::CosignerKey;
use duly_proof::hash::Hash;
use duly_proof::note::VerifierKey;
use duly_proof::tree::{
    prove_consistency, prove_inclusion, root, verify_consistency, verify_inclusion,
};
use serde_json::{Value, json};

use crate::notes::signer;
use crate::trees::leaves;

/// Where Debian's golang-golang-x-mod-dev puts the packages.
const GO_PATH: &str = "/usr/share/gocode";

/// What the judge says to each request; `None` where Go or its packages are not installed.
fn judge(requests: &[Value]) -> Option<Vec<bool>> {
    let sumdb = Path::new(GO_PATH).join("src/golang.org/x/mod/sumdb/tlog");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge/main.go");
    let child = Command::new("go")
        .arg("run")
        .arg(program)
        .env("GO111MODULE", "off")
        .env("GOPATH", GO_PATH)
        .env("GOFLAGS", "")
        .env(
            "GOCACHE",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let (Ok(mut child), true) = (child, sumdb.is_dir()) else {
        eprintln!("skipped: no go, or no golang-golang-x-mod-dev, to judge checkpoints and proofs");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let lines: String = requests
        .iter()
        .map(|request| format!("{request}\n"))
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(
        output.status.success(),
        "the judge failed: {}",
        output.status
    );
    let words = String::from_utf8(output.stdout).unwrap();
    let verdicts: Vec<bool> = words.lines().map(|word| word == "accept").collect();
    assert_eq!(verdicts.len(), requests.len());
    Some(verdicts)
}

/// Cases with what we say to each.
#[derive(Default)]
struct Cases {
    requests: Vec<Value>,
    ours: Vec<bool>,
}

impl Cases {
    fn checkpoint(&mut self, key: &VerifierKey, note: &str, size: u64, root: Hash) {
        let is_ours = |found: Checkpoint| found.size == size && found.root == root;
        self.ours
            .push(Checkpoint::open(note, key).is_ok_and(is_ours));
        self.requests.push(json!({
            "Kind": "checkpoint", "Key": key.to_string(), "Note": note, "Size": size,
            "Root": text(&root),
        }));
    }

    fn inclusion(&mut self, leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) {
        self.ours
            .push(verify_inclusion(&leaf, index, size, proof, &root).is_ok());
        self.requests.push(json!({
            "Kind": "inclusion", "Size": size, "Root": text(&root), "Index": index,
            "Leaf": text(&leaf), "Proof": texts(proof),
        }));
    }

    fn consistency(&mut self, old: u64, start: Hash, size: u64, root: Hash, proof: &[Hash]) {
        self.ours
            .push(verify_consistency(old, &start, size, &root, proof).is_ok());
        self.requests.push(json!({
            "Kind": "consistency", "Size": size, "Root": text(&root), "Old": old,
            "Start": text(&start), "Proof": texts(proof),
        }));
    }

    /// Asks the judge; wants the same word for each case, and some of either word.
    fn agree(self) {
        let Some(verdicts) = judge(&self.requests) else {
            return;
        };
        for ((request, ours), verdict) in self.requests.iter().zip(&self.ours).zip(&verdicts) {
            assert_eq!(ours, verdict, "{request}");
        }
        assert!(verdicts.contains(&true) && verdicts.contains(&false));
    }
}

fn text(hash: &Hash) -> String {
    Base64::encode_string(&hash.0)
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(text).collect()
}

/// A proof, and what could be made of it by whoever wants to deceive.
fn variants(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut variants = vec![proof.to_vec()];
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[at].0[at % 32] ^= 1;
        variants.push(changed);
        variants.push([&proof[..at], &proof[at + 1..]].concat());
        variants.push([&proof[..=at], &proof[at..]].concat());
    }
    variants.push([proof, &[leaves(1)[0]]].concat());
    variants
}

#[test]
fn the_go_packages_judge_checkpoints_as_we_do() {
    let mut cases = Cases::default();
    let key = signer().verifier();
    let witness = CosignerKey::from_seed("witness.example/w", [9; 32]).unwrap();
    let stranger =
        VerifierKey::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
            .unwrap();
    for size in [0, 1, 7, 1_000, 5_000] {
        let head = root(&leaves(size));
        let size = size as u64;
        let note = Checkpoint::new(key.name(), size, head)
            .sign(&signer())
            .unwrap();
        cases.checkpoint(&key, &note, size, head);
        cases.checkpoint(
            &key,
            &witness.cosign_note(&note, 1_000).unwrap(),
            size,
            head,
        );
        cases.checkpoint(&key, &note, size + 1, head);
        cases.checkpoint(&stranger, &note, size, head);
        for (from, to) in [
            ("log-1", "log-2"),
            ("\n\n", "\n"),
            ("=\n", "\n"),
            ("— ", "- "),
        ] {
            cases.checkpoint(&key, &note.replacen(from, to, 1), size, head);
        }
        for at in (0..note.len()).step_by(7) {
            let mut changed = note.clone().into_bytes();
            changed[at] ^= 1;
            if let Ok(changed) = String::from_utf8(changed) {
                cases.checkpoint(&key, &changed, size, head);
            }
        }
    }
    cases.agree();
}

#[test]
fn the_go_packages_judge_inclusion_proofs_as_we_do() {
    let mut cases = Cases::default();
    let sizes = (1..=17).chain([1_000, 5_000]);
    for size in sizes {
        let leaves = leaves(size);
        let head = root(&leaves);
        let indices: Vec<usize> = if size < 20 {
            (0..size).collect()
        } else {
            vec![0, 511, size - 1]
        };
        for index in indices {
            let proof = prove_inclusion(&leaves, index).unwrap();
            let (index, size, leaf) = (index as u64, size as u64, leaves[index]);
            for variant in variants(&proof) {
                cases.inclusion(leaf, index, size, &variant, head);
            }
            cases.inclusion(head, index, size, &proof, leaf);
            for other in [index + 1, size, size + 1] {
                cases.inclusion(leaf, other, size, &proof, head);
                cases.inclusion(leaf, index, other.max(1), &proof, head);
            }
        }
    }
    cases.agree();
}

#[test]
fn the_go_packages_judge_consistency_proofs_as_we_do() {
    let mut cases = Cases::default();
    let pairs = (1..=17).flat_map(|size| (1..=size).map(move |old| (old, size)));
    for (old, size) in pairs.chain([(700, 1_000), (256, 5_000), (4_096, 5_000)]) {
        let leaves = leaves(size);
        let (start, head) = (root(&leaves[..old]), root(&leaves));
        let proof = prove_consistency(&leaves, old).unwrap();
        let (old, size) = (old as u64, size as u64);
        for variant in variants(&proof) {
            cases.consistency(old, start, size, head, &variant);
        }
        cases.consistency(old, head, size, start, &proof);
        cases.consistency(old + 1, start, size, head, &proof);
        cases.consistency(old, start, size + 1, head, &proof);
    }
    cases.agree();
}
