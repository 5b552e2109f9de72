//! Counting again from nothing: every fault behind the store's back is found, and a sound store is
//! silent.

use duly_core::accounts::Outcome;
use duly_core::recount::{NAMED_MAX, Recount, recount};
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::zone::Zone;
use duly_store::{RecountReader, RecountRow, Store};
use jiff::Timestamp;
use jiff::civil::date;

use crate::world::{Place, baker, days, duty, on_both, start};

/// How many days are worked on.
const DAYS: i64 = 30;

fn end() -> Timestamp {
    duty(DAYS - 1).duty.opens_at
}

/// A month of tickets, all missed but those of the last days.
async fn month(place: &Place) -> Store {
    let store = place.baker().await;
    let zone = Zone::of("Europe/London", date(2025, 1, 1), date(2027, 12, 31)).unwrap();
    store.publish_zone(&baker(), &zone, start()).await.unwrap();
    let england = Calendar {
        id: "england".to_owned(),
        years: [(2025, [].into()), (2026, [].into())].into(),
    };
    store
        .publish_calendar(&baker(), &england, start())
        .await
        .unwrap();
    // The first duty is of the day on which the log was opened.
    for day in -1..DAYS {
        let due = duty(day);
        let opens_at = due.duty.opens_at;
        store.open_duties(&baker(), &[due], opens_at).await.unwrap();
        store.mark_missed(&baker(), opens_at).await.unwrap();
    }
    store
}

async fn count(store: &Store) -> Recount {
    let data = store.recount_data(&baker()).await.unwrap().unwrap();
    let today = date(2026, 1, 31);
    recount(&data.record.unwrap(), &data.held, today, end()).unwrap()
}

/// What is found after a fault behind the store's back.
async fn after(place: &Place, sql: &str) -> Vec<String> {
    let store = month(place).await;
    store.close().await;
    place.tamper(sql);
    let store = place.open().await;
    let found = count(&store).await;
    store.close().await;
    assert_eq!(found.differences, found.named.len() as u64);
    found.named.into_iter().map(|one| one.code).collect()
}

fn of(day: i64) -> String {
    format!("client = 'c-baker' and ticket = '{}'", duty(day).duty.id)
}

on_both! {
    async fn a_sound_month_is_silent(place: Place) {
        let store = month(&place).await;
        let found = count(&store).await;
        assert_eq!(found.named, []);
        assert_eq!((found.duties, found.tickets), (31, 31));
        assert!(found.equation.holds());
        assert_eq!(found.equation.missed, 28);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_row_that_is_gone_is_found(place: Place) {
        let gone = of(3);
        let sql = format!("delete from step where {gone}; delete from ticket where {gone};");
        assert_eq!(after(&place, &sql).await, ["ticket-missing"]);
    }

    async fn a_flipped_outcome_is_found(place: Place) {
        let sql = format!("update ticket set outcome = 'done' where {};", of(3));
        assert_eq!(after(&place, &sql).await, ["outcome-differs"]);
    }

    async fn a_moved_slot_is_found(place: Place) {
        let sql = format!("update ticket set slot = '2026-02-05' where {};", of(3));
        assert_eq!(after(&place, &sql).await, ["slot-moved"]);
    }

    async fn other_times_are_found(place: Place) {
        let sql = format!("update ticket set due_at = due_at + 3600000 where {};", of(3));
        assert_eq!(after(&place, &sql).await, ["times-differ"]);
        let other = place.another();
        let sql = format!("update ticket set ended_at = ended_at - 1 where {};", of(3));
        assert_eq!(after(&other, &sql).await, ["ending-differs"]);
    }

    async fn a_row_that_nobody_raised_is_found(place: Place) {
        let sql = format!(
            "insert into ticket(client, ticket, process, version, asset, slot, opens_at, due_at, \
             missed_at, opened_at, outcome) select client, '{}', process, version, asset, \
             '2026-01-17', opens_at, due_at, missed_at, opened_at, 'open' from ticket where {};",
            "f".repeat(64),
            of(3)
        );
        assert_eq!(after(&place, &sql).await, ["ticket-extra"]);
    }

    async fn work_said_to_be_done_afterwards_that_was_not_is_found(place: Place) {
        let sql = format!("update ticket set afterwards_at = ended_at where {};", of(3));
        assert_eq!(after(&place, &sql).await, ["ending-differs"]);
    }

    async fn a_duty_for_which_no_ticket_was_raised_is_found(place: Place) {
        let store = month(&place).await;
        let data = store.recount_data(&baker()).await.unwrap().unwrap();
        let today = date(2026, 2, 2);
        let later = end() + days(2);
        let found = recount(&data.record.unwrap(), &data.held, today, later).unwrap();
        let missing = found.named.iter().filter(|one| one.code == "ticket-missing");
        assert_eq!(missing.count(), 1, "{:?}", found.named);
        assert!(found.named.iter().any(|one| one.code == "missed-unsaid"));
        store.close().await;
    }

    async fn an_entry_that_was_altered_stops_the_count(place: Place) {
        let store = month(&place).await;
        store.close().await;
        let fields = place.blob(b"{\"v\":1}");
        place.tamper(&format!("update entry set bytes = {fields} where idx = 5;"));
        let store = place.open().await;
        let data = store.recount_data(&baker()).await.unwrap().unwrap();
        assert!(data.record.is_err());
        store.close().await;
    }

    async fn many_differences_are_counted_and_some_named(place: Place) {
        let store = month(&place).await;
        store.close().await;
        place.tamper("update ticket set outcome = 'late' where outcome = 'missed';");
        let store = place.open().await;
        let found = count(&store).await;
        assert_eq!((found.differences, found.named.len()), (28, NAMED_MAX));
        store.close().await;
    }

    async fn a_store_is_read_beside_whoever_has_it_open(place: Place) {
        let store = month(&place).await;
        let reader = RecountReader::open(&place.location()).await.unwrap();
        assert_eq!(reader.clients().await.unwrap().len(), 1);
        let data = reader.recount_data(&baker()).await.unwrap().unwrap();
        assert_eq!(data.held.len(), 31);
        assert!(data.held.iter().any(|held| held.outcome == Outcome::Missed));
        reader.close().await;
        let row = RecountRow {
            recounted_at: end(),
            entries: data.entries,
            duties: 31,
            tickets: 31,
            differences: 0,
            problem: None,
        };
        store.record_recount(&baker(), row.clone()).await.unwrap();
        store.record_recount(&baker(), row.clone()).await.unwrap();
        assert_eq!(store.last_recount(&baker()).await.unwrap(), Some(row));
        store.close().await;
        place.assert_sound().await;
    }
}
