//! One measure: its chart, its readings, and the tickets that made one of them.

use askama::Template;
use jiff::civil::Date;

use crate::filters;
use crate::part::chart::Chart;
use crate::part::client_nav::ClientNav;
use crate::part::paging::Paging;
use crate::part::state::State;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "measure.html")]
pub struct Measure {
    /// What stands around it.
    pub frame: Frame,
    /// The client.
    pub client: Named,
    /// The pages about the client.
    pub nav: ClientNav,
    /// What it is called.
    pub title: String,
    /// Its address.
    pub address: String,
    /// What it came to over its window.
    pub now: String,
    /// What is aimed at.
    pub aim: String,
    /// Whether it changes.
    pub variation: State,
    /// Whether it reaches its aim.
    pub assurance: State,
    /// What it is made of, in words.
    pub made_of: String,
    /// The process that declares it; none for one that is taken over all.
    pub process: Named,
    /// The chart.
    pub chart: Chart,
    /// What the chart says.
    pub sentence: String,
    /// The readings, newest first.
    pub readings: Vec<ReadingLine>,
    /// Where its limits started anew, and why.
    pub starts: Vec<(String, String)>,
    /// Whether the reader may start them anew.
    pub may_restart: bool,
    /// What is wrong with the form.
    pub problem: Option<String>,
    /// What was typed into it as a reason.
    pub reason: String,
    /// The month whose tickets are listed, in words.
    pub month: String,
    /// The month as an address holds it.
    pub month_key: String,
    /// Its tickets.
    pub tickets: Vec<TicketLine>,
    /// How to go on.
    pub paging: Paging,
}

/// One reading.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingLine {
    /// The month as an address holds it.
    pub month_key: String,
    /// The month in words.
    pub month: String,
    /// The numerator, for a ratio.
    pub good: Option<u64>,
    /// The denominator, for a ratio.
    pub total: Option<u64>,
    /// The figure in words.
    pub figure: String,
    /// What could not be judged.
    pub not_evaluated: u64,
}

/// A ticket behind a reading.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketLine {
    /// Its id.
    pub ticket: String,
    /// Its date.
    pub slot: Date,
    /// What was to be done.
    pub title: String,
    /// About what.
    pub asset: Option<String>,
    /// How it is counted.
    pub outcome: State,
    /// What it found.
    pub verdict: Option<State>,
}

impl Measure {
    fn is_ratio(&self) -> bool {
        self.readings.iter().any(|reading| reading.total.is_some())
    }
}
