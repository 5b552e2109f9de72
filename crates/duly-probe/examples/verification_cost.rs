//! What one verification of a real restic repository costs in processor time, beside restic's own
//! reading of all data.
//!
//! The repository is made by restic from folders that every Debian has; nothing of them is changed.
//! The verification draws 300 files and the must-list is empty; reader and judge are both counted.
//! `restic check --read-data` proves that the repository can be decrypted and not that it holds
//! what the source held: it is what a provider runs today, not a substitute. The two take turns;
//! `cargo xtask bench verification` prints medians and the ratio.
#![allow(
    clippy::expect_used,
    reason = "a command for developers that cannot go on says where"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use duly_core::backup::known::Known;
use duly_core::backup::request::{BackupRequest, Depth, DrawFrom, Expectation, Secret, SeedOrigin};
use duly_core::verdict::Verdict;
use duly_probe::backup::{answer, verify};
use duly_probe::manifest::{Order, take};
use duly_probe::run::{Limits, Program, Stamp};
use duly_proof::hash::hash;
use jiff::Timestamp;

/// The argument that makes this program the reader.
const READER: &str = "answer-as-the-reader";

/// What is backed up, where it is there: some gigabytes in tens of thousands of files.
const ROOTS: [&str; 2] = ["/usr/share", "/usr/lib/x86_64-linux-gnu"];

/// Files drawn, as in a configuration that says nothing else.
const SAMPLE: u32 = 300;

/// How often each is measured.
const ROUNDS: usize = 5;

/// Of the repository, which is thrown away.
const PASSWORD: &str = "of a repository that is measured and thrown away";

/// Clock ticks a second in `/proc/self/stat`; Linux has told programs 100 for thirty years.
const TICKS_PER_S: f64 = 100.0;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(READER) {
        return match answer(std::io::stdin().lock(), std::io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(70)
            }
        };
    }
    let folder = tempfile::tempdir().expect("a folder");
    let roots: Vec<PathBuf> = ROOTS
        .into_iter()
        .map(PathBuf::from)
        .filter(|root| root.is_dir())
        .collect();
    let repository = folder.path().join("repository");
    restic(&repository, &["init"], &[]);
    restic(&repository, &["backup"], &roots);
    let manifest = folder.path().join("manifest");
    let order = Order {
        roots: roots.clone(),
        output: manifest.clone(),
        bracket: None,
        host: None,
    };
    let summary = take(&order, &|| clock(folder.path())).expect("the manifest");
    eprintln!("{summary:?}");
    let reader = Program {
        path: std::env::current_exe().expect("this program"),
        arguments: vec![READER.into()],
        stamp: Stamp::Own,
    };
    for round in 0..ROUNDS {
        let start = processor_s();
        let request = request(&repository, &manifest, &roots, round, clock(folder.path()));
        let verification = verify(&reader, &request, &Limits::reader());
        let between = processor_s();
        assert_eq!(
            verification.judgement.verdict,
            Verdict::Pass,
            "{:?}",
            verification.judgement.reasons
        );
        restic(&repository, &["check", "--read-data"], &[]);
        println!("figure verification {}", between - start);
        println!("figure read-data {}", processor_s() - between);
    }
    ExitCode::SUCCESS
}

fn request(
    repository: &Path,
    manifest: &Path,
    roots: &[PathBuf],
    round: usize,
    now: Timestamp,
) -> BackupRequest {
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    BackupRequest {
        kind: "restic".to_owned(),
        repository: text(repository),
        password: Secret(PASSWORD.to_owned()),
        depth: Depth::Read,
        roots: roots.iter().map(|root| text(root)).collect(),
        host: None,
        manifest: Some(text(manifest)),
        manifest_root: None,
        snapshots: Vec::new(),
        known: Known::default(),
        must: Vec::new(),
        canaries: Vec::new(),
        draw: DrawFrom {
            // Another sample each time, so that no cache of the system is asked twice.
            seed: hash(&round.to_be_bytes()).to_hex(),
            origin: SeedOrigin::Local,
        },
        sample: SAMPLE,
        claim: None,
        expect: Expectation::default(),
        now,
    }
}

fn restic(repository: &Path, words: &[&str], paths: &[PathBuf]) {
    let status = Command::new("restic")
        .args(["--quiet", "--no-cache", "--repo"])
        .arg(repository)
        .args(words)
        .args(paths)
        .env("RESTIC_PASSWORD", PASSWORD)
        .stdout(Stdio::null())
        .status()
        .expect("restic");
    assert!(status.success(), "restic {words:?}: {status}");
}

/// The time by the clock that stamps files.
fn clock(folder: &Path) -> Timestamp {
    let path = folder.join("clock");
    std::fs::write(&path, "").expect("a file");
    let modified = std::fs::metadata(&path).and_then(|file| file.modified());
    Timestamp::try_from(modified.expect("a time")).expect("a time")
}

/// Seconds that this program and those that it waited for have run on processors.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // What follows the program's name, which may hold anything: state is the first of it.
    let after = stat.rsplit_once(')').expect("a name").1;
    let ticks = after.split_whitespace().skip(11).take(4);
    let ticks: u64 = ticks.map(|tick| tick.parse::<u64>().expect("ticks")).sum();
    ticks as f64 / TICKS_PER_S
}
