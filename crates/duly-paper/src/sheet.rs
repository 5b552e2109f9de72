//! What the layout is given of a report: every text that is printed, as it is printed, and the
//! charts. Each word that came from outside of this program goes through [`Letters`] here.
//!
//! The layout decides how much of it the first page holds; the annex holds all of it.

mod measure;
mod words;

use duly_core::oversight::report::{Expiring, MEASURES_ON_PAGE_MAX, NamedDuty, Report};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::letters::Letters;
use measure::{Large, Measure};
use words::{day, grouped, short_day};

/// Everything.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sheet {
    title: String,
    provider: String,
    client: String,
    month: String,
    /// Whether figures may still change, and when it was made.
    standing: String,
    sentence: String,
    rest: String,
    /// `214 due`, and what it is the sum of.
    equation: Vec<(String, &'static str)>,
    measures: Vec<Measure>,
    on_page: usize,
    large: Option<Large>,
    missed: Vec<Duty>,
    waived: Vec<Duty>,
    expiring: Vec<Ending>,
    /// How it could be wrong, in sentences.
    doubts: Vec<String>,
    /// How many entries the newest signed head covers, its root, and the log's name.
    checkpoint: Option<(String, String, String)>,
}

/// A duty by name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Duty {
    day: String,
    short_day: String,
    title: String,
    asset: String,
    word: String,
}

/// An exception that ends.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ending {
    day: String,
    what: String,
    reason: String,
}

impl Sheet {
    pub fn of(report: &Report, letters: &Letters) -> Self {
        let print = |text: &str| letters.print(text);
        let month = report.month.first().strftime("%B %Y").to_string();
        let measures: Vec<Measure> = report
            .measures
            .iter()
            .map(|row| Measure::of(row, letters))
            .collect();
        let client = print(&report.client_name);
        Self {
            title: format!("{client}: what was promised and done in {month}"),
            provider: print(&report.provider),
            standing: standing(report),
            sentence: print(&report.sentence),
            rest: print(&report.rest),
            equation: equation(report),
            on_page: measures.len().min(MEASURES_ON_PAGE_MAX),
            measures,
            large: Large::of(report, letters),
            missed: duties(&report.missed, letters),
            waived: duties(&report.waived, letters),
            expiring: report
                .expiring
                .iter()
                .map(|one| Ending::of(one, letters))
                .collect(),
            doubts: words::doubts(report).iter().map(|one| print(one)).collect(),
            checkpoint: report.checkpoint.as_ref().map(|head| {
                let size = words::counted(head.size, "entry", "entries");
                (size, print(&head.root), print(&head.origin))
            }),
            client,
            month,
        }
    }
}

fn duties(duties: &[NamedDuty], letters: &Letters) -> Vec<Duty> {
    let duty = |duty: &NamedDuty| Duty {
        day: day(duty.slot),
        short_day: short_day(duty.slot),
        title: letters.print(&duty.title),
        asset: letters.print(duty.asset.as_deref().unwrap_or_default()),
        word: letters.print(&duty.word),
    };
    duties.iter().map(duty).collect()
}

impl Ending {
    fn of(one: &Expiring, letters: &Letters) -> Self {
        Self {
            day: day(one.to),
            what: letters.print(&one.what),
            reason: letters.print(&one.reason),
        }
    }
}

fn standing(report: &Report) -> String {
    let made = TimeZone::UTC.to_datetime(report.made_at);
    let at = made.strftime("%H:%M UTC");
    let made: Date = made.date();
    if report.is_final {
        format!("Final, made on {} at {at}", day(made))
    } else {
        format!("Not final, as of {} at {at}", day(made))
    }
}

fn equation(report: &Report) -> Vec<(String, &'static str)> {
    let counted = &report.equation;
    [
        (counted.due, "due"),
        (counted.done, "done"),
        (counted.late, "late"),
        (counted.missed, "missed"),
        (counted.waived, "waived"),
        (counted.open, "open"),
    ]
    .map(|(number, word)| (grouped(number), word))
    .to_vec()
}
