//! The control board: what has to be looked at, by client and process, and one by one with the form
//! to take it on.

use askama::Template;
use duly_core::control::Kind;
use duly_core::process::Severity;
use jiff::Timestamp;

use crate::filters;
use crate::part::paging::Paging;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;

/// Groups of the table that stand on the page: what a person looks over.
pub const GROUPS_SHOWN_MAX: usize = 60;

/// Clients that are offered as links; more of them are a list to choose from.
const CLIENT_LINKS_MAX: usize = 8;

/// Most characters of a word on a warning.
pub const WORD_CHARS_MAX: usize = 500;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "control.html")]
pub struct Control {
    /// What stands around it.
    pub frame: Frame,
    /// The counts by client and process.
    pub groups: Vec<Group>,
    /// How many groups with fewer are left out.
    pub groups_more: u64,
    /// How many are not cleared, whatever is filtered for besides the client.
    pub total: u64,
    /// How many of these nobody took on.
    pub untaken: u64,
    /// One page of what is filtered for, the worst first.
    pub rows: Vec<Row>,
    /// Where to go on.
    pub paging: Paging,
    /// Clients to filter by.
    pub clients: Vec<Named>,
    /// What is filtered for.
    pub asking: Asking,
    /// Address of this view.
    pub address: String,
}

/// What is filtered for.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// This client.
    pub client: Option<Named>,
    /// This process.
    pub process: Option<String>,
    /// This column.
    pub kind: Option<Kind>,
    /// This rule.
    pub rule: Option<String>,
    /// This severity.
    pub severity: Option<Severity>,
    /// Taken on, or not.
    pub taken: Option<bool>,
}

/// A client and process with something on the board.
#[derive(Clone, Debug)]
pub struct Group {
    /// Whose.
    pub client: Named,
    /// Which process; none for what no process stands behind.
    pub process: Option<String>,
    /// How many in each column.
    pub counts: [u64; Kind::ALL.len()],
}

/// One warning.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Whose.
    pub client: Named,
    /// Under which process.
    pub process: Option<String>,
    /// About which asset.
    pub asset: Option<String>,
    /// The ticket it arose from.
    pub ticket: Option<String>,
    /// The rule that fired.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// Its sentence.
    pub message: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Who is on it, or the role that is to take it on.
    pub owner: String,
    /// What was said when it was taken on.
    pub taken_word: Option<String>,
    /// Whether somebody took it on.
    pub is_taken: bool,
    /// Whether the reader may take it on.
    pub may_take: bool,
    /// The number of this firing.
    pub firing: u64,
    /// How many rungs of its ladder it has reached.
    pub rungs: u64,
}

/// A severity, by shape and word.
pub(crate) fn severity_state(severity: Severity) -> State {
    match severity {
        Severity::High => State::new(Shape::Fail, "high"),
        Severity::Medium => State::new(Shape::Look, "medium"),
        Severity::Low => State::new(Shape::Open, "low"),
    }
}

/// The columns that have anything in them, with their place.
impl Control {
    fn columns(&self) -> Vec<(usize, Kind)> {
        let filled = |place: usize| {
            let mut groups = self.groups.iter();
            groups.any(|group| group.counts.get(place).is_some_and(|count| *count > 0))
        };
        let kinds = Kind::ALL.into_iter().enumerate();
        kinds.filter(|(place, _)| filled(*place)).collect()
    }

    fn has_client_links(&self) -> bool {
        self.clients.len() <= CLIENT_LINKS_MAX
    }

    fn is_of(&self, client: &Named) -> bool {
        self.asking.client.as_ref() == Some(client)
    }

    fn headline(&self) -> String {
        match (self.total, self.untaken) {
            (0, _) => "Nothing needs a look".to_owned(),
            (1, 0) => "One thing is being looked at".to_owned(),
            (total, 0) => format!("{total} things are being looked at"),
            (total, untaken) if total == untaken => match total {
                1 => "One thing needs a look".to_owned(),
                _ => format!("{total} things need a look"),
            },
            (total, untaken) => format!("{total} things need a look, {untaken} not taken on yet"),
        }
    }

    fn is_filtered(&self) -> bool {
        let asking = &self.asking;
        asking.client.is_some()
            || asking.process.is_some()
            || asking.kind.is_some()
            || asking.rule.is_some()
            || asking.severity.is_some()
            || asking.taken.is_some()
    }
}

impl Group {
    fn count(&self, place: &usize) -> u64 {
        self.counts.get(*place).copied().unwrap_or(0)
    }

    /// The board with this group and this column alone.
    fn address(&self, kind: &Kind) -> String {
        let asking = Asking {
            client: Some(self.client.clone()),
            process: self.process.clone(),
            ..Asking::default()
        };
        asking.with_kind(Some(*kind))
    }
}

impl Row {
    fn state(&self) -> State {
        severity_state(self.severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_every_filter_and_escapes_it() {
        let asking = Asking {
            client: Some(Named::new("a&b", "A & B")),
            kind: Some(Kind::Missed),
            taken: Some(false),
            ..Asking::default()
        };
        assert_eq!(
            asking.address(),
            "/control?client=a%26b&kind=missed&taken=no"
        );
        assert_eq!(Asking::default().address(), "/control");
    }
}
