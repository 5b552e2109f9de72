//! Addresses that jobs ping: declared, pinged, drawn anew, removed; what is kept of each.

use duly_core::id::PersonId;
use duly_core::ping::{Expected, JobState, PINGS_KEPT_MAX, PingSays};
use duly_store::{NewPing, NewPingAddress, Page, PingDeclared, Store};
use jiff::SignedDuration;

use crate::world::{new_client, on_both, start};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn nightly() -> NewPingAddress {
    NewPingAddress {
        client: "c-baker".into(),
        asset: None,
        name: "nightly backup".to_owned(),
        expected: Expected {
            every_minutes: 24 * 60,
            grace_minutes: 60,
        },
        person: "p-tess".into(),
    }
}

fn ping(uuid: &str, says: PingSays) -> NewPing {
    NewPing {
        uuid: uuid.to_owned(),
        says,
        exit_status: (says == PingSays::Fail).then_some(3),
        rid: None,
        body: b"disk full".to_vec(),
    }
}

async fn declared(store: &Store) -> (String, String) {
    store
        .create_client(new_client("c-baker"), start())
        .await
        .unwrap();
    match store.declare_ping(nightly(), start()).await.unwrap() {
        PingDeclared::Declared { id, uuid } => (id, uuid),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn what_a_job_says_is_kept_and_its_state_follows(place: Place) {
        let store = place.open().await;
        let (id, uuid) = declared(&store).await;
        let baker = "c-baker".into();
        let state = async |at| {
            let found = store.ping_address(&baker, &id).await.unwrap();
            found.unwrap().state(at)
        };
        assert_eq!(state(start()).await, JobState::New);
        let at = start() + HOUR;
        let taken = store.take_ping(ping(&uuid, PingSays::Fail), at).await;
        assert!(taken.unwrap());
        assert_eq!(state(at).await, JobState::Failed);
        let upper = ping(&uuid.to_uppercase(), PingSays::Success);
        assert!(store.take_ping(upper, at + HOUR).await.unwrap());
        assert_eq!(state(at + HOUR).await, JobState::Well);
        assert_eq!(state(at + HOUR * 27).await, JobState::Silent);
        let heard = store.pings(&baker, &id, &Page::default()).await.unwrap();
        let says: Vec<PingSays> = heard.rows.iter().map(|one| one.says).collect();
        assert_eq!(says, [PingSays::Success, PingSays::Fail]);
        assert_eq!(heard.rows[1].exit_status, Some(3));
        assert_eq!(heard.rows[1].received_at, at);
        assert_eq!(heard.rows[1].body, b"disk full");
        store.close().await;
    }
}

on_both! {
    async fn an_address_that_was_drawn_anew_or_removed_is_nobodys(place: Place) {
        let store = place.open().await;
        let (id, old) = declared(&store).await;
        let (baker, tess) = ("c-baker".into(), PersonId::from("p-tess"));
        let drawn = store.rotate_ping(&baker, &id, &tess, start()).await;
        let new = drawn.unwrap().unwrap();
        let success = |uuid: &str| ping(uuid, PingSays::Success);
        assert!(!store.take_ping(success(&old), start()).await.unwrap());
        assert!(store.take_ping(success(&new), start()).await.unwrap());
        let removed = store.remove_ping(&baker, &id, &tess, start()).await;
        assert!(removed.unwrap());
        assert!(!store.take_ping(success(&new), start()).await.unwrap());
        let gone = store.ping_address(&baker, &id).await.unwrap();
        assert_eq!(gone, None);
        assert_eq!(
            store.rotate_ping(&baker, &id, &tess, start()).await.unwrap(),
            None
        );
        store.close().await;
    }
}

on_both! {
    async fn only_the_last_pings_are_kept_and_all_are_counted(place: Place) {
        let store = place.open().await;
        let (id, uuid) = declared(&store).await;
        let baker = "c-baker".into();
        for _ in 0..PINGS_KEPT_MAX + 3 {
            let log = ping(&uuid, PingSays::Log);
            store.take_ping(log, start()).await.unwrap();
        }
        let heard = store.pings(&baker, &id, &Page::widest()).await.unwrap();
        assert_eq!(heard.rows.len(), PINGS_KEPT_MAX as usize);
        assert_eq!(heard.rows[0].number, u64::from(PINGS_KEPT_MAX) + 3);
        let found = store.ping_address(&baker, &id).await.unwrap().unwrap();
        assert_eq!(found.pings, u64::from(PINGS_KEPT_MAX) + 3);
        assert_eq!(found.state(start()), JobState::New, "a log line ends nothing");
        store.close().await;
    }
}

on_both! {
    async fn what_is_unsound_or_about_nothing_is_not_declared(place: Place) {
        let store = place.open().await;
        declared(&store).await;
        let hasty = NewPingAddress {
            expected: Expected {
                every_minutes: 1,
                grace_minutes: 1,
            },
            ..nightly()
        };
        let declared = store.declare_ping(hasty, start()).await.unwrap();
        assert_eq!(declared, PingDeclared::Unsound);
        let stray = NewPingAddress {
            asset: Some("a-none".into()),
            ..nightly()
        };
        let declared = store.declare_ping(stray, start()).await.unwrap();
        assert_eq!(declared, PingDeclared::NoSuchAsset);
        store.close().await;
    }
}
