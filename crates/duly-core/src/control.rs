//! The built-in rules of quality control: pure functions from typed facts to reasons to look.
//!
//! Each rule is one small file: what it looks for, its parameters with a default and a reason, and
//! a *planted* input on which it must fire. [`Rule::proves`] runs that input; a rule that stays
//! silent on it is itself a finding, since a rule that cannot fire looks exactly like a good week.
//!
//! A rule says what is odd and never who is to blame: every threshold here is a reason to look,
//! not a proof of fault. Nothing here reads anything; which facts there are is decided by whoever
//! gathers them, and a fact that was not gathered is absent, never made up.

pub mod facts;
pub mod ladder;
pub mod planted;
pub mod rules;
pub mod settle;
mod with;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::id::AssetId;
use crate::process::{Control, Severity};
use facts::{ClientFacts, DeskFacts, TicketFacts};

pub use with::With;

/// A rule that duly has built in.
#[derive(Debug)]
pub struct Rule {
    /// Its name in a published process: `too-fast`.
    pub id: &'static str,
    /// Which column of the control board it belongs to.
    pub kind: Kind,
    /// How bad it is unless a process says otherwise.
    pub severity: Severity,
    /// What it looks for, as a sentence.
    pub looks_for: &'static str,
    /// What else it may mean: the innocent reasons, so that nobody takes it for a verdict.
    pub may_mean: &'static str,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// Whether it tells of something that happened or of something that lasts.
    pub cause: Cause,
    /// The rule itself.
    pub judge: Judge,
    /// An input on which it must fire.
    pub planted: fn() -> Planted,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// One ticket, with what was done before it.
    Ticket(fn(&TicketFacts, &With<'_>) -> Vec<Raised>),
    /// Everything known of a client at a moment.
    Client(fn(&ClientFacts, &With<'_>) -> Vec<Raised>),
    /// What the provider's own desk and duly itself left undone.
    Desk(fn(&DeskFacts, &With<'_>) -> Vec<Raised>),
}

/// A planted input.
#[derive(Clone, Debug)]
pub enum Planted {
    /// For a rule about tickets.
    Ticket(Box<TicketFacts>),
    /// For a rule about clients.
    Client(Box<ClientFacts>),
    /// For a rule about the desk.
    Desk(Box<DeskFacts>),
}

/// A setting of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name as published, with its unit at the end: `floor-minutes`.
    pub name: &'static str,
    /// What holds where a process says nothing; `None` for a list of steps, which is then all.
    pub default: Option<u32>,
    /// What it sets.
    pub about: &'static str,
    /// Why the default is what it is.
    pub because: &'static str,
}

/// Whether a cause can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Something that happened: it is raised once, and only a person can clear it.
    Event,
    /// Something that lasts, and ends by itself. It is raised once it has lasted for `after`, and
    /// cleared once it has been gone for `keep`, so that what comes and goes is one warning.
    State {
        /// How long it must last.
        after: SignedDuration,
        /// How long it must be gone.
        keep: SignedDuration,
    },
}

/// A cause that is taken as it is seen: what was stored does not flicker.
pub const AT_ONCE: Cause = Cause::State {
    after: SignedDuration::ZERO,
    keep: SignedDuration::ZERO,
};

/// A cause that other people's systems report. An inventory that is being rewritten lacks rows for
/// minutes, and a source that comes back once may be gone again within the hour.
pub const SETTLED: Cause = Cause::State {
    after: SignedDuration::from_mins(30),
    keep: SignedDuration::from_hours(2),
};

/// The columns of the control board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Work that was not done in its time at all.
    Missed,
    /// Work that was done after its time.
    Late,
    /// What is known is too old.
    Stale,
    /// What was to be found out could not be.
    Unknown,
    /// What needs care and has none.
    Uncovered,
    /// Two sources differ.
    Contradiction,
    /// Work whose traces look unlike work.
    Conduct,
    /// Something else that a person has to settle.
    Other,
}

impl Kind {
    /// All of them, in the order of the board.
    pub const ALL: [Self; 8] = [
        Self::Missed,
        Self::Late,
        Self::Stale,
        Self::Unknown,
        Self::Uncovered,
        Self::Contradiction,
        Self::Conduct,
        Self::Other,
    ];

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Late => "late",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
            Self::Uncovered => "uncovered",
            Self::Contradiction => "contradiction",
            Self::Conduct => "conduct",
            Self::Other => "other",
        }
    }
}

/// A reason to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What it is of. Together with client and rule it names the warning, so that the same cause
    /// seen again is the same warning.
    pub about: String,
    /// The asset, where it is one.
    pub asset: Option<AssetId>,
    /// One sentence, with the facts in it.
    pub message: String,
}

impl Raised {
    /// About something, with a sentence.
    #[must_use]
    pub fn new(about: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            asset: None,
            message: message.into(),
        }
    }

    /// The same about an asset.
    #[must_use]
    pub fn of(mut self, asset: &AssetId) -> Self {
        self.asset = Some(asset.clone());
        self
    }
}

impl Rule {
    /// Whether it fires on its planted input, with the parameters it has by itself.
    #[must_use]
    pub fn proves(&'static self) -> bool {
        let with = With::defaults(self);
        let raised = match (&self.judge, (self.planted)()) {
            (Judge::Ticket(judge), Planted::Ticket(facts)) => judge(&facts, &with),
            (Judge::Client(judge), Planted::Client(facts)) => judge(&facts, &with),
            (Judge::Desk(judge), Planted::Desk(facts)) => judge(&facts, &with),
            _ => Vec::new(),
        };
        !raised.is_empty()
    }

    /// What it raises at a ticket; nothing for a rule about something else.
    #[must_use]
    pub fn at_ticket(&'static self, facts: &TicketFacts, control: &Control) -> Vec<Raised> {
        match self.judge {
            Judge::Ticket(judge) => judge(facts, &With::of(self, control)),
            Judge::Client(_) | Judge::Desk(_) => Vec::new(),
        }
    }

    /// What it raises at a client; nothing for a rule about something else.
    #[must_use]
    pub fn at_client(&'static self, facts: &ClientFacts, control: &Control) -> Vec<Raised> {
        match self.judge {
            Judge::Client(judge) => judge(facts, &With::of(self, control)),
            Judge::Ticket(_) | Judge::Desk(_) => Vec::new(),
        }
    }

    /// What it raises at the desk, with its own parameters; nothing for a rule about something
    /// else.
    #[must_use]
    pub fn at_desk(&'static self, facts: &DeskFacts) -> Vec<Raised> {
        match self.judge {
            Judge::Desk(judge) => judge(facts, &With::defaults(self)),
            Judge::Ticket(_) | Judge::Client(_) => Vec::new(),
        }
    }
}
