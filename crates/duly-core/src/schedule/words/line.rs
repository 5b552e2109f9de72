//! The whole of a rule in one line, as `duly recur` takes it and as a rule is given back.

use jiff::civil::Date;

use super::compose::{Parts, explicit, from_rrule, from_words};
use super::grammar::Cursor;
use super::lex::Kind;
use super::{About, Every, On, Unit, WordsError};
use crate::schedule::rrule::Rrule;
use crate::schedule::rule::Recurrence;

/// Reads a whole rule: `every 2 weeks on monday from 2026-01-05`, `2nd tuesday, 4th tuesday`,
/// `31 clamp last day`, `2026-03-01, 2026-09-01`, `FREQ=MONTHLY;BYDAY=2TU,4TU`.
///
/// # Errors
/// As for its parts and for [`super::recurrence`].
pub fn rule(text: &str) -> Result<Recurrence, WordsError> {
    rule_counted_from(text, None)
}

/// Like [`rule`], but a rule that does not say `from` where it must counts from `start`: an RFC
/// 5545 rule then need not fall on it, as DTSTART in most programs need not.
///
/// # Errors
/// As for [`rule`].
pub fn rule_counted_from(text: &str, start: Option<Date>) -> Result<Recurrence, WordsError> {
    let trimmed = text.trim_start();
    let offset = text.len() - trimmed.len();
    if Rrule::looks_like(trimmed) {
        return rrule_line(trimmed, start).map_err(|error| moved(error, offset));
    }
    let mut cursor = Cursor::new(text)?;
    let mut places = Places::default();
    if let Kind::Date(_) = cursor.peek() {
        let dates = dates(&mut cursor, &mut places)?;
        return explicit(dates).map_err(|error| places.locate(error));
    }
    let mut parts = words(&mut cursor, &mut places)?;
    let leans = parts.every.is_some_and(|every| every.interval > 1);
    if parts.from.is_none() && leans {
        parts.from = start;
    }
    from_words(parts).map_err(|error| places.locate(error))
}

/// Where in the line each part begins, so that an error about a part can point at it.
#[derive(Default)]
struct Places {
    every: usize,
    on: Vec<usize>,
    from: usize,
    clamp: usize,
    dates: Vec<usize>,
}

impl Places {
    fn locate(&self, error: WordsError) -> WordsError {
        let at = match error.about {
            About::Text | About::Whole | About::Rrule => Some(error.at),
            About::Every => Some(self.every),
            About::On(place) => self.on.get(place).copied(),
            About::From => Some(self.from),
            About::Clamp => Some(self.clamp),
            About::Dates(place) => self.dates.get(place).copied(),
        };
        WordsError {
            at: at.unwrap_or(error.at),
            ..error
        }
    }
}

fn moved(error: WordsError, by: usize) -> WordsError {
    WordsError {
        at: error.at + by,
        ..error
    }
}

fn rrule_line(text: &str, start: Option<Date>) -> Result<Recurrence, WordsError> {
    let (rule, rest) = match text.find(char::is_whitespace) {
        Some(end) => text.split_at(end),
        None => (text, ""),
    };
    let clause = || {
        let mut cursor = Cursor::new(rest)?;
        let mut places = Places::default();
        let from = from_clause(&mut cursor, &mut places)?;
        match cursor.peek() {
            Kind::Word(_) => Err(cursor.unknown(&["from"])),
            _ => cursor.end("rule").map(|()| (from, places)),
        }
    };
    let (own, mut places) = clause().map_err(|error| moved(error, rule.len()))?;
    places.from += rule.len();
    from_rrule(rule, own.or(start), own.is_some()).map_err(|error| places.locate(error))
}

fn words(cursor: &mut Cursor, places: &mut Places) -> Result<Parts, WordsError> {
    let mut parts = Parts::default();
    cursor.also("every");
    places.every = cursor.at();
    if cursor.take("every") {
        places.every = cursor.at();
        if let Some(weekday) = cursor.weekday() {
            parts.every = Some(Every {
                interval: 1,
                unit: Unit::Week,
            });
            places.on.push(places.every);
            parts.on.push(On::Week(weekday));
            more_days(cursor, &mut parts.on, places)?;
        } else {
            parts.every = Some(cursor.every()?);
        }
    }
    if cursor.take("on") || (parts.every.is_none() && *cursor.peek() != Kind::End) {
        places.on.push(cursor.at());
        parts.on.push(cursor.on()?);
        more_days(cursor, &mut parts.on, places)?;
    }
    parts.from = from_clause(cursor, places)?;
    places.clamp = cursor.at();
    if cursor.take("clamp") {
        if !(cursor.take("last") && cursor.take("day")) {
            return Err(cursor.unexpected("schedule-unknown-word", "write `clamp last day`"));
        }
        parts.clamp = true;
    }
    match cursor.peek() {
        Kind::Word(_) => Err(cursor.unknown(&["on", "from", "clamp", "and"])),
        _ => cursor.end("rule").map(|()| parts),
    }
}

fn more_days(
    cursor: &mut Cursor,
    days: &mut Vec<On>,
    places: &mut Places,
) -> Result<(), WordsError> {
    while cursor.take_kind(&Kind::Comma) || cursor.take("and") {
        places.on.push(cursor.at());
        days.push(cursor.on()?);
    }
    Ok(())
}

fn from_clause(cursor: &mut Cursor, places: &mut Places) -> Result<Option<Date>, WordsError> {
    places.from = cursor.at();
    if !cursor.take("from") {
        return Ok(None);
    }
    date(cursor).map(Some)
}

fn date(cursor: &mut Cursor) -> Result<Date, WordsError> {
    let Kind::Date(date) = *cursor.peek() else {
        return Err(cursor.unexpected("schedule-date", "write a date, `2026-01-05`"));
    };
    cursor.skip();
    Ok(date)
}

fn dates(cursor: &mut Cursor, places: &mut Places) -> Result<Vec<Date>, WordsError> {
    let mut dates = Vec::new();
    loop {
        places.dates.push(cursor.at());
        dates.push(date(cursor)?);
        if !cursor.take_kind(&Kind::Comma) {
            cursor.end("dates")?;
            return Ok(dates);
        }
    }
}
