//! What was counted of one process of one client over one month, or of all its processes together.

use std::collections::BTreeMap;

use super::fact::Fact;

/// Numbers and lengths behind facts. A fact without an entry was not counted, because nothing that
/// is connected counts it: that is not zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Numbers of cases.
    pub counts: BTreeMap<Fact, u64>,
    /// Lengths, each in the unit of its fact: hours, minutes, days. An empty list is a month in
    /// which there was nothing to be timed.
    pub lengths: BTreeMap<Fact, Vec<f64>>,
    /// Finished work of which nobody can say what it came to: closed without a verdict, or with
    /// `unknown` or `review`. It counts in no numerator.
    pub not_evaluated: u64,
    /// What was due and not missed before each missed duty, since the missed one before it or since
    /// the month began; and since the last one.
    pub between: Between,
}

/// Chances that passed between two missed duties, in the order of their slots.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Between {
    /// One figure for each missed duty: what was not missed before it.
    pub before: Vec<u64>,
    /// What was not missed since the last one.
    pub after: u64,
}

impl Between {
    /// One more day, with so many duties due on it and so many of them missed. Within a day the
    /// order is not known; those missed are taken to come last.
    pub fn day(&mut self, due: u64, missed: u64) {
        self.after += due.saturating_sub(missed);
        for _ in 0..missed {
            self.before.push(self.after);
            self.after = 0;
        }
    }

    /// The figures of months that follow each other, put together: what passed between each two
    /// missed duties, the first of them after what passed before it.
    pub fn chained<'a>(months: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut whole = Self::default();
        for month in months {
            for (place, before) in month.before.iter().enumerate() {
                let carried = if place == 0 { whole.after } else { 0 };
                whole.before.push(carried + before);
            }
            whole.after = match month.before.len() {
                0 => whole.after + month.after,
                _ => month.after,
            };
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(days: &[(u64, u64)]) -> Between {
        let mut between = Between::default();
        for (due, missed) in days {
            between.day(*due, *missed);
        }
        between
    }

    #[test]
    fn what_passed_between_two_missed_duties_is_counted_across_months() {
        let first = month(&[(10, 1), (5, 0)]);
        assert_eq!(first.before, [9]);
        assert_eq!(first.after, 5);
        let none = month(&[(7, 0)]);
        let last = month(&[(3, 2), (1, 0)]);
        let all = Between::chained([&first, &none, &last]);
        assert_eq!(all.before, [9, 13, 0]);
        assert_eq!(all.after, 1);
    }

    #[test]
    fn months_put_together_are_the_days_put_together() {
        let days = [(4, 0), (6, 2), (1, 0), (0, 0), (9, 1), (2, 2), (5, 0)];
        for cut in 0..=days.len() {
            let (one, other) = days.split_at(cut);
            let chained = Between::chained([&month(one), &month(other)]);
            assert_eq!(chained, month(&days), "{cut}");
        }
    }
}
