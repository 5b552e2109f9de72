//! Exceptions: the list of a client's, the form that asks for one, and one with everything it
//! waived.

use askama::Template;
use duly_core::exception::EXPIRING_DAYS;
use duly_core::scope::Exception as Published;
use duly_work::exceptions::Standing;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// Most characters of a reason, a measure or an answer; a page of text, in any script.
pub const WORDS_CHARS_MAX: usize = 1_000;

/// Most exceptions listed in one group of the list.
pub const LISTED_MAX: usize = 100;

/// The list.
#[derive(Clone, Debug, Template)]
#[template(path = "exceptions.html")]
pub struct Exceptions {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// The groups, most pressing first; those that are empty are left out.
    pub groups: Vec<Group>,
    /// Whether this person may ask for one.
    pub may_ask: bool,
}

/// Exceptions that stand alike.
#[derive(Clone, Debug)]
pub struct Group {
    /// How they stand.
    pub heading: &'static str,
    /// At most [`LISTED_MAX`] of them.
    pub rows: Vec<Row>,
    /// How many there are.
    pub total: u64,
}

/// One exception, in one line.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What need not be done.
    pub title: String,
    /// About what; none for everything.
    pub asset: Option<Named>,
    /// First and last slot.
    pub from: Date,
    /// It expires with this day.
    pub to: Date,
    /// Why.
    pub reason: String,
    /// By whose word; none before it is granted.
    pub by: Option<String>,
    /// How it stands.
    pub standing: Standing,
}

impl Row {
    fn state(&self) -> State {
        state(self.standing)
    }
}

/// How an exception stands, as it is shown.
fn state(standing: Standing) -> State {
    match standing {
        Standing::Asked => State::new(Shape::Look, "to be decided"),
        Standing::Expiring => State::new(Shape::Look, "expires soon"),
        Standing::InForce => State::new(Shape::Open, "in force"),
        Standing::ToCome => State::new(Shape::Open, "granted, not begun"),
        Standing::Ended => State::new(Shape::Nothing, "ended"),
        Standing::Withdrawn => State::new(Shape::Nothing, "withdrawn"),
        Standing::Refused => State::new(Shape::Nothing, "refused"),
    }
}

impl Exceptions {
    fn expiring_days(&self) -> i32 {
        EXPIRING_DAYS
    }

    fn days_max(&self) -> i32 {
        Published::DAYS_MAX
    }
}

/// The form that asks for one.
#[derive(Clone, Debug, Template)]
#[template(path = "exception-ask.html")]
pub struct AskForm {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Random; a form sent twice asks once.
    pub id: String,
    /// Processes to choose from.
    pub processes: Vec<Named>,
    /// Assets in care to choose from.
    pub assets: Vec<Named>,
    /// What was typed before.
    pub typed: Typed,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

/// What was typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Id of a process, or empty.
    pub process: String,
    /// Id of an asset, or empty.
    pub asset: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub measure: String,
}

impl AskForm {
    fn days_max(&self) -> i32 {
        Published::DAYS_MAX
    }
}

/// One exception.
#[derive(Clone, Debug, Template)]
#[template(path = "exception.html")]
pub struct Exception {
    /// What stands around it.
    pub frame: Frame,
    /// Whose.
    pub client: Named,
    /// Its id.
    pub id: String,
    /// What need not be done.
    pub title: String,
    /// About what; none for everything.
    pub asset: Option<Named>,
    /// First slot it covers.
    pub from: Date,
    /// Last slot it covers.
    pub to: Date,
    /// The day on which what it waived is due at once.
    pub resumes_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub measure: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// By whose word it waives.
    pub by: Option<String>,
    /// What happened to it, oldest first.
    pub acts: Vec<Act>,
    /// What it waived, at most [`LISTED_MAX`].
    pub waived: Vec<Waived>,
    /// Whether it waived more than is listed.
    pub is_cut: bool,
    /// Whether this person may decide on it.
    pub deciding: Deciding,
    /// Whether this person may withdraw it.
    pub may_withdraw: bool,
    /// What was typed into a form that was not taken.
    pub typed: String,
    /// What was wrong with that.
    pub problems: Vec<String>,
}

/// Whether there is something to decide for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// There is nothing, or it is not for this person's roles.
    NotOffered,
    /// It is this person's own wish.
    OwnWish,
    /// It may be granted or refused.
    Offered,
    /// Its last day is over; it may only be refused.
    OnlyRefusal,
}

/// Something somebody did about it.
#[derive(Clone, Debug)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// What: `asked for`, `granted`.
    pub what: &'static str,
    /// Who.
    pub who: Option<String>,
    /// What they said.
    pub words: Option<String>,
}

/// A duty it waived.
#[derive(Clone, Debug)]
pub struct Waived {
    /// Its ticket.
    pub ticket: String,
    /// What was not done.
    pub title: String,
    /// About what.
    pub asset: Option<Named>,
    /// Its date.
    pub slot: Date,
}

impl Exception {
    fn state(&self) -> State {
        state(self.standing)
    }

    /// How it stands, in one sentence.
    fn lede(&self) -> String {
        let date = |date: &Date| self.frame.date(date).words;
        let (from, to) = (date(&self.from), date(&self.to));
        match self.standing {
            Standing::Asked => format!(
                "Asked for {from} to {to}. Until somebody else grants it, everything stays due."
            ),
            Standing::ToCome => format!("Granted; it begins on {from} and expires with {to}."),
            Standing::Expiring | Standing::InForce => format!("In force; it expires with {to}."),
            Standing::Ended => format!("It ended with {to}."),
            Standing::Withdrawn => "It was withdrawn; what opened after that was due.".to_owned(),
            Standing::Refused => "It was refused; everything stayed due.".to_owned(),
        }
    }
}
