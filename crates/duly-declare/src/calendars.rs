//! The calendars that ship with the program: holidays as data, embedded.
//!
//! Made from PyPI `holidays` by `calendars/generate.py`; see the README there for what they hold.
//! An installation may publish others; whatever was published, not this, decides what was due.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use duly_core::schedule::calendar::Calendar;

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../calendars/", $name, ".json")))),+]
    };
}

/// Name and JSON of each shipped calendar, by name.
const SHIPPED: [(&str, &str); 23] = shipped![
    "austria",
    "belgium",
    "canada",
    "denmark",
    "england",
    "finland",
    "france",
    "germany",
    "ireland",
    "italy",
    "netherlands",
    "new-south-wales",
    "new-zealand",
    "northern-ireland",
    "norway",
    "poland",
    "portugal",
    "scotland",
    "spain",
    "sweden",
    "us-federal",
    "wales",
    "weekends",
];

/// Parsed once; a test holds that none is lost here.
static PARSED: LazyLock<BTreeMap<&str, Calendar>> = LazyLock::new(|| {
    let parse = |(name, json)| Some((name, serde_json::from_str(json).ok()?));
    SHIPPED.into_iter().filter_map(parse).collect()
});

/// The shipped calendar of this name.
#[must_use]
pub fn calendar(name: &str) -> Option<&'static Calendar> {
    PARSED.get(name)
}

/// The names of all shipped calendars, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.into_iter().map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::{PARSED, SHIPPED, calendar, names};

    #[test]
    fn every_shipped_calendar_is_sound_and_bears_its_name() {
        assert_eq!(PARSED.len(), SHIPPED.len());
        for name in names() {
            let calendar = calendar(name).unwrap();
            assert_eq!(calendar.id, name);
            calendar.check().unwrap();
            let years: Vec<i16> = calendar.years.keys().copied().collect();
            assert_eq!(years, (2020..=2035).collect::<Vec<i16>>(), "{name}");
        }
    }

    #[test]
    fn names_are_in_order_so_that_a_list_can_be_read() {
        assert!(names().is_sorted());
    }

    /// The weekday holidays of 2026, typed by hand and not taken from the package.
    #[test]
    fn england_and_the_united_states_close_as_their_governments_say() {
        let cases = [
            (
                "england",
                "2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 \
                 2026-12-28",
            ),
            (
                "us-federal",
                "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 \
                 2026-10-12 2026-11-11 2026-11-26 2026-12-25",
            ),
        ];
        for (name, expected) in cases {
            let calendar = calendar(name).unwrap();
            let closed = calendar.years[&2026].iter().filter(|date| {
                let weekday = date.weekday().to_monday_zero_offset();
                weekday < 5
            });
            let closed: Vec<String> = closed.map(ToString::to_string).collect();
            assert_eq!(closed.join(" "), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_does_not_ship_is_none() {
        assert!(calendar("client").is_none());
    }
}
