//! The real restic, as the demonstration's clients run it: a repository of their own, backups at
//! the injected time, and restic's own opinion of the repository.
//!
//! Only the demonstration and its tests run restic; duly itself never does. It reads repositories.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;

/// The machine that the demonstration's offices keep their files on.
pub const HOST: &str = "office";

/// A repository and the password that opens it.
pub struct Repository {
    path: PathBuf,
    password: String,
}

impl Repository {
    /// Makes a new, empty repository.
    ///
    /// # Errors
    /// When restic is not installed or refuses.
    pub fn create(path: PathBuf, password: String) -> Result<Self> {
        let repository = Self { path, password };
        repository.run(["init"])?;
        Ok(repository)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The password.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Backs `roots` up as of `now`, leaving out what matches `excluded`; returns the exit code,
    /// which is what a backup job reports.
    ///
    /// # Errors
    /// When restic cannot be started.
    pub fn backup(&self, roots: &[PathBuf], excluded: Option<&str>, now: Timestamp) -> Result<i32> {
        let time = now.strftime("%Y-%m-%d %H:%M:%S").to_string();
        let mut command = self.command();
        command
            .args(["backup", "--time", &time, "--host", HOST])
            .args(roots);
        if let Some(pattern) = excluded {
            command.args(["--exclude", pattern]);
        }
        let output = command.output().context(NOT_INSTALLED)?;
        Ok(output.status.code().unwrap_or(-1))
    }

    /// What `restic check` says: its exit code.
    ///
    /// # Errors
    /// When restic cannot be started.
    pub fn check(&self) -> Result<i32> {
        let output = self.command().args(["check", "--read-data"]).output();
        Ok(output.context(NOT_INSTALLED)?.status.code().unwrap_or(-1))
    }

    fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Result<Output> {
        let output = self
            .command()
            .args(arguments)
            .output()
            .context(NOT_INSTALLED)?;
        ensure!(
            output.status.success(),
            "restic: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(output)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("restic");
        command
            .args(["--quiet", "--no-cache"])
            .env("RESTIC_REPOSITORY", &self.path)
            .env("RESTIC_PASSWORD", &self.password)
            // restic reads `--time` in the zone of its surroundings.
            .env("TZ", "UTC");
        command
    }
}

const NOT_INSTALLED: &str =
    "restic could not be started; on Debian: apt-get install restic (`cargo xtask run` does it)";
