//! Oversight of one client's month: one sentence, the equation, the measures with what changes and
//! what does not, the missed by name, and how the page could be wrong.

use askama::Template;
use duly_core::measure::reading::Figure;
use duly_core::oversight::report::{Report, Row};
use duly_core::trend::chart;
use duly_core::trend::word::{Assurance, Variation};

use crate::filters;
use crate::part::chart::Chart;
use crate::part::client_nav::ClientNav;
use crate::part::equation::EquationLine;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// Most duties that are named on the page; the pack names every one.
pub const DUTIES_SHOWN_MAX: usize = 20;

/// Months of one stable measure for each signal that is none, with the two rules and limits frozen
/// from 24 months: 1.9 to 2.5 in a hundred of the newest months.
const FALSE_SIGNAL_MEASURE_MONTHS: usize = 50;

/// Beyond two years nobody counts on it.
const MONTHS_WORTH_TELLING: usize = 24;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "oversight.html")]
pub struct Oversight {
    /// What stands around it.
    pub frame: Frame,
    /// The client.
    pub client: Named,
    /// The pages about the client.
    pub nav: ClientNav,
    /// The equation.
    pub equation: EquationLine,
    /// The month, as an address holds it.
    pub month: String,
    /// The month before, if anything was due then.
    pub before: Option<String>,
    /// The month after, up to the present one.
    pub after: Option<String>,
    /// What it shows.
    pub report: Report,
    /// The measures of the page.
    pub measures: Vec<MeasureLine>,
    /// The others that are counted.
    pub others: Vec<MeasureLine>,
    /// The strongest signal, drawn large.
    pub strongest: Option<Strongest>,
}

/// One measure.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureLine {
    /// Its address.
    pub address: String,
    /// What it is called.
    pub title: String,
    /// What it came to.
    pub now: String,
    /// What is aimed at.
    pub aim: String,
    /// What could not be judged.
    pub not_evaluated: u64,
    /// Its small chart.
    pub spark: Chart,
    /// Whether it changes.
    pub variation: State,
    /// Whether it reaches its aim.
    pub assurance: State,
}

/// The large chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Strongest {
    /// What it shows.
    pub title: String,
    /// Its picture.
    pub chart: Chart,
    /// What it says, in words.
    pub sentence: String,
    /// Where its readings are.
    pub address: String,
    /// Whether it is one: without a signal, the chart of the first measure stands here.
    pub is_signal: bool,
}

impl Oversight {
    fn is_client_covered(&self) -> bool {
        self.report.uncovered.is_empty()
    }

    /// In how many months one signal is to be expected that is none; nothing for so few measures
    /// that it is years.
    fn false_signal_months(&self) -> Option<usize> {
        let measures = self.measures.len() + self.others.len();
        let months = FALSE_SIGNAL_MEASURE_MONTHS.checked_div(measures)?;
        (months <= MONTHS_WORTH_TELLING).then_some(months.max(2))
    }

    fn hidden(all: usize) -> usize {
        all.saturating_sub(DUTIES_SHOWN_MAX)
    }
}

/// Whether a measure changes, told by word, shape and hue.
#[must_use]
pub fn variation(row: &Row) -> State {
    if row.figure == Figure::NotCounted {
        return State::new(Shape::Nothing, "not counted");
    }
    match row.variation {
        Some(Variation::Improving) => State::new(Shape::Pass, "better than before"),
        Some(Variation::Worsening) => State::new(Shape::Fail, "worse than before"),
        Some(Variation::CommonCause) => State::new(Shape::Open, "varies as always"),
        Some(Variation::TooFew) => State::new(Shape::Unknown, "too early to say"),
        None => State::new(Shape::Nothing, "not looked for"),
    }
}

/// Whether it reaches its aim.
#[must_use]
pub fn assurance(row: &Row) -> State {
    if row.figure == Figure::NotCounted {
        return State::new(Shape::Nothing, "not counted");
    }
    let is_tested = row
        .drawn
        .as_ref()
        .is_some_and(|drawn| drawn.chart == chart::Chart::Rolling);
    match row.assurance {
        Assurance::Reaches => State::new(Shape::Pass, "reached"),
        Assurance::Fails => State::new(Shape::Fail, "falls short"),
        Assurance::HitOrMiss if is_tested => State::new(Shape::Unknown, "cannot be told"),
        Assurance::HitOrMiss => State::new(Shape::Look, "left to chance"),
        Assurance::NoTarget => State::new(Shape::Nothing, "no aim"),
        Assurance::TooFew => State::new(Shape::Unknown, "too early to say"),
    }
}
