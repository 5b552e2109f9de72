//! The report of one client's month.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::Equation;
use crate::measure::definition::Definition;
use crate::measure::reading::{Figure, Reading};
use crate::review::period::Period;
use crate::trend::chart::{Better, Trend};
use crate::trend::document::Document;
use crate::trend::word::{Assurance, Variation};

/// Measures on the page; the others stand in its annex. More than a dozen nobody reads.
pub const MEASURES_ON_PAGE_MAX: usize = 12;

/// Months that a chart shows, and that are counted where nobody counted them yet: as many as
/// limits are frozen from.
pub const MONTHS: u32 = 24;

/// Months that limits are worked out from at most: ten years. Older ones are not read any more.
pub const HISTORY_MONTHS: u32 = 120;

/// Days within which an exception's end is told.
pub const EXPIRING_DAYS: i32 = 60;

/// One page of oversight.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// What the provider is called.
    pub provider: String,
    /// The client's id.
    pub client: String,
    /// What the client is called.
    pub client_name: String,
    /// Which month.
    pub month: Period,
    /// Whether every duty of the month had ended when it was made; what is open may still come to
    /// anything.
    pub is_final: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// What changed, and what the reader must decide.
    pub sentence: String,
    /// What is to be known besides.
    pub rest: String,
    /// The duties whose slot is dated in the month.
    pub equation: Counted,
    /// Every measure; the first [`MEASURES_ON_PAGE_MAX`] are those of the page.
    pub measures: Vec<Row>,
    /// The one of them with the strongest signal.
    pub strongest: Option<usize>,
    /// What was missed in the month.
    pub missed: Vec<NamedDuty>,
    /// What was waived in it.
    pub waived: Vec<NamedDuty>,
    /// Exceptions that end within [`EXPIRING_DAYS`] of the month's end, or of the day it was made.
    pub expiring: Vec<Expiring>,
    /// What is promised and not covered.
    pub uncovered: Vec<String>,
    /// How the report could be wrong.
    pub doubts: Doubts,
    /// The newest signed head of the client's log; nothing before the first.
    pub checkpoint: Option<Checkpoint>,
}

/// What a report says in short, for the page over all clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Its sentence.
    pub sentence: String,
    /// How many measures worsen.
    pub worse: u64,
    /// How many never reach their aim as things are done now.
    pub failing: u64,
    /// How much that is in care or promised is not covered.
    pub uncovered: u64,
}

impl Report {
    /// The report in short.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let rows = |holds: fn(&Row) -> bool| {
            let count = self.measures.iter().filter(|row| holds(row)).count();
            u64::try_from(count).unwrap_or(u64::MAX)
        };
        Summary {
            sentence: self.sentence.clone(),
            worse: rows(|row| row.variation == Some(Variation::Worsening)),
            failing: rows(|row| row.assurance == Assurance::Fails),
            uncovered: u64::try_from(self.uncovered.len()).unwrap_or(u64::MAX),
        }
    }
}

/// The equation, with its names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counted {
    /// All.
    pub due: u64,
    /// On time.
    pub done: u64,
    /// After their time and within their grace.
    pub late: u64,
    /// Not within it.
    pub missed: u64,
    /// Let go beforehand, with a reason.
    pub waived: u64,
    /// Not decided yet.
    pub open: u64,
}

impl From<Equation> for Counted {
    fn from(equation: Equation) -> Self {
        Self {
            due: equation.due,
            done: equation.done,
            late: equation.late,
            missed: equation.missed,
            waived: equation.waived,
            open: equation.open,
        }
    }
}

/// A measure in the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// Which process declares it.
    pub process: String,
    /// Its name there.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Which way is better.
    pub better: Better,
    /// What is aimed at, in words.
    pub aim: String,
    /// What it came to over its window, in words.
    pub now: String,
    /// The same as figures.
    pub figure: Figure,
    /// Finished work of this month that could not be judged.
    pub not_evaluated: u64,
    /// Its readings, oldest first.
    pub readings: Vec<Reading>,
    /// Whether it changes; none where nothing is aimed at.
    pub variation: Option<Variation>,
    /// Whether it reaches its aim.
    pub assurance: Assurance,
    /// Its chart as a document.
    pub trend: Option<Document>,
    /// Its chart.
    #[serde(skip)]
    pub drawn: Option<Trend>,
}

/// A duty by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NamedDuty {
    /// Its ticket.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// For which asset.
    pub asset: Option<String>,
    /// On which date.
    pub slot: Date,
    /// What became of it: when it was done afterwards, or why it was waived.
    pub word: String,
}

/// An exception that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Expiring {
    /// Which.
    pub exception: String,
    /// What it waives.
    pub what: String,
    /// Its last day.
    pub to: Date,
    /// Why it was granted.
    pub reason: String,
}

/// How the report could be wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Doubts {
    /// Sources and jobs that are silent, each in a sentence.
    pub silent: Vec<String>,
    /// Tickets closed in the month of which nobody can say what they came to.
    pub not_evaluated: u64,
    /// Tickets finished in the month.
    pub finished: u64,
    /// Of these, inspected by a second person.
    pub checked: u64,
    /// What that proves, in a sentence.
    pub power: String,
    /// Measures that nothing feeds.
    pub not_counted: Vec<String>,
}

/// A signed head of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Checkpoint {
    /// Of which log.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// Its root, base64.
    pub root: String,
}

/// A measure's figure and aim in words.
#[must_use]
pub fn words_of(definition: &Definition, figure: Figure) -> (String, String) {
    use crate::measure::definition::{Shape, Target};
    let is_ratio = matches!(definition.shape, Shape::Ratio { .. });
    let now = match figure {
        Figure::Ratio(ratio) if ratio.total < FEW => format!("{} of {}", ratio.good, ratio.total),
        Figure::Ratio(ratio) => format!(
            "{} ({} of {})",
            per_cent(ratio.share().unwrap_or_default()),
            ratio.good,
            ratio.total
        ),
        Figure::Single(value) => with_unit(value, &definition.unit),
        Figure::NoCase => "no case".to_owned(),
        Figure::NotCounted => "not counted".to_owned(),
    };
    let aim = match (definition.target, definition.better) {
        (Target::Rto, _) => "the agreed RTO".to_owned(),
        (Target::Rpo, _) => "the agreed RPO".to_owned(),
        (Target::Figure(share), Better::Up) if is_ratio && share >= 1.0 => "all".to_owned(),
        (Target::Figure(share), Better::Up) if is_ratio => format!("at least {}", per_cent(share)),
        (Target::Figure(share), Better::Down) if is_ratio => format!("at most {}", per_cent(share)),
        (Target::Figure(value), Better::Down) if value <= 0.0 => "none".to_owned(),
        (Target::Figure(value), Better::Up) => {
            format!("at least {}", with_unit(value, &definition.unit))
        }
        (Target::Figure(value), Better::Down) => {
            format!("at most {}", with_unit(value, &definition.unit))
        }
    };
    (now, aim)
}

/// Of fewer cases a percentage says more than there is.
const FEW: u64 = 50;

fn per_cent(share: f64) -> String {
    format!("{} %", short(share * 100.0))
}

fn with_unit(value: f64, unit: &str) -> String {
    let short = short(value);
    match unit {
        "minutes" => format!("{short} min"),
        "hours" => format!("{short} h"),
        "days" if short == "1" => "1 day".to_owned(),
        "days" => format!("{short} days"),
        _ => short,
    }
}

/// With one figure after the point, where it is not a zero.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
