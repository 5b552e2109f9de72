//! Which duties a period has, and when they open, fall due and are missed.

use duly_core::id::DutyId;
use duly_core::process::{AppliesTo, Per, Roll, Schedule};
use duly_core::schedule::duties::{Duty, Published, duties};
use duly_core::scope::{Client, Exception, WaivedBy};
use jiff::Timestamp;
use jiff::civil::{date, time};

use crate::schedule_world::{allowance, asset, due, process, published, slots, world};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_duty_is_known_by_its_nominal_date() {
    let duty = &due(
        &world([process("p", "2026-01-01", "15")]),
        "2026-02-01",
        "2026-02-28",
    )[0];
    let id = DutyId::of(
        &"baker".into(),
        &"p".into(),
        Some(&"b-1".into()),
        date(2026, 2, 15),
    );
    assert_eq!(duty.id, id);
    assert_eq!(duty.version, "2026-01-01");
    // The fifteenth is a Sunday.
    assert_eq!(duty.opens_at, at("2026-02-16T09:00Z"));
}

#[test]
fn a_slot_on_a_closed_day_is_rolled_over_the_end_of_the_year() {
    let mut last_day = process("p", "2026-01-01", "31 december");
    let mut published = world([last_day.clone()]);
    let closed = date(2026, 12, 31);
    let calendar = published.calendars.get_mut("office").unwrap();
    calendar.years.get_mut(&2026).unwrap().insert(closed);
    let duty = &due(&published, "2026-12-31", "2026-12-31")[0];
    assert_eq!(duty.slot, closed);
    // New Year's Day is closed and followed by a weekend.
    assert_eq!(duty.opens_at, at("2027-01-04T09:00Z"));
    last_day.schedule.roll = Some(Roll::Preceding);
    published.processes[0].process = last_day.clone();
    let duty = &due(&published, "2026-12-31", "2026-12-31")[0];
    assert_eq!(duty.opens_at, at("2026-12-30T09:00Z"));
    last_day.schedule.roll = None;
    published.processes[0].process = last_day;
    let duty = &due(&published, "2026-12-31", "2026-12-31")[0];
    assert_eq!(duty.opens_at, at("2026-12-31T09:00Z"));
}

#[test]
fn two_slots_rolled_onto_one_day_are_two_duties() {
    let duties = due(
        &world([process("p", "2026-01-01", "every day")]),
        "2026-02-13",
        "2026-02-16",
    );
    let monday = at("2026-02-16T09:00Z");
    let opened: Vec<Timestamp> = duties.iter().map(|duty| duty.opens_at).collect();
    assert_eq!(opened, [at("2026-02-13T09:00Z"), monday, monday, monday]);
}

#[test]
fn business_days_are_counted_over_holidays() {
    let world = world([process("p", "2026-01-01", "23 december")]);
    let duty = &due(&world, "2026-12-01", "2026-12-31")[0];
    // 24, 28, 29, 30, 31 December; then 4 and 5 January.
    assert_eq!(duty.due_at, at("2026-12-31T09:00Z"));
    assert_eq!(duty.missed_at, at("2027-01-05T09:00Z"));
}

#[test]
fn days_keep_the_time_of_day_and_hours_do_not() {
    let mut process = process("p", "2026-01-01", "28 march");
    process.schedule.roll = None;
    process.schedule.due_within = allowance("2 days");
    process.schedule.grace = allowance("24 hours");
    let duty = &due(&world([process.clone()]), "2026-03-28", "2026-03-28")[0];
    // Clocks went forward on the 29th.
    assert_eq!(duty.opens_at, at("2026-03-28T09:00Z"));
    assert_eq!(duty.due_at, at("2026-03-30T08:00Z"));
    process.schedule.due_within = allowance("24 hours");
    process.schedule.grace = allowance("1 business day");
    let duty = &due(&world([process]), "2026-03-28", "2026-03-28")[0];
    assert_eq!(duty.due_at, at("2026-03-29T09:00Z"));
    // Ten o'clock by the wall, on the next business day.
    assert_eq!(duty.missed_at, at("2026-03-30T09:00Z"));
}

#[test]
fn a_time_of_day_that_is_skipped_is_counted_from_before_the_change() {
    let mut process = process("p", "2026-01-01", "29 march, 25 october");
    process.schedule.roll = None;
    process.schedule.at = time(1, 30, 0, 0);
    let duties = due(&world([process]), "2026-01-01", "2026-12-31");
    assert_eq!(duties[0].opens_at, at("2026-03-29T01:30Z"));
    assert_eq!(duties[1].opens_at, at("2026-10-25T00:30Z"));
}

#[test]
fn the_leap_day_is_a_day_and_the_last_of_february_in_other_years() {
    let world = world([process("p", "2025-01-01", "29 february clamp last day")]);
    let duties = due(&world, "2025-01-01", "2028-12-31");
    let expected = [
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ];
    assert_eq!(slots(&duties), expected);
}

#[test]
fn a_new_version_governs_from_its_effective_date() {
    let old = process("p", "2026-01-01", "every week on monday");
    let new = process("p", "2026-02-10", "every week on friday");
    let mut world = world([old]);
    world
        .processes
        .push(published(new, at("2026-02-01T12:00Z")));
    let duties = due(&world, "2026-02-01", "2026-02-20");
    let expected = [
        date(2026, 2, 2),
        date(2026, 2, 9),
        date(2026, 2, 13),
        date(2026, 2, 20),
    ];
    assert_eq!(slots(&duties), expected);
    let versions: Vec<&str> = duties.iter().map(|duty| duty.version.as_str()).collect();
    assert_eq!(
        versions,
        ["2026-01-01", "2026-01-01", "2026-02-10", "2026-02-10"]
    );
}

#[test]
fn a_slot_that_has_opened_stays_with_its_version() {
    let old = process("p", "2026-01-01", "every week on monday");
    let mut world = world([old]);
    let never_again = process("p", "2026-02-09", "31 december");
    world
        .processes
        .push(published(never_again, at("2026-02-09T09:00Z")));
    let duties = due(&world, "2026-02-01", "2026-02-28");
    assert_eq!(slots(&duties), [date(2026, 2, 2), date(2026, 2, 9)]);
    // One second earlier, and the slot had not opened.
    world.processes[1].published_at = at("2026-02-09T08:59:59Z");
    assert_eq!(
        slots(&due(&world, "2026-02-01", "2026-02-28")),
        [date(2026, 2, 2)]
    );
}

#[test]
fn a_version_published_too_late_for_its_own_slot_leaves_the_earlier_one_standing() {
    let mut afternoon = process("p", "2026-01-01", "every day");
    afternoon.schedule.at = time(17, 0, 0, 0);
    let morning = process("p", "2026-02-10", "every day");
    let mut world = world([afternoon]);
    world
        .processes
        .push(published(morning, at("2026-02-10T12:00Z")));
    let duties = due(&world, "2026-02-10", "2026-02-11");
    assert_eq!(slots(&duties), [date(2026, 2, 10), date(2026, 2, 11)]);
    assert_eq!(duties[0].opens_at, at("2026-02-10T17:00Z"));
    assert_eq!(duties[1].opens_at, at("2026-02-11T09:00Z"));
}

#[test]
fn the_first_slot_of_a_new_process_is_the_first_that_opens_after_publication() {
    let mut world = world([]);
    let daily = process("p", "2026-02-10", "every day");
    world
        .processes
        .push(published(daily, at("2026-02-10T12:00Z")));
    assert_eq!(
        slots(&due(&world, "2026-02-01", "2026-02-11")),
        [date(2026, 2, 11)]
    );
}

#[test]
fn the_version_published_last_governs_even_if_effective_earlier() {
    let mut world = world([]);
    let in_july = process("p", "2026-07-01", "every week on monday");
    let in_march = process("p", "2026-03-01", "every week on friday");
    world
        .processes
        .push(published(in_july, at("2026-01-01T00:00Z")));
    world
        .processes
        .push(published(in_march, at("2026-01-02T00:00Z")));
    let duties = due(&world, "2026-07-01", "2026-07-10");
    assert_eq!(slots(&duties), [date(2026, 7, 3), date(2026, 7, 10)]);
}

#[test]
fn an_old_version_is_not_asked_about_years_in_which_it_is_long_replaced() {
    let mut old = process("p", "2024-01-01", "every business day");
    old.schedule.calendar = "old".to_owned();
    let mut world = world([old]);
    let mut calendar = crate::schedule_world::calendar();
    calendar.years.retain(|year, _| *year <= 2024);
    world.calendars.insert("old".to_owned(), calendar);
    let new = process("p", "2024-06-01", "every business day");
    world
        .processes
        .push(published(new, at("2024-05-01T00:00Z")));
    // 784 weekdays, of which eight are holidays.
    assert_eq!(due(&world, "2024-01-01", "2026-12-31").len(), 776);
}

#[test]
fn an_asset_has_duties_while_it_is_in_care() {
    let mut world = world([process("p", "2026-01-01", "every day")]);
    world.assets[0].since = date(2026, 2, 3);
    world.assets[0].until = Some(date(2026, 2, 5));
    let duties = due(&world, "2026-02-01", "2026-02-28");
    assert_eq!(slots(&duties), [date(2026, 2, 3), date(2026, 2, 4)]);
}

#[test]
fn a_slot_that_opened_early_stands_when_its_asset_leaves() {
    let mut process = process("p", "2026-01-01", "14");
    process.schedule.roll = Some(Roll::Preceding);
    let mut world = world([process]);
    // The fourteenth is a Saturday and opens on Friday; the asset left on Saturday.
    world.assets[0].until = Some(date(2026, 2, 14));
    assert_eq!(
        slots(&due(&world, "2026-02-01", "2026-02-28")),
        [date(2026, 2, 14)]
    );
    world.assets[0].until = Some(date(2026, 2, 13));
    assert_eq!(due(&world, "2026-02-01", "2026-02-28"), []);
}

#[test]
fn an_asset_that_comes_back_has_each_duty_once() {
    let mut world = world([process("p", "2026-01-01", "every day")]);
    world.assets[0].until = Some(date(2026, 2, 3));
    let mut back = asset("b-1", "backup");
    back.since = date(2026, 2, 2);
    world.assets.push(back);
    assert_eq!(due(&world, "2026-02-01", "2026-02-04").len(), 4);
}

#[test]
fn a_process_applies_to_each_asset_of_its_kind_in_order_of_id() {
    let mut world = world([
        process("p", "2026-01-01", "15"),
        process("o", "2026-01-01", "15"),
    ]);
    world.assets.push(asset("a-9", "backup"));
    world.assets.push(asset("f-1", "firewall"));
    let duties = due(&world, "2026-02-01", "2026-02-28");
    let told: Vec<(&str, &str)> = duties
        .iter()
        .map(|duty| (duty.process.as_str(), duty.asset.as_ref().unwrap().as_str()))
        .collect();
    assert_eq!(
        told,
        [("o", "a-9"), ("o", "b-1"), ("p", "a-9"), ("p", "b-1")]
    );
}

#[test]
fn a_process_may_apply_per_site_client_or_provider() {
    let with = |per| {
        let mut process = process("p", "2026-01-01", "15");
        process.applies_to = AppliesTo { per, kind: None };
        let mut world = world([process]);
        world.assets.push(asset("s-1", "site"));
        world
    };
    let about = |duties: &[Duty]| {
        duties
            .iter()
            .map(|duty| duty.asset.clone())
            .collect::<Vec<_>>()
    };
    let february = |world: &Published| due(world, "2026-02-01", "2026-02-28");
    assert_eq!(about(&february(&with(Per::Site))), [Some("s-1".into())]);
    assert_eq!(about(&february(&with(Per::Client))), [None]);
    let mut provider = with(Per::Provider);
    assert_eq!(february(&provider), []);
    provider.client.id = Client::PROVIDER.into();
    for asset in &mut provider.assets {
        asset.client = Client::PROVIDER.into();
    }
    assert_eq!(about(&february(&provider)), [None]);
    assert_eq!(
        duties(&with(Per::Asset), date(2026, 2, 1), date(2026, 2, 28))
            .unwrap_err()
            .code(),
        "schedule-kind-missing"
    );
}

#[test]
fn an_exception_removes_no_duty() {
    let mut world = world([process("p", "2026-01-01", "15")]);
    let before = due(&world, "2026-02-01", "2026-02-28");
    world.exceptions.push(Exception {
        id: "e-1".to_owned(),
        client: "baker".into(),
        process: None,
        asset: None,
        from: date(2026, 1, 1),
        to: date(2026, 12, 31),
        by: WaivedBy::Client,
        granted_at: at("2026-01-01T00:00Z"),
        reason: "Closed for rebuilding".to_owned(),
        resume: None,
    });
    assert_eq!(due(&world, "2026-02-01", "2026-02-28"), before);
}

#[test]
fn whatever_was_not_published_is_an_error_and_never_none() {
    let code = |change: &dyn Fn(&mut Published)| {
        let mut world = world([process("p", "2026-01-01", "15")]);
        change(&mut world);
        duties(&world, date(2026, 2, 1), date(2026, 2, 28))
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&|world| world.zones.clear()), "zone-unknown");
    assert_eq!(code(&|world| world.calendars.clear()), "calendar-unknown");
    let forget_year = |world: &mut Published| {
        world
            .calendars
            .get_mut("office")
            .unwrap()
            .years
            .remove(&2026);
    };
    assert_eq!(code(&forget_year), "calendar-year-missing");
    let shorten = |world: &mut Published| {
        world.zones.get_mut("Europe/London").unwrap().to = date(2026, 2, 20);
    };
    assert_eq!(code(&shorten), "zone-outside-span");
    let foreign = |world: &mut Published| {
        world.assets[0].client = "lakeside".into();
    };
    assert_eq!(code(&foreign), "schedule-foreign-asset");
}

#[test]
fn a_schedule_without_business_days_needs_no_calendar() {
    let mut process = process("p", "2026-01-01", "15");
    process.schedule.roll = None;
    process.schedule.due_within = allowance("3 days");
    process.schedule.grace = allowance("8 hours");
    assert!(!process.schedule.counts_business_days());
    let mut world = world([process]);
    world.calendars.clear();
    assert_eq!(due(&world, "2026-02-01", "2026-02-28").len(), 1);
}

#[test]
fn a_changed_zone_moves_the_instants_and_keeps_the_ids() {
    let mut world = world([process("p", "2026-01-01", "every week on monday")]);
    let before = due(&world, "2026-01-01", "2026-12-31");
    let zone = world.zones.get_mut("Europe/London").unwrap();
    zone.transitions.clear();
    zone.offset_s = 7_200;
    let after = due(&world, "2026-01-01", "2026-12-31");
    let ids = |duties: &[Duty]| {
        duties
            .iter()
            .map(|duty| duty.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&after), ids(&before));
    assert!(after[0].opens_at < before[0].opens_at);
}

#[test]
fn a_schedule_may_name_its_own_zone_and_calendar() {
    let mut process = process("p", "2026-01-01", "15");
    process.schedule.tz = "Asia/Tokyo".to_owned();
    process.schedule.calendar = "open".to_owned();
    assert_eq!(Schedule::OF_CLIENT, "client");
    let mut world = world([process]);
    let tokyo =
        duly_core::schedule::zone::Zone::of("Asia/Tokyo", date(2026, 1, 1), date(2026, 12, 31));
    world.zones.insert("Asia/Tokyo".to_owned(), tokyo.unwrap());
    let mut open = crate::schedule_world::calendar();
    open.years.get_mut(&2026).unwrap().clear();
    world.calendars.insert("open".to_owned(), open);
    let duty = &due(&world, "2026-12-01", "2026-12-31")[0];
    assert_eq!(duty.opens_at, at("2026-12-15T00:00Z"));
}

#[test]
fn a_period_of_more_than_a_century_is_refused() {
    let world = world([]);
    let error = duties(&world, date(1900, 1, 1), date(2026, 1, 1)).unwrap_err();
    assert_eq!(error.code(), "schedule-span-too-long");
    assert_eq!(
        duties(&world, date(2026, 1, 2), date(2026, 1, 1)),
        Ok(Vec::new())
    );
}
