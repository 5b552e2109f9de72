//! A measure on paper: its words with their signs, its small chart, and the table of its readings.

use duly_core::measure::reading::{Figure, Reading};
use duly_core::oversight::chart::{Words, large, spark};
use duly_core::oversight::report::{Report, Row};
use duly_core::oversight::word::{assurance, is_tested, variation};
use duly_core::review::period::Period;
use duly_core::trend::word::{Assurance, Variation};
use serde::Serialize;

use super::words::grouped;
use crate::letters::Letters;

/// One of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Measure {
    title: String,
    /// By which process, and its name there.
    declared: String,
    now: String,
    aim: String,
    not_evaluated: u64,
    variation: Told,
    assurance: Told,
    /// As SVG; empty where there is nothing to draw.
    spark: String,
    /// What stands for the picture.
    sentence: String,
    /// Whether it is read as so many out of so many.
    is_ratio: bool,
    readings: Vec<Line>,
}

/// A word with its sign, which is told apart by its shape alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told {
    sign: Sign,
    word: &'static str,
}

/// The signs of the pages.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Sign {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// Somebody should look.
    Look,
    /// It is not known.
    Unknown,
    /// As always.
    Open,
    /// Nothing to tell.
    Nothing,
}

/// A reading.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line {
    month: String,
    /// Numerator, denominator, and what that is; the first two empty for a single figure.
    good: String,
    total: String,
    figure: String,
    not_evaluated: String,
}

/// The one large chart.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Large {
    title: String,
    chart: String,
    sentence: String,
    /// Without a signal, the chart of the first measure stands here.
    is_signal: bool,
}

impl Measure {
    pub fn of(row: &Row, letters: &Letters) -> Self {
        let sentence = sentence(row);
        let drawn = row.drawn.as_ref();
        Self {
            title: letters.print(&row.title),
            declared: letters.print(&format!("{} · {}", row.process, row.id)),
            now: letters.print(&row.now),
            aim: letters.print(&row.aim),
            not_evaluated: row.not_evaluated,
            variation: Told {
                sign: varies(row),
                word: variation(row),
            },
            assurance: Told {
                sign: reaches(row),
                word: assurance(row),
            },
            spark: drawn.map_or_else(String::new, |drawn| spark(drawn, "")),
            sentence: letters.print(sentence),
            is_ratio: row
                .readings
                .iter()
                .any(|reading| matches!(reading.figure, Figure::Ratio(_))),
            readings: row.readings.iter().map(Line::of).collect(),
        }
    }
}

impl Line {
    fn of(reading: &Reading) -> Self {
        let (good, total, figure) = match reading.figure {
            Figure::Ratio(ratio) => (
                grouped(ratio.good),
                grouped(ratio.total),
                ratio
                    .share()
                    .map_or_else(String::new, |share| format!("{:.1} %", share * 100.0)),
            ),
            Figure::Single(value) => (String::new(), String::new(), plain(value)),
            Figure::NoCase => (String::new(), String::new(), "no case".to_owned()),
            Figure::NotCounted => (String::new(), String::new(), "not counted".to_owned()),
        };
        Self {
            month: month(reading.month),
            good,
            total,
            figure,
            not_evaluated: grouped(reading.not_evaluated),
        }
    }
}

impl Large {
    pub fn of(report: &Report, letters: &Letters) -> Option<Self> {
        let row = report.measures.get(report.strongest?)?;
        let (drawn, trend) = (row.drawn.as_ref()?, row.trend.as_ref()?);
        let named = |name: &str| name.parse().map_or_else(|_| name.to_owned(), month);
        let names: Vec<String> = trend
            .points
            .iter()
            .map(|point| named(&point.name))
            .collect();
        let aim = letters.print(&format!("aim: {}", row.aim));
        let words = Words {
            title: "",
            sentence: "",
            names: &names,
            aim: &aim,
            id: "strongest",
        };
        let chart = large(drawn, &words);
        (!chart.is_empty()).then(|| Self {
            title: letters.print(&row.title),
            chart,
            sentence: letters.print(&trend.sentence),
            is_signal: drawn.signals_now().next().is_some(),
        })
    }
}

fn sentence(row: &Row) -> &str {
    let trend = row.trend.as_ref();
    trend.map_or("not drawn", |trend| trend.sentence.as_str())
}

/// `Nov 2026`.
fn month(month: Period) -> String {
    month.first().strftime("%b %Y").to_string()
}

/// A single figure as it was read, with at most three digits after the point.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn varies(row: &Row) -> Sign {
    if row.figure == Figure::NotCounted {
        return Sign::Nothing;
    }
    match row.variation {
        Some(Variation::Improving) => Sign::Pass,
        Some(Variation::Worsening) => Sign::Fail,
        Some(Variation::CommonCause) => Sign::Open,
        Some(Variation::TooFew) => Sign::Unknown,
        None => Sign::Nothing,
    }
}

fn reaches(row: &Row) -> Sign {
    if row.figure == Figure::NotCounted {
        return Sign::Nothing;
    }
    match row.assurance {
        Assurance::Reaches => Sign::Pass,
        Assurance::Fails => Sign::Fail,
        Assurance::HitOrMiss if is_tested(row) => Sign::Unknown,
        Assurance::HitOrMiss => Sign::Look,
        Assurance::NoTarget => Sign::Nothing,
        Assurance::TooFew => Sign::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_figures_keep_what_was_read_and_no_more() {
        let all = [0.0, -0.0, 17.0, 17.25, 1.0 / 3.0, 1e12].map(plain);
        assert_eq!(all, ["0", "0", "17", "17.25", "0.333", "1000000000000"]);
    }
}
