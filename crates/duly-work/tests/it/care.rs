//! Clients that move, assets that come and go, sites, lists and plans: and that the client's own
//! verifier agrees with whatever the worker made of them.

use duly_core::care::Uncovered;
use duly_core::id::AssetId;
use duly_core::process::{Per, Process};
use duly_core::scope::{Asset, Client, Promise, ServicePlan};
use duly_store::{
    AssetChange, AssetRow, NewAsset, NewSource, PlanDecision, Retirement, Sighted, SightingFilter,
};
use duly_work::import::{self, Taking};
use duly_work::plan::{self, Signed, Wanted};
use duly_work::watch::{SOURCE_SILENT, UNCLAIMED_ASSET, UNCOVERED, watch};
use duly_work::{clients, coverage, lists};
use jiff::Timestamp;
use jiff::civil::date;

use crate::world::{OPENED, World, at, baker, days_later};

fn moved(tz: &str, calendar: &str) -> Client {
    Client {
        id: baker(),
        tz: tz.to_owned(),
        calendar: calendar.to_owned(),
    }
}

async fn agrees(world: &World, now: Timestamp) {
    world.round(now).await;
    let report = world.verified(now).await;
    assert!(!report.standing.is_refused(), "{now}: {:?}", report.reasons);
    let (from, to) = (report.from.unwrap(), report.to.unwrap());
    let counted = world.equation(from, to, now).await;
    assert_eq!(report.equation, Some(counted), "{now}");
}

async fn raised(world: &World, rule: &str) -> Vec<String> {
    let warnings = lists::warnings(&world.store, &baker()).await.unwrap();
    let of_rule = warnings.into_iter().filter(|one| one.raised.rule == rule);
    of_rule.map(|one| one.raised.message).collect()
}

fn new_asset(id: &str, name: &str, kind: &str) -> NewAsset {
    NewAsset {
        row: AssetRow {
            scope: Asset {
                id: id.into(),
                client: baker(),
                kind: kind.to_owned(),
                since: date(2026, 1, 1),
                until: None,
            },
            name: name.to_owned(),
        },
        site: None,
        person: None,
    }
}

async fn asset_id(world: &World, name: &str) -> AssetId {
    let assets = lists::assets(&world.store, &baker()).await.unwrap();
    let found = assets.into_iter().find(|row| row.name == name);
    found.unwrap().scope.id
}

#[tokio::test]
async fn worker_and_verifier_agree_on_a_client_that_moves_wherever_and_whenever() {
    for (tz, calendar) in [
        ("Pacific/Auckland", "new-zealand"),
        ("America/New_York", "us-federal"),
        ("Europe/London", "weekends"),
    ] {
        let world = World::new().await;
        // 6 January 2026 is a first Tuesday, 7 January a first Wednesday: something is due on
        // each, opens at nine, and is open for days.
        for moved_at in [
            "2026-01-06T08:00:00Z",
            "2026-01-06T23:30:00Z",
            "2026-01-14T09:30:00Z",
        ] {
            let now = at(moved_at);
            world.round(now).await;
            clients::change(&world.store, moved(tz, calendar), None, now)
                .await
                .unwrap();
            agrees(&world, now).await;
            clients::change(&world.store, moved("Europe/London", "england"), None, now)
                .await
                .unwrap();
            agrees(&world, now).await;
            clients::change(&world.store, moved(tz, calendar), None, now)
                .await
                .unwrap();
            agrees(&world, now).await;
        }
        for day in [15, 28, 40, 75] {
            agrees(&world, days_later(day)).await;
        }
        // After a restart everything is computed anew.
        let world = world.restarted().await;
        agrees(&world, days_later(80)).await;
    }
}

#[tokio::test]
async fn a_client_moved_on_a_page_is_not_moved_back_by_the_file_that_declares_it() {
    let world = World::new().await;
    let scope = moved("America/New_York", "us-federal");
    let now = days_later(3);
    assert!(
        clients::change(&world.store, scope.clone(), None, now)
            .await
            .unwrap()
    );
    assert!(
        !clients::change(&world.store, scope.clone(), None, now)
            .await
            .unwrap()
    );
    world.publish(None, days_later(4)).await;
    assert_eq!(
        world.store.client(&baker()).await.unwrap().unwrap().scope,
        scope
    );
    let nowhere = clients::change(&world.store, moved("Mars/Base", "england"), None, now).await;
    assert!(nowhere.unwrap_err().to_string().contains("Mars/Base"));
    let never = clients::change(&world.store, moved("UTC", "mars"), None, now).await;
    assert!(never.unwrap_err().to_string().contains("mars"));
}

#[tokio::test]
async fn what_was_due_when_an_asset_was_retired_stands_and_the_file_does_not_bring_it_back() {
    let world = World::new().await;
    let now = at("2026-01-13T12:00:00Z");
    world.round(now).await;
    let retirement = Retirement {
        client: baker(),
        asset: asset_id(&world, "office files").await,
        until: date(2026, 1, 14),
        reason: "moved to another provider".to_owned(),
        person: "p-mara".into(),
    };
    let done = world.store.retire_asset(retirement, now).await.unwrap();
    assert_eq!(done, AssetChange::Done);
    let of_tests = |tickets: &[duly_store::Ticket]| {
        let tests = tickets
            .iter()
            .filter(|one| one.process.as_str() == "backup.restore-test");
        tests.map(|one| one.slot).collect::<Vec<_>>()
    };
    agrees(&world, days_later(40)).await;
    assert_eq!(of_tests(&world.tickets().await), [date(2026, 1, 13)]);
    world.publish(None, days_later(41)).await;
    agrees(&world, days_later(60)).await;
    assert_eq!(of_tests(&world.tickets().await), [date(2026, 1, 13)]);
}

#[tokio::test]
async fn a_process_per_site_is_a_duty_for_each_site_and_the_verifier_agrees() {
    let world = World::new().await;
    for (id, name) in [("s-1", "Shop"), ("s-2", "Bakehouse")] {
        let site = new_asset(id, name, "site");
        world.store.take_into_care(site, at(OPENED)).await.unwrap();
    }
    let shipped = duly_declare::catalogue();
    let found = shipped
        .iter()
        .find(|one| one.process.as_str() == "acct.review");
    let mut walk: Process = found.unwrap().clone();
    walk.process = "site.walk".into();
    walk.applies_to.per = Per::Site;
    walk.effective = date(2026, 1, 1);
    world
        .store
        .publish_process(&baker(), &walk, at(OPENED))
        .await
        .unwrap();
    agrees(&world, days_later(40)).await;
    let walked = world.tickets().await.into_iter();
    let walked = walked.filter(|one| one.process.as_str() == "site.walk");
    let mut walked: Vec<_> = walked.map(|one| (one.slot, one.asset.unwrap().0)).collect();
    walked.sort();
    let slots = [date(2026, 1, 7), date(2026, 2, 4)];
    let expected = slots.map(|slot| ["s-1", "s-2"].map(|site| (slot, site.to_owned())));
    assert_eq!(walked, expected.concat());
}

#[tokio::test]
async fn what_is_uncovered_is_said_alike_on_the_page_by_a_warning_and_by_the_verifier() {
    let world = World::new().await;
    let now = days_later(1);
    world.round(now).await;
    let here = coverage::uncovered(&world.store, &baker(), now)
        .await
        .unwrap();
    let report = world.verified(now).await;
    let sorted = |mut gaps: Vec<Uncovered>| {
        gaps.sort_by_key(|gap| (gap.asset.clone(), gap.process.clone()));
        gaps
    };
    let uncovered: Vec<_> = here.gaps.iter().map(|gap| gap.uncovered.clone()).collect();
    assert_eq!(sorted(report.uncovered), sorted(uncovered.clone()));
    assert_eq!(raised(&world, UNCOVERED).await.len(), uncovered.len());
    let words = "shop firewall: nobody sees to it that it is reviewed in its rules";
    assert!(raised(&world, UNCOVERED).await.contains(&words.to_owned()));
    // A second look raises nothing again, and what is over is cleared.
    assert_eq!(watch(&world.store, &baker(), now).await.unwrap(), 0);
    let shipped = duly_declare::catalogue();
    let found = shipped
        .iter()
        .find(|one| one.process.as_str() == "fw.review");
    world
        .store
        .publish_process(&baker(), found.unwrap(), now)
        .await
        .unwrap();
    watch(&world.store, &baker(), now).await.unwrap();
    assert!(!raised(&world, UNCOVERED).await.contains(&words.to_owned()));
}

#[tokio::test]
async fn something_seen_and_nobodys_is_a_finding_after_five_business_days() {
    let world = World::new().await;
    let source = NewSource {
        name: "office list".to_owned(),
        expected_days: 7,
        mapping: None,
    };
    let thing = |asset: Option<AssetId>, name: &str| Sighted {
        thing: name.to_owned(),
        name: name.to_owned(),
        kind: "endpoint".to_owned(),
        asset,
    };
    let known = asset_id(&world, "shop firewall").await;
    let seen = vec![thing(None, "pc-9"), thing(Some(known), "fw")];
    // A Friday.
    let now = at("2026-01-02T12:00:00Z");
    world
        .store
        .report_sightings(&baker(), source, seen, now)
        .await
        .unwrap();
    for (day, unclaimed, silent) in [("09", 0, 0), ("10", 1, 0), ("12", 1, 0), ("13", 1, 1)] {
        let now = at(&format!("2026-01-{day}T13:00:00Z"));
        watch(&world.store, &baker(), now).await.unwrap();
        assert_eq!(
            raised(&world, UNCLAIMED_ASSET).await.len(),
            unclaimed,
            "{day}"
        );
        assert_eq!(raised(&world, SOURCE_SILENT).await.len(), silent, "{day}");
    }
    // Silent is not retired: its duties go on.
    let assets = lists::assets(&world.store, &baker()).await.unwrap();
    assert!(assets.iter().all(|row| row.scope.until.is_none()));
}

fn plan_of(promises: &[(&str, Option<&str>, u32)], effective: jiff::civil::Date) -> ServicePlan {
    let promise = |(process, kind, per_year_min): &(&str, Option<&str>, u32)| Promise {
        process: (*process).into(),
        kind: kind.map(str::to_owned),
        per_year_min: *per_year_min,
    };
    ServicePlan {
        effective,
        promises: promises.iter().map(promise).collect(),
    }
}

#[tokio::test]
async fn a_plan_below_the_minimum_is_not_signed_without_the_clients_word() {
    let world = World::new().await;
    let now = days_later(2);
    let thin = plan_of(
        &[("backup.restore-test", Some("backup"), 12)],
        date(2026, 1, 3),
    );
    let wanted = |plan: &ServicePlan, reason: &str| Wanted {
        plan: plan.clone(),
        reason: reason.to_owned(),
        person: "p-mara".into(),
    };
    let signed = world.store.plans(&baker()).await.unwrap().len();
    let refused = plan::sign(&world.store, &baker(), wanted(&thin, " "), now)
        .await
        .unwrap();
    let Signed::BelowMinimum(short) = refused else {
        panic!("{refused:?}");
    };
    let names: Vec<_> = short.iter().map(|one| one.process.as_str()).collect();
    let expected = [
        "backup.jobs",
        "backup.offsite",
        "backup.restore-test",
        "fw.firmware",
        "fw.review",
        "fw.subscriptions",
    ];
    assert_eq!(names, expected);
    let past = plan_of(&[], date(2026, 1, 2));
    let past = plan::sign(&world.store, &baker(), wanted(&past, "x"), now)
        .await
        .unwrap();
    assert_eq!(past, Signed::InThePast);
    let why = "the archive hardly changes";
    let put = plan::sign(&world.store, &baker(), wanted(&thin, why), now)
        .await
        .unwrap();
    assert_eq!(put, Signed::Proposed);
    assert_eq!(world.store.plans(&baker()).await.unwrap().len(), signed);
    let waiting = world.store.proposed_plan(&baker()).await.unwrap().unwrap();
    let omar = "p-omar".into();
    let later = days_later(5);
    let us = baker();
    let agreed = plan::decide(
        &world.store,
        &us,
        &waiting.id,
        PlanDecision::Agreed,
        &omar,
        later,
    );
    assert!(agreed.await.unwrap());
    let report = world.verified(days_later(6)).await;
    assert!(!report.standing.is_refused(), "{:?}", report.reasons);
    let agreed = report
        .findings
        .iter()
        .find(|one| one.code == "below-minimum-agreed");
    assert!(
        agreed.unwrap().message.contains(why),
        "{:?}",
        report.findings
    );
}

#[tokio::test]
async fn a_list_is_looked_at_taken_and_remembered() {
    let world = World::new().await;
    let list = "Name;Type;Serial\npc-1;Laptop;A1\nshop firewall;Firewall;A2\n".as_bytes();
    let looked = import::look(&world.store, &baker(), list, None)
        .await
        .unwrap();
    assert_eq!(looked.comparison.added.len(), 1);
    assert_eq!(
        lists::assets(&world.store, &baker()).await.unwrap().len(),
        2
    );
    let now = days_later(1);
    let taken = import::take(&world.store, &baker(), &looked, None, now)
        .await
        .unwrap();
    assert_eq!(
        taken,
        Taking::Taken {
            added: 1,
            changed: 0
        }
    );
    let again = import::take(&world.store, &baker(), &looked, None, now)
        .await
        .unwrap();
    assert_eq!(again, Taking::Raced);
    // The next list has one more column, and another name for the same serial number.
    let next = "Owner;Name;Type;Serial\nx;front desk;Laptop;A1\ny;shop firewall;Firewall;A2\n";
    let looked = import::look(&world.store, &baker(), next.as_bytes(), None)
        .await
        .unwrap();
    assert_eq!(looked.mapping.thing.as_deref(), Some("Serial"));
    assert_eq!(
        (
            looked.comparison.added.len(),
            looked.comparison.changed.len()
        ),
        (0, 1)
    );
    import::take(&world.store, &baker(), &looked, None, now)
        .await
        .unwrap();
    asset_id(&world, "front desk").await;
    // Half of it gone: not taken.
    let half = "Name;Type;Serial\nfront desk;Laptop;A1\n".as_bytes();
    let looked = import::look(&world.store, &baker(), half, None)
        .await
        .unwrap();
    let refused = import::take(&world.store, &baker(), &looked, None, now)
        .await
        .unwrap();
    assert!(matches!(refused, Taking::Refused(_)), "{refused:?}");
    let filter = SightingFilter::default();
    let seen = lists::sightings(&world.store, &baker(), &filter)
        .await
        .unwrap();
    assert!(seen.iter().all(|one| one.sighted.asset.is_some()));
    agrees(&world, days_later(2)).await;
}

#[tokio::test]
async fn a_client_is_added_with_the_processes_of_another() {
    let world = World::new().await;
    let scope = |id: &str| Client {
        id: id.into(),
        tz: "America/New_York".to_owned(),
        calendar: "us-federal".to_owned(),
    };
    let new = |id: &str| clients::AddClient {
        scope: scope(id),
        name: "Lakeside Clinic".to_owned(),
        like: Some(baker()),
    };
    let now = days_later(1);
    let add = async |id: &str| clients::add(&world.store, new(id), now).await.unwrap();
    assert_eq!(add("lakeside").await, clients::Added::Added);
    assert_eq!(add("lakeside").await, clients::Added::IdTaken);
    for id in ["new", "provider", "", "-x", "Lakeside", "a/b"] {
        assert_eq!(add(id).await, clients::Added::BadId, "{id}");
    }
    let published = world
        .store
        .published(&"lakeside".into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(published.processes.len(), 3);
    let clock = duly_work::clock::Clock::Fixed(days_later(40));
    let round = world
        .worker()
        .round_of(&"lakeside".into(), clock)
        .await
        .unwrap();
    assert!(
        round.opened > 0,
        "what is for the client as a whole falls due"
    );
}
