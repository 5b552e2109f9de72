//! `duly import assets FILE --client C`: what would come of a list, and with `--write` taking it;
//! the same as on the page.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use duly_core::id::ClientId;
use duly_core::presence::EXPECTED_DAYS_MAX;
use duly_store::Store;
use duly_work::clock::Clock;
use duly_work::import::mapping::Mapping;
use duly_work::import::{self, Looked, Taking};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::control::{self, Answer, Ask};
use crate::installation::Installation;

/// Most rows told by name; the figures count all of them.
const NAMED_MAX: usize = 50;

/// What is imported.
#[derive(Args, Debug)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// A client's assets, as CSV
    Assets(AssetsArgs),
}

/// Which list, whose, and what its columns are.
#[derive(Args, Debug)]
struct AssetsArgs {
    /// The list: UTF-8, UTF-16 or Windows-1252; commas, semicolons or tabs
    file: PathBuf,
    /// Whose assets
    #[arg(long)]
    client: String,
    /// The folder made by `duly init`
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// Take the list; without it only what would come of it is told
    #[arg(long)]
    write: bool,
    /// One JSON document on standard output
    #[arg(long)]
    json: bool,
    /// Where the list comes from
    #[arg(long)]
    source: Option<String>,
    /// A list comes at least every so many days
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(EXPECTED_DAYS_MAX)))]
    expected_days: Option<u32>,
    /// Column of the name
    #[arg(long)]
    name_column: Option<String>,
    /// Column of what never changes: a serial number
    #[arg(long)]
    thing_column: Option<String>,
    /// Column of the kind
    #[arg(long)]
    kind_column: Option<String>,
    /// Kind of rows whose kind is not understood
    #[arg(long)]
    kind_else: Option<String>,
    /// Column of the site's name
    #[arg(long)]
    site_column: Option<String>,
    /// Note what is new as unclaimed instead of taking it into care
    #[arg(long)]
    unclaimed: bool,
}

/// What would come of a list, or came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Told {
    /// Whether it was taken.
    pub taken: bool,
    /// How many are new, and the first of them by name.
    pub added: Counted,
    /// How many are called otherwise or lie elsewhere.
    pub changed: Counted,
    /// How many are as they were.
    pub same: usize,
    /// How many the source knew that are not in the list; they stay in care.
    pub vanished: Counted,
    /// Why it is not taken.
    pub refusals: Vec<String>,
}

/// A number of things, and the first of them by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Counted {
    /// All of them.
    pub number: usize,
    /// At most fifty.
    pub names: Vec<String>,
}

impl Counted {
    fn of<'a>(number: usize, names: impl Iterator<Item = &'a String>) -> Self {
        Self {
            number,
            names: names.take(NAMED_MAX).cloned().collect(),
        }
    }
}

/// Runs `duly import`. It exits with 1 when the list cannot be taken.
///
/// # Errors
///
/// When there is no such client or list, or the store fails.
pub async fn run(args: ImportArgs) -> Result<ExitCode> {
    let What::Assets(args) = args.what;
    let file = std::path::absolute(&args.file)?;
    let mapping = args.mapping(&file)?;
    let ask = Ask::ImportAssets {
        client: args.client.clone(),
        file: file.clone(),
        mapping: mapping.clone(),
        write: args.write,
    };
    let told = match control::ask(&args.dir, &ask).await? {
        Some(Answer::ImportAssets { told }) => told,
        Some(other) => bail!("the server answered something else: {other:?}"),
        None => {
            let store = Installation::at(&args.dir).open().await?;
            let client = ClientId::from(args.client.as_str());
            let now = Clock::System.now();
            let told = import(&store, &client, &file, mapping, args.write, now).await?;
            store.close().await;
            told
        }
    };
    if args.json {
        crate::print_json(&told)?;
    } else {
        tell(&told, args.write);
    }
    Ok(if told.refusals.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(crate::DOES_NOT_HOLD)
    })
}

impl AssetsArgs {
    /// What the options say the columns are; nothing where they say nothing.
    fn mapping(&self, file: &Path) -> Result<Option<Mapping>> {
        let columns = [
            &self.source,
            &self.name_column,
            &self.thing_column,
            &self.kind_column,
            &self.kind_else,
            &self.site_column,
        ];
        let says_nothing = columns.iter().all(|column| column.is_none());
        if says_nothing && self.expected_days.is_none() && !self.unclaimed {
            return Ok(None);
        }
        let guessed = Mapping::guessed(&import::table::read(&read(file)?)?);
        let or = |said: &Option<String>, guessed: Option<String>| said.clone().or(guessed);
        Ok(Some(Mapping {
            source: self.source.clone().unwrap_or(guessed.source),
            expected_days: self.expected_days.unwrap_or(guessed.expected_days),
            name: self.name_column.clone().unwrap_or(guessed.name),
            thing: or(&self.thing_column, guessed.thing),
            kind: or(&self.kind_column, guessed.kind),
            kind_else: self.kind_else.clone(),
            site: or(&self.site_column, guessed.site),
            takes_into_care: !self.unclaimed,
        }))
    }
}

/// Reads a list of at most one byte more than is taken, so that a longer one is refused and never
/// read whole.
fn read(file: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let limit = u64::try_from(duly_store::UPLOAD_BYTES_MAX)? + 1;
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|open| open.take(limit).read_to_end(&mut bytes))
        .with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(bytes)
}

/// Compares a list with what is known, and takes it if it is to be and can be.
///
/// # Errors
///
/// When there is no such client or list, or the store fails.
pub async fn import(
    store: &Store,
    client: &ClientId,
    file: &Path,
    mapping: Option<Mapping>,
    write: bool,
    now: Timestamp,
) -> Result<Told> {
    if store.client(client).await?.is_none() {
        bail!("there is no client `{client}`");
    }
    let looked = import::look(store, client, &read(file)?, mapping).await?;
    let mut told = Told::of(&looked);
    if !write || !told.refusals.is_empty() {
        return Ok(told);
    }
    match import::take(store, client, &looked, None, now).await? {
        Taking::Taken { .. } => {
            store.release_checkpoints(now).await?;
            told.taken = true;
        }
        Taking::Refused(refusals) => told.refusals = refusals,
        Taking::Raced => told
            .refusals
            .push("somebody changed an asset in the meantime; look again".to_owned()),
    }
    Ok(told)
}

impl Told {
    fn of(looked: &Looked) -> Self {
        let found = &looked.comparison;
        let changed = found.changed.iter().map(|change| &change.before.row.name);
        let vanished = found.vanished.iter().map(|one| &one.sighted.name);
        let mut refusals = looked.mapping.problems(&looked.table);
        refusals.extend(found.refusals());
        Self {
            taken: false,
            added: Counted::of(found.added.len(), found.added.iter().map(|row| &row.name)),
            changed: Counted::of(found.changed.len(), changed),
            same: found.same.len(),
            vanished: Counted::of(found.vanished.len(), vanished),
            refusals,
        }
    }
}

fn tell(told: &Told, write: bool) {
    let lines = [
        ("new", &told.added),
        ("changed", &told.changed),
        ("missing, and still in care", &told.vanished),
    ];
    for (what, counted) in lines {
        crate::say(&format!("{what}: {}", counted.number));
        for name in &counted.names {
            crate::say(&format!("  {name}"));
        }
    }
    crate::say(&format!("as it was: {}", told.same));
    for refusal in &told.refusals {
        crate::say(&format!("not taken: {refusal}"));
    }
    if told.taken {
        crate::say("The list is taken.");
    } else if !write && told.refusals.is_empty() {
        crate::say("Nothing is written yet; with --write the list is taken.");
    }
}
