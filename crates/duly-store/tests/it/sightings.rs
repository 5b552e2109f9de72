//! What sources saw: unclaimed, claimed, dismissed, gone and seen again; lists taken whole or not
//! at all; and lists that wait.

use duly_store::{
    AssetChange, Claim, ListTaken, NewSource, NewUpload, Page, Sighted, Sighting, SightingChange,
    SightingFilter, Store, TakeList, TakenAsset, TakenName, UPLOAD_BYTES_MAX,
};
use jiff::Timestamp;

use crate::assets::{new_asset, retirement};
use crate::world::{asset, baker, days, on_both, start};

fn source() -> NewSource {
    NewSource {
        name: "office list".to_owned(),
        expected_days: 7,
        mapping: None,
    }
}

fn sighted(thing: &str) -> Sighted {
    Sighted {
        thing: thing.to_owned(),
        name: format!("pc {thing}"),
        kind: "endpoint".to_owned(),
        asset: None,
    }
}

async fn report(store: &Store, things: &[&str], now: Timestamp) {
    let seen = things.iter().map(|thing| sighted(thing)).collect();
    store
        .report_sightings(&baker(), source(), seen, now)
        .await
        .unwrap();
}

async fn listed(store: &Store, unclaimed: bool) -> Vec<Sighting> {
    let filter = SightingFilter {
        unclaimed,
        ..SightingFilter::default()
    };
    store
        .sightings(&baker(), &filter, &Page::default())
        .await
        .unwrap()
        .rows
}

fn list() -> TakeList {
    TakeList {
        client: baker(),
        source: source(),
        reported_before: None,
        added: vec![TakenAsset {
            thing: "7".to_owned(),
            asset: new_asset("a-7", "pc 7", "endpoint"),
        }],
        changed: vec![TakenName {
            asset: asset(),
            revision: 0,
            name: "Bakery files".to_owned(),
            site: None,
        }],
        seen: vec![sighted("7")],
        vanished: 0,
        person: Some("p-tess".into()),
    }
}

on_both! {
    async fn what_is_seen_again_keeps_its_first_time_and_what_is_not_keeps_its_last(place: Place) {
        let store = place.baker().await;
        report(&store, &["1", "2"], start()).await;
        report(&store, &["2", "2", "3"], start() + days(7)).await;
        let seen = listed(&store, true).await;
        let times: Vec<_> = seen
            .iter()
            .map(|seen| (seen.sighted.thing.as_str(), seen.first_seen_at, seen.last_seen_at))
            .collect();
        let (first, second) = (start(), start() + days(7));
        assert_eq!(times, [("1", first, first), ("2", first, second), ("3", second, second)]);
        let sources = store.sources(&baker(), &Page::default()).await.unwrap().rows;
        assert_eq!(sources[0].reported_at, Some(second));
        store.close().await;
        place.assert_sound().await;
    }

    async fn something_unclaimed_is_claimed_once_or_dismissed_with_a_reason(place: Place) {
        let store = place.baker().await;
        let us = baker();
        report(&store, &["1", "2", "3"], start()).await;
        let tess = "p-tess".into();
        let new = Claim::New(new_asset("a-1", "pc 1", "endpoint"));
        let place_of = |thing| ("office list", thing);
        let claimed = store.claim_sighting(&us, place_of("1"), new.clone(), &tess, start());
        assert_eq!(claimed.await.unwrap(), SightingChange::Done);
        let again = store.claim_sighting(&us, place_of("1"), new.clone(), &tess, start());
        assert_eq!(again.await.unwrap(), SightingChange::NotThere);
        let twin = store.claim_sighting(&us, place_of("2"), new, &tess, start());
        let refused = SightingChange::Refused(AssetChange::NameTaken);
        assert_eq!(twin.await.unwrap(), refused);
        let known = Claim::Known(asset());
        let claimed = store.claim_sighting(&us, place_of("2"), known, &tess, start());
        assert_eq!(claimed.await.unwrap(), SightingChange::Done);
        let why = "the owner's own telephone";
        let dismissed = store.dismiss_sighting(&us, place_of("3"), why, &tess, start());
        assert_eq!(dismissed.await.unwrap(), SightingChange::Done);
        assert_eq!(listed(&store, true).await, []);
        let all = listed(&store, false).await;
        assert_eq!(all[0].sighted.asset, Some("a-1".into()));
        assert_eq!(all[2].dismissed.as_ref().unwrap().1, why);
        let events = store.asset_events(&baker(), &"a-1".into(), &Page::default()).await.unwrap();
        assert_eq!(events.rows[0].words, "seen by office list as 1");
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_was_let_go_and_is_seen_again_is_nobodys(place: Place) {
        let store = place.baker().await;
        let us = baker();
        report(&store, &["1"], start()).await;
        let known = Claim::Known(asset());
        let tess = "p-tess".into();
        let one = ("office list", "1");
        store.claim_sighting(&us, one, known, &tess, start()).await.unwrap();
        store.retire_asset(retirement("2026-01-03"), start()).await.unwrap();
        // Until it has left care, it is what it was.
        report(&store, &["1"], start()).await;
        assert_eq!(listed(&store, true).await, []);
        let later = start() + days(30);
        report(&store, &["1"], later).await;
        let [seen] = listed(&store, true).await.try_into().unwrap();
        assert_eq!(seen.first_seen_at, later);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_list_is_taken_whole(place: Place) {
        let store = place.baker().await;
        assert_eq!(store.take_list(list(), start()).await.unwrap(), ListTaken::Taken);
        let known = store.kept_asset(&baker(), &asset()).await.unwrap().unwrap();
        assert_eq!((known.row.name.as_str(), known.revision), ("Bakery files", 1));
        assert!(store.kept_asset(&baker(), &"a-7".into()).await.unwrap().is_some());
        let [seen] = listed(&store, false).await.try_into().unwrap();
        assert_eq!(seen.sighted.asset, Some("a-7".into()));
        // The same again: the source has reported since.
        assert_eq!(store.take_list(list(), start()).await.unwrap(), ListTaken::Raced);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_list_compared_with_something_that_has_changed_is_not_taken_at_all(place: Place) {
        let store = place.baker().await;
        let mut stale = list();
        stale.changed[0].revision = 3;
        let mut twin = list();
        twin.added[0].asset.row.name = "Files of the bakery".to_owned();
        let size = store.log_head(&baker()).await.unwrap().unwrap().size;
        for list in [stale, twin] {
            assert_eq!(store.take_list(list, start()).await.unwrap(), ListTaken::Raced);
        }
        assert_eq!(store.log_head(&baker()).await.unwrap().unwrap().size, size);
        assert!(store.kept_asset(&baker(), &"a-7".into()).await.unwrap().is_none());
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_list_waits_for_a_day_and_a_later_one_takes_its_place(place: Place) {
        let store = place.baker().await;
        let upload = NewUpload {
            client: baker(),
            person: "p-tess".into(),
            file: "list.csv".to_owned(),
            body: b"name\npc 1\n".to_vec(),
        };
        let first = store.put_upload(upload.clone(), start()).await.unwrap();
        let second = store.put_upload(upload.clone(), start()).await.unwrap();
        assert_eq!(store.upload(&baker(), &first, start()).await.unwrap(), None);
        let found = store.upload(&baker(), &second, start()).await.unwrap().unwrap();
        assert_eq!(found.upload, upload);
        let over = store.upload(&baker(), &second, start() + days(1)).await.unwrap();
        assert_eq!(over, None);
        let other = store.upload(&"c-other".into(), &second, start()).await.unwrap();
        assert_eq!(other, None, "another client's");
        store.drop_upload(&baker(), &second).await.unwrap();
        assert_eq!(store.upload(&baker(), &second, start()).await.unwrap(), None);
        let huge = NewUpload { body: vec![0; UPLOAD_BYTES_MAX + 1], ..upload };
        let refused = store.put_upload(huge, start()).await.unwrap_err();
        assert_eq!(refused.code(), "too-much");
        store.close().await;
    }
}
