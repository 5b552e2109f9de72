//! The equation, as it stands wherever numbers stand: `due = done + late + missed + waived + open`.
//!
//! The six figures come from the store. If they do not add up the piece says so in words, beside
//! them, rather than showing five that look right.

use askama::Template;
use askama::filters::HtmlSafe;
use duly_core::accounts::Equation;

use crate::filters;
use crate::words::number::grouped;

/// Width of the bar in its own units; the page stretches it.
const BAR_UNITS: u64 = 1_000;

/// A term that is not zero is at least this wide, so that one missed among thousands is seen.
const TERM_UNITS_MIN: u64 = 8;

/// Space between two terms of the bar.
const GAP_UNITS: u64 = 3;

/// The equation of one period.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/equation.html")]
pub struct EquationLine {
    /// The period in words: `November 2026`.
    pub period: String,
    /// The figures.
    pub equation: Equation,
    /// Of the waived, how many by a client's own word.
    pub waived_by_client: u64,
}

impl HtmlSafe for EquationLine {}

/// One stretch of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Which term; also its class.
    pub term: &'static str,
    /// Where it begins.
    pub x: u64,
    /// How wide it is.
    pub width: u64,
}

impl EquationLine {
    /// The five terms of the right-hand side, in their order.
    fn terms(&self) -> [(&'static str, u64); 5] {
        let equation = &self.equation;
        [
            ("done", equation.done),
            ("late", equation.late),
            ("missed", equation.missed),
            ("waived", equation.waived),
            ("open", equation.open),
        ]
    }

    /// Of the waived, how many by the provider's word.
    fn waived_by_provider(&self) -> String {
        grouped(self.equation.waived.saturating_sub(self.waived_by_client))
    }

    /// Whether the figures add up; they do, unless a record has been damaged.
    fn adds_up(&self) -> bool {
        let mut sum = 0_u64;
        for (_, count) in self.terms() {
            sum = sum.saturating_add(count);
        }
        sum == self.equation.due
    }

    /// The bar under the figures. Terms that are not zero share the width, none below
    /// [`TERM_UNITS_MIN`].
    fn bar(&self) -> Vec<Stretch> {
        let present: Vec<(&'static str, u64)> = self
            .terms()
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect();
        let number = u64::try_from(present.len()).unwrap_or(u64::MAX);
        let total: u64 = present
            .iter()
            .fold(0, |sum, (_, count)| sum.saturating_add(*count));
        if total == 0 {
            return Vec::new();
        }
        let fixed = number * TERM_UNITS_MIN + number.saturating_sub(1) * GAP_UNITS;
        let shared = u128::from(BAR_UNITS.saturating_sub(fixed));
        let mut x = 0;
        let mut bar = Vec::with_capacity(present.len());
        for (term, count) in present {
            let share = u128::from(count) * shared / u128::from(total);
            let width = TERM_UNITS_MIN + u64::try_from(share).unwrap_or(0);
            bar.push(Stretch { term, x, width });
            x += width + GAP_UNITS;
        }
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(due: u64, terms: [u64; 5]) -> EquationLine {
        let [done, late, missed, waived, open] = terms;
        EquationLine {
            period: "November 2026".to_owned(),
            equation: Equation {
                due,
                done,
                late,
                missed,
                waived,
                open,
            },
            waived_by_client: 1,
        }
    }

    #[test]
    fn what_the_client_waived_stands_apart_from_what_the_provider_waived() {
        let text = line(182, [151, 7, 2, 3, 19]).to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("1 by the client, 2 by the provider"),
            "{text}"
        );
        assert!(!line(179, [151, 7, 2, 0, 19]).to_string().contains("by the"));
    }

    #[test]
    fn one_missed_among_a_million_is_still_seen() {
        let bar = line(1_000_000, [999_999, 0, 1, 0, 0]).bar();
        let missed = bar.iter().find(|stretch| stretch.term == "missed").unwrap();
        assert!(missed.width >= TERM_UNITS_MIN);
    }

    #[test]
    fn the_bar_stays_within_its_width() {
        for terms in [
            [151, 7, 2, 3, 19],
            [1, 1, 1, 1, 1],
            [u64::MAX / 8, 1, 0, 0, 0],
        ] {
            let bar = line(0, terms).bar();
            let last = bar.last().unwrap();
            assert!(last.x + last.width <= BAR_UNITS, "{terms:?}");
        }
    }

    #[test]
    fn nothing_due_draws_no_bar() {
        assert!(line(0, [0; 5]).bar().is_empty());
    }

    #[test]
    fn figures_that_do_not_add_up_are_called_out() {
        let wrong = line(182, [151, 7, 2, 3, 18]).to_string();
        assert!(wrong.contains("do not add up"), "{wrong}");
        let right = line(182, [151, 7, 2, 3, 19]).to_string();
        assert!(!right.contains("do not add up"), "{right}");
    }
}
