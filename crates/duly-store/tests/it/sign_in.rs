//! Signing in: a link works once and not for ever, a session ends, and the database holds no
//! token.

use duly_store::{Page, Role};
use jiff::SignedDuration;

use crate::world::{baker, on_both, start, tess};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

on_both! {
    async fn a_link_works_once(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let link = store.create_sign_in_link(&baker(), &person, HOUR, start()).await.unwrap();
        let session = store.redeem_sign_in_link(&link, HOUR * 8, start()).await.unwrap().unwrap();
        assert_eq!(store.redeem_sign_in_link(&link, HOUR, start()).await.unwrap(), None);
        let found = store.session(&session, start()).await.unwrap().unwrap();
        assert_eq!((found.person.id, found.person.roles), (person, [Role::Technician].into()));
        assert_eq!(store.session(&link, start()).await.unwrap(), None);
        store.close().await;
    }

    async fn a_link_redeemed_by_two_at_once_signs_one_in(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let link = store.create_sign_in_link(&baker(), &person, HOUR, start()).await.unwrap();
        let (one, two) = tokio::join!(
            store.redeem_sign_in_link(&link, HOUR, start()),
            store.redeem_sign_in_link(&link, HOUR, start()),
        );
        assert_ne!(one.unwrap().is_some(), two.unwrap().is_some());
        store.close().await;
    }

    async fn links_and_sessions_expire(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let link = store.create_sign_in_link(&baker(), &person, HOUR, start()).await.unwrap();
        assert_eq!(store.redeem_sign_in_link(&link, HOUR, start() + HOUR).await.unwrap(), None);
        let session = store.redeem_sign_in_link(&link, HOUR, start()).await.unwrap().unwrap();
        assert!(store.session(&session, start() + HOUR / 2).await.unwrap().is_some());
        assert_eq!(store.session(&session, start() + HOUR).await.unwrap(), None);
        store.close().await;
    }

    async fn a_session_ends_when_revoked_or_when_its_person_leaves(place: Place) {
        let store = place.baker().await;
        let person = tess(&store).await;
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let link = store.create_sign_in_link(&baker(), &person, HOUR, start()).await.unwrap();
            let session = store.redeem_sign_in_link(&link, HOUR, start()).await.unwrap().unwrap();
            sessions.push(session);
        }
        assert!(store.revoke_session(&sessions[0], start()).await.unwrap());
        assert!(!store.revoke_session(&sessions[0], start()).await.unwrap());
        assert_eq!(store.session(&sessions[0], start()).await.unwrap(), None);
        assert!(store.session(&sessions[1], start()).await.unwrap().is_some());
        assert!(store.remove_person(&baker(), &person, start()).await.unwrap());
        assert!(!store.remove_person(&baker(), &person, start()).await.unwrap());
        assert_eq!(store.session(&sessions[1], start()).await.unwrap(), None);
        let link = store.create_sign_in_link(&baker(), &person, HOUR, start()).await;
        assert_eq!(link.unwrap_err().code(), "no-such");
        let people = store.people(&baker(), &Page::default()).await.unwrap().rows;
        assert_eq!(people[0].removed_at, Some(start()));
        store.close().await;
        place.assert_sound().await;
    }
}
