//! Who does what: technicians, absences, hand-overs; and the assets that a client's ticket lists.

use std::sync::Arc;

use duly_core::assignment::{Absence, Technicians};
use duly_core::gate::Obstacle;
use duly_core::id::{AssetId, DutyId, PersonId};
use duly_core::process::Process;
use duly_core::scope::Asset;
use duly_core::telling::Kind;
use duly_core::verdict::Verdict;
use duly_store::{
    AssetRow, Assigning, ClosedBy, Closing, HandOver, OnStep, OpenDuty, Page, RowFill, StepChange,
    Store,
};
use jiff::Timestamp;

use crate::world::{baker, duties, duty, on, on_both, process, start, tess};

fn both(primary: &str, backup: Option<&str>) -> Technicians {
    Technicians {
        primary: primary.into(),
        backup: backup.map(Into::into),
    }
}

fn away(person: &str, from: &str, to: Option<&str>) -> Absence {
    Absence {
        person: person.into(),
        from: from.parse().unwrap(),
        to: to.map(|to| to.parse().unwrap()),
    }
}

fn handing(handovers: u64, word: &str) -> HandOver {
    HandOver {
        client: baker(),
        ticket: duty(0).duty.id,
        handovers,
        from: None,
        to: "p-tess".into(),
        by: "p-mara".into(),
        word: word.to_owned(),
    }
}

/// A review of all backups of the client at once.
fn of_client() -> Process {
    let mut process = process();
    process.process = "backup.review".into();
    let applies = serde_json::json!({ "per": "client", "kind": "backup" });
    process.applies_to = serde_json::from_value(applies).unwrap();
    process.checklist.truncate(2);
    process.checklist.remove(0);
    process
}

fn review(process: &Process) -> OpenDuty {
    let mut open = duty(0);
    open.duty.process = process.process.clone();
    open.duty.asset = None;
    open.duty.id = DutyId::of(&baker(), &process.process, None, open.duty.slot);
    open.checklist = Arc::from(process.checklist.clone());
    open
}

async fn add(store: &Store, id: &str, kind: &str, since: &str) {
    let scope = Asset {
        id: id.into(),
        client: baker(),
        kind: kind.to_owned(),
        since: since.parse().unwrap(),
        until: None,
    };
    let name = format!("Name of {id}");
    store
        .add_asset(AssetRow { scope, name }, start())
        .await
        .unwrap();
}

fn row(asset: &str, revision: u64, verdict: Verdict, note: &str, ticket: &DutyId) -> RowFill {
    RowFill {
        client: baker(),
        ticket: ticket.clone(),
        asset: asset.into(),
        revision,
        person: "p-tess".into(),
        verdict,
        note: note.to_owned(),
    }
}

async fn fill_open(store: &Store, ticket: &DutyId, person: &PersonId, now: Timestamp) {
    let on = OnStep {
        ticket: ticket.clone(),
        ..on("open", 0, person)
    };
    let fill = duly_store::Fill::of(Verdict::Pass, "looked");
    store.fill_step(on, fill, now).await.unwrap();
}

/// What is told, and of whom it is asked.
async fn told(store: &Store) -> Vec<(Kind, Vec<PersonId>)> {
    let told = store.untold().await.unwrap();
    let each = told
        .into_iter()
        .map(|one| (one.notice.kind, one.notice.people));
    each.collect()
}

on_both! {
    async fn whoever_gets_a_client_or_a_ticket_is_told(place: Place) {
        let store = place.baker().await;
        tess(&store).await;
        store.open_duties(&baker(), &duties(1), start()).await.unwrap();
        let mara = PersonId::from("p-mara");
        let technicians = both("p-tess", Some("p-mara"));
        let set = store.set_technicians(&baker(), technicians, 0, &mara, start()).await;
        assert_eq!(set.unwrap(), Assigning::Made);
        let tess = vec![PersonId::from("p-tess")];
        assert_eq!(told(&store).await, [(Kind::Assignment, tess.clone())]);
        let handed = store.hand_over(&baker(), handing(0, "the key is at the desk"), start()).await;
        assert_eq!(handed.unwrap(), Assigning::Made);
        let both = told(&store).await;
        assert!(both.contains(&(Kind::HandOver, tess)), "{both:?}");
    }

    async fn technicians_are_set_by_whoever_saw_who_they_were(place: Place) {
        let store = place.baker().await;
        let (mara, now) = (PersonId::from("p-mara"), start());
        let client = baker();
        let set = |both, seen| store.set_technicians(&client, both, seen, &mara, now);
        assert_eq!(set(both("p-tess", Some("p-tess")), 0).await.unwrap(), Assigning::Contradiction);
        assert_eq!(set(both("p-tess", Some("p-tom")), 0).await.unwrap(), Assigning::Made);
        assert_eq!(set(both("p-tom", None), 0).await.unwrap(), Assigning::Raced);
        assert_eq!(set(both("p-tom", None), 1).await.unwrap(), Assigning::Made);
        let assigned = store.technicians(&baker()).await.unwrap().unwrap();
        assert_eq!((assigned.technicians, assigned.revision), (both("p-tom", None), 2));
        assert_eq!(store.all_technicians(&Page::default()).await.unwrap().rows.len(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_absence_is_entered_taken_back_and_over_after_its_last_day(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, start());
        let client = baker();
        let add = |absence| store.add_absence(&client, absence, &person, now);
        let backwards = away("p-tess", "2026-01-05", Some("2026-01-04"));
        assert_eq!(add(backwards).await.unwrap(), Assigning::Contradiction);
        let stranger = away("p-nobody", "2026-01-05", None);
        assert_eq!(add(stranger).await.unwrap(), Assigning::NoPerson);
        let week = away("p-tess", "2026-01-05", Some("2026-01-09"));
        assert_eq!(add(week.clone()).await.unwrap(), Assigning::Made);
        let on = |date: &str| store.absences(&client, date.parse().unwrap());
        assert_eq!(on("2026-01-09").await.unwrap()[0].absence, week);
        assert!(on("2026-01-10").await.unwrap().is_empty());
        let id = on("2026-01-01").await.unwrap()[0].id.clone();
        let back = store.end_absence(&baker(), &id, &person, now).await.unwrap();
        assert_eq!(back, Assigning::Made);
        let twice = store.end_absence(&baker(), &id, &person, now).await.unwrap();
        assert_eq!(twice, Assigning::NoSuch);
        assert!(on("2026-01-01").await.unwrap().is_empty());
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_left_is_away_for_ever(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        store.remove_person(&baker(), &person, start()).await.unwrap();
        let gone = store.absences(&baker(), "2030-01-01".parse().unwrap()).await.unwrap();
        assert_eq!((&gone[0].absence.person, gone[0].absence.to), (&person, None));
        store.close().await;
    }

    async fn a_ticket_is_handed_over_once_from_what_was_seen(place: Place) {
        let store = place.baker().await;
        let now = duty(0).duty.opens_at;
        tess(&store).await;
        let staff = baker();
        let hand = |what| store.hand_over(&staff, what, now);
        assert_eq!(hand(handing(0, "x")).await.unwrap(), Assigning::NoSuch);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        assert_eq!(hand(handing(0, " ")).await.unwrap(), Assigning::NoWord);
        let stranger = HandOver { to: "p-nobody".into(), ..handing(0, "x") };
        assert_eq!(hand(stranger).await.unwrap(), Assigning::NoPerson);
        let (first, second) = tokio::join!(hand(handing(0, "one")), hand(handing(0, "two")));
        let mut came = [first.unwrap(), second.unwrap()];
        came.sort_by_key(|one| *one == Assigning::Raced);
        assert_eq!(came, [Assigning::Made, Assigning::Raced]);
        let (ticket, _) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        assert_eq!((ticket.handed_to, ticket.handovers), (Some("p-tess".into()), 1));
        assert_eq!(store.handovers_of(&baker(), &duty(0).duty.id).await.unwrap().len(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_ticket_about_a_client_lists_every_asset_of_its_kind_in_care_and_no_other(
        place: Place
    ) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        let process = of_client();
        store.publish_process(&baker(), &process, start()).await.unwrap();
        add(&store, "a-mail", "backup", "2026-01-01").await;
        add(&store, "a-later", "backup", "2026-01-03").await;
        add(&store, "a-wall", "firewall", "2026-01-01").await;
        let review = review(&process);
        let id = review.duty.id.clone();
        store.open_duties(&baker(), std::slice::from_ref(&review), now).await.unwrap();
        store.open_duties(&baker(), std::slice::from_ref(&review), now).await.unwrap();
        let listed = store.ticket_assets(&baker(), &id, &Page::default()).await.unwrap().rows;
        let assets: Vec<&AssetId> = listed.iter().map(|row| &row.asset).collect();
        assert_eq!(assets, [&AssetId::from("a-files"), &AssetId::from("a-mail")]);
        let entries = store.entries_of(&baker(), &id).await.unwrap();
        assert_eq!(entries[0].fields["assets"], r#"["a-files","a-mail"]"#);

        fill_open(&store, &id, &person, now).await;
        let by = |word: Option<&str>| {
            let word = word.map(str::to_owned);
            Some(ClosedBy { person: person.clone(), word })
        };
        store.fill_row(row("a-mail", 0, Verdict::Pass, "", &id), now).await.unwrap();
        let early = store.close_ticket(&baker(), &id, by(None), now).await.unwrap();
        let open = Obstacle::RowOpen { asset: "a-files".into() };
        assert_eq!(early, Closing::GatesOpen(vec![open]));
        let mute = store.fill_row(row("a-files", 0, Verdict::Fail, " ", &id), now).await.unwrap();
        assert_eq!(mute, StepChange::NoReason);
        let told = row("a-files", 0, Verdict::Fail, "no room left", &id);
        let changed = store.fill_row(told.clone(), now).await.unwrap();
        assert_eq!(changed, StepChange::Changed { revision: 1 });
        let raced = store.fill_row(told, now).await.unwrap();
        assert_eq!(raced, StepChange::Raced { revision: 1 });
        let mute = store.close_ticket(&baker(), &id, by(None), now).await.unwrap();
        assert_eq!(mute, Closing::GatesOpen(vec![Obstacle::NoWord]));
        let closed = store.close_ticket(&baker(), &id, by(Some("more room")), now).await.unwrap();
        assert!(matches!(closed, Closing::Closed { verdict: Verdict::Fail, .. }), "{closed:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_process_published_anew_changes_nothing_in_a_ticket_that_is_open(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let before = store.ticket(&baker(), &duty(0).duty.id).await.unwrap();
        let mut newer = process();
        newer.effective = "2026-01-05".parse().unwrap();
        newer.checklist.truncate(1);
        newer.checklist[0].text = "Do something else".to_owned();
        store.publish_process(&baker(), &newer, now).await.unwrap();
        let reopened = OpenDuty { checklist: newer.checklist.clone().into(), ..duty(0) };
        store.open_duties(&baker(), &[reopened], now).await.unwrap();
        assert_eq!(store.ticket(&baker(), &duty(0).duty.id).await.unwrap(), before);
        fill_open(&store, &duty(0).duty.id, &person, now).await;
        store.close().await;
        place.assert_sound().await;
    }
}
