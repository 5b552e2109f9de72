//! What a month holds, counted; and months as kept, each final once.

use std::collections::BTreeMap;

use duly_core::accounts::Outcome;
use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::report::{Counted, Summary};
use duly_core::review::period::Period;
use duly_core::trend::reading::Ratio;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, CountedMonth, EntryFilter, Fill, MeasureKey, MonthStage, Page, READINGS, Span, Store,
};
use jiff::civil::date;

use crate::world::{asset, baker, days, duties, duty, on, on_both, process, start, tess};

fn key() -> MeasureKey {
    MeasureKey {
        process: process().process,
        measure: "restore.done".to_owned(),
    }
}

fn month(good: u64) -> CountedMonth {
    let month: Period = "2026-01".parse().unwrap();
    let reading = Reading {
        month,
        figure: Figure::Ratio(Ratio { good, total: 2 }),
        not_evaluated: 0,
        between: None,
    };
    CountedMonth {
        client: baker(),
        month,
        equation: Counted {
            due: 2,
            done: good,
            missed: 2 - good,
            ..Counted::default()
        },
        readings: BTreeMap::from([(key(), reading)]),
    }
}

/// From the day before the first duty to a month later.
fn span() -> Span {
    let first = duty(0).duty.slot;
    Span {
        from: first.yesterday().unwrap(),
        to: first.saturating_add(jiff::Span::new().days(31)),
        begins_at: start(),
        ends_at: start() + days(60),
    }
}

async fn entries(store: &Store) -> usize {
    let filter = EntryFilter {
        kinds: vec![READINGS.to_owned()],
        ..EntryFilter::default()
    };
    let client = baker();
    let page = Page::widest();
    let found = store.entries_listed(&client, &filter, &page);
    found.await.unwrap().rows.len()
}

on_both! {
    async fn a_month_is_counted_anew_until_it_is_final_and_then_never(place: Place) {
        let store = place.baker().await;
        let client = baker();
        let name = month(0).month;
        let keep = |good, stage, day| store.keep_month(month(good), stage, start() + days(day));
        let over = || MonthStage::Over(None);
        assert!(keep(0, MonthStage::Running, 0).await.unwrap());
        assert!(keep(1, MonthStage::Running, 1).await.unwrap());
        assert_eq!(entries(&store).await, 0);
        let readings = store.readings(&client, name, name).await.unwrap();
        assert_eq!(readings[&key()], [month(1).readings[&key()].clone()]);
        assert!(keep(2, over(), 2).await.unwrap());
        assert_eq!(entries(&store).await, 1);
        assert!(!keep(0, over(), 3).await.unwrap());
        assert!(!keep(0, MonthStage::Running, 3).await.unwrap());
        assert_eq!(entries(&store).await, 1);
        let summary = Summary {
            sentence: "Nothing changed.".to_owned(),
            ..Summary::default()
        };
        store.summarize_month(&client, name, summary.clone()).await.unwrap();
        let kept = store.kept_months(&client, name, name).await.unwrap();
        assert_eq!(kept[0].equation, month(2).equation);
        assert_eq!(kept[0].summary, Some(summary));
        assert!(kept[0].entry.is_some());
        assert_eq!(store.kept_month_of_all(name).await.unwrap(), kept);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_a_month_holds_is_counted_by_process_and_day(place: Place) {
        let store = place.baker().await;
        let client = baker();
        let person = tess(&store).await;
        let now = start() + days(1);
        store.open_duties(&client, &duties(2), now).await.unwrap();
        for step in ["restore", "open", "tidy"] {
            let fill = Fill::of(Verdict::Pass, "looked");
            store.fill_step(on(step, 0, &person), fill, now).await.unwrap();
        }
        let id = duty(0).duty.id;
        let by = Some(ClosedBy::person(&person));
        store.close_ticket(&client, &id, by, now).await.unwrap();
        let tallies = store.tallies(&client, &span()).await.unwrap();
        let came: Vec<_> = tallies
            .iter()
            .map(|tally| (tally.outcome, tally.verdict, tally.tickets, tally.measured))
            .collect();
        let done = (Outcome::Done, Some(Verdict::Pass), 1, 0);
        assert!(came.contains(&done), "{came:?}");
        assert!(came.contains(&(Outcome::Open, None, 1, 0)), "{came:?}");
        let finished = store
            .finished_tallies(&client, span().from, span().to)
            .await
            .unwrap();
        assert_eq!(finished.len(), 1, "{finished:?}");
        assert!(finished[0].is_finished && finished[0].last == duty(0).duty.slot);
        let passed = store
            .passed_assets(&client, date(2000, 1, 1), span().to)
            .await
            .unwrap();
        assert_eq!(passed.len(), 1);
        assert_eq!((&passed[0].asset, passed[0].measured), (&asset(), false));
        let last = store
            .last_finished(&client, &process().process, &span())
            .await
            .unwrap();
        assert_eq!(last, Some(now));
        assert_eq!(store.check_tallies(&client, &span()).await.unwrap(), []);
        assert_eq!(store.suspicious(&client, &span()).await.unwrap(), []);
        assert_eq!(store.answered_warnings(&client, &span()).await.unwrap(), []);
        assert_eq!(store.run_tallies(&client, &span()).await.unwrap(), []);
        assert_eq!(store.assets_in_conflict(&client, &span()).await.unwrap(), 0);
        store.close().await;
        place.assert_sound().await;
    }
}
