//! What holds for the duties of any processes, versions, assets and periods.

use std::collections::BTreeSet;

use duly_core::accounts::waives_in_time;
use duly_core::id::DutyId;
use duly_core::process::{Process, Roll};
use duly_core::schedule::duties::{Duty, Published, PublishedProcess, duties, past};
use duly_core::schedule::expand::occurrences;
use duly_core::schedule::rule::Recurrence;
use duly_core::schedule::words;
use duly_core::schedule::zone::Zone;
use duly_core::scope::{Client, Exception};
use jiff::civil::{Date, Time, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::sample::select;

use crate::schedule_world::{allowance, asset, excepted, process, published, world};

const RULES: [&str; 16] = [
    "every day",
    "every 3 days from 2025-01-01",
    "every business day",
    "every week on monday, thursday",
    "every week on saturday, sunday",
    "every 2 weeks on friday from 2025-01-03",
    "2nd tuesday, 4th tuesday",
    "5th monday",
    "1, 15, 31 clamp last day",
    "every 5 months on last friday from 2025-02-01",
    "first business day + 2, last business day",
    "last business day + 5",
    "every quarter on 1st monday of month 2, last day of month 3",
    "29 february, 31 december clamp last day",
    "2025-12-25, 2026-02-28, 2026-03-29, 2026-12-31",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2,3",
];

/// Any day of 2025 to 2027.
fn any_date() -> impl Strategy<Value = Date> {
    (0..1095_i32).prop_map(|days| date(2025, 1, 1).saturating_add(days.days()))
}

/// A period within those years.
fn any_period() -> impl Strategy<Value = (Date, Date)> {
    (any_date(), any_date()).prop_map(|(one, other)| (one.min(other), one.max(other)))
}

fn midnight(date: Date) -> Timestamp {
    jiff::tz::TimeZone::UTC
        .to_timestamp(date.at(0, 0, 0, 0))
        .unwrap()
}

fn any_time() -> impl Strategy<Value = Time> {
    (0..24_i8, select(vec![0_i8, 30])).prop_map(|(hour, minute)| Time::constant(hour, minute, 0, 0))
}

fn any_process() -> impl Strategy<Value = Process> {
    let roll = select(vec![None, Some(Roll::Following), Some(Roll::Preceding)]);
    let due = select(vec!["5 business days", "3 days", "8 hours", "0 days"]);
    let names = select(vec!["p", "q"]);
    (
        select(RULES.to_vec()),
        names,
        any_date(),
        any_time(),
        roll,
        due,
    )
        .prop_map(|(rule, name, effective, at, roll, due)| {
            let mut process = process(name, &effective.to_string(), rule);
            process.schedule.at = at;
            process.schedule.roll = roll;
            process.schedule.due_within = allowance(due);
            process
        })
}

/// A version, published within forty days of its effective date, or at the start of time.
fn any_version() -> impl Strategy<Value = PublishedProcess> {
    (any_process(), 0..40_i64, 0..24_i64, any::<bool>()).prop_map(|(process, days, hours, old)| {
        let effective = midnight(process.effective);
        let before = (days * 24 + hours - 24).hours();
        let published_at = if old {
            Timestamp::MIN
        } else {
            effective - before
        };
        published(process, published_at)
    })
}

/// Exceptions of up to ninety days, some of one process or asset, granted within forty days of
/// their beginning.
fn any_exceptions() -> impl Strategy<Value = Vec<Exception>> {
    let process = select(vec![None, Some("p"), Some("q")]);
    let asset = select(vec![None, Some("b-0"), Some("b-1"), Some("b-2")]);
    let exception = (any_date(), 0..90_i32, -40..40_i64, process, asset);
    let exception = exception.prop_map(|(from, days, granted, process, asset)| Exception {
        process: process.map(Into::into),
        asset: asset.map(Into::into),
        granted_at: midnight(from) + (granted * 24).hours(),
        ..excepted(from, from.saturating_add(days.days()))
    });
    proptest::collection::vec(exception, 0..6)
}

fn any_world() -> impl Strategy<Value = Published> {
    let asset = (0..4_u8, any_date(), proptest::option::of(any_date())).prop_map(
        |(number, since, until)| {
            let mut asset = asset(&format!("b-{number}"), "backup");
            asset.since = since;
            asset.until = until;
            asset
        },
    );
    let versions = proptest::collection::vec(any_version(), 1..5);
    (
        versions,
        proptest::collection::vec(asset, 1..5),
        any_exceptions(),
    )
        .prop_map(|(versions, assets, exceptions)| Published {
            processes: versions,
            assets,
            exceptions,
            ..world([])
        })
}

/// The same world for a client that moves up to three times.
fn any_moving_world() -> impl Strategy<Value = Published> {
    let zones = ["Europe/London", "Pacific/Auckland", "America/New_York"];
    let moves = proptest::collection::vec((any_date(), 0..24_i64, select(zones.to_vec())), 1..4);
    (any_world(), moves).prop_map(move |(mut world, mut moves)| {
        for name in zones {
            let zone = Zone::of(name, date(2023, 12, 1), date(2030, 1, 31)).unwrap();
            world.zones.insert(name.to_owned(), zone);
        }
        moves.sort_by_key(|(date, hour, _)| (*date, *hour));
        let mut clients = vec![(Timestamp::MIN, world.client.clone())];
        for (date, hour, tz) in moves {
            let moved = Client {
                tz: tz.to_owned(),
                ..world.client.clone()
            };
            clients.push((midnight(date) + hour.hours(), moved));
        }
        world.past = past(&clients, &world.zones);
        world.client = clients.pop().unwrap().1;
        world
    })
}

fn ids(duties: &[Duty]) -> BTreeSet<DutyId> {
    duties.iter().map(|duty| duty.id.clone()).collect()
}

/// The definition, written down as plainly as can be: for each date, the versions in order of
/// publication, each asked about this date alone.
fn plain_slots(world: &Published, from: Date, to: Date) -> BTreeSet<(Date, String, Timestamp)> {
    let zone = &world.zones["Europe/London"];
    let calendar = &world.calendars["office"];
    let mut versions: Vec<&PublishedProcess> = world.processes.iter().collect();
    versions.sort_by_key(|version| (version.published_at, version.process.effective));
    let mut slots = BTreeSet::new();
    for name in ["p", "q"] {
        for day in from.series(1.day()).take_while(|day| *day <= to) {
            let mut standing: Option<Timestamp> = None;
            for version in &versions {
                let process = &version.process;
                let opened = standing.is_some_and(|at| at <= version.published_at);
                if process.process.as_str() != name || process.effective > day || opened {
                    continue;
                }
                let rule = &process.schedule.recurrence;
                if occurrences(rule, Some(calendar), day, day)
                    .unwrap()
                    .is_empty()
                {
                    standing = None;
                    continue;
                }
                let on = match process.schedule.roll {
                    None => day,
                    Some(Roll::Following) => calendar.open_on_or_after(day).unwrap(),
                    Some(Roll::Preceding) => calendar.open_on_or_before(day).unwrap(),
                };
                let at = zone.resolve(on, process.schedule.at).unwrap();
                if version.published_at < at {
                    standing = Some(at);
                }
            }
            slots.extend(standing.map(|at| (day, name.to_owned(), at)));
        }
    }
    slots
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_period_split_at_any_date_has_the_same_duties(
        world in any_world(),
        (from, to) in any_period(),
        days in 0..1095_i32,
    ) {
        let split = from.saturating_add(days.days()).min(to);
        let whole = duties(&world, from, to).unwrap();
        let mut parts = duties(&world, from, split).unwrap();
        parts.extend(duties(&world, split.tomorrow().unwrap(), to).unwrap());
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn a_client_that_moves_is_owed_each_date_once_whatever_the_period_asked_for(
        world in any_moving_world(),
        (from, to) in any_period(),
        days in 0..1095_i32,
    ) {
        let split = from.saturating_add(days.days()).min(to);
        let whole = duties(&world, from, to).unwrap();
        prop_assert_eq!(ids(&whole).len(), whole.len());
        let mut parts = duties(&world, from, split).unwrap();
        parts.extend(duties(&world, split.tomorrow().unwrap(), to).unwrap());
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn moving_changes_nothing_that_has_opened_or_is_dated_by_then(
        world in any_moving_world(),
        (from, to) in any_period(),
    ) {
        let mut before = world.clone();
        let last = before.past.pop().unwrap();
        before.client = last.client;
        let bound = |duty: &&Duty| duty.opens_at <= last.changed_at || duty.slot <= last.until;
        let after = duties(&world, from, to).unwrap();
        for duty in duties(&before, from, to).unwrap().iter().filter(bound) {
            prop_assert!(after.contains(duty), "{:?}", duty);
        }
        // And nothing comes into being in the past.
        let known = ids(&duties(&before, from, to).unwrap());
        for duty in &after {
            prop_assert!(duty.opens_at > last.changed_at || known.contains(&duty.id));
        }
    }

    #[test]
    fn no_two_duties_have_the_same_id(world in any_world(), (from, to) in any_period()) {
        let duties = duties(&world, from, to).unwrap();
        prop_assert_eq!(ids(&duties).len(), duties.len());
    }

    #[test]
    fn duties_come_in_order_of_slot_process_and_asset(
        world in any_world(),
        (from, to) in any_period(),
    ) {
        let duties = duties(&world, from, to).unwrap();
        let key = |duty: &Duty| (duty.slot, duty.process.clone(), duty.asset.clone());
        prop_assert!(duties.is_sorted_by_key(key));
        for duty in &duties {
            prop_assert!((from..=to).contains(&duty.slot));
            prop_assert!(duty.opens_at <= duty.due_at && duty.due_at <= duty.missed_at);
        }
    }

    #[test]
    fn the_versions_in_force_are_those_of_the_plain_definition(
        mut world in any_world(),
        from in any_date(),
        days in 0..90_i32,
    ) {
        // One asset that is always in care, so that each slot shows.
        world.assets = vec![asset("b-1", "backup")];
        world.exceptions.clear();
        let to = from.saturating_add(days.days());
        let duties = duties(&world, from, to).unwrap();
        let slots: BTreeSet<(Date, String, Timestamp)> = duties
            .iter()
            .map(|duty| (duty.slot, duty.process.to_string(), duty.opens_at))
            .collect();
        prop_assert_eq!(slots, plain_slots(&world, from, to));
    }

    #[test]
    fn a_version_with_the_same_rule_neither_loses_nor_doubles_a_duty(
        process in any_process(),
        effective in any_date(),
        hours in 0..2_000_i64,
        (from, to) in any_period(),
    ) {
        let mut world = world([process.clone()]);
        world.processes[0].process.effective = date(2025, 1, 1);
        let before = duties(&world, from, to).unwrap();
        let published_at = midnight(effective) - hours.hours();
        let mut again = process;
        again.effective = effective;
        world.processes.push(published(again, published_at));
        let mut after = duties(&world, from, to).unwrap();
        for (after, before) in after.iter_mut().zip(&before) {
            after.version.clone_from(&before.version);
        }
        prop_assert_eq!(after, before);
    }

    #[test]
    fn nothing_published_later_changes_a_duty_that_has_opened(
        mut world in any_world(),
        later in any_version(),
        (from, to) in any_period(),
    ) {
        let latest = world.processes.iter().map(|version| version.published_at).max();
        let published_at = later.published_at.max(latest.unwrap());
        let opened = |duties: Vec<Duty>| {
            duties.into_iter().filter(|duty| duty.opens_at <= published_at).collect::<Vec<_>>()
        };
        let before = opened(duties(&world, from, to).unwrap());
        // Effective after all others, as ties in time of publication go by that.
        let mut later = PublishedProcess { published_at, ..later };
        let last = world.processes.iter().map(|version| version.process.effective).max();
        later.process.effective = later.process.effective.max(last.unwrap());
        world.processes.push(later);
        prop_assert_eq!(opened(duties(&world, from, to).unwrap()), before);
    }

    #[test]
    fn exceptions_take_no_duty_away(world in any_world(), (from, to) in any_period()) {
        let with = duties(&world, from, to).unwrap();
        let without = Published { exceptions: Vec::new(), ..world };
        let without = duties(&without, from, to).unwrap();
        prop_assert!(ids(&with).is_superset(&ids(&without)));
    }

    #[test]
    fn whatever_was_waived_is_due_again_before_the_schedule_is_a_day_behind(
        mut world in any_world(),
    ) {
        // One asset in care throughout: each thing waived must be followed, on the first day that
        // no exception waives, by a duty that nothing waives, as long as its process has versions.
        world.assets = vec![asset("b-1", "backup")];
        for version in &mut world.processes {
            version.published_at = Timestamp::MIN;
            version.process.effective = date(2025, 1, 1);
        }
        world.processes.truncate(1);
        let (from, to) = (date(2025, 1, 1), date(2028, 12, 1));
        let all = duties(&world, from, to).unwrap();
        for duty in &all {
            let waiving = |duty: &Duty| {
                let waives = |one: &&Exception| {
                    one.covers(duty) && waives_in_time(duty, one.granted_at)
                };
                world.exceptions.iter().filter(waives).collect::<Vec<_>>()
            };
            for exception in waiving(duty) {
                let zone = &world.zones["Europe/London"];
                let granted = zone.local(exception.granted_at).unwrap().date();
                let next = exception.to.max(granted).tomorrow().unwrap();
                let follows = all.iter().any(|one| one.slot == next && one.process == duty.process);
                prop_assert!(follows, "{} after {:?}", next, exception);
            }
        }
    }

    #[test]
    fn a_rule_given_back_in_words_means_the_same(text in select(RULES.to_vec())) {
        let rule = words::rule(text).unwrap();
        prop_assert_eq!(words::rule(&rule.to_string()).unwrap(), rule);
    }

    #[test]
    fn a_rule_in_json_means_the_same(text in select(RULES.to_vec())) {
        let rule = words::rule(text).unwrap();
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), rule);
    }

    #[test]
    fn no_text_makes_the_grammar_panic(text in "\\PC{0,40}") {
        let _ = words::rule(&text);
        let _ = words::allowance(&text);
    }

    #[test]
    fn no_shuffle_of_known_words_makes_the_grammar_panic(
        words in proptest::collection::vec(
            select(vec![
                "every", "2", "on", "monday", "last", "business", "day", "+", "-", "from", "1st",
                "2026-01-05", "clamp", "of", "month", "march", ",", "31", "and", "weeks",
            ]),
            0..9,
        ),
    ) {
        let text = words.join(" ");
        if let Ok(rule) = duly_core::schedule::words::rule(&text) {
            prop_assert!(rule.check().is_ok(), "{}", text);
            let again = rule.to_string();
            prop_assert_eq!(duly_core::schedule::words::rule(&again), Ok(rule), "{}", text);
        }
    }
}
