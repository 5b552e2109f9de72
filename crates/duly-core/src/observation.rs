//! A fact: who says what about which thing, how it came to be known, and when.
//!
//! An observation is never edited and never judged here; see [`crate::verdict`]. A *claim* is
//! whatever the judged tool says about itself ([`Method::SelfReport`]); a *measurement* is what
//! duly found out by its own reading ([`Method::Measured`]).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One fact, one JSON line when a probe prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Observation {
    /// What it is about: an asset id, or a part of it such as `snapshot:8f3a…`, `path:/srv/db`.
    pub subject: String,
    /// Dotted name from the probe's README: `snapshot.time`, `file.sha256`.
    pub name: String,
    /// What was found, or why nothing was.
    pub value: Value,
    /// Unit of a number: `bytes`, `s`, `files`. Absent for text and counts without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Who says so: `restic-repository`, `manifest`, `job`.
    pub source: String,
    /// How it came to be known.
    pub method: Method,
    /// When the fact held, as far as its source can tell.
    pub observed_at: Timestamp,
    /// When duly took it in; stamped by the worker, not by the probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words.
    Text(String),
    /// A number in the observation's unit.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// A list of words: ids, paths.
    List(Vec<String>),
    /// Parts of one fact that mean something only together: a file's size, times and hash.
    Fields(serde_json::Map<String, serde_json::Value>),
    /// Looked for, and not there.
    Absent,
    /// Looked for, and it could not be told, because of this.
    Unreadable(String),
}

impl Observation {
    /// A fact that duly read itself. Who calls this has to have done so.
    #[must_use]
    pub fn measured(
        source: &str,
        subject: impl Into<String>,
        name: &str,
        value: Value,
        observed_at: Timestamp,
    ) -> Self {
        Self {
            subject: subject.into(),
            name: name.to_owned(),
            value,
            unit: None,
            source: source.to_owned(),
            method: Method::Measured,
            observed_at,
            received_at: None,
        }
    }

    /// The same with the unit of its number.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }
}

/// How the process of a probe came to its end. Judged like an observation: a probe that did not
/// end by itself, in order, has not found that all is well, whatever it printed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// By itself, with status 0.
    Well,
    /// By itself, with another status.
    Status(i32),
    /// By a signal that its runner did not send: it crashed.
    Signal(i32),
    /// Killed: it took too long.
    TooSlow,
    /// Killed: it printed too much, or too long a line.
    TooMuchOutput,
    /// Killed: it took too much memory, or too many processes.
    TooGreedy,
    /// It could not be started.
    NotStarted(String),
}

/// How a fact came to be known, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// duly read the thing itself.
    Measured,
    /// The device said so when duly asked it.
    Device,
    /// A management console said so.
    Console,
    /// The judged tool said so about itself: a claim.
    SelfReport,
    /// It came in a file from somewhere else.
    Import,
    /// A person said so.
    Person,
}
