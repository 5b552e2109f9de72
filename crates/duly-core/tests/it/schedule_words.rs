//! What the text of a schedule means, and how it is refused.

use duly_core::schedule::rule::{DayInMonth, DayOfMonth, DayOfWeek, Recurrence};
use duly_core::schedule::words::{
    About, On, Parts, Unit, WordsError, allowance, every, on, recurrence, rule,
};
use jiff::civil::date;

fn refusal(text: &str) -> WordsError {
    match rule(text) {
        Ok(rule) => panic!("{text:?} was read as {rule:?}"),
        Err(error) => error,
    }
}

#[test]
fn every_takes_a_unit_and_a_number_of_them() {
    assert_eq!(every("day").unwrap().unit, Unit::Day);
    assert_eq!(every("business day").unwrap().unit, Unit::BusinessDay);
    let weeks = every(" 2 Weeks ").unwrap();
    assert_eq!((weeks.interval, weeks.unit), (2, Unit::Week));
    for refused in [
        "",
        "0 days",
        "2 business days",
        "hour",
        "1001 days",
        "week month",
        "2nd week",
    ] {
        every(refused).unwrap_err();
    }
}

#[test]
fn on_takes_days_of_weeks_months_quarters_and_years() {
    let second_tuesday = DayOfMonth::Weekday {
        nth: 2,
        weekday: DayOfWeek::Tuesday,
    };
    let number = |day| DayOfMonth::Number { day, clamp: false };
    let cases = [
        ("monday", On::Week(DayOfWeek::Monday)),
        ("2nd Tuesday", On::Month(second_tuesday)),
        ("second tuesday", On::Month(second_tuesday)),
        ("15", On::Month(number(15))),
        ("day 31", On::Month(number(31))),
        ("last day", On::Month(DayOfMonth::LastDay)),
        (
            "first business day + 2",
            On::Month(DayOfMonth::FirstBusinessDay { offset: 2 }),
        ),
        (
            "last business day-1",
            On::Month(DayOfMonth::LastBusinessDay { offset: -1 }),
        ),
        ("15 march", On::Year(3, number(15))),
        ("15th of march", On::Year(3, number(15))),
        ("29 february", On::Year(2, number(29))),
        ("2nd tuesday of january", On::Year(1, second_tuesday)),
        ("2nd tuesday of month 2", On::Quarter(2, second_tuesday)),
    ];
    for (text, expected) in cases {
        assert_eq!(on(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_misspelt_word_is_pointed_at_with_the_word_that_was_meant() {
    let error = refusal("every week on tuseday");
    assert_eq!(error.code, "schedule-unknown-word");
    assert_eq!(error.at, 14);
    assert_eq!(error.help, "did you mean `tuesday`?");
    assert!(
        refusal("evry week").help.contains("`every`"),
        "{}",
        refusal("evry week").help
    );
    assert!(refusal("last buisness day").help.contains("`business day`"));
    assert!(refusal("15 of agust").help.contains("`august`"));
    assert!(
        refusal("every month on 15 form 2026-01-01")
            .help
            .contains("`from`")
    );
}

#[test]
fn words_with_two_meanings_are_refused_with_both() {
    for text in ["every 2nd tuesday", "twice a month", "biweekly"] {
        let help = refusal(text).help;
        assert!(
            help.contains("2nd tuesday") || help.contains("26"),
            "{text}: {help}"
        );
    }
}

#[test]
fn an_interval_above_one_without_from_is_refused() {
    let error = refusal("every 2 weeks on monday");
    assert_eq!(error.code, "schedule-interval-without-from");
    rule("every 2 weeks on monday from 2026-01-05").unwrap();
    let error = refusal("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO");
    assert_eq!(error.code, "schedule-interval-without-from");
    rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO from 2026-01-05").unwrap();
}

#[test]
fn a_day_that_short_months_lack_needs_clamp() {
    for text in [
        "29",
        "30",
        "31",
        "every quarter on 31 of month 3",
        "29 february",
    ] {
        assert_eq!(refusal(text).code, "schedule-day-without-clamp", "{text}");
        rule(&format!("{text} clamp last day")).unwrap();
    }
    for text in ["28", "31 march", "30 of month 1", "30 of month 3"] {
        rule(text).unwrap();
    }
}

#[test]
fn clamp_with_nothing_to_clamp_is_refused() {
    assert_eq!(refusal("15 clamp last day").code, "schedule-combination");
    assert_eq!(refusal("31 march clamp last day").about, About::Clamp);
}

#[test]
fn days_that_do_not_go_with_the_unit_are_refused() {
    let refused = [
        "every week on 15",
        "every month on monday",
        "every month on 15 march",
        "every quarter on 15 march",
        "every quarter on 5th monday",
        "every year on 15",
        "every year on 1st tuesday of month 2",
        "every day on monday",
        "every business day from 2026-01-05",
        "every week",
        "monday, 15",
        "monday, monday",
    ];
    for text in refused {
        let code = refusal(text).code;
        assert!(
            matches!(code, "schedule-combination" | "schedule-empty"),
            "{text}: {code}"
        );
    }
}

#[test]
fn a_schedule_without_any_date_is_refused() {
    let error = recurrence(Parts::default()).unwrap_err();
    assert_eq!((error.code, error.about), ("schedule-empty", About::Whole));
    assert_eq!(refusal("").code, "schedule-empty");
}

#[test]
fn a_number_that_no_month_has_is_refused() {
    for text in [
        "0",
        "32",
        "6th monday",
        "31 april",
        "30 february",
        "99999999999",
        "2th monday",
    ] {
        refusal(text);
    }
}

#[test]
fn cron_and_hours_are_refused_with_the_reason() {
    assert!(
        refusal("0 9 * * 1").help.contains("cron") || refusal("* * * * *").help.contains("cron")
    );
    assert_eq!(refusal("every 4 hours").code, "schedule-under-a-day");
}

#[test]
fn days_of_a_quarter_without_a_month_are_counted_within_the_quarter() {
    let Recurrence::Quarter { on, .. } = rule("every quarter on 1st monday, last day").unwrap()
    else {
        panic!("not a quarter");
    };
    let months: Vec<u8> = on.iter().map(|day| day.month).collect();
    assert_eq!(months, [1, 3]);
}

#[test]
fn days_with_a_months_name_are_days_of_a_year() {
    let march = DayInMonth {
        month: 3,
        day: DayOfMonth::Number {
            day: 15,
            clamp: false,
        },
    };
    let Recurrence::Year { on, .. } = rule("15 march and last friday of september").unwrap() else {
        panic!("not a year");
    };
    assert_eq!(on[0], march);
    assert_eq!(on[1].month, 9);
}

#[test]
fn explicit_dates_stand_alone_and_once_each() {
    let dates = rule("2026-09-01, 2026-03-01").unwrap();
    let sorted = vec![date(2026, 3, 1), date(2026, 9, 1)];
    assert_eq!(dates, Recurrence::Dates { dates: sorted });
    assert_eq!(refusal("2026-03-01, 2026-03-01").about, About::Dates(1));
    assert_eq!(refusal("2026-02-30").code, "schedule-date");
    let mixed = Parts {
        dates: vec![date(2026, 3, 1)],
        clamp: true,
        ..Parts::default()
    };
    assert_eq!(recurrence(mixed).unwrap_err().code, "schedule-combination");
}

#[test]
fn an_rfc_5545_rule_is_kept_in_canonical_text() {
    let Recurrence::Rrule { rule, from } =
        rule("rrule:byday=4tu,2tu;freq=monthly;wkst=mo").unwrap()
    else {
        panic!("not a rule");
    };
    assert_eq!(rule, "FREQ=MONTHLY;BYDAY=2TU,4TU");
    assert_eq!(from, None);
}

#[test]
fn every_part_outside_the_subset_is_refused_with_its_own_code() {
    let refused = [
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "rrule-count"),
        (
            "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270101T000000Z",
            "rrule-until",
        ),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "rrule-week-number"),
        ("FREQ=YEARLY;BYYEARDAY=100", "rrule-year-day"),
        ("FREQ=DAILY;BYHOUR=9,17", "rrule-time-of-day"),
        ("FREQ=DAILY;BYMINUTE=30", "rrule-time-of-day"),
        ("FREQ=DAILY;BYSECOND=30", "rrule-time-of-day"),
        ("FREQ=HOURLY", "rrule-under-a-day"),
        ("FREQ=MINUTELY", "rrule-under-a-day"),
        ("RSCALE=HEBREW;FREQ=YEARLY", "rrule-calendar-scale"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
            "rrule-calendar-scale",
        ),
        ("FREQ=MONTHLY;CONUT=3;BYDAY=2TU", "rrule-unknown-part"),
        ("FREQ=MONTHLY;FREQ=DAILY", "rrule-part-twice"),
        ("FREQ=MONTHLY;BYDAY=−1FR", "rrule-value"),
        ("FREQ=MONTHLY;;BYDAY=1FR", "rrule-value"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rrule-value"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "rrule-value"),
        ("FREQ=MONTHLY;BYDAY=0MO", "rrule-value"),
        ("BYDAY=MO", "rrule-value"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "rrule-combination"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rrule-combination"),
        ("FREQ=MONTHLY;BYDAY=6MO", "rrule-combination"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "rrule-combination"),
        ("FREQ=MONTHLY;BYSETPOS=1", "rrule-combination"),
    ];
    for (text, code) in refused {
        assert_eq!(refusal(text).code, code, "{text}");
    }
}

#[test]
fn a_misspelt_part_of_a_rule_is_pointed_at() {
    let error = refusal("FREQ=MONTHLY;CONUT=3;BYDAY=2TU");
    assert_eq!(
        (error.at, error.help.as_str()),
        (13, "did you mean `COUNT`?")
    );
}

#[test]
fn a_start_that_is_not_a_date_of_the_rule_is_refused() {
    let parts = |from| Parts {
        rrule: Some("FREQ=MONTHLY;BYDAY=2TU".to_owned()),
        from: Some(from),
        ..Parts::default()
    };
    let error = recurrence(parts(date(2026, 1, 1))).unwrap_err();
    assert_eq!(
        (error.code, error.about),
        ("rrule-start-not-matching", About::From)
    );
    recurrence(parts(date(2026, 1, 13))).unwrap();
}

#[test]
fn a_rule_is_given_back_in_words_that_mean_the_same() {
    let texts = [
        "every day",
        "every 3 days from 2026-01-05",
        "every business day",
        "every week on monday, thursday",
        "every 2 weeks on monday from 2026-01-05",
        "every month on 2nd tuesday, 4th tuesday",
        "every month on 15, 31 clamp last day",
        "every month on last day, first business day + 2, last business day - 1",
        "every quarter on 1st tuesday of month 2, last day of month 3",
        "every year on 15 march, 3rd monday of january, 29 february clamp last day",
        "2026-03-01, 2026-09-01",
        "FREQ=MONTHLY;BYDAY=2TU,4TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO from 2026-01-05",
    ];
    for text in texts {
        assert_eq!(rule(text).unwrap().to_string(), text);
    }
}

#[test]
fn an_allowance_is_a_number_of_days_or_hours() {
    for text in [
        "5 business days",
        "1 business day",
        "2 days",
        "8 hours",
        "0 days",
    ] {
        assert_eq!(allowance(text).unwrap().to_string(), text);
    }
    for text in [
        "",
        "5",
        "days",
        "5 minutes",
        "2 weeks",
        "367 days",
        "-1 days",
        "5 days later",
    ] {
        allowance(text).unwrap_err();
    }
    assert_eq!(allowance("5 buisness days").unwrap_err().at, 2);
}

#[test]
fn a_text_of_any_size_or_script_is_refused_and_not_a_panic() {
    let long = "9".repeat(100_000);
    for text in [
        long.as_str(),
        "٣ days",
        "💥",
        "every\0day",
        "1st1st",
        "2026-13-01",
        "-",
        "FREQ=",
        "=",
    ] {
        refusal(text);
    }
}

#[test]
fn an_error_about_a_part_of_a_line_points_at_that_part() {
    assert_eq!(refusal("every month on 15, 15").at, 19);
    assert_eq!(refusal("  15, 31").at, 6);
    assert_eq!(refusal("every 2 weeks on monday").at, 6);
    assert_eq!(refusal("2026-01-01, 2026-01-01").at, 12);
    assert_eq!(refusal("15 clamp last day").at, 3);
    assert_eq!(refusal("FREQ=MONTHLY;BYDAY=2TU from 2026-01-01").at, 23);
    assert_eq!(refusal(" FREQ=MONTHLY;BYDAY=XX").at, 20);
}
