//! The days after a client or an asset comes into care, in which much is found that was so before.
//!
//! In this time nothing is escalated to the client; duties, outcomes, warnings and everything else
//! are as at any other time. It is bounded, begins by itself and cannot be drawn out.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Days in which nothing is escalated to the client, the first one included: enough for each
/// monthly process to have come once.
pub const COMMISSIONING_DAYS_MAX: i32 = 30;

/// Somebody or something newly in care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Commissioning {
    /// Which day of it this is, from 1.
    pub day: i32,
    /// The last day of it.
    pub last: Date,
}

/// Whether something that came into care on `since` is being commissioned on `today`.
#[must_use]
pub fn commissioning(since: Date, today: Date) -> Option<Commissioning> {
    let last = since.saturating_add((COMMISSIONING_DAYS_MAX - 1).days());
    if !(since..=last).contains(&today) {
        return None;
    }
    let day = today.since(since).ok()?.get_days() + 1;
    Some(Commissioning { day, last })
}

/// Until when nothing about an asset is escalated to its client: the later end of the two, as long
/// as either lasts. `asset_since` is absent for what concerns the client as a whole.
#[must_use]
pub fn held_back_until(client_since: Date, asset_since: Option<Date>, today: Date) -> Option<Date> {
    let both = [Some(client_since), asset_since];
    both.into_iter()
        .flatten()
        .filter_map(|since| commissioning(since, today))
        .map(|commissioning| commissioning.last)
        .max()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_day_is_the_day_of_coming_into_care_and_the_thirtieth_the_last() {
        let since = date(2026, 1, 10);
        let first = commissioning(since, since).unwrap();
        assert_eq!((first.day, first.last), (1, date(2026, 2, 8)));
        assert_eq!(commissioning(since, first.last).unwrap().day, 30);
        assert_eq!(commissioning(since, date(2026, 2, 9)), None);
        assert_eq!(commissioning(since, date(2026, 1, 9)), None);
    }

    #[test]
    fn a_new_asset_of_an_old_client_is_commissioned_and_the_client_is_not() {
        let (old, new) = (date(2020, 1, 1), date(2026, 1, 10));
        let today = date(2026, 1, 20);
        assert_eq!(
            held_back_until(old, Some(new), today),
            Some(date(2026, 2, 8))
        );
        assert_eq!(held_back_until(old, None, today), None);
    }

    proptest! {
        /// However long a client is in care, a commissioning never lasts longer than the most.
        #[test]
        fn it_is_never_longer_than_thirty_days(since in 0i32..4000, after in 0i32..4000) {
            let since = date(2020, 1, 1).saturating_add(since.days());
            let today = since.saturating_add(after.days());
            let lasts = commissioning(since, today).is_some();
            prop_assert_eq!(lasts, after < COMMISSIONING_DAYS_MAX);
        }
    }
}
