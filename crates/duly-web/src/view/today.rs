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
use crate::words::number::{sentence_case, spelt, spelt_with};

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
    /// Everybody who has tickets, to filter by.
    pub clients: Vec<Named>,
    /// The client that is filtered for.
    pub only: Option<Named>,
    /// Tickets that need a person, most pressing first, at most one page of them.
    pub rows: Vec<Row>,
    /// Tickets that a review found not as recorded, owed again.
    pub rework: Vec<Again>,
    /// How many tickets need a person, on all pages together.
    pub total: u64,
    /// Whether there are more than were counted.
    pub total_is_least: bool,
    /// Tickets that are open and wait only for a measurement.
    pub being_measured: u64,
    /// Whether it lists what is snoozed, in place of what needs a person.
    pub waiting: bool,
    /// How many tickets are snoozed.
    pub snoozed: u64,
    /// Which page of the list this is.
    pub paging: Paging,
    /// Whether anything at all is declared; before that the page says how to begin.
    pub anything_declared: bool,
}

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
    /// Until when it is snoozed, and why.
    pub snooze: Option<(Timestamp, String)>,
}

/// A ticket that has to be done again.
#[derive(Clone, Debug)]
pub struct Again {
    /// Its id.
    pub ticket: String,
    /// What was to be done.
    pub title: String,
    /// Whose.
    pub client: Named,
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
        let name = self.frame.who.as_ref().map_or("", |who| who.name.as_str());
        let greeting = self.frame.greeting();
        let place = match &self.only {
            Some(client) => format!(" for {}", client.name),
            None => String::new(),
        };
        match self.total {
            number if self.waiting => {
                let waits = spelt_with(number, "ticket is", "tickets are");
                format!("{waits} waiting{place}.")
            }
            0 => format!("{greeting}, {name}. Nothing needs you{place}."),
            1 => format!("{greeting}, {name}. One thing needs a person{place}."),
            number if self.total_is_least => format!(
                "{greeting}, {name}. More than {} things need a person{place}.",
                spelt(number)
            ),
            number => format!(
                "{greeting}, {name}. {} things need a person{place}.",
                sentence_case(&spelt(number))
            ),
        }
    }

    /// The address of the other list: what is snoozed, or what needs a person.
    fn other_list(&self) -> String {
        let client = self.only.as_ref().map(|client| {
            let id = crate::page::today::encoded(&client.id);
            format!("client={id}")
        });
        let show = (!self.waiting).then(|| "show=waiting".to_owned());
        let asked: Vec<String> = client.into_iter().chain(show).collect();
        format!("/?{}", asked.join("&"))
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
