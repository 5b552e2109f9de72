//! Baker & Sons, with a backup set and a firewall, in the care of a worker whose clock is told.

use std::path::PathBuf;

use duly_core::accounts::Equation;
use duly_core::id::{ClientId, DutyId};
use duly_core::process::Process;
use duly_proof::policy::Policy;
use duly_store::{Keys, Location, Store, Ticket, TicketFilter};
use duly_verify::{Report, Request, verify};
use duly_work::clock::Clock;
use duly_work::declaration::{BackupSettings, Declaration, DeclaredAsset, DeclaredClient};
use duly_work::pack::make_pack;
use duly_work::worker::{Round, Worker};
use duly_work::{count, lists, publish};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// A Thursday on which the log is opened.
pub const OPENED: &str = "2026-01-01T12:00:00Z";

pub struct World {
    pub store: Store,
    dir: TempDir,
}

pub fn baker() -> ClientId {
    ClientId::from("baker")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn days_later(days: i64) -> Timestamp {
    at(OPENED) + SignedDuration::from_hours(24 * days)
}

/// A process of the catalogue, without the evidence that it asks for.
pub fn process(name: &str) -> Process {
    let shipped = duly_declare::catalogue();
    let found = shipped
        .iter()
        .find(|process| process.process.as_str() == name);
    let mut process = Process {
        effective: "2026-01-01".parse().unwrap(),
        ..found.unwrap().clone()
    };
    // What a step must leave is tried where files are; here its words are enough.
    for step in &mut process.checklist {
        step.evidence.clear();
    }
    process
}

/// A backup set whose repository does not exist.
pub fn settings() -> BackupSettings {
    BackupSettings {
        kind: "restic".to_owned(),
        repository: "/nonexistent/repository".to_owned(),
        roots: vec!["/srv/files".to_owned()],
        manifest: "/nonexistent/files.manifest".to_owned(),
        must: Vec::new(),
        canaries: Vec::new(),
        claim: None,
        sample: 300,
        expect: duly_core::backup::request::Expectation::default(),
    }
}

/// What the files of the world declare.
pub fn declaration(backup: Option<BackupSettings>) -> Declaration {
    let asset = |name: &str, kind: &str, backup| DeclaredAsset {
        name: name.to_owned(),
        kind: kind.to_owned(),
        backup,
    };
    Declaration {
        domain: "duly.example".to_owned(),
        clients: vec![DeclaredClient {
            id: "baker".to_owned(),
            name: "Baker & Sons".to_owned(),
            tz: "Europe/London".to_owned(),
            calendar: "england".to_owned(),
            assets: vec![
                asset("office files", "backup", backup),
                asset("shop firewall", "firewall", None),
            ],
            processes: ["backup.restore-test", "fw.firmware", "acct.review"]
                .map(process)
                .to_vec(),
        }],
    }
}

impl World {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::create(&dir.path().join("keys")).unwrap();
        let location = Location::Sqlite(dir.path().join("duly.sqlite"));
        let store = Store::open(location, keys).await.unwrap();
        let world = Self { store, dir };
        world.publish(Some(settings()), at(OPENED)).await;
        world
    }

    pub async fn publish(&self, backup: Option<BackupSettings>, now: Timestamp) {
        self.publish_with(backup, 0, now).await;
    }

    /// The same with so many firewalls more.
    pub async fn publish_with(
        &self,
        backup: Option<BackupSettings>,
        firewalls: usize,
        now: Timestamp,
    ) {
        let mut declaration = declaration(backup);
        let more = (0..firewalls).map(|number| DeclaredAsset {
            name: format!("firewall {number}"),
            kind: "firewall".to_owned(),
            backup: None,
        });
        declaration.clients[0].assets.extend(more);
        publish::publish(&self.store, &declaration, now)
            .await
            .unwrap();
    }

    /// A worker that has just been started; its probes are a program that is not there.
    pub fn worker(&self) -> Worker {
        Worker::new(self.store.clone(), PathBuf::from("/nonexistent/duly"))
    }

    pub async fn round(&self, now: Timestamp) -> Round {
        self.worker()
            .round_of(&baker(), Clock::Fixed(now))
            .await
            .unwrap()
    }

    pub async fn tickets(&self) -> Vec<Ticket> {
        let filter = TicketFilter {
            client: Some(baker()),
            ..TicketFilter::default()
        };
        lists::tickets(&self.store, &filter).await.unwrap()
    }

    pub async fn ids(&self) -> Vec<DutyId> {
        self.tickets()
            .await
            .into_iter()
            .map(|ticket| ticket.id)
            .collect()
    }

    pub async fn equation(&self, from: Date, to: Date, now: Timestamp) -> Equation {
        count::equation(&self.store, &baker(), from, to, now)
            .await
            .unwrap()
    }

    /// What the client's verifier makes of a pack made now.
    pub async fn verified(&self, now: Timestamp) -> Report {
        let made = make_pack(&self.store, &baker(), None, now).await.unwrap();
        let policy = Policy::parse(made.policy.as_bytes()).unwrap();
        let request = Request {
            pack: &made.bytes,
            policy: &policy,
            kept: &[],
            from: None,
            to: None,
        };
        verify(&request).unwrap()
    }

    /// The same world after a restart.
    pub async fn restarted(self) -> Self {
        self.store.close().await;
        let keys = Keys::open(&self.dir.path().join("keys")).unwrap();
        let location = Location::Sqlite(self.dir.path().join("duly.sqlite"));
        let store = Store::open(location, keys).await.unwrap();
        Self {
            store,
            dir: self.dir,
        }
    }
}
