//! One reading: what a measure came to in one month.

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Function, Shape};
use super::facts::{Between, Facts};
use crate::review::period::Period;
use crate::trend::reading::Ratio;

/// What a measure came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// So many out of so many.
    Ratio(Ratio),
    /// A single figure, in the unit of the measure.
    Single(f64),
    /// There was nothing of the kind that month.
    NoCase,
    /// Nothing that is connected counts it.
    NotCounted,
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reading {
    /// Of which month.
    pub month: Period,
    /// What it came to.
    pub figure: Figure,
    /// What was finished and could not be judged. It is in no numerator.
    pub not_evaluated: u64,
    /// For what is drawn by what passed between two events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<Between>,
}

/// Reads a measure from what was counted.
#[must_use]
pub fn read(definition: &Definition, facts: &Facts, month: Period) -> Reading {
    let figure = match definition.shape {
        Shape::Ratio { good, total } => match (facts.counts.get(&good), facts.counts.get(&total)) {
            (_, Some(0)) => Figure::NoCase,
            (Some(&good), Some(&total)) => Figure::Ratio(Ratio { good, total }),
            _ => Figure::NotCounted,
        },
        Shape::Single { function, fact } => {
            match (facts.counts.get(&fact), facts.lengths.get(&fact)) {
                (Some(&count), _) => Figure::Single(count as f64),
                (None, Some(lengths)) => of_many(function.unwrap_or(Function::Sum), lengths),
                (None, None) => Figure::NotCounted,
            }
        }
    };
    let is_between = definition.drawn == super::definition::Drawn::Between;
    Reading {
        month,
        figure,
        not_evaluated: facts.not_evaluated,
        between: is_between.then(|| facts.between.clone()),
    }
}

/// The figure over a window that ends with the newest reading: cases add up; of what is a state, or
/// a single figure, the newest counts.
#[must_use]
pub fn over_window(definition: &Definition, readings: &[Reading]) -> Figure {
    let window = usize::try_from(definition.window_months).unwrap_or(usize::MAX);
    let newest = readings.get(readings.len().saturating_sub(window)..);
    let newest = newest.unwrap_or_default();
    let Shape::Ratio { good, total } = definition.shape else {
        return newest.last().map_or(Figure::NotCounted, |one| one.figure);
    };
    if good.is_level() || total.is_level() {
        return newest.last().map_or(Figure::NotCounted, |one| one.figure);
    }
    let mut sum = Ratio { good: 0, total: 0 };
    let mut is_counted = false;
    for reading in newest {
        match reading.figure {
            Figure::Ratio(ratio) => {
                sum.good += ratio.good;
                sum.total += ratio.total;
                is_counted = true;
            }
            Figure::NoCase => is_counted = true,
            Figure::Single(_) | Figure::NotCounted => {}
        }
    }
    match (is_counted, sum.total) {
        (false, _) => Figure::NotCounted,
        (true, 0) => Figure::NoCase,
        (true, _) => Figure::Ratio(sum),
    }
}

fn of_many(function: Function, lengths: &[f64]) -> Figure {
    let count = lengths.len() as f64;
    let sum: f64 = lengths.iter().sum();
    if function == Function::Count {
        return Figure::Single(count);
    }
    let mut sorted = lengths.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.last().copied() else {
        return Figure::NoCase;
    };
    let half = sorted.len() / 2;
    let middle = sorted.get(half).copied().unwrap_or(last);
    let before = sorted
        .get(half.saturating_sub(1))
        .copied()
        .unwrap_or(middle);
    Figure::Single(match function {
        Function::Count => count,
        Function::Sum => sum,
        Function::Mean => sum / count,
        Function::Max => last,
        Function::Median if sorted.len() % 2 == 1 => middle,
        Function::Median => (before + middle) / 2.0,
    })
}
