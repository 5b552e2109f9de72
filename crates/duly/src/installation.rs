//! An installation on disk: where its parts lie, and how they are opened.
//!
//! `DIR/duly.toml` and `DIR/processes/` are written by people, `DIR/data/` by duly alone, and
//! `DIR/keys/` is what neither a copy of the database nor a backup of it may contain.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use duly_core::backup::request::{Canary, Expectation};
use duly_core::process::{Per, Process};
use duly_store::{Keys, Location, Store};
use duly_work::declaration::{BackupSettings, Declaration, DeclaredAsset, DeclaredClient};

use crate::config::{BackupConfig, ClientConfig, Config};

/// Where the parts of an installation lie.
#[derive(Clone, Debug)]
pub struct Installation {
    dir: PathBuf,
}

impl Installation {
    /// The installation in this folder.
    #[must_use]
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.dir.join("data").join("duly.sqlite")
    }

    /// The folder of keys and of the lock over the logs' heads.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }

    /// Opens the store.
    ///
    /// # Errors
    ///
    /// When the keys or the database are missing, in use, or tell another history than was signed.
    pub async fn open(&self) -> Result<Store> {
        let keys = Keys::open(&self.keys()).with_context(|| {
            format!(
                "{} is not an installation; `duly init` makes one",
                self.dir.display()
            )
        })?;
        Ok(Store::open(Location::Sqlite(self.database()), keys).await?)
    }

    /// Reads what is declared: `duly.toml` and every process file.
    ///
    /// # Errors
    ///
    /// When a file is missing or refused; a process file's refusals are all in the message.
    pub fn declaration(&self) -> Result<Declaration> {
        let config = Config::read(&self.dir)?;
        let processes = self.processes(&config)?;
        let clients = config
            .client
            .iter()
            .map(|client| declared_client(&self.dir, client, &processes))
            .collect::<Result<_>>()?;
        Ok(Declaration {
            domain: config.domain,
            clients,
        })
    }

    fn processes(&self, config: &Config) -> Result<Vec<Process>> {
        let dir = self.dir.join(&config.processes);
        // Whoever publishes on pages needs no files; a folder that is not there is a mistake.
        if dir.is_dir() && !holds_files(&dir)? {
            return Ok(Vec::new());
        }
        match duly_declare::load_dir(&dir) {
            Ok(processes) => Ok(processes),
            Err(error) => bail!("{} is refused:\n\n{error}", dir.display()),
        }
    }
}

/// Whether anything in the folder could be a process file.
fn holds_files(dir: &Path) -> Result<bool> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() || matches!(extension, Some("yaml" | "yml")) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn declared_client(
    dir: &Path,
    client: &ClientConfig,
    processes: &[Process],
) -> Result<DeclaredClient> {
    let assets = client
        .backup
        .iter()
        .map(|backup| declared_backup(dir, backup))
        .collect::<Result<Vec<_>>>()
        .with_context(|| format!("client `{}`", client.id))?;
    let applies = |process: &&Process| match (process.applies_to.per, &process.applies_to.kind) {
        (Per::Asset, Some(kind)) => assets.iter().any(|asset| asset.kind == *kind),
        (Per::Provider, _) => false,
        _ => true,
    };
    Ok(DeclaredClient {
        id: client.id.clone(),
        name: client.name.clone(),
        tz: client.tz.clone(),
        calendar: client.calendar.clone(),
        processes: processes.iter().filter(applies).cloned().collect(),
        assets,
    })
}

fn declared_backup(dir: &Path, backup: &BackupConfig) -> Result<DeclaredAsset> {
    let canaries = backup
        .canaries
        .iter()
        .map(|path| read_canary(&dir.join(path)))
        .collect::<Result<_>>()?;
    let settings = BackupSettings {
        kind: backup.kind.clone(),
        repository: text(&backup.repository)?,
        roots: backup
            .roots
            .iter()
            .map(|path| text(path))
            .collect::<Result<_>>()?,
        manifest: text(&backup.manifest)?,
        must: backup
            .must
            .iter()
            .map(|path| text(path))
            .collect::<Result<_>>()?,
        canaries,
        claim: backup.claim.as_deref().map(text).transpose()?,
        sample: backup.sample,
        expect: Expectation {
            age_hours_max: f64::from(backup.max_age_hours),
            claim: backup.claim.is_some(),
            ..Expectation::default()
        },
    };
    Ok(DeclaredAsset {
        name: backup.name.clone(),
        kind: "backup".to_owned(),
        backup: Some(settings),
    })
}

fn read_canary(path: &Path) -> Result<Canary> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the canary file {} cannot be read", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is not what `duly canary plant` prints", path.display()))
}

fn text(path: &Path) -> Result<String> {
    let text = path
        .to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))?;
    Ok(text.to_owned())
}
