//! One process: its three elements in plain words, and its next dates.

use askama::Template;
use duly_core::process::{Control, Escalation, Gate, Measure, Process as Declared, Step};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::{number, process};

/// Next duties shown: a look ahead, not a calendar.
pub const NEXT_SHOWN_MAX: usize = 12;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "process.html")]
pub struct Process {
    /// What stands around it.
    pub frame: Frame,
    /// The version in force, as published.
    pub declared: Declared,
    /// When that version was published.
    pub published_at: Option<Timestamp>,
    /// Every version that was published for anybody this person may see, the newest first.
    pub versions: Vec<VersionRow>,
    /// Whether this person may write and publish.
    pub may_publish: bool,
    /// Its next duties, at most [`NEXT_SHOWN_MAX`].
    pub next: Vec<Next>,
}

/// A version as it was published for some clients.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// Its name: the day from which it holds.
    pub version: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// For whom.
    pub clients: Vec<Named>,
    /// By whom and why, or that it came from a file.
    pub origin: String,
    /// What it changed, each with whether it asks for less.
    pub changes: Vec<(String, bool)>,
    /// Whether somebody got fewer duties by it.
    pub fewer: bool,
    /// Whether it is the one on the page.
    pub current: bool,
}

/// A duty to come.
#[derive(Clone, Debug)]
pub struct Next {
    /// Nominal local date.
    pub slot: Date,
    /// Due by then.
    pub due_at: Timestamp,
    /// Whose.
    pub client: Named,
    /// About what.
    pub asset: Option<Named>,
}

impl Process {
    fn takes_words(&self) -> String {
        process::takes(&self.declared)
    }

    fn schedule_words(&self) -> String {
        if self.declared.is_ended() {
            let from = self.declared.effective;
            return format!("It has ended: nothing is due from {from} on.");
        }
        process::schedule(&self.declared.schedule)
    }

    fn applies_words(&self) -> String {
        process::applies_to(&self.declared.applies_to)
    }

    fn spot_check_words(&self) -> String {
        self.declared
            .quality_control
            .spot_check
            .as_ref()
            .map_or_else(
                || "No second person inspects finished work.".to_owned(),
                process::spot_check,
            )
    }

    fn control_words(&self, control: &Control) -> String {
        process::control(control)
    }

    fn severity_words(&self, control: &Control) -> &'static str {
        process::severity(control.severity)
    }

    fn escalation_words(&self, rung: &Escalation) -> String {
        number::sentence_case(&process::escalation(rung))
    }

    fn measure_words(&self, measure: &Measure) -> String {
        process::measure(measure)
    }

    /// Frameworks and ids, one line each.
    fn satisfies(&self) -> Vec<(String, String)> {
        self.declared
            .satisfies
            .iter()
            .map(|(framework, ids)| (framework.clone(), ids.join(", ")))
            .collect()
    }

    /// What a step's gate means.
    fn gate_words(&self, step: &Step) -> &'static str {
        match step.gate {
            Gate::Critical => "critical",
            Gate::Standard => "standard",
        }
    }

    /// Who does the step, and what it leaves.
    fn who_words(&self, step: &Step) -> String {
        match &step.probe {
            Some(probe) => format!("duly measures it, with {probe}"),
            None if step.evidence.is_empty() => format!("the {}", self.declared.roles.does),
            None => format!(
                "the {}, leaving a {}",
                self.declared.roles.does,
                number::listed(&step.evidence)
            ),
        }
    }
}
