//! The program itself: its arguments, its exit codes, what it prints.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::world::{Script, signer};

/// A folder with a pack, the policy and a kept checkpoint in it.
struct Desk(PathBuf);

impl Desk {
    fn with(name: &str, script: &Script) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        let log = script.seal();
        fs::write(folder.join("pack.zip"), log.pack()).unwrap();
        let policy = format!("log {}\nquorum none\n", signer().verifier());
        fs::write(folder.join("policy"), policy).unwrap();
        fs::write(folder.join("kept"), log.checkpoint(6)).unwrap();
        Self(folder)
    }

    fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_duly-verify"))
            .args(line.split_whitespace())
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_pack_that_holds_exits_with_0_and_a_page() {
    let output = Desk::with("holds", &Script::clean()).run("pack.zip --policy policy --seen kept");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("CONSISTENT"));
}

#[test]
fn a_missed_duty_exits_with_1_and_json_has_the_documented_shape() {
    let output = Desk::with("missed", &Script::mixed()).run("pack.zip --policy policy --json");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "unanchored");
    let equation = serde_json::json!({
        "due": 4, "done": 1, "late": 1, "missed": 1, "waived": 1, "open": 0,
    });
    assert_eq!(report["equation"], equation);
    assert_eq!(report["missed"][0]["slot"], "2026-01-19");
    for list in [
        "missed",
        "uncovered",
        "findings",
        "reasons",
        "waived",
        "changes",
    ] {
        assert!(report[list].is_array(), "{list}");
    }
}

#[test]
fn a_pack_changed_on_its_way_exits_with_1() {
    let desk = Desk::with("changed", &Script::clean());
    let mut pack = fs::read(desk.0.join("pack.zip")).unwrap();
    pack[100] ^= 1;
    fs::write(desk.0.join("pack.zip"), pack).unwrap();
    let output = desk.run("pack.zip --policy policy --json");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "altered");
    assert_eq!(report["equation"], Value::Null);
}

#[test]
fn wrong_usage_exits_with_64_and_says_what_is_wrong() {
    let desk = Desk::with("usage", &Script::clean());
    for (line, expected) in [
        ("", "PACK is missing"),
        ("pack.zip", "--policy is missing"),
        ("pack.zip --policy nowhere", "nowhere: "),
        ("nowhere --policy policy", "nowhere: "),
        ("pack.zip --policy kept", "kept: policy line 1: "),
        (
            "pack.zip --policy policy --seen policy",
            "policy is not a checkpoint",
        ),
    ] {
        let output = desk.run(line);
        assert_eq!(output.status.code(), Some(64), "{line}");
        assert!(
            text(&output.stderr).contains(expected),
            "{line}: {}",
            text(&output.stderr)
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_and_version_are_printed_and_fit_eighty_columns() {
    let desk = Desk::with("help", &Script::opening());
    let help = desk.run("--help");
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).lines().all(|line| line.len() <= 80));
    assert!(text(&desk.run("--version").stdout).starts_with("duly-verify "));
}
