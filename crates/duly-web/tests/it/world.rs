//! The small world of the tests: Harbour IT looks after Baker & Sons and Lakeside Clinic; Tess
//! does the work, Mara checks it, Omar owns Baker & Sons. The clock stands still.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use duly_core::entry::Seen;
use duly_core::id::{ClientId, DutyId, RunId};
use duly_core::process::Process;
use duly_core::scope::Client;
use duly_core::verdict::Judgement;
use duly_store::{
    Invitation, Keys, Location, NewClient, NewPerson, Person, Role, RunResult, RunStart,
    RunStarted, Store, Ticket, TicketFilter,
};
use duly_web::{Access, SESSION_FOR, Web, router};
use duly_work::clock::Clock;
use duly_work::declaration::{Declaration, DeclaredAsset, DeclaredClient};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// A Tuesday on which the restore tests fall due.
pub const NOW: &str = "2026-11-24T15:00:00Z";

/// A body larger than any page of the world.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A provider with clients and open tickets, and the pages over it.
pub struct World {
    pub store: Store,
    pub router: Router,
    pub tess: Person,
    pub mara: Person,
    pub omar: Person,
    _dir: TempDir,
}

/// An answer, read whole; the white space of a page as a browser shows it.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

impl World {
    pub async fn new() -> Self {
        Self::with_names("Baker & Sons", "office files").await
    }

    /// A world whose first client and its backup have these names.
    pub async fn with_names(client: &str, backup: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::create(&dir.path().join("keys")).unwrap();
        let location = Location::Sqlite(dir.path().join("duly.sqlite"));
        let store = Store::open(location, keys).await.unwrap();
        let began = now() - SignedDuration::from_hours(24 * 60);
        let provider = NewClient {
            scope: Client {
                id: "provider".into(),
                tz: "UTC".into(),
                calendar: "weekends".into(),
            },
            name: "Harbour IT".to_owned(),
            origin: "duly.example/provider".to_owned(),
            provider: true,
        };
        store.create_client(provider, began).await.unwrap();
        let declaration = Declaration {
            domain: "duly.example".to_owned(),
            clients: vec![
                declared("baker", client, backup, began),
                declared("lakeside", "Lakeside Clinic", "clinic files", began),
            ],
        };
        duly_work::publish::publish(&store, &declaration, began)
            .await
            .unwrap();
        let tess = person(&store, "provider", "Tess", Role::Technician, began).await;
        let mara = person(&store, "provider", "Mara", Role::Manager, began).await;
        let omar = person(&store, "baker", "Omar", Role::Owner, began).await;
        for id in ["baker", "lakeside"] {
            let id = ClientId::from(id);
            duly_work::open_due::open_due(&store, &id, None, now())
                .await
                .unwrap();
            duly_work::close::end_tickets(&store, &id, now())
                .await
                .unwrap();
        }
        store.release_checkpoints(now()).await.unwrap();
        let web = Web {
            store: store.clone(),
            clock: Clock::Fixed(now()),
            access: Access::default(),
        };
        Self {
            router: router(web),
            store,
            tess,
            mara,
            omar,
            _dir: dir,
        }
    }

    /// The same world, some time later.
    pub fn later(mut self, by: SignedDuration) -> Self {
        self.router = router(Web {
            store: self.store.clone(),
            clock: Clock::Fixed(now() + by),
            access: Access::default(),
        });
        self
    }

    /// The same world, reached in another way.
    pub fn reached(mut self, access: Access) -> Self {
        self.router = router(Web {
            store: self.store.clone(),
            clock: Clock::Fixed(now()),
            access,
        });
        self
    }

    /// Somebody with a mail address who is invited; the invitation's address.
    pub async fn invited(&self, client: &str, name: &str, role: Role, mail: &str) -> String {
        let person = NewPerson {
            until: (role == Role::Auditor).then(|| now() + SignedDuration::from_hours(24 * 365)),
            ..NewPerson::drawn(&client.into(), name, role).unwrap()
        };
        let by = self.mara.id.clone();
        let valid = SignedDuration::from_hours(1);
        let made = self
            .store
            .invite_person(person, Some(mail.to_owned()), by, valid, now())
            .await
            .unwrap();
        let Invitation::Made { token, .. } = made else {
            panic!("{made:?}");
        };
        format!("/invitation/{token}")
    }

    /// Somebody more.
    pub async fn person(&self, client: &str, name: &str, role: Role) -> Person {
        person(&self.store, client, name, role, now()).await
    }

    /// A fresh one-time link's token.
    pub async fn link(&self, person: &Person) -> String {
        let valid = SignedDuration::from_mins(30);
        self.store
            .create_sign_in_link(&person.client, &person.id, valid, now())
            .await
            .unwrap()
    }

    /// A session's cookie.
    pub async fn cookie(&self, person: &Person) -> String {
        let link = self.link(person).await;
        let token = self
            .store
            .redeem_sign_in_link(&link, SESSION_FOR, now())
            .await
            .unwrap();
        format!("duly={}", token.unwrap())
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let is_page = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        // A browser shows a line break in a page as a space; so do these tests.
        let body = if is_page {
            body.split([' ', '\n'])
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            body
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Loads a page of somebody.
    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = request("GET", path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser on the same page does.
    pub async fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = request("POST", path)
            .header(header::COOKIE, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    /// The open ticket of a process for a client.
    pub async fn ticket(&self, client: &str, process: &str) -> Ticket {
        let filter = TicketFilter {
            client: Some(client.into()),
            process: Some(process.into()),
            owed: true,
            ..TicketFilter::default()
        };
        let listed = self
            .store
            .tickets(&filter, &duly_store::Page::widest())
            .await
            .unwrap();
        listed.rows.last().unwrap().clone()
    }

    /// Records a run of a ticket's first step with this judgement.
    pub async fn run(&self, ticket: &Ticket, judgement: serde_json::Value) -> RunId {
        let run = RunId(duly_store::random_id().unwrap());
        let (_, steps) = self
            .store
            .ticket(&ticket.client, &ticket.id)
            .await
            .unwrap()
            .unwrap();
        let start = RunStart {
            client: ticket.client.clone(),
            run: run.clone(),
            ticket: ticket.id.clone(),
            step: steps[0].id.clone(),
            person: None,
            commits: serde_json::json!({}),
        };
        let head = self.store.start_run(start, now()).await.unwrap();
        assert!(matches!(head, RunStarted::Started(Seen { .. })));
        let judgement: Judgement = serde_json::from_value(judgement).unwrap();
        let result = RunResult {
            client: ticket.client.clone(),
            run: run.clone(),
            judgement,
            observations: Vec::new(),
            snapshots: Vec::new(),
        };
        self.store.finish_run(result, now()).await.unwrap();
        self.store.release_checkpoints(now()).await.unwrap();
        run
    }

    pub async fn outcome(&self, client: &ClientId, ticket: &DutyId) -> Ticket {
        self.store.ticket(client, ticket).await.unwrap().unwrap().0
    }
}

/// A request from a browser on this machine.
pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:7177")
}

pub fn address(ticket: &Ticket) -> String {
    format!("/clients/{}/tickets/{}", ticket.client, ticket.id)
}

/// A judgement that failed: the job claims success and a folder is empty.
pub fn failed() -> serde_json::Value {
    serde_json::json!({
        "verdict": "fail", "level": "L0",
        "reasons": [{"code": "root-empty", "message": "the root /srv/db is empty"}],
        "coverage": {"claim": "given", "snapshots": 3, "history": "compared",
            "snapshots_compared": ["46c6b7921f"], "snapshot_time": "2026-11-24T02:00:00Z",
            "roots": ["/srv/db"]},
        "bounds": {}})
}

async fn person(store: &Store, client: &str, name: &str, role: Role, at: Timestamp) -> Person {
    let person = NewPerson {
        client: client.into(),
        id: duly_store::random_id().unwrap().into(),
        name: name.to_owned(),
        until: (role == Role::Auditor).then(|| at + SignedDuration::from_hours(24 * 365)),
        roles: [role].into(),
    };
    store.add_person(person, at).await.unwrap()
}

fn declared(id: &str, name: &str, backup: &str, at: Timestamp) -> DeclaredClient {
    let asset = |name: &str, kind: &str| DeclaredAsset {
        name: name.to_owned(),
        kind: kind.to_owned(),
        backup: None,
    };
    DeclaredClient {
        id: id.to_owned(),
        name: name.to_owned(),
        tz: "Europe/London".to_owned(),
        calendar: "england".to_owned(),
        assets: vec![asset(backup, "backup"), asset("front firewall", "firewall")],
        processes: vec![
            process("backup.restore-test", "backup", Some("backup.restore"), at),
            process("acct.review", "backup", None, at),
        ],
    }
}

/// A process on Tuesdays: a first step that a probe fills, or a person, and two for people.
fn process(id: &str, kind: &str, probe: Option<&str>, at: Timestamp) -> Process {
    let effective = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let mut first = serde_json::json!({"id": "first", "do": "Look", "gate": "critical"});
    match probe {
        Some(probe) => first["probe"] = probe.into(),
        None => first["evidence"] = serde_json::json!(["note"]),
    }
    serde_json::from_value(serde_json::json!({
        "rules": 1, "process": id, "effective": effective, "title": format!("Do {id}"),
        "applies-to": {"per": "asset", "kind": kind},
        "schedule": {
            "recurrence": {"every": "month", "interval": 1, "on": [
                {"weekday": {"nth": 4, "weekday": "tuesday"}}]},
            "at": "09:00:00", "tz": "client", "calendar": "client",
            "due-within": {"count": 5, "unit": "business-days"},
            "grace": {"count": 2, "unit": "business-days"}},
        "roles": {"does": "technician", "checks": "manager", "oversees": "executive"},
        "checklist": [first,
            {"id": "open", "do": "Open it", "gate": "critical", "evidence": ["note"]},
            {"id": "tell", "do": "Tell them", "gate": "standard", "evidence": ["note"]}],
        "quality-control": {
            "spot-check": {"rate-percent": 50},
            "rules": [{"id": "missed", "severity": "high"}]},
        "oversight": {"review-every": "month", "measures": [
            {"id": "done", "good": "duties.done", "total": "duties.due", "window": "12 months",
             "unit": "ratio", "better": "up", "target": "100%"}]}
    }))
    .unwrap()
}
