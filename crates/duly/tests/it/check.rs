//! `duly check` and `duly schema`: exit codes, both kinds of output, and how much memory the worst
//! files take.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Most memory that a check may take, whatever the files.
const MEMORY_BYTES_MAX: u64 = 64 * 1024 * 1024;

fn catalogue() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processes")
}

fn duly(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn file(directory: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = directory.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_catalogue_passes_with_exit_code_0_and_says_so_on_standard_error() {
    let output = duly(&["check", catalogue().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(text(&output.stderr), "15 files checked, nothing refused\n");
}

#[test]
fn a_refused_file_is_shown_with_code_place_caret_and_help() {
    let directory = tempfile::tempdir().unwrap();
    let good = fs::read_to_string(catalogue().join("fw.firmware.yaml")).unwrap();
    let path = file(
        &directory,
        "bad.yaml",
        good.replace("on: 1st tuesday", "on: 1st tuseday"),
    );
    let output = duly(&["check", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let expected = format!(
        "refused[schedule-unknown-word]: `tuseday` is not understood here
  --> {path}:17:11
   |
17 |   on: 1st tuseday
   |           ^^^^^^^
   = help: did you mean `tuesday`?

1 file checked, 1 problem
"
    );
    assert_eq!(text(&output.stderr), expected);
}

#[test]
fn json_is_one_document_on_standard_output_with_nothing_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(&directory, "bad.yaml", "duly: 1\n\u{1b}[31m\n");
    let output = duly(&["check", "--json", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["files"], 1);
    let refusal = document["refusals"][0].as_object().unwrap();
    let keys: Vec<&str> = refusal.keys().map(String::as_str).collect();
    let mut expected = ["code", "file", "line", "column", "message", "help"];
    expected.sort_unstable();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!(refusal["code"], "hidden-character");
    assert_eq!(
        (&refusal["line"], &refusal["column"]),
        (&2.into(), &1.into())
    );
    // What a hostile file holds must not reach the terminal of whoever prints a message.
    assert!(!text(&output.stdout).contains('\u{1b}'));
}

#[test]
fn a_missing_path_no_path_and_a_bad_date_are_wrong_usage() {
    for arguments in [
        &["check", "no/such/file.yaml"][..],
        &["check"],
        &["check", "--today", "tomorrow", "."],
        &["check", "--nonsense", "."],
    ] {
        let output = duly(arguments);
        assert_eq!(output.status.code(), Some(64), "{arguments:?}");
        assert_eq!(text(&output.stdout), "");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn the_day_from_which_dates_are_looked_for_can_be_given() {
    let directory = tempfile::tempdir().unwrap();
    let good = fs::read_to_string(catalogue().join("fw.firmware.yaml")).unwrap();
    let once = good.replace("on: 1st tuesday", "dates: [2026-03-03]");
    let path = file(&directory, "once.yaml", once);
    assert_eq!(duly(&["check", &path]).status.code(), Some(0));
    let output = duly(&["check", "--json", "--today", "2026-03-04", &path]);
    assert_eq!(output.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["refusals"][0]["code"], "no-occurrence");
}

#[test]
fn the_schema_is_printed_on_standard_output() {
    let output = duly(&["schema"]);
    assert_eq!(output.status.code(), Some(0));
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema, duly_declare::schema());
    let output = duly(&["schema", "--markdown"]);
    assert_eq!(text(&output.stdout), duly_declare::reference());
}

/// Runs the check with so much memory and no more. The limit is the kernel's: all that a process
/// can write to counts, touched or not, so peak resident memory is below it.
fn check_within(bytes: u64, path: &str) -> Output {
    let limit = format!("--data={bytes}");
    Command::new("prlimit")
        .args([&limit, env!("CARGO_BIN_EXE_duly"), "check", path])
        .output()
        .expect("prlimit, of Debian's essential package util-linux")
}

#[test]
fn no_file_takes_more_than_64_mib() {
    let fill = |text: &str| text.repeat(65_000 / text.len());
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for level in 1..60 {
        let below = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} [*a{below}, *a{below}]\n"));
    }
    let hostile = [
        ("bomb", bomb.into_bytes()),
        ("ten-megabytes", vec![b'a'; 10 * 1024 * 1024]),
        ("values", format!("[{}]", fill("a,")).into_bytes()),
        ("keys", fill("a: b\n").into_bytes()),
        ("depth", fill("[").into_bytes()),
        ("indentation", fill("- ").into_bytes()),
        ("anchors", fill("- &a x\n").into_bytes()),
        ("line", format!("a: {}", fill("b ")).into_bytes()),
        ("tabs", fill("\t\n").into_bytes()),
        ("nul", vec![0; 65_000]),
        ("latin1", vec![0xE9; 65_000]),
        (
            "rules",
            format!("quality_control: {{rules: [{}]}}", fill("x: {},")).into_bytes(),
        ),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in hostile {
        let path = file(&directory, &format!("{name}.yaml"), bytes);
        let output = check_within(MEMORY_BYTES_MAX, &path);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
    // All of them together, and the catalogue: what one file took must have been given back.
    let output = check_within(MEMORY_BYTES_MAX, directory.path().to_str().unwrap());
    assert_eq!(output.status.code(), Some(1));
    let output = check_within(MEMORY_BYTES_MAX, catalogue().to_str().unwrap());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_limit_on_memory_that_these_tests_set_does_bind() {
    let output = check_within(64 * 1024, catalogue().to_str().unwrap());
    assert_ne!(output.status.code(), Some(0));
}
