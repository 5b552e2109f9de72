//! Tries run out, come back with time, are each one's own, and name nobody in the database; what
//! is half way ends.

use duly_core::sign_in::limit::OF_ACCOUNT;
use duly_proof::hash::hash;
use duly_store::{
    NewClient, PENDING_TRIES_MAX, Pending, PendingKind, SIGN_IN_LIMIT, Store, Taking, TryOn,
    Visitor,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Place, new_client, on_both, start};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn harbour(place: &Place) -> Store {
    let store = place.open().await;
    let harbour = NewClient {
        provider: true,
        ..new_client("provider")
    };
    store.create_client(harbour, start()).await.unwrap();
    store
}

async fn take(store: &Store, on: &[TryOn], at: Timestamp) -> Taking {
    store.take_tries(on, &Visitor::default(), at).await.unwrap()
}

async fn use_up(store: &Store, on: &TryOn, at: Timestamp) -> u32 {
    let mut taken = 0;
    while take(store, std::slice::from_ref(on), at).await == Taking::Taken {
        taken += 1;
    }
    taken
}

on_both! {
    async fn tries_run_out_for_one_and_not_for_another_and_come_back(place: Place) {
        let store = harbour(&place).await;
        let tess = TryOn::Account("tess@harbour.example".to_owned());
        assert_eq!(use_up(&store, &tess, start()).await, OF_ACCOUNT.at_once);
        let mara = TryOn::Account("mara@harbour.example".to_owned());
        assert_eq!(take(&store, &[mara], start()).await, Taking::Taken);
        // A browser that is known has its own.
        let known = TryOn::Browser("tess@harbour.example".to_owned(), hash(b"browser"));
        assert_eq!(use_up(&store, &known, start()).await, OF_ACCOUNT.at_once);
        let again_at = start() + OF_ACCOUNT.every;
        let over = take(&store, std::slice::from_ref(&tess), start()).await;
        assert_eq!(over, Taking::TooMany { again_at });
        assert_eq!(use_up(&store, &tess, again_at).await, 1);
        let much_later = start() + SignedDuration::from_hours(24);
        assert_eq!(use_up(&store, &tess, much_later).await, OF_ACCOUNT.at_once);
        store.close().await;
        place.assert_sound().await;
    }

    async fn one_that_is_used_up_takes_nothing_from_the_others(place: Place) {
        let store = harbour(&place).await;
        let tess = TryOn::Account("tess@harbour.example".to_owned());
        let office = TryOn::Address("203.0.113.9".to_owned());
        let before = use_up(&store, &office, start()).await;
        let later = start() + SignedDuration::from_hours(24);
        use_up(&store, &tess, later).await;
        for _ in 0..200 {
            let both = [office.clone(), tess.clone()];
            assert!(matches!(take(&store, &both, later).await, Taking::TooMany { .. }));
        }
        assert_eq!(use_up(&store, &office, later).await, before);
        store.close().await;
    }

    async fn the_database_names_no_account_and_no_address_and_forgets_full_buckets(place: Place) {
        let store = harbour(&place).await;
        let on = [
            TryOn::Account("tess@harbour.example".to_owned()),
            TryOn::Address("203.0.113.9".to_owned()),
        ];
        take(&store, &on, start()).await;
        let count = "select count(*) from sign_in_try";
        assert_eq!(place.sql(count).trim(), "2");
        let plain = place.blob(hash(b"203.0.113.9").0.as_slice());
        let found = place.sql(&format!("select count(*) from sign_in_try where about = {plain}"));
        assert_eq!(found.trim(), "0");
        let other = [TryOn::Address("198.51.100.1".to_owned())];
        take(&store, &other, start() + SignedDuration::from_hours(24)).await;
        assert_eq!(place.sql(count).trim(), "1");
        store.close().await;
    }

    async fn that_tries_ran_out_is_told_once(place: Place) {
        let store = harbour(&place).await;
        let tess = TryOn::Account("tess@harbour.example".to_owned());
        for _ in 0..5 {
            use_up(&store, &tess, start()).await;
        }
        let told = format!("select count(*) from entry where kind = '{SIGN_IN_LIMIT}'");
        assert_eq!(place.sql(&told).trim(), "1");
        store.close().await;
    }

    async fn what_is_half_way_ends_by_use_by_time_and_by_trying(place: Place) {
        let store = harbour(&place).await;
        let pending = Pending {
            person: Some(("provider".into(), "p-tess".into())),
            document: "{}".to_owned(),
        };
        let begin = || {
            store.begin_pending(PendingKind::Code, pending.clone(), MINUTE * 5, start())
        };
        let token = begin().await.unwrap().unwrap();
        let other = store.try_pending(PendingKind::Passkey, &token, start()).await.unwrap();
        assert_eq!(other, None, "one kind is not another");
        let found = store.try_pending(PendingKind::Code, &token, start()).await.unwrap();
        assert_eq!(found, Some(pending.clone()));
        let over = store.try_pending(PendingKind::Code, &token, start() + MINUTE * 5).await;
        assert_eq!(over.unwrap(), None);
        let ended = store.end_pending(PendingKind::Code, &token, start()).await.unwrap();
        assert_eq!(ended, Some(pending.clone()));
        let again = store.end_pending(PendingKind::Code, &token, start()).await.unwrap();
        assert_eq!(again, None);
        let token = begin().await.unwrap().unwrap();
        for _ in 0..PENDING_TRIES_MAX {
            assert!(store.try_pending(PendingKind::Code, &token, start()).await.unwrap().is_some());
        }
        let worn = store.try_pending(PendingKind::Code, &token, start()).await.unwrap();
        assert_eq!(worn, None);
        let long = Pending { person: None, document: "x".repeat(40_000) };
        let error = store.begin_pending(PendingKind::Code, long, MINUTE, start()).await;
        assert_eq!(error.unwrap_err().code(), "too-much");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_than_so_many_are_half_way_at_once() {
    let place = Place::sqlite();
    let store = harbour(&place).await;
    store.close().await;
    place.sql(
        "with recursive n(n) as (select 1 union all select n + 1 from n where n < 5000) \
         insert into sign_in_pending select 'provider', cast(n as blob), 'code', null, null, \
         '{}', 0, 1800000000000 from n",
    );
    let store = place.open().await;
    let one = Pending {
        person: None,
        document: "{}".to_owned(),
    };
    let begin = |at| store.begin_pending(PendingKind::Code, one.clone(), MINUTE, at);
    assert_eq!(begin(start()).await.unwrap(), None);
    // Those that are over make room.
    let later = "2027-02-01T00:00:00Z".parse().unwrap();
    assert!(begin(later).await.unwrap().is_some());
    store.close().await;
}
