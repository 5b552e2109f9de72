//! What a client can check without its provider: the checkpoint to keep, the key to check with,
//! the pack, the exact command, and what all that proves and does not.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::filters;
use crate::part::state::{Shape, State};
use crate::view::Named;
use crate::view::frame::Frame;
use crate::words::number::counted;

/// The page that lists every client's log.
#[derive(Clone, Debug, Template)]
#[template(path = "proofs.html")]
pub struct Proofs {
    /// What stands around it.
    pub frame: Frame,
    /// Every log.
    pub logs: Vec<Log>,
}

/// A client's log, in one line.
#[derive(Clone, Debug)]
pub struct Log {
    /// Whose.
    pub client: Named,
    /// Its origin line.
    pub origin: String,
    /// Entries under the newest checkpoint; 0 before there is one.
    pub size: u64,
    /// When that was signed.
    pub signed_at: Option<Timestamp>,
}

/// The page of one client.
#[derive(Clone, Debug, Template)]
#[template(path = "proof.html")]
pub struct Proof {
    /// What stands around it.
    pub frame: Frame,
    /// Who.
    pub client: Named,
    /// The log's origin line.
    pub origin: String,
    /// The newest checkpoint; none before anything is recorded.
    pub checkpoint: Option<Signed>,
    /// When it was last counted again from nothing, and what came of it.
    pub recount: Option<Recount>,
    /// Whether that is too long ago.
    pub recount_overdue: bool,
    /// The policy to check with, as text: origin and key.
    pub policy: String,
    /// First local date of the pack that is offered.
    pub from: Date,
    /// Last local date of it.
    pub to: Date,
}

/// What counting again from nothing came to.
#[derive(Clone, Debug)]
pub struct Recount {
    /// When.
    pub at: Timestamp,
    /// Entries read.
    pub entries: u64,
    /// Duties computed.
    pub duties: u64,
    /// Tickets compared.
    pub tickets: u64,
    /// Differences found.
    pub differences: u64,
    /// Why it could not be carried through.
    pub problem: Option<String>,
}

impl Recount {
    fn state(&self) -> State {
        match (&self.problem, self.differences) {
            (Some(_), _) => State::new(Shape::Unknown, "not counted"),
            (None, 0) => State::new(Shape::Pass, "agrees"),
            (None, number) => State::new(Shape::Fail, counted(number, "difference", "differences")),
        }
    }
}

/// A signed checkpoint.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The note as it was signed, to be kept as it is.
    pub note: String,
    /// Entries under it.
    pub size: u64,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Who has countersigned it, by name.
    pub cosigned_by: Vec<String>,
}

impl Proof {
    /// Beginning of the names of the files that are offered: the client's id, kept to characters
    /// that every file system and shell takes as they are.
    #[must_use]
    pub fn stem(&self) -> String {
        file_stem(&self.client.id)
    }

    /// The command that checks the pack, ready to be copied.
    fn command(&self) -> String {
        let stem = self.stem();
        format!(
            "duly-verify {stem}-pack.zip --policy {stem}-policy.txt --seen {stem}-checkpoint.txt"
        )
    }
}

/// Letters, digits, dots and dashes of an id; anything else becomes a dash.
#[must_use]
pub fn file_stem(id: &str) -> String {
    let kept: String = id
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-') {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let kept = kept.trim_matches(['.', '-']).to_owned();
    if kept.is_empty() {
        "client".to_owned()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_holds_nothing_that_a_shell_would_read() {
        assert_eq!(file_stem("baker"), "baker");
        assert_eq!(file_stem("../etc; rm -rf"), "etc--rm--rf");
        assert_eq!(file_stem("-"), "client");
    }
}
