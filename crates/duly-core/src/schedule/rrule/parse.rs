//! Reading an RFC 5545 rule, and refusing what duly does not cover, part by part.

use jiff::civil::Weekday;

use super::{Freq, NthDay, Rrule, WEEKDAYS};
use crate::schedule::rule::INTERVAL_MAX;
use crate::schedule::words::{About, TEXT_BYTES_MAX, WordsError, nearest};

const PARTS: [&str; 7] = [
    "FREQ",
    "INTERVAL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYSETPOS",
    "WKST",
];

/// Parts of the standard that are refused, with code and reason.
const REFUSED: [(&str, &str, &str); 9] = [
    (
        "COUNT",
        "rrule-count",
        "a duty does not end after so many times; publish a new version or retire the asset, \
         where the client sees it",
    ),
    (
        "UNTIL",
        "rrule-until",
        "an end hidden in a rule would stop a duty in silence; publish a new version or retire \
         the asset, where the client sees it",
    ),
    (
        "BYWEEKNO",
        "rrule-week-number",
        "programs differ on week numbers across the new year; write days of a month or of a year",
    ),
    (
        "BYYEARDAY",
        "rrule-year-day",
        "the number of a day of the year moves in leap years; write a day and its month",
    ),
    (
        "BYHOUR",
        "rrule-time-of-day",
        "the time of day is the schedule's `at`; a duty comes at most once a day",
    ),
    (
        "BYMINUTE",
        "rrule-time-of-day",
        "the time of day is the schedule's `at`; a duty comes at most once a day",
    ),
    (
        "BYSECOND",
        "rrule-time-of-day",
        "the time of day is the schedule's `at`; a duty comes at most once a day",
    ),
    (
        "RSCALE",
        "rrule-calendar-scale",
        "only the Gregorian calendar is covered",
    ),
    (
        "SKIP",
        "rrule-calendar-scale",
        "write the schedule in words with `clamp: last day` instead",
    ),
];

/// A piece of the rule's text and the byte at which it begins.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    fn split(self, by: char) -> impl Iterator<Item = Piece<'a>> {
        let mut at = self.at;
        self.text.split(by).map(move |text| {
            let piece = Piece { text, at };
            at += text.len() + by.len_utf8();
            piece
        })
    }

    fn refuse(
        self,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> WordsError {
        WordsError {
            code,
            at: self.at,
            message: message.into(),
            help: help.into(),
            about: About::Rrule,
        }
    }
}

impl Rrule {
    /// Reads a rule, with or without `RRULE:` before it, in upper or lower case.
    ///
    /// # Errors
    /// Anything outside the covered subset, with the byte of the part it is about.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let whole = Piece { text, at: 0 };
        if text.len() > TEXT_BYTES_MAX {
            return Err(whole.refuse(
                "schedule-too-long",
                format!("a rule is at most {TEXT_BYTES_MAX} bytes long"),
                "write a shorter rule",
            ));
        }
        let upper = text.to_ascii_uppercase();
        let body = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        let at = upper.len() - body.len();
        // Google Calendar has been seen to end a rule with a semicolon.
        let body = Piece {
            text: body.strip_suffix(';').unwrap_or(body),
            at,
        };
        let mut reader = Reader::default();
        for part in body.split(';') {
            reader.part(part)?;
        }
        reader.finish(whole)
    }
}

/// The parts read so far.
#[derive(Default)]
struct Reader<'a> {
    seen: Vec<(&'static str, Piece<'a>)>,
    freq: Option<Freq>,
    interval: Option<u32>,
    months: u16,
    month_days: Vec<i8>,
    days: Vec<NthDay>,
    positions: Vec<i16>,
    week_start: Option<Weekday>,
}

impl<'a> Reader<'a> {
    fn part(&mut self, part: Piece<'a>) -> Result<(), WordsError> {
        let Some((name, value)) = part.text.split_once('=') else {
            return Err(part.refuse(
                "rrule-value",
                format!("`{}` is not of the form NAME=VALUE", part.text),
                "separate parts with one `;`, for example `FREQ=MONTHLY;BYDAY=2TU`",
            ));
        };
        if let Some((_, code, reason)) = REFUSED.iter().find(|(refused, ..)| *refused == name) {
            return Err(part.refuse(code, format!("{name} is not covered"), *reason));
        }
        let Some(known) = PARTS.iter().find(|known| **known == name) else {
            return Err(part.refuse(
                "rrule-unknown-part",
                format!("`{name}` is not a part of a rule"),
                suggested(name),
            ));
        };
        if self.seen.iter().any(|(seen, _)| seen == known) {
            return Err(part.refuse(
                "rrule-part-twice",
                format!("{name} is written twice"),
                "write it once, with all its values",
            ));
        }
        self.seen.push((known, part));
        let value = Piece {
            text: value,
            at: part.at + name.len() + 1,
        };
        self.value(known, value)
    }

    fn value(&mut self, name: &str, value: Piece<'_>) -> Result<(), WordsError> {
        match name {
            "FREQ" => self.freq = Some(freq(value)?),
            "INTERVAL" => self.interval = Some(interval(value)?),
            "WKST" => self.week_start = Some(weekday(value)?),
            "BYMONTH" => {
                for month in numbers(value, 1, 12, false)? {
                    self.months |= 1 << month;
                }
            }
            "BYMONTHDAY" => {
                let days = numbers(value, 1, 31, true)?;
                self.month_days = days
                    .iter()
                    .filter_map(|day| i8::try_from(*day).ok())
                    .collect();
            }
            "BYSETPOS" => self.positions = numbers(value, 1, 366, true)?,
            _ => self.days = days(value)?,
        }
        Ok(())
    }

    /// The part of this name as written.
    fn place(&self, name: &str) -> Option<Piece<'a>> {
        let found = self.seen.iter().find(|(seen, _)| *seen == name);
        found.map(|(_, part)| *part)
    }

    fn finish(self, whole: Piece<'a>) -> Result<Rrule, WordsError> {
        let Some(freq) = self.freq else {
            return Err(whole.refuse(
                "rrule-value",
                "the rule has no FREQ",
                "begin with `FREQ=DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`",
            ));
        };
        self.check(freq)?;
        Ok(Rrule {
            freq,
            interval: self.interval.unwrap_or(1),
            months: self.months,
            month_days: self.month_days,
            days: self.days,
            positions: self.positions,
            week_start: self.week_start.unwrap_or(Weekday::Monday),
        })
    }

    /// Combinations that RFC 5545 forbids, that never match, or on which programs differ.
    fn check(&self, freq: Freq) -> Result<(), WordsError> {
        let refuse = |name: &str, message: &str, help: &str| {
            let place = self.place(name).unwrap_or(Piece { text: "", at: 0 });
            Err(place.refuse("rrule-combination", message, help))
        };
        let has = |name: &str| self.place(name).is_some();
        if freq == Freq::Weekly && has("BYMONTHDAY") {
            return refuse(
                "BYMONTHDAY",
                "BYMONTHDAY does not go with FREQ=WEEKLY",
                "use FREQ=MONTHLY; RFC 5545 forbids it with weeks",
            );
        }
        if freq == Freq::Yearly && has("BYMONTHDAY") && !has("BYMONTH") {
            return refuse(
                "BYMONTHDAY",
                "FREQ=YEARLY with BYMONTHDAY but without BYMONTH is read in two ways",
                "add BYMONTH, or use FREQ=MONTHLY for every month",
            );
        }
        if has("BYSETPOS") && !(has("BYDAY") || has("BYMONTHDAY") || has("BYMONTH")) {
            return refuse(
                "BYSETPOS",
                "BYSETPOS has nothing to choose from",
                "add BYDAY, BYMONTHDAY or BYMONTH",
            );
        }
        let furthest = match freq {
            Freq::Daily | Freq::Weekly => 0,
            Freq::Monthly => 5,
            Freq::Yearly if has("BYMONTH") => 5,
            Freq::Yearly => 53,
        };
        match self
            .days
            .iter()
            .find(|day| day.nth.unsigned_abs() > furthest)
        {
            None => Ok(()),
            Some(_) if furthest == 0 => refuse(
                "BYDAY",
                "a numbered weekday goes with FREQ=MONTHLY and FREQ=YEARLY only",
                "leave out the number",
            ),
            Some(day) => refuse(
                "BYDAY",
                &format!("there is never a {day} here"),
                &format!("the furthest are {furthest} and -{furthest}"),
            ),
        }
    }
}

fn suggested(name: &str) -> String {
    let mut known: Vec<&str> = PARTS.to_vec();
    known.extend(REFUSED.iter().map(|(refused, ..)| *refused));
    match nearest(name, &known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("covered are {}", PARTS.join(", ")),
    }
}

fn freq(value: Piece<'_>) -> Result<Freq, WordsError> {
    match value.text {
        "DAILY" => Ok(Freq::Daily),
        "WEEKLY" => Ok(Freq::Weekly),
        "MONTHLY" => Ok(Freq::Monthly),
        "YEARLY" => Ok(Freq::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(value.refuse(
            "rrule-under-a-day",
            format!("FREQ={} is not covered", value.text),
            "anything under a day is monitoring, not a duty; the shortest is FREQ=DAILY",
        )),
        other => {
            let known = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
            let help = match nearest(other, &known) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("possible are {}", known.join(", ")),
            };
            Err(value.refuse("rrule-value", format!("`{other}` is not a FREQ"), help))
        }
    }
}

fn interval(value: Piece<'_>) -> Result<u32, WordsError> {
    digits(value.text)
        .filter(|number| (1..=INTERVAL_MAX).contains(number))
        .ok_or_else(|| {
            value.refuse(
                "rrule-value",
                format!("`{}` is not an interval", value.text),
                format!("write a whole number from 1 to {INTERVAL_MAX}"),
            )
        })
}

/// A plain number: digits only, so that no sign of another script slips through.
fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A number with an optional sign.
fn signed(text: &str) -> Option<i16> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = i16::try_from(digits(rest)?).ok()?;
    Some(sign * number)
}

/// A list of numbers from `least` to `most`, or their negatives where `negative`, in order.
fn numbers(
    value: Piece<'_>,
    least: i16,
    most: i16,
    negative: bool,
) -> Result<Vec<i16>, WordsError> {
    let mut numbers = Vec::new();
    for item in value.split(',') {
        let number = signed(item.text).filter(|number| {
            let size = if negative { number.abs() } else { *number };
            (least..=most).contains(&size)
        });
        let Some(number) = number else {
            let or_back = if negative {
                format!(", or -{most} to -{least}")
            } else {
                String::new()
            };
            return Err(item.refuse(
                "rrule-value",
                format!("`{}` does not belong here", item.text),
                format!("write {least} to {most}{or_back}"),
            ));
        };
        numbers.push(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn weekday(value: Piece<'_>) -> Result<Weekday, WordsError> {
    WEEKDAYS
        .iter()
        .find(|(code, _)| *code == value.text)
        .map(|(_, weekday)| *weekday)
        .ok_or_else(|| {
            value.refuse(
                "rrule-value",
                format!("`{}` is not a weekday", value.text),
                "write MO, TU, WE, TH, FR, SA or SU",
            )
        })
}

fn days(value: Piece<'_>) -> Result<Vec<NthDay>, WordsError> {
    let mut days = Vec::new();
    for item in value.split(',') {
        let letters = item
            .text
            .trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let length = item.text.len() - letters.len();
        let weekday = weekday(Piece {
            text: letters,
            at: item.at + length,
        })?;
        let number = item.text.get(..length).unwrap_or_default();
        let nth = if number.is_empty() {
            Some(0)
        } else {
            signed(number)
                .and_then(|nth| i8::try_from(nth).ok())
                .filter(|nth| (1..=53).contains(&nth.unsigned_abs()))
        };
        let Some(nth) = nth else {
            return Err(item.refuse(
                "rrule-value",
                format!("`{}` is not a numbered weekday", item.text),
                "write for example `2TU` or `-1FR`",
            ));
        };
        days.push(NthDay { nth, weekday });
    }
    days.sort_unstable_by_key(|day| (day.nth, day.weekday.to_monday_zero_offset()));
    days.dedup();
    Ok(days)
}
