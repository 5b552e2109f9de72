//! A recurrence rule as a person would say it: `on the 2nd and 4th Tuesday of every month`.
//!
//! It says what the compiled rule means, no less; it expands nothing.

use duly_core::schedule::rule::{DayOfMonth, DayOfWeek, Recurrence};
use jiff::civil::Date;

use crate::words::number::{listed, ordinal};

/// Most explicit dates that are spelt out; the page says how many more there are.
const DATES_SHOWN_MAX: usize = 6;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The rule, beginning in lower case and without a full stop.
#[must_use]
pub fn sentence(rule: &Recurrence) -> String {
    match rule {
        Recurrence::Day { interval, from } => every(*interval, "day", *from),
        Recurrence::BusinessDay => "every business day".to_owned(),
        Recurrence::Week { interval, from, on } => {
            let days: Vec<String> = on.iter().map(|day| weekday(*day).to_owned()).collect();
            format!(
                "on {} of {}",
                listed(&days),
                every(*interval, "week", *from)
            )
        }
        Recurrence::Month { interval, from, on } => {
            format!(
                "on {} of {}",
                days_of_month(on),
                every(*interval, "month", *from)
            )
        }
        Recurrence::Quarter {
            interval,
            from,
            month,
            on,
        } => format!(
            "on {} of the {} month of {}",
            days_of_month(on),
            ordinal(*month),
            every(*interval, "quarter", *from)
        ),
        Recurrence::Year {
            interval,
            from,
            months,
            on,
        } => {
            let names: Vec<String> = months.iter().map(|number| month_name(*number)).collect();
            format!(
                "on {} of {} in {}",
                days_of_month(on),
                listed(&names),
                every(*interval, "year", *from)
            )
        }
        Recurrence::Dates { dates } => explicit(dates),
        Recurrence::Rrule { rule, from } => format!("by the rule {rule}, counted from {from}"),
    }
}

fn every(interval: u32, unit: &str, from: Option<Date>) -> String {
    if interval == 1 {
        return format!("every {unit}");
    }
    match from {
        Some(from) => format!("every {interval} {unit}s, counted from {from}"),
        None => format!("every {interval} {unit}s"),
    }
}

fn days_of_month(days: &[DayOfMonth]) -> String {
    if let Some(joined) = nth_of_one_weekday(days) {
        return joined;
    }
    let words: Vec<String> = days.iter().map(|day| day_of_month(*day)).collect();
    listed(&words)
}

/// `the 2nd and 4th Tuesday`, when all the days are the same weekday.
fn nth_of_one_weekday(days: &[DayOfMonth]) -> Option<String> {
    let mut only: Option<DayOfWeek> = None;
    let mut places = Vec::with_capacity(days.len());
    for day in days {
        let DayOfMonth::Weekday { nth, weekday } = day else {
            return None;
        };
        if *only.get_or_insert(*weekday) != *weekday {
            return None;
        }
        places.push(place(*nth));
    }
    only.map(|day| format!("the {} {}", listed(&places), weekday(day)))
}

fn day_of_month(day: DayOfMonth) -> String {
    match day {
        DayOfMonth::Weekday { nth, weekday: day } => format!("the {} {}", place(nth), weekday(day)),
        DayOfMonth::Number { day, clamp: false } => format!("the {}", ordinal(day)),
        DayOfMonth::Number { day, clamp: true } => {
            format!("the {} (the last day of a shorter month)", ordinal(day))
        }
        DayOfMonth::LastDay => "the last day".to_owned(),
        DayOfMonth::FirstBusinessDay { plus: 0 } => "the first business day".to_owned(),
        DayOfMonth::FirstBusinessDay { plus } => {
            format!("the {} business day", ordinal(plus.saturating_add(1)))
        }
        DayOfMonth::LastBusinessDay { minus: 0 } => "the last business day".to_owned(),
        DayOfMonth::LastBusinessDay { minus: 1 } => "the last business day but one".to_owned(),
        DayOfMonth::LastBusinessDay { minus } => {
            format!("the last business day but {minus}")
        }
    }
}

fn place(nth: i8) -> String {
    match nth {
        -1 => "last".to_owned(),
        ..-1 => format!("{} last", ordinal(nth.unsigned_abs())),
        _ => ordinal(nth.unsigned_abs()),
    }
}

fn weekday(day: DayOfWeek) -> &'static str {
    match day {
        DayOfWeek::Monday => "Monday",
        DayOfWeek::Tuesday => "Tuesday",
        DayOfWeek::Wednesday => "Wednesday",
        DayOfWeek::Thursday => "Thursday",
        DayOfWeek::Friday => "Friday",
        DayOfWeek::Saturday => "Saturday",
        DayOfWeek::Sunday => "Sunday",
    }
}

/// The month's name; its number where there is no such month, so that a wrong rule shows.
fn month_name(number: u8) -> String {
    let index = usize::from(number).wrapping_sub(1);
    MONTHS
        .get(index)
        .map_or_else(|| format!("month {number}"), |name| (*name).to_owned())
}

fn explicit(dates: &[Date]) -> String {
    let shown: Vec<String> = dates
        .iter()
        .take(DATES_SHOWN_MAX)
        .map(Date::to_string)
        .collect();
    match dates.len().checked_sub(shown.len()) {
        Some(more) if more > 0 => format!("on {} and {more} more dates", shown.join(", ")),
        _ => format!("on {}", listed(&shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: serde_json::Value) -> String {
        sentence(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn two_tuesdays_are_said_in_one_breath() {
        let rule = serde_json::json!({"every": "month", "interval": 1, "on": [
            {"weekday": {"nth": 2, "weekday": "tuesday"}},
            {"weekday": {"nth": 4, "weekday": "tuesday"}}]});
        assert_eq!(said(rule), "on the 2nd and 4th Tuesday of every month");
    }

    #[test]
    fn an_interval_names_the_date_it_counts_from() {
        let rule = serde_json::json!(
            {"every": "week", "interval": 2, "from": "2026-01-05", "on": ["monday"]});
        assert_eq!(
            said(rule),
            "on Monday of every 2 weeks, counted from 2026-01-05"
        );
    }

    #[test]
    fn a_clamped_day_says_what_happens_in_a_short_month() {
        let rule = serde_json::json!({"every": "month", "interval": 1, "on": [
            {"number": {"day": 31, "clamp": true}}]});
        assert_eq!(
            said(rule),
            "on the 31st (the last day of a shorter month) of every month"
        );
    }

    #[test]
    fn business_days_are_counted_from_both_ends() {
        let rule = serde_json::json!({"every": "quarter", "interval": 1, "month": 1, "on": [
            {"first-business-day": {"plus": 2}}, {"last-business-day": {"minus": 1}}]});
        assert_eq!(
            said(rule),
            "on the 3rd business day and the last business day but one of the 1st month of \
             every quarter"
        );
    }

    #[test]
    fn a_year_names_its_months() {
        let rule = serde_json::json!({"every": "year", "interval": 1, "months": [3, 9], "on": [
            {"weekday": {"nth": -1, "weekday": "friday"}}]});
        assert_eq!(
            said(rule),
            "on the last Friday of March and September in every year"
        );
    }

    #[test]
    fn a_long_list_of_dates_says_how_many_more_there_are() {
        let dates: Vec<String> = (1..=8).map(|day| format!("2026-05-{day:02}")).collect();
        let rule = serde_json::json!({"every": "dates", "dates": dates});
        assert!(said(rule).ends_with("2026-05-06 and 2 more dates"));
    }
}
