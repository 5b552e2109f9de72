//! The dates of rules: against the same rule said in another way, against plain counting, and at
//! the edges of what a calendar knows.

use std::collections::BTreeSet;

use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::expand::{first, occurrences};
use duly_core::schedule::rule::{DayInMonth, DayOfMonth, DayOfWeek, Recurrence};
use duly_core::schedule::words::rule;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use crate::schedule_world::calendar;

/// A year of data, with these holidays.
fn year(year: i16, holidays: impl IntoIterator<Item = Date>) -> Calendar {
    Calendar {
        id: "office".to_owned(),
        years: [(year, holidays.into_iter().collect::<BTreeSet<Date>>())].into(),
    }
}

fn dates(text: &str, from: Date, to: Date) -> Vec<Date> {
    occurrences(&rule(text).unwrap(), Some(&calendar()), from, to).unwrap()
}

#[test]
fn a_rule_in_words_and_the_same_in_rfc_5545_have_the_same_dates() {
    let same = [
        ("every day", "FREQ=DAILY"),
        (
            "every 3 days from 2024-02-28",
            "FREQ=DAILY;INTERVAL=3 from 2024-02-28",
        ),
        ("every week on sunday, monday", "FREQ=WEEKLY;BYDAY=MO,SU"),
        (
            "every 3 weeks on sunday, tuesday from 2024-01-09",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU from 2024-01-09",
        ),
        ("2nd tuesday, 4th tuesday", "FREQ=MONTHLY;BYDAY=2TU,4TU"),
        ("5th friday, last sunday", "FREQ=MONTHLY;BYDAY=5FR,-1SU"),
        ("15, last day", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
        (
            "31 clamp last day",
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        ),
        (
            "29 clamp last day",
            "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            "every 5 months on 1st monday from 2024-03-04",
            "FREQ=MONTHLY;INTERVAL=5;BYDAY=1MO from 2024-03-04",
        ),
        (
            "every quarter on 2nd tuesday of month 2",
            "FREQ=MONTHLY;BYMONTH=2,5,8,11;BYDAY=2TU",
        ),
        (
            "every quarter on last day",
            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        ),
        (
            "every 2 quarters on 15 of month 3 from 2024-06-15",
            "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=15 from 2024-06-15",
        ),
        (
            "15 march, 15 september",
            "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=15",
        ),
        (
            "last friday of october",
            "FREQ=YEARLY;BYMONTH=10;BYDAY=-1FR",
        ),
        (
            "every 3 years on 1 july from 2024-07-01",
            "FREQ=YEARLY;INTERVAL=3;BYMONTH=7;BYMONTHDAY=1 from 2024-07-01",
        ),
        (
            "29 february clamp last day",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
    ];
    let (from, to) = (date(2024, 1, 1), date(2043, 12, 31));
    for (words, rfc_5545) in same {
        let in_words = dates(words, from, to);
        assert!(!in_words.is_empty(), "{words}");
        assert_eq!(in_words, dates(rfc_5545, from, to), "{words}");
    }
}

#[test]
fn days_counted_from_the_first_and_last_business_day_are_those_that_one_counts_by_hand() {
    let calendar = calendar();
    let days = date(2024, 1, 1)
        .series(1.day())
        .take_while(|day| *day <= date(2029, 12, 31));
    let open: Vec<Date> = days.filter(|day| calendar.is_open(*day).unwrap()).collect();
    let from = date(2025, 1, 1);
    let to = date(2028, 12, 31);
    for offset in -20..=20_i8 {
        let first_rule = DayOfMonth::FirstBusinessDay { offset };
        let last_rule = DayOfMonth::LastBusinessDay { offset };
        for (day, want_first) in [(first_rule, true), (last_rule, false)] {
            let rule = Recurrence::Month {
                interval: 1,
                from: None,
                on: vec![day],
            };
            let month = |day: Date| (day.year(), day.month());
            let edge = |(place, day): (usize, &Date)| {
                let neighbour = if want_first {
                    place.checked_sub(1).map(|before| month(open[before]))
                } else {
                    open.get(place + 1).map(|after| month(*after))
                };
                (neighbour != Some(month(*day))).then_some(place)
            };
            let edges = open.iter().enumerate().filter_map(edge);
            let counted = edges.filter_map(|place| {
                let at = i64::try_from(place).unwrap() + i64::from(offset);
                usize::try_from(at)
                    .ok()
                    .and_then(|at| open.get(at))
                    .copied()
            });
            let counted: BTreeSet<Date> = counted.filter(|day| (from..=to).contains(day)).collect();
            let ours = occurrences(&rule, Some(&calendar), from, to).unwrap();
            assert_eq!(ours, counted.into_iter().collect::<Vec<Date>>(), "{day}");
        }
    }
}

#[test]
fn the_first_dates_are_the_beginning_of_all_dates() {
    for text in [
        "every day",
        "5th monday",
        "last business day + 5",
        "29 february clamp last day",
    ] {
        let all = dates(text, date(2025, 6, 15), date(2028, 12, 31));
        let recurrence = rule(text).unwrap();
        let found = first(&recurrence, Some(&calendar()), date(2025, 6, 15), all.len()).unwrap();
        assert_eq!(found, all, "{text}");
    }
}

#[test]
fn the_search_for_first_dates_ends() {
    let none = rule("2020-01-01").unwrap();
    assert_eq!(first(&none, None, date(2026, 1, 1), 3), Ok(Vec::new()));
    let never = rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").unwrap();
    assert_eq!(first(&never, None, date(2026, 1, 1), 3), Ok(Vec::new()));
}

#[test]
fn no_date_lies_before_the_one_that_a_rule_counts_from() {
    let text = "every 2 weeks on monday, friday from 2026-01-07";
    let found = dates(text, date(2025, 1, 1), date(2026, 1, 31));
    assert_eq!(
        found,
        [date(2026, 1, 9), date(2026, 1, 19), date(2026, 1, 23)]
    );
}

#[test]
fn a_month_without_a_fifth_has_none() {
    let fifth = dates("5th monday", date(2026, 1, 1), date(2026, 6, 30));
    assert_eq!(fifth, [date(2026, 3, 30), date(2026, 6, 29)]);
}

#[test]
fn a_year_that_the_calendar_lacks_is_an_error() {
    let business_days = rule("every business day").unwrap();
    let error = occurrences(
        &business_days,
        Some(&calendar()),
        date(2029, 12, 1),
        date(2030, 1, 1),
    );
    assert_eq!(error.unwrap_err().code(), "calendar-year-missing");
    let error = occurrences(&business_days, None, date(2026, 1, 1), date(2026, 1, 1));
    assert_eq!(error.unwrap_err().code(), "calendar-needed");
}

#[test]
fn the_first_month_of_a_calendar_needs_no_year_before_and_the_last_none_after() {
    let calendar = year(2026, [date(2026, 1, 1)]);
    let text = "first business day + 2, last business day - 1";
    let rule = rule(text).unwrap();
    let found = occurrences(&rule, Some(&calendar), date(2026, 1, 1), date(2026, 12, 31)).unwrap();
    assert_eq!(found.len(), 24);
    assert_eq!(found[0], date(2026, 1, 6));
}

#[test]
fn a_month_that_is_closed_throughout_is_an_error() {
    let february = (1..=28).map(|day| date(2026, 2, day));
    let calendar = year(2026, february);
    let rule = rule("first business day").unwrap();
    let error = occurrences(&rule, Some(&calendar), date(2026, 2, 1), date(2026, 2, 28));
    assert_eq!(error.unwrap_err().code(), "calendar-never-open");
}

#[test]
fn a_rule_without_meaning_is_refused_and_not_worked_out() {
    let week = |interval, from, on| Recurrence::Week { interval, from, on };
    let month = |day| Recurrence::Month {
        interval: 1,
        from: None,
        on: vec![day],
    };
    let weekday = DayOfWeek::Monday;
    let in_month = |month| DayInMonth {
        month,
        day: DayOfMonth::LastDay,
    };
    let unsound = [
        Recurrence::Day {
            interval: 0,
            from: None,
        },
        Recurrence::Day {
            interval: 2,
            from: None,
        },
        week(1, None, Vec::new()),
        week(1_001, Some(date(2026, 1, 5)), vec![weekday]),
        month(DayOfMonth::Weekday { nth: 0, weekday }),
        month(DayOfMonth::Weekday { nth: 6, weekday }),
        month(DayOfMonth::Weekday { nth: -2, weekday }),
        month(DayOfMonth::Number {
            day: 0,
            clamp: true,
        }),
        month(DayOfMonth::Number {
            day: 32,
            clamp: true,
        }),
        month(DayOfMonth::FirstBusinessDay { offset: 21 }),
        month(DayOfMonth::LastBusinessDay { offset: i8::MIN }),
        Recurrence::Quarter {
            interval: 1,
            from: None,
            on: vec![in_month(4)],
        },
        Recurrence::Year {
            interval: 1,
            from: None,
            on: vec![in_month(0)],
        },
        Recurrence::Dates { dates: Vec::new() },
        Recurrence::Rrule {
            rule: "FREQ=HOURLY".to_owned(),
            from: None,
        },
        Recurrence::Rrule {
            rule: "FREQ=MONTHLY".to_owned(),
            from: None,
        },
    ];
    for rule in unsound {
        let error = occurrences(&rule, None, date(2026, 1, 1), date(2026, 12, 31)).unwrap_err();
        assert_eq!(error.code(), "schedule-unsound", "{rule:?}");
    }
}

#[test]
fn business_days_are_counted_forward_and_back_over_what_is_closed() {
    let calendar = calendar();
    let saturday = date(2026, 12, 26);
    assert_eq!(saturday.weekday(), Weekday::Saturday);
    assert_eq!(calendar.open_on_or_after(saturday), Ok(date(2026, 12, 28)));
    assert_eq!(calendar.open_on_or_before(saturday), Ok(date(2026, 12, 24)));
    assert_eq!(
        calendar.plus_business_days(saturday, 1),
        Ok(date(2026, 12, 28))
    );
    assert_eq!(
        calendar.plus_business_days(saturday, -1),
        Ok(date(2026, 12, 24))
    );
    assert_eq!(calendar.plus_business_days(saturday, 0), Ok(saturday));
    assert_eq!(
        calendar.plus_business_days(date(2026, 12, 31), 1),
        Ok(date(2027, 1, 4))
    );
}

#[test]
fn a_holiday_filed_under_another_year_is_found_out() {
    let calendar = year(2026, [date(2027, 1, 1)]);
    assert_eq!(calendar.check().unwrap_err().code(), "calendar-wrong-year");
}
