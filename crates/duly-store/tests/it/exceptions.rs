//! Exceptions asked for, decided and withdrawn; snoozed tickets; the worker's heartbeat.

use duly_core::accounts::Outcome;
use duly_core::exception::{Ask, AskProblem};
use duly_core::scope::{Resume, WaivedBy};
use duly_core::telling::Kind;
use duly_store::{
    Asking, Deciding, Decision, Error, ExceptionState, GAP_MAX, NewAsk, Page, Role, Snooze,
    Snoozed, Snoozing, Store, TicketFilter, Waiver,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{asset, at, baker, duties, duty, new_client, on_both, start, tess};

fn ask() -> Ask {
    Ask {
        process: None,
        asset: Some(asset()),
        from: "2026-01-02".parse().unwrap(),
        to: "2026-01-31".parse().unwrap(),
        reason: "the bakery moves house".to_owned(),
        measure: Some("a copy lies in the safe".to_owned()),
    }
}

fn new_ask() -> NewAsk {
    NewAsk {
        client: baker(),
        id: "e-1".to_owned(),
        ask: ask(),
        person: "p-tess".into(),
        today: "2026-01-01".parse().unwrap(),
    }
}

fn decision(grant: Option<WaivedBy>) -> Decision {
    Decision {
        client: baker(),
        id: "e-1".to_owned(),
        person: "p-mara".into(),
        grant,
        answer: "as agreed".to_owned(),
        today: "2026-01-01".parse().unwrap(),
    }
}

async fn kinds(store: &Store) -> Vec<String> {
    let entries = store.entries(&baker(), 0).await.unwrap();
    let kinds = entries.iter().map(|one| one.entry().unwrap().t);
    kinds.filter(|kind| kind.contains("exception")).collect()
}

fn waivers(number: i64) -> Vec<Waiver> {
    let waiver = |due: duly_store::OpenDuty| Waiver {
        ticket: due.duty.id,
        exception: "e-1".to_owned(),
    };
    duties(number).into_iter().map(waiver).collect()
}

fn snooze(until: Timestamp, reason: &str) -> Snooze {
    Snooze {
        client: baker(),
        ticket: duty(0).duty.id,
        until,
        reason: reason.to_owned(),
        person: "p-tess".into(),
    }
}

async fn queue(store: &Store, snoozed: Snoozed) -> usize {
    let filter = TicketFilter {
        snoozed: Some(snoozed),
        ..TicketFilter::default()
    };
    store
        .tickets(&filter, &Page::widest())
        .await
        .unwrap()
        .rows
        .len()
}

on_both! {
    async fn an_exception_is_asked_granted_and_published(place: Place) {
        let store = place.baker().await;
        let now = start();
        assert_eq!(store.ask_exception(new_ask(), now).await.unwrap(), Asking::Asked);
        assert_eq!(store.ask_exception(new_ask(), now).await.unwrap(), Asking::Already);
        let asked = store.exception(&baker(), "e-1").await.unwrap().unwrap();
        assert_eq!((asked.state, &asked.ask), (ExceptionState::Asked, &ask()));
        let published = store.published(&baker()).await.unwrap().unwrap();
        assert!(published.exceptions.is_empty(), "nothing is waived by a wish");
        let grant = decision(Some(WaivedBy::Client));
        let decided = store.decide_exception(grant.clone(), now).await.unwrap();
        assert_eq!(decided, Deciding::Decided);
        let again = store.decide_exception(grant, now).await.unwrap();
        assert_eq!(again, Deciding::Already);
        let published = store.published(&baker()).await.unwrap().unwrap();
        let exception = &published.exceptions[0];
        assert_eq!(exception.resume, Some(Resume::AtOnce));
        assert_eq!((exception.by, exception.granted_at), (WaivedBy::Client, now));
        assert_eq!(kinds(&store).await, ["x.exception.ask", "exception.grant"]);
        let told = store.untold().await.unwrap();
        let asked = told.iter().find(|one| one.notice.kind == Kind::ExceptionAsked).unwrap();
        assert_eq!(asked.notice.roles, [Role::Manager, Role::Executive]);
        let answered = told.iter().find(|one| one.notice.kind == Kind::ExceptionDecided).unwrap();
        assert_eq!(answered.notice.people, ["p-tess".into()]);
        assert_eq!(told.len(), 2, "each is told once");
        let listed = store.exceptions(&baker(), &Page::default()).await.unwrap();
        assert_eq!(listed.rows.len(), 1);
        assert_eq!(listed.rows[0].by, Some(WaivedBy::Client));
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_asked_does_not_decide(place: Place) {
        let store = place.baker().await;
        store.ask_exception(new_ask(), start()).await.unwrap();
        let own = Decision { person: "p-tess".into(), ..decision(Some(WaivedBy::Provider)) };
        let decided = store.decide_exception(own, start()).await.unwrap();
        assert_eq!(decided, Deciding::OwnWish);
        let asked = store.exception(&baker(), "e-1").await.unwrap().unwrap();
        assert_eq!(asked.state, ExceptionState::Asked);
        store.close().await;
    }

    async fn a_refused_exception_publishes_nothing(place: Place) {
        let store = place.baker().await;
        store.ask_exception(new_ask(), start()).await.unwrap();
        let decided = store.decide_exception(decision(None), start()).await.unwrap();
        assert_eq!(decided, Deciding::Decided);
        let published = store.published(&baker()).await.unwrap().unwrap();
        assert!(published.exceptions.is_empty());
        assert_eq!(kinds(&store).await, ["x.exception.ask", "x.exception.refuse"]);
        let row = store.exception(&baker(), "e-1").await.unwrap().unwrap();
        assert_eq!(row.answer.as_deref(), Some("as agreed"));
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_cannot_be_asked_is_refused_and_leaves_no_trace(place: Place) {
        let store = place.baker().await;
        let mut wrong = new_ask();
        wrong.ask.reason = String::new();
        wrong.ask.to = "2026-12-31".parse().unwrap();
        let asking = store.ask_exception(wrong, start()).await.unwrap();
        let problems = vec![AskProblem::NoReason, AskProblem::TooManyDays];
        assert_eq!(asking, Asking::Refused(problems));
        let mut stray = new_ask();
        stray.ask.asset = Some("a-elsewhere".into());
        let error = store.ask_exception(stray, start()).await.unwrap_err();
        assert_eq!(error.code(), "no-such");
        assert!(kinds(&store).await.is_empty());
        store.ask_exception(new_ask(), start()).await.unwrap();
        let mut other = new_ask();
        other.ask.reason = "another".to_owned();
        let error = store.ask_exception(other, start()).await.unwrap_err();
        assert!(matches!(error, Error::Taken { .. }), "{error}");
        store.close().await;
    }

    async fn one_whose_last_day_is_over_is_not_granted(place: Place) {
        let store = place.baker().await;
        store.ask_exception(new_ask(), start()).await.unwrap();
        let late = Decision {
            today: "2026-02-01".parse().unwrap(),
            ..decision(Some(WaivedBy::Provider))
        };
        let decided = store.decide_exception(late, start()).await.unwrap();
        assert_eq!(decided, Deciding::Over);
        let stray = Decision { id: "e-2".to_owned(), ..decision(None) };
        let decided = store.decide_exception(stray, start()).await.unwrap();
        assert_eq!(decided, Deciding::NoSuch);
        store.close().await;
    }

    async fn a_withdrawal_holds_for_what_opens_after_it(place: Place) {
        let store = place.baker().await;
        store.ask_exception(new_ask(), start()).await.unwrap();
        store.decide_exception(decision(Some(WaivedBy::Provider)), start()).await.unwrap();
        let noon = at("2026-01-03T12:00:00Z");
        let withdrawn = store.withdraw_exception(decision(None), noon).await.unwrap();
        assert_eq!(withdrawn, Deciding::Decided);
        let again = store.withdraw_exception(decision(None), noon).await.unwrap();
        assert_eq!(again, Deciding::Already);
        let now = at("2026-01-04T10:00:00Z");
        store.open_duties(&baker(), &duties(3), now).await.unwrap();
        let waived = store.waive_tickets(&baker(), &waivers(3), now).await.unwrap();
        assert_eq!(waived, [duty(0).duty.id, duty(1).duty.id]);
        let withdrawals = store.withdrawals(&baker()).await.unwrap();
        assert_eq!(withdrawals, [("e-1".to_owned(), noon)]);
        let filter = TicketFilter {
            exception: Some("e-1".to_owned()),
            ..TicketFilter::default()
        };
        let listed = store.tickets(&filter, &Page::widest()).await.unwrap();
        assert_eq!(listed.rows.len(), 2);
        let (from, to) = ("2026-01-01".parse().unwrap(), "2026-01-31".parse().unwrap());
        assert_eq!(store.waived_by_client(&baker(), from, to).await.unwrap(), 0);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_ticket_rests_until_its_time_and_stays_what_it_is(place: Place) {
        let store = place.baker().await;
        tess(&store).await;
        let due = duty(0).duty;
        let now = due.opens_at;
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let until = due.due_at;
        let rested = store.snooze_ticket(snooze(until, "away"), now).await.unwrap();
        assert_eq!(rested, Snoozing::Changed);
        assert_eq!(queue(&store, Snoozed::NotAt(now)).await, 0);
        assert_eq!(queue(&store, Snoozed::At(now)).await, 1);
        let found = store.snooze_of(&baker(), &due.id, now).await.unwrap().unwrap();
        assert_eq!((found.until, found.reason.as_str()), (until, "away"));
        // By itself, once the time is there.
        assert_eq!(queue(&store, Snoozed::NotAt(until)).await, 1);
        assert_eq!(store.snooze_of(&baker(), &due.id, until).await.unwrap(), None);
        let (ticket, _) = store.ticket(&baker(), &due.id).await.unwrap().unwrap();
        assert_eq!((ticket.outcome, ticket.due_at), (Outcome::Open, due.due_at));
        let woken = store.wake_ticket(&baker(), &due.id, &"p-tess".into(), now).await.unwrap();
        assert_eq!(woken, Snoozing::Changed);
        assert_eq!(queue(&store, Snoozed::NotAt(now)).await, 1);
        let woken = store.wake_ticket(&baker(), &due.id, &"p-tess".into(), now).await.unwrap();
        assert_eq!(woken, Snoozing::NotOpen(Outcome::Open));
        let missed = store.mark_missed(&baker(), due.missed_at + GAP_MAX).await.unwrap();
        assert_eq!(missed, [due.id]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_rest_beyond_the_grace_or_without_a_reason_is_refused(place: Place) {
        let store = place.baker().await;
        let due = duty(0).duty;
        let now = due.opens_at;
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let just_after = due.missed_at + SignedDuration::from_millis(1);
        for (snooze, expected) in [
            (snooze(just_after, "x"), Snoozing::PastGrace(due.missed_at)),
            (snooze(now, "x"), Snoozing::NotAhead),
            (snooze(due.missed_at, " "), Snoozing::NoReason),
            (Snooze { ticket: duty(1).duty.id, ..snooze(due.due_at, "x") }, Snoozing::NoSuch),
        ] {
            assert_eq!(store.snooze_ticket(snooze, now).await.unwrap(), expected);
        }
        store.mark_missed(&baker(), just_after).await.unwrap();
        let late = snooze(just_after + GAP_MAX, "x");
        let refused = store.snooze_ticket(late, just_after).await.unwrap();
        assert_eq!(refused, Snoozing::NotOpen(Outcome::Missed));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_gap_between_heartbeats_is_recorded_and_warned_of_once(place: Place) {
        let store = place.open().await;
        store.create_client(new_client("provider"), start()).await.unwrap();
        let provider = "provider".into();
        let beat = async |after: SignedDuration| {
            store.heartbeat(&provider, start() + after).await.unwrap()
        };
        assert_eq!(beat(SignedDuration::ZERO).await, None);
        assert_eq!(beat(GAP_MAX).await, None, "a restart is no gap");
        let later = GAP_MAX + SignedDuration::from_mins(31 * 60 + 5);
        assert_eq!(beat(later).await, Some(start() + GAP_MAX));
        assert_eq!(beat(SignedDuration::ZERO).await, None, "a clock set back");
        assert_eq!(beat(later + GAP_MAX).await, None);
        let warnings = store.warnings(&provider, &Page::default()).await.unwrap().rows;
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].raised.message.starts_with("duly was down 31 h"));
        assert_eq!(warnings[0].raised.rule, "duly-was-down");
        let entries = store.entries(&provider, 0).await.unwrap();
        let down = entries.iter().filter(|one| one.entry().unwrap().t == "x.duly.down");
        assert_eq!(down.count(), 1);
        store.close().await;
        place.assert_sound().await;
    }
}
