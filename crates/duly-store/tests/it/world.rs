//! The small world of the tests: Harbour IT looks after Baker & Sons, whose backup is tested every
//! day. A place is a database with its keys; a store can be opened there again and again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use duly_core::id::{AssetId, ClientId, DutyId, PersonId, ProcessId};
use duly_core::process::Process;
use duly_core::schedule::duties::Duty;
use duly_core::scope::{Asset, Client};
use duly_store::{
    AssetRow, Error, Fsck, Keys, Location, NewClient, NewPerson, OnStep, OpenDuty, Role, Store,
    fsck, random_id,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use tempfile::TempDir;

use crate::postgres::{Server, run, scratch, server};

/// Runs one test on both databases.
macro_rules! on_both {
    ($(async fn $name:ident($place:ident: Place) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of them")]
            use super::*;

            async fn test($place: $crate::world::Place) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test($crate::world::Place::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(place) = $crate::world::Place::postgres() {
                    test(place).await;
                }
            }
        }
    )+};
}
pub(crate) use on_both;

/// A database with its keys.
pub struct Place {
    dir: TempDir,
    postgres: Option<(Arc<Server>, String)>,
}

impl Place {
    pub fn sqlite() -> Self {
        Self::with(None)
    }

    fn with(postgres: Option<(Arc<Server>, String)>) -> Self {
        let dir = tempfile::tempdir_in(scratch()).unwrap();
        Keys::create(&dir.path().join("keys")).unwrap();
        Self { dir, postgres }
    }

    pub fn postgres() -> Option<Self> {
        let server = server()?;
        let schema = format!("t{}", random_id().unwrap());
        Some(Self::with(Some((server, schema))))
    }

    /// A fresh place of the same kind.
    pub fn another(&self) -> Self {
        if self.is_sqlite() {
            Self::sqlite()
        } else {
            Self::postgres().unwrap()
        }
    }

    /// The whole database as it is, the store being closed.
    pub fn save(&self) -> Vec<u8> {
        match &self.postgres {
            None => std::fs::read(self.database_file()).unwrap(),
            Some((server, schema)) => server.dump(schema).into_bytes(),
        }
    }

    /// Brings a saved database back in place of the present one.
    pub fn restore(&self, saved: &[u8]) {
        match &self.postgres {
            None => {
                for file in ["duly.sqlite-wal", "duly.sqlite-shm"] {
                    let _ = std::fs::remove_file(self.dir().join(file));
                }
                std::fs::write(self.database_file(), saved).unwrap();
            }
            Some((server, schema)) => {
                server.restore(schema, std::str::from_utf8(saved).unwrap());
            }
        }
    }

    /// A literal of bytes.
    pub fn blob(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.is_sqlite() {
            format!("x'{hex}'")
        } else {
            format!("'\\x{hex}'::bytea")
        }
    }

    /// The bytes of an entry.
    pub fn entry_bytes(&self, index: u64) -> Vec<u8> {
        let hex = if self.is_sqlite() {
            "hex(bytes)"
        } else {
            "encode(bytes, 'hex')"
        };
        let text = self.sql(&format!("select {hex} from entry where idx = {index}"));
        let digits: Vec<char> = text.trim().chars().collect();
        let pairs = digits.chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
            .collect()
    }

    /// Cuts every connection to the server, as its restart would; SQLite has none.
    pub fn cut_connections(&self) {
        if let Some((server, schema)) = &self.postgres {
            server.sql(
                "public",
                &format!(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
                     where application_name = 'duly {schema}'"
                ),
            );
        }
    }

    /// Makes the schema without a store.
    pub fn create_schema(&self) {
        if let Some((server, schema)) = &self.postgres {
            server.sql("public", &format!("create schema \"{schema}\""));
        }
    }

    pub fn is_sqlite(&self) -> bool {
        self.postgres.is_none()
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn keys_dir(&self) -> PathBuf {
        self.dir.path().join("keys")
    }

    pub fn keys(&self) -> Keys {
        Keys::open(&self.keys_dir()).unwrap()
    }

    pub fn database_file(&self) -> PathBuf {
        self.dir.path().join("duly.sqlite")
    }

    pub fn location(&self) -> Location {
        match &self.postgres {
            None => Location::Sqlite(self.database_file()),
            Some((server, schema)) => Location::Postgres {
                url: server.url(),
                schema: schema.clone(),
            },
        }
    }

    pub async fn try_open(&self) -> Result<Store, Error> {
        Store::open(self.location(), self.keys()).await
    }

    pub async fn open(&self) -> Store {
        self.try_open().await.unwrap()
    }

    /// A store in which Baker & Sons is looked after.
    pub async fn baker(&self) -> Store {
        let store = self.open().await;
        furnish(&store).await;
        store
    }

    pub async fn fsck(&self) -> Fsck {
        fsck(&self.location(), Some(&self.keys_dir()))
            .await
            .unwrap()
    }

    pub async fn assert_sound(&self) -> Fsck {
        let report = self.fsck().await;
        assert!(report.is_clean(), "{:#?}", report.findings);
        report
    }

    /// What somebody does who can write to the database directly, guards removed first.
    pub fn tamper(&self, sql: &str) {
        let tables = ["ticket", "entry", "checkpoint", "log", "snapshot_seen"];
        let mut drops = String::new();
        for (table, trigger) in [
            (tables[0], "ticket_slot_is_fixed"),
            (tables[0], "ticket_outcome_is_final"),
            (tables[0], "ticket_stays"),
            (tables[1], "entry_is_fixed"),
            (tables[1], "entry_stays"),
            (tables[2], "checkpoint_is_fixed"),
            (tables[2], "checkpoint_stays"),
            (tables[3], "log_only_grows"),
            (tables[3], "log_stays"),
            (tables[4], "snapshot_stays"),
        ] {
            let on = if self.is_sqlite() {
                String::new()
            } else {
                format!(" on {table}")
            };
            drops.push_str(&format!("drop trigger if exists {trigger}{on};"));
        }
        self.sql(&format!("{drops}{sql}"));
    }

    /// Runs a statement past the store.
    pub fn sql(&self, sql: &str) -> String {
        match &self.postgres {
            Some((server, schema)) => server.sql(schema, sql),
            None => {
                let file = self.database_file().display().to_string();
                run("python3", &["-c", PYTHON, &file, sql])
            }
        }
    }
}

/// Python's standard library holds SQLite, so the tests need no other program for it.
const PYTHON: &str = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
part = ''
for piece in sys.argv[2].split(';'):
    part += piece + ';'
    if sqlite3.complete_statement(part):
        for row in c.execute(part):
            print('|'.join('' if v is None else str(v) for v in row))
        part = ''
c.execute('pragma wal_checkpoint(truncate)')
";

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.postgres
            && !std::thread::panicking()
        {
            server.sql(
                "public",
                &format!("drop schema if exists \"{schema}\" cascade"),
            );
        }
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instant at which the world begins.
pub fn start() -> Timestamp {
    at("2026-01-01T08:00:00Z")
}

pub fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

pub fn baker() -> ClientId {
    "c-baker".into()
}

pub fn asset() -> AssetId {
    "a-files".into()
}

pub fn new_client(id: &str) -> NewClient {
    NewClient {
        scope: Client {
            id: id.into(),
            tz: "Europe/London".to_owned(),
            calendar: "england".to_owned(),
        },
        name: format!("Name of {id}"),
        origin: format!("duly.example/{id}"),
        provider: false,
    }
}

/// A daily restore test with a critical measured step, a critical step by hand and a standard one.
pub fn process() -> Process {
    serde_json::from_value(serde_json::json!({
        "rules": 1,
        "process": "backup.restore-test",
        "effective": "2026-01-01",
        "title": "Restore a real backup and compare it",
        "applies-to": { "per": "asset", "kind": "backup" },
        "schedule": {
            "recurrence": { "every": "day", "interval": 1 },
            "at": "09:00:00",
            "tz": "client",
            "calendar": "client",
            "due-within": { "count": 8, "unit": "hours" },
            "grace": { "count": 2, "unit": "days" }
        },
        "roles": { "does": "technician", "checks": "manager", "oversees": "executive" },
        "checklist": [
            { "id": "restore", "do": "Restore a sample", "gate": "critical",
              "probe": "backup.restore" },
            { "id": "open", "do": "Open it", "gate": "critical", "evidence": ["note"] },
            { "id": "tidy", "do": "Remove the copy", "gate": "standard", "evidence": ["note"] }
        ],
        "quality-control": { "rules": [ { "id": "missed", "severity": "high" } ] },
        "oversight": { "review-every": "month", "measures": [] }
    }))
    .unwrap()
}

pub async fn furnish(store: &Store) {
    let now = start();
    store
        .create_client(new_client("c-baker"), now)
        .await
        .unwrap();
    store
        .publish_process(&baker(), &process(), now)
        .await
        .unwrap();
    let row = AssetRow {
        scope: Asset {
            id: asset(),
            client: baker(),
            kind: "backup".to_owned(),
            since: "2026-01-01".parse().unwrap(),
            until: None,
        },
        name: "Files of the bakery".to_owned(),
    };
    store.add_asset(row, now).await.unwrap();
}

pub async fn tess(store: &Store) -> PersonId {
    let person = NewPerson {
        client: baker(),
        id: "p-tess".into(),
        name: "Tess".to_owned(),
        roles: [Role::Technician].into(),
        until: None,
    };
    store.add_person(person, start()).await.unwrap();
    "p-tess".into()
}

/// The duty of a day: opens at nine, is due at five, missed two days later.
pub fn duty(day: i64) -> OpenDuty {
    let first: Date = "2026-01-02".parse().unwrap();
    let slot = first.checked_add(day.days()).unwrap();
    let opens_at = at("2026-01-02T09:00:00Z") + days(day);
    let due_at = opens_at + SignedDuration::from_hours(8);
    OpenDuty {
        duty: Duty {
            id: DutyId::of(
                &baker(),
                &ProcessId::from("backup.restore-test"),
                Some(&asset()),
                slot,
            ),
            client: baker(),
            process: "backup.restore-test".into(),
            version: "2026-01-01".to_owned(),
            asset: Some(asset()),
            slot,
            opens_at,
            due_at,
            missed_at: due_at + days(2),
        },
        checklist: process().checklist.into(),
    }
}

pub fn duties(number: i64) -> Vec<OpenDuty> {
    (0..number).map(duty).collect()
}

/// A step of the first day's ticket, as somebody sees it.
pub fn on(step: &str, revision: u64, person: &PersonId) -> OnStep {
    OnStep {
        client: baker(),
        ticket: duty(0).duty.id,
        step: step.into(),
        revision,
        person: person.clone(),
    }
}
