//! What a backup verification is asked: one JSON document, from the worker or the command line,
//! handed to the reader on its standard input and to the judge as it is.
//!
//! It carries the repository's password, so it is never an argument, never logged, and its
//! `Debug` form hides it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::draw::SAMPLE_DEFAULT;
use super::known::Known;

/// Hours a newest snapshot may be old when nobody says otherwise: a nightly job, and two hours
/// for it to run longer than the night before.
pub const AGE_HOURS_MAX_DEFAULT: f64 = 26.0;

/// One verification of one backup set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct BackupRequest {
    /// What kind of repository: `restic`.
    pub kind: String,
    /// Where it is: an absolute local path.
    pub repository: String,
    /// Its password.
    pub password: Secret,
    /// How far to go.
    #[serde(default)]
    pub depth: Depth,
    /// The configured roots, absolute; empty means the manifest's.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Host name that the snapshots carry; absent means the manifest's, where any has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// File with the manifest; needed for [`Depth::Read`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// The manifest root that was committed to beforehand, hexadecimal; another one is a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_root: Option<String>,
    /// Ids of the snapshots that were committed to beforehand; empty means the newest that cover
    /// the roots.
    #[serde(default)]
    pub snapshots: Vec<String>,
    /// What was seen in this repository before.
    #[serde(default)]
    pub known: Known,
    /// Files, or folders with everything below them, that are always read.
    #[serde(default)]
    pub must: Vec<String>,
    /// Planted files, always read.
    #[serde(default)]
    pub canaries: Vec<Canary>,
    /// Where the draw comes from.
    pub draw: DrawFrom,
    /// How many files to compare, besides `must` and `canaries`.
    #[serde(default = "sample_default")]
    pub sample: u32,
    /// What the backup software said about its own run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// What was promised.
    #[serde(default)]
    pub expect: Expectation,
    /// The time of this verification.
    pub now: Timestamp,
}

fn sample_default() -> u32 {
    SAMPLE_DEFAULT
}

/// A text that must not be shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How far a verification goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// Levels 0 and 1: the claim, the snapshots, their history and shape. No content.
    Look,
    /// Levels 0 to 2: also content, compared with the manifest.
    #[default]
    Read,
}

/// A planted file whose content never changes. Needs no manifest to be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Canary {
    /// Absolute path.
    pub path: String,
    /// SHA-256 of its content for ever, hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// Where the seed of a draw comes from, which decides how much surprise there was in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct DrawFrom {
    /// The seed, 64 hexadecimal digits.
    pub seed: String,
    /// Who could have chosen it.
    pub origin: SeedOrigin,
}

/// Who could have chosen a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeedOrigin {
    /// Drawn here for this run alone, bound to no log.
    Local,
    /// From the provider's own log: it could have tried several.
    ProviderOnly,
    /// From a checkpoint of the log that a witness has cosigned, checked by whoever says so.
    Cosigned,
}

impl SeedOrigin {
    /// The word, as coverage and page have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::ProviderOnly => "provider-only",
            Self::Cosigned => "cosigned",
        }
    }
}

/// What a backup job said about one run of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Claim {
    /// Name and version of the tool: `restic 0.14.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Its exit status. Only 0 is success, in every tool and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// When the run began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Id of the snapshot it says it made; a prefix of at least eight digits will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// What was promised about a backup set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
pub struct Expectation {
    /// Oldest the newest snapshot may be, in hours.
    pub age_hours_max: f64,
    /// The job reports each run, so that silence is a failure.
    pub claim: bool,
    /// Days for which snapshots are kept; a younger one that is gone is a failure. Absent: a
    /// person decides about each that goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
    /// Within `keep_days`, one snapshot a day is enough, as `restic forget --keep-daily` leaves
    /// it.
    pub keep_one_per_day: bool,
}

impl Default for Expectation {
    fn default() -> Self {
        Self {
            age_hours_max: AGE_HOURS_MAX_DEFAULT,
            claim: false,
            keep_days: None,
            keep_one_per_day: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_shown_for_debugging_hides_the_password() {
        let secret = Secret("correct horse".into());
        assert!(!format!("{secret:?}").contains("horse"));
    }

    #[test]
    fn a_request_with_an_unknown_key_is_refused() {
        let text = r#"{"kind":"restic","repository":"/r","password":"p","manifst":"m",
            "draw":{"seed":"00","origin":"local"},"now":"2026-03-01T02:00:00Z"}"#;
        let error = serde_json::from_str::<BackupRequest>(text).unwrap_err();
        assert!(error.to_string().contains("manifst"), "{error}");
    }
}
