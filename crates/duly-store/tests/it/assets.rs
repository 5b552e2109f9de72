//! Assets and clients: taken into care, changed, let go; moved to another zone.

use duly_core::id::AssetId;
use duly_core::schedule::zone::Zone;
use duly_core::scope::Asset;
use duly_store::{AssetAct, AssetChange, AssetFilter, AssetRow, NewAsset, Page, Retirement};

use crate::world::{asset, at, baker, new_client, on_both, start, tess};

pub fn retirement(until: &str) -> Retirement {
    Retirement {
        client: baker(),
        asset: asset(),
        until: until.parse().unwrap(),
        reason: "sold".to_owned(),
        person: "p-mara".into(),
    }
}

pub fn new_asset(id: &str, name: &str, kind: &str) -> NewAsset {
    NewAsset {
        row: AssetRow {
            scope: Asset {
                id: id.into(),
                client: baker(),
                kind: kind.to_owned(),
                since: "2026-01-02".parse().unwrap(),
                until: None,
            },
            name: name.to_owned(),
        },
        site: None,
        person: Some("p-tess".into()),
    }
}

fn act(revision: u64, name: &str, site: Option<&str>) -> AssetAct {
    AssetAct {
        client: baker(),
        asset: asset(),
        revision,
        name: name.to_owned(),
        site: site.map(AssetId::from),
        person: Some("p-tess".into()),
    }
}

on_both! {
    async fn two_assets_in_care_never_have_the_same_name(place: Place) {
        let store = place.baker().await;
        let twin = new_asset("a-2", "Files of the bakery", "backup");
        let taken = store.take_into_care(twin.clone(), start()).await.unwrap();
        assert_eq!(taken, AssetChange::NameTaken);
        // One that was let go gives its name back.
        store.retire_asset(retirement("2026-01-03"), start()).await.unwrap();
        let taken = store.take_into_care(twin, start()).await.unwrap();
        assert_eq!(taken, AssetChange::Done);
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_asset_that_would_be_gone_before_it_came_is_refused(place: Place) {
        let store = place.baker().await;
        let size = store.log_head(&baker()).await.unwrap().unwrap().size;
        for until in ["2026-01-01", "2026-01-02"] {
            let mut gone = new_asset("a-2", "old", "backup").row;
            gone.scope.since = "2025-01-01".parse().unwrap();
            gone.scope.until = Some(until.parse().unwrap());
            let added = store.add_asset(gone, at("2026-01-03T00:00:00Z")).await;
            assert_eq!(added.unwrap_err().code(), "never-in-care");
        }
        let mut empty = new_asset("a-3", "empty", "backup").row;
        empty.scope.until = Some(empty.scope.since);
        let added = store.add_asset(empty, start()).await;
        assert_eq!(added.unwrap_err().code(), "never-in-care");
        assert_eq!(store.log_head(&baker()).await.unwrap().unwrap().size, size);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_is_due_on_the_day_of_retirement_stands(place: Place) {
        let store = place.baker().await;
        let today = "2026-01-02";
        let refused = store.retire_asset(retirement(today), at("2026-01-02T09:00:00Z")).await;
        assert_eq!(refused.unwrap(), AssetChange::InThePast);
        let known = store.kept_asset(&baker(), &asset()).await.unwrap().unwrap();
        assert_eq!(known.row.scope.until, None);
        let tomorrow = retirement("2026-01-03");
        let done = store.retire_asset(tomorrow, at("2026-01-02T09:00:00Z")).await.unwrap();
        assert_eq!(done, AssetChange::Done);
        let events = store.asset_events(&baker(), &asset(), &Page::default()).await.unwrap().rows;
        assert_eq!(events[0].what, "retired");
        assert_eq!(events[0].words, "sold");
        assert_eq!(events[0].person, Some("p-mara".into()));
        assert_eq!(events[1].what, "added");
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_changes_an_asset_second_is_told(place: Place) {
        let store = place.baker().await;
        tess(&store).await;
        let done = store.change_asset(act(0, "Bakery files", None), start()).await.unwrap();
        assert_eq!(done, AssetChange::Done);
        let second = store.change_asset(act(0, "Old files", None), start()).await.unwrap();
        assert_eq!(second, AssetChange::Raced);
        let same = store.change_asset(act(0, "Bakery files", None), start()).await.unwrap();
        assert_eq!(same, AssetChange::Same);
        let known = store.kept_asset(&baker(), &asset()).await.unwrap().unwrap();
        assert_eq!((known.row.name.as_str(), known.revision), ("Bakery files", 1));
        let events = store.asset_events(&baker(), &asset(), &Page::default()).await.unwrap().rows;
        assert_eq!(events[0].words, "called Files of the bakery before");
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_asset_lies_only_at_a_site_in_care_which_then_stays(place: Place) {
        let store = place.baker().await;
        let shop = new_asset("s-1", "Shop", "site");
        store.take_into_care(shop, start()).await.unwrap();
        let nowhere = store.change_asset(act(0, "Files", Some("s-9")), start()).await.unwrap();
        assert_eq!(nowhere, AssetChange::NoSuchSite);
        let done = store.change_asset(act(0, "Files", Some("s-1")), start()).await.unwrap();
        assert_eq!(done, AssetChange::Done);
        let close_shop = Retirement { asset: "s-1".into(), ..retirement("2026-01-03") };
        let held = store.retire_asset(close_shop.clone(), start()).await.unwrap();
        assert_eq!(held, AssetChange::HoldsAssets);
        let here = AssetFilter { site: Some("s-1".into()), ..AssetFilter::default() };
        let listed = store.kept_assets(&baker(), &here, &Page::default()).await.unwrap();
        assert_eq!(listed.rows.len(), 1);
        store.change_asset(act(1, "Files", None), start()).await.unwrap();
        let closed = store.retire_asset(close_shop, start()).await.unwrap();
        assert_eq!(closed, AssetChange::Done);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_list_of_assets_is_paged_by_name(place: Place) {
        let store = place.baker().await;
        for number in 0..5 {
            let asset = new_asset(&format!("a-{number}"), &format!("pc {number}"), "endpoint");
            store.take_into_care(asset, start()).await.unwrap();
        }
        let filter = AssetFilter { kind: Some("endpoint".to_owned()), ..AssetFilter::default() };
        let mut page = Page { after: None, rows: 2 };
        let mut names = Vec::new();
        loop {
            let listed = store.kept_assets(&baker(), &filter, &page).await.unwrap();
            names.extend(listed.rows.into_iter().map(|asset| asset.row.name));
            let Some(next) = listed.next else { break };
            page = page.after(&next);
        }
        assert_eq!(names, ["pc 0", "pc 1", "pc 2", "pc 3", "pc 4"]);
        store.close().await;
    }

    async fn a_client_that_moved_is_published_with_what_it_was(place: Place) {
        let store = place.baker().await;
        for name in ["Europe/London", "Pacific/Auckland"] {
            let zone = Zone::of(name, "2025-12-01".parse().unwrap(), "2027-01-01".parse().unwrap());
            store.publish_zone(&baker(), &zone.unwrap(), start()).await.unwrap();
        }
        let mut moved = new_client("c-baker").scope;
        let before = moved.clone();
        moved.tz = "Pacific/Auckland".to_owned();
        let moved_at = at("2026-01-06T23:00:00Z");
        store.change_client(moved.clone(), Some(&"p-mara".into()), moved_at).await.unwrap();
        let published = store.published(&baker()).await.unwrap().unwrap();
        assert_eq!(published.client, moved);
        let [past] = published.past.as_slice() else { panic!("{:?}", published.past) };
        assert_eq!((&past.client, past.changed_at), (&before, moved_at));
        assert_eq!(past.until, "2026-01-07".parse().unwrap());
        store.close().await;
        place.assert_sound().await;
        place.tamper("update client_era set document = replace(document, 'Europe', 'Asia')");
        let found = place.fsck().await.findings;
        assert_eq!(found[0].code, "published-differs", "{found:?}");
    }

    async fn a_client_is_called_otherwise_once(place: Place) {
        let store = place.baker().await;
        let mara = "p-mara".into();
        assert!(store.rename_client(&baker(), "Bakers", Some(&mara), start()).await.unwrap());
        assert!(!store.rename_client(&baker(), "Bakers", Some(&mara), start()).await.unwrap());
        let error = store.rename_client(&"nobody".into(), "X", None, start()).await.unwrap_err();
        assert_eq!(error.code(), "no-such");
        store.close().await;
        place.assert_sound().await;
    }
}
