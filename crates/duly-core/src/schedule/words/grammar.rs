//! The grammar of a schedule's words, from tokens to parts. Each function reads one non-terminal
//! of the grammar in [`super`] and refuses whatever does not belong to it.

use super::lex::{Kind, Token, ordinal, tokens};
use super::{ALLOWANCE_DAYS_MAX, Every, On, Unit, WordsError, error, suggest};
use crate::process::{Allowance, AllowanceUnit};
use crate::schedule::rule::{BUSINESS_OFFSET_MAX, DayOfMonth, DayOfWeek, INTERVAL_MAX, MONTHS};

const UNITS: [&str; 6] = ["day", "week", "month", "quarter", "year", "business day"];
const NTH: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// Reads the value of `every:`: `day`, `2 weeks`, `business day`.
///
/// # Errors
/// Anything else, with what to write instead.
pub fn every(text: &str) -> Result<Every, WordsError> {
    let mut cursor = Cursor::new(text)?;
    let every = cursor.every()?;
    cursor.end("every")?;
    Ok(every)
}

/// Reads one value of `on:`: `monday`, `2nd tuesday`, `day 31`, `first business day + 2`,
/// `15 march`, `1st tuesday of month 2`.
///
/// # Errors
/// Anything else, with what to write instead.
pub fn on(text: &str) -> Result<On, WordsError> {
    let mut cursor = Cursor::new(text)?;
    let on = cursor.on()?;
    cursor.end("on")?;
    Ok(on)
}

/// Reads `5 business days`, `2 days` or `8 hours`.
///
/// # Errors
/// Anything else, and lengths above [`ALLOWANCE_DAYS_MAX`].
pub fn allowance(text: &str) -> Result<Allowance, WordsError> {
    let mut cursor = Cursor::new(text)?;
    let at = cursor.at();
    let Kind::Number(count) = *cursor.peek() else {
        return Err(cursor.unexpected("schedule-number", "write a number first, `5 business days`"));
    };
    cursor.skip();
    let unit = cursor.allowance_unit()?;
    cursor.end("allowance")?;
    let most = match unit {
        AllowanceUnit::Hours => ALLOWANCE_DAYS_MAX * 24,
        AllowanceUnit::Days | AllowanceUnit::BusinessDays => ALLOWANCE_DAYS_MAX,
    };
    if count > most {
        return Err(error(
            "schedule-number",
            at,
            format!("{count} is more than the {most} that are allowed here"),
            "a duty that may stay open for more than a year is not a duty; write less",
        ));
    }
    Ok(Allowance { count, unit })
}

/// A place in the tokens of a text.
pub(super) struct Cursor {
    tokens: Vec<Token>,
    next: usize,
    length: usize,
    /// A word that is known where the text begins, besides those of the grammar's rule.
    also: Option<&'static str>,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Result<Self, WordsError> {
        Ok(Self {
            tokens: tokens(text)?,
            next: 0,
            length: text.len(),
            also: None,
        })
    }

    pub(super) fn also(&mut self, word: &'static str) {
        self.also = Some(word);
    }

    pub(super) fn peek(&self) -> &Kind {
        self.tokens
            .get(self.next)
            .map_or(&Kind::End, |token| &token.kind)
    }

    pub(super) fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .map_or(self.length, |token| token.at)
    }

    pub(super) fn skip(&mut self) {
        self.next += 1;
    }

    fn word(&self) -> Option<&str> {
        match self.peek() {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Steps over this word if it comes next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.word() == Some(word);
        self.next += usize::from(found);
        found
    }

    /// Steps over `day` or `days`, and so on.
    fn take_unit(&mut self, singular: &str) -> bool {
        let found = self
            .word()
            .is_some_and(|word| word.strip_suffix('s').unwrap_or(word) == singular);
        self.next += usize::from(found);
        found
    }

    pub(super) fn take_kind(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == kind;
        self.next += usize::from(found);
        found
    }

    fn take_from<T: Copy>(&mut self, names: &[&str], values: &[T]) -> Option<T> {
        let word = self.word()?;
        let place = names.iter().position(|name| *name == word)?;
        self.skip();
        values.get(place).copied()
    }

    pub(super) fn weekday(&mut self) -> Option<DayOfWeek> {
        self.take_from(&DayOfWeek::ALL.map(DayOfWeek::name), &DayOfWeek::ALL)
    }

    fn month(&mut self) -> Option<u8> {
        self.take_from(&MONTHS, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }

    /// An error about the token that comes next.
    pub(super) fn unexpected(&self, code: &'static str, help: impl Into<String>) -> WordsError {
        let message = match self.peek() {
            Kind::End => "the text ends too early".to_owned(),
            other => format!("{} is not understood here", other.shown()),
        };
        error(code, self.at(), message, help)
    }

    /// An error about the word that comes next, with the known one that is most like it.
    pub(super) fn unknown(&self, known: &[&str]) -> WordsError {
        let mut known = known.to_vec();
        known.extend(self.also.filter(|_| self.next == 0));
        let help = suggest::instead(self.word().unwrap_or_default(), &known);
        self.unexpected("schedule-unknown-word", help)
    }

    /// Refuses whatever follows.
    pub(super) fn end(&self, what: &str) -> Result<(), WordsError> {
        match (self.peek(), what) {
            (Kind::End, _) => Ok(()),
            (Kind::Comma, "on") => Err(self.unexpected(
                "schedule-unknown-word",
                "write several days as a list, `[2nd tuesday, 4th tuesday]`",
            )),
            _ => Err(self.unexpected("schedule-unknown-word", "leave it out")),
        }
    }

    pub(super) fn every(&mut self) -> Result<Every, WordsError> {
        let at = self.at();
        let interval = match *self.peek() {
            Kind::Number(number) => {
                self.skip();
                number
            }
            Kind::Ordinal(number) => return Err(self.every_nth(number)),
            _ => 1,
        };
        if interval == 0 || interval > INTERVAL_MAX {
            return Err(error(
                "schedule-number",
                at,
                format!("an interval is 1 to {INTERVAL_MAX}, not {interval}"),
                "write a smaller interval, or a larger unit",
            ));
        }
        if self.take("business") {
            return self.every_business_day(at, interval);
        }
        let units = [
            Unit::Day,
            Unit::Week,
            Unit::Month,
            Unit::Quarter,
            Unit::Year,
        ];
        for unit in units {
            if self.take_unit(unit.name()) {
                return Ok(Every { interval, unit });
            }
        }
        Err(match self.word().map(|word| word.trim_end_matches('s')) {
            Some("hour" | "minute" | "second") => self.unexpected(
                "schedule-under-a-day",
                "anything under a day is monitoring, not a duty; the shortest is `every day`",
            ),
            _ => self.unknown(&UNITS),
        })
    }

    /// `every 2nd tuesday` is said both of every other week and of the second of a month.
    fn every_nth(&self, number: u32) -> WordsError {
        self.unexpected(
            "schedule-combination",
            format!(
                "write `on {0} tuesday` for the {0} one of a month, or `every {number} weeks on \
                 tuesday from DATE`",
                ordinal(number)
            ),
        )
    }

    fn every_business_day(&mut self, at: usize, interval: u32) -> Result<Every, WordsError> {
        if !self.take_unit("day") {
            return Err(self.unknown(&["day"]));
        }
        if interval != 1 {
            return Err(error(
                "schedule-combination",
                at,
                format!("every {interval} business days is not offered"),
                "a new holiday would move every later date; write `business day`, or weeks",
            ));
        }
        Ok(Every {
            interval,
            unit: Unit::BusinessDay,
        })
    }

    pub(super) fn on(&mut self) -> Result<On, WordsError> {
        if let Some(weekday) = self.weekday() {
            return Ok(On::Week(weekday));
        }
        let at = self.at();
        let day = self.day_of_month()?;
        let numbered = matches!(day, DayOfMonth::Number { .. });
        let on = if self.take("of") {
            self.of_month(day)?
        } else if let Some(month) = numbered.then(|| self.month()).flatten() {
            On::Year(month, day)
        } else {
            On::Month(day)
        };
        if let (On::Year(month, _), DayOfMonth::Number { day, .. }) = (on, day) {
            let longest = super::compose::longest_month_days(month);
            if day > longest {
                return Err(error(
                    "schedule-number",
                    at,
                    format!("there is no day {day} in that month"),
                    format!("it has at most {longest} days"),
                ));
            }
        }
        Ok(on)
    }

    fn of_month(&mut self, day: DayOfMonth) -> Result<On, WordsError> {
        if let Some(month) = self.month() {
            return Ok(On::Year(month, day));
        }
        if !self.take("month") {
            let mut known = MONTHS.to_vec();
            known.push("month");
            return Err(self.unknown(&known));
        }
        match *self.peek() {
            Kind::Number(number @ 1..=3) => {
                self.skip();
                let month = u8::try_from(number).unwrap_or(1);
                Ok(On::Quarter(month, day))
            }
            _ => Err(self.unexpected(
                "schedule-number",
                "a quarter has `month 1`, `month 2` and `month 3`; for a year write the month's \
                 name",
            )),
        }
    }

    fn day_of_month(&mut self) -> Result<DayOfMonth, WordsError> {
        let at = self.at();
        match *self.peek() {
            Kind::Number(number) => {
                self.skip();
                return numbered(number, at);
            }
            Kind::Ordinal(number) => {
                self.skip();
                return self.nth(number, at);
            }
            _ => {}
        }
        if self.take("day") {
            let at = self.at();
            let Kind::Number(number) = *self.peek() else {
                return Err(self.unexpected("schedule-number", "write the day's number, `day 31`"));
            };
            self.skip();
            return numbered(number, at);
        }
        if self.take("last") {
            return self.last();
        }
        if let Some(number) = self.take_from(&NTH, &[1, 2, 3, 4, 5]) {
            return self.nth(number, at);
        }
        let mut known = DayOfWeek::ALL.map(DayOfWeek::name).to_vec();
        known.extend(NTH);
        known.extend(["last", "day"]);
        let month_first = self.word().is_some_and(|word| MONTHS.contains(&word));
        Err(if month_first {
            self.unexpected("schedule-unknown-word", "write the day first, `15 march`")
        } else {
            self.unknown(&known)
        })
    }

    fn last(&mut self) -> Result<DayOfMonth, WordsError> {
        if let Some(weekday) = self.weekday() {
            return Ok(DayOfMonth::Weekday { nth: -1, weekday });
        }
        if self.take("day") {
            return Ok(DayOfMonth::LastDay);
        }
        if self.take("business") {
            let offset = self.business_offset()?;
            return Ok(DayOfMonth::LastBusinessDay { offset });
        }
        let mut known = DayOfWeek::ALL.map(DayOfWeek::name).to_vec();
        known.extend(["day", "business day"]);
        Err(self.unknown(&known))
    }

    fn nth(&mut self, number: u32, at: usize) -> Result<DayOfMonth, WordsError> {
        if let Some(weekday) = self.weekday() {
            return match i8::try_from(number) {
                Ok(nth @ 1..=5) => Ok(DayOfMonth::Weekday { nth, weekday }),
                _ => Err(error(
                    "schedule-number",
                    at,
                    format!("no month has a {} {}", ordinal(number), weekday.name()),
                    "write `1st` to `5th`, or `last`",
                )),
            };
        }
        if self.take("business") {
            if number == 1 {
                let offset = self.business_offset()?;
                return Ok(DayOfMonth::FirstBusinessDay { offset });
            }
            return Err(error(
                "schedule-unknown-word",
                at,
                format!("the {} business day is written otherwise", ordinal(number)),
                format!("write `first business day + {}`", number.saturating_sub(1)),
            ));
        }
        let another_word = self.word().is_some_and(|word| {
            !MONTHS.contains(&word) && !["of", "and", "from", "clamp", "day"].contains(&word)
        });
        if another_word {
            let mut known = DayOfWeek::ALL.map(DayOfWeek::name).to_vec();
            known.extend(["business day", "of"]);
            return Err(self.unknown(&known));
        }
        self.take("day");
        numbered(number, at)
    }

    /// After `business`: `day`, and how many more or fewer.
    fn business_offset(&mut self) -> Result<i8, WordsError> {
        if !self.take("day") {
            return Err(self.unknown(&["day"]));
        }
        let sign = if self.take_kind(&Kind::Plus) {
            1
        } else if self.take_kind(&Kind::Minus) {
            -1
        } else {
            return Ok(0);
        };
        match *self.peek() {
            Kind::Number(number) if number <= u32::from(BUSINESS_OFFSET_MAX.unsigned_abs()) => {
                self.skip();
                Ok(sign * i8::try_from(number).unwrap_or(BUSINESS_OFFSET_MAX))
            }
            _ => Err(self.unexpected(
                "schedule-number",
                format!("write how many business days, 0 to {BUSINESS_OFFSET_MAX}"),
            )),
        }
    }

    fn allowance_unit(&mut self) -> Result<AllowanceUnit, WordsError> {
        if self.take("business") {
            return if self.take_unit("day") {
                Ok(AllowanceUnit::BusinessDays)
            } else {
                Err(self.unknown(&["day", "days"]))
            };
        }
        if self.take_unit("day") {
            return Ok(AllowanceUnit::Days);
        }
        if self.take_unit("hour") {
            return Ok(AllowanceUnit::Hours);
        }
        Err(match self.word().map(|word| word.trim_end_matches('s')) {
            Some("week" | "month") => self.unexpected(
                "schedule-unknown-word",
                "write days, `14 days`, or business days, `10 business days`",
            ),
            _ => self.unknown(&["business days", "days", "hours"]),
        })
    }
}

fn numbered(number: u32, at: usize) -> Result<DayOfMonth, WordsError> {
    match u8::try_from(number) {
        Ok(day @ 1..=31) => Ok(DayOfMonth::Number { day, clamp: false }),
        _ => Err(error(
            "schedule-number",
            at,
            format!("no month has a day {number}"),
            "write 1 to 31, or `last day`",
        )),
    }
}
