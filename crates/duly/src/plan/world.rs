//! The clients, assets and exceptions that a plan is made for, from one JSON file, and with them
//! everything that their schedules need: calendars and zones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use duly_core::process::Process;
use duly_core::schedule::calendar::{Calendar, CalendarError};
use duly_core::schedule::duties::{Published, PublishedProcess};
use duly_core::schedule::error::ScheduleError;
use duly_core::schedule::zone::{Zone, ZoneError};
use duly_core::scope::{Asset, Client, Exception};
use duly_declare::calendars;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::PUBLISHED_AT;

/// Largest file that is read: some hundred thousand assets.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Days before the period in which a slot may open: it is rolled back at most this far.
const DAYS_BEFORE: i32 = 60;

/// Days after the period by which a slot may be missed: two allowances of a year and the rolls.
const DAYS_AFTER: i32 = 900;

/// The document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    clients: Vec<Client>,
    #[serde(default)]
    assets: Vec<Asset>,
    #[serde(default)]
    exceptions: Vec<Exception>,
    /// Calendars besides those that ship, or in their place.
    #[serde(default)]
    calendars: Vec<Calendar>,
}

/// Why no plan is made.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The file cannot be read.
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable {
        path: PathBuf,
        error: std::io::Error,
    },
    /// It is too large.
    #[error("{} is larger than {FILE_BYTES_MAX} bytes", path.display())]
    TooLarge { path: PathBuf },
    /// It is not the document that is wanted.
    #[error("{} is not a list of clients and assets: {error}", path.display())]
    Malformed {
        path: PathBuf,
        error: serde_json::Error,
    },
    /// Two clients have one id.
    #[error("the client `{0}` is listed twice")]
    ClientTwice(String),
    /// An asset or an exception names a client that is not there.
    #[error("{what} names the client `{client}`, which is not listed")]
    ClientUnknown { what: String, client: String },
    /// A calendar is unsound.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The duties of a client cannot be worked out.
    #[error("client {client}: {error}")]
    Schedule {
        client: String,
        error: ScheduleError,
    },
}

impl WorldError {
    /// Stable, in kebab-case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "assets-unreadable",
            Self::TooLarge { .. } => "assets-too-large",
            Self::Malformed { .. } => "assets-malformed",
            Self::ClientTwice(_) => "client-twice",
            Self::ClientUnknown { .. } => "client-unknown",
            Self::Calendar(error) => error.code(),
            Self::Schedule { error, .. } => error.code(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "give the path of a JSON file",
            Self::TooLarge { .. } => "make one plan for each client",
            Self::Malformed { .. } => {
                "write {\"clients\":[{\"id\",\"tz\",\"calendar\"}],\"assets\":[{\"id\",\"client\",\
                 \"kind\",\"since\",\"until\"}],\"exceptions\":[]}"
            }
            Self::ClientTwice(_) => "list each client once",
            Self::ClientUnknown { .. } => "add the client, or correct its id",
            Self::Calendar(error) => error.help(),
            Self::Schedule { error, .. } => error.help(),
        }
    }
}

impl World {
    /// Reads the file and refuses what does not fit together.
    pub fn read(path: &Path) -> Result<Self, WorldError> {
        let unreadable = |error| WorldError::Unreadable {
            path: path.to_owned(),
            error,
        };
        if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES_MAX {
            return Err(WorldError::TooLarge {
                path: path.to_owned(),
            });
        }
        let text = std::fs::read(path).map_err(unreadable)?;
        let world: Self = serde_json::from_slice(&text).map_err(|error| WorldError::Malformed {
            path: path.to_owned(),
            error,
        })?;
        world.check()?;
        Ok(world)
    }

    fn check(&self) -> Result<(), WorldError> {
        let mut clients = BTreeSet::new();
        for client in &self.clients {
            if !clients.insert(&client.id) {
                return Err(WorldError::ClientTwice(client.id.to_string()));
            }
        }
        let of_assets = self
            .assets
            .iter()
            .map(|asset| (format!("asset {}", asset.id), asset));
        let of_assets = of_assets.map(|(what, asset)| (what, &asset.client));
        let of_exceptions = self
            .exceptions
            .iter()
            .map(|exception| (format!("exception {}", exception.id), &exception.client));
        for (what, client) in of_assets.chain(of_exceptions) {
            if !clients.contains(client) {
                return Err(WorldError::ClientUnknown {
                    what,
                    client: client.to_string(),
                });
            }
        }
        for calendar in &self.calendars {
            calendar.check()?;
        }
        Ok(())
    }

    pub fn has_provider(&self) -> bool {
        self.clients.iter().any(Client::is_provider)
    }

    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    pub fn has_kind(&self, kind: &str) -> bool {
        self.assets.iter().any(|asset| asset.kind == kind)
    }

    /// What would have been published for each client.
    pub fn published(
        &self,
        processes: &[Process],
        from: Date,
        to: Date,
    ) -> Result<Vec<Published>, WorldError> {
        let mut assets: BTreeMap<_, Vec<Asset>> = BTreeMap::new();
        for asset in &self.assets {
            assets.entry(&asset.client).or_default().push(asset.clone());
        }
        let mut published = Vec::new();
        for client in &self.clients {
            let zones =
                zones(client, processes, from, to).map_err(|error| WorldError::Schedule {
                    client: client.id.to_string(),
                    error: error.into(),
                })?;
            published.push(Published {
                client: client.clone(),
                past: Vec::new(),
                processes: processes.iter().cloned().map(long_ago).collect(),
                assets: assets.remove(&client.id).unwrap_or_default(),
                calendars: self.calendars(client, processes),
                zones,
                exceptions: self
                    .exceptions
                    .iter()
                    .filter(|exception| exception.client == client.id)
                    .cloned()
                    .collect(),
            });
        }
        Ok(published)
    }

    /// The calendars that the schedules name; one that does not exist is left out, and is an error
    /// once a schedule asks it.
    fn calendars(&self, client: &Client, processes: &[Process]) -> BTreeMap<String, Calendar> {
        let mut found = BTreeMap::new();
        for process in processes {
            let name = process.schedule.calendar_name(client);
            let own = self.calendars.iter().find(|calendar| calendar.id == name);
            if let Some(calendar) = own.or_else(|| calendars::calendar(name)) {
                found
                    .entry(name.to_owned())
                    .or_insert_with(|| calendar.clone());
            }
        }
        found
    }
}

fn long_ago(process: Process) -> PublishedProcess {
    PublishedProcess {
        process,
        published_at: PUBLISHED_AT,
    }
}

fn zones(
    client: &Client,
    processes: &[Process],
    from: Date,
    to: Date,
) -> Result<BTreeMap<String, Zone>, ZoneError> {
    let from = from.saturating_sub(DAYS_BEFORE.days());
    let to = to.saturating_add(DAYS_AFTER.days());
    let mut zones = BTreeMap::new();
    for process in processes {
        let name = process.schedule.zone_name(client);
        if !zones.contains_key(name) {
            zones.insert(name.to_owned(), Zone::of(name, from, to)?);
        }
    }
    Ok(zones)
}
