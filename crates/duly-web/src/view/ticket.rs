//! One ticket: its slot that nobody can edit, its checklist with what each step left behind, what
//! closing it would take, what happened to it, and its place in the log.

use askama::Template;
use duly_core::accounts::Outcome;
use duly_core::verdict::Verdict;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::moment::Moment;
use crate::part::place::Place;
use crate::part::standing::Standing;
use crate::part::state::State;
use crate::view::Named;
use crate::view::beside::Beside;
use crate::view::frame::Frame;
use crate::view::step::{NOTE_CHARS_MAX, Step, StepState};
use crate::words::number::grouped;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "ticket.html")]
pub struct Ticket {
    /// What stands around it.
    pub frame: Frame,
    /// The duty's id, which is the ticket's.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// Why, for whoever has to do it.
    pub why: Option<String>,
    /// By which process.
    pub process: Named,
    /// In which version of it.
    pub version: String,
    /// Whose.
    pub client: Named,
    /// About what.
    pub asset: Option<Named>,
    /// Nominal local date.
    pub slot: Date,
    /// The three fixed times.
    pub opens_at: Timestamp,
    /// Closed by then, it is done.
    pub due_at: Timestamp,
    /// Closed by then, it is late; after that it is missed.
    pub missed_at: Timestamp,
    /// As recorded.
    pub outcome: Outcome,
    /// How it was closed, if it was; for a missed one, how it was done afterwards.
    pub closed: Option<Closed>,
    /// By whose word it is waived, and why.
    pub waived: Option<Waived>,
    /// How it is snoozed, while it is.
    pub snoozed: Option<Snooze>,
    /// Whether this person may snooze it.
    pub may_snooze: bool,
    /// The checklist.
    pub steps: Vec<Step>,
    /// What closing would take, as the rules say.
    pub closing: Closing,
    /// That it was drawn for a review, and how that stands; a sentence with its address.
    pub review: Option<Reviewed>,
    /// What happened, oldest first.
    pub history: Vec<Happening>,
    /// Where it stands in the log.
    pub place: Place,
    /// Who does it, what was said, and what is offered to whoever reads the page.
    pub beside: Beside,
    /// A form that was sent in and could not be taken, to be mended.
    pub refused: Option<Refused>,
}

/// How a ticket was closed.
#[derive(Clone, Debug)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// By whom; none when all its steps were measured and passed, and it closed itself.
    pub by: Option<String>,
    /// What was found.
    pub verdict: Verdict,
}

/// How a ticket is snoozed.
#[derive(Clone, Debug)]
pub struct Snooze {
    /// Until when it is not in the queue.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub who: String,
}

/// What stands as the answer of a form that snoozes a ticket.
pub(crate) const SNOOZE: &str = "snooze";

/// The review of a ticket that was drawn.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Its address; none for whoever may not see it.
    pub address: Option<String>,
    /// How it stands, as a sentence.
    pub words: &'static str,
}

/// An exception that covers the ticket.
#[derive(Clone, Debug)]
pub struct Waived {
    /// Its id.
    pub exception: String,
    /// `the client` or `the provider`.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was granted.
    pub granted_at: Timestamp,
}

/// What closing would take; worked out by the rules, not by the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// There is nothing to close.
    NotOffered,
    /// It may be closed now.
    Allowed {
        /// Whether it takes a word why, since something did not pass.
        asks_word: bool,
    },
    /// It may not, for these reasons.
    Refused {
        /// Sentences, each naming a step.
        reasons: Vec<String>,
    },
}

/// Something that happened to the ticket.
#[derive(Clone, Debug)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What, as a sentence without a full stop.
    pub what: String,
    /// Who did it; none for duly itself.
    pub who: Option<String>,
    /// The entry that records it.
    pub entry: Option<u64>,
    /// What was said with it.
    pub words: Option<String>,
}

/// A form that could not be taken.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Which step it was for; none for the forms of the ticket as a whole.
    pub step: Option<String>,
    /// What was chosen; for a form of the ticket as a whole its name: `close`, `comment`,
    /// `hand-over`, `reopen`, `rows`, `file`.
    pub answer: Option<String>,
    /// What was written.
    pub note: String,
    /// Why evidence is not there, as it was written.
    pub excuse: String,
    /// What is wrong, as sentences.
    pub problems: Vec<String>,
}

impl Ticket {
    fn standing(&self) -> Standing {
        if self.beside.rework.is_some() {
            return Standing::Rework;
        }
        let afterwards = self.closed.is_some();
        self.frame.standing(self.outcome, afterwards, self.due_at)
    }

    /// How it stands, in one sentence.
    fn lede(&self) -> String {
        let frame = &self.frame;
        let minute = |moment: &Timestamp| frame.minute(moment).words;
        let closed = self.closed.as_ref().map(|closed| {
            let by = match &closed.by {
                Some(name) => format!(" by {name}"),
                None => ", by itself, all its steps measured and passing".to_owned(),
            };
            format!("{}{by}", minute(&closed.at))
        });
        let closed = closed.unwrap_or_else(|| "at a time not recorded".to_owned());
        let over = frame.length(&self.due_at);
        if let Some(rework) = &self.beside.rework {
            return format!(
                "Closed before, and to be done again since {}. It stays counted as it was.",
                minute(&rework.at)
            );
        }
        match self.standing() {
            Standing::Owed => format!(
                "Missed on {}. It stays missed for ever and is still owed, {over} past its due \
                 time.",
                minute(&self.missed_at)
            ),
            Standing::Late => format!(
                "Due {over} ago and not closed. It is missed for ever from {}.",
                minute(&self.missed_at)
            ),
            Standing::DueToday => {
                format!(
                    "Due today by {}, {}.",
                    Moment::of_time(self.due_at, &frame.zone).words,
                    frame.age(&self.due_at)
                )
            }
            Standing::Next => format!("Due {}.", frame.age(&self.due_at)),
            Standing::DoneAfterwards => {
                format!("Missed, and done afterwards: {closed}. It stays missed for ever.")
            }
            Standing::Done => format!("Closed in time: {closed}."),
            Standing::DoneLate => format!("Closed late: {closed}."),
            Standing::Rework => "Closed before, and to be done again.".to_owned(),
            Standing::Waived => "Waived before it was due; nothing is owed.".to_owned(),
        }
    }

    /// What closing now would record, in words; a ticket missed already stays so.
    fn closing_outcome(&self) -> &'static str {
        if self.beside.rework.is_some() {
            return "that it was done again";
        }
        match self.standing() {
            Standing::Owed => "that it was done afterwards",
            Standing::Late => "that it was done late",
            _ => "that it was done in time",
        }
    }

    /// Whether this answer was chosen in a form that was refused.
    fn chose(&self, step: &Step, answer: &str) -> bool {
        self.refused_for(step)
            .is_some_and(|refused| refused.answer.as_deref() == Some(answer))
    }

    /// The form that snoozes it, if that was refused.
    fn refused_snooze(&self) -> Option<&Refused> {
        self.refused
            .as_ref()
            .filter(|refused| refused.answer.as_deref() == Some(SNOOZE))
    }

    /// The latest local minute to which it can be snoozed, as a form has it.
    fn snooze_max(&self) -> String {
        let local = self.missed_at.to_zoned_datetime(self.frame.zone.clone());
        local.strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The form that was refused, if it was this step's.
    fn refused_for(&self, step: &Step) -> Option<&Refused> {
        self.refused
            .as_ref()
            .filter(|refused| refused.step.as_deref() == Some(step.id.as_str()))
    }

    /// Whether something was wrong with this step's form; when files were added alone, nothing was.
    fn is_wrong(&self, step: &Step) -> bool {
        self.refused_for(step)
            .is_some_and(|refused| !refused.problems.is_empty())
    }

    /// What was written in a form of the ticket as a whole that was refused.
    fn written(&self, form: &str) -> &str {
        self.refused
            .as_ref()
            .filter(|refused| refused.step.is_none() && refused.answer.as_deref() == Some(form))
            .map_or("", |refused| refused.note.as_str())
    }

    /// Whether this form of the ticket as a whole was refused.
    fn is_refused(&self, form: &str) -> bool {
        self.refused.as_ref().is_some_and(|refused| {
            refused.step.is_none() && refused.answer.as_deref() == Some(form)
        })
    }
}

impl Closed {
    fn state(&self) -> State {
        State::of_verdict(self.verdict)
    }
}

impl Happening {
    fn entry_words(&self) -> String {
        self.entry.map(grouped).unwrap_or_default()
    }
}
