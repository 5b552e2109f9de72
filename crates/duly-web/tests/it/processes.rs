//! Writing, proposing, publishing and ending processes; the calendar, the load and the set-up: as a
//! browser without JavaScript goes through them.

use axum::body::Body;
use axum::http::StatusCode;
use duly_store::{Person, Role};

use crate::world::{Answer, World, now, request};

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

struct Mara {
    world: World,
    cookie: String,
}

impl Mara {
    async fn new() -> Self {
        let world = World::new().await;
        let cookie = world.cookie(&world.mara).await;
        Self { world, cookie }
    }

    async fn get(&self, path: &str) -> Answer {
        self.world.get(path, &self.cookie).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.world.post(path, &self.cookie, &form(fields)).await
    }

    /// Begins a draft; its address.
    async fn begin(&self, from: &str) -> String {
        let answer = self.post("/drafts", &[("from", from)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// The newest version that Baker & Sons has of a process.
    async fn newest(&self, process: &str) -> String {
        let published = self.world.store.published(&"baker".into()).await;
        let versions = published.unwrap().unwrap().processes;
        let mut own = versions
            .iter()
            .filter(|version| version.process.process.as_str() == process);
        own.next_back().unwrap().process.version()
    }

    async fn text(&self, draft: &str) -> String {
        let id = draft.rsplit('/').next().unwrap();
        let mara = &self.world.mara;
        let drafts = self
            .world
            .store
            .drafts(&mara.client, &mara.id)
            .await
            .unwrap();
        let found = drafts.into_iter().find(|draft| draft.id == id);
        found.unwrap().text
    }
}

#[tokio::test]
async fn what_is_refused_is_said_beside_the_text_with_its_place_and_nothing_is_lost() {
    let mara = Mara::new().await;
    let draft = mara.begin("catalogue:acct.review").await;
    let text = mara
        .text(&draft)
        .await
        .replace("does: technician", "does: tecnician");
    let fields = [
        ("text", text.as_str()),
        ("revision", "0"),
        ("then", "check"),
    ];
    let answer = mara.post(&draft, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "unknown-role",
        "did you mean `technician`?",
        "^^^",
        "column",
    ] {
        assert!(answer.body.contains(part), "{part}");
    }
    assert_eq!(mara.text(&draft).await, text, "it is saved all the same");
    let fields = [("text", "duly: 1"), ("revision", "1")];
    let answer = mara.post(&format!("{draft}/check"), &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.starts_with("<div id=\"found\""),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("checklist-missing"));
    assert!(
        answer.body.contains("data-revision=\"2\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_draft_is_nobody_elses() {
    let mara = Mara::new().await;
    let draft = mara.begin("nothing").await;
    let other = mara
        .world
        .person("provider", "Another", Role::Manager)
        .await;
    let cookie = mara.world.cookie(&other).await;
    let answer = mara.world.get(&draft, &cookie).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_version_is_seen_in_words_and_duties_before_it_is_published() {
    let mara = Mara::new().await;
    let draft = mara.begin("published:acct.review").await;
    let text = mara.text(&draft).await;
    let text = text.replace("gate: critical", "gate: standard");
    let fields = [
        ("text", text.as_str()),
        ("revision", "0"),
        ("then", "changes"),
    ];
    let answer = mara.post(&draft, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = mara.get(&format!("{draft}/changes")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "asks for less than before",
        "is standard, before critical",
        "Line by line",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let seen = mara.newest("acct.review").await;
    let mut fields = vec![
        ("client", "baker"),
        ("seen.baker", seen.as_str()),
        ("revision", "1"),
        ("reason", "The client asked for it"),
    ];
    let publish = format!("{draft}/publish");
    let answer = mara.post(&publish, &fields).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "less needs a word"
    );
    assert!(answer.body.contains("say that you know it"));
    fields.push(("loosens", "yes"));
    let mut stale = fields.clone();
    stale[1] = ("seen.baker", "2020-01-01");
    let answer = mara.post(&publish, &stale).await;
    assert!(
        answer.body.contains("published since you looked"),
        "{}",
        answer.body
    );
    let answer = mara.post(&publish, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header("location"), "/processes/acct.review");
    // Omar sees what became less, and why; Lakeside keeps what it had.
    let cookie = mara.world.cookie(&mara.world.omar).await;
    let page = mara.world.get("/processes/acct.review", &cookie).await;
    assert!(
        page.body.contains("The client asked for it"),
        "{}",
        page.body
    );
    assert!(page.body.contains("asks for less"), "{}", page.body);
    let other = mara.world.store.origins(&"lakeside".into()).await.unwrap();
    assert!(other.is_empty());
    let gone = mara.get(&draft).await;
    assert_eq!(
        gone.status,
        StatusCode::NOT_FOUND,
        "the draft has done its work"
    );
}

#[tokio::test]
async fn what_one_client_has_otherwise_is_shown_and_may_not_be_less() {
    let mara = Mara::new().await;
    let draft = mara.begin("published:acct.review").await;
    let page = mara
        .get(&format!("{draft}/changes?client=baker&at.baker=14%3A30"))
        .await;
    assert!(page.body.contains("It opens at 14:30"), "{}", page.body);
    assert!(page.body.contains("Otherwise than in the common version"));
    let page = mara
        .get(&format!("{draft}/changes?client=baker&grace.baker=99+days"))
        .await;
    assert!(
        page.body.contains("longer than the common"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Publish it for"), "{}", page.body);
    let page = mara
        .get(&format!("{draft}/changes?client=baker&days.baker=whenever"))
        .await;
    assert!(
        page.body.contains("Baker &#38; Sons, days:"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_process_ends_only_without_open_tickets_and_from_tomorrow_on() {
    let mara = Mara::new().await;
    let page = mara.get("/processes/acct.review/end?client=baker").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("It ends: nothing is due from 2026-11-25 on"),
        "{}",
        page.body
    );
    let seen = mara.newest("acct.review").await;
    let fields = [
        ("client", "baker"),
        ("seen.baker", seen.as_str()),
        ("revision", "0"),
        ("from", "2026-11-25"),
        ("reason", "They do it themselves now"),
        ("loosens", "yes"),
    ];
    let answer = mara.post("/processes/acct.review/end", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("open ticket"), "{}", answer.body);
    let page = mara
        .get("/processes/acct.review/end?client=baker&from=2026-11-24")
        .await;
    assert!(page.body.contains("from tomorrow on"), "{}", page.body);
}

#[tokio::test]
async fn the_calendar_lists_what_is_to_come_and_a_private_address_shows_it_until_revoked() {
    let mara = Mara::new().await;
    let page = mara.get("/calendar").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The next twelve months"));
    let made = mara.post("/calendar/links", &[]).await;
    let (_, rest) = made.body.split_once("/calendar/").unwrap();
    let token = made
        .body
        .split(".ics")
        .next()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap();
    assert_eq!(token.len(), 64, "{rest}");
    let file = request("GET", &format!("/calendar/{token}.ics")).body(Body::empty());
    let file = mara.world.send(file.unwrap()).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert!(
        file.body.starts_with("BEGIN:VCALENDAR\r\n"),
        "{}",
        file.body
    );
    assert!(file.body.contains("BEGIN:VEVENT"));
    let mara_person = &mara.world.mara;
    let links = mara
        .world
        .store
        .calendar_links(&mara_person.client, &mara_person.id);
    let id = links.await.unwrap()[0].id.clone();
    let revoked = mara
        .post(&format!("/calendar/links/{id}/revoke"), &[])
        .await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER);
    let file = request("GET", &format!("/calendar/{token}.ics")).body(Body::empty());
    let file = mara.world.send(file.unwrap()).await;
    assert_eq!(file.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owners_private_address_shows_their_own_client_alone() {
    let mara = Mara::new().await;
    let omar = &mara.world.omar;
    let store = &mara.world.store;
    let token = store
        .create_calendar_link(&omar.client, &omar.id, now())
        .await
        .unwrap();
    let file = request("GET", &format!("/calendar/{token}.ics")).body(Body::empty());
    let file = mara.world.send(file.unwrap()).await;
    assert!(file.body.contains("Baker"), "{}", file.body);
    assert!(!file.body.contains("Lakeside"), "{}", file.body);
}

#[tokio::test]
async fn the_load_says_hours_and_what_nobody_estimated() {
    let mara = Mara::new().await;
    let page = mara.get("/load").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Week of") && page.body.contains("technician"),
        "{}",
        page.body
    );
}

async fn administrator(world: &World) -> (Person, String) {
    let person = world.person("provider", "Uma", Role::Administrator).await;
    let cookie = world.cookie(&person).await;
    (person, cookie)
}

#[tokio::test]
async fn the_set_up_leads_from_a_client_to_processes_and_people() {
    let mara = Mara::new().await;
    let fields = [
        ("name", "Orchard School"),
        ("tz", "Europe/London"),
        ("calendar", "england"),
    ];
    let wrong = mara
        .post("/set-up/client", &[("name", ""), ("tz", "Mars"), fields[2]])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Write a name.") && wrong.body.contains("There is no time zone"));
    let answer = mara.post("/set-up/client", &fields).await;
    let to = answer.header("location");
    assert_eq!(
        to, "/set-up/assets?client=orchard-school",
        "{}",
        answer.body
    );
    let asset = [
        ("client", "orchard-school"),
        ("kind", "firewall"),
        ("name", "front door"),
    ];
    let answer = mara.post("/set-up/assets", &asset).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = mara.get("/set-up/processes?client=orchard-school").await;
    assert!(
        page.body
            .contains("Keep the firmware of the firewall current"),
        "{}",
        page.body
    );
    let taken = [("client", "orchard-school"), ("process", "fw.firmware")];
    let answer = mara.post("/set-up/processes", &taken).await;
    assert_eq!(
        answer.header("location"),
        "/set-up/people",
        "{}",
        answer.body
    );
    let page = mara.get("/processes/fw.firmware").await;
    assert!(page.body.contains("Orchard School"), "{}", page.body);
    let (_, uma) = administrator(&mara.world).await;
    let eve = form(&[("name", "Eve"), ("role", "executive")]);
    let answer = mara.world.post("/set-up/people", &uma, &eve).await;
    assert!(answer.body.contains("/sign-in/"), "{}", answer.body);
    assert_eq!(
        answer.body.matches(">Eve</th>").count(),
        1,
        "{}",
        answer.body
    );
    let page = mara.get("/set-up").await;
    assert!(page.body.contains("3 clients"), "{}", page.body);
}

#[tokio::test]
async fn a_repository_is_sealed_and_its_password_never_shown() {
    let mara = Mara::new().await;
    let mut fields = vec![
        ("client", "baker"),
        ("kind", "backup"),
        ("name", "mail store"),
        ("repository", "backup/mail"),
        ("roots", ""),
        ("manifest", "/var/lib/mail.manifest"),
        ("password", "correct horse"),
    ];
    let wrong = mara.post("/set-up/assets", &fields).await;
    assert!(
        wrong.body.contains("Name at least one folder"),
        "{}",
        wrong.body
    );
    assert!(wrong.body.contains("is not a whole path"), "{}", wrong.body);
    assert!(!wrong.body.contains("correct horse"));
    fields[3] = ("repository", "/backup/mail");
    fields[4] = ("roots", "/srv/mail\r\n/srv/queue");
    let answer = mara.post("/set-up/assets", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let client = "baker".into();
    let assets = duly_work::lists::assets(&mara.world.store, &client)
        .await
        .unwrap();
    let asset = assets.iter().find(|row| row.name == "mail store").unwrap();
    let settings = mara
        .world
        .store
        .open_asset_settings(&client, &asset.scope.id)
        .await
        .unwrap();
    assert!(settings.unwrap().contains("/srv/queue"));
}
