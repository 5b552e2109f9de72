//! The small world: Harbour IT looks after two clients, who live their last 90 days in a minute.
//!
//! Everything in it is real but the time: real restic makes real repositories, the worker is the
//! one that `duly serve` runs, the log is signed and the verifier accepts it. Log origins begin
//! `duly.try/`, so that nobody can pass a demonstration for the record of a client.
//!
//! One backup silently loses its database, in a way that `restic check` does not see; one restore
//! test is never done.

mod client;
mod declared;
mod picture;
mod restic;
mod source;
mod tess;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use duly_store::{Keys, Location, NewClient, NewPerson, Person, Role, Store, random_id};
use jiff::Timestamp;

use client::{Life, Plot};

/// How long the demonstration's past is: a quarter holds six restore tests.
pub const DAYS: i32 = 90;

/// Log origins and pages of a demonstration begin with this.
pub const DOMAIN: &str = "duly.try";

/// The provider of the small world.
pub const PROVIDER: &str = "Harbour IT";

/// The two clients and what befalls them.
fn plots() -> [Plot; 2] {
    [
        Plot {
            id: "baker",
            name: "Baker & Sons",
            tz: "Europe/London",
            calendar: "england",
            backup: "office files",
            firewall: "shop firewall",
            excludes_database: false,
            neglects_a_test: true,
        },
        Plot {
            id: "lakeside",
            name: "Lakeside Clinic",
            tz: "America/Chicago",
            calendar: "us-federal",
            backup: "clinic files",
            firewall: "clinic firewall",
            excludes_database: true,
            neglects_a_test: false,
        },
    ]
}

/// A world that has lived up to now.
pub struct World {
    /// Its store, open.
    pub store: Store,
    /// The technician who is signed in by the printed link.
    pub tess: Person,
    /// Its clients, by the name of the folder that holds their packs.
    pub clients: Vec<ClientId>,
}

/// Lives the small world's past in `dir`, which must be empty or new, and says on standard error
/// what it does.
///
/// # Errors
///
/// When the folder is in use, restic is missing, or anything in the loop fails.
pub async fn live(dir: &Path, program: PathBuf, now: Timestamp) -> Result<World> {
    let taken = dir.exists() && dir.read_dir()?.next().is_some();
    ensure!(!taken, "{} is not empty; name a new folder", dir.display());
    std::fs::create_dir_all(dir.join("data"))?;
    let keys = Keys::create(&dir.join("keys"))?;
    let store = Store::open(Location::Sqlite(dir.join("data/duly.sqlite")), keys).await?;
    let began = now - jiff::SignedDuration::from_hours(24 * i64::from(DAYS) + 24);
    let tess = open_provider(&store, began).await?;
    say("Harbour IT opens. Two clients live their last 90 days, with real restic repositories.");
    let [first, second] = plots();
    let life = |plot: Plot| {
        let life = Life {
            dir: dir.join(plot.id),
            store: store.clone(),
            program: program.clone(),
            tess: tess.id.clone(),
            plot,
            until: now,
        };
        tokio::spawn(life.live())
    };
    let lives = (life(first), life(second));
    let clients = vec![
        lives.0.await.context("a client's life ended early")??,
        lives.1.await.context("a client's life ended early")??,
    ];
    Ok(World {
        store,
        tess,
        clients,
    })
}

async fn open_provider(store: &Store, now: Timestamp) -> Result<Person> {
    let provider = ClientId::from("provider");
    let client = NewClient {
        scope: Client {
            id: provider.clone(),
            tz: "UTC".into(),
            calendar: "weekends".into(),
        },
        name: PROVIDER.to_owned(),
        origin: format!("{DOMAIN}/{}", random_id()?),
        provider: true,
    };
    duly_work::clients::open(store, client, now).await?;
    add_person(store, "Mara", Role::Manager, now).await?;
    add_person(store, "Eve", Role::Executive, now).await?;
    add_person(store, "Tess", Role::Technician, now).await
}

async fn add_person(store: &Store, name: &str, role: Role, now: Timestamp) -> Result<Person> {
    let person = NewPerson {
        client: ClientId::from("provider"),
        id: PersonId(random_id()?),
        name: name.to_owned(),
        roles: [role].into(),
        until: None,
    };
    let id = person.id.clone();
    store.add_person(person, now).await?;
    let added = store.person(&ClientId::from("provider"), &id).await?;
    added.context("a person who was just added is not there")
}

/// What the demonstration does, for whoever watches the terminal.
pub fn say(text: &str) {
    use std::io::Write as _;
    // A closed terminal is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{text}");
}
