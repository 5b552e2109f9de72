//! What quality control remembers: warnings through their whole life, silences, rungs, messages,
//! and which tickets changed.

use duly_core::id::PersonId;
use duly_core::permit::Role;
use duly_core::process::Severity;
use duly_core::telling::Kind;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Fill, Firing, Keeper, NewSilence, NewWarning, OnStep, OnWarning, Page, Rung,
    SILENCE_MAX, Settle, SilenceAct, Store, WarningAct, WarningFilter,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{baker, days, duties, duty, on_both, start, tess};

fn new(rule: &str, about: &str) -> NewWarning {
    NewWarning {
        client: baker(),
        rule: rule.to_owned(),
        about: about.to_owned(),
        severity: Severity::High,
        message: format!("{rule} at {about}"),
        ticket: None,
    }
}

fn firing(rule: &str, about: &str, number: u64) -> Firing {
    Firing {
        warning: new(rule, about),
        source: Some(Keeper::Client),
        process: None,
        asset: None,
        owner: "manager".to_owned(),
        number,
    }
}

fn word(warning: &str, person: &PersonId, word: &str) -> OnWarning {
    OnWarning {
        client: baker(),
        warning: warning.to_owned(),
        person: person.clone(),
        word: word.to_owned(),
    }
}

async fn settle(store: &Store, changes: &[Settle], now: Timestamp) -> (usize, usize) {
    let settled = store
        .settle_warnings(&baker(), changes, None, now)
        .await
        .unwrap();
    (settled.raised, settled.cleared)
}

async fn listed(store: &Store) -> Vec<duly_store::Warning> {
    store
        .warnings(&baker(), &Page::default())
        .await
        .unwrap()
        .rows
}

/// What is told, to whom, and of how many warnings.
async fn messages(store: &Store) -> Vec<(Kind, Role, u64)> {
    let told = store.untold().await.unwrap();
    let count = |line: &str| {
        let number = line.split_once(" warnings, ").map(|(number, _)| number);
        number.map_or(1, |number| number.parse().unwrap())
    };
    told.into_iter()
        .map(|told| {
            (
                told.notice.kind,
                told.notice.roles[0],
                count(&told.notice.line),
            )
        })
        .collect()
}

/// A step of the duty of a day, as nobody has changed it.
fn on_step(day: i64, step: &str, person: &PersonId) -> OnStep {
    OnStep {
        client: baker(),
        ticket: duty(day).duty.id,
        step: step.into(),
        revision: 0,
        person: person.clone(),
    }
}

async fn kinds(store: &Store) -> Vec<String> {
    let entries = store.entries(&baker(), 0).await.unwrap();
    let kinds = entries
        .iter()
        .map(|entry| duly_core::entry::Entry::parse(&entry.bytes).unwrap().t);
    kinds.filter(|kind| kind.starts_with("x.warning")).collect()
}

on_both! {
    async fn that_a_duty_was_missed_is_not_told_a_second_time_as_a_warning(place: Place) {
        let store = place.baker().await;
        let raise = [Settle::Raise(firing("missed", "a", 1))];
        assert_eq!(settle(&store, &raise, start()).await, (1, 0));
        assert_eq!(messages(&store).await, []);
    }

    async fn the_same_firing_is_raised_once_by_however_many_workers(place: Place) {
        let store = place.baker().await;
        let now = start();
        let raise = [Settle::Raise(firing("gap", "a", 1)), Settle::Raise(firing("gap", "b", 1))];
        assert_eq!(settle(&store, &raise, now).await, (2, 0));
        assert_eq!(settle(&store, &raise, now).await, (0, 0));
        assert_eq!(kinds(&store).await, ["x.warning.raise", "x.warning.raise"]);
        assert_eq!(messages(&store).await, [(Kind::Warning, Role::Manager, 2)]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_cause_that_returns_is_the_next_firing_of_the_same_history(place: Place) {
        let store = place.baker().await;
        let now = start();
        settle(&store, &[Settle::Raise(firing("gap", "a", 1))], now).await;
        let first = listed(&store).await.remove(0);
        settle(&store, &[Settle::Gone(first.id.clone())], now + days(1)).await;
        let known = store.known_of(&baker(), Keeper::Client).await.unwrap();
        assert_eq!((known[0].gone_since, known[0].cleared), (Some(now + days(1)), false));
        settle(&store, &[Settle::Back(first.id.clone())], now + days(1)).await;
        let cleared = [Settle::Clear(first.id.clone())];
        assert_eq!(settle(&store, &cleared, now + days(2)).await, (0, 1));
        assert_eq!(settle(&store, &cleared, now + days(2)).await, (0, 0));
        settle(&store, &[Settle::Raise(firing("gap", "a", 2))], now + days(3)).await;
        let known = store.known_of(&baker(), Keeper::Client).await.unwrap();
        assert_eq!(known.len(), 1, "the last firing only");
        assert_eq!((known[0].number, known[0].cleared), (2, false));
        let history = WarningFilter { cleared_too: true, ..WarningFilter::default() };
        let history = store.warnings_by(&history, &Page::default()).await.unwrap().rows;
        let firings: Vec<_> = history.iter().map(|warning| warning.firing).collect();
        assert_eq!(firings, [2, 1]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_warning_is_taken_on_and_cleared_with_a_word_and_never_without(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = start();
        let id = store.raise_warning(new("late", "x"), now).await.unwrap().unwrap();
        for empty in ["", "  \n"] {
            let act = store.acknowledge_warning(word(&id, &person, empty), now).await.unwrap();
            assert_eq!(act, WarningAct::NoWord);
            let act = store.settle_by_word(word(&id, &person, empty), now).await.unwrap();
            assert_eq!(act, WarningAct::NoWord);
        }
        let nobody = store.settle_by_word(word("none", &person, "so"), now).await.unwrap();
        assert_eq!(nobody, WarningAct::NoSuch);
        let long = "x".repeat(3_000);
        assert!(store.settle_by_word(word(&id, &person, &long), now).await.is_err());
        let act = store.acknowledge_warning(word(&id, &person, "on it"), now).await.unwrap();
        assert_eq!(act, WarningAct::Done);
        let act = store.settle_by_word(word(&id, &person, "talked to Tom"), now).await.unwrap();
        assert_eq!(act, WarningAct::Done);
        let act = store.acknowledge_warning(word(&id, &person, "me too"), now).await.unwrap();
        assert_eq!(act, WarningAct::Already);
        let warning = store.warning(&baker(), &id).await.unwrap().unwrap();
        assert_eq!(warning.acknowledged_word.as_deref(), Some("on it"));
        assert_eq!(warning.cleared_by, Some(person));
        assert_eq!(
            kinds(&store).await,
            ["x.warning.raise", "x.warning.acknowledge", "x.warning.clear"]
        );
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_rung_is_reached_once_and_not_by_what_somebody_took_on(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let now = start();
        let id = store.raise_warning(new("late", "x"), now).await.unwrap().unwrap();
        let untaken = store.untaken_warnings(&baker(), &Page::default()).await.unwrap().rows;
        let rung = |place: usize, to: &str| Rung {
            warning: untaken[0].clone(),
            place,
            to: to.to_owned(),
        };
        let both = [rung(0, "manager"), rung(1, "executive")];
        let later = now + days(3);
        assert_eq!(store.escalate_warnings(&baker(), &both, later).await.unwrap(), 2);
        assert_eq!(store.escalate_warnings(&baker(), &both, later).await.unwrap(), 0);
        let warning = store.warning(&baker(), &id).await.unwrap().unwrap();
        assert!(warning.rungs.has(0) && warning.rungs.has(1) && !warning.rungs.has(2));
        store.acknowledge_warning(word(&id, &person, "on it"), later).await.unwrap();
        let stale = Rung { warning, place: 2, to: "client".to_owned() };
        assert_eq!(store.escalate_warnings(&baker(), &[stale], later).await.unwrap(), 0);
        let told = messages(&store).await;
        let escalated = told.iter().filter(|(kind, ..)| *kind == Kind::Escalation);
        assert_eq!(escalated.count(), 2, "one for each audience");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_silence_is_granted_by_somebody_else_mutes_telling_only_and_ends(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let mara = PersonId::from("p-mara");
        let now = start();
        let mut silence = NewSilence {
            client: baker(),
            rule: "gap".to_owned(),
            about: None,
            reason: "the office moves".to_owned(),
            person: person.clone(),
            ends_at: now + days(7),
        };
        let SilenceAct::Done(id) = store.ask_silence(silence.clone(), now).await.unwrap() else {
            panic!("asked for");
        };
        let own = store.decide_silence(&baker(), &id, &person, true, now).await.unwrap();
        assert_eq!(own, SilenceAct::OwnWish);
        settle(&store, &[Settle::Raise(firing("gap", "asked-only", 1))], now).await;
        assert_eq!(messages(&store).await.len(), 1, "asking mutes nothing");
        let granted = store.decide_silence(&baker(), &id, &mara, true, now).await.unwrap();
        assert_eq!(granted, SilenceAct::Done(id.clone()));
        let again = store.decide_silence(&baker(), &id, &mara, false, now).await.unwrap();
        assert_eq!(again, SilenceAct::Already);
        let later = now + days(1);
        settle(&store, &[Settle::Raise(firing("gap", "muted", 1))], later).await;
        assert_eq!(messages(&store).await.len(), 1);
        assert_eq!(listed(&store).await.len(), 2, "the warning is there all the same");
        settle(&store, &[Settle::Raise(firing("gap", "over", 1))], now + days(8)).await;
        assert_eq!(messages(&store).await.len(), 2);
        assert_eq!(store.silences(None, later, &Page::default()).await.unwrap().rows.len(), 1);
        let over = store.silences(None, now + days(8), &Page::default()).await.unwrap();
        assert!(over.rows.is_empty());
        let now = now + days(9);
        silence.reason = " ".to_owned();
        assert_eq!(store.ask_silence(silence.clone(), now).await.unwrap(), SilenceAct::NoReason);
        silence.reason = "a reason".to_owned();
        silence.ends_at = now + SILENCE_MAX + SignedDuration::from_secs(1);
        assert_eq!(store.ask_silence(silence.clone(), now).await.unwrap(), SilenceAct::WrongEnd);
        silence.ends_at = now;
        assert_eq!(store.ask_silence(silence.clone(), now).await.unwrap(), SilenceAct::WrongEnd);
        silence.ends_at = now + SILENCE_MAX;
        let most = store.ask_silence(silence, now).await.unwrap();
        assert!(matches!(most, SilenceAct::Done(_)), "{most:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_waits_is_raised_once_it_has_lasted_and_forgotten_if_it_did_not(place: Place) {
        let store = place.baker().await;
        let now = start();
        let wait = |about: &str| Settle::Wait {
            firing: Firing { source: Some(Keeper::Ticket), ..firing("unknown", about, 1) },
            ripe_at: now + days(1),
        };
        settle(&store, &[wait("a"), wait("b")], now).await;
        settle(&store, &[wait("a")], now + SignedDuration::from_hours(5)).await;
        let forget = Settle::Forget { rule: "unknown".to_owned(), about: "b".to_owned() };
        settle(&store, &[forget], now).await;
        assert!(store.ripe_warnings(&baker(), now).await.unwrap().is_empty());
        let ripe = store.ripe_warnings(&baker(), now + days(1)).await.unwrap();
        assert_eq!(ripe.len(), 1);
        settle(&store, &[Settle::Raise(ripe[0].clone())], now + days(1)).await;
        assert!(store.ripe_warnings(&baker(), now + days(2)).await.unwrap().is_empty());
        store.close().await;
        place.assert_sound().await;
    }

    async fn the_log_says_which_tickets_changed_and_each_is_looked_at_once(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let opens = duty(2).duty.opens_at;
        store.open_duties(&baker(), &duties(3), opens).await.unwrap();
        let since = "2025-01-01".parse().unwrap();
        let none = store.changed_tickets(&baker(), 5, since).await.unwrap();
        assert!(none.changed.is_empty(), "raising a ticket is no change of it");
        for day in [0, 1] {
            for step in ["restore", "open", "tidy"] {
                let on = on_step(day, step, &person);
 let said = Fill::of(Verdict::Pass, format!("{step} of day {day}"));
                store.fill_step(on, said, opens).await.unwrap();
            }
            let by = Some(ClosedBy::person(&person));
            store.close_ticket(&baker(), &duty(day).duty.id, by, opens).await.unwrap();
        }
        let changed = store.changed_tickets(&baker(), 5, since).await.unwrap();
        assert_eq!(changed.changed.len(), 2);
        assert!(!changed.more);
        let (ticket, steps) = &changed.tickets[&duty(1).duty.id];
        assert_eq!((ticket.closed_by.as_ref(), steps.len()), (Some(&person), 3));
        store.settle_warnings(&baker(), &[], Some(changed.up_to), opens).await.unwrap();
        let after = store.changed_tickets(&baker(), 5, since).await.unwrap();
        assert_eq!((after.up_to, after.changed.len()), (changed.up_to, 0));
        let on = on_step(2, "open", &person);
 let said = Fill::of(Verdict::Unknown, "could not".to_owned());
        store.fill_step(on, said, opens).await.unwrap();
        let next = store.changed_tickets(&baker(), 5, since).await.unwrap();
        assert_eq!(next.changed, [duty(2).duty.id]);
        assert_eq!(next.tickets.len(), 3, "with the two closed before it");
        let found = store.found_by_people(&"backup.restore-test".into(), 10).await.unwrap();
        assert_eq!(found.len(), 2);
        store.close().await;
        place.assert_sound().await;
    }

    async fn the_board_counts_everything_and_pages_the_worst_first(place: Place) {
        let store = place.baker().await;
        let now = start();
        for (number, severity) in [Severity::Low, Severity::High, Severity::Medium]
            .into_iter()
            .cycle()
            .take(9)
            .enumerate()
        {
            let warning = NewWarning { severity, ..new("gap", &format!("a{number}")) };
            let at = now + SignedDuration::from_secs(i64::try_from(number).unwrap());
            store.raise_warning(warning, at).await.unwrap();
        }
        let mut page = Page { after: None, rows: 4 };
        let mut seen = Vec::new();
        loop {
            let board = store.control_board(&WarningFilter::default(), &page).await.unwrap();
            assert_eq!((board.counts[0].number, board.counts[0].untaken), (9, 9));
            seen.extend(board.rows.rows.into_iter().map(|row| row.warning.raised));
            match board.rows.next {
                Some(next) => page = page.after(&next),
                None => break,
            }
        }
        let severities: Vec<_> = seen.iter().map(|warning| warning.severity).collect();
        assert!(severities.is_sorted_by(|one, other| one >= other), "{severities:?}");
        assert_eq!(seen.len(), 9);
        let high = WarningFilter { severity: Some(Severity::High), ..WarningFilter::default() };
        let board = store.control_board(&high, &Page::default()).await.unwrap();
        assert_eq!(board.rows.rows.len(), 3);
        let other = WarningFilter { rules: vec!["other".to_owned()], ..WarningFilter::default() };
        assert!(store.control_board(&other, &Page::default()).await.unwrap().rows.rows.is_empty());
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_proof_keeps_when_the_rule_last_fired(place: Place) {
        let store = place.baker().await;
        let now = start();
        let tried = |fired| [("missed".to_owned(), true), ("late".to_owned(), fired)];
        store.record_rule_proofs(&baker(), &tried(true), now).await.unwrap();
        store.record_rule_proofs(&baker(), &tried(false), now + days(1)).await.unwrap();
        let proofs = store.rule_proofs(&baker()).await.unwrap();
        let late = proofs.iter().find(|proof| proof.rule == "late").unwrap();
        assert_eq!((late.fired_at, late.tried_at), (Some(now), now + days(1)));
        store.close().await;
        place.assert_sound().await;
    }
}
