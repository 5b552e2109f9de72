//! What a process would change before it is published: for whom, in words, line by line, duty by
//! duty and hour by hour. The same page serves the end of a process.

use askama::Template;
use duly_core::process::changes::{Change, Part};
use jiff::civil::Date;

use crate::filters;
use crate::part::line_diff::Line;
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number;

/// Most duties listed of each sort for a client; how many more there are is said.
pub const DUTIES_SHOWN_MAX: usize = 120;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "changes.html")]
pub struct Changes {
    /// What stands around it.
    pub frame: Frame,
    /// Where the forms go: looking again, and publishing.
    pub look: String,
    /// See [`Changes::look`].
    pub publish: String,
    /// Where it came from, and what that is called.
    pub back: (String, String),
    /// What is done.
    pub title: String,
    /// The process's name.
    pub process: String,
    /// Day on which it takes effect; the field where it can be chosen here.
    pub effective: String,
    /// Whether this ends the process.
    pub ends: bool,
    /// Everybody who could get it.
    pub choices: Vec<Choice>,
    /// What is wrong with what was chosen.
    pub problems: Vec<String>,
    /// What it would change, for each client chosen.
    pub clients: Vec<ClientChange>,
    /// Who cannot get it, and why.
    pub refused: Vec<(Named, String)>,
    /// The file against the version in force.
    pub lines: Vec<Line>,
    /// What was looked at, to be sent along.
    pub seen: Vec<(String, String)>,
    /// The reason as it was typed.
    pub reason: String,
}

/// A client that could get it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// The newest version that it has, in words.
    pub has: String,
    /// Another time of day.
    pub at: String,
    /// Other days.
    pub days: String,
    /// Less time until it is late.
    pub due_within: String,
    /// Less time until it is missed.
    pub grace: String,
}

/// What it would change for a client.
#[derive(Clone, Debug)]
pub struct ClientChange {
    /// Whose.
    pub client: Named,
    /// The version that it has.
    pub before: Option<String>,
    /// What changes, in words.
    pub changes: Vec<Change>,
    /// What is otherwise than in the common version.
    pub own: Vec<Change>,
    /// Duties that appear.
    pub appear: Duties,
    /// Duties that vanish.
    pub vanish: Duties,
    /// Duties that move.
    pub moved: Duties,
    /// How many stay.
    pub same: u64,
    /// Whether it gets fewer duties than before.
    pub fewer: bool,
    /// Whether it gets less than before, in words or in duties.
    pub loosens: bool,
    /// Weeks whose hours change.
    pub weeks: Vec<Week>,
}

/// Some duties, in words.
#[derive(Clone, Debug, Default)]
pub struct Duties {
    /// At most [`DUTIES_SHOWN_MAX`].
    pub shown: Vec<String>,
    /// How many there are.
    pub count: u64,
}

/// A week of one role before and after.
#[derive(Clone, Debug)]
pub struct Week {
    /// Its Monday.
    pub week: Date,
    /// Whose hours.
    pub role: String,
    /// As they are.
    pub before: String,
    /// As they would be.
    pub after: String,
}

impl ClientChange {
    fn lists(&self) -> [(&'static str, &Duties); 3] {
        [
            ("appear", &self.appear),
            ("vanish", &self.vanish),
            ("move", &self.moved),
        ]
    }

    fn weeks_count(&self) -> String {
        let count = u64::try_from(self.weeks.len()).unwrap_or(u64::MAX);
        number::counted(count, "week", "weeks")
    }
}

impl Duties {
    fn more(&self) -> Option<String> {
        let shown = u64::try_from(self.shown.len()).unwrap_or(u64::MAX);
        let more = self.count.saturating_sub(shown);
        (more > 0).then(|| number::grouped(more))
    }
}

impl Changes {
    fn loosens(&self) -> bool {
        self.clients.iter().any(|client| client.loosens)
    }

    fn can_publish(&self) -> bool {
        self.problems.is_empty() && self.refused.is_empty() && !self.clients.is_empty()
    }

    fn chosen(&self) -> String {
        let count = u64::try_from(self.clients.len()).unwrap_or(u64::MAX);
        number::counted(count, "client", "clients")
    }

    fn has_own(&self, choice: &Choice) -> bool {
        let own = [&choice.at, &choice.days, &choice.due_within, &choice.grace];
        own.into_iter().any(|field| !field.is_empty())
    }

    fn part(&self, change: &Change) -> &'static str {
        match change.part {
            Part::About => "about it",
            Part::Schedule => "schedule",
            Part::Roles => "roles",
            Part::Checklist => "checklist",
            Part::QualityControl => "quality control",
            Part::Oversight => "oversight",
        }
    }
}
