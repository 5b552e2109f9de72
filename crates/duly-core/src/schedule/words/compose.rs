//! From parts to a recurrence. Here live the refusals that are about several parts: what is
//! missing, and what does not fit together.

use jiff::civil::Date;

use super::{About, Every, On, Unit, WordsError, error};
use crate::schedule::rrule::Rrule;
use crate::schedule::rule::{DayInMonth, DayOfMonth, DayOfWeek, Recurrence};

/// The parts of a schedule as declared, each already read on its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// How often; where absent it follows from the days.
    pub every: Option<Every>,
    /// On which days.
    pub on: Vec<On>,
    /// The date that an interval counts from.
    pub from: Option<Date>,
    /// Days 29 to 31 become the last day of a shorter month.
    pub clamp: bool,
    /// Explicit dates, in place of everything above.
    pub dates: Vec<Date>,
    /// An RFC 5545 rule, in place of everything but `from`.
    pub rrule: Option<String>,
}

/// Puts the parts of a schedule together.
///
/// # Errors
/// An interval above 1 without `from`; a day that short months lack without `clamp`; parts that
/// are missing or exclude each other; an RFC 5545 rule outside the covered subset, or one whose
/// `from` is not a date of its own.
pub fn recurrence(parts: Parts) -> Result<Recurrence, WordsError> {
    if let Some(rule) = &parts.rrule {
        alone(
            parts.every.is_none() && parts.on.is_empty() && !parts.clamp,
            "rrule",
        )?;
        alone(parts.dates.is_empty(), "rrule")?;
        return from_rrule(rule, parts.from, true);
    }
    if !parts.dates.is_empty() {
        let words = parts.every.is_some() || !parts.on.is_empty() || parts.clamp;
        alone(!words && parts.from.is_none(), "dates")?;
        return explicit(parts.dates);
    }
    from_words(parts)
}

fn alone(holds: bool, what: &'static str) -> Result<(), WordsError> {
    if holds {
        return Ok(());
    }
    let beside = if what == "rrule" { " but `from`" } else { "" };
    Err(about(
        About::Whole,
        "schedule-combination",
        format!("`{what}` says it all; nothing else may stand beside it{beside}"),
        format!("leave out `{what}`, or leave out the rest"),
    ))
}

fn about(
    about: About,
    code: &'static str,
    message: impl Into<String>,
    help: impl Into<String>,
) -> WordsError {
    WordsError {
        about,
        ..error(code, 0, message, help)
    }
}

pub(super) fn explicit(mut dates: Vec<Date>) -> Result<Recurrence, WordsError> {
    for (place, date) in dates.iter().enumerate() {
        if dates.iter().take(place).any(|earlier| earlier == date) {
            return Err(about(
                About::Dates(place),
                "schedule-combination",
                format!("{date} is written twice"),
                "one process has at most one duty a day; leave one of them out",
            ));
        }
    }
    dates.sort_unstable();
    Ok(Recurrence::Dates { dates })
}

pub(super) fn from_rrule(
    rule: &str,
    from: Option<Date>,
    strict: bool,
) -> Result<Recurrence, WordsError> {
    let parsed = Rrule::parse(rule)?;
    match from {
        None if parsed.leans_on_start() => Err(about(
            About::Rrule,
            "schedule-interval-without-from",
            "this rule depends on the date it counts from, and has none",
            "add `from` with the first date of the rule",
        )),
        Some(date) if strict && !parsed.holds(date, date) => Err(about(
            About::From,
            "rrule-start-not-matching",
            format!("{date} is not a date of the rule"),
            "RFC 5545 leaves open what that means; begin on a date of the rule",
        )),
        _ => Ok(Recurrence::Rrule {
            rule: parsed.to_string(),
            from,
        }),
    }
}

pub(super) fn from_words(parts: Parts) -> Result<Recurrence, WordsError> {
    let every = match parts.every {
        Some(every) => every,
        None => inferred(&parts.on)?,
    };
    if let Some(place) = repeated(&parts.on) {
        return Err(about(
            About::On(place),
            "schedule-combination",
            "this day is written twice",
            "one process has at most one duty a day; leave one of them out",
        ));
    }
    if every.interval > 1 && parts.from.is_none() {
        return Err(about(
            About::Every,
            "schedule-interval-without-from",
            format!(
                "every {} {}s: counted from when?",
                every.interval,
                every.unit.name()
            ),
            "add the date it counts from, for example `from: 2026-01-05`; it stays the same in \
             all versions of the process",
        ));
    }
    let recurrence = combined(every, &parts)?;
    if parts.clamp && !clamps(&recurrence) {
        return Err(about(
            About::Clamp,
            "schedule-combination",
            "there is no day here that a short month lacks, so nothing to clamp",
            "leave out `clamp`",
        ));
    }
    Ok(recurrence)
}

fn inferred(on: &[On]) -> Result<Every, WordsError> {
    let unit = match on.first() {
        None => {
            return Err(about(
                About::Whole,
                "schedule-empty",
                "the schedule has no dates",
                "write `every: day`, or days such as `on: [2nd tuesday, 4th tuesday]`",
            ));
        }
        Some(On::Week(_)) => Unit::Week,
        Some(On::Month(_)) => Unit::Month,
        Some(On::Quarter(..)) => Unit::Quarter,
        Some(On::Year(..)) => Unit::Year,
    };
    Ok(Every { interval: 1, unit })
}

fn repeated(on: &[On]) -> Option<usize> {
    let twice = |(place, day): (usize, &On)| on.iter().take(place).any(|earlier| earlier == day);
    on.iter().enumerate().position(twice)
}

fn combined(every: Every, parts: &Parts) -> Result<Recurrence, WordsError> {
    let (interval, from) = (every.interval, parts.from);
    match every.unit {
        Unit::Day if parts.on.is_empty() => Ok(Recurrence::Day { interval, from }),
        Unit::BusinessDay if parts.on.is_empty() && from.is_none() => Ok(Recurrence::BusinessDay),
        Unit::Day | Unit::BusinessDay => Err(about(
            if parts.on.is_empty() {
                About::From
            } else {
                About::On(0)
            },
            "schedule-combination",
            format!("every {} is already all of them", every.unit.name()),
            "leave this out, or write `week`, `month`, `quarter` or `year`",
        )),
        Unit::Week => Ok(Recurrence::Week {
            interval,
            from,
            on: each(every.unit, parts, week_day)?,
        }),
        Unit::Month => Ok(Recurrence::Month {
            interval,
            from,
            on: each(every.unit, parts, month_day)?,
        }),
        Unit::Quarter => Ok(Recurrence::Quarter {
            interval,
            from,
            on: each(every.unit, parts, quarter_day)?,
        }),
        Unit::Year => Ok(Recurrence::Year {
            interval,
            from,
            on: each(every.unit, parts, year_day)?,
        }),
    }
}

/// Why a day does not go with the unit: a wrong kind of day, with what to write instead, or one
/// that short months lack.
enum Unfit {
    Kind(&'static str),
    Lacking(u8),
}

fn each<T>(
    unit: Unit,
    parts: &Parts,
    fit: impl Fn(On, bool) -> Result<T, Unfit>,
) -> Result<Vec<T>, WordsError> {
    if parts.on.is_empty() {
        let example = match unit {
            Unit::Week => "on: [monday]",
            Unit::Quarter => "on: [1st tuesday of month 2]",
            Unit::Year => "on: [15 march]",
            Unit::Day | Unit::BusinessDay | Unit::Month => "on: [2nd tuesday]",
        };
        return Err(about(
            About::Every,
            "schedule-empty",
            format!("every {}: on which day?", unit.name()),
            format!("add the day, for example `{example}`"),
        ));
    }
    let mut days = Vec::new();
    for (place, on) in parts.on.iter().enumerate() {
        let day = fit(*on, parts.clamp).map_err(|unfit| match unfit {
            Unfit::Kind(help) => about(
                About::On(place),
                "schedule-combination",
                format!("this is not a day of a {}", unit.name()),
                help,
            ),
            Unfit::Lacking(day) => about(
                About::On(place),
                "schedule-day-without-clamp",
                format!("some months have no day {day}, and a duty is never dropped"),
                "add `clamp: last day`, or write `last day`",
            ),
        })?;
        days.push(day);
    }
    Ok(days)
}

fn week_day(on: On, _: bool) -> Result<DayOfWeek, Unfit> {
    match on {
        On::Week(weekday) => Ok(weekday),
        _ => Err(Unfit::Kind(
            "write a weekday, or `every: month`, `quarter` or `year`",
        )),
    }
}

fn month_day(on: On, clamp: bool) -> Result<DayOfMonth, Unfit> {
    match on {
        On::Month(day) => clamped(day, clamp, 1..=12),
        On::Week(_) => Err(Unfit::Kind(
            "write which one, `2nd tuesday`, or `every: week`",
        )),
        On::Quarter(..) => Err(Unfit::Kind(
            "write `every: quarter`, or leave out `of month`",
        )),
        On::Year(..) => Err(Unfit::Kind("write `every: year`, or leave out the month")),
    }
}

/// A day without `of month` is counted within the quarter: the first ones lie in its first month,
/// the last ones in its third.
fn quarter_day(on: On, clamp: bool) -> Result<DayInMonth, Unfit> {
    let (month, day) = match on {
        On::Quarter(month, day) => (month, day),
        On::Month(DayOfMonth::Weekday { nth: 5.., .. }) => {
            return Err(Unfit::Kind("write of which month, `5th monday of month 1`"));
        }
        On::Month(
            day @ (DayOfMonth::Weekday { nth: ..0, .. }
            | DayOfMonth::LastDay
            | DayOfMonth::LastBusinessDay { .. }),
        ) => (3, day),
        On::Month(day) => (1, day),
        On::Week(_) => return Err(Unfit::Kind("write which one, `1st tuesday of month 2`")),
        On::Year(..) => {
            return Err(Unfit::Kind(
                "write `every: year`, or `of month 1`, `2` or `3`",
            ));
        }
    };
    let months = (0..4).map(|quarter| quarter * 3 + month);
    let day = clamped(day, clamp, months)?;
    Ok(DayInMonth { month, day })
}

fn year_day(on: On, clamp: bool) -> Result<DayInMonth, Unfit> {
    match on {
        On::Year(month, day) => {
            let day = clamped(day, clamp, [month])?;
            Ok(DayInMonth { month, day })
        }
        On::Quarter(..) => Err(Unfit::Kind(
            "write the month's name, `1st tuesday of february`",
        )),
        On::Week(_) => Err(Unfit::Kind("write which one, `1st tuesday of february`")),
        On::Month(_) => Err(Unfit::Kind(
            "write of which month, `15 march`, `last day of june`",
        )),
    }
}

/// Decides whether a numbered day is clamped: only where one of its months is too short for it.
fn clamped(
    day: DayOfMonth,
    clamp: bool,
    months: impl IntoIterator<Item = u8>,
) -> Result<DayOfMonth, Unfit> {
    let DayOfMonth::Number { day, .. } = day else {
        return Ok(day);
    };
    let lacking = months
        .into_iter()
        .any(|month| shortest_month_days(month) < day);
    if lacking && !clamp {
        return Err(Unfit::Lacking(day));
    }
    Ok(DayOfMonth::Number {
        day,
        clamp: lacking,
    })
}

fn shortest_month_days(month: u8) -> u8 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(super) fn longest_month_days(month: u8) -> u8 {
    if month == 2 {
        29
    } else {
        shortest_month_days(month)
    }
}

fn clamps(recurrence: &Recurrence) -> bool {
    let clamped = |day: &DayOfMonth| matches!(day, DayOfMonth::Number { clamp: true, .. });
    match recurrence {
        Recurrence::Month { on, .. } => on.iter().any(clamped),
        Recurrence::Quarter { on, .. } | Recurrence::Year { on, .. } => {
            on.iter().any(|in_month| clamped(&in_month.day))
        }
        _ => false,
    }
}
