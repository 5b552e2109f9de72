//! A small source, a repository of it made by restic, and duly's view of both.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use duly_core::backup::known::Known;
use duly_core::backup::request::{
    BackupRequest, Canary, Claim, Depth, DrawFrom, Expectation, Secret, SeedOrigin,
};
use duly_core::verdict::Judgement;
use duly_probe::backup::{Verification, verify};
use duly_probe::manifest::{Order, take};
use duly_probe::run::{Limits, Program};
use duly_proof::hash::hash;
use jiff::Timestamp;

use super::dice::Dice;

/// Password of every repository here.
pub const PASSWORD: &str = "correct horse battery staple";

/// The machine's name in the snapshots.
pub const HOST: &str = "srv1";

/// More files than any source here has, so that the draw holds all of them and a fault cannot
/// hide from it by chance.
const SAMPLE: u32 = 1_000;

/// A source with its repository.
pub struct World {
    folder: tempfile::TempDir,
    /// Chance.
    pub dice: Dice,
    /// What duly remembers.
    pub known: Known,
    /// The planted file.
    pub canary: Canary,
    /// The configured roots.
    pub roots: Vec<PathBuf>,
    /// What was promised.
    pub expect: Expectation,
    /// What the job said about its last run.
    pub claim: Option<Claim>,
    /// The password duly has.
    pub password: String,
    /// The time to judge by; else the clock that stamps the files.
    pub now: Option<Timestamp>,
    /// restic's status at the last backup.
    pub backup_status: Option<i32>,
    reader: Program,
}

/// Whether restic is there; says so once where it is not.
pub fn restic_is_here() -> bool {
    let found = Command::new("restic")
        .arg("version")
        .stdout(Stdio::null())
        .status()
        .is_ok();
    if !found {
        eprintln!("skipped: restic is not installed");
    }
    found
}

impl World {
    /// A source of some 300 files and an empty repository.
    pub fn new(reader: Program, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut dice = Dice::new(seed);
        let source = folder.path().join("srv");
        fs::create_dir_all(&source).expect("the source");
        super::source::fill(&source, &mut dice);
        let canary = duly_probe::canary::plant(&source.join("docs"), "txt").expect("a canary");
        let world = Self {
            dice,
            known: Known::default(),
            canary,
            roots: vec![source],
            expect: Expectation::default(),
            claim: None,
            password: PASSWORD.to_owned(),
            now: None,
            backup_status: None,
            reader,
            folder,
        };
        assert_eq!(world.restic(&["init"]), 0, "restic init");
        world
    }

    /// A folder of this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The source.
    pub fn source(&self) -> PathBuf {
        self.path("srv")
    }

    /// The repository.
    pub fn repository(&self) -> PathBuf {
        self.path("repository")
    }

    /// Runs restic on the repository; gives its status.
    pub fn restic(&self, words: &[&str]) -> i32 {
        let run = self
            .command(words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        run.expect("restic").code().unwrap_or(-1)
    }

    /// Runs restic and gives what it prints.
    pub fn restic_prints(&self, words: &[&str]) -> String {
        let run = self.command(words).output().expect("restic");
        String::from_utf8(run.stdout).expect("text")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("restic");
        command
            .args(["--quiet", "--no-cache", "--repo"])
            .arg(self.repository())
            .args(words)
            .env("RESTIC_PASSWORD", PASSWORD)
            .current_dir(self.folder.path());
        command
    }

    /// Backs up the roots that exist, with further words for restic.
    pub fn backup(&mut self, words: &[&str]) {
        let roots: Vec<String> = self
            .roots
            .iter()
            .map(|root| root.to_str().expect("text").to_owned())
            .collect();
        let mut all = vec!["backup", "--host", HOST];
        all.extend(words);
        all.extend(roots.iter().map(String::as_str));
        self.backup_status = Some(self.restic(&all));
    }

    /// Takes the manifest.
    pub fn manifest(&self) {
        self.manifest_to("manifest", None);
    }

    /// Takes a manifest under another name, perhaps around a backup.
    pub fn manifest_to(&self, name: &str, bracket: Option<&str>) {
        let order = Order {
            roots: self.roots.clone(),
            output: self.path(name),
            bracket: bracket.map(|earlier| self.path(earlier)),
            host: Some(HOST.to_owned()),
        };
        take(&order, &|| self.clock()).expect("a manifest");
    }

    /// A good past: two generations and a manifest before the third, which is verified and
    /// remembered.
    pub fn live_well(&mut self) {
        self.backup(&[]);
        super::source::work_a_day(&self.source(), &mut self.dice);
        self.backup(&[]);
        self.one_more_good();
    }

    /// A manifest, a backup of it, and a look that remembers it.
    pub fn one_more_good(&mut self) {
        self.manifest();
        self.backup(&[]);
        let judgement = self.verify();
        assert!(
            judgement.reasons.is_empty(),
            "a good backup is good: {judgement:#?}"
        );
    }

    /// Verifies and remembers.
    pub fn verify(&mut self) -> Judgement {
        let verification = self.verification(Depth::Read);
        self.known = verification.known;
        verification.judgement
    }

    /// One verification, not remembered.
    pub fn verification(&self, depth: Depth) -> Verification {
        verify(&self.reader, &self.request(depth), &Limits::reader())
    }

    /// What duly asks.
    pub fn request(&self, depth: Depth) -> BackupRequest {
        let text = |path: &Path| path.to_str().expect("text").to_owned();
        BackupRequest {
            kind: "restic".to_owned(),
            repository: text(&self.repository()),
            password: Secret(self.password.clone()),
            depth,
            roots: self.roots.iter().map(|root| text(root)).collect(),
            host: None,
            manifest: Some(text(&self.path("manifest"))),
            manifest_root: None,
            snapshots: Vec::new(),
            known: self.known.clone(),
            must: vec![text(&self.source().join("db/app.sqlite"))],
            canaries: vec![self.canary.clone()],
            draw: DrawFrom {
                seed: hash(b"draw").to_hex(),
                origin: SeedOrigin::Local,
            },
            sample: SAMPLE,
            claim: self.claim.clone(),
            expect: self.expect.clone(),
            now: self.now.unwrap_or_else(|| self.clock()),
        }
    }

    /// The time by the clock that stamps the files, which is the one that matters here.
    pub fn clock(&self) -> Timestamp {
        let path = self.path("clock");
        fs::write(&path, b"").expect("a stamp");
        let data = fs::metadata(&path).expect("a stamp");
        let nanoseconds = i32::try_from(data.mtime_nsec()).expect("nanoseconds");
        Timestamp::new(data.mtime(), nanoseconds).expect("a time")
    }

    /// The time some hours from now.
    pub fn hours_from_now(&self, hours: i64) -> Timestamp {
        self.clock()
            .checked_add(jiff::SignedDuration::from_hours(hours))
            .expect("a time")
    }
}
