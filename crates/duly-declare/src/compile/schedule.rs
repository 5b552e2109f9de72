//! The schedule: its words are the core's; here they are put together, and every refusal of theirs
//! is placed in the file.

use std::collections::BTreeSet;
use std::ops::Range;

use duly_core::process::{Allowance, Roll, Schedule};
use duly_core::schedule::calendar::Calendar;
use duly_core::schedule::expand::occurrences;
use duly_core::schedule::rule::Recurrence;
use duly_core::schedule::words::{self, About, Parts, WordsError};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;

use super::{Compile, text};
use crate::calendars;
use crate::code::Code;
use crate::form;
use crate::structure::cut;
use crate::suggest;
use crate::tree::{Entry, Node};

/// Within so many days from when it takes effect, a schedule must have a date: the rarest duty that
/// anyone keeps is yearly, and 400 days leave room for a yearly one that has just passed.
pub const OCCURRENCE_WITHIN_DAYS: i32 = 400;

impl Compile<'_> {
    pub(super) fn schedule(&mut self, root: &Node, reference: Option<Date>) -> Option<Schedule> {
        let entry = root.entry("schedule")?;
        let node = &entry.value;
        node.entries().first()?;
        let recurrence = self.recurrence(entry);
        let tz = self.tz(node);
        let at = node.get("at").and_then(text).and_then(form::time);
        let due_within = node
            .get("due_within")
            .and_then(|node| self.allowance(node, 1));
        let grace = node.get("grace").and_then(|node| self.allowance(node, 0));
        let calendar = self.calendar(node);
        let roll = node
            .get("holidays")
            .and_then(|holidays| holidays.get("roll"));
        let roll = match roll.and_then(text) {
            Some("following") => Some(Roll::Following),
            Some("preceding") => Some(Roll::Preceding),
            _ => None,
        };
        if let (Some(recurrence), Some(calendar)) = (&recurrence, &calendar) {
            self.occurs(entry, recurrence, calendar, reference);
        }
        Some(Schedule {
            recurrence: recurrence?,
            at: at?,
            tz: tz?,
            roll,
            calendar: calendar?,
            due_within: due_within?,
            grace: grace?,
        })
    }

    fn recurrence(&mut self, entry: &Entry) -> Option<Recurrence> {
        let node = &entry.value;
        if self.offers_cron(node) {
            return None;
        }
        let mut sound = true;
        let parts = Parts {
            every: match node.get("every") {
                Some(node) => {
                    let every = self.phrase(node, words::every);
                    sound &= every.is_some();
                    every
                }
                None => None,
            },
            on: {
                let days = days_of(node);
                let on: Vec<_> = days
                    .iter()
                    .filter_map(|day| self.phrase(day, words::on))
                    .collect();
                sound &= on.len() == days.len();
                on
            },
            from: match node.get("from") {
                Some(node) => {
                    let from = text(node).and_then(form::date);
                    sound &= from.is_some();
                    from
                }
                None => None,
            },
            clamp: match node.get("clamp") {
                Some(node) => {
                    sound &= self.clamp(node);
                    true
                }
                None => false,
            },
            dates: {
                let items = dates_of(node);
                let written = items.iter().filter_map(|item| text(item));
                let dates: Vec<_> = written.filter_map(form::date).collect();
                sound &= dates.len() == items.len();
                dates
            },
            rrule: node.get("rrule").and_then(text).map(str::to_owned),
        };
        if !sound {
            return None;
        }
        match words::recurrence(parts) {
            Ok(recurrence) => Some(recurrence),
            Err(error) => {
                let place = self.place_of_part(entry, &error);
                self.words_error(&error, &place);
                None
            }
        }
    }

    fn place_of_part(&self, entry: &Entry, error: &WordsError) -> Range<usize> {
        let node = &entry.value;
        let part = match error.about {
            About::Text | About::Whole => None,
            About::Every => node.get("every"),
            About::On(index) => days_of(node).get(index).copied(),
            About::From => node.get("from"),
            About::Clamp => node.get("clamp"),
            About::Dates(index) => dates_of(node).get(index).copied(),
            About::Rrule => {
                let rrule = node.get("rrule");
                return rrule.map_or(entry.key_span.clone(), |rrule| {
                    rrule.place_in_text(self.source, error.at)
                });
            }
        };
        part.map_or(entry.key_span.clone(), |node| node.span.clone())
    }

    fn words_error(&mut self, error: &WordsError, place: &Range<usize>) {
        // A test holds that every code of the core's words is one of ours.
        let code = Code::from_word(error.code).unwrap_or(Code::ScheduleUnknownWord);
        self.problems
            .add(code, place, error.message.clone(), error.help.clone());
    }

    fn phrase<T>(
        &mut self,
        node: &Node,
        read: impl Fn(&str) -> Result<T, WordsError>,
    ) -> Option<T> {
        match read(text(node)?) {
            Ok(value) => Some(value),
            Err(error) => {
                let place = node.place_in_text(self.source, error.at);
                self.words_error(&error, &place);
                None
            }
        }
    }

    /// A length of time of at least so many units.
    pub(super) fn allowance(&mut self, node: &Node, count_min: u32) -> Option<Allowance> {
        let written = text(node)?;
        let (place, message, help) = match words::allowance(written) {
            Ok(allowance) if allowance.count >= count_min => return Some(allowance),
            Ok(_) => (
                node.span.clone(),
                "nothing can be done within no time".to_owned(),
                "write at least 1: `1 business day`".to_owned(),
            ),
            Err(error) => {
                let place = node.place_in_text(self.source, error.at);
                (place, error.message, error.help)
            }
        };
        self.problems.add(Code::BadAllowance, &place, message, help);
        None
    }

    fn clamp(&mut self, node: &Node) -> bool {
        let written = text(node).unwrap_or("");
        if written != "last day" && !written.is_empty() {
            let message = format!("`{}` is not a way to clamp", cut(written));
            let help = "write `clamp: last day`: in a month too short, the last day stands for it";
            self.problems
                .add(Code::UnknownWord, &node.span, message, help);
        }
        written == "last day"
    }

    fn tz(&mut self, node: &Node) -> Option<String> {
        let Some(node) = node.get("tz") else {
            return Some("client".to_owned());
        };
        let name = text(node)?;
        let zones = TimeZoneDatabase::bundled();
        let exact = zones.available().any(|zone| zone.as_str() == name);
        if name == "client" || exact {
            return Some(name.to_owned());
        }
        let known: Vec<String> = zones
            .available()
            .map(|zone| zone.as_str().to_owned())
            .collect();
        let near = suggest::nearest(name, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `client`, or an IANA name such as `Europe/London`".to_owned(),
        };
        let message = format!("there is no time zone `{}`", cut(name));
        self.problems
            .add(Code::UnknownZone, &node.span, message, help);
        None
    }

    fn calendar(&mut self, node: &Node) -> Option<String> {
        let Some(node) = node.get("holidays") else {
            return Some("client".to_owned());
        };
        let node = node.get("calendar")?;
        let name = text(node)?;
        if name == "client" || calendars::calendar(name).is_some() {
            return Some(name.to_owned());
        }
        let known: Vec<&str> = std::iter::once("client")
            .chain(calendars::names())
            .collect();
        let message = format!("there is no calendar `{}`", cut(name));
        let help = suggest::advice(name, known.iter().copied());
        self.problems
            .add(Code::UnknownCalendar, &node.span, message, help);
        None
    }

    fn occurs(
        &mut self,
        entry: &Entry,
        recurrence: &Recurrence,
        calendar: &str,
        reference: Option<Date>,
    ) {
        let Some(from) = reference else { return };
        let to = from.saturating_add(OCCURRENCE_WITHIN_DAYS.days());
        // Which days a client's own calendar closes is not known here; that there are open ones is.
        let weekends = weekends_only(from, to);
        let calendar = calendars::calendar(calendar).unwrap_or(&weekends);
        match occurrences(recurrence, Some(calendar), from, to) {
            Ok(dates) if dates.is_empty() => self.problems.add(
                Code::NoOccurrence,
                &entry.key_span,
                format!("nothing falls due in the {OCCURRENCE_WITHIN_DAYS} days from {from}"),
                "look at `from`, `dates` and `effective`: a process that is never due checks \
                 nothing",
            ),
            Ok(_) => {}
            Err(error) => {
                let code = Code::from_word(error.code()).unwrap_or(Code::NoOccurrence);
                let help = error.help();
                self.problems
                    .add(code, &entry.key_span, error.to_string(), help);
            }
        }
    }

    /// Refuses cron lines wherever one could be tried, and says so once.
    fn offers_cron(&mut self, node: &Node) -> bool {
        if node.get("cron").is_some() {
            return true;
        }
        let days = days_of(node);
        let candidates = ["every", "rrule"]
            .into_iter()
            .filter_map(|key| node.get(key));
        let Some(cron) = candidates
            .chain(days)
            .find(|node| text(node).is_some_and(looks_like_cron))
        else {
            return false;
        };
        self.problems.add(
            Code::CronNotOffered,
            &cron.span,
            "this looks like a cron line, and cron syntax is not offered: programs differ on what \
             it means around clock changes",
            "write the days in words: `on: [2nd tuesday]`, or `every: week` with `on: [monday]`",
        );
        true
    }
}

/// A calendar without holidays for the years of a span, and one more on each side.
fn weekends_only(from: Date, to: Date) -> Calendar {
    let years = from.year() - 1..=to.year() + 1;
    Calendar {
        id: "client".to_owned(),
        years: years.map(|year| (year, BTreeSet::new())).collect(),
    }
}

/// The values of `on`, which may be one alone.
fn days_of(schedule: &Node) -> Vec<&Node> {
    match schedule.get("on") {
        Some(on) if on.items().is_empty() => vec![on],
        Some(on) => each_once(on.items()),
        None => Vec::new(),
    }
}

/// The dates listed one by one.
fn dates_of(schedule: &Node) -> Vec<&Node> {
    each_once(schedule.get("dates").map_or(&[][..], Node::items))
}

/// What stands twice was refused as such, and is one problem, not two.
fn each_once(items: &[Node]) -> Vec<&Node> {
    let mut seen = BTreeSet::new();
    items
        .iter()
        .filter(|node| text(node).is_none_or(|text| seen.insert(text.to_owned())))
        .collect()
}

/// Five or six fields of cron's characters, or one of its nicknames.
fn looks_like_cron(text: &str) -> bool {
    if text.starts_with('@') {
        return true;
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let field = |field: &&str| {
        field
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"*/,-?#".contains(&b))
            && field
                .bytes()
                .any(|b| b.is_ascii_digit() || b"*?".contains(&b))
    };
    (5..=6).contains(&fields.len()) && fields.iter().filter(|f| field(f)).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::looks_like_cron;

    #[test]
    fn cron_lines_are_known_and_words_are_not_taken_for_them() {
        for text in [
            "0 9 * * 2",
            "*/5 * * * *",
            "0 0 9 ? * TUE#2",
            "@daily",
            "0 9 8-14 * 2",
        ] {
            assert!(looks_like_cron(text), "{text}");
        }
        for text in [
            "2nd tuesday",
            "last business day + 5",
            "1st tuesday of month 2",
            "2 weeks",
        ] {
            assert!(!looks_like_cron(text), "{text}");
        }
    }
}
