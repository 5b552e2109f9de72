//! Tokens of the API, and requests that are sent again.

use duly_core::id::{ClientId, PersonId};
use duly_core::permit::Role;
use duly_core::token::{Limits, TOKENS_MAX, TokenScope};
use duly_proof::hash::hash;
use duly_store::{
    EntryFilter, Error, KeptAnswer, NewClient, NewPerson, NewToken, Page, REQUEST_DEAD_AFTER,
    REQUEST_KEYS_KEPT_FOR, RequestBegun, RequestKey, Store, TOKEN_MAKE, TOKEN_REVOKE, under,
};
use jiff::SignedDuration;

use crate::world::{Place, new_client, on_both, start};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn provider() -> ClientId {
    "provider".into()
}

fn tess() -> PersonId {
    "p-tess".into()
}

async fn harbour(place: &Place) -> Store {
    let store = place.open().await;
    let harbour = NewClient {
        provider: true,
        ..new_client("provider")
    };
    store.create_client(harbour, start()).await.unwrap();
    let person = NewPerson {
        client: provider(),
        id: tess(),
        name: "Tess".to_owned(),
        roles: [Role::Technician].into(),
        until: None,
    };
    store.add_person(person, start()).await.unwrap();
    store
}

fn token() -> NewToken {
    NewToken {
        client: provider(),
        person: tess(),
        name: "nightly report".to_owned(),
        limits: Limits {
            scopes: [TokenScope::Read, TokenScope::Work].into(),
            only: Some("c-baker".into()),
        },
        expires_at: start() + DAY * 2,
    }
}

async fn told(store: &Store, kind: &str) -> usize {
    let filter = EntryFilter {
        kinds: vec![kind.to_owned()],
        person: None,
    };
    let listed = store
        .entries_listed(&provider(), &filter, &Page::widest())
        .await;
    listed.unwrap().rows.len()
}

on_both! {
    async fn a_token_stands_for_its_person_until_it_is_over_or_revoked(place: Place) {
        let store = harbour(&place).await;
        let text = store.make_token(token(), start()).await.unwrap();
        let found = store.token(&text, start() + DAY).await.unwrap().unwrap();
        assert_eq!(found.person.id, tess());
        assert_eq!(found.token.limits, token().limits);
        assert!(found.is_to_be_seen);
        store.see_token(&text, start() + DAY).await.unwrap();
        let seen = store.token(&text, start() + DAY).await.unwrap().unwrap();
        assert_eq!(seen.token.used_at, Some(start() + DAY));
        assert!(!seen.is_to_be_seen);
        assert_eq!(store.token(&text, start() + DAY * 2).await.unwrap(), None);
        let id = found.token.id;
        let revoked = store
            .revoke_token(&provider(), &tess(), &id, &tess(), start())
            .await;
        assert!(revoked.unwrap());
        assert_eq!(store.token(&text, start()).await.unwrap(), None);
        assert_eq!(told(&store, TOKEN_MAKE).await, 1);
        assert_eq!(told(&store, TOKEN_REVOKE).await, 1);
        store.close().await;
    }
}

on_both! {
    async fn a_token_ends_with_its_person(place: Place) {
        let store = harbour(&place).await;
        let text = store.make_token(token(), start()).await.unwrap();
        let removed = store
            .remove_person(&provider(), &tess(), start())
            .await;
        assert!(removed.is_ok());
        assert_eq!(store.token(&text, start()).await.unwrap(), None);
        assert_eq!(told(&store, TOKEN_REVOKE).await, 1);
        store.close().await;
    }
}

on_both! {
    async fn nobody_has_tokens_without_end_and_no_other_text_is_one(place: Place) {
        let store = harbour(&place).await;
        for _ in 0..TOKENS_MAX {
            store.make_token(token(), start()).await.unwrap();
        }
        let more = store.make_token(token(), start()).await;
        assert!(matches!(more, Err(Error::TooMuch { .. })), "{more:?}");
        let all = store.tokens(&provider(), &tess(), start()).await.unwrap();
        assert_eq!(all.len(), TOKENS_MAX);
        let made_up = duly_core::token::spelled([7; 32]);
        for other in ["", "duly_", made_up.as_str()] {
            assert_eq!(store.token(other, start()).await.unwrap(), None);
        }
        store.close().await;
    }
}

fn key(body: &str) -> RequestKey {
    RequestKey {
        client: provider(),
        person: tess(),
        key: "k-1".to_owned(),
        fingerprint: hash(body.as_bytes()),
    }
}

fn answer() -> KeptAnswer {
    KeptAnswer {
        status: 201,
        content_type: Some("application/json".to_owned()),
        body: b"{}".to_vec(),
    }
}

on_both! {
    async fn an_answer_is_given_again_also_after_a_restart_and_for_a_day(place: Place) {
        let store = harbour(&place).await;
        let begun = store.begin_request(key("a"), start()).await.unwrap();
        assert_eq!(begun, RequestBegun::New);
        let meanwhile = store.begin_request(key("a"), start()).await.unwrap();
        assert_eq!(meanwhile, RequestBegun::UnderWay);
        store.answer_request(key("a"), answer()).await.unwrap();
        store.close().await;
        let store = place.open().await;
        let again = store.begin_request(key("a"), start()).await.unwrap();
        assert_eq!(again, RequestBegun::Answered(answer()));
        let other = store.begin_request(key("b"), start()).await.unwrap();
        assert_eq!(other, RequestBegun::Other);
        let later = start() + REQUEST_KEYS_KEPT_FOR;
        let forgotten = store.begin_request(key("b"), later).await.unwrap();
        assert_eq!(forgotten, RequestBegun::New);
        store.close().await;
    }
}

on_both! {
    async fn a_request_that_died_is_made_anew_unless_it_had_changed_something(place: Place) {
        let store = harbour(&place).await;
        store.begin_request(key("a"), start()).await.unwrap();
        let later = start() + REQUEST_DEAD_AFTER;
        let anew = store.begin_request(key("a"), later).await.unwrap();
        assert_eq!(anew, RequestBegun::New);
        // It changes something, and duly dies before the answer is kept.
        let made = under(key("a"), store.make_token(token(), later)).await;
        made.unwrap();
        let meanwhile = store.begin_request(key("a"), later).await.unwrap();
        assert_eq!(meanwhile, RequestBegun::UnderWay);
        let dead = later + REQUEST_DEAD_AFTER;
        let lost = store.begin_request(key("a"), dead).await.unwrap();
        assert_eq!(lost, RequestBegun::AnswerLost);
        store.close().await;
    }
}

on_both! {
    async fn a_refused_act_leaves_no_mark_and_a_failed_request_can_be_sent_again(place: Place) {
        let store = harbour(&place).await;
        store.begin_request(key("a"), start()).await.unwrap();
        let nobody = NewToken {
            person: "p-nobody".into(),
            ..token()
        };
        let refused = under(key("a"), store.make_token(nobody, start())).await;
        assert!(refused.is_err(), "there is no such person");
        store.forget_request(key("a")).await.unwrap();
        let again = store.begin_request(key("b"), start()).await.unwrap();
        assert_eq!(again, RequestBegun::New);
        under(key("b"), store.make_token(token(), start()))
            .await
            .unwrap();
        store.forget_request(key("b")).await.unwrap();
        let kept = store.begin_request(key("b"), start()).await.unwrap();
        // What changed something stays.
        assert_eq!(kept, RequestBegun::UnderWay);
        store.close().await;
    }
}
