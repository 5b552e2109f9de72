//! Plans below the minimum: put to the client, agreed to once or declined, and signed with it.

use duly_core::entry::kind;
use duly_core::scope::{Promise, ServicePlan};
use duly_store::{NewProposal, Page, PlanDecision};

use crate::world::{baker, days, on_both, start};

fn monthly() -> NewProposal {
    NewProposal {
        client: baker(),
        plan: ServicePlan {
            effective: "2026-01-05".parse().unwrap(),
            promises: vec![Promise {
                process: "backup.restore-test".into(),
                kind: Some("backup".to_owned()),
                per_year_min: 12,
            }],
        },
        reason: "the archive does not change".to_owned(),
        person: "p-mara".into(),
    }
}

on_both! {
    async fn a_plan_that_the_client_agreed_to_is_signed_with_its_word(place: Place) {
        let store = place.baker().await;
        let us = baker();
        let id = store.propose_plan(monthly(), start()).await.unwrap();
        let waiting = store.proposed_plan(&baker()).await.unwrap().unwrap();
        assert_eq!((waiting.id.as_str(), waiting.proposed), (id.as_str(), monthly()));
        assert_eq!(store.plans(&baker()).await.unwrap(), []);
        let later = start() + days(30);
        let today = "2026-02-01".parse().unwrap();
        let omar = "p-omar".into();
        let agreed = store.decide_plan(&us, &id, PlanDecision::Agreed, &omar, today, later);
        assert!(agreed.await.unwrap());
        let [plan] = store.plans(&baker()).await.unwrap().try_into().unwrap();
        assert_eq!(plan.effective, today, "it never reaches back");
        let entries = store.entries(&baker(), 0).await.unwrap();
        let signed = entries.iter().find(|one| one.entry().unwrap().t == kind::PLAN_SIGN).unwrap();
        assert!(signed.fields["consent"].contains("p-omar"));
        let again = store.decide_plan(&us, &id, PlanDecision::Agreed, &omar, today, later);
        assert!(!again.await.unwrap());
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_declined_or_replaced_plan_is_not_signed(place: Place) {
        let store = place.baker().await;
        let us = baker();
        let today = "2026-01-02".parse().unwrap();
        let first = store.propose_plan(monthly(), start()).await.unwrap();
        let second = store.propose_plan(monthly(), start()).await.unwrap();
        let omar = "p-omar".into();
        let stale = store.decide_plan(&us, &first, PlanDecision::Agreed, &omar, today, start());
        assert!(!stale.await.unwrap());
        let no = store.decide_plan(&us, &second, PlanDecision::Declined, &omar, today, start());
        assert!(no.await.unwrap());
        assert_eq!(store.proposed_plan(&baker()).await.unwrap(), None);
        assert_eq!(store.plans(&baker()).await.unwrap(), []);
        assert_eq!(store.clients(&Page::default()).await.unwrap().rows.len(), 1);
        store.close().await;
        place.assert_sound().await;
    }
}
