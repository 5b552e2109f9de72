//! Steps and closing: gates hold, whoever comes second is told so, and time decides the outcome.

use duly_core::accounts::Outcome;
use duly_core::gate::Obstacle;
use duly_core::id::PersonId;
use duly_core::scope::{Exception, WaivedBy};
use duly_core::verdict::Verdict;
use duly_store::{ClosedBy, Closing, Fill, StepChange, Store, Waiver};
use jiff::{SignedDuration, Timestamp};

use crate::world::{asset, at, baker, duties, duty, on, on_both, start, tess};

fn found(verdict: Verdict) -> Fill {
    Fill::of(verdict, "what was found")
}

/// A ticket on which every gate is satisfied.
async fn ready(store: &Store, now: Timestamp) -> PersonId {
    let person = tess(store).await;
    store.open_duties(&baker(), &duties(1), now).await.unwrap();
    for step in ["restore", "open", "tidy"] {
        let done = store
            .fill_step(on(step, 0, &person), found(Verdict::Pass), now)
            .await
            .unwrap();
        assert_eq!(done, StepChange::Changed { revision: 1 });
    }
    person
}

/// Somebody with a word, for what did not pass.
fn said(person: &PersonId) -> ClosedBy {
    ClosedBy {
        person: person.clone(),
        word: Some("the baker knows".to_owned()),
    }
}

async fn close(store: &Store, person: &PersonId, now: Timestamp) -> Closing {
    store
        .close_ticket(&baker(), &duty(0).duty.id, Some(said(person)), now)
        .await
        .unwrap()
}

on_both! {
    async fn a_ticket_closed_by_its_due_time_is_done(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.opens_at).await;
        let closing = close(&store, &person, due.due_at).await;
        assert_eq!(closing, Closing::Closed {
            outcome: Outcome::Done,
            verdict: Verdict::Pass,
            at: due.due_at,
        });
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_millisecond_later_it_is_late(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.opens_at).await;
        let now = due.due_at + SignedDuration::from_millis(1);
        let closing = close(&store, &person, now).await;
        assert!(matches!(closing, Closing::Closed { outcome: Outcome::Late, .. }), "{closing:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn closed_after_its_grace_it_is_missed_and_done_afterwards(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.opens_at).await;
        let now = due.missed_at + SignedDuration::from_millis(1);
        let closing = close(&store, &person, now).await;
        assert_eq!(closing, Closing::Afterwards { verdict: Verdict::Pass, at: now });
        let (ticket, _) = store.ticket(&baker(), &due.id).await.unwrap().unwrap();
        assert_eq!(ticket.outcome, Outcome::Missed);
        assert_eq!(ticket.afterwards_at, Some(now));
        assert_eq!(close(&store, &person, now).await, Closing::Already(Outcome::Missed));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_missed_ticket_can_still_be_worked_on_and_stays_missed(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let due = duty(0).duty;
        store.open_duties(&baker(), &duties(1), due.opens_at).await.unwrap();
        let late = due.missed_at + SignedDuration::from_hours(1);
        assert_eq!(store.mark_missed(&baker(), late).await.unwrap(), [duty(0).duty.id]);
        for step in ["restore", "open", "tidy"] {
            store.fill_step(on(step, 0, &person), found(Verdict::Fail), late).await.unwrap();
        }
        let closing = close(&store, &person, late).await;
        assert!(matches!(closing, Closing::Afterwards { verdict: Verdict::Fail, .. }));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_critical_step_left_out_or_unknown_keeps_a_ticket_open(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let all = ["restore", "open", "tidy"].map(|step| Obstacle::Pending { step: step.into() });
        assert_eq!(close(&store, &person, now).await, Closing::GatesOpen(all.to_vec()));

        store.fill_step(on("restore", 0, &person), found(Verdict::Unknown), now).await.unwrap();
        store.fill_step(on("open", 0, &person), found(Verdict::Pass), now).await.unwrap();
        let reason = "the copy was never made".to_owned();
        store.skip_step(on("tidy", 0, &person), reason, now).await.unwrap();
        let closing = close(&store, &person, now).await;
        assert_eq!(closing, Closing::GatesOpen(vec![Obstacle::Unknown {
            step: "restore".into(),
        }]));

        store.fill_step(on("restore", 1, &person), found(Verdict::Fail), now).await.unwrap();
        let closing = close(&store, &person, now).await;
        assert!(matches!(closing, Closing::Closed { verdict: Verdict::Fail, .. }), "{closing:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_critical_step_cannot_be_skipped_and_a_standard_one_only_with_a_reason(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let reason = "no time".to_owned();
        let critical = store.skip_step(on("open", 0, &person), reason, now).await.unwrap();
        assert_eq!(critical, StepChange::Critical);
        let silent = store.skip_step(on("tidy", 0, &person), "  ".to_owned(), now).await.unwrap();
        assert_eq!(silent, StepChange::NoReason);
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_changes_a_step_second_is_told_so(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = duty(0).duty.opens_at;
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let first = store.fill_step(on("open", 0, &person), found(Verdict::Pass), now);
        let second = store.fill_step(on("open", 0, &person), found(Verdict::Fail), now);
        let (first, second) = tokio::join!(first, second);
        let mut changes = [first.unwrap(), second.unwrap()];
        changes.sort_by_key(|change| matches!(change, StepChange::Raced { .. }));
        assert_eq!(changes, [
            StepChange::Changed { revision: 1 },
            StepChange::Raced { revision: 1 },
        ]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn two_who_close_at_once_close_once(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.opens_at).await;
        let closings = tokio::join!(
            close(&store, &person, due.opens_at),
            close(&store, &person, due.opens_at),
            close(&store, &person, due.opens_at),
        );
        let closed = [closings.0, closings.1, closings.2]
            .iter()
            .filter(|closing| matches!(closing, Closing::Closed { .. }))
            .count();
        assert_eq!(closed, 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_closed_ticket_takes_no_more_changes(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.opens_at).await;
        close(&store, &person, due.opens_at).await;
        let later = store.fill_step(on("open", 1, &person), found(Verdict::Fail), due.due_at).await;
        assert_eq!(later.unwrap(), StepChange::Ended(Outcome::Done));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_clock_set_back_cannot_close_a_late_ticket_in_time(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let person = ready(&store, due.due_at + SignedDuration::from_hours(1)).await;
        let closing = close(&store, &person, due.opens_at).await;
        assert!(matches!(closing, Closing::Closed { outcome: Outcome::Late, .. }), "{closing:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_exception_waives_only_what_was_not_yet_due_when_it_was_granted(place: Place) {
        let store = place.baker().await;
        let now = at("2026-01-04T12:00:00Z");
        store.open_duties(&baker(), &duties(3), now).await.unwrap();
        let exception = Exception {
            id: "e-1".to_owned(),
            client: baker(),
            process: None,
            asset: Some(asset()),
            from: "2026-01-02".parse().unwrap(),
            to: "2026-01-31".parse().unwrap(),
            by: WaivedBy::Client,
            granted_at: start(),
            reason: "the bakery moves house".to_owned(),
            resume: None,
        };
        let recorded = store.grant_exception(&baker(), &exception, now).await.unwrap();
        assert_eq!(recorded.granted_at, now, "the entry's time counts, not what was claimed");
        let waivers: Vec<_> = duties(3)
            .into_iter()
            .map(|due| Waiver { ticket: due.duty.id, exception: "e-1".to_owned() })
            .collect();
        let waived = store.waive_tickets(&baker(), &waivers, now).await.unwrap();
        assert_eq!(waived, [duty(2).duty.id]);
        assert!(store.waive_tickets(&baker(), &waivers, now).await.unwrap().is_empty());
        store.close().await;
        place.assert_sound().await;
    }
}
