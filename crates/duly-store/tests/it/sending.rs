//! What is told and mirrored: with what it tells of or not at all, at least once, in order, and
//! never two mirrors of one ticket.

use duly_core::process::Severity;
use duly_core::telling::mirror::{MirrorAct, MirrorState};
use duly_core::telling::quiet::Quiet;
use duly_core::telling::{Kind, Notice, Preferences};
use duly_store::{
    Bundle, CONNECTIONS_MAX, Closing, KeptConnection, LEASE_FOR, MirrorChange, NewClient,
    NewDelivery, NewWarning, Page, Store, Undelivered, connection_secret,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Place, baker, days, duties, duty, new_client, on_both, start, tess};

fn later(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

async fn provider(store: &Store) {
    let provider = NewClient {
        provider: true,
        ..new_client("provider")
    };
    store.create_client(provider, start()).await.unwrap();
    let mail = KeptConnection {
        id: "mail".to_owned(),
        kind: "smtp".to_owned(),
        name: "Mail".to_owned(),
        settings: serde_json::json!({ "host": "mail.example" }),
    };
    store
        .keep_connection(mail, &"p-ada".into(), start())
        .await
        .unwrap();
}

fn warning(about: &str) -> NewWarning {
    NewWarning {
        client: baker(),
        rule: "late".to_owned(),
        about: about.to_owned(),
        severity: Severity::High,
        message: format!("something about {about}"),
        ticket: None,
    }
}

fn delivery(id: &str, queue: &str) -> NewDelivery {
    NewDelivery {
        client: baker(),
        id: id.to_owned(),
        queue: queue.to_owned(),
        connection: "mail".to_owned(),
        to: Some((baker(), "p-tess".into())),
        kind: "warning".to_owned(),
        is_gathered: false,
        document: format!("\"{id}\""),
        not_before: start(),
    }
}

async fn queue(store: &Store, deliveries: Vec<NewDelivery>) {
    let notice = Notice::new(Kind::Test, Severity::Low, "queued");
    store.tell(&baker(), notice, start()).await.unwrap();
    let untold = store.untold().await.unwrap();
    let last = untold.last().unwrap();
    assert!(
        store
            .address(&baker(), &last.id, deliveries, start())
            .await
            .unwrap()
    );
}

async fn lease(store: &Store, now: Timestamp) -> Vec<Bundle> {
    store.lease_deliveries(10, now).await.unwrap()
}

fn documents(bundles: &[Bundle]) -> Vec<Vec<&str>> {
    bundles.iter().map(of_one).collect()
}

fn of_one(bundle: &Bundle) -> Vec<&str> {
    let texts = bundle.documents.iter();
    texts.map(|text| text.trim_matches('"')).collect()
}

fn again(seconds: i64) -> Undelivered {
    Undelivered {
        problem: "451 come back later".to_owned(),
        again_at: Some(later(seconds)),
        warn_of: None,
    }
}

on_both! {
    async fn what_happens_and_what_is_told_of_it_are_kept_together(place: Place) {
        let store = place.baker().await;
        let raised = store.raise_warning(warning("a"), start()).await.unwrap();
        assert!(raised.is_some());
        assert_eq!(store.raise_warning(warning("a"), start()).await.unwrap(), None);
        let untold = store.untold().await.unwrap();
        assert_eq!(untold.len(), 1, "one warning is told once");
        assert_eq!(untold[0].notice.line, "something about a");
        store.open_duties(&baker(), &duties(2), start()).await.unwrap();
        let missed = store.mark_missed(&baker(), start() + days(30)).await.unwrap();
        let untold = store.untold().await.unwrap();
        let told: Vec<_> = untold
            .iter()
            .filter(|one| one.notice.kind == Kind::Missed)
            .filter_map(|one| one.notice.ticket.clone())
            .collect();
        assert_eq!(told.len(), 2);
        assert!(missed.iter().all(|ticket| told.contains(ticket)));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_notice_is_addressed_once(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        store.raise_warning(warning("a"), start()).await.unwrap();
        let id = store.untold().await.unwrap()[0].id.clone();
        let one = vec![delivery("one", "q")];
        assert!(store.address(&baker(), &id, one, start()).await.unwrap());
        let two = vec![delivery("two", "q")];
        assert!(!store.address(&baker(), &id, two, start()).await.unwrap());
        assert!(store.untold().await.unwrap().is_empty());
        assert_eq!(documents(&lease(&store, start()).await), [["one"]]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn of_a_queue_one_is_under_way_and_what_is_tried_again_holds_up_the_rest(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        queue(&store, vec![delivery("1", "q"), delivery("2", "q"), delivery("3", "r")]).await;
        let first = lease(&store, start()).await;
        assert_eq!(documents(&first), [["1"], ["3"]]);
        assert!(lease(&store, start()).await.is_empty(), "both are under way");
        assert!(store.not_delivered(&first[0], again(60), later(1)).await.unwrap());
        assert!(lease(&store, later(30)).await.is_empty(), "the first is to be tried again");
        let second = lease(&store, later(60)).await;
        assert_eq!(documents(&second), [["1"]]);
        assert_eq!((second[0].tries, &second[0].id), (2, &first[0].id));
        assert!(store.delivered(&second[0], vec![], later(61)).await.unwrap());
        assert_eq!(documents(&lease(&store, later(62)).await), [["2"]]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_waits_for_its_hour_lets_what_is_urgent_pass(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        let waits = NewDelivery { not_before: later(3_600), ..delivery("1", "q") };
        queue(&store, vec![waits, delivery("2", "q")]).await;
        let urgent = lease(&store, start()).await;
        assert_eq!(documents(&urgent), [["2"]]);
        store.delivered(&urgent[0], vec![], later(1)).await.unwrap();
        assert!(lease(&store, later(2)).await.is_empty());
        assert_eq!(documents(&lease(&store, later(3_600)).await), [["1"]]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn whoever_dies_after_sending_sends_the_same_bundle_again(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        let gathered = |id| NewDelivery { is_gathered: true, ..delivery(id, "q") };
        queue(&store, vec![gathered("1"), gathered("2")]).await;
        let first = lease(&store, start()).await;
        assert_eq!(documents(&first), [["1", "2"]], "one outage is one message");
        // What comes meanwhile is not slipped into a message that may have arrived.
        queue(&store, vec![gathered("3")]).await;
        store.close().await;
        let store = place.open().await;
        let expired = start() + LEASE_FOR;
        let again = lease(&store, expired).await;
        assert_eq!(documents(&again), [["1", "2"]]);
        assert_eq!(again[0].id, first[0].id);
        assert!(!store.delivered(&first[0], vec![], expired).await.unwrap(), "too late");
        assert!(store.delivered(&again[0], vec![], expired).await.unwrap());
        assert_eq!(documents(&lease(&store, expired).await), [["3"]]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_is_about_another_client_is_another_message(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        store.create_client(new_client("c-lakeside"), start()).await.unwrap();
        let of = |id: &str, client: &str| NewDelivery {
            client: client.into(), is_gathered: true, ..delivery(id, "q")
        };
        let all = vec![of("1", "c-baker"), of("2", "c-lakeside"), of("3", "c-baker")];
        queue(&store, all).await;
        let first = lease(&store, start()).await;
        assert_eq!(documents(&first), [["1", "3"]]);
        store.delivered(&first[0], vec![], later(1)).await.unwrap();
        assert_eq!(documents(&lease(&store, later(1)).await), [["2"]]);
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_is_given_up_is_a_warning_until_something_gets_through(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        queue(&store, vec![delivery("1", "q"), delivery("2", "q")]).await;
        let given_up = Undelivered {
            problem: "550 nobody here".to_owned(),
            again_at: None,
            warn_of: Some("p-tess".to_owned()),
        };
        let first = lease(&store, start()).await;
        store.not_delivered(&first[0], given_up, later(1)).await.unwrap();
        let provider = "provider".into();
        let warnings = store.warnings(&provider, &Page::widest()).await.unwrap().rows;
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].raised.rule, "undeliverable");
        let state = &store.connections().await.unwrap()[0];
        assert_eq!(state.problem.as_deref(), Some("550 nobody here"));
        assert_eq!((state.waiting, state.failed), (1, 1));
        let second = lease(&store, later(2)).await;
        store.delivered(&second[0], vec!["p-tess".to_owned()], later(3)).await.unwrap();
        let warnings = store.warnings(&provider, &Page::widest()).await.unwrap().rows;
        assert!(warnings.is_empty());
        let state = &store.connections().await.unwrap()[0];
        assert_eq!((state.problem.as_deref(), state.delivered_at), (None, Some(later(3))));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_connection_that_is_removed_takes_its_secret_and_its_queue_along(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        let (client, name) = ("provider".into(), connection_secret("mail"));
        store.secret_put(&client, &name, b"correct-horse", start()).await.unwrap();
        queue(&store, vec![delivery("1", "q")]).await;
        let ada = "p-ada".into();
        assert!(store.remove_connection("mail", &ada, later(1)).await.unwrap());
        assert!(!store.remove_connection("mail", &ada, later(1)).await.unwrap());
        assert_eq!(store.secret_open(&client, &name).await.unwrap(), None);
        assert!(lease(&store, later(2)).await.is_empty());
        assert!(store.connections().await.unwrap().is_empty());
        store.close().await;
        place.assert_sound().await;
    }

    async fn connections_beyond_the_bound_are_refused(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        let hook = |number: usize| KeptConnection {
            id: format!("hook-{number}"),
            kind: "webhook".to_owned(),
            name: "Hook".to_owned(),
            settings: serde_json::json!({}),
        };
        for number in 1..CONNECTIONS_MAX {
            store.keep_connection(hook(number), &"p-ada".into(), start()).await.unwrap();
        }
        let refused = store.keep_connection(hook(999), &"p-ada".into(), start()).await;
        assert_eq!(refused.unwrap_err().code(), "too-much");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_summary_is_queued_once_a_day_and_preferences_are_kept(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        let person = tess(&store).await;
        let preferences = Preferences {
            mail: Some("tess@harbour.example".to_owned()),
            quiet: Some(Quiet {
                from: "22:00".parse().unwrap(),
                to: "07:00".parse().unwrap(),
            }),
            ..Preferences::default()
        };
        store.keep_preferences(&baker(), &person, preferences.clone(), start()).await.unwrap();
        let date = "2026-01-05".parse().unwrap();
        let summary = || vec![delivery("summary-1", "q")];
        for (date, fresh) in [(date, true), (date, false), ("2026-01-04".parse().unwrap(), false)] {
            let queued = store
                .queue_summary(&baker(), &person, date, summary(), start())
                .await
                .unwrap();
            assert_eq!(queued, fresh, "{date}");
        }
        let chosen = store.preferences(&baker(), &person).await.unwrap();
        assert_eq!((chosen.preferences, chosen.summary_on), (preferences, Some(date)));
        assert_eq!(lease(&store, start()).await.len(), 1);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_ticket_has_one_mirror_whose_closing_ends_nothing(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        store.open_duties(&baker(), &duties(1), start()).await.unwrap();
        let ticket = duty(0).duty.id;
        let change = |act, seen, id: &str| MirrorChange {
            client: baker(),
            ticket: ticket.clone(),
            connection: "mail".to_owned(),
            act,
            seen,
            delivery: Some(delivery(id, "desk")),
        };
        assert_eq!(store.without_mirror("mail", 10).await.unwrap().len(), 1);
        let make = || change(MirrorAct::Make, None, "make");
        assert!(store.change_mirror(make(), start()).await.unwrap());
        assert!(!store.change_mirror(make(), start()).await.unwrap());
        assert!(store.without_mirror("mail", 10).await.unwrap().is_empty());
        store
            .mirror_is_at(&baker(), &ticket, "mail", Some("17"), Some("https://x/17"), start())
            .await
            .unwrap();
        assert!(store.mirrors_astray().await.unwrap().is_empty());
        let looked = store.mirrors_to_look_at("mail", later(10), 10, later(10)).await.unwrap();
        assert_eq!(looked[0].foreign_id.as_deref(), Some("17"));
        let looked = store.mirrors_to_look_at("mail", later(10), 10, later(11)).await.unwrap();
        assert!(looked.is_empty(), "it was just looked at");
        let seen = Some((MirrorState::Open, 0));
        let reopen = || change(MirrorAct::Reopen, seen, "reopen");
        assert!(store.change_mirror(reopen(), later(12)).await.unwrap());
        assert!(!store.change_mirror(reopen(), later(12)).await.unwrap(), "it was seen before");
        let mirrors = store.mirrors_of(&baker(), &ticket).await.unwrap();
        assert_eq!((mirrors[0].state, mirrors[0].reopened), (MirrorState::Open, 1));
        assert!(mirrors[0].is_owed, "whatever happens over there");
        let closed = store.mark_missed(&baker(), start() + days(30)).await.unwrap();
        assert_eq!(closed.len(), 1);
        assert!(store.mirrors_astray().await.unwrap().is_empty(), "missed is still owed");
        store.close().await;
        place.assert_sound().await;
    }

    async fn what_ended_a_quarter_ago_is_forgotten(place: Place) {
        let store = place.baker().await;
        provider(&store).await;
        queue(&store, vec![delivery("1", "q"), delivery("2", "q")]).await;
        let first = lease(&store, start()).await;
        store.delivered(&first[0], vec![], later(1)).await.unwrap();
        assert_eq!(store.forget_deliveries(start() + days(90)).await.unwrap(), 0);
        assert_eq!(store.forget_deliveries(start() + days(93)).await.unwrap(), 2);
        assert_eq!(documents(&lease(&store, start() + days(93)).await), [["2"]]);
        store.close().await;
        place.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_has_ended_leaves_its_open_mirror_astray() {
    let place = Place::sqlite();
    let store = place.baker().await;
    provider(&store).await;
    store
        .open_duties(&baker(), &duties(1), start())
        .await
        .unwrap();
    let ticket = duty(0).duty.id;
    let make = MirrorChange {
        client: baker(),
        ticket: ticket.clone(),
        connection: "mail".to_owned(),
        act: MirrorAct::Make,
        seen: None,
        delivery: None,
    };
    store.change_mirror(make, start()).await.unwrap();
    place.sql("update step set gate = 'standard', state = 'skipped' where client = 'c-baker'");
    let person = tess(&store).await;
    let closing = store
        .close_ticket(
            &baker(),
            &ticket,
            Some(duly_store::ClosedBy::person(&person)),
            later(10),
        )
        .await
        .unwrap();
    assert!(matches!(closing, Closing::Closed { .. }), "{closing:?}");
    let astray = store.mirrors_astray().await.unwrap();
    assert_eq!(astray.len(), 1);
    assert!(!astray[0].is_owed);
    store.close().await;
}
