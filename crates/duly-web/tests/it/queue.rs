//! The filters of Today: each by itself and with the others, in the address and nowhere else.

use axum::http::StatusCode;
use duly_core::assignment::{Absence, Technicians};
use duly_store::{HandOver, Person, Role, Snooze, Ticket, statements_of};
use duly_web::SESSION_FOR;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, address, now};

/// Three technicians: Tess has Baker & Sons with Tom behind her, Una has Lakeside alone.
struct Staffed {
    world: World,
    tom: Person,
    una: Person,
    /// What the clock of the pages says.
    at: Timestamp,
}

impl Staffed {
    async fn new() -> Self {
        let world = World::new().await;
        let tom = world.person("provider", "Tom", Role::Technician).await;
        let una = world.person("provider", "Una", Role::Technician).await;
        let pairs = [("baker", &world.tess, Some(&tom)), ("lakeside", &una, None)];
        for (client, primary, backup) in pairs {
            let both = Technicians {
                primary: primary.id.clone(),
                backup: backup.map(|backup| backup.id.clone()),
            };
            let set = world
                .store
                .set_technicians(&client.into(), both, 0, &world.mara.id, now())
                .await;
            set.unwrap();
        }
        Self {
            world,
            tom,
            una,
            at: now(),
        }
    }

    /// A session that begins when the pages are looked at.
    async fn cookie(&self, person: &Person) -> String {
        let (store, valid) = (&self.world.store, SignedDuration::from_mins(30));
        let link = store
            .create_sign_in_link(&person.client, &person.id, valid, self.at)
            .await
            .unwrap();
        let token = store.redeem_sign_in_link(&link, SESSION_FOR, self.at).await;
        format!("duly={}", token.unwrap().unwrap())
    }

    /// Whose account review a view shows; each client has one, and one restore test.
    async fn shows(&self, person: &Person, path: &str) -> Vec<&'static str> {
        let cookie = self.cookie(person).await;
        let page = self.world.get(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let mut shown = Vec::new();
        for client in ["baker", "lakeside"] {
            let ticket = self.world.ticket(client, "acct.review").await;
            if page.body.contains(&address(&ticket)) {
                shown.push(client);
            }
        }
        shown
    }

    async fn page(&self, person: &Person, path: &str) -> String {
        let cookie = self.cookie(person).await;
        self.world.get(path, &cookie).await.body
    }

    async fn snooze(&self, ticket: &Ticket) {
        let snooze = Snooze {
            client: ticket.client.clone(),
            ticket: ticket.id.clone(),
            until: now() + SignedDuration::from_hours(20),
            reason: "the owner is away".to_owned(),
            person: self.world.tess.id.clone(),
        };
        self.world.store.snooze_ticket(snooze, now()).await.unwrap();
    }
}

const BAKERS: &str = "baker";
const LAKESIDES: &str = "lakeside";
const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn mine_are_those_of_the_clients_i_am_the_technician_of() {
    let staffed = Staffed::new().await;
    let tess = &staffed.world.tess;
    assert_eq!(staffed.shows(tess, "/?who=mine").await, [BAKERS]);
    assert_eq!(staffed.shows(&staffed.una, "/?who=mine").await, [LAKESIDES]);
    assert_eq!(staffed.shows(&staffed.tom, "/?who=mine").await, NOTHING);
    let page = staffed.page(tess, "/?who=mine").await;
    assert!(page.contains("Four things need you."), "{page}");
    assert!(
        page.contains("Baker &#38; Sons · office files · Tess"),
        "{page}"
    );
}

#[tokio::test]
async fn my_teams_are_those_of_whoever_shares_a_client_with_me() {
    let staffed = Staffed::new().await;
    assert_eq!(staffed.shows(&staffed.tom, "/?who=team").await, [BAKERS]);
    assert_eq!(staffed.shows(&staffed.una, "/?who=team").await, [LAKESIDES]);
    // A manager shares no client with anybody.
    let mara = &staffed.world.mara;
    assert_eq!(staffed.shows(mara, "/?who=team").await, NOTHING);
    let page = staffed.page(mara, "/?who=team").await;
    assert!(page.contains("Nothing needs your team."), "{page}");
    assert!(page.contains("Everybody’s: 8</a>"), "{page}");
}

#[tokio::test]
async fn everybodys_is_what_stands_there_without_a_filter() {
    let staffed = Staffed::new().await;
    let both = [BAKERS, LAKESIDES];
    for path in [
        "/",
        "/?who=all",
        "/?who=nonsense&state=nonsense",
        "/?client=",
    ] {
        assert_eq!(staffed.shows(&staffed.tom, path).await, both, "{path}");
    }
}

#[tokio::test]
async fn an_absence_and_a_hand_over_move_what_is_mine() {
    let staffed = Staffed::new().await;
    let Staffed {
        world, tom, una, ..
    } = &staffed;
    let away = Absence {
        person: world.tess.id.clone(),
        from: "2026-11-24".parse().unwrap(),
        to: None,
    };
    let provider = "provider".into();
    let entered = world
        .store
        .add_absence(&provider, away, &world.mara.id, now())
        .await;
    entered.unwrap();
    assert_eq!(staffed.shows(tom, "/?who=mine").await, [BAKERS]);
    assert_eq!(staffed.shows(&world.tess, "/?who=mine").await, NOTHING);
    let page = staffed.page(tom, "/?who=mine").await;
    assert!(page.contains("Tom, as backup"), "{page}");
    let ticket = world.ticket("baker", "acct.review").await;
    let handing = HandOver {
        client: ticket.client.clone(),
        ticket: ticket.id.clone(),
        handovers: 0,
        from: Some(tom.id.clone()),
        to: una.id.clone(),
        by: tom.id.clone(),
        word: "you know them".to_owned(),
    };
    world
        .store
        .hand_over(&provider, handing, now())
        .await
        .unwrap();
    assert_eq!(staffed.shows(tom, "/?who=mine").await, NOTHING);
    assert_eq!(staffed.shows(una, "/?who=mine").await, [BAKERS, LAKESIDES]);
    let page = staffed.page(una, "/?who=mine").await;
    assert!(page.contains("Una, handed over"), "{page}");
}

#[tokio::test]
async fn each_state_has_its_own_view() {
    let staffed = Staffed::new().await;
    let tess = staffed.world.tess.clone();
    let ticket = staffed.world.ticket("lakeside", "acct.review").await;
    staffed.snooze(&ticket).await;
    // Open, and due in five business days.
    assert_eq!(staffed.shows(&tess, "/?state=next").await, [BAKERS]);
    assert_eq!(staffed.shows(&tess, "/?state=waiting").await, [LAKESIDES]);
    assert_eq!(staffed.shows(&tess, "/").await, [BAKERS]);
    for empty in ["owed", "again", "late", "due"] {
        assert_eq!(
            staffed.shows(&tess, &format!("/?state={empty}")).await,
            NOTHING,
            "{empty}"
        );
    }
    let due = ticket.due_at.duration_since(now());
    let staffed = later(staffed, due - SignedDuration::from_hours(2)).await;
    let both = [BAKERS, LAKESIDES];
    assert_eq!(staffed.shows(&tess, "/?state=due").await, both);
    let staffed = later(staffed, due + SignedDuration::from_hours(1)).await;
    assert_eq!(staffed.shows(&tess, "/?state=late").await, both);
    assert_eq!(staffed.shows(&tess, "/?state=due").await, NOTHING);
}

#[tokio::test]
async fn what_was_missed_stays_owed_until_it_is_done() {
    let staffed = Staffed::new().await;
    let tess = staffed.world.tess.clone();
    let ticket = staffed.world.ticket("baker", "acct.review").await;
    let after = ticket.missed_at.duration_since(now()) + SignedDuration::from_hours(1);
    let ended = staffed
        .world
        .store
        .mark_missed(&ticket.client, now() + after)
        .await;
    assert_eq!(ended.unwrap().len(), 2);
    let staffed = later(staffed, after).await;
    assert_eq!(staffed.shows(&tess, "/?state=owed").await, [BAKERS]);
    assert_eq!(
        staffed.shows(&tess, "/?state=owed&who=mine").await,
        [BAKERS]
    );
    let page = staffed.page(&tess, "/?state=owed").await;
    assert!(
        page.contains("Six tickets are missed and still owed."),
        "{page}"
    );
}

/// The same world, some time after its beginning.
async fn later(staffed: Staffed, by: SignedDuration) -> Staffed {
    Staffed {
        world: staffed.world.later(by),
        at: now() + by,
        ..staffed
    }
}

#[tokio::test]
async fn filters_hold_together_and_each_choice_keeps_the_others() {
    let staffed = Staffed::new().await;
    let tess = staffed.world.tess.clone();
    let path = "/?who=mine&state=next&client=baker";
    assert_eq!(staffed.shows(&tess, path).await, [BAKERS]);
    let other = "/?who=mine&state=next&client=lakeside";
    assert_eq!(staffed.shows(&tess, other).await, NOTHING);
    let page = staffed.page(&tess, path).await;
    for link in [
        "/?who=team&#38;state=next&#38;client=baker",
        "/?who=mine&#38;state=late&#38;client=baker",
        "/?who=mine&#38;state=next&#38;client=lakeside",
        "href=\"/?who=mine&#38;client=baker\"",
    ] {
        assert!(page.contains(link), "{link}: {page}");
    }
    assert!(
        page.contains("Two tickets of yours for Baker &#38; Sons are due later."),
        "{page}"
    );
}

#[tokio::test]
async fn an_empty_view_says_what_else_there_is_and_how_to_leave_it() {
    let staffed = Staffed::new().await;
    let tess = staffed.world.tess.clone();
    let page = staffed.page(&tess, "/?who=mine&state=late").await;
    assert!(page.contains("Nothing of yours is late."), "{page}");
    let owed = "There are <a href=\"/?who=mine&#38;state=owed\">2 missed and still owed</a>, ";
    let next = "<a href=\"/?who=mine&#38;state=next\">2 due later</a>.";
    assert!(page.contains(owed) && page.contains(next), "{page}");
    assert!(
        page.contains("<a href=\"/\">Everything that needs somebody</a>"),
        "{page}"
    );
}

#[tokio::test]
async fn a_client_that_is_not_theirs_is_not_there() {
    let staffed = Staffed::new().await;
    let cookie = staffed.world.cookie(&staffed.world.tess).await;
    let answer = staffed.world.get("/?who=mine&client=nobody", &cookie).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn today_takes_the_same_number_of_statements_however_it_is_filtered() {
    let staffed = Staffed::new().await;
    let cookie = staffed.world.cookie(&staffed.world.tess).await;
    let world = &staffed.world;
    // The first reading counts the month.
    world.get("/", &cookie).await;
    let (_, all) = statements_of(world.get("/", &cookie)).await;
    let (_, mine) = statements_of(world.get("/?who=mine", &cookie)).await;
    assert_eq!(all, mine);
    assert!((5..=25).contains(&all), "{all}");
}
