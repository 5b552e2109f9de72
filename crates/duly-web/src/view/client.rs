//! One client: the equation of a month, what was missed and waived by name, and every asset with
//! its state, the age of that knowledge and where it comes from.

use askama::Template;
use duly_core::commissioning::Commissioning;
use duly_core::observation::Method;
use duly_core::verdict::Verdict;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::client_nav::ClientNav;
use crate::part::equation::EquationLine;
use crate::part::paging::Paging;
use crate::part::state::{Shape, State};
use crate::view::frame::Frame;
use crate::view::{Named, exception};
use crate::words::number::{listed, spelt_with};

/// Most duties listed by name in one table of this page.
pub const NAMED_MAX: usize = 100;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "client.html")]
pub struct Client {
    /// What stands around it.
    pub frame: Frame,
    /// Who.
    pub client: Named,
    /// Who does its tickets.
    pub technicians: Technicians,
    /// Links to the other pages about this client.
    pub nav: ClientNav,
    /// Whether it is new in care.
    pub commissioning: Option<Commissioning>,
    /// What is uncovered, in sentences.
    pub uncovered: Vec<String>,
    /// The equation of the month.
    pub equation: EquationLine,
    /// The month shown: `2026-11`.
    pub month: String,
    /// The month before, while there is anything in it.
    pub month_before: Option<String>,
    /// The month after, up to the present one.
    pub month_after: Option<String>,
    /// Exceptions that wait for a decision.
    pub to_decide: u64,
    /// Exceptions that expire soon, at most [`NAMED_MAX`].
    pub expiring: Vec<exception::Row>,
    /// Missed duties of the month, at most [`NAMED_MAX`].
    pub missed: Vec<Missed>,
    /// Waived duties of the month, at most [`NAMED_MAX`].
    pub waived: Vec<Waived>,
    /// Duties of the month whose work found a fault.
    pub faults: u64,
    /// Assets by name, at most one page of them.
    pub assets: Vec<Asset>,
    /// Which page of the assets this is.
    pub paging: Paging,
}

/// Who does a client's tickets.
#[derive(Clone, Debug, Default)]
pub struct Technicians {
    /// Whether whoever reads the page is told.
    pub is_shown: bool,
    /// Who does them.
    pub primary: Option<Named>,
    /// Who does them while the primary is away.
    pub backup: Option<Named>,
    /// What a change names.
    pub revision: u64,
    /// Who could be chosen.
    pub staff: Vec<Named>,
    /// Whether they may be set by whoever reads the page.
    pub may_set: bool,
    /// Whether closing several tickets is offered.
    pub may_close: bool,
    /// What was wrong with the form.
    pub problem: Option<String>,
}

impl Technicians {
    fn is_primary(&self, person: &Named) -> bool {
        self.primary
            .as_ref()
            .is_some_and(|primary| primary.id == person.id)
    }

    fn is_backup(&self, person: &Named) -> bool {
        self.backup
            .as_ref()
            .is_some_and(|backup| backup.id == person.id)
    }
}

/// A missed duty.
#[derive(Clone, Debug)]
pub struct Missed {
    /// Its ticket.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// About what.
    pub asset: Option<Named>,
    /// Its date.
    pub slot: Date,
    /// When it was done after all.
    pub afterwards_at: Option<Timestamp>,
}

/// A waived duty.
#[derive(Clone, Debug)]
pub struct Waived {
    /// Its ticket.
    pub ticket: String,
    /// What was not to be done.
    pub title: String,
    /// About what.
    pub asset: Option<Named>,
    /// Its date.
    pub slot: Date,
    /// `the client` or `the provider`.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The exception that waived it.
    pub exception: String,
}

/// An asset and what is known of it.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Which.
    pub asset: Named,
    /// Of which kind.
    pub kind: String,
    /// Processes that cover it, by title; none is a finding.
    pub covered_by: Vec<String>,
    /// What is known, newest first; empty when nothing is.
    pub knowledge: Vec<Knowledge>,
}

/// One thing that is known of an asset.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// How it was judged; none for a claim, which is not.
    pub verdict: Option<Verdict>,
    /// What it says.
    pub message: String,
    /// How it came to be known.
    pub method: Method,
    /// Who says so.
    pub source: String,
    /// When it held.
    pub at: Timestamp,
    /// The run, whose page has the details.
    pub run: Option<String>,
}

impl Client {
    /// The headline: what is wrong, or that nothing is.
    fn headline(&self) -> String {
        let faults = self.faults;
        let missed = self.equation.equation.missed;
        let name = &self.client.name;
        match (faults, missed) {
            (0, 0) if self.equation.equation.due == 0 => {
                format!("{name}: nothing was due in {}.", self.equation.period)
            }
            (0, 0) => format!("{name}: nothing was missed, and no fault was found."),
            (0, _) => format!("{name}: {}.", missed_words(missed)),
            (_, 0) => format!("{name}: {}.", fault_words(faults)),
            _ => format!(
                "{name}: {}, and {}.",
                fault_words(faults),
                missed_words(missed)
            ),
        }
    }
}

fn fault_words(number: u64) -> String {
    lower(&spelt_with(number, "fault was found", "faults were found"))
}

fn missed_words(number: u64) -> String {
    lower(&spelt_with(number, "duty was missed", "duties were missed"))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

impl Asset {
    /// The worst of what was measured; of what people said, where nothing was.
    fn verdict(&self) -> Option<Verdict> {
        let worst = |measured: bool| {
            self.knowledge
                .iter()
                .filter(|known| known.is_measured() == measured)
                .filter_map(|known| known.verdict)
                .reduce(Verdict::worse)
        };
        worst(true).or_else(|| worst(false))
    }

    fn state(&self) -> State {
        match self.verdict() {
            Some(verdict) => State::of_verdict(verdict),
            None => State::new(Shape::Unknown, "not measured"),
        }
    }

    fn covered_words(&self) -> String {
        listed(&self.covered_by)
    }
}

impl Knowledge {
    /// Whether duly read the thing itself.
    fn is_measured(&self) -> bool {
        self.method == Method::Measured
    }

    /// How it came to be known, in a word.
    fn method_words(&self) -> &'static str {
        match self.method {
            Method::Measured => "measured",
            Method::Device => "the device says",
            Method::Console => "a console says",
            Method::SelfReport => "claimed",
            Method::Import => "imported",
            Method::Person => "a person says",
        }
    }
}
