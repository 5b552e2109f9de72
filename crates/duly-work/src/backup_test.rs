//! One test of one backup set: what it is asked, and what became of it.
//!
//! The password is opened for one request and handed to the reader on its standard input; it is
//! in no argument, no observation and no entry.

use std::path::{Path, PathBuf};

use duly_core::backup::facts::Facts;
use duly_core::backup::judge::{judge, remember};
use duly_core::backup::known::{KNOWN_VERSION, Known, SnapshotSeen};
use duly_core::backup::request::{BackupRequest, Claim, Depth, DrawFrom, Secret, SeedOrigin};
use duly_core::entry::{Seen, draw_seed};
use duly_core::id::{AssetId, ClientId, RunId};
use duly_core::observation::{Ended, Observation};
use duly_core::verdict::{Judgement, Reason};
use duly_probe::run::{Limits, Program, Stamp, run_probe};
use duly_proof::hash::Hash;
use duly_store::{Snapshot, Store, Ticket};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::clock::Clock;
use crate::declaration::BackupSettings;
use crate::error::WorkError;
use crate::lists;

/// Largest claim file read; a job's exit code and times take less than a kilobyte.
const CLAIM_BYTES_MAX: u64 = 64 * 1_024;

/// The name under which a repository's password is sealed.
#[must_use]
pub fn password_name(asset: &AssetId) -> String {
    format!("repository-password/{asset}")
}

/// A backup set, ready to be tested.
pub struct Backup {
    program: PathBuf,
    request: BackupRequest,
}

/// What a test found, besides its judgement.
pub struct Found {
    /// Everything observed.
    pub observations: Vec<Observation>,
    /// The snapshots that are there, to be remembered.
    pub snapshots: Vec<Snapshot>,
}

impl Found {
    /// Nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            observations: Vec::new(),
            snapshots: Vec::new(),
        }
    }
}

impl Backup {
    /// Opens what is known about the ticket's backup set and looks at its repository; why not, if
    /// that cannot be done.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn prepare(
        store: &Store,
        program: &Path,
        ticket: &Ticket,
        restores: bool,
        clock: Clock,
    ) -> Result<Result<Self, Reason>, WorkError> {
        let Some(asset) = &ticket.asset else {
            return Ok(Err(reason(
                "no-asset",
                "The process is not about a backup set.",
            )));
        };
        let request = match request(store, &ticket.client, asset, clock.now()).await? {
            Ok(request) => request,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut backup = Self {
            program: program.to_owned(),
            request,
        };
        if restores {
            backup.commit_to_newest(clock).await?;
        }
        Ok(Ok(backup))
    }

    /// Looks which snapshots and which manifest a test would use now, and holds it to them. A
    /// repository that cannot even be looked at is left to the test itself, which says why.
    async fn commit_to_newest(&mut self, clock: Clock) -> Result<(), WorkError> {
        let (observations, _) = self.read(clock).await?;
        let facts = Facts::gather(&observations);
        let mut chosen: Vec<String> = facts
            .roots
            .values()
            .filter_map(|root| root.snapshot.clone())
            .collect();
        chosen.sort();
        chosen.dedup();
        self.request.snapshots = chosen;
        self.request.manifest_root = self.manifest_root().await?;
        self.request.depth = Depth::Read;
        Ok(())
    }

    async fn manifest_root(&self) -> Result<Option<String>, WorkError> {
        let Some(path) = self.request.manifest.clone() else {
            return Ok(None);
        };
        let read = move || {
            let lines = duly_probe::manifest::open(Path::new(&path)).ok()?;
            lines.finish().ok().map(|summary| summary.root.to_hex())
        };
        // A manifest that cannot be read is the test's finding, not ours.
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|error| WorkError::Probe(error.to_string()))
    }

    /// What the log is told before the draw is known.
    #[must_use]
    pub fn commits(&self) -> Json {
        json!({
            "probe": match self.request.depth {
                Depth::Look => "backup.presence",
                Depth::Read => "backup.restore",
            },
            "snapshots": self.request.snapshots,
            "manifest-root": self.request.manifest_root,
            "sample": self.request.sample,
        })
    }

    /// Tests it, with the draw that follows from the head directly after the announcement.
    ///
    /// # Errors
    ///
    /// When the reader's thread cannot be waited for.
    pub async fn test(
        mut self,
        run: &RunId,
        head: &Seen,
        clock: Clock,
    ) -> Result<(Judgement, Found), WorkError> {
        let root = Hash::from_hex(&head.root)
            .ok_or_else(|| WorkError::Probe(format!("`{}` is no root", head.root)))?;
        self.request.draw = DrawFrom {
            seed: draw_seed(run, &root).to_hex(),
            origin: SeedOrigin::ProviderOnly,
        };
        self.request.now = clock.now();
        let (observations, ended) = self.read(clock).await?;
        let judgement = judge(&self.request, &observations, &ended);
        let known = remember(&self.request, &observations, &ended);
        let snapshots = to_rows(&known)?;
        Ok((
            judgement,
            Found {
                observations,
                snapshots,
            },
        ))
    }

    async fn read(&self, clock: Clock) -> Result<(Vec<Observation>, Ended), WorkError> {
        let program = Program {
            path: self.program.clone(),
            arguments: vec!["probe".into(), "backup".into()],
            stamp: Stamp::Own,
        };
        let request = serde_json::to_vec(&self.request)?;
        let now = clock.now();
        let run = move || run_probe(&program, &request, &Limits::reader(), now);
        let run = tokio::task::spawn_blocking(run)
            .await
            .map_err(|error| WorkError::Probe(error.to_string()))?;
        if !run.complaint.is_empty() {
            tracing::warn!(complaint = run.complaint, "a probe complained");
        }
        Ok((run.observations, run.ended))
    }
}

async fn request(
    store: &Store,
    client: &ClientId,
    asset: &AssetId,
    now: Timestamp,
) -> Result<Result<BackupRequest, Reason>, WorkError> {
    let Some(settings) = store.open_asset_settings(client, asset).await? else {
        return Ok(Err(reason(
            "no-settings",
            "duly.toml does not say where this backup lies.",
        )));
    };
    let settings: BackupSettings = serde_json::from_str(&settings)?;
    let Some(password) = store.secret_open(client, &password_name(asset)).await? else {
        let message = "The repository's password was not sealed; `duly secret` does it.";
        return Ok(Err(reason("no-password", message)));
    };
    let Ok(password) = String::from_utf8(password) else {
        return Ok(Err(reason(
            "no-password",
            "The sealed password is not text.",
        )));
    };
    let claim = match &settings.claim {
        Some(path) => match read_claim(Path::new(path)) {
            Ok(claim) => claim,
            Err(message) => return Ok(Err(reason("claim-unreadable", &message))),
        },
        None => None,
    };
    Ok(Ok(BackupRequest {
        kind: settings.kind,
        repository: settings.repository,
        password: Secret(password),
        depth: Depth::Look,
        roots: settings.roots,
        host: None,
        manifest: Some(settings.manifest),
        manifest_root: None,
        snapshots: Vec::new(),
        known: remembered(store, client, asset).await?,
        must: settings.must,
        canaries: settings.canaries,
        draw: DrawFrom {
            seed: Hash([0; 32]).to_hex(),
            origin: SeedOrigin::ProviderOnly,
        },
        sample: settings.sample,
        claim,
        expect: settings.expect,
        now,
    }))
}

/// What the job said; nothing when it left no file, which is silence.
fn read_claim(path: &Path) -> Result<Option<Claim>, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = match std::fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(told(&error)),
    };
    if size > CLAIM_BYTES_MAX {
        return Err(told(&format!(
            "{size} bytes; at most {CLAIM_BYTES_MAX} are read"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| told(&error))
}

/// A snapshot as the store keeps it: what was seen, and in which repository.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    repository: Option<String>,
    #[serde(flatten)]
    seen: SnapshotSeen,
}

/// The snapshots that are there, as rows.
fn to_rows(known: &Known) -> Result<Vec<Snapshot>, WorkError> {
    known
        .present()
        .map(|(id, seen)| {
            let row = Row {
                repository: known.repository.clone(),
                seen: seen.clone(),
            };
            Ok(Snapshot {
                id: id.clone(),
                document: serde_json::to_value(row)?,
            })
        })
        .collect()
}

/// What the store remembers, as the judge wants it: a snapshot is gone if a later look did not
/// see it.
async fn remembered(store: &Store, client: &ClientId, asset: &AssetId) -> Result<Known, WorkError> {
    let rows = lists::snapshots(store, client, asset).await?;
    let looked_at = rows.iter().map(|row| row.last_seen_at).max();
    let mut known = Known {
        looked_at,
        ..Known::default()
    };
    for row in rows {
        let Row {
            repository,
            mut seen,
        } = serde_json::from_value(row.snapshot.document)?;
        let present = Some(row.last_seen_at) == looked_at;
        if present {
            known.repository = repository;
        }
        seen.gone_since = (!present).then_some(row.last_seen_at);
        known.snapshots.insert(row.snapshot.id, seen);
    }
    if known.looked_at.is_some() {
        known.duly_known = KNOWN_VERSION;
    }
    Ok(known)
}

fn reason(code: &str, message: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}
