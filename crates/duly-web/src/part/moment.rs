//! A time or a date in words for people, with the exact instant beside it for machines.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A `<time>` element.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"<time datetime="{{ machine }}">{{ words }}</time>"#,
    ext = "html"
)]
pub struct Moment {
    /// RFC 3339 instant, or an ISO date.
    pub machine: String,
    /// What a person reads.
    pub words: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    /// A civil date: `Tue 10 Nov`, with the year where it is not that of `today`.
    #[must_use]
    pub fn of_date(date: Date, today: Date) -> Self {
        Self {
            machine: date.to_string(),
            words: day_words(date, today),
        }
    }

    /// The day of an instant, `Today` and its neighbours by name.
    #[must_use]
    pub fn of_day(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> Self {
        let date = moment.to_zoned_datetime(zone.clone()).date();
        let today = now.to_zoned_datetime(zone.clone()).date();
        let words = if date == today {
            "Today".to_owned()
        } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == date) {
            "Tomorrow".to_owned()
        } else if today.yesterday().is_ok_and(|yesterday| yesterday == date) {
            "Yesterday".to_owned()
        } else {
            day_words(date, today)
        };
        Self {
            machine: moment.to_string(),
            words,
        }
    }

    /// The time of day of an instant: `09:00`.
    #[must_use]
    pub fn of_time(moment: Timestamp, zone: &TimeZone) -> Self {
        let local = moment.to_zoned_datetime(zone.clone());
        Self {
            machine: moment.to_string(),
            words: local.strftime("%H:%M").to_string(),
        }
    }

    /// The instant to the minute: `Tue 10 Nov, 09:00`.
    #[must_use]
    pub fn of_minute(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> Self {
        let local = moment.to_zoned_datetime(zone.clone());
        let today = now.to_zoned_datetime(zone.clone()).date();
        Self {
            machine: moment.to_string(),
            words: format!(
                "{}, {}",
                day_words(local.date(), today),
                local.strftime("%H:%M")
            )
            .replace(' ', "\u{a0}"),
        }
    }
}

fn day_words(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() {
        "%a %-d %b"
    } else {
        "%a %-d %b %Y"
    };
    date.strftime(format).to_string().replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-24T09:12:00Z";

    fn plain(moment: &Moment) -> String {
        moment.words.replace('\u{a0}', " ")
    }

    #[test]
    fn the_days_around_today_have_names() {
        let cases = [
            ("2026-11-23T23:00:00Z", "Yesterday"),
            ("2026-11-24T23:00:00Z", "Today"),
            ("2026-11-25T00:30:00Z", "Tomorrow"),
            ("2026-11-10T09:00:00Z", "Tue 10 Nov"),
            ("2025-12-30T09:00:00Z", "Tue 30 Dec 2025"),
        ];
        for (moment, words) in cases {
            let day = Moment::of_day(
                moment.parse().unwrap(),
                NOW.parse().unwrap(),
                &TimeZone::UTC,
            );
            assert_eq!(plain(&day), words);
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_that_counts() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let late_evening = "2026-11-25T03:00:00Z".parse().unwrap();
        let day = Moment::of_day(late_evening, NOW.parse().unwrap(), &zone);
        assert_eq!(plain(&day), "Today");
    }

    #[test]
    fn the_machine_reads_the_exact_instant() {
        let moment = "2026-11-10T09:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let minute = Moment::of_minute(moment, NOW.parse().unwrap(), &zone);
        assert_eq!(
            minute.to_string(),
            "<time datetime=\"2026-11-10T09:00:00Z\">Tue\u{a0}10\u{a0}Nov,\u{a0}10:00</time>"
        );
    }
}
