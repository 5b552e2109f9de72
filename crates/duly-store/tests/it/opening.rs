//! Opening what is due: nothing lost, nothing doubled, nothing moved.

use std::collections::BTreeSet;

use duly_core::accounts::Outcome;
use duly_core::entry::kind;
use duly_store::{Page, StepState, TicketFilter};

use crate::world::{Place, at, baker, days, duties, duty, on_both, start};

on_both! {
    async fn opening_twice_opens_once(place: Place) {
        let store = place.baker().await;
        let now = at("2026-01-12T10:00:00Z");
        assert_eq!(store.open_duties(&baker(), &duties(10), now).await.unwrap(), 10);
        assert_eq!(store.open_duties(&baker(), &duties(10), now).await.unwrap(), 0);
        assert_eq!(store.open_duties(&baker(), &duties(12), now).await.unwrap(), 2);
        store.close().await;
        assert_eq!(place.assert_sound().await.tickets, 12);
    }

    async fn a_duty_given_twice_in_one_call_opens_once(place: Place) {
        let store = place.baker().await;
        let twice = vec![duty(0), duty(0), duty(0)];
        let opened = store.open_duties(&baker(), &twice, duty(0).duty.opens_at).await.unwrap();
        assert_eq!(opened, 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn two_workers_at_once_open_each_duty_once(place: Place) {
        let store = place.baker().await;
        let now = at("2028-01-01T10:00:00Z");
        let due = duties(600);
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let store = store.clone();
                let mut due = due.clone();
                due.rotate_left(worker * 150);
                tokio::spawn(async move { store.open_duties(&baker(), &due, now).await.unwrap() })
            })
            .collect();
        let mut opened = 0;
        for worker in workers {
            opened += worker.await.unwrap();
        }
        assert_eq!(opened, 600);
        store.close().await;
        assert_eq!(place.assert_sound().await.tickets, 600);
    }

    async fn a_ticket_comes_with_its_checklist_and_its_entry(place: Place) {
        let store = place.baker().await;
        let due = duty(3);
        store.open_duties(&baker(), std::slice::from_ref(&due), due.duty.opens_at).await.unwrap();
        let (ticket, steps) = store.ticket(&baker(), &due.duty.id).await.unwrap().unwrap();
        assert_eq!(ticket.slot, due.duty.slot);
        assert_eq!(ticket.outcome, Outcome::Open);
        let ids: Vec<_> = steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["restore", "open", "tidy"]);
        assert!(steps.iter().all(|step| step.state == StepState::Pending));
        let entries = store.entries_of(&baker(), &due.duty.id).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].entry().unwrap().t, kind::DUTY_OPEN);
        store.close().await;
        place.assert_sound().await;
    }

    async fn after_ninety_days_off_everything_is_there_and_what_was_missed_is_missed(place: Place) {
        let store = place.baker().await;
        store.open_duties(&baker(), &duties(5), at("2026-01-06T10:00:00Z")).await.unwrap();
        store.close().await;

        let store = place.open().await;
        let now = at("2026-04-06T10:00:00Z");
        let due: Vec<_> = duties(365).into_iter().filter(|due| due.duty.opens_at <= now).collect();
        assert_eq!(due.len(), 95);
        assert_eq!(store.open_duties(&baker(), &due, now).await.unwrap(), 90);
        let expected: BTreeSet<_> = due
            .iter()
            .filter(|due| due.duty.missed_at < now)
            .map(|due| due.duty.id.clone())
            .collect();
        let missed = store.mark_missed(&baker(), now).await.unwrap();
        assert_eq!(missed.iter().cloned().collect::<BTreeSet<_>>(), expected);
        assert_eq!(missed.len(), 92);
        assert!(store.mark_missed(&baker(), now).await.unwrap().is_empty());
        let from = "2026-01-01".parse().unwrap();
        let to = "2026-12-31".parse().unwrap();
        let equation = store.equation(&baker(), from, to).await.unwrap();
        assert_eq!((equation.due, equation.missed, equation.open), (95, 92, 3));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_clock_set_back_neither_reopens_nor_turns_back_the_log(place: Place) {
        let store = place.baker().await;
        store.open_duties(&baker(), &duties(5), at("2026-01-06T10:00:00Z")).await.unwrap();
        let before = store.log_head(&baker()).await.unwrap().unwrap();
        let back = at("1970-01-02T00:00:00Z");
        assert_eq!(store.open_duties(&baker(), &duties(5), back).await.unwrap(), 0);
        assert_eq!(store.open_duties(&baker(), &duties(6), back).await.unwrap(), 1);
        // What counts is the log's own time, which does not go back: two are past their grace.
        let missed = store.mark_missed(&baker(), back).await.unwrap();
        assert_eq!(missed, [duty(0).duty.id, duty(1).duty.id]);
        let after = store.log_head(&baker()).await.unwrap().unwrap();
        assert_eq!(after.last_at, before.last_at);
        assert_eq!(after.size, before.size + 3);
        store.close().await;
        place.assert_sound().await;
    }

    async fn thousands_missed_at_once_are_marked_in_the_order_of_their_times(place: Place) {
        let store = place.baker().await;
        let now = at("2030-01-01T00:00:00Z");
        store.open_duties(&baker(), &duties(1_000), now).await.unwrap();
        let missed = store.mark_missed(&baker(), now).await.unwrap();
        let expected: Vec<_> = duties(1_000).into_iter().map(|due| due.duty.id).collect();
        assert_eq!(missed, expected);
        store.close().await;
        place.assert_sound().await;
    }

    async fn no_statement_can_move_a_slot(place: Place) {
        let store = place.baker().await;
        store.open_duties(&baker(), &duties(1), start() + days(2)).await.unwrap();
        store.close().await;
        for change in [
            "slot = '2027-01-01'",
            "due_at = due_at + 1",
            "missed_at = missed_at + 86400000",
            "opens_at = 0",
            "version = '2020-01-01'",
            "asset = null",
        ] {
            let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                place.sql(&format!("update ticket set {change}"))
            }));
            let why = *refused.unwrap_err().downcast::<String>().unwrap();
            assert!(why.contains("the slot of a ticket never changes"), "{change}: {why}");
        }
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            place.sql("delete from step; delete from ticket")
        }));
        let why = *refused.unwrap_err().downcast::<String>().unwrap();
        assert!(why.contains("a ticket is never removed"), "{why}");
        let slot = place.sql("select slot from ticket");
        assert_eq!(slot.trim(), "2026-01-02");
    }

    async fn a_list_is_paged_without_gap_or_repetition(place: Place) {
        let store = place.baker().await;
        let now = at("2027-01-01T00:00:00Z");
        store.open_duties(&baker(), &duties(25), now).await.unwrap();
        let filter = TicketFilter {
            client: Some(baker()),
            owed: true,
            ..TicketFilter::default()
        };
        let mut page = Page { after: None, rows: 10 };
        let mut seen = Vec::new();
        loop {
            let listed = store.tickets(&filter, &page).await.unwrap();
            seen.extend(listed.rows.into_iter().map(|ticket| ticket.slot));
            match listed.next {
                Some(next) => page = page.after(&next),
                None => break,
            }
        }
        let expected: Vec<_> = duties(25).into_iter().map(|due| due.duty.slot).collect();
        assert_eq!(seen, expected);
        store.close().await;
    }

    async fn a_duty_of_another_client_is_refused(place: Place) {
        let store = place.baker().await;
        let mut due = duty(0);
        due.duty.client = "c-lakeside".into();
        let error = store.open_duties(&baker(), &[due], start()).await.unwrap_err();
        assert_eq!(error.code(), "no-such");
        store.close().await;
        assert_eq!(place.assert_sound().await.tickets, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_owed_is_listed_and_what_is_missed_found_without_sorting_or_scanning() {
    let place = Place::sqlite();
    place.open().await.close().await;
    let owed = "where 1 = 1 and ((outcome in ('open', 'missed') and afterwards_at is null) \
                or rework_at is not null)";
    for (sql, index) in [
        (
            format!("select * from ticket {owed} order by due_at, client, ticket limit 51"),
            "ticket_owed",
        ),
        (
            "select ticket from ticket where client = 'c' and outcome = 'open' and due_at < 9 \
             and missed_at < 9"
                .to_owned(),
            "ticket_by_due",
        ),
        (
            "select outcome, count(*) from ticket where client = 'c' and slot >= '2026-01-01' \
             and slot <= '2026-01-31' group by outcome"
                .to_owned(),
            "ticket_by_slot",
        ),
    ] {
        let plan = place.sql(&format!("explain query plan {sql}"));
        assert!(plan.contains(index), "{sql}: {plan}");
        assert!(!plan.contains("ORDER BY"), "{sql}: {plan}");
    }
}
