//! Ending a process: a last version that makes nothing due any more.
//!
//! Its one date lies the day before it takes effect, so no slot is ever its own. That needs no new
//! rule: whoever computes the duties under `rules: 1` finds none from that day on, every verifier
//! that exists included. It is never taken out of the log, and a later version begins it again.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Process;
use crate::schedule::rule::Recurrence;

impl Process {
    /// The version that ends this one: nothing is due from `from` on.
    #[must_use]
    pub fn ended(&self, from: Date) -> Self {
        let mut ended = self.clone();
        ended.effective = from;
        ended.schedule.recurrence = Recurrence::Dates {
            dates: vec![from.saturating_sub(1.day())],
        };
        ended
    }

    /// Whether this version makes nothing due: all its dates lie before it takes effect.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        match &self.schedule.recurrence {
            Recurrence::Dates { dates } => dates.iter().all(|date| *date < self.effective),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use crate::process::changes::tests::process;
    use crate::schedule::duties::{Published, PublishedProcess, duties};
    use crate::schedule::rule::{DayOfWeek, Recurrence};
    use crate::schedule::zone::Zone;
    use crate::scope::Client;

    #[test]
    fn an_ended_process_has_no_duty_from_its_date_on_and_keeps_those_before() {
        let mut weekly = process();
        weekly.schedule.recurrence = Recurrence::Week {
            interval: 1,
            from: None,
            on: vec![DayOfWeek::Tuesday],
        };
        let ended = weekly.ended(date(2026, 2, 1));
        assert!(ended.is_ended() && !weekly.is_ended());
        let zone = Zone::of("UTC", date(2025, 1, 1), date(2027, 12, 31)).unwrap();
        let published_at = |process, at: &str| PublishedProcess {
            process,
            published_at: at.parse().unwrap(),
        };
        let published = Published {
            client: Client {
                id: "baker".into(),
                tz: "UTC".to_owned(),
                calendar: "england".to_owned(),
            },
            past: Vec::new(),
            processes: vec![
                published_at(weekly, "2026-01-01T00:00:00Z"),
                published_at(ended, "2026-01-15T00:00:00Z"),
            ],
            assets: Vec::new(),
            calendars: BTreeMap::new(),
            zones: BTreeMap::from([("UTC".to_owned(), zone)]),
            exceptions: Vec::new(),
        };
        let owed = duties(&published, date(2026, 1, 1), date(2026, 12, 31)).unwrap();
        let slots: Vec<_> = owed.iter().map(|duty| duty.slot).collect();
        assert_eq!(slots, [6, 13, 20, 27].map(|day| date(2026, 1, day)));
    }
}
