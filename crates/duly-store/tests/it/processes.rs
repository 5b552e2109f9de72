//! Drafts are kept and never overwritten, a publication is whole or nothing, and a private address
//! works until it is revoked.

use duly_core::process::Process;
use duly_core::process::overrides::Overrides;
use duly_store::{
    CALENDAR_LINKS_MAX, DRAFT_BYTES_MAX, DraftOf, Error, PROCESS_CHANGE, Page, Publication,
    Publishing, Saved, Store, VersionFor,
};
use jiff::civil::Date;

use crate::world::{baker, days, duties, new_client, on_both, process, start, tess};

async fn draft(store: &Store, text: &str) -> DraftOf {
    let person = tess(store).await;
    let draft = store
        .begin_draft(&baker(), &person, text, start())
        .await
        .unwrap();
    DraftOf {
        client: baker(),
        person,
        draft,
    }
}

fn later(effective: &str) -> Process {
    let mut later = process();
    later.effective = effective.parse().unwrap();
    later
}

async fn publication(store: &Store, process: Process, seen: Option<&str>) -> Publication {
    Publication {
        person: tess(store).await,
        reason: "The client asked for it".to_owned(),
        text: "duly: 1\n".to_owned(),
        versions: vec![VersionFor {
            client: baker(),
            process,
            overrides: Overrides::default(),
            seen: seen.map(str::to_owned),
            changes: Vec::new(),
            fewer: true,
        }],
    }
}

on_both! {
    async fn a_draft_comes_back_as_it_was_saved_and_to_nobody_else(place: Place) {
        let store = place.baker().await;
        let of = draft(&store, "one").await;
        let saved = store.save_draft(&of, 0, "two", start() + days(1)).await.unwrap();
        assert_eq!(saved, Saved::Saved { revision: 1 });
        let found = store.draft(&of).await.unwrap().unwrap();
        assert_eq!((found.text.as_str(), found.revision), ("two", 1));
        assert_eq!(found.saved_at, start() + days(1));
        let others = DraftOf { person: "p-somebody".into(), ..of.clone() };
        assert_eq!(store.draft(&others).await.unwrap(), None);
        let saved = store.save_draft(&others, 1, "three", start()).await.unwrap();
        assert_eq!(saved, Saved::NoSuch);
        assert!(store.discard_draft(&of).await.unwrap());
        assert!(!store.discard_draft(&of).await.unwrap());
        store.close().await;
        place.assert_sound().await;
    }

    async fn two_windows_on_one_draft_lose_nothing(place: Place) {
        let store = place.baker().await;
        let of = draft(&store, "one").await;
        store.save_draft(&of, 0, "first window", start()).await.unwrap();
        let saved = store.save_draft(&of, 0, "second window", start()).await.unwrap();
        let Saved::Beside { draft } = saved else { panic!("{saved:?}") };
        let drafts = store.drafts(&of.client, &of.person).await.unwrap();
        let mut texts: Vec<_> = drafts.iter().map(|draft| draft.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["first window", "second window"]);
        let beside = DraftOf { draft, ..of.clone() };
        assert_eq!(store.draft(&beside).await.unwrap().unwrap().text, "second window");
        let same = store.save_draft(&of, 0, "first window", start()).await.unwrap();
        assert_eq!(same, Saved::Saved { revision: 1 });
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_draft_that_is_too_long_is_refused_and_the_last_one_stays(place: Place) {
        let store = place.baker().await;
        let of = draft(&store, "one").await;
        let text = "x".repeat(DRAFT_BYTES_MAX + 1);
        let refused = store.save_draft(&of, 0, &text, start()).await.unwrap_err();
        assert!(matches!(refused, Error::TooMuch { .. }), "{refused}");
        assert_eq!(store.draft(&of).await.unwrap().unwrap().text, "one");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_publication_stands_in_the_log_with_its_author_and_reason(place: Place) {
        let store = place.baker().await;
        let publication = publication(&store, later("2026-06-01"), Some("2026-01-01")).await;
        let done = store.publish_by_person(publication.clone(), start()).await.unwrap();
        assert_eq!(done, Publishing::Published);
        let origins = store.origins(&baker()).await.unwrap();
        assert_eq!(origins.len(), 1);
        assert_eq!(origins[0].version, "2026-06-01");
        assert_eq!(origins[0].reason, "The client asked for it");
        assert!(origins[0].fewer);
        let kinds = place.sql("select kind from entry order by idx");
        assert!(kinds.contains(PROCESS_CHANGE), "{kinds}");
        let published = store.published(&baker()).await.unwrap().unwrap();
        assert_eq!(published.processes.len(), 2);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_version_that_was_not_seen_stops_a_publication_whole(place: Place) {
        let store = place.baker().await;
        store.create_client(new_client("c-other"), start()).await.unwrap();
        let mut both = publication(&store, later("2026-06-01"), Some("2026-01-01")).await;
        both.versions.push(VersionFor {
            client: "c-other".into(),
            seen: Some("2025-01-01".to_owned()),
            ..both.versions[0].clone()
        });
        let done = store.publish_by_person(both, start()).await.unwrap();
        assert_eq!(done, Publishing::Raced { client: "c-other".into(), newest: None });
        let published = store.published(&baker()).await.unwrap().unwrap();
        assert_eq!(published.processes.len(), 1, "nothing was published for the other one either");
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_process_with_open_tickets_does_not_end(place: Place) {
        let store = place.baker().await;
        store.open_duties(&baker(), &duties(2), start() + days(2)).await.unwrap();
        let from: Date = "2026-06-01".parse().unwrap();
        let ending = publication(&store, process().ended(from), Some("2026-01-01")).await;
        let done = store.publish_by_person(ending.clone(), start() + days(2)).await.unwrap();
        assert_eq!(done, Publishing::TicketsOpen { client: baker(), tickets: 2 });
        assert!(store.origins(&baker()).await.unwrap().is_empty());
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_private_address_works_until_it_is_revoked(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let token = store.create_calendar_link(&baker(), &person, start()).await.unwrap();
        assert!(!place.sql("select * from calendar_link").contains(&token));
        let found = store.calendar_of(&token, start() + days(1)).await.unwrap().unwrap();
        assert_eq!(found.id, person);
        let links = store.calendar_links(&baker(), &person).await.unwrap();
        assert_eq!(links[0].used_at, Some(start() + days(1)));
        let id = &links[0].id;
        let (client, other) = (baker(), "p-other".into());
        assert!(!store.revoke_calendar_link(&client, &other, id, start()).await.unwrap());
        assert!(store.revoke_calendar_link(&client, &person, id, start()).await.unwrap());
        assert_eq!(store.calendar_of(&token, start()).await.unwrap(), None);
        assert_eq!(store.calendar_of(&"0".repeat(65), start()).await.unwrap(), None);
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_address_of_somebody_who_left_works_no_longer(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        for _ in 0..CALENDAR_LINKS_MAX {
            store.create_calendar_link(&baker(), &person, start()).await.unwrap();
        }
        let refused = store.create_calendar_link(&baker(), &person, start()).await.unwrap_err();
        assert!(matches!(refused, Error::TooMuch { .. }), "{refused}");
        let links = store.calendar_links(&baker(), &person).await.unwrap();
        store.revoke_calendar_link(&baker(), &person, &links[0].id, start()).await.unwrap();
        let token = store.create_calendar_link(&baker(), &person, start()).await.unwrap();
        store.remove_person(&baker(), &person, start()).await.unwrap();
        assert_eq!(store.calendar_of(&token, start()).await.unwrap(), None);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_new_name_stands_in_the_log(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let (client, name) = (baker(), "Baker and Daughters");
        assert!(store.rename_client(&client, name, Some(&person), start()).await.unwrap());
        assert!(!store.rename_client(&client, name, Some(&person), start()).await.unwrap());
        let listed = store.clients(&Page::widest()).await.unwrap();
        assert_eq!(listed.rows[0].name, "Baker and Daughters");
        let refused = store.rename_client(&"c-none".into(), "x", Some(&person), start()).await;
        assert!(refused.is_err());
        store.close().await;
        place.assert_sound().await;
    }
}
