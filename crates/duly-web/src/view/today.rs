//! The technician's queue: what is owed, late, due today and next, under the equation. The page is
//! done when it is empty.

use askama::Template;
use duly_core::verdict::Verdict;
use jiff::Timestamp;

use crate::filters;
use crate::part::equation::EquationLine;
use crate::part::paging::Paging;
use crate::part::standing::Standing;
use crate::part::state::State;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::view::queue::{Asking, ByState, Choice, Whose, key};
use crate::words::number::spelt_with;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "today.html")]
pub struct Today {
    /// What stands around it.
    pub frame: Frame,
    /// The equation of the month, of all clients or of the one that is filtered for.
    pub equation: EquationLine,
    /// Tickets that closed themselves within the last 24 hours, all steps measured and passing.
    pub measured_last_day: u64,
    /// Of what is owed, how many slots lie before the equation's period.
    pub owed_from_before: u64,
    /// What is filtered for.
    pub asking: Asking,
    /// Everybody who is looked after, with how many tickets the other filters show of each.
    pub clients: Vec<ByClient>,
    /// How many tickets there are in each state: of whoever looks, of their team, of everybody.
    pub whose: [ByState; 3],
    /// The same of whoever is filtered for.
    pub states: ByState,
    /// What is filtered for, most pressing first, at most one page of it.
    pub rows: Vec<Row>,
    /// How many tickets are filtered for, on all pages together.
    pub total: u64,
    /// Tickets that are open and wait only for a measurement.
    pub being_measured: u64,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether anything at all is declared; before that the page says how to begin.
    pub anything_declared: bool,
}

/// A client to filter by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByClient {
    /// Whose.
    pub client: Named,
    /// How many tickets the other filters show.
    pub number: u64,
}

/// Clients that are offered as links; more of them are a list to choose from.
const CLIENT_LINKS_MAX: usize = 8;

/// One ticket.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id, which is its duty's.
    pub ticket: String,
    /// What is to be done.
    pub title: String,
    /// Whose.
    pub client: Named,
    /// About what; none for a ticket per client.
    pub asset: Option<Named>,
    /// Due by then.
    pub due_at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// What duly has already measured for it, when that was not a pass.
    pub found: Option<Found>,
    /// Who does it today, and why they; not told to a client.
    pub doer: Option<String>,
    /// Until when it is snoozed, and why.
    pub snooze: Option<(Timestamp, String)>,
}

/// A measured result that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The verdict.
    pub verdict: Verdict,
    /// The first reason, as a sentence.
    pub message: String,
}

impl Found {
    fn state(&self) -> State {
        State::of_verdict(self.verdict)
    }
}

impl Row {
    /// Class of the row.
    fn class(&self) -> &'static str {
        if self.standing == Standing::Owed {
            "owed"
        } else {
            ""
        }
    }

    /// Class of its date.
    fn due_class(&self) -> &'static str {
        match self.standing {
            Standing::Owed => "owed-by",
            Standing::Late => "late-by",
            _ => "",
        }
    }

    /// Its age beside its date: `14 days overdue`, `in 6 h`.
    fn age(&self, frame: &Frame) -> String {
        match self.standing {
            Standing::Owed | Standing::Late => {
                format!("{} over", frame.length(&self.due_at))
            }
            _ => frame.age(&self.due_at),
        }
    }
}

impl Today {
    /// The headline: a sentence that a tired person understands.
    fn headline(&self) -> String {
        let sentence = self.asking.sentence(self.total);
        if self.asking.state.is_some() {
            return sentence;
        }
        let name = self.frame.who.as_ref().map_or("", |who| who.name.as_str());
        format!("{}, {name}. {sentence}", self.frame.greeting())
    }

    fn whose_choices(&self) -> Vec<Choice> {
        self.asking.whose_choices(&self.whose)
    }

    fn state_choices(&self) -> Vec<Choice> {
        self.asking.state_choices(&self.states)
    }

    /// The clients as links; none where there are too many for that.
    fn client_choices(&self) -> Vec<Choice> {
        if self.clients.len() > CLIENT_LINKS_MAX {
            return Vec::new();
        }
        let all = Choice {
            label: "All clients".to_owned(),
            address: self.asking.with_client(None).address(),
            number: self.clients.iter().map(|one| one.number).sum(),
            is_chosen: self.asking.client.is_none(),
        };
        let each = self.clients.iter().map(|one| Choice {
            label: one.client.name.clone(),
            address: self.asking.with_client(Some(one.client.clone())).address(),
            number: one.number,
            is_chosen: self.is_of(&one.client),
        });
        [all].into_iter().chain(each).collect()
    }

    fn is_of(&self, client: &Named) -> bool {
        self.asking.client.as_ref() == Some(client)
    }

    /// The filters that a form over the clients has to carry along: name and value.
    fn carried(&self) -> Vec<(&'static str, &'static str)> {
        let whose = (self.asking.whose != Whose::All).then(|| ("who", self.asking.whose.key()));
        let state = self.asking.state.map(|state| ("state", key(state)));
        whose.into_iter().chain(state).collect()
    }

    /// What else there is, when nothing is filtered for is there.
    fn besides(&self) -> Vec<Choice> {
        self.asking.besides(&self.states)
    }

    /// The same of everybody, when there is any.
    fn of_everybody(&self) -> Option<Choice> {
        let everybody = self.asking.with_whose(Whose::All);
        let choices = everybody.whose_choices(&self.whose);
        let choice = choices.into_iter().next_back()?;
        (self.asking.whose != Whose::All && choice.number > 0).then_some(choice)
    }

    /// What went without hands.
    fn lede(&self) -> Option<String> {
        let number = self.measured_last_day;
        let counted = spelt_with(number, "other", "others");
        match number {
            0 => None,
            1 => Some(format!(
                "{counted} measured itself in the last 24 hours and passed."
            )),
            _ => Some(format!(
                "{counted} measured themselves in the last 24 hours and passed."
            )),
        }
    }
}
