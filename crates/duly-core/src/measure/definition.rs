//! A measure as declared, with its words read: what is counted, in which unit, which way is better,
//! what is aimed at, and over how long.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use crate::process::Measure;
use crate::trend::chart::{Better, Chart};

/// Months of the longest window: a figure over more says nothing about today.
pub const WINDOW_MONTHS_MAX: u32 = 24;

/// What one figure is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// So many good ones out of so many.
    Ratio {
        /// The numerator.
        good: Fact,
        /// The denominator.
        total: Fact,
    },
    /// A single number: a count, or a function of lengths.
    Single {
        /// How many become one; none for what is a number already.
        function: Option<Function>,
        /// Of what.
        fact: Fact,
    },
}

/// Makes one figure of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// How many there are.
    Count,
    /// All of them together.
    Sum,
    /// Their mean.
    Mean,
    /// The middle one, or the mean of the two in the middle.
    Median,
    /// The largest.
    Max,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Count, Self::Sum, Self::Mean, Self::Median, Self::Max];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Max => "max",
        }
    }
}

/// What is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A share between 0 and 1, or a figure in the unit of the measure.
    Figure(f64),
    /// What the contract allows for bringing a system back.
    Rto,
    /// What the contract allows to be lost.
    Rpo,
}

/// How a row of its readings is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// On a chart made from its monthly readings.
    Monthly(Chart),
    /// On a chart of how many chances passed between two events.
    Between,
    /// Not at all: the things themselves are named.
    Named,
}

/// A measure with its words read.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name within the process.
    pub id: String,
    /// What it is made of.
    pub shape: Shape,
    /// Months that its figure for today is made from.
    pub window_months: u32,
    /// `ratio`, `count`, `minutes`, `hours`, `days`.
    pub unit: String,
    /// Which way is better.
    pub better: Better,
    /// What is aimed at.
    pub target: Target,
    /// How it is drawn.
    pub drawn: Drawn,
}

/// A word of a measure that nothing here knows; a published process may be older or newer than the
/// program that reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the measure `{measure}` says `{word}`, which is not known here")]
pub struct UnknownWord {
    /// Which measure.
    pub measure: String,
    /// What it says.
    pub word: String,
}

impl Definition {
    /// Reads the words of a declared measure.
    ///
    /// # Errors
    ///
    /// [`UnknownWord`].
    pub fn of(measure: &Measure) -> Result<Self, UnknownWord> {
        let unknown = |word: &str| UnknownWord {
            measure: measure.id.clone(),
            word: word.to_owned(),
        };
        let fact = |word: &str| Fact::from_word(word).ok_or_else(|| unknown(word));
        let shape = match (&measure.good, &measure.total, &measure.value) {
            (Some(good), Some(total), None) => Shape::Ratio {
                good: fact(good)?,
                total: fact(total)?,
            },
            (None, None, Some(value)) => {
                let (function, name) = function_of(value);
                Shape::Single {
                    function,
                    fact: fact(name)?,
                }
            }
            _ => return Err(unknown("neither a ratio nor a value")),
        };
        let is_ratio = matches!(shape, Shape::Ratio { .. });
        Ok(Self {
            id: measure.id.clone(),
            window_months: months(&measure.window).ok_or_else(|| unknown(&measure.window))?,
            unit: measure.unit.clone(),
            better: match measure.better.as_str() {
                "up" => Better::Up,
                "down" => Better::Down,
                other => return Err(unknown(other)),
            },
            target: target(&measure.target).ok_or_else(|| unknown(&measure.target))?,
            drawn: drawn(measure.chart.as_deref(), shape).ok_or_else(|| {
                unknown(measure.chart.as_deref().unwrap_or(if is_ratio {
                    "ratio"
                } else {
                    "value"
                }))
            })?,
            shape,
        })
    }

    /// The share or the figure that is aimed at, in the unit of the readings; none where the
    /// contract says it and nobody has written down what it says.
    #[must_use]
    pub fn target_figure(&self) -> Option<f64> {
        match self.target {
            Target::Figure(figure) => Some(figure),
            Target::Rto | Target::Rpo => None,
        }
    }

    /// The facts that it names.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + use<> {
        let (one, other) = match self.shape {
            Shape::Ratio { good, total } => (good, Some(total)),
            Shape::Single { fact, .. } => (fact, None),
        };
        std::iter::once(one).chain(other)
    }
}

/// `median(run.minutes)` as a function and a fact.
fn function_of(text: &str) -> (Option<Function>, &str) {
    Function::ALL
        .into_iter()
        .find_map(|function| {
            let rest = text.strip_prefix(function.word())?;
            let fact = rest.strip_prefix('(')?.strip_suffix(')')?;
            Some((Some(function), fact))
        })
        .unwrap_or((None, text))
}

/// `12 months`, `1 month` as a number of them.
fn months(text: &str) -> Option<u32> {
    let (number, unit) = text.split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    let is_month = matches!(unit, "month" | "months");
    (is_month && (1..=WINDOW_MONTHS_MAX).contains(&number)).then_some(number)
}

fn target(text: &str) -> Option<Target> {
    match text {
        "rto" => return Some(Target::Rto),
        "rpo" => return Some(Target::Rpo),
        _ => {}
    }
    let (digits, divisor) = text
        .strip_suffix('%')
        .map_or((text, 1.0), |text| (text, 100.0));
    let figure: f64 = digits.parse().ok()?;
    figure
        .is_finite()
        .then_some(Target::Figure(figure / divisor))
}

/// Which chart is honest. What is a state of the same things month after month is no sample of
/// anything: the chance of a binomial does not apply to it, so it is drawn as single values.
fn drawn(chart: Option<&str>, shape: Shape) -> Option<Drawn> {
    let monthly = |chart| Some(Drawn::Monthly(chart));
    if let Shape::Ratio { good, total } = shape {
        return match chart {
            _ if good.is_level() || total.is_level() => monthly(Chart::Xmr),
            None | Some("rolling") => monthly(Chart::Rolling),
            Some("p-prime") => monthly(Chart::PPrime),
            Some(_) => None,
        };
    }
    match chart {
        None | Some("xmr") => monthly(Chart::Xmr),
        Some("between") => Some(Drawn::Between),
        Some("list") => Some(Drawn::Named),
        Some(_) => None,
    }
}
