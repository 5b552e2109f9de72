//! `duly manifest`, `duly canary` and `duly probe backup`, on a real repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A source, a repository and a canary; `None` where restic is not installed.
    fn new() -> Option<Self> {
        if Command::new("restic").arg("version").output().is_err() {
            eprintln!("skipped: restic is not installed");
            return None;
        }
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(place.path("srv")).unwrap();
        for number in 0..20 {
            let file = place.path("srv").join(format!("{number}.txt"));
            std::fs::write(file, format!("letter {number}")).unwrap();
        }
        let planted = place.duly(&["canary", "plant", "srv"]);
        std::fs::write(place.path("canary.json"), &planted.stdout).unwrap();
        place.restic(&["init"]);
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn duly(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_duly"))
            .args(words)
            .current_dir(self.folder.path())
            .env("RESTIC_PASSWORD", "p")
            .output()
            .unwrap()
    }

    fn restic(&self, words: &[&str]) {
        let run = Command::new("restic")
            .args(["--quiet", "--no-cache", "--repo", "repository"])
            .args(words)
            .current_dir(self.folder.path())
            .env("RESTIC_PASSWORD", "p")
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }

    fn back_up(&self) {
        let manifest = self.duly(&["manifest", "srv", "-o", "manifest"]);
        assert!(manifest.status.success());
        let source = self.path("srv");
        self.restic(&["backup", source.to_str().unwrap()]);
    }

    /// Verifies; gives the exit code and the verdict on the last line.
    fn probe(&self, more: &[&str]) -> (Option<i32>, Value) {
        let words = [
            &[
                "probe",
                "backup",
                "--kind",
                "restic",
                "--repo",
                "repository",
            ][..],
            &[
                "--manifest",
                "manifest",
                "--known",
                "known.json",
                "--canary",
                "canary.json",
            ],
            more,
        ]
        .concat();
        let run = self.duly(&words);
        let printed = String::from_utf8(run.stdout).unwrap();
        let last = printed.lines().last().unwrap_or("null");
        (run.status.code(), serde_json::from_str(last).unwrap())
    }
}

fn first_reason(verdict: &Value) -> &str {
    verdict["reasons"][0]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_good_backup_exits_0_and_is_remembered() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    let (code, verdict) = place.probe(&[]);
    assert_eq!(
        (code, verdict["verdict"].as_str()),
        (Some(0), Some("pass")),
        "{verdict:#}"
    );
    assert_eq!(verdict["coverage"]["history"], "first look");
    assert!(place.path("known.json").exists());
    let (_, verdict) = place.probe(&[]);
    assert_eq!(verdict["coverage"]["history"], "compared");
}

#[test]
fn every_line_before_the_verdict_is_an_observation() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    std::fs::write(
        place.path("run.json"),
        r#"{"run":"r1","claim":{"tool":"restic 0.14.0","exit_code":0}}"#,
    )
    .unwrap();
    let words = [
        "probe",
        "backup",
        "--repo",
        "repository",
        "--manifest",
        "manifest",
        "--run",
        "run.json",
    ];
    let printed = String::from_utf8(place.duly(&words).stdout).unwrap();
    let lines: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (verdict, observations) = lines.split_last().unwrap();
    assert!(verdict.get("verdict").is_some());
    assert!(
        observations
            .iter()
            .all(|line| line.get("observed_at").is_some())
    );
    let claimed = |line: &&Value| line["method"] == "self-report";
    assert_eq!(observations.iter().filter(claimed).count(), 3);
}

#[test]
fn a_vanished_newest_snapshot_exits_1_on_the_second_run() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    assert_eq!(place.probe(&[]).0, Some(0));
    let snapshots = place.path("repository/snapshots");
    let newest = std::fs::read_dir(snapshots)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::remove_file(newest).unwrap();
    let (code, verdict) = place.probe(&[]);
    assert_eq!(code, Some(1));
    assert_eq!(first_reason(&verdict), "no-snapshots");
    assert!(verdict["reasons"].to_string().contains("snapshot-vanished"));
}

#[test]
fn a_manifest_that_is_not_there_exits_2() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    std::fs::remove_file(place.path("manifest")).unwrap();
    let (code, verdict) = place.probe(&[]);
    assert_eq!(
        (code, first_reason(&verdict)),
        (Some(2), "manifest-missing")
    );
}

#[test]
fn a_repository_that_is_not_there_exits_1() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    std::fs::rename(place.path("repository"), place.path("away")).unwrap();
    let (code, verdict) = place.probe(&[]);
    assert_eq!(
        (code, first_reason(&verdict)),
        (Some(1), "repository-missing")
    );
}

#[test]
fn a_verification_that_may_take_no_time_is_too_slow() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    // A pipe in the place of the manifest never ends.
    std::fs::remove_file(place.path("manifest")).unwrap();
    let pipe = Command::new("mkfifo")
        .arg(place.path("manifest"))
        .status()
        .unwrap();
    assert!(pipe.success());
    let (code, verdict) = place.probe(&["--time-limit", "1"]);
    assert_eq!((code, first_reason(&verdict)), (Some(1), "too-slow"));
}

#[test]
fn wrong_usage_exits_64_and_says_what_to_do() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    let cases: [&[&str]; 5] = [
        &["probe", "backup", "--kind", "borg"],
        &["probe", "backup", "--manifest", "manifest"],
        &["probe", "backup", "--repo", "repository"],
        &["probe", "backup", "--repo", "repository", "--look"],
        &["manifest", "/nonexistent/source", "-o", "m"],
    ];
    for words in cases {
        let run = place.duly(words);
        assert_eq!(run.status.code(), Some(64), "{words:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn a_broken_memory_is_not_taken_for_a_first_look() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    std::fs::write(place.path("known.json"), "{\"duly_known\":1").unwrap();
    let run = place.duly(&[
        "probe",
        "backup",
        "--repo",
        "repository",
        "--manifest",
        "manifest",
        "--known",
        "known.json",
    ]);
    assert_eq!(run.status.code(), Some(64));
    assert_eq!(
        std::fs::read(place.path("known.json")).unwrap(),
        b"{\"duly_known\":1"
    );
}

#[test]
fn no_password_is_in_what_is_printed_or_remembered() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    std::fs::write(place.path("password"), "planted-secret-4711").unwrap();
    let words = [
        "probe",
        "backup",
        "--repo",
        "repository",
        "--manifest",
        "manifest",
        "--known",
        "known.json",
        "--password-file",
        "password",
    ];
    let run = place.duly(&words);
    assert_eq!(run.status.code(), Some(1));
    let printed = [run.stdout, run.stderr].concat();
    assert!(!String::from_utf8_lossy(&printed).contains("planted-secret"));
    assert!(String::from_utf8_lossy(&printed).contains("password-refused"));
}

#[test]
fn the_reader_without_a_request_says_what_it_wants() {
    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(["probe", "backup"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&run.stderr).contains("standard input"));
}

#[test]
fn two_draws_from_one_run_document_are_the_same() {
    let Some(place) = Place::new() else { return };
    place.back_up();
    let document = format!(
        r#"{{"run":"r1","checkpoint":{{"root":"{}"}}}}"#,
        "ab".repeat(32)
    );
    std::fs::write(place.path("run.json"), document).unwrap();
    let draw = || {
        let (_, verdict) = place.probe(&["--run", "run.json", "--sample", "3"]);
        assert_eq!(verdict["coverage"]["seed"], "provider-only");
        verdict["coverage"]["draw_digest"].clone()
    };
    assert_eq!(draw(), draw());
    let (_, other) = place.probe(&["--sample", "3"]);
    assert_ne!(other["coverage"]["draw_digest"], draw());
    assert_eq!(other["coverage"]["seed"], "local");
}

#[test]
fn the_hash_of_a_canary_is_what_the_file_holds() {
    let Some(place) = Place::new() else { return };
    let text = std::fs::read(place.path("canary.json")).unwrap();
    let canary: Value = serde_json::from_slice(&text).unwrap();
    let content = std::fs::read(Path::new(canary["path"].as_str().unwrap())).unwrap();
    assert_eq!(canary["size"], content.len());
    assert_eq!(canary["sha256"], duly_proof::hash::hash(&content).to_hex());
}
