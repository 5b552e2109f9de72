//! The queue of Today and what the worker asks: the same answers as from tickets read one by one,
//! in a number of statements that does not grow with them.

use std::collections::BTreeSet;

use duly_core::id::{ClientId, DutyId, PersonId};
use duly_store::{
    HandOver, OpenDuty, Page, QueueAt, QueueFilter, QueueState, Snooze, Store, statements_of,
};
use jiff::Timestamp;

use crate::world::{at, baker, days, duties, duty, on_both, process, tess};

/// Two weeks after the first day, half an hour after its tickets open.
fn now() -> Timestamp {
    at("2026-01-11T09:30:00Z")
}

fn asked() -> QueueAt {
    QueueAt {
        now: now(),
        day_end: at("2026-01-12T00:00:00Z"),
        month_first: "2026-01-04".parse().unwrap(),
        probes: vec!["backup.restore".to_owned(), "backup.presence".to_owned()],
    }
}

/// Seven days missed and owed, one that is only measured, one late, one due today, one snoozed and
/// one for later; the first was handed to Tess.
async fn busy(store: &Store) -> PersonId {
    let tess = tess(store).await;
    let mut all = duties(12);
    all[7].checklist = process().checklist[..1].into();
    store.open_duties(&baker(), &all, now()).await.unwrap();
    assert_eq!(store.mark_missed(&baker(), now()).await.unwrap().len(), 7);
    let snooze = Snooze {
        client: baker(),
        ticket: duty(10).duty.id,
        until: now() + days(1),
        reason: "the owner is away".to_owned(),
        person: tess.clone(),
    };
    store.snooze_ticket(snooze, now()).await.unwrap();
    let handing = HandOver {
        client: baker(),
        ticket: duty(0).duty.id,
        handovers: 0,
        from: None,
        to: tess.clone(),
        by: tess.clone(),
        word: "you know them".to_owned(),
    };
    store.hand_over(&baker(), handing, now()).await.unwrap();
    tess
}

async fn days_of(store: &Store, filter: &QueueFilter, rows: u32) -> Vec<i64> {
    let mut page = Page { after: None, rows };
    let mut all = Vec::new();
    loop {
        let listed = store.queue(filter, &asked(), &page).await.unwrap();
        all.extend(listed.rows.iter().map(|one| day_of(&one.ticket.id)));
        match listed.next {
            Some(next) => page = page.after(&next),
            None => return all,
        }
    }
}

fn day_of(id: &DutyId) -> i64 {
    (0..600).find(|day| duty(*day).duty.id == *id).unwrap()
}

fn in_state(state: QueueState) -> QueueFilter {
    QueueFilter {
        state: Some(state),
        ..QueueFilter::default()
    }
}

fn held_by(person: Option<&PersonId>) -> QueueFilter {
    let held: BTreeSet<(ClientId, Option<PersonId>)> = [(baker(), person.cloned())].into();
    QueueFilter {
        held: Some(held),
        ..QueueFilter::default()
    }
}

on_both! {
    async fn the_queue_is_counted_by_state_and_holder(place: Place) {
        let store = place.baker().await;
        busy(&store).await;
        let counts = store.queue_counts(None, &asked()).await.unwrap();
        let told = |state: QueueState, handed: bool| {
            let mut fits = counts.iter().filter(|one| one.state == state);
            fits.find(|one| one.handed_to.is_some() == handed)
                .map_or((0, 0), |one| (one.number, one.from_before))
        };
        assert_eq!(told(QueueState::Owed, false), (6, 1));
        assert_eq!(told(QueueState::Owed, true), (1, 1));
        assert_eq!(told(QueueState::Measured, false), (1, 0));
        assert_eq!(told(QueueState::Late, false), (1, 0));
        assert_eq!(told(QueueState::Due, false), (1, 0));
        assert_eq!(told(QueueState::Waiting, false), (1, 0));
        assert_eq!(told(QueueState::Next, false), (1, 0));
        assert_eq!(counts.iter().map(|one| one.number).sum::<u64>(), 12);
        assert_eq!(store.queue_counts(Some(&"c-other".into()), &asked()).await.unwrap(), []);
        store.close().await;
    }

    async fn pages_of_the_queue_go_on_where_the_last_one_ended(place: Place) {
        let store = place.baker().await;
        let tess = busy(&store).await;
        let all = [0, 1, 2, 3, 4, 5, 6, 8, 9, 11];
        for rows in [1, 3, 50] {
            assert_eq!(days_of(&store, &QueueFilter::default(), rows).await, all, "{rows}");
        }
        assert_eq!(days_of(&store, &in_state(QueueState::Late), 50).await, [8]);
        assert_eq!(days_of(&store, &in_state(QueueState::Due), 50).await, [9]);
        assert_eq!(days_of(&store, &in_state(QueueState::Next), 50).await, [11]);
        assert_eq!(days_of(&store, &in_state(QueueState::Waiting), 50).await, [10]);
        assert_eq!(days_of(&store, &held_by(Some(&tess)), 50).await, [0]);
        assert_eq!(days_of(&store, &held_by(None), 4).await, all[1..]);
        let nobody = QueueFilter { held: Some(BTreeSet::new()), ..QueueFilter::default() };
        assert_eq!(days_of(&store, &nobody, 50).await, [] as [i64; 0]);
        let odd = Page { after: Some("x".to_owned()), rows: 1 };
        assert!(store.queue(&QueueFilter::default(), &asked(), &odd).await.is_err());
        store.close().await;
    }

    async fn a_line_of_the_queue_holds_what_its_row_shows(place: Place) {
        let store = place.baker().await;
        busy(&store).await;
        let page = Page::default();
        let listed = store.queue(&in_state(QueueState::Waiting), &asked(), &page).await.unwrap();
        let line = &listed.rows[0];
        assert_eq!(line.title.as_deref(), Some("Restore a real backup and compare it"));
        assert_eq!(line.asset_name.as_deref(), Some("Files of the bakery"));
        assert_eq!(line.snooze.as_ref().unwrap().1, "the owner is away");
        assert_eq!(line.found, None);
        store.close().await;
    }

    async fn the_queue_takes_as_many_statements_with_five_hundred_tickets_as_with_ten(
        place: Place
    ) {
        let store = place.baker().await;
        busy(&store).await;
        let reads = async || {
            let (filter, page) = (QueueFilter::default(), Page::default());
            store.queue_counts(None, &asked()).await.unwrap();
            store.queue(&filter, &asked(), &page).await.unwrap();
            store.closed_by_themselves(None, now()).await.unwrap();
            store.measured_through(&baker()).await.unwrap();
            store.awaiting_probe(&baker(), &["backup.restore"]).await.unwrap();
            store.raised_since(&baker(), "2026-01-01".parse().unwrap()).await.unwrap().len()
        };
        let (few, statements) = statements_of(reads()).await;
        let all: Vec<OpenDuty> = duties(500);
        store.open_duties(&baker(), &all, now()).await.unwrap();
        let (many, later) = statements_of(reads()).await;
        assert_eq!((few, many), (12, 500));
        assert_eq!(statements, later);
        assert!(statements > 5, "{statements}");
        store.close().await;
    }

    async fn many_clients_are_counted_at_once_as_each_by_itself(place: Place) {
        let store = place.baker().await;
        busy(&store).await;
        let (first, last) = ("2026-01-01".parse().unwrap(), "2026-01-08".parse().unwrap());
        let asked = [(baker(), first, last), ("c-other".into(), first, last)];
        let counted = store.equations(&asked).await.unwrap();
        let alone = store.equation(&baker(), first, last).await.unwrap();
        assert_eq!(counted[&baker()], (alone, 0));
        assert_eq!(alone.due, 7);
        assert!(!counted.contains_key(&ClientId::from("c-other")));
        store.close().await;
    }

    async fn only_what_changes_which_duties_there_are_counts_as_published(place: Place) {
        let store = place.baker().await;
        busy(&store).await;
        let size = store.log_sizes().await.unwrap()[&baker()];
        let since = async |size| store.published_since(&[(baker(), size)]).await.unwrap();
        assert_eq!(since(0).await, [baker()]);
        assert_eq!(since(size).await, [] as [ClientId; 0]);
        store.open_duties(&baker(), &duties(14), now()).await.unwrap();
        assert_eq!(since(size).await, [] as [ClientId; 0]);
        let mut version = process();
        version.effective = "2026-03-01".parse().unwrap();
        store.publish_process(&baker(), &version, now()).await.unwrap();
        assert_eq!(since(size).await, [baker()]);
        store.close().await;
    }

    async fn a_ticket_closes_itself_only_when_every_step_was_measured(place: Place) {
        let store = place.baker().await;
        busy(&store).await;
        assert_eq!(store.measured_through(&baker()).await.unwrap(), []);
        let awaiting = store.awaiting_probe(&baker(), &["backup.restore"]).await.unwrap();
        assert_eq!(awaiting.len(), 12);
        assert!(store.awaiting_probe(&baker(), &[]).await.unwrap().is_empty());
        assert!(!store.has_missed(&baker(), now()).await.unwrap());
        assert!(store.has_missed(&baker(), now() + days(3)).await.unwrap());
        store.close().await;
    }
}
