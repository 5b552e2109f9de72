//! A line of a ticket's checklist, and what it left behind: a measurement, a person's word, or the
//! reason why it was left out. The three are never drawn alike.

use duly_core::evidence::is_file;
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::part::state::{Shape, State};

/// Longest note a person may leave on a step: two printed pages. Enough for a careful account,
/// small enough for one log entry.
pub const NOTE_CHARS_MAX: usize = 8_000;

/// A line of the checklist.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id within the process.
    pub id: String,
    /// What to do.
    pub text: String,
    /// What closing without it takes.
    pub gate: Gate,
    /// The probe that fills it; none when a person does it.
    pub probe: Option<String>,
    /// What a person is asked to leave here.
    pub evidence: Vec<String>,
    /// How far it is.
    pub state: StepState,
    /// How often it was changed: what an answer names, so that none is overwritten unseen.
    pub revision: u64,
    /// Whether the form for a person's answer is offered to whoever reads the page.
    pub answerable: bool,
    /// Whether having it measured again is offered to whoever reads the page.
    pub repeatable: bool,
    /// Whether it is recorded, and recording it anew is offered.
    pub changeable: bool,
    /// The files left here.
    pub files: Vec<File>,
    /// Files that the process asks for and that are not there.
    pub lacks: Vec<String>,
}

/// A file left as evidence.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: String,
    /// The name under which it is handed out.
    pub name: String,
    /// What it is: `png`, `pdf`.
    pub kind: String,
    /// How long it is, in words.
    pub size: String,
    /// Whether there is a small picture of it.
    pub is_picture: bool,
    /// Who left it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// When it claims to have been taken.
    pub taken_at: Option<Timestamp>,
    /// The first digits of its SHA-256.
    pub digits: String,
}

/// How far a step is.
#[derive(Clone, Debug)]
pub enum StepState {
    /// Nothing yet.
    Waiting,
    /// Its probe is under way.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// duly measured it.
    Measured(Measured),
    /// A person did it and said so.
    Answered(Answered),
    /// A person left it out, and said why.
    Skipped(Answered),
}

/// What duly measured for a step.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The run, whose page has the details.
    pub run: String,
    /// When it ended.
    pub at: Timestamp,
    /// The verdict.
    pub verdict: Verdict,
    /// What it comes down to: the first reason, or what holds.
    pub message: String,
    /// What it read: `restic repository and manifest`.
    pub source: String,
}

/// What a person said about a step.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Whether what they found is in order; none for a step that was left out.
    pub in_order: Option<bool>,
    /// What they wrote, or why the step was left out.
    pub note: String,
    /// Why evidence that the process asks for is not there.
    pub excuse: Option<String>,
    /// The entry that records it.
    pub entry: Option<u64>,
}

impl Measured {
    pub(crate) fn state(&self) -> State {
        State::of_verdict(self.verdict)
    }
}

impl Step {
    /// What closing without it takes, in words.
    pub(crate) fn gate_words(&self) -> &'static str {
        match self.gate {
            Gate::Critical => "critical: the ticket cannot be closed without it",
            Gate::Standard => "standard: may be left out with a reason",
        }
    }

    pub(crate) fn may_be_skipped(&self) -> bool {
        self.gate == Gate::Standard
    }

    pub(crate) fn shown_state(&self) -> State {
        match &self.state {
            StepState::Waiting => State::new(Shape::Open, "waiting"),
            StepState::Running { .. } => State::new(Shape::Open, "running"),
            StepState::Measured(measured) => State::of_verdict(measured.verdict),
            StepState::Answered(answered) if answered.in_order == Some(false) => {
                State::new(Shape::Fail, "not in order")
            }
            StepState::Answered(_) => State::new(Shape::Pass, "in order"),
            StepState::Skipped(_) => State::new(Shape::Nothing, "left out"),
        }
    }

    /// What is asked for that words can hold: a reading, a reference.
    pub(crate) fn asked_in_words(&self) -> Vec<&str> {
        let is_wanted = |kind: &&str| *kind != "note" && !is_file(kind);
        self.evidence
            .iter()
            .map(String::as_str)
            .filter(is_wanted)
            .collect()
    }

    /// The files left here.
    pub(crate) fn kept(&self) -> &[File] {
        &self.files
    }

    /// What is asked for as a file and not there yet.
    pub(crate) fn lacking_words(&self) -> String {
        self.lacks.join(" and a ")
    }

    /// Whether a reason may stand in the place of a file.
    pub(crate) fn may_be_excused(&self) -> bool {
        self.gate == Gate::Standard && self.evidence.iter().any(|kind| is_file(kind))
    }
}
