//! Telling people and mirroring tickets, from a duty to somebody else's real server and back.

use std::time::Duration;

use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use duly_core::telling::quiet::Quiet;
use duly_core::telling::{Kind, Notice, Preferences, UNDELIVERED_FOR};
use duly_send::webhook::secret_from;
use duly_store::{Mirrored, NewClient, NewPerson, Page, Role};
use duly_work::clock::Clock;
use duly_work::count;
use duly_work::telling::connection::{DeskKind, Security, Settings, add};
use duly_work::telling::send::{SendRound, Sender};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::server::{Server, free_port};
use crate::tracker::Tracker;
use crate::world::{OPENED, World, at, baker, days_later};

const LINKS: &str = "https://duly.harbour.example";

struct Told {
    world: World,
    sender: Sender,
    mara: PersonId,
}

fn provider() -> ClientId {
    Client::PROVIDER.into()
}

async fn told() -> Told {
    let world = World::new().await;
    let store = &world.store;
    let client = NewClient {
        scope: Client {
            id: provider(),
            tz: "Europe/London".to_owned(),
            calendar: "weekends".to_owned(),
        },
        name: "Harbour IT".to_owned(),
        origin: "duly.example/provider".to_owned(),
        provider: true,
    };
    store.create_client(client, at(OPENED)).await.unwrap();
    let mara = NewPerson::drawn(&provider(), "Mara", Role::Manager).unwrap();
    let mara = store.add_person(mara, at(OPENED)).await.unwrap().id;
    let sender = Sender::new(store.clone(), Some(LINKS.to_owned()));
    let told = Told {
        world,
        sender,
        mara,
    };
    told.prefers(Preferences::default()).await;
    told
}

fn smtp(port: u16) -> Settings {
    Settings::Smtp {
        host: "localhost".to_owned(),
        port,
        security: Security::Plain,
        login: None,
        from: "duly@harbour.example".to_owned(),
        authority: None,
    }
}

fn mail_server() -> (Server, u16) {
    Server::script("mail_server.py", &["plain", "-", "-"])
}

impl Told {
    async fn prefers(&self, preferences: Preferences) {
        let preferences = Preferences {
            mail: Some("mara@harbour.example".to_owned()),
            ..preferences
        };
        let (store, mara) = (&self.world.store, &self.mara);
        store
            .keep_preferences(&provider(), mara, preferences, at(OPENED))
            .await
            .unwrap();
    }

    /// No summary, so that a test sees only what it is about.
    async fn without_summary(&self) {
        self.prefers(Preferences {
            off: [Kind::Summary].into(),
            ..Preferences::default()
        })
        .await;
    }

    async fn connect(&self, settings: &Settings, secret: Option<&str>) -> String {
        let store = &self.world.store;
        let added = add(store, "It", settings, secret, &self.mara, at(OPENED)).await;
        added.unwrap().unwrap()
    }

    async fn send(&self, now: Timestamp) -> SendRound {
        self.sender.round(Clock::Fixed(now)).await.unwrap()
    }

    async fn test_message(&self, now: Timestamp) {
        let notice = Notice::new(Kind::Test, duly_core::process::Severity::High, "A test")
            .to_people(std::slice::from_ref(&self.mara));
        self.world
            .store
            .tell(&provider(), notice, now)
            .await
            .unwrap();
    }

    async fn warned_of(&self) -> Vec<String> {
        let listed = self
            .world
            .store
            .warnings(&provider(), &Page::widest())
            .await;
        let rows = listed.unwrap().rows;
        rows.into_iter()
            .map(|warning| warning.raised.rule)
            .collect()
    }
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now + SignedDuration::from_secs(seconds)
}

fn taken(server: &Server) -> Value {
    serde_json::from_str(&server.line()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_in_an_outage_is_one_mail_with_titles_and_links() {
    let told = told().await;
    told.without_summary().await;
    let (server, port) = mail_server();
    told.connect(&smtp(port), None).await;
    let now = days_later(60);
    told.world.round(now).await;
    let tickets = told.world.tickets().await;
    let missed = tickets
        .iter()
        .filter(|ticket| ticket.outcome == duly_core::accounts::Outcome::Missed)
        .count();
    assert!(missed > 3, "{missed}");
    assert_eq!(
        told.send(now).await,
        SendRound::default(),
        "it is still gathered"
    );
    assert_eq!(told.send(later(now, 61)).await.delivered, 1);
    let mail = taken(&server);
    let body = mail["body"].as_str().unwrap();
    assert_eq!(body.matches("* Missed: ").count(), missed, "{body}");
    assert!(body.contains("Baker & Sons"), "{body}");
    assert!(
        body.contains("https://duly.harbour.example/clients/baker/tickets/"),
        "{body}"
    );
    assert_eq!(told.send(later(now, 120)).await, SendRound::default());
    assert!(!server.said_more());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_mail_server_delays_no_duty_is_warned_of_and_is_caught_up_with() {
    let told = told().await;
    told.without_summary().await;
    let dead = told.connect(&smtp(free_port()), None).await;
    let now = days_later(10);
    told.test_message(now).await;
    assert_eq!(told.send(now).await.not_delivered, 1);
    let round = told.world.round(now).await;
    assert!(round.opened > 0);
    assert!(told.warned_of().await.is_empty(), "it may work in a minute");
    let mut at = now;
    while at.duration_since(now) <= UNDELIVERED_FOR {
        at = later(at, 400);
        told.send(at).await;
    }
    assert_eq!(told.warned_of().await, ["undeliverable"]);
    let states = told.world.store.connections().await.unwrap();
    assert!(states[0].problem.is_some());
    assert!(states[0].waiting >= 1);
    // Somebody mends it.
    let (server, port) = mail_server();
    let mended = duly_store::KeptConnection {
        settings: serde_json::to_value(smtp(port)).unwrap(),
        ..states[0].kept.clone()
    };
    assert_eq!(mended.id, dead);
    told.world
        .store
        .keep_connection(mended, &told.mara, at)
        .await
        .unwrap();
    let mut arrived = 0;
    for _ in 0..20 {
        at = later(at, 3_600);
        arrived += told.send(at).await.delivered;
    }
    assert!(arrived >= 1);
    assert!(
        taken(&server)["body"]
            .as_str()
            .unwrap()
            .contains("* A test")
    );
    assert!(told.warned_of().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_recipient_is_given_up_at_once_and_named_in_a_warning() {
    let told = told().await;
    let (_server, port) = mail_server();
    told.connect(&smtp(port), None).await;
    let refused = Preferences {
        mail: Some("refused@harbour.example".to_owned()),
        off: [Kind::Summary].into(),
        ..Preferences::default()
    };
    let (store, mara) = (&told.world.store, &told.mara);
    store
        .keep_preferences(&provider(), mara, refused, at(OPENED))
        .await
        .unwrap();
    told.test_message(days_later(1)).await;
    assert_eq!(told.send(days_later(1)).await.not_delivered, 1);
    let state = &store.connections().await.unwrap()[0];
    assert_eq!((state.waiting, state.failed), (0, 1));
    assert_eq!(told.warned_of().await, ["undeliverable"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daily_summary_has_the_figures_of_the_page_and_comes_once_a_day() {
    let told = told().await;
    let (server, port) = mail_server();
    told.connect(&smtp(port), None).await;
    let now = at("2026-02-10T08:00:00Z");
    told.world.round(now).await;
    assert_eq!(told.send(now).await.delivered, 1);
    let mail = taken(&server);
    let body = mail["body"].as_str().unwrap();
    let month = ("2026-02-01".parse().unwrap(), "2026-02-28".parse().unwrap());
    let store = &told.world.store;
    let counted = count::equation(store, &baker(), month.0, month.1, now)
        .await
        .unwrap();
    let figures = duly_work::telling::text::equation(&counted);
    assert!(
        body.contains(&format!("February 2026: {figures}")),
        "{body}"
    );
    assert!(body.contains("Missed and owed: "), "{body}");
    assert!(
        body.contains("https://duly.harbour.example/account/messages"),
        "{body}"
    );
    told.send(later(now, 30)).await;
    assert!(!server.said_more());
    // The missed ones of that round come as a mail of their own meanwhile; the summary tomorrow.
    told.send(at("2026-02-11T07:29:00Z")).await;
    let other = taken(&server);
    assert!(
        other["body"].as_str().unwrap().contains("* Missed"),
        "{other}"
    );
    told.send(at("2026-02-11T07:31:00Z")).await;
    assert!(
        taken(&server)["body"]
            .as_str()
            .unwrap()
            .contains("February 2026")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_quiet_hours_only_what_is_of_high_severity_arrives() {
    let told = told().await;
    let (server, port) = mail_server();
    told.connect(&smtp(port), None).await;
    told.prefers(Preferences {
        off: [Kind::Summary].into(),
        quiet: Some(Quiet {
            from: "22:00".parse().unwrap(),
            to: "07:00".parse().unwrap(),
        }),
        ..Preferences::default()
    })
    .await;
    let night = at("2026-02-10T23:00:00Z");
    let severities = [
        (duly_core::process::Severity::Medium, "It can wait"),
        (duly_core::process::Severity::High, "It cannot wait"),
    ];
    for (severity, line) in severities {
        let notice = Notice::new(Kind::ExceptionAsked, severity, line);
        told.world
            .store
            .tell(&baker(), notice, night)
            .await
            .unwrap();
    }
    assert_eq!(told.send(night).await.delivered, 1);
    assert!(
        taken(&server)["body"]
            .as_str()
            .unwrap()
            .contains("It cannot wait")
    );
    assert_eq!(told.send(at("2026-02-11T06:59:00Z")).await.delivered, 0);
    assert_eq!(told.send(at("2026-02-11T07:00:00Z")).await.delivered, 1);
    assert!(
        taken(&server)["body"]
            .as_str()
            .unwrap()
            .contains("It can wait")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_told_with_a_signature_that_is_right() {
    let told = told().await;
    let secret = secret_from(&[7; 32]);
    let (server, port) = Server::script("hook_server.py", &[&secret]);
    let hook = Settings::Webhook {
        address: format!("http://127.0.0.1:{port}/ok"),
        private: true,
    };
    told.connect(&hook, Some(&secret)).await;
    told.test_message(days_later(1)).await;
    assert_eq!(told.send(days_later(1)).await.delivered, 1);
    let seen = taken(&server);
    assert_eq!(seen["right"], true);
    let body: Value = serde_json::from_str(seen["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["type"], "duly.test");
    assert_eq!(body["data"]["notices"][0]["line"], "A test");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_help_desk_that_takes_mail_gets_one_mail_a_ticket() {
    let told = told().await;
    told.without_summary().await;
    let (server, port) = mail_server();
    told.connect(&smtp(port), None).await;
    let desk = Settings::MailDesk {
        to: "help@desk.example".to_owned(),
        follows: false,
    };
    let desk = told.connect(&desk, None).await;
    let now = days_later(14);
    told.world.round(now).await;
    let mut sent = 0;
    for second in 0..4 {
        sent += told.send(later(now, second)).await.delivered;
    }
    let store = &told.world.store;
    let mut mirrored = 0;
    for ticket in told.world.tickets().await {
        mirrored += store.mirrors_of(&baker(), &ticket.id).await.unwrap().len();
    }
    assert!(mirrored >= 1);
    assert_eq!(sent, mirrored);
    let mut tags = std::collections::BTreeSet::new();
    for _ in 0..sent {
        let mail = taken(&server);
        assert_eq!(mail["to"], serde_json::json!(["help@desk.example"]));
        let headers = mail["headers"].as_array().unwrap();
        let subject = headers.iter().find(|pair| pair[0] == "Subject").unwrap();
        let subject = subject[1].as_str().unwrap();
        assert!(subject.starts_with("[duly "), "{subject}");
        assert!(tags.insert(subject[..23].to_owned()), "twice: {subject}");
        assert!(mail["body"].as_str().unwrap().contains("duly's id: "));
    }
    assert!(!server.said_more());
    assert!(store.without_mirror(&desk, 500).await.unwrap().len() < told.world.ids().await.len());
}

async fn first_mirror(told: &Told) -> Mirrored {
    let mut mirror = None;
    for ticket in told.world.tickets().await {
        let found = told.world.store.mirrors_of(&baker(), &ticket.id).await;
        mirror = mirror.or(found.unwrap().into_iter().next());
    }
    mirror.unwrap()
}

async fn is_closed(tracker: &Tracker, id: &str) -> bool {
    let (desk, id) = (tracker.desk.clone(), id.to_owned());
    let seen = tokio::task::spawn_blocking(move || desk.look(&id)).await;
    seen.unwrap().unwrap().unwrap().is_closed
}

async fn close(tracker: &Tracker, id: &str) {
    let (desk, id) = (tracker.desk.clone(), id.to_owned());
    let closing = tokio::task::spawn_blocking(move || desk.close(&id, "Somebody closes it."));
    closing.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_in_a_real_help_desk_follows_its_duty_and_never_leads_it() {
    let tracker = tokio::task::spawn_blocking(Tracker::start).await.unwrap();
    let told = told().await;
    let desk = &tracker.desk;
    let settings = Settings::Desk {
        desk: DeskKind::RequestTracker,
        address: desk.address.clone(),
        queue: desk.queue.clone(),
        requester: desk.requester.clone(),
        private: true,
        authority: None,
    };
    let connection = told.connect(&settings, Some(&desk.token)).await;
    let now = days_later(14);
    told.world.round(now).await;
    assert!(told.send(now).await.delivered >= 1);
    assert_eq!(
        told.send(later(now, 1)).await,
        SendRound::default(),
        "each once"
    );
    let store = &told.world.store;
    let mirror = first_mirror(&told).await;
    let id = mirror.foreign_id.clone().unwrap();
    let address = format!("Display.html?id={id}");
    assert!(mirror.link.as_deref().unwrap().ends_with(&address));
    let is_closed = async || is_closed(&tracker, &id).await;
    let close = async || close(&tracker, &id).await;
    // Somebody closes the mirror: the duty is still owed, and the mirror is opened again.
    let mut at = now;
    for _ in 0..duly_core::telling::mirror::REOPENED_MAX {
        close().await;
        at = later(at, 600);
        assert_eq!(told.sender.look(at).await.unwrap(), 1);
        assert_eq!(told.send(at).await.delivered, 1);
        assert!(!is_closed().await);
    }
    let (ticket, _) = store
        .ticket(&baker(), &mirror.ticket)
        .await
        .unwrap()
        .unwrap();
    assert!(ticket.is_owed());
    // A fourth time is not argued with.
    close().await;
    at = later(at, 600);
    assert_eq!(told.sender.look(at).await.unwrap(), 1);
    assert_eq!(told.send(at).await.delivered, 0);
    let warnings = store
        .warnings(&baker(), &Page::widest())
        .await
        .unwrap()
        .rows;
    assert!(
        warnings
            .iter()
            .any(|warning| warning.raised.rule == "mirror-closed")
    );
    // A connection that is gone mirrors nothing more.
    store
        .remove_connection(&connection, &told.mara, at)
        .await
        .unwrap();
    assert_eq!(told.send(later(at, 600)).await.delivered, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_is_stopped_while_a_peer_hangs_stops_at_once() {
    let told = told().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    told.connect(&smtp(silent.local_addr().unwrap().port()), None)
        .await;
    told.test_message(at(OPENED)).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(told.sender.clone().run(async {
        let _ = stopped.await;
    }));
    // It has taken the message when the peer is connected to.
    let (peer, _) = tokio::task::spawn_blocking(move || silent.accept())
        .await
        .unwrap()
        .unwrap();
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), running).await;
    ended.unwrap().unwrap();
    drop(peer);
}
