//! Figures as programs print them, and what is said of several of the same kind.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

/// What a line with a figure begins with.
const PREFIX: &str = "figure ";

/// All figures taken so far, by label.
#[derive(Default)]
pub struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    /// Takes the figures out of what a program printed; other lines are left alone.
    ///
    /// # Errors
    ///
    /// A line begins like one with a figure and is none, or its value is not above zero.
    pub fn read(&mut self, printed: &str) -> Result<()> {
        for line in printed.lines() {
            let Some(rest) = line.strip_prefix(PREFIX) else {
                continue;
            };
            let mut words = rest.split_whitespace();
            let label = words.next().with_context(|| format!("no label: {line}"))?;
            let value = words.next().and_then(|value| value.parse::<f64>().ok());
            let value = value.filter(|value| value.is_finite() && *value > 0.0);
            let value = value.with_context(|| format!("no figure: {line}"))?;
            self.0.entry(label.to_owned()).or_default().push(value);
        }
        Ok(())
    }

    /// The median of a label's figures; the mean of the two in the middle of an even number.
    pub fn median(&self, label: &str) -> Option<f64> {
        let sorted = self.sorted(label);
        let upper = sorted.get(sorted.len() / 2)?;
        let lower = sorted.get((sorted.len() - 1) / 2)?;
        Some(f64::midpoint(*lower, *upper))
    }

    /// Median, spread and number of a label's figures.
    pub fn summary(&self, label: &str) -> String {
        let sorted = self.sorted(label);
        let (Some(median), Some(least), Some(most)) =
            (self.median(label), sorted.first(), sorted.last())
        else {
            return "none".to_owned();
        };
        let (least, most) = (rate(*least), rate(*most));
        format!(
            "{:>12} ({least} to {most}, n = {})",
            rate(median),
            sorted.len()
        )
    }

    fn sorted(&self, label: &str) -> Vec<f64> {
        let mut sorted = self.0.get(label).cloned().unwrap_or_default();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// A figure with three significant digits, thousands set apart.
pub fn rate(value: f64) -> String {
    if value < 100.0 {
        let digits = if value < 1.0 { 3 } else { 2 };
        return format!("{value:.digits$}");
    }
    let whole = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(printed: &str) -> Figures {
        let mut figures = Figures::default();
        figures.read(printed).unwrap();
        figures
    }

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        let odd = figures("figure a 3\nhello\nfigure a 1\nfigure a 200\n");
        assert_eq!(odd.median("a"), Some(3.0));
        let even = figures("figure a 4\nfigure a 1\nfigure a 2\nfigure a 9\n");
        assert_eq!(even.median("a"), Some(3.0));
        assert_eq!(even.median("b"), None);
    }

    #[test]
    fn a_line_without_a_figure_is_an_error() {
        assert!(Figures::default().read("figure a fast\n").is_err());
        assert!(Figures::default().read("figure a 0\n").is_err());
    }

    #[test]
    fn large_figures_are_set_in_groups_of_three() {
        assert_eq!(
            (rate(1_234_567.4), rate(0.6367)),
            ("1,234,567".into(), "0.637".into())
        );
    }
}
