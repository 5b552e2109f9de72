//! Re-opening: what was closed stays as it was, the work is owed again, and evidence from before
//! does not count for it.

use duly_core::accounts::Outcome;
use duly_core::id::PersonId;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Closing, Fill, Page, Reopen, Reopened, StepChange, StepState, Store, TicketFilter,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{baker, days, duties, duty, on, on_both, tess};

fn reopen(steps: &[&str], reason: &str) -> Reopen {
    Reopen {
        client: baker(),
        ticket: duty(0).duty.id,
        steps: steps.iter().map(|step| (*step).into()).collect(),
        person: "p-mara".into(),
        reason: reason.to_owned(),
    }
}

async fn closed(store: &Store, now: Timestamp) -> PersonId {
    let person = tess(store).await;
    store.open_duties(&baker(), &duties(1), now).await.unwrap();
    fill_all(store, &person, 0, now).await;
    let closing = close(store, &person, now).await;
    assert!(matches!(
        closing,
        Closing::Closed {
            outcome: Outcome::Done,
            ..
        }
    ));
    person
}

async fn fill_all(store: &Store, person: &PersonId, revision: u64, now: Timestamp) {
    for step in ["restore", "open", "tidy"] {
        let fill = Fill::of(Verdict::Pass, "looked");
        store
            .fill_step(on(step, revision, person), fill, now)
            .await
            .unwrap();
    }
}

async fn close(store: &Store, person: &PersonId, now: Timestamp) -> Closing {
    let by = Some(ClosedBy::person(person));
    store
        .close_ticket(&baker(), &duty(0).duty.id, by, now)
        .await
        .unwrap()
}

async fn owed(store: &Store) -> usize {
    let filter = TicketFilter {
        owed: true,
        ..TicketFilter::default()
    };
    store
        .tickets(&filter, &Page::default())
        .await
        .unwrap()
        .rows
        .len()
}

on_both! {
    async fn a_closed_ticket_that_is_re_opened_is_owed_and_counted_as_before(place: Place) {
        let store = place.baker().await;
        let now = duty(0).duty.opens_at;
        let person = closed(&store, now).await;
        let slot = duty(0).duty.slot;
        let before = store.equation(&baker(), slot, slot).await.unwrap();
        let later = duty(0).duty.missed_at + days(3);
        let reopened = store.reopen_ticket(reopen(&[], "nobody opened it"), later).await.unwrap();
        assert_eq!(reopened, Reopened::Reopened { number: 1, at: later });
        let (ticket, steps) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        assert_eq!((ticket.outcome, ticket.ended_at), (Outcome::Done, Some(now)));
        assert!(ticket.is_owed());
        assert!(steps.iter().all(|step| step.state == StepState::Pending));
        assert_eq!(owed(&store).await, 1);
        assert!(store.mark_missed(&baker(), later).await.unwrap().is_empty());
        assert!(matches!(close(&store, &person, later).await, Closing::GatesOpen(_)));

        fill_all(&store, &person, 2, later).await;
        let done = close(&store, &person, later).await;
        assert_eq!(done, Closing::Reworked { verdict: Verdict::Pass, at: later });
        assert_eq!(owed(&store).await, 0);
        assert_eq!(store.equation(&baker(), slot, slot).await.unwrap(), before);
        let rework = store.rework_of(&baker(), &duty(0).duty.id).await.unwrap();
        assert_eq!(rework.len(), 1);
        assert_eq!((rework[0].done_at, &rework[0].done_by), (Some(later), &Some(person)));
        store.close().await;
        place.assert_sound().await;
    }

    async fn only_the_steps_that_are_named_are_put_back(place: Place) {
        let store = place.baker().await;
        let now = duty(0).duty.opens_at;
        closed(&store, now).await;
        store.reopen_ticket(reopen(&["open"], "the wrong file"), now).await.unwrap();
        let (_, steps) = store.ticket(&baker(), &duty(0).duty.id).await.unwrap().unwrap();
        let pending = steps.iter().filter(|step| step.state == StepState::Pending);
        assert_eq!(pending.map(|step| step.id.as_str()).collect::<Vec<_>>(), ["open"]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_is_owed_waived_unknown_or_without_a_reason_is_not_re_opened(place: Place) {
        let store = place.baker().await;
        let now = duty(0).duty.opens_at;
        let early = store.reopen_ticket(reopen(&[], "why"), now).await.unwrap();
        assert_eq!(early, Reopened::NoSuch);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let open = store.reopen_ticket(reopen(&[], "why"), now).await.unwrap();
        assert_eq!(open, Reopened::Owed);
        let mute = store.reopen_ticket(reopen(&[], " "), now).await.unwrap();
        assert_eq!(mute, Reopened::NoReason);
        closed(&store, now).await;
        let wrong = store.reopen_ticket(reopen(&["nothing"], "why"), now).await.unwrap();
        assert_eq!(wrong, Reopened::NoSuch);
        let (first, second) = tokio::join!(
            store.reopen_ticket(reopen(&[], "why"), now),
            store.reopen_ticket(reopen(&[], "why"), now),
        );
        let both = [first.unwrap(), second.unwrap()];
        assert!(both.contains(&Reopened::Owed), "{both:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_saw_a_step_before_it_was_re_opened_is_told_so(place: Place) {
        let store = place.baker().await;
        let now = duty(0).duty.opens_at;
        let person = closed(&store, now).await;
        store.reopen_ticket(reopen(&["open"], "why"), now).await.unwrap();
        let late = store.fill_step(on("open", 1, &person), Fill::of(Verdict::Pass, "x"), now);
        assert_eq!(late.await.unwrap(), StepChange::Raced { revision: 2 });
        let later = now + SignedDuration::from_mins(1);
        let fresh = store.fill_step(on("open", 2, &person), Fill::of(Verdict::Pass, "x"), later);
        assert_eq!(fresh.await.unwrap(), StepChange::Changed { revision: 3 });
        store.close().await;
        place.assert_sound().await;
    }
}
