//! What an installation declares: its clients, their assets, the processes that apply to them.
//!
//! The program fills this in from `duly.toml` and the process files; [`crate::publish`] compares
//! it with what the logs already say and records the difference. Nothing here is remembered.

use duly_core::backup::request::{Canary, Expectation};
use duly_core::process::Process;
use serde::{Deserialize, Serialize};

/// Everything that is declared at this moment.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Domain under which new logs are named; `duly.try` for a demonstration.
    pub domain: String,
    /// The clients.
    pub clients: Vec<DeclaredClient>,
}

/// One client.
#[derive(Clone, Debug)]
pub struct DeclaredClient {
    /// Stable short id.
    pub id: String,
    /// As pages show it.
    pub name: String,
    /// IANA zone name.
    pub tz: String,
    /// Calendar name.
    pub calendar: String,
    /// Its assets.
    pub assets: Vec<DeclaredAsset>,
    /// Every process version that applies to it.
    pub processes: Vec<Process>,
}

/// One asset, by the name its client knows it under.
#[derive(Clone, Debug)]
pub struct DeclaredAsset {
    /// Unique for the client; the opaque id in the log is drawn when it is taken into care.
    pub name: String,
    /// `backup`, `firewall`, …
    pub kind: String,
    /// How to probe it, for a backup.
    pub backup: Option<BackupSettings>,
}

/// How a backup set is probed. Kept sealed: it tells where the client's data lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct BackupSettings {
    /// `restic`.
    pub kind: String,
    /// Absolute path of the repository.
    pub repository: String,
    /// What the backup is configured to contain, absolute.
    pub roots: Vec<String>,
    /// Absolute path of the source's manifest.
    pub manifest: String,
    /// Files read back at every test.
    pub must: Vec<String>,
    /// Planted files.
    pub canaries: Vec<Canary>,
    /// Absolute path of the file in which the backup job leaves its exit code and times.
    pub claim: Option<String>,
    /// How many files a restore test draws.
    pub sample: u32,
    /// What was promised.
    pub expect: Expectation,
}

impl BackupSettings {
    /// A restic repository with what is usual for everything else.
    #[must_use]
    pub fn restic(repository: &str, roots: Vec<String>, manifest: &str) -> Self {
        Self {
            kind: "restic".to_owned(),
            repository: repository.to_owned(),
            roots,
            manifest: manifest.to_owned(),
            must: Vec::new(),
            canaries: Vec::new(),
            claim: None,
            sample: SAMPLE,
            expect: Expectation {
                age_hours_max: AGE_HOURS_MAX,
                claim: false,
                ..Expectation::default()
            },
        }
    }
}

/// 299 equal files prove "no more than 1 % differ" with 95 % confidence.
const SAMPLE: u32 = 300;

/// A daily backup that is two hours late is not yet stale.
const AGE_HOURS_MAX: f64 = 26.0;
