//! What the provider's own desk, and duly itself, left undone.

use jiff::Timestamp;

use crate::id::ClientId;

/// See the module.
#[derive(Clone, Debug)]
pub struct DeskFacts {
    /// When the facts were gathered.
    pub now: Timestamp,
    /// Clients with warnings that nobody acknowledged for too long, by the ladder's own calendar.
    pub waiting: Vec<Waiting>,
    /// Rules that could not be evaluated, or did not fire on their planted input.
    pub failures: Vec<RuleFailure>,
    /// Times in which duly did not work.
    pub gaps: Vec<Gap>,
}

/// Warnings of one client that wait.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Whose.
    pub client: ClientId,
    /// How many have waited for longer than a business day.
    pub warnings: u64,
    /// Since when the oldest waits.
    pub since: Timestamp,
}

/// A rule that failed.
#[derive(Clone, Debug)]
pub struct RuleFailure {
    /// Which, by the name under which it was published.
    pub rule: String,
    /// At what: a client and process, or its planted input.
    pub at: String,
    /// Why.
    pub why: String,
}

/// A time in which duly did not work.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The last round before it.
    pub from: Timestamp,
    /// The first after it.
    pub to: Timestamp,
}
