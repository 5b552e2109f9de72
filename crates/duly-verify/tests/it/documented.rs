//! Every code that a report can hold is explained in `docs/pack.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Files that give a finding, a contradiction or a reason its code.
fn sources() -> Vec<PathBuf> {
    let folders = ["crates/duly-core/src/record", "crates/duly-verify/src"];
    let mut sources = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources.retain(|path| !path.ends_with("tests.rs") && !path.ends_with("arguments.rs"));
    sources
}

/// Texts in quotes that are lower-case words joined by hyphens.
fn codes(source: &str) -> BTreeSet<&str> {
    let is_code = |text: &&str| {
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        text.contains('-') && text.split('-').all(is_word)
    };
    let known = ["kebab-case", "duly-verify"];
    let quoted = source.split('"').filter(is_code);
    quoted.filter(|text| !known.contains(text)).collect()
}

#[test]
fn every_code_of_a_report_is_documented() {
    let document = fs::read_to_string(Path::new(ROOT).join("docs/pack.md")).unwrap();
    let mut count = 0;
    for path in sources() {
        let source = fs::read_to_string(&path).unwrap();
        for code in codes(&source) {
            count += 1;
            let is_there = document.contains(&format!("`{code}`"));
            assert!(
                is_there,
                "{code} of {} is not in docs/pack.md",
                path.display()
            );
        }
    }
    assert!(count > 50, "only {count} codes were found");
}

#[test]
fn every_documented_code_can_occur() {
    let document = fs::read_to_string(Path::new(ROOT).join("docs/pack.md")).unwrap();
    let sources: String = sources()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    for code in rows.filter_map(|row| row.split('`').nth(1)) {
        let is_code = code.contains('-') && !code.contains(['.', '/', ' ']);
        // The three verdicts are put together from a word of their own.
        if is_code && !code.starts_with("verdict-") {
            assert!(
                sources.contains(&format!("\"{code}\"")),
                "{code} never occurs"
            );
        }
    }
}
