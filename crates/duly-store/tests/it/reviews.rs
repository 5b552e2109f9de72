//! Months, draws and reviews as rows: each written once, whoever comes second is told so.

use duly_core::id::{DutyId, PersonId, ProcessId};
use duly_core::review::document::{Close, Draw};
use duly_core::review::period::Period;
use duly_core::review::reviewer::{As, Assigned};
use duly_core::review::stage::Stage;
use duly_core::telling::Kind;
use duly_core::verdict::Verdict;
use duly_proof::hash::Hash;
use duly_store::{
    ClosedBy, Closing, Fill, Made, MonthClosed, NewDraw, OnStep, Page, ReviewChange, ReviewFilter,
    ReviewState, ReviewWord, StepState, StepWord, Store, TicketStep,
};
use jiff::Timestamp;

use crate::world::{at, baker, duties, duty, on_both, tess};

const LATER: &str = "2026-02-02T08:00:00Z";

fn january() -> Period {
    "2026-01".parse().unwrap()
}

fn process() -> ProcessId {
    "backup.restore-test".into()
}

fn mara() -> PersonId {
    "p-mara".into()
}

/// Three tickets that Tess has closed.
async fn finished(store: &Store) {
    let person = tess(store).await;
    for day in 0..3 {
        let now = duty(day).duty.opens_at;
        store
            .open_duties(&baker(), &duties(day + 1), now)
            .await
            .unwrap();
        for step in ["restore", "open", "tidy"] {
            let on = OnStep {
                client: baker(),
                ticket: duty(day).duty.id,
                step: step.into(),
                revision: 0,
                person: person.clone(),
            };
            let said = Fill::of(Verdict::Pass, "seen".to_owned());
            store.fill_step(on, said, now).await.unwrap();
        }
        store
            .close_ticket(
                &baker(),
                &duty(day).duty.id,
                Some(ClosedBy::person(&person)),
                now,
            )
            .await
            .unwrap();
    }
}

/// Does what is owed of a ticket again.
async fn do_again(store: &Store, ticket: &DutyId, person: &PersonId, now: Timestamp) {
    let (_, steps) = store.ticket(&baker(), ticket).await.unwrap().unwrap();
    let owed = |step: &TicketStep| step.state == StepState::Pending;
    for step in steps.into_iter().filter(owed) {
        let on = OnStep {
            client: baker(),
            ticket: ticket.clone(),
            step: step.id,
            revision: step.revision,
            person: person.clone(),
        };
        let said = Fill::of(Verdict::Pass, "opened it".to_owned());
        store.fill_step(on, said, now).await.unwrap();
    }
    let by = Some(ClosedBy::person(person));
    let closing = store.close_ticket(&baker(), ticket, by, now).await.unwrap();
    assert!(matches!(closing, Closing::Reworked { .. }), "{closing:?}");
}

async fn close(store: &Store) -> Close {
    let head = store.log_head(&baker()).await.unwrap().unwrap();
    let material = store
        .review_material(&baker(), &process(), january(), head.size)
        .await
        .unwrap();
    Close {
        process: process(),
        period: january(),
        lot: material.lot.size(),
        lot_root: material.lot.root().to_hex(),
    }
}

/// January closed and drawn: all three, two of them Mara's, the last nobody's.
async fn drawn(store: &Store) -> NewDraw {
    finished(store).await;
    let now: Timestamp = at(LATER);
    let close = close(store).await;
    let closed = store
        .close_review_month(&baker(), close, now)
        .await
        .unwrap();
    assert_eq!(closed, MonthClosed::Closed);
    let month = store.review_month(&baker(), &process(), january()).await;
    let month = month.unwrap().unwrap();
    let material = store
        .review_material(&baker(), &process(), january(), month.close_index)
        .await
        .unwrap();
    let check = serde_json::from_value(serde_json::json!({ "rate-percent": 100 })).unwrap();
    let root = Hash::from_hex(&month.close_root).unwrap();
    let process = process();
    let about = (&process, january());
    let draw = Draw::of(&root, &baker(), about, &material.lot, &check, Stage::Normal);
    let assigned = draw.drawn.iter().zip(0..).map(|(ticket, place)| Assigned {
        ticket: ticket.clone(),
        reviewer: (place < 2).then(|| (mara(), As::Manager)),
    });
    let new = NewDraw {
        client: baker(),
        assigned: assigned.collect(),
        due_at: at("2026-02-09T17:00:00Z"),
        draw,
    };
    let made = store.record_review_draw(new.clone(), now).await.unwrap();
    assert_eq!(made, Made::New);
    new
}

fn word(ticket: &DutyId, person: &PersonId, revision: u64, is_open_good: bool) -> ReviewWord {
    let step = |id: &str, agrees: bool| StepWord {
        step: id.into(),
        agrees,
        words: String::new(),
    };
    ReviewWord {
        client: baker(),
        ticket: ticket.clone(),
        person: person.clone(),
        revision,
        words: "looked".to_owned(),
        steps: vec![
            step("restore", true),
            StepWord {
                words: "another picture".to_owned(),
                ..step("open", is_open_good)
            },
            step("tidy", true),
        ],
    }
}

on_both! {
    async fn a_month_is_closed_once_and_only_with_the_tickets_that_were_finished(place: Place) {
        let store = place.baker().await;
        finished(&store).await;
        let now = at(LATER);
        let right = close(&store).await;
        assert_eq!(right.lot, 3);
        let wrong = Close { lot: 2, ..right.clone() };
        let changed = store.close_review_month(&baker(), wrong, now).await.unwrap();
        assert_eq!(changed, MonthClosed::Changed);
        let made = store.close_review_month(&baker(), right.clone(), now).await.unwrap();
        assert_eq!(made, MonthClosed::Closed);
        let again = store.close_review_month(&baker(), right, now).await.unwrap();
        assert_eq!(again, MonthClosed::Already);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_month_with_an_open_ticket_is_not_closed(place: Place) {
        let store = place.baker().await;
        finished(&store).await;
        store.open_duties(&baker(), &duties(4), duty(3).duty.opens_at).await.unwrap();
        let close = close(&store).await;
        let changed = store.close_review_month(&baker(), close, at(LATER)).await.unwrap();
        assert_eq!(changed, MonthClosed::Changed);
    }

    async fn a_draw_is_written_once_and_its_entry_leans_on_the_closing(place: Place) {
        let store = place.baker().await;
        let mut new = drawn(&store).await;
        new.draw.drawn.reverse();
        let again = store.record_review_draw(new.clone(), at(LATER)).await.unwrap();
        assert_eq!(again, Made::Already);
        let month = store.review_month(&baker(), &process(), january()).await.unwrap().unwrap();
        let (index, _, draw) = month.drawn.clone().unwrap();
        assert_ne!(draw, new.draw, "the first one stands");
        let entry = store.entry(&baker(), index).await.unwrap().unwrap().entry().unwrap();
        let seen = entry.seen.unwrap();
        assert_eq!((seen.size, seen.root), (month.close_index + 1, month.close_root));
        let told = store.untold().await.unwrap();
        let told = told.iter().filter(|one| one.notice.kind == Kind::ReviewDrawn);
        let drawn: Vec<_> = told.collect();
        let named = drawn.iter().filter(|one| one.notice.people == [mara()]).count();
        assert_eq!((drawn.len(), named), (3, 2), "the one without a reviewer goes to managers");
        let listed = store.review_months(&baker(), &Page::default()).await.unwrap();
        assert_eq!(listed.rows.len(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_draw_of_a_month_that_was_never_closed_is_refused(place: Place) {
        let store = place.baker().await;
        let mut new = drawn(&store).await;
        new.draw.period = "2026-03".parse().unwrap();
        let error = store.record_review_draw(new, at(LATER)).await.unwrap_err();
        assert_eq!(error.code(), "no-such");
    }

    async fn reviews_are_listed_page_by_page(place: Place) {
        let store = place.baker().await;
        let new = drawn(&store).await;
        let filter = ReviewFilter {
            client: Some(baker()),
            state: Some(ReviewState::Owed),
            month: Some((process(), january())),
            ..ReviewFilter::default()
        };
        let mut page = Page { after: None, rows: 2 };
        let first = store.reviews(&filter, &page).await.unwrap();
        page = page.after(&first.next.unwrap());
        let second = store.reviews(&filter, &page).await.unwrap();
        assert_eq!((first.rows.len(), second.rows.len(), second.next), (2, 1, None));
        let mut found: Vec<DutyId> = first.rows.into_iter().chain(second.rows)
            .map(|review| review.ticket)
            .collect();
        found.sort();
        let mut drawn = new.draw.drawn;
        drawn.sort();
        assert_eq!(found, drawn);
        let overdue = ReviewFilter { due_before: Some(at(LATER)), ..filter };
        assert!(store.reviews(&overdue, &Page::default()).await.unwrap().rows.is_empty());
    }

    async fn a_word_is_taken_once_from_whoever_opened_it_and_did_not_do_it(place: Place) {
        let store = place.baker().await;
        let ticket = drawn(&store).await.draw.drawn[0].clone();
        let now = at(LATER);
        let (doer, reviewer) = (PersonId::from("p-tess"), mara());
        let own = store.open_review(&baker(), &ticket, &doer, now).await.unwrap();
        assert_eq!(own, ReviewChange::OwnWork);
        let early = store.decide_review(word(&ticket, &reviewer, 0, true), now).await.unwrap();
        assert_eq!(early, ReviewChange::NotOpened);
        for _ in 0..2 {
            let opened = store.open_review(&baker(), &ticket, &reviewer, now).await.unwrap();
            assert_eq!(opened, ReviewChange::Changed(ReviewState::Owed));
        }
        let silent = ReviewWord {
            steps: word(&ticket, &reviewer, 0, false).steps.into_iter()
                .map(|step| StepWord { words: String::new(), ..step })
                .collect(),
            ..word(&ticket, &reviewer, 0, false)
        };
        assert_eq!(store.decide_review(silent, now).await.unwrap(), ReviewChange::NoWords);
        let mut partly = word(&ticket, &reviewer, 0, true);
        partly.steps.pop();
        assert_eq!(store.decide_review(partly, now).await.unwrap(), ReviewChange::OtherSteps);
        let old = store.decide_review(word(&ticket, &reviewer, 7, true), now).await.unwrap();
        assert_eq!(old, ReviewChange::Raced(ReviewState::Owed));
        let said = store.decide_review(word(&ticket, &reviewer, 0, true), now).await.unwrap();
        assert_eq!(said, ReviewChange::Changed(ReviewState::Agreed));
        let again = store.decide_review(word(&ticket, &reviewer, 0, false), now).await.unwrap();
        assert_eq!(again, ReviewChange::Raced(ReviewState::Agreed));
        let looks = store.review_looks(&baker(), &ticket).await.unwrap();
        assert_eq!(looks.len(), 1, "opened once");
        assert!(looks[0].said.as_ref().unwrap().agrees);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_is_not_as_recorded_is_done_again_and_looked_at_by_somebody_else(place: Place) {
        let store = place.baker().await;
        let ticket = drawn(&store).await.draw.drawn[0].clone();
        let now = at(LATER);
        store.open_review(&baker(), &ticket, &mara(), now).await.unwrap();
        let said = store.decide_review(word(&ticket, &mara(), 0, false), now).await.unwrap();
        assert_eq!(said, ReviewChange::Changed(ReviewState::Rework));
        let due = at("2026-02-16T17:00:00Z");
        let early = store.ask_for_second_look(&baker(), &ticket, due).await.unwrap();
        assert!(!early, "it is not done again yet");
        let rework = store.rework_of(&baker(), &ticket).await.unwrap();
        assert_eq!(rework[0].asked_by, mara());
        let (owed, steps) = store.ticket(&baker(), &ticket).await.unwrap().unwrap();
        assert!(owed.is_owed());
        let waits = |step: &&TicketStep| step.state == StepState::Pending;
        let waiting: Vec<&str> = steps.iter().filter(waits).map(|step| step.id.as_str()).collect();
        assert_eq!(waiting, ["open"], "only what was not as recorded");
        // The reviewer does it over: then she is not the one to look at it.
        do_again(&store, &ticket, &mara(), now).await;
        let asked = store.ask_for_second_look(&baker(), &ticket, due).await.unwrap();
        assert!(asked);
        let again = store.ask_for_second_look(&baker(), &ticket, due).await.unwrap();
        assert!(!again, "once");
        let review = store.review(&baker(), &ticket).await.unwrap().unwrap();
        assert_eq!((review.round, review.reviewer), (2, None));
        let own = store.open_review(&baker(), &ticket, &mara(), now).await.unwrap();
        assert_eq!(own, ReviewChange::OwnWork);
        let material = store.review_material(&baker(), &process(), january(), 1 << 40).await;
        assert_eq!(material.unwrap().stage, Stage::Tightened { clean: 0 });
    }

    async fn the_budget_of_reviewers_has_bounds_and_their_load_is_counted(place: Place) {
        let store = place.baker().await;
        drawn(&store).await;
        let now = at(LATER);
        assert_eq!(store.review_budget(&baker()).await.unwrap(), 120);
        for minutes in [0, 14, 2_401] {
            let set = store.set_review_budget(&baker(), minutes, &mara(), now).await.unwrap();
            assert!(!set, "{minutes}");
        }
        for minutes in [15, 90] {
            assert!(store.set_review_budget(&baker(), minutes, &mara(), now).await.unwrap());
            assert_eq!(store.review_budget(&baker()).await.unwrap(), minutes);
        }
        let load = store.review_minutes_since(now).await.unwrap();
        assert_eq!(load.into_iter().collect::<Vec<_>>(), [(mara(), 20)]);
        let none = store.review_minutes_since(at("2026-03-01T00:00:00Z")).await.unwrap();
        assert!(none.is_empty());
    }
}
