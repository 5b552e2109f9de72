//! A trend as one document for programs. `chart`, `centre`, `lower`, `upper`, `upper_range` and
//! `signals` are what others script against and stay as they are; what else is needed to draw the
//! chart stands beside them.

use serde::Serialize;

use super::chart::{Better, Chart, Point, Trend};
use super::phase::{Phase, State};
use super::sentence::sentence;
use super::signal::Signal;
use super::word::{Assurance, Variation};

/// A limit: one figure where it is the same at each point, otherwise one for each.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Limit {
    /// The same everywhere; null where there is none.
    Everywhere(Option<f64>),
    /// For each point; null where there is none.
    ByPoint(Vec<Option<f64>>),
}

/// A reading with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Named {
    /// Its name, such as its month.
    pub name: String,
    /// Its place on the chart.
    #[serde(flatten)]
    pub point: Point,
}

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// Which chart.
    pub chart: Chart,
    /// The centre line of today; on a rolling chart the share in the newest window.
    pub centre: Option<f64>,
    /// The lower limit; of an interval on a rolling chart.
    pub lower: Limit,
    /// The upper limit, likewise.
    pub upper: Limit,
    /// Today's upper limit of moving ranges, on an XmR chart.
    pub upper_range: Option<f64>,
    /// Every signal; indices count from 0, gaps included.
    pub signals: Vec<Signal>,
    /// How well founded today's limits are.
    pub state: State,
    /// Which way is better, if anybody said so.
    pub better: Option<Better>,
    /// What is aimed at.
    pub target: Option<f64>,
    /// Whether it is changing.
    pub variation: Option<Variation>,
    /// Whether it is good enough.
    pub assurance: Assurance,
    /// All of it in words.
    pub sentence: String,
    /// The stretches between new starts.
    pub phases: Vec<Phase>,
    /// The points.
    pub points: Vec<Named>,
}

/// The document of a trend. `name` gives each reading's own name.
#[must_use]
pub fn document(trend: &Trend, name: impl Fn(usize) -> String) -> Document {
    let today = trend.newest_phase();
    let points = trend.points.iter().enumerate();
    Document {
        chart: trend.chart,
        centre: today.and_then(|phase| phase.centre),
        lower: limit(trend, |phase| phase.lower, |point| point.lower),
        upper: limit(trend, |phase| phase.upper, |point| point.upper),
        upper_range: today.and_then(|phase| phase.upper_range),
        signals: trend.signals.clone(),
        state: trend.state(),
        better: trend.aim.map(|aim| aim.better),
        target: trend.aim.and_then(|aim| aim.target),
        variation: trend.variation(),
        assurance: trend.assurance(),
        sentence: sentence(trend, &name),
        phases: trend.phases.clone(),
        points: points
            .map(|(index, point)| Named {
                name: name(index),
                point: *point,
            })
            .collect(),
    }
}

fn limit(
    trend: &Trend,
    of_phase: impl Fn(&Phase) -> Option<f64>,
    of_point: impl Fn(&Point) -> Option<f64>,
) -> Limit {
    match trend.phases.as_slice() {
        [phase] if !trend.chart.is_of_ratios() => Limit::Everywhere(of_phase(phase)),
        _ => Limit::ByPoint(trend.points.iter().map(of_point).collect()),
    }
}
