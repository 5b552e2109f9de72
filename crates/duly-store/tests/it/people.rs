//! People: what an administrator does about them, and what nobody may do to the last one.

use std::collections::BTreeSet;

use duly_core::id::{ClientId, PersonId};
use duly_core::permit::Role;
use duly_core::telling::Preferences;
use duly_store::{
    Changed, FirstProof, Invitation, NewClient, NewPerson, PersonChange, PersonSet, Store, Visitor,
};
use jiff::SignedDuration;

use crate::world::{Place, new_client, on_both, start};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn provider() -> ClientId {
    "provider".into()
}

fn mara() -> PersonId {
    "p-mara".into()
}

fn person(client: &str, id: &str, role: Role) -> NewPerson {
    NewPerson {
        client: client.into(),
        id: id.into(),
        name: id.to_owned(),
        roles: BTreeSet::from([role]),
        until: None,
    }
}

async fn harbour(place: &Place) -> Store {
    let store = place.open().await;
    let harbour = NewClient {
        provider: true,
        ..new_client("provider")
    };
    store.create_client(harbour, start()).await.unwrap();
    store
        .create_client(new_client("c-baker"), start())
        .await
        .unwrap();
    store
        .add_person(person("provider", "p-mara", Role::Administrator), start())
        .await
        .unwrap();
    store
}

async fn invite(store: &Store, new: NewPerson, mail: &str) -> Invitation {
    store
        .invite_person(new, Some(mail.to_owned()), mara(), HOUR, start())
        .await
        .unwrap()
}

async fn change(store: &Store, client: &str, id: &str, with: impl Fn(&mut PersonSet)) -> Changed {
    let found = store
        .person(&client.into(), &id.into())
        .await
        .unwrap()
        .unwrap();
    let seen = PersonSet::from(&found);
    let mut to = seen.clone();
    with(&mut to);
    let change = PersonChange {
        client: client.into(),
        person: id.into(),
        by: mara(),
        seen,
        to,
    };
    store.change_person(change, start()).await.unwrap()
}

on_both! {
    async fn whoever_chose_nothing_is_mailed_where_they_sign_in(place: Place) {
        let store = harbour(&place).await;
        let mail = "olav@harbour.example";
        invite(&store, person("provider", "p-olav", Role::Technician), mail).await;
        let (home, olav) = (provider(), PersonId::from("p-olav"));
        let address = async || {
            let chosen = store.preferences(&home, &olav).await.unwrap();
            chosen.preferences.mail
        };
        assert_eq!(address().await.as_deref(), Some(mail));
        let date = "2026-01-05".parse().unwrap();
        let queued = store.queue_summary(&home, &olav, date, vec![], start()).await;
        assert!(queued.unwrap());
        assert_eq!(address().await.as_deref(), Some(mail), "a summary is no choice");
        change(&store, "provider", "p-olav", |to| to.mail = Some("o@harbour.example".into())).await;
        assert_eq!(address().await.as_deref(), Some("o@harbour.example"), "it follows");
        let none = Preferences::default();
        store.keep_preferences(&home, &olav, none, start()).await.unwrap();
        assert_eq!(address().await, None, "no mail is a choice");
    }

    async fn a_mail_address_belongs_to_one_person_of_all_clients(place: Place) {
        let store = harbour(&place).await;
        let omar = person("c-baker", "p-omar", Role::Owner);
        let omar = invite(&store, omar, "o@baker.example").await;
        assert!(matches!(omar, Invitation::Made { .. }));
        let tess = || person("provider", "p-tess", Role::Technician);
        let taken = invite(&store, tess(), "o@baker.example").await;
        assert_eq!(taken, Invitation::MailTaken);
        assert_eq!(store.person(&provider(), &"p-tess".into()).await.unwrap(), None);
        let made = invite(&store, tess(), "t@harbour.example").await;
        assert!(matches!(made, Invitation::Made { .. }));
        let taken = change(&store, "provider", "p-tess", |to| {
            to.mail = Some("o@baker.example".to_owned());
        });
        assert_eq!(taken.await, Changed::MailTaken);
        // Whoever left gives it back.
        store.remove_person(&"c-baker".into(), &"p-omar".into(), start()).await.unwrap();
        let free = change(&store, "provider", "p-tess", |to| {
            to.mail = Some("o@baker.example".to_owned());
        });
        assert_eq!(free.await, Changed::Done);
        let found = store.person_by_mail("o@baker.example").await.unwrap().unwrap();
        assert_eq!(found.id, "p-tess".into());
        store.close().await;
        place.assert_sound().await;
    }

    async fn roles_name_and_end_change_together_and_only_from_what_was_seen(place: Place) {
        let store = harbour(&place).await;
        invite(&store, person("provider", "p-tess", Role::Technician), "t@harbour.example").await;
        let done = change(&store, "provider", "p-tess", |to| {
            to.name = "Tess Tiller".to_owned();
            to.roles = BTreeSet::from([Role::Technician, Role::Manager]);
            to.until = Some(start() + HOUR);
        });
        assert_eq!(done.await, Changed::Done);
        let found = store.person(&provider(), &"p-tess".into()).await.unwrap().unwrap();
        assert_eq!(found.name, "Tess Tiller");
        assert_eq!(found.roles, BTreeSet::from([Role::Technician, Role::Manager]));
        assert_eq!(found.until, Some(start() + HOUR));
        let stale = PersonSet { name: "p-tess".to_owned(), ..PersonSet::from(&found) };
        let raced = PersonChange {
            client: provider(),
            person: "p-tess".into(),
            by: mara(),
            seen: stale.clone(),
            to: stale,
        };
        assert_eq!(store.change_person(raced, start()).await.unwrap(), Changed::Raced);
        let gone = change(&store, "provider", "p-tess", |to| to.roles.clear()).await;
        assert_eq!(gone, Changed::Done);
        store.close().await;
        place.assert_sound().await;
    }

    async fn the_last_administrator_stays(place: Place) {
        let store = harbour(&place).await;
        let dismiss = |id: &str| {
            let (store, id) = (store.clone(), PersonId::from(id));
            async move { store.dismiss_person(&provider(), &id, &mara(), start()).await.unwrap() }
        };
        assert_eq!(dismiss("p-mara").await, Changed::LastAdministrator);
        let demoted = change(&store, "provider", "p-mara", |to| {
            to.roles = BTreeSet::from([Role::Manager]);
        });
        assert_eq!(demoted.await, Changed::LastAdministrator);
        let ended = change(&store, "provider", "p-mara", |to| to.until = Some(start() + HOUR));
        assert_eq!(ended.await, Changed::LastAdministrator);
        store.add_person(person("provider", "p-eve", Role::Administrator), start()).await.unwrap();
        assert_eq!(dismiss("p-mara").await, Changed::Done);
        assert_eq!(dismiss("p-mara").await, Changed::NoSuch);
        assert_eq!(dismiss("p-eve").await, Changed::LastAdministrator);
        store.close().await;
    }

    async fn a_reset_takes_every_way_in_and_gives_one_invitation(place: Place) {
        let store = harbour(&place).await;
        let tess = person("provider", "p-tess", Role::Technician);
        let made = invite(&store, tess, "t@h.example").await;
        let Invitation::Made { token, person } = made else { panic!("{made:?}") };
        let browser = Some("b".repeat(64));
        let proof = FirstProof::Password("phc".to_owned());
        let session = store
            .accept_invitation(&token, proof, Visitor::default(), browser, HOUR, start())
            .await
            .unwrap()
            .unwrap();
        let name = "b".repeat(64);
        let known = || store.known_browser(&name, "t@h.example", start());
        assert!(known().await.unwrap().is_some());
        store.offer_codes(&provider(), &person, b"secret", start()).await.unwrap();
        store.confirm_codes(&provider(), &person, 1, &["abcd".to_owned()], start()).await.unwrap();
        let link = store.create_sign_in_link(&provider(), &person, HOUR, start()).await.unwrap();
        let reset = store.reset_person(&provider(), &person, &mara(), HOUR, start()).await.unwrap();
        let Invitation::Made { token, .. } = reset else { panic!("{reset:?}") };
        assert_eq!(store.session(&session, start()).await.unwrap(), None);
        assert_eq!(store.redeem_sign_in_link(&link, HOUR, start()).await.unwrap(), None);
        assert_eq!(known().await.unwrap(), None);
        let account = store.account(&provider(), &person).await.unwrap().unwrap();
        assert_eq!((account.phc, account.codes_at, account.recovery_codes), (None, None, 0));
        assert!(store.invitation(&token, start()).await.unwrap().is_some());
        let nobody = store.reset_person(&provider(), &"p-x".into(), &mara(), HOUR, start()).await;
        assert_eq!(nobody.unwrap(), Invitation::NoSuch);
        store.close().await;
        place.assert_sound().await;
    }
}
