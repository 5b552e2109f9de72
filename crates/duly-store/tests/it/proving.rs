//! Proving who one is: passwords, codes, passkeys, identity providers and invitations, each used
//! as often as it may be and not once more, and every sign-in an entry.

use std::collections::BTreeSet;

use duly_core::entry::Entry;
use duly_core::id::{ClientId, PersonId};
use duly_core::permit::Role;
use duly_store::{
    CodesConfirmed, EntryFilter, FirstProof, Invitation, NewClient, NewPasskey, NewPerson, Page,
    Proved, SIGN_IN, SIGN_IN_REFUSED, SignIn, SignedIn, Store, TryOn, Visitor, Way, WhyRefused,
};
use jiff::SignedDuration;

use crate::world::{Place, new_client, on_both, start};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const MAIL: &str = "tess@harbour.example";

fn provider() -> ClientId {
    "provider".into()
}

fn tess() -> PersonId {
    "p-tess".into()
}

fn visitor() -> Visitor {
    Visitor {
        address: Some("203.0.113.9".to_owned()),
        browser: Some("Firefox on Linux".to_owned()),
    }
}

/// A provider whose administrator is Mara, and Tess, who is invited; the invitation's token.
async fn harbour(place: &Place) -> (Store, String) {
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
    let person = |id: &str, role| NewPerson {
        client: provider(),
        id: id.into(),
        name: id.to_owned(),
        roles: BTreeSet::from([role]),
        until: None,
    };
    let mara = person("p-mara", Role::Administrator);
    store.add_person(mara, start()).await.unwrap();
    let invited = store
        .invite_person(
            person("p-tess", Role::Technician),
            Some(MAIL.to_owned()),
            "p-mara".into(),
            HOUR,
            start(),
        )
        .await
        .unwrap();
    let Invitation::Made { token, .. } = invited else {
        panic!("{invited:?}");
    };
    (store, token)
}

async fn sign_in(store: &Store, proved: Proved, at: jiff::Timestamp) -> SignedIn {
    let sign_in = SignIn {
        client: provider(),
        person: tess(),
        proved,
        visitor: visitor(),
        browser: None,
        tries: Vec::new(),
    };
    store.sign_in(sign_in, HOUR, at).await.unwrap()
}

fn passkey(credential: &[u8]) -> NewPasskey {
    NewPasskey {
        id: duly_store::random_id().unwrap(),
        credential: credential.to_vec(),
        name: "laptop".to_owned(),
        document: "{}".to_owned(),
    }
}

/// The entries of these types in the provider's log, the newest first, with their fields as text.
async fn entries(store: &Store, kind: &str) -> Vec<(Entry, String)> {
    let filter = EntryFilter {
        kinds: vec![kind.to_owned()],
        person: None,
    };
    let listed = store
        .entries_listed(&provider(), &filter, &Page::default())
        .await
        .unwrap();
    let read = |stored: &duly_store::StoredEntry| {
        (stored.entry().unwrap(), format!("{:?}", stored.fields))
    };
    listed.rows.iter().map(read).collect()
}

on_both! {
    async fn an_invitation_is_accepted_once_and_for_one_person(place: Place) {
        let (store, token) = harbour(&place).await;
        let invited = store.invitation(&token, start()).await.unwrap().unwrap();
        assert_eq!((invited.person.id, invited.person.mail.as_deref()), (tess(), Some(MAIL)));
        // It opens no session by itself.
        assert_eq!(store.redeem_sign_in_link(&token, HOUR, start()).await.unwrap(), None);
        let accept = || {
            let proof = FirstProof::Password("phc".to_owned());
            store.accept_invitation(&token, proof, visitor(), None, HOUR, start())
        };
        let (one, two) = tokio::join!(accept(), accept());
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one.is_some(), two.is_some());
        let session = store.session(&one.or(two).unwrap(), start()).await.unwrap().unwrap();
        assert_eq!(session.person.id, tess());
        assert_eq!(store.invitation(&token, start()).await.unwrap(), None);
        let account = store.account_by_mail(MAIL).await.unwrap().unwrap();
        assert_eq!(account.phc.as_deref(), Some("phc"));
        store.close().await;
        place.assert_sound().await;
    }

    async fn an_invitation_ends_by_time_by_another_and_with_its_person(place: Place) {
        let (store, first) = harbour(&place).await;
        assert_eq!(store.invitation(&first, start() + HOUR).await.unwrap(), None);
        let again = store
            .invite_again(&provider(), &tess(), &"p-mara".into(), HOUR, start())
            .await
            .unwrap();
        let Invitation::Made { token: second, .. } = again else { panic!("{again:?}") };
        assert_eq!(store.invitation(&first, start()).await.unwrap(), None);
        assert!(store.invitation(&second, start()).await.unwrap().is_some());
        assert!(store.remove_person(&provider(), &tess(), start()).await.unwrap());
        assert_eq!(store.invitation(&second, start()).await.unwrap(), None);
        let proof = FirstProof::Password("phc".to_owned());
        let accepted = store.accept_invitation(&second, proof, visitor(), None, HOUR, start());
        assert_eq!(accepted.await.unwrap(), None);
        store.close().await;
    }

    async fn a_code_is_taken_once_and_none_before_it(place: Place) {
        let (store, _) = harbour(&place).await;
        store.set_password(&provider(), &tess(), "phc".to_owned(), None, start()).await.unwrap();
        assert!(matches!(sign_in(&store, Proved::Password, start()).await, SignedIn::Began(_)));
        store.offer_codes(&provider(), &tess(), b"a secret of codes", start()).await.unwrap();
        let secrets = store.code_secrets(&provider(), &tess()).await.unwrap();
        assert_eq!(secrets.current, None);
        assert_eq!(secrets.pending.as_deref(), Some(&b"a secret of codes"[..]));
        // Offered is not asked for.
        assert!(matches!(sign_in(&store, Proved::Password, start()).await, SignedIn::Began(_)));
        let recovery = ["abcd".to_owned(), "efgh".to_owned()];
        let confirmed = store.confirm_codes(&provider(), &tess(), 7, &recovery, start()).await;
        assert_eq!(confirmed.unwrap(), CodesConfirmed::Done);
        let confirmed = store.confirm_codes(&provider(), &tess(), 8, &recovery, start()).await;
        assert_eq!(confirmed.unwrap(), CodesConfirmed::Nothing);
        // The code that confirmed cannot sign in as well, nor can an earlier one.
        for step in [6, 7] {
            let refused = sign_in(&store, Proved::PasswordAndCode { step }, start()).await;
            assert_eq!(refused, SignedIn::Refused(WhyRefused::UsedCode));
        }
        let code = Proved::PasswordAndCode { step: 8 };
        let (one, two) = tokio::join!(
            sign_in(&store, code.clone(), start()), sign_in(&store, code, start())
        );
        let used = SignedIn::Refused(WhyRefused::UsedCode);
        assert_ne!(one == used, two == used);
        // The password alone is no longer enough.
        let alone = sign_in(&store, Proved::Password, start()).await;
        assert_eq!(alone, SignedIn::Refused(WhyRefused::WrongCode));
        assert!(store.end_codes(&provider(), &tess(), start()).await.unwrap());
        assert!(!store.end_codes(&provider(), &tess(), start()).await.unwrap());
        assert!(matches!(sign_in(&store, Proved::Password, start()).await, SignedIn::Began(_)));
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_recovery_code_works_once_and_for_its_person(place: Place) {
        let (store, _) = harbour(&place).await;
        store.offer_codes(&provider(), &tess(), b"secret", start()).await.unwrap();
        let recovery = ["abcd".to_owned(), "efgh".to_owned()];
        store.confirm_codes(&provider(), &tess(), 7, &recovery, start()).await.unwrap();
        let mara = "p-mara".into();
        store.renew_recovery_codes(&provider(), &mara, &recovery, start()).await.unwrap();
        let with = |code: &str| Proved::PasswordAndRecoveryCode { code: code.to_owned() };
        assert!(matches!(sign_in(&store, with("abcd"), start()).await, SignedIn::Began(_)));
        for code in ["abcd", "ijkl"] {
            let refused = sign_in(&store, with(code), start()).await;
            assert_eq!(refused, SignedIn::Refused(WhyRefused::WrongCode));
        }
        let account = store.account(&provider(), &tess()).await.unwrap().unwrap();
        assert_eq!(account.recovery_codes, 1);
        let renewed = ["mnop".to_owned()];
        store.renew_recovery_codes(&provider(), &tess(), &renewed, start()).await.unwrap();
        let refused = sign_in(&store, with("efgh"), start()).await;
        assert_eq!(refused, SignedIn::Refused(WhyRefused::WrongCode));
        let many: Vec<String> = (0..11).map(|number| number.to_string()).collect();
        let error = store.renew_recovery_codes(&provider(), &tess(), &many, start()).await;
        assert_eq!(error.unwrap_err().code(), "too-much");
        store.close().await;
    }

    async fn a_passkey_is_one_persons_and_signs_in_until_it_is_removed(place: Place) {
        let (store, _) = harbour(&place).await;
        let key = passkey(b"credential");
        store.add_passkey(&provider(), &tess(), key.clone(), start()).await.unwrap();
        let mara = "p-mara".into();
        let again = store.add_passkey(&provider(), &mara, passkey(b"credential"), start()).await;
        assert_eq!(again.unwrap_err().code(), "taken");
        let (person, found) =
            store.passkey_of_credential(b"credential").await.unwrap().unwrap();
        assert_eq!((person.id, found.id), (tess(), key.id.clone()));
        let proved = |document: Option<&str>| Proved::Passkey {
            passkey: key.id.clone(),
            document: document.map(str::to_owned),
        };
        let began = sign_in(&store, proved(Some("{\"counter\":1}")), start()).await;
        assert!(matches!(began, SignedIn::Began(_)));
        let kept = store.passkeys(&provider(), &tess()).await.unwrap();
        assert_eq!(kept[0].document, "{\"counter\":1}");
        assert_eq!(kept[0].used_at, Some(start()));
        assert!(store.remove_passkey(&provider(), &tess(), &key.id, start()).await.unwrap());
        assert!(!store.remove_passkey(&provider(), &tess(), &key.id, start()).await.unwrap());
        let refused = sign_in(&store, proved(None), start()).await;
        assert_eq!(refused, SignedIn::Refused(WhyRefused::WrongPasskey));
        for number in 0..12u8 {
            store.add_passkey(&provider(), &tess(), passkey(&[number]), start()).await.unwrap();
        }
        let more = store.add_passkey(&provider(), &tess(), passkey(&[99]), start()).await;
        assert_eq!(more.unwrap_err().code(), "too-much");
        store.close().await;
    }

    async fn an_identity_provider_keeps_naming_the_same_person(place: Place) {
        let (store, invitation) = harbour(&place).await;
        let says = |subject: &str| Proved::Identity {
            issuer: "https://id.example".to_owned(),
            subject: subject.to_owned(),
        };
        assert!(matches!(sign_in(&store, says("s1"), start()).await, SignedIn::Began(_)));
        assert_eq!(store.invitation(&invitation, start()).await.unwrap(), None, "it was accepted");
        assert!(matches!(sign_in(&store, says("s1"), start()).await, SignedIn::Began(_)));
        let other = sign_in(&store, says("s2"), start()).await;
        assert_eq!(other, SignedIn::Refused(WhyRefused::OtherSubject));
        let mara = SignIn {
            client: provider(),
            person: "p-mara".into(),
            proved: says("s1"),
            visitor: visitor(),
            browser: None,
            tries: Vec::new(),
        };
        let stolen = store.sign_in(mara, HOUR, start()).await.unwrap();
        assert_eq!(stolen, SignedIn::Refused(WhyRefused::OtherSubject));
        let whose = store.person_of_subject("https://id.example", "s1").await.unwrap();
        assert_eq!(whose, Some((provider(), tess())));
        assert_eq!(store.person_of_subject("https://other.example", "s1").await.unwrap(), None);
        store.close().await;
    }

    async fn every_sign_in_is_an_entry_that_names_nobody_in_clear(place: Place) {
        let (store, _) = harbour(&place).await;
        sign_in(&store, Proved::Password, start()).await;
        store
            .refuse_sign_in(None, Way::Password, WhyRefused::NoSuchPerson, &visitor(), start())
            .await
            .unwrap();
        let (good, fields) = entries(&store, SIGN_IN).await.remove(0);
        assert_eq!(good.person, Some(tess()));
        for told in ["\\\"password\\\"", "203.0.113.9", "Firefox on Linux"] {
            assert!(fields.contains(told), "{fields}");
        }
        let (refused, fields) = entries(&store, SIGN_IN_REFUSED).await.remove(0);
        assert_eq!(refused.person, None);
        assert!(fields.contains("no-such-person"), "{fields}");
        let size = store.log_head(&provider()).await.unwrap().unwrap().size;
        for index in 0..size {
            let stored = store.entry(&provider(), index).await.unwrap().unwrap();
            let clear = String::from_utf8(stored.bytes).unwrap();
            for personal in ["203.0.113", MAIL, "Firefox", "p-mara\",\"name"] {
                assert!(!clear.contains(personal), "{clear}");
            }
        }
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_good_sign_in_puts_its_tries_back_and_a_refused_one_does_not(place: Place) {
        let (store, _) = harbour(&place).await;
        let tries = vec![TryOn::Account(MAIL.to_owned())];
        let nobody = Visitor::default();
        let take = || store.take_tries(&tries, &nobody, start());
        for _ in 0..30 {
            assert_eq!(take().await.unwrap(), duly_store::Taking::Taken);
            let good = SignIn {
                client: provider(),
                person: tess(),
                proved: Proved::Password,
                visitor: visitor(),
                browser: None,
                tries: tries.clone(),
            };
            store.sign_in(good, HOUR, start()).await.unwrap();
        }
        let mut taken = 0;
        while take().await.unwrap() == duly_store::Taking::Taken {
            taken += 1;
        }
        assert_eq!(taken, 10);
        store.close().await;
    }

    async fn a_new_password_ends_every_other_session(place: Place) {
        let (store, _) = harbour(&place).await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            let SignedIn::Began(token) = sign_in(&store, Proved::Password, start()).await else {
                panic!("refused");
            };
            tokens.push(token);
        }
        let own = store.session(&tokens[0], start()).await.unwrap().unwrap().id;
        store
            .set_password(&provider(), &tess(), "new".to_owned(), Some(&own), start())
            .await
            .unwrap();
        assert!(store.session(&tokens[0], start()).await.unwrap().is_some());
        for token in &tokens[1..] {
            assert_eq!(store.session(token, start()).await.unwrap(), None);
        }
        assert_eq!(store.sessions(&provider(), &tess(), start()).await.unwrap().len(), 1);
        store.close().await;
    }

    async fn somebody_removed_or_over_signs_in_by_nothing(place: Place) {
        let (store, _) = harbour(&place).await;
        let SignedIn::Began(token) = sign_in(&store, Proved::Password, start()).await else {
            panic!("refused");
        };
        store.remove_person(&provider(), &tess(), start()).await.unwrap();
        assert_eq!(store.session(&token, start()).await.unwrap(), None);
        let refused = sign_in(&store, Proved::Password, start()).await;
        assert_eq!(refused, SignedIn::Refused(WhyRefused::NoLonger));
        assert_eq!(store.account_by_mail(MAIL).await.unwrap(), None);
        store.close().await;
    }

    async fn a_session_nobody_uses_ends_and_one_in_use_goes_on(place: Place) {
        let (store, _) = harbour(&place).await;
        let idle = duly_store::IDLE_FOR;
        let long = SignedDuration::from_hours(12);
        let sign_in = SignIn {
            client: provider(),
            person: tess(),
            proved: Proved::Password,
            visitor: visitor(),
            browser: None,
            tries: Vec::new(),
        };
        let SignedIn::Began(token) = store.sign_in(sign_in, long, start()).await.unwrap() else {
            panic!("refused");
        };
        let soon = start() + idle - MINUTE;
        let session = store.session(&token, soon).await.unwrap().unwrap();
        assert!(session.is_to_be_seen);
        store.see_session(&token, soon).await.unwrap();
        assert!(!store.session(&token, soon).await.unwrap().unwrap().is_to_be_seen);
        assert!(store.session(&token, start() + idle).await.unwrap().is_some());
        assert_eq!(store.session(&token, soon + idle).await.unwrap(), None);
        // Being used does not carry it beyond its end.
        for hour in 0..13 {
            store.see_session(&token, start() + HOUR * hour).await.unwrap();
        }
        assert_eq!(store.session(&token, start() + long).await.unwrap(), None);
        store.close().await;
    }

    async fn a_session_is_listed_and_ended_by_its_id_and_by_nobody_elses(place: Place) {
        let (store, _) = harbour(&place).await;
        let SignedIn::Began(token) = sign_in(&store, Proved::Password, start()).await else {
            panic!("refused");
        };
        let listed = store.sessions(&provider(), &tess(), start()).await.unwrap();
        assert_eq!(listed[0].browser.as_deref(), Some("Firefox on Linux"));
        assert_eq!(listed[0].way, Some(Way::Password));
        assert_ne!(listed[0].id, token);
        // The id gives no way in.
        assert_eq!(store.session(&listed[0].id, start()).await.unwrap(), None);
        let mara = PersonId::from("p-mara");
        let end = |person: PersonId, id: String| {
            let store = store.clone();
            async move {
                store.revoke_session_of(&provider(), &person, &id, &"p-mara".into(), start()).await
            }
        };
        assert!(!end(mara, listed[0].id.clone()).await.unwrap());
        assert!(!end(tess(), "no hash".to_owned()).await.unwrap());
        assert!(end(tess(), listed[0].id.clone()).await.unwrap());
        assert!(!end(tess(), listed[0].id.clone()).await.unwrap());
        assert_eq!(store.session(&token, start()).await.unwrap(), None);
        store.close().await;
    }
}
