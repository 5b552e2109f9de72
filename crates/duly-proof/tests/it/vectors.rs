//! Other people's test vectors (transparency-dev/merkle), where the corpus is at hand.

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use duly_proof::hash::Hash;
use duly_proof::tree::{verify_consistency, verify_inclusion};
use serde_json::Value;

/// The vectors of one folder; none, and a line that says so, where there is no corpus.
fn vectors(folder: &str) -> Vec<(PathBuf, Value)> {
    let Some(corpus) = std::env::var_os("DULY_CORPUS") else {
        eprintln!("skipped: DULY_CORPUS is not set, so no vectors of merkle/{folder} were tried");
        return Vec::new();
    };
    let mut found = Vec::new();
    collect(&Path::new(&corpus).join("merkle").join(folder), &mut found);
    assert!(!found.is_empty(), "no vectors in {folder}");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Value)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, serde_json::from_str(&text).unwrap()));
        }
    }
}

fn hash(vector: &Value, key: &str) -> Option<Hash> {
    let text = vector[key].as_str().unwrap_or("");
    Some(Hash(Base64::decode_vec(text).ok()?.try_into().ok()?))
}

fn proof(vector: &Value) -> Option<Vec<Hash>> {
    let texts = vector["proof"].as_array().map_or(&[][..], Vec::as_slice);
    let decode = |text: &Value| {
        let bytes = Base64::decode_vec(text.as_str()?).ok()?;
        Some(Hash(bytes.try_into().ok()?))
    };
    texts.iter().map(decode).collect()
}

fn number(vector: &Value, key: &str) -> u64 {
    vector[key].as_u64().unwrap()
}

/// Their roots have 12 bytes: "valid" where a hash may be any text, not here.
const FORMLESS: [&str; 2] = [
    "sizes-are-equal-one-and-proof-is-empty.json",
    "subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
];

/// Whether a vector may be refused by its form although it is called valid.
fn is_formless(path: &Path) -> bool {
    FORMLESS.iter().any(|name| path.ends_with(name))
}

/// Tries all vectors of a folder; returns how many could be read as 32-byte hashes at all. The
/// others are refused by their form, which is right for all but the one named below.
fn try_all(folder: &str, accepts: impl Fn(&Value) -> Option<bool>) -> (usize, usize) {
    let (mut read, mut total) = (0, 0);
    for (path, vector) in vectors(folder) {
        total += 1;
        let should_accept = !vector["wantErr"].as_bool().unwrap();
        match accepts(&vector) {
            Some(accepted) => {
                read += 1;
                assert_eq!(accepted, should_accept, "{}", path.display());
            }
            None => assert!(!should_accept || is_formless(&path), "{}", path.display()),
        }
    }
    (read, total)
}

#[test]
fn all_inclusion_vectors_of_the_corpus_are_judged_right() {
    let counts = try_all("inclusion", |vector| {
        let (leaf, root, proof) = (
            hash(vector, "leafHash")?,
            hash(vector, "root")?,
            proof(vector)?,
        );
        let (index, size) = (number(vector, "leafIdx"), number(vector, "treeSize"));
        Some(verify_inclusion(&leaf, index, size, &proof, &root).is_ok())
    });
    assert!([(0, 0), (72, 98)].contains(&counts), "{counts:?}");
}

#[test]
fn all_consistency_vectors_of_the_corpus_are_judged_right() {
    let counts = try_all("consistency", |vector| {
        let (old_root, root) = (hash(vector, "root1")?, hash(vector, "root2")?);
        let (old, size) = (number(vector, "size1"), number(vector, "size2"));
        Some(verify_consistency(old, &old_root, size, &root, &proof(vector)?).is_ok())
    });
    assert!([(0, 0), (71, 98)].contains(&counts), "{counts:?}");
}

/// Whether these leaves are a subtree as draft-ietf-plants-merkle-tree-certs has them.
fn is_subtree(start: u64, end: u64) -> bool {
    let size = end.saturating_sub(start);
    size > 0
        && size
            .checked_next_power_of_two()
            .is_some_and(|whole| start.is_multiple_of(whole))
}

#[test]
fn all_subtree_inclusion_vectors_of_the_corpus_are_judged_right() {
    let counts = try_all("subtreeinclusion", |vector| {
        let (leaf, root, proof) = (
            hash(vector, "leafHash")?,
            hash(vector, "root")?,
            proof(vector)?,
        );
        let (index, start, end) = (
            number(vector, "leafIdx"),
            number(vector, "start"),
            number(vector, "end"),
        );
        // A subtree is a tree; that it starts elsewhere changes nothing in the proof.
        let is_inside = is_subtree(start, end) && index >= start;
        let holds = || verify_inclusion(&leaf, index - start, end - start, &proof, &root).is_ok();
        Some(is_inside && holds())
    });
    assert!(counts.1 == 0 || counts.1 == 204, "{counts:?}");
}

#[test]
fn the_subtree_consistency_vectors_that_begin_at_the_first_entry_are_judged_right() {
    // A subtree that begins elsewhere needs a proof of another kind, which no log of ours makes.
    let mut elsewhere = 0;
    for (path, vector) in vectors("subtreeconsistency") {
        if number(&vector, "start") != 0 {
            elsewhere += 1;
            continue;
        }
        let accepted = || {
            let (old_root, root) = (hash(&vector, "root1")?, hash(&vector, "root2")?);
            let (old, size) = (number(&vector, "end"), number(&vector, "size"));
            Some(verify_consistency(old, &old_root, size, &root, &proof(&vector)?).is_ok())
        };
        let should_accept = !vector["wantErr"].as_bool().unwrap();
        match accepted() {
            Some(accepted) => assert_eq!(accepted, should_accept, "{}", path.display()),
            None => assert!(!should_accept || is_formless(&path), "{}", path.display()),
        }
    }
    if elsewhere > 0 {
        eprintln!(
            "skipped: {elsewhere} of 118 consistency vectors of subtrees that begin elsewhere"
        );
    }
}
