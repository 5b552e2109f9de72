//! `duly init DIR`: a new installation, with one backup set if it is named, ready to be served.
//!
//! It makes keys and an empty store, writes `duly.toml` with a comment for each setting, copies
//! two processes of the catalogue, and adds a first look, due as soon as the worker sees it. The
//! repository's password is sealed at once and stands in no file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use duly_core::id::{ClientId, PersonId};
use duly_store::{Keys, Location, NewClient, NewPerson, Role, Store, random_id};
use duly_work::publish::{self, asset_named};
use duly_work::run_probe::password_name;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::installation::Installation;

/// The one backup set that `init` can take along.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder to make; it must be empty or not there yet
    dir: PathBuf,
    /// A restic repository, a folder on this machine
    #[arg(long, requires_all = ["root", "manifest"])]
    repository: Option<PathBuf>,
    /// File with the repository's password; without it, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD
    #[arg(long, requires = "repository")]
    password_file: Option<PathBuf>,
    /// A folder the backup ought to hold; may be given several times
    #[arg(long, requires = "repository")]
    root: Vec<PathBuf>,
    /// The source's own picture of itself, made by `duly manifest`
    #[arg(long, requires = "repository")]
    manifest: Option<PathBuf>,
    /// Your name as a provider
    #[arg(long, default_value = "My own IT")]
    provider: String,
    /// A first client, kept in duly.toml; with --repository it is `Home` if not named here. Without
    /// either, clients are added on the pages
    #[arg(long)]
    client: Option<String>,
    /// IANA time zone in which the client's days begin
    #[arg(long, default_value = "UTC")]
    tz: String,
    /// Calendar of the client's business days
    #[arg(long, default_value = "weekends")]
    calendar: String,
}

/// Runs `duly init`.
///
/// # Errors
///
/// When the folder is in use, an option contradicts another, or a file cannot be written.
pub async fn run(args: InitArgs, now: Timestamp) -> Result<ExitCode> {
    let dir = &args.dir;
    let taken = dir.exists() && dir.read_dir()?.next().is_some();
    ensure!(!taken, "{} is not empty; name a new folder", dir.display());
    let zone =
        TimeZone::get(&args.tz).with_context(|| format!("there is no time zone `{}`", args.tz))?;
    ensure!(
        duly_declare::calendars::calendar(&args.calendar).is_some(),
        "there is no calendar `{}`; these ship with duly: {}",
        args.calendar,
        duly_declare::calendars::names()
            .collect::<Vec<_>>()
            .join(", ")
    );
    let password = args
        .repository
        .as_ref()
        .map(|_| crate::password::read(&args.password_file));
    let password = password.transpose()?;
    fs::create_dir_all(dir.join("processes"))?;
    fs::create_dir_all(dir.join("data"))?;
    fs::write(dir.join("duly.toml"), configuration(&args)?)?;
    if client_of(&args).is_some() {
        write_processes(&dir.join("processes"), &zone, now)?;
    }
    let keys = Keys::create(&dir.join("keys"))?;
    let installation = Installation::at(dir);
    let store = Store::open(Location::Sqlite(installation.database()), keys).await?;
    people(&store, &args, now).await?;
    publish::publish(&store, &installation.declaration()?, now).await?;
    if let Some(password) = password {
        let client = ClientId::from(CLIENT);
        let asset = asset_named(&store, &client, BACKUP).await?;
        let asset = asset
            .context("the backup set was not taken into care")?
            .scope
            .id;
        store
            .secret_put(&client, &password_name(&asset), password.as_bytes(), now)
            .await?;
    }
    store.release_checkpoints(now).await?;
    store.close().await;
    crate::say(&told(&args));
    Ok(ExitCode::SUCCESS)
}

/// The name of the client that is declared in the file, if one is.
fn client_of(args: &InitArgs) -> Option<&str> {
    let named = args.client.as_deref();
    named.or_else(|| args.repository.as_ref().map(|_| "Home"))
}

/// The id of the client that `init` declares.
const CLIENT: &str = "home";
/// The name of the backup set that `init` declares.
const BACKUP: &str = "files";

/// The processes that every new installation starts with.
const PROCESSES: [&str; 2] = ["backup.restore-test", "backup.jobs"];

/// Copies processes of the catalogue, in force from today, and adds the first look.
fn write_processes(dir: &Path, zone: &TimeZone, now: Timestamp) -> Result<()> {
    let today = zone.to_datetime(now).date();
    for name in PROCESSES {
        let text = effective_from(
            duly_declare::catalogue_text(name)
                .with_context(|| format!("the catalogue has no process `{name}`"))?,
            &today.to_string(),
        );
        fs::write(dir.join(format!("{name}.yaml")), text)?;
    }
    // A slot has to open after its process is published: the next full minute but one does.
    let first = zone.to_datetime(now + SignedDuration::from_secs(90));
    let text = FIRST_LOOK
        .replace("{date}", &first.date().to_string())
        .replace("{time}", &first.strftime("%H:%M").to_string());
    fs::write(dir.join("backup.first-look.yaml"), text)?;
    Ok(())
}

/// The same file in force from another date; a version cannot govern what lies before it was
/// published.
fn effective_from(text: &str, date: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("effective:") {
            Some(_) => lines.push(format!("effective: {date}")),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

const FIRST_LOOK: &str = include_str!("init/first-look.yaml");

async fn people(store: &Store, args: &InitArgs, now: Timestamp) -> Result<()> {
    let provider = ClientId::from("provider");
    let client = NewClient {
        scope: duly_core::scope::Client {
            id: provider.clone(),
            tz: args.tz.clone(),
            calendar: args.calendar.clone(),
        },
        name: args.provider.clone(),
        origin: format!("{DOMAIN}/{}", random_id()?),
        provider: true,
    };
    duly_work::clients::open(store, client, now).await?;
    let technician = NewPerson {
        client: provider,
        id: PersonId(random_id()?),
        name: "Technician".to_owned(),
        // Whoever sets it up does everything until others are invited.
        roles: [Role::Technician, Role::Manager, Role::Administrator].into(),
        until: None,
    };
    store.add_person(technician, now).await?;
    Ok(())
}

/// Origins of a new installation begin so, until it names a domain of its own.
const DOMAIN: &str = "duly.local";

/// `duly.toml` of a new installation, a comment for each setting.
fn configuration(args: &InitArgs) -> Result<String> {
    let mut text = HEAD
        .replace("{provider}", &quoted(&args.provider))
        .replace("{domain}", &quoted(DOMAIN));
    let Some(client) = client_of(args) else {
        text.push_str(NO_CLIENT);
        return Ok(text);
    };
    let table = CLIENT_TABLE
        .replace("{id}", &quoted(CLIENT))
        .replace("{client}", &quoted(client))
        .replace("{tz}", &quoted(&args.tz))
        .replace("{calendar}", &quoted(&args.calendar));
    text.push('\n');
    text.push_str(&table);
    let (Some(repository), Some(manifest)) = (&args.repository, &args.manifest) else {
        let example: Vec<String> = BACKUP_TABLE
            .lines()
            .map(|line| format!("# {line}"))
            .collect();
        text.push_str("\n# A backup set looks like this; remove the number signs.\n");
        text.push_str(
            &(example.join("\n") + "\n")
                .replace("{name}", &quoted(BACKUP))
                .replace("{repository}", "\"/backup/files\"")
                .replace("{roots}", "\"/srv/files\"")
                .replace("{manifest}", "\"/var/lib/duly/files.manifest\""),
        );
        return Ok(text);
    };
    let roots: Vec<String> = args
        .root
        .iter()
        .map(|root| absolute(root))
        .collect::<Result<_>>()?;
    let table = BACKUP_TABLE
        .replace("{name}", &quoted(BACKUP))
        .replace("{repository}", &absolute(repository)?)
        .replace("{roots}", &roots.join(", "))
        .replace("{manifest}", &absolute(manifest)?);
    text.push('\n');
    text.push_str(&table);
    Ok(text)
}

const HEAD: &str = include_str!("init/duly.toml");
const CLIENT_TABLE: &str = include_str!("init/client.toml");
const NO_CLIENT: &str = "\n# Clients are added on the pages, under Set up. Whoever prefers a file \
                         writes one\n# [[client]] table for each, with id, name, tz and \
                         calendar.\n";
const BACKUP_TABLE: &str = include_str!("init/backup.toml");

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn absolute(path: &Path) -> Result<String> {
    let path = std::path::absolute(path)?;
    let text = path
        .to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))?;
    Ok(quoted(text))
}

fn told(args: &InitArgs) -> String {
    let dir = args.dir.display();
    let next = if args.repository.is_some() {
        format!("Start it with `duly serve {dir}`; the first look is due at once.")
    } else if client_of(args).is_none() {
        format!(
            "Start it with `duly serve {dir}` and open the link that it prints: five short steps \
             lead from there\nto a queue that works."
        )
    } else {
        format!(
            "Name your backup in {dir}/duly.toml, seal its password with\n\
             `duly secret {dir} {CLIENT} NAME --password-file FILE`, then `duly serve {dir}`."
        )
    };
    format!(
        "{dir} is ready.\n\
         Keep {dir}/keys out of every backup of {dir}/data: with both, anybody can sign.\n{next}"
    )
}
