//! What is published comes back as it was, is never changed, and stands in the log.

use duly_core::entry::{EntryDraft, kind};
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Promise, ServicePlan};
use duly_proof::checkpoint::Checkpoint;
use duly_proof::tree;
use duly_store::{AssetChange, Made, Page, Signing};

use crate::assets::retirement;
use crate::world::{Place, asset, baker, days, duties, new_client, on_both, process, start};

fn calendar(holidays: &[&str]) -> Calendar {
    let dates = holidays.iter().map(|date| date.parse().unwrap()).collect();
    Calendar {
        id: "england".to_owned(),
        years: [(2026, dates)].into(),
    }
}

on_both! {
    async fn everything_published_comes_back_for_the_pure_function(place: Place) {
        let store = place.baker().await;
        let zone = Zone {
            id: "Europe/London".to_owned(),
            from: "2026-01-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
            offset_s: 0,
            transitions: vec![(1_774_746_000, 3_600)],
        };
        store.publish_zone(&baker(), &zone, start()).await.unwrap();
        store.publish_calendar(&baker(), &calendar(&["2026-12-25"]), start()).await.unwrap();
        let later = calendar(&["2026-12-25", "2026-12-28"]);
        store.publish_calendar(&baker(), &later, start()).await.unwrap();
        let mut next = process();
        next.effective = "2026-06-01".parse().unwrap();
        store.publish_process(&baker(), &next, start() + days(1)).await.unwrap();

        let published = store.published(&baker()).await.unwrap().unwrap();
        assert_eq!(published.client, new_client("c-baker").scope);
        let versions: Vec<_> = published
            .processes
            .iter()
            .map(|version| (version.process.version(), version.published_at))
            .collect();
        assert_eq!(versions, [
            ("2026-01-01".to_owned(), start()),
            ("2026-06-01".to_owned(), start() + days(1)),
        ]);
        assert_eq!(published.processes[0].process, process());
        assert_eq!(published.assets.len(), 1);
        assert_eq!(published.calendars["england"], later);
        assert_eq!(published.zones["Europe/London"], zone);
        assert_eq!(store.published(&"c-nobody".into()).await.unwrap(), None);
        store.close().await;
        place.assert_sound().await;
    }

    async fn publishing_the_same_again_adds_nothing(place: Place) {
        let store = place.baker().await;
        let size = store.log_head(&baker()).await.unwrap().unwrap().size;
        let again = store.publish_process(&baker(), &process(), start()).await.unwrap();
        assert_eq!(again, Made::Already);
        let again = store.create_client(new_client("c-baker"), start()).await.unwrap();
        assert_eq!(again, Made::Already);
        assert_eq!(store.log_head(&baker()).await.unwrap().unwrap().size, size);
        store.close().await;
    }

    async fn a_published_version_cannot_be_changed(place: Place) {
        let store = place.baker().await;
        let mut weaker = process();
        weaker.checklist.pop();
        let error = store.publish_process(&baker(), &weaker, start()).await.unwrap_err();
        assert_eq!(error.code(), "taken");
        let mut stolen = new_client("c-lakeside");
        stolen.origin = new_client("c-baker").origin;
        let error = store.create_client(stolen, start()).await.unwrap_err();
        assert_eq!(error.code(), "taken");
        assert_eq!(store.clients(&Page::default()).await.unwrap().rows.len(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn plans_and_retired_assets_are_told_by_the_log(place: Place) {
        let store = place.baker().await;
        let plan = ServicePlan {
            effective: "2026-01-01".parse().unwrap(),
            promises: vec![Promise {
                process: "backup.restore-test".into(),
                kind: Some("backup".to_owned()),
                per_year_min: 24,
            }],
        };
        let by = Signing::default();
        store.sign_plan(&baker(), &plan, by.clone(), start()).await.unwrap();
        let again = store.sign_plan(&baker(), &plan, by, start()).await.unwrap();
        assert_eq!(again, Made::Already);
        assert_eq!(store.plans(&baker()).await.unwrap(), [plan]);
        let until = "2026-03-01".parse().unwrap();
        let retired = store.retire_asset(retirement("2026-03-01"), start()).await.unwrap();
        assert_eq!(retired, AssetChange::Done);
        let again = store.retire_asset(retirement("2026-03-01"), start()).await.unwrap();
        assert_eq!(again, AssetChange::Gone);
        let row = store.asset(&baker(), &asset()).await.unwrap().unwrap();
        assert_eq!(row.scope.until, Some(until));
        let mut scope = new_client("c-baker").scope;
        scope.tz = "Europe/Paris".to_owned();
        store.change_client(scope, None, start()).await.unwrap();
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_checkpoint_covers_what_was_acknowledged_before_it(place: Place) {
        let store = place.baker().await;
        let first = store.checkpoint(&baker(), start()).await.unwrap().unwrap();
        let same = store.checkpoint(&baker(), start()).await.unwrap().unwrap();
        assert_eq!(first, same);
        let draft = EntryDraft::new("x.remark").with_field("words", &"hello").unwrap();
        let entry = store.record(&baker(), draft, start()).await.unwrap();
        assert_eq!(store.checkpoint_covering(&baker(), entry.index).await.unwrap(), None);
        assert_eq!(store.release_checkpoints(start()).await.unwrap(), 1);
        assert_eq!(store.release_checkpoints(start()).await.unwrap(), 0);
        let covering = store.checkpoint_covering(&baker(), entry.index).await.unwrap().unwrap();
        assert_eq!(covering.size, entry.index + 1);

        let pack = store.pack_data(&baker()).await.unwrap().unwrap();
        assert_eq!(pack.checkpoints, [first, covering]);
        let entries = pack.entries.iter();
        let leaves: Vec<_> = entries.map(|entry| tree::leaf_hash(&entry.bytes)).collect();
        for stored in &pack.checkpoints {
            let signed = Checkpoint::open(&stored.note, &pack.verifier).unwrap();
            let covered = usize::try_from(signed.size).unwrap();
            assert_eq!(signed.root, tree::root(&leaves[..covered]));
        }
        let told = pack.entries.last().unwrap();
        let opens = told.entry().unwrap().opens_to(&told.seed.unwrap(), "words", "\"hello\"");
        assert!(opens);
        store.close().await;
        place.assert_sound().await;
    }

    async fn only_open_types_can_be_recorded_by_themselves(place: Place) {
        let store = place.baker().await;
        let draft = EntryDraft::new(kind::DUTY_CLOSE);
        let error = store.record(&baker(), draft, start()).await.unwrap_err();
        assert_eq!(error.code(), "reserved-kind");
        store.close().await;
    }

    async fn one_failing_write_does_not_take_its_neighbours_along(place: Place) {
        let store = place.baker().await;
        let writes: Vec<_> = (0..40)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let kind = if number % 4 == 0 { "x.NOT ALLOWED" } else { "x.remark" };
                    store.record(&baker(), EntryDraft::new(kind), start()).await.is_ok()
                })
            })
            .collect();
        let mut kept = 0;
        for write in writes {
            kept += u64::from(write.await.unwrap());
        }
        assert_eq!(kept, 30);
        assert_eq!(store.log_head(&baker()).await.unwrap().unwrap().size, 3 + 30);
        store.close().await;
        place.assert_sound().await;
    }
}

#[tokio::test]
async fn whoever_waits_for_an_answer_is_not_queued_behind_bulk() {
    let place = Place::sqlite();
    let store = place.baker().await;
    let due = duties(12 * 448);
    let bulk: Vec<_> = due
        .chunks(448)
        .map(|chunk| {
            let (store, chunk) = (store.clone(), chunk.to_vec());
            tokio::spawn(async move { store.open_duties(&baker(), &chunk, start()).await.unwrap() })
        })
        .collect();
    // Every spawned task runs up to its place in the lane.
    tokio::task::yield_now().await;
    let draft = EntryDraft::new("x.remark");
    let answered = store.record(&baker(), draft, start()).await.unwrap();
    let mut opened = 0;
    for bulk in bulk {
        opened += bulk.await.unwrap();
    }
    assert_eq!(opened, 12 * 448);
    assert!(
        answered.index <= 3 + 2 * 448,
        "after {} entries",
        answered.index
    );
    store.close().await;
    place.assert_sound().await;
}
