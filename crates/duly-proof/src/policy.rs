//! Policies (C2SP `tlog-policy`): whose log, which witnesses, and how many of them are enough.
//!
//! A policy is what the reader brings along; it must never come from what is being judged. The
//! form is read strictly, as octets: names are compared byte for byte and never interpreted.

mod parse;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::cosigned_at_s;
use crate::note::{Note, NoteError, VerifierKey};

pub use parse::{POLICY_BYTES_MAX, PolicyError, PolicyProblem};

/// Most logs, witnesses and groups in a policy, each; the format asks for at least 32.
pub const POLICY_ITEMS_MAX: usize = 256;

/// A policy, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    members: Vec<Member>,
    /// Which member must have witnessed; `None` for `quorum none`.
    quorum: Option<usize>,
}

/// A witness or a group; groups refer to earlier members by number, so there are no circles.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    name: Vec<u8>,
    kind: MemberKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MemberKind {
    Witness(Box<VerifierKey>),
    Group {
        threshold: usize,
        members: Vec<usize>,
    },
}

/// What a policy makes of a signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The checkpoint, signed by one of the policy's logs.
    pub checkpoint: Checkpoint,
    /// The key that signed it.
    pub log: VerifierKey,
    /// The witnesses of the policy that cosigned it, in the order of the policy.
    pub witnesses: Vec<Witnessed>,
    /// Whether the quorum was reached; always so under `quorum none`.
    pub has_quorum: bool,
}

/// One witness's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The witness's name in the policy, for display; it identifies nothing.
    pub name: String,
    /// When it cosigned: Unix seconds by its own clock.
    pub time_s: u64,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// When a line is not exactly of the format; see [`PolicyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        parse::policy(bytes)
    }

    /// The logs it accepts.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Whether it asks for any witness at all.
    #[must_use]
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Reads a signed checkpoint and says who stands behind it.
    ///
    /// # Errors
    ///
    /// When no log of the policy signed it, when any signature in the name of a log or witness of
    /// the policy is wrong, or when it is about another log than its key is for. A quorum that is
    /// not reached is no error.
    pub fn evaluate(&self, note: &str) -> Result<Evaluation, CheckpointError> {
        let note = Note::parse(note)?;
        let signers = note.verify(&self.logs)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let log = signers
            .iter()
            .find(|key| key.name() == checkpoint.origin)
            .ok_or_else(|| CheckpointError::OriginDiffers {
                expected: signers.first().map_or("", |key| key.name()).to_owned(),
                found: checkpoint.origin.clone(),
            })?;
        let times = self.cosigned(&note)?;
        let mut has_witnessed = Vec::with_capacity(self.members.len());
        let mut witnesses = Vec::new();
        for (member, time_s) in self.members.iter().zip(times) {
            has_witnessed.push(match &member.kind {
                MemberKind::Witness(_) => time_s.is_some(),
                MemberKind::Group { threshold, members } => {
                    let is_counted = |number: &&usize| has_witnessed.get(**number) == Some(&true);
                    members.iter().filter(is_counted).count() >= *threshold
                }
            });
            if let Some(time_s) = time_s {
                let name = String::from_utf8_lossy(&member.name).into_owned();
                witnesses.push(Witnessed { name, time_s });
            }
        }
        let has_quorum = self
            .quorum
            .is_none_or(|number| has_witnessed.get(number) == Some(&true));
        Ok(Evaluation {
            checkpoint,
            log: (*log).clone(),
            witnesses,
            has_quorum,
        })
    }

    /// When each member cosigned; `None` for those that did not, and for groups.
    fn cosigned(&self, note: &Note<'_>) -> Result<Vec<Option<u64>>, NoteError> {
        let time_s = |member: &Member| match &member.kind {
            MemberKind::Witness(key) => cosigned_at_s(note, key),
            MemberKind::Group { .. } => Ok(None),
        };
        self.members.iter().map(time_s).collect()
    }
}
