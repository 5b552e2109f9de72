//! The documents a person hands to `duly probe backup`, and the memory it keeps for them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use duly_core::backup::known::{KNOWN_VERSION, Known};
use duly_core::backup::request::{BackupRequest, Claim, DrawFrom, SeedOrigin};
use duly_core::entry::draw_seed;
use duly_core::id::RunId;
use duly_core::observation::{Method, Observation, Value};
use duly_probe::atomic_file;
use duly_proof::hash::Hash;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Largest document read: the memory of 50,000 snapshots.
const DOCUMENT_BYTES_MAX: u64 = 64 << 20;

/// What is known about a run; every part is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
pub struct RunDocument {
    /// Its id.
    pub run: Option<String>,
    /// The seed of its draw, 64 hexadecimal digits.
    pub seed: Option<String>,
    /// The head of the log directly after its `run.start`; with `run` it gives the seed.
    pub checkpoint: Option<Checkpoint>,
    /// What the backup software said about its own run.
    pub claim: Option<Claim>,
    /// The job reports every run, so that the lack of a claim is a failure.
    pub claim_expected: bool,
    /// The manifest root that was committed to.
    pub manifest_root: Option<String>,
    /// The snapshots that were committed to.
    pub snapshots: Vec<String>,
}

/// A head of a log.
#[derive(Debug, Deserialize)]
pub struct Checkpoint {
    /// Its root, 64 hexadecimal digits.
    pub root: String,
}

impl RunDocument {
    /// Where the draw comes from: the log's head, else the seed as given, else one drawn here.
    ///
    /// Whether a checkpoint is cosigned is not checked here, so it is never said.
    ///
    /// # Errors
    ///
    /// When seed or root is malformed, or the two do not fit together.
    pub fn draw(&self) -> Result<DrawFrom> {
        let given = self
            .seed
            .as_deref()
            .map(|seed| hash(seed, "seed"))
            .transpose()?;
        let root = self
            .checkpoint
            .as_ref()
            .map(|head| hash(&head.root, "root"))
            .transpose()?;
        let from_log = match (&self.run, root) {
            (Some(run), Some(root)) => Some(draw_seed(&RunId(run.clone()), &root)),
            (None, Some(_)) => bail!("a run document with a `checkpoint` needs a `run` as well"),
            (_, None) => None,
        };
        if let (Some(given), Some(from_log)) = (given, from_log) {
            ensure!(
                given == from_log,
                "the run document's seed does not follow from its checkpoint"
            );
        }
        let (seed, origin) = match (from_log, given) {
            (Some(seed), _) => (seed, SeedOrigin::ProviderOnly),
            (None, Some(seed)) if self.run.is_some() => (seed, SeedOrigin::ProviderOnly),
            (None, Some(seed)) => (seed, SeedOrigin::Local),
            (None, None) => (random()?, SeedOrigin::Local),
        };
        Ok(DrawFrom {
            seed: seed.to_hex(),
            origin,
        })
    }
}

fn hash(text: &str, what: &str) -> Result<Hash> {
    Hash::from_hex(text)
        .with_context(|| format!("the run document's {what} is not 64 hexadecimal digits"))
}

fn random() -> Result<Hash> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("no randomness for the draw")?;
    Ok(Hash(bytes))
}

/// Reads a JSON document.
///
/// # Errors
///
/// When the file cannot be read, is too large or is not that document.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let told = || format!("`{}`", path.display());
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(DOCUMENT_BYTES_MAX).read_to_string(&mut text))
        .with_context(told)?;
    serde_json::from_str(&text).with_context(told)
}

/// Reads a run document.
///
/// # Errors
///
/// As [`read`].
pub fn read_run(path: &Path) -> Result<RunDocument> {
    read(path)
}

/// Reads the memory of a repository; nothing is remembered where there is no file yet.
///
/// # Errors
///
/// When there is a file that is not such a memory: going on would forget what it held.
pub fn read_known(path: &Path) -> Result<Known> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Known::default()),
        _ => {}
    }
    let known: Known = read(path)?;
    ensure!(
        known.duly_known == KNOWN_VERSION,
        "`{}` is of version {}; this program knows {KNOWN_VERSION}",
        path.display(),
        known.duly_known
    );
    Ok(known)
}

/// Writes the memory, whole or not at all.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_known(path: &Path, known: &Known) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(known)?;
    text.push(b'\n');
    atomic_file::write(path, &text).with_context(|| {
        format!(
            "`{}` could not be written; nothing new is remembered",
            path.display()
        )
    })
}

/// The job's claim as observations: what it says about itself, marked so.
#[must_use]
pub fn claim_observations(request: &BackupRequest) -> Vec<Observation> {
    let Some(claim) = &request.claim else {
        return Vec::new();
    };
    let said = |name: &str, value: Value| Observation {
        subject: "job".to_owned(),
        name: name.to_owned(),
        value,
        unit: None,
        source: claim.tool.clone().unwrap_or_else(|| "job".to_owned()),
        method: Method::SelfReport,
        observed_at: claim.ended_at.or(claim.started_at).unwrap_or(request.now),
        received_at: Some(request.now),
    };
    let exit = claim
        .exit_code
        .map_or(Value::Absent, |code| Value::Number(code as f64));
    let time = |time: Option<jiff::Timestamp>| {
        time.map_or(Value::Absent, |time| Value::Text(time.to_string()))
    };
    vec![
        said("job.exit-code", exit),
        said("job.started-at", time(claim.started_at)),
        said("job.ended-at", time(claim.ended_at)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> RunDocument {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_seed_follows_from_the_run_and_the_head_of_the_log() {
        let root = "ab".repeat(32);
        let draw = document(&format!(
            r#"{{"run":"r1","checkpoint":{{"root":"{root}"}}}}"#
        ))
        .draw();
        let expected = draw_seed(&"r1".into(), &Hash::from_hex(&root).unwrap()).to_hex();
        assert_eq!(
            draw.unwrap(),
            DrawFrom {
                seed: expected,
                origin: SeedOrigin::ProviderOnly
            }
        );
    }

    #[test]
    fn a_seed_that_does_not_follow_from_its_checkpoint_is_refused() {
        let (root, seed) = ("ab".repeat(32), "cd".repeat(32));
        let text = format!(r#"{{"run":"r1","seed":"{seed}","checkpoint":{{"root":"{root}"}}}}"#);
        assert!(document(&text).draw().is_err());
    }

    #[test]
    fn without_a_run_each_draw_is_another_and_local() {
        let one = RunDocument::default().draw().unwrap();
        let two = RunDocument::default().draw().unwrap();
        assert_ne!(one.seed, two.seed);
        assert_eq!(one.origin, SeedOrigin::Local);
    }

    #[test]
    fn a_memory_that_cannot_be_read_is_not_taken_for_none() {
        let folder = std::env::temp_dir().join(format!("duly-known-{}", std::process::id()));
        std::fs::write(&folder, "{\"duly_known\":1,\"snap").unwrap();
        let read = read_known(&folder);
        std::fs::remove_file(&folder).unwrap();
        assert!(read.is_err());
    }
}
