//! One review: the ticket as it was at closing, what people said of it, and the form that this
//! person may fill in.

use askama::Template;
use duly_core::accounts::Outcome;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;
use crate::view::reviews::owed_state;
use crate::view::step::NOTE_CHARS_MAX;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "review.html")]
pub struct Review {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// The ticket.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// About what.
    pub asset: Option<Named>,
    /// Nominal date.
    pub slot: Date,
    /// How it was counted.
    pub outcome: Outcome,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// By whom; duly by itself where nobody did.
    pub closed_by: String,
    /// The entry that closed it, by which it is counted.
    pub close_entry: Option<u64>,
    /// Of which process.
    pub process: Named,
    /// The month it was drawn from, in words.
    pub month: String,
    /// Address of the draw, for those who may see it.
    pub draw_address: Option<String>,
    /// Who owes the review, and as what.
    pub by: String,
    /// By when.
    pub due_at: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// Which look this is.
    pub round: u64,
    /// The steps, as they were when it was closed.
    pub steps: Vec<Step>,
    /// What people said, oldest first.
    pub looks: Vec<Look>,
    /// What was done again.
    pub rework: Option<Again>,
    /// What this person may do.
    pub offer: Offer,
    /// A form that was sent in and could not be taken.
    pub refused: Option<Refused>,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A reviewer owes it.
    Owed,
    /// As recorded.
    Agreed,
    /// Not as recorded; the work is owed again.
    Rework,
}

/// A step as it was when the ticket was closed.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// What to do.
    pub text: String,
    /// What was found.
    pub state: State,
    /// Who left it, when, as a sentence.
    pub who: String,
    /// What they wrote, or what was measured.
    pub words: String,
    /// The run that filled it.
    pub run: Option<String>,
}

/// Somebody's look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Who.
    pub who: String,
    /// When they opened it.
    pub opened_at: Timestamp,
    /// What they said.
    pub said: Option<Said>,
}

/// What a reviewer said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whether the work is as recorded.
    pub agrees: bool,
    /// How long it took, in words.
    pub took: String,
    /// On the whole.
    pub words: String,
    /// On steps, where there are words: which step, and what.
    pub steps: Vec<(String, String)>,
}

/// Work that was done again.
#[derive(Clone, Debug)]
pub struct Again {
    /// What was said on closing it; may be empty.
    pub words: String,
    /// By whom.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// What this person may do here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Nothing, and there is nothing to say about that.
    Nothing,
    /// Nothing, for this reason.
    NotYou {
        /// A sentence.
        why: String,
    },
    /// Open it.
    Open,
    /// Say what was found.
    Decide {
        /// What the form names.
        revision: u64,
    },
    /// Do it again, where work is done: on the ticket.
    OnTheTicket,
}

/// A form that could not be taken, with what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, as sentences.
    pub problems: Vec<String>,
    /// On the whole.
    pub words: String,
    /// By step: the choice and the words.
    pub steps: Vec<(String, String, String)>,
}

impl Review {
    fn state(&self) -> State {
        match self.standing {
            Standing::Owed => owed_state(self.due_at, self.frame.now),
            Standing::Agreed => State::new(Shape::Pass, "as recorded"),
            Standing::Rework => State::new(Shape::Fail, "not as recorded"),
        }
    }

    fn lede(&self) -> &'static str {
        match (self.standing, self.round) {
            (Standing::Owed, 1) => {
                "Drawn for a spot check. Is the work as it was recorded? Look at each step and say."
            }
            (Standing::Owed, _) => {
                "It was done again after a review. Is it as recorded now? Look and say."
            }
            (Standing::Agreed, _) => "A second person looked, and it is as recorded.",
            (Standing::Rework, _) => {
                "A second person looked, and it is not as recorded. It has to be done again; how \
                 it was counted stays as it was."
            }
        }
    }

    fn outcome_state(&self) -> State {
        State::of_outcome(self.outcome)
    }

    /// Whether this person may say what they found.
    fn takes_a_word(&self) -> bool {
        matches!(self.offer, Offer::Decide { .. })
    }

    /// Whether this choice was made in a form that was refused.
    fn chose(&self, step: &Step, choice: &str) -> bool {
        self.written(step)
            .is_some_and(|(_, chosen, _)| chosen == choice)
    }

    /// The words on a step in a form that was refused.
    fn words_on(&self, step: &Step) -> &str {
        self.written(step).map_or("", |(_, _, words)| words)
    }

    fn written(&self, step: &Step) -> Option<&(String, String, String)> {
        let refused = self.refused.as_ref()?;
        refused.steps.iter().find(|(id, ..)| *id == step.id)
    }

    fn words_on_all(&self) -> &str {
        self.refused.as_ref().map_or("", |refused| &refused.words)
    }
}

impl Said {
    fn state(&self) -> State {
        if self.agrees {
            State::new(Shape::Pass, "as recorded")
        } else {
            State::new(Shape::Fail, "not as recorded")
        }
    }
}
