//! How long ago, and how far ahead: the age that stands beside a fact.

use jiff::{SignedDuration, Timestamp};

/// Hours are named up to here; days say more beyond.
const HOURS_MAX: i64 = 48;

/// Days are named up to here; years say more beyond.
const DAYS_MAX: i64 = 730;

/// The bare length: `3 min`, `26 h`, `14 days`, `2 years`. Never negative.
#[must_use]
pub fn length(duration: SignedDuration) -> String {
    let minutes = duration.as_secs().abs() / 60;
    let hours = minutes / 60;
    let days = hours / 24;
    let text = if minutes == 0 {
        "under 1 min".to_owned()
    } else if minutes < 60 {
        format!("{minutes} min")
    } else if hours < HOURS_MAX {
        format!("{hours} h")
    } else if days <= DAYS_MAX {
        format!("{days} days")
    } else {
        format!("{} years", days / 365)
    };
    text.replace(' ', "\u{a0}")
}

/// Seen from `now`: `3 h ago`, `in 2 days`, `just now` within a minute either way.
#[must_use]
pub fn relative(moment: Timestamp, now: Timestamp) -> String {
    let ahead = moment.duration_since(now);
    if ahead.as_secs().abs() < 60 {
        return "just now".to_owned();
    }
    if ahead.is_negative() {
        format!("{} ago", length(ahead))
    } else {
        format!("in {}", length(ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_from_noon(moment: &str) -> String {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        relative(moment.parse().unwrap(), now).replace('\u{a0}', " ")
    }

    #[test]
    fn an_age_grows_from_minutes_to_years() {
        let cases = [
            ("2026-11-24T11:59:30Z", "just now"),
            ("2026-11-24T11:57:00Z", "3 min ago"),
            ("2026-11-24T06:00:00Z", "6 h ago"),
            ("2026-11-23T06:00:00Z", "30 h ago"),
            ("2026-11-10T12:00:00Z", "14 days ago"),
            ("2022-11-24T12:00:00Z", "4 years ago"),
        ];
        for (moment, text) in cases {
            assert_eq!(seen_from_noon(moment), text);
        }
    }

    #[test]
    fn what_lies_ahead_is_said_with_in() {
        assert_eq!(seen_from_noon("2026-11-24T17:00:00Z"), "in 5 h");
        assert_eq!(seen_from_noon("2026-12-08T12:00:00Z"), "in 14 days");
    }
}
