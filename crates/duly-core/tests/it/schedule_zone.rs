//! Local times and their instants: by hand, and against Python's zoneinfo.

use duly_core::schedule::zone::{Zone, ZoneError};
use jiff::Timestamp;
use jiff::civil::{Date, Time, date, time};

use crate::python;

/// Zones whose clocks go forward at midnight, so that a day has no 00:00; the usual ones; ones of
/// half an hour, of the southern half, and one that skipped a whole day.
const ZONES: [&str; 22] = [
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Amman",
    "Asia/Damascus",
    "Asia/Gaza",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kolkata",
    "UTC",
];

/// The years in which two databases of different ages can be held to agree.
const FROM: Date = Date::constant(1995, 1, 1);
const TO: Date = Date::constant(2024, 12, 31);

const TIMES: [&str; 3] = ["00:00:00", "00:30:00", "02:30:00"];

#[test]
fn instants_agree_with_zoneinfo_where_midnight_is_skipped_and_elsewhere() {
    let Some(python) = python::with_module("zoneinfo", "instants were not compared") else {
        return;
    };
    let request = serde_json::json!({ "zones": ZONES, "from": FROM, "to": TO, "times": TIMES });
    let answers = python::ask(python, "zoneinfo_instants.py", request.to_string());
    let mut answers = answers.iter();
    let times = TIMES.map(|time| time.parse::<Time>().unwrap());
    let mut differing = Vec::new();
    let mut compared = 0;
    for name in ZONES {
        let zone = Zone::of(name, FROM, TO).unwrap();
        zone.check().unwrap();
        for day in FROM
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= TO)
        {
            for time in times {
                let theirs: i64 = answers.next().unwrap().parse().unwrap();
                let ours = zone.resolve(day, time).unwrap().as_second();
                compared += 1;
                if ours != theirs {
                    differing.push(format!("{name} {day} {time}: {ours}, zoneinfo {theirs}"));
                }
            }
        }
    }
    println!("{compared} local times compared");
    assert!(answers.next().is_none());
    assert!(differing.is_empty(), "{differing:#?}");
}

fn instant(zone: &Zone, date: Date, hour: i8, minute: i8) -> String {
    zone.resolve(date, time(hour, minute, 0, 0))
        .unwrap()
        .to_string()
}

#[test]
fn a_midnight_that_is_skipped_is_counted_with_the_offset_from_before() {
    let zone = Zone::of("America/Santiago", date(2024, 1, 1), date(2024, 12, 31)).unwrap();
    // On 8 September 2024 the clocks went from 24:00 (UTC-4) to 01:00 (UTC-3).
    assert_eq!(
        instant(&zone, date(2024, 9, 8), 0, 0),
        "2024-09-08T04:00:00Z"
    );
    assert_eq!(
        instant(&zone, date(2024, 9, 8), 1, 0),
        "2024-09-08T04:00:00Z"
    );
    assert_eq!(
        instant(&zone, date(2024, 9, 7), 23, 59),
        "2024-09-08T03:59:00Z"
    );
}

#[test]
fn a_time_that_comes_twice_is_its_first_coming() {
    let zone = Zone::of("Europe/London", date(2024, 1, 1), date(2024, 12, 31)).unwrap();
    assert_eq!(
        instant(&zone, date(2024, 10, 27), 1, 30),
        "2024-10-27T00:30:00Z"
    );
    assert_eq!(
        instant(&zone, date(2024, 10, 27), 2, 0),
        "2024-10-27T02:00:00Z"
    );
}

#[test]
fn a_table_answers_for_its_own_span_only() {
    let zone = Zone::of("Europe/London", date(2024, 3, 31), date(2024, 3, 31)).unwrap();
    // The change itself lies in the span of one day.
    assert_eq!(
        instant(&zone, date(2024, 3, 31), 1, 30),
        "2024-03-31T01:30:00Z"
    );
    assert_eq!(
        instant(&zone, date(2024, 3, 31), 9, 0),
        "2024-03-31T08:00:00Z"
    );
    let outside = zone
        .resolve(date(2024, 4, 1), time(9, 0, 0, 0))
        .unwrap_err();
    assert_eq!(outside.code(), "zone-outside-span");
    let outside = zone
        .local("2024-04-01T12:00Z".parse().unwrap())
        .unwrap_err();
    assert_eq!(outside.code(), "zone-outside-span");
}

#[test]
fn any_cut_of_a_table_gives_the_same_instants() {
    let (first, last) = (date(2023, 10, 1), date(2024, 11, 30));
    for name in ZONES {
        let whole = Zone::of(name, first, last).unwrap();
        for day in first
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= last)
        {
            let cut = Zone::of(name, day, day).unwrap();
            for hour in 0..24 {
                let at = time(hour, 15, 0, 0);
                assert_eq!(
                    cut.resolve(day, at),
                    whole.resolve(day, at),
                    "{name} {day} {at}"
                );
            }
        }
    }
}

#[test]
fn an_instant_and_its_local_time_are_each_others_inverse_outside_gaps() {
    let zone = Zone::of("Australia/Lord_Howe", date(2024, 1, 1), date(2024, 12, 31)).unwrap();
    let first: Timestamp = "2024-01-05T00:00Z".parse().unwrap();
    let mut repeated = 0;
    for half_hour in 0..16_000 {
        let instant = first + jiff::SignedDuration::from_mins(half_hour * 30);
        let local = zone.local(instant).unwrap();
        let again = zone.resolve(local.date(), local.time()).unwrap();
        if again != instant {
            // The second coming of a repeated half hour.
            assert_eq!(again, instant - jiff::SignedDuration::from_mins(30));
            repeated += 1;
        }
    }
    assert_eq!(repeated, 1);
}

#[test]
fn a_table_is_refused_for_no_such_zone_or_no_such_span() {
    let (from, to) = (date(2024, 1, 1), date(2024, 12, 31));
    let unknown = Zone::of("Europe/Lodnon", from, to).unwrap_err();
    assert_eq!(unknown, ZoneError::Unknown("Europe/Lodnon".to_owned()));
    assert_eq!(Zone::of("UTC", to, from).unwrap_err().code(), "zone-span");
    assert_eq!(
        Zone::of("UTC", from, date(2100, 1, 1)).unwrap_err().code(),
        "zone-span"
    );
}

#[test]
fn an_unsound_table_is_found_out() {
    let mut zone = Zone::of("Europe/London", date(2024, 1, 1), date(2024, 12, 31)).unwrap();
    zone.check().unwrap();
    zone.transitions.reverse();
    assert_eq!(zone.check().unwrap_err().code(), "zone-unsound");
    zone.transitions.clear();
    zone.offset_s = 100_000;
    assert_eq!(zone.check().unwrap_err().code(), "zone-unsound");
}
