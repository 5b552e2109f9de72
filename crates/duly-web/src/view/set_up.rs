//! Setting a fresh installation up, step by step. Each step is an address of its own, says what is
//! there already, and can be left and taken up again.

use askama::Template;

use crate::filters;
use crate::view::Named;
use crate::view::frame::Frame;

/// The page of one step; the overview where there is none.
#[derive(Clone, Debug, Template)]
#[template(path = "set-up.html")]
pub struct SetUp {
    /// What stands around it.
    pub frame: Frame,
    /// All steps, in order.
    pub steps: Vec<StepLink>,
    /// The one on the page.
    pub step: Step,
    /// What is wrong with the form.
    pub problems: Vec<String>,
    /// The client that is being set up.
    pub client: Option<Named>,
}

/// A step in the list.
#[derive(Clone, Debug)]
pub struct StepLink {
    /// Its address.
    pub address: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What is there already, in words; nothing where it is still to be done.
    pub done: Option<String>,
    /// Whether it is the one on the page.
    pub current: bool,
}

/// What a step shows.
#[derive(Clone, Debug)]
pub enum Step {
    /// What there is, and where to go on.
    Overview,
    /// The provider.
    Provider(Place),
    /// The first client, or a further one.
    Client(Place),
    /// What is looked after.
    Assets(Assets),
    /// What is done about it.
    Processes(Vec<Offer>),
    /// Who does, checks and oversees it.
    People(People),
}

/// A name, a zone and a calendar.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The name.
    pub name: String,
    /// The IANA zone.
    pub tz: String,
    /// The calendar.
    pub calendar: String,
    /// Every calendar that ships.
    pub calendars: Vec<String>,
    /// The clients there are already.
    pub others: Vec<Named>,
}

/// What is looked after.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Kind and name of each.
    pub known: Vec<(String, String)>,
    /// Kinds that can be chosen.
    pub kinds: Vec<String>,
    /// As it was typed.
    pub kind: String,
    /// As it was typed.
    pub name: String,
    /// As it was typed.
    pub repository: String,
    /// As it was typed.
    pub roots: String,
    /// As it was typed.
    pub manifest: String,
}

/// A process of the catalogue for this client.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its name.
    pub process: String,
    /// What is done.
    pub title: String,
    /// When.
    pub recurrence: String,
    /// How long it takes.
    pub takes: String,
    /// What it is about, or why it makes nothing due here.
    pub about: String,
    /// Whether it can make anything due.
    pub applies: bool,
    /// Whether the client has it already.
    pub has: bool,
}

/// Who there is.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Name and roles of each.
    pub known: Vec<(String, String)>,
    /// Roles that can be given, with what they are for.
    pub roles: Vec<(String, String)>,
    /// Roles that a published process needs and nobody has.
    pub lacking: Vec<String>,
    /// As it was typed.
    pub name: String,
    /// A one-time link, shown this once.
    pub made: Option<Made>,
}

/// A link for somebody who was added.
#[derive(Clone, Debug)]
pub struct Made {
    /// Who.
    pub name: String,
    /// Where to.
    pub link: String,
}

impl SetUp {
    fn heading(&self) -> &'static str {
        match self.step {
            Step::Overview => "Set up",
            Step::Provider(_) => "Who you are",
            Step::Client(_) => "Whom you look after",
            Step::Assets(_) => "What you look after",
            Step::Processes(_) => "What is done about it",
            Step::People(_) => "Who does it, who checks, who oversees",
        }
    }

    fn is_ready(&self) -> bool {
        self.steps.iter().all(|step| step.done.is_some())
    }
}
