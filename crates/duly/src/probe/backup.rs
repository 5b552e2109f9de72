//! `duly probe backup --repo …`: the whole verification for a person who has a repository, a
//! manifest and perhaps a memory of the last time.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use duly_core::backup::draw::{SAMPLE_DEFAULT, SAMPLE_MAX};
use duly_core::backup::manifest::root_to_text;
use duly_core::backup::path::SourcePath;
use duly_core::backup::request::{
    AGE_HOURS_MAX_DEFAULT, BackupRequest, Canary, Depth, Expectation, Secret,
};
use duly_probe::backup::{Verification, verify};
use duly_probe::run::{Limits, Program, Stamp};
use duly_work::clock::Clock;
use jiff::Timestamp;

use super::documents::{self, RunDocument};
use super::words;
use crate::{USAGE, password, print_json, say};

/// Which backup, and against what
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// What kind of repository
    #[arg(long, value_name = "KIND", value_parser = ["restic"])]
    kind: Option<String>,
    /// The repository: a local folder
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The source's manifest, from `duly manifest`
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Only look at the snapshots and their history; read no content
    #[arg(long, conflicts_with = "manifest")]
    look: bool,
    /// Memory of the snapshots seen before; read if it is there, and updated
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// What is known about this run: `{"run","seed","checkpoint":{"root"},"claim":{…}}`, every
    /// part optional
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// File with the password; else RESTIC_PASSWORD_FILE or RESTIC_PASSWORD
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// How many files to compare, besides must list and canaries
    #[arg(long, value_name = "N", default_value_t = SAMPLE_DEFAULT,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(SAMPLE_MAX)))]
    sample: u32,
    /// What `duly canary plant` printed; may be given more than once
    #[arg(long, value_name = "FILE")]
    canary: Vec<PathBuf>,
    /// A file, or a folder with everything in it, that is always read; may be given more than once
    #[arg(long, value_name = "PATH")]
    must: Vec<PathBuf>,
    /// A root that has to be in the backup; without any, the manifest's
    #[arg(long, value_name = "PATH")]
    root: Vec<PathBuf>,
    /// Host name in the snapshots, where several machines share a repository
    #[arg(long)]
    host: Option<String>,
    /// Hours the newest snapshot may be old
    #[arg(long, value_name = "HOURS", default_value_t = AGE_HOURS_MAX_DEFAULT,
          value_parser = positive_hours)]
    max_age: f64,
    /// Days for which snapshots are kept; a younger one that is gone is then a failure
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u32>,
    /// Within --keep-days, one snapshot a day is enough
    #[arg(long, requires = "keep_days")]
    keep_daily: bool,
    /// Seconds the reader may take
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time_limit: Option<u64>,
    /// The time to judge by, instead of this machine's clock
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Nothing for people on standard error
    #[arg(long)]
    json: bool,
}

impl BackupArgs {
    /// Whether no option was given: a request waits on standard input.
    pub fn is_empty(&self) -> bool {
        self.kind.is_none() && self.repo.is_none() && self.manifest.is_none() && !self.look
    }
}

fn positive_hours(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(hours) if hours.is_finite() && hours > 0.0 => Ok(hours),
        _ => Err("it has to be a number of hours above 0".to_owned()),
    }
}

/// Verifies, prints and remembers.
///
/// # Errors
///
/// When standard output is closed or this very program cannot be found to run the reader.
pub fn run(args: BackupArgs, clock: Clock) -> anyhow::Result<ExitCode> {
    let now = args.now.unwrap_or_else(|| clock.now());
    let request = match request(&args, now) {
        Ok(request) => request,
        Err(error) => {
            say(&format!("duly: {error:#}"));
            return Ok(ExitCode::from(USAGE));
        }
    };
    let reader = Program {
        path: std::env::current_exe().context("this program does not find itself")?,
        arguments: vec!["probe".into(), "backup".into()],
        stamp: Stamp::Own,
    };
    let mut limits = Limits::reader();
    if let Some(seconds) = args.time_limit {
        limits.time = std::time::Duration::from_secs(seconds);
    }
    let verification = verify(&reader, &request, &limits);
    finish(&args, &request, &verification)
}

fn finish(
    args: &BackupArgs,
    request: &BackupRequest,
    verification: &Verification,
) -> anyhow::Result<ExitCode> {
    for observation in documents::claim_observations(request) {
        print_json(&observation)?;
    }
    for observation in &verification.run.observations {
        print_json(observation)?;
    }
    // The memory first: a verdict that is printed has to be one that is remembered.
    let remembered = match &args.known {
        Some(path) if verification.known != request.known => {
            documents::write_known(path, &verification.known)
        }
        _ => Ok(()),
    };
    print_json(&verification.judgement)?;
    if !args.json {
        say(&words::summary(request, verification));
    }
    if let Err(error) = remembered {
        say(&format!("duly: {error:#}"));
        return Ok(ExitCode::from(
            verification.judgement.verdict.exit_code().max(1),
        ));
    }
    Ok(ExitCode::from(verification.judgement.verdict.exit_code()))
}

fn request(args: &BackupArgs, now: Timestamp) -> anyhow::Result<BackupRequest> {
    let repository = args
        .repo
        .as_ref()
        .context("which repository? give --repo DIR")?;
    if args.manifest.is_none() && !args.look {
        anyhow::bail!(
            "compared with what? give --manifest FILE (from `duly manifest`), or --look to look \
             at the snapshots only"
        );
    }
    if args.look && args.root.is_empty() {
        anyhow::bail!("which roots have to be in it? give --root PATH with --look");
    }
    let run = match &args.run {
        Some(path) => documents::read_run(path)?,
        None => RunDocument::default(),
    };
    let canaries: Vec<Canary> = args
        .canary
        .iter()
        .map(|path| documents::read(path))
        .collect::<Result<_, _>>()?;
    Ok(BackupRequest {
        kind: args.kind.clone().unwrap_or_else(|| "restic".to_owned()),
        repository: absolute(repository)?.to_string_lossy().into_owned(),
        password: Secret(password::read(&args.password_file)?),
        depth: if args.look { Depth::Look } else { Depth::Read },
        roots: paths(&args.root)?,
        host: args.host.clone(),
        manifest: match &args.manifest {
            Some(path) => Some(absolute(path)?.to_string_lossy().into_owned()),
            None => None,
        },
        manifest_root: run.manifest_root.clone(),
        snapshots: run.snapshots.clone(),
        known: match &args.known {
            Some(path) => documents::read_known(path)?,
            None => Default::default(),
        },
        must: paths(&args.must)?,
        canaries,
        draw: run.draw()?,
        sample: args.sample,
        claim: run.claim,
        expect: Expectation {
            age_hours_max: args.max_age,
            claim: run.claim_expected,
            keep_days: args.keep_days,
            keep_one_per_day: args.keep_daily,
        },
        now,
    })
}

fn absolute(path: &std::path::Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("`{}` is not a path", path.display()))
}

/// Paths of the source, in their text form.
fn paths(paths: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    use std::os::unix::ffi::OsStrExt;
    let text = |path: &PathBuf| {
        let bytes = absolute(path)?.as_os_str().as_bytes().to_vec();
        Ok(root_to_text(&SourcePath::from_bytes(&bytes)))
    };
    paths.iter().map(text).collect()
}
