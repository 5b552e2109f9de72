//! Reading a policy file, line by line. Whatever the format does not allow is refused with its
//! line number; nothing is guessed, and no line is skipped but empty ones and comments.

use super::{Member, MemberKind, POLICY_ITEMS_MAX, Policy};
use crate::note::{KeyError, SignatureKind, VerifierKey};

/// Longest policy file: room for all items with long names, and not for a mistaken file.
pub const POLICY_BYTES_MAX: usize = 256 * 1024;

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy line {line}: {problem}")]
pub struct PolicyError {
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong with it.
    pub problem: PolicyProblem,
}

/// What can be wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// Longer than [`POLICY_BYTES_MAX`].
    #[error("the file is too long")]
    TooLong,
    /// The last line has no newline.
    #[error("the file does not end in a newline")]
    NotEnded,
    /// A control character other than tab and newline.
    #[error("a control character")]
    ControlCharacter,
    /// A word that begins no line of the format.
    #[error("it begins with neither log, witness, group nor quorum")]
    UnknownWord,
    /// Too few or too many words.
    #[error("it has too few or too many words")]
    WordCount,
    /// A key that is none.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// A log's key in the place of a witness's, or the other way round.
    #[error("the key is of the wrong kind: logs have type 1, witnesses type 4")]
    KeyKind,
    /// A key, or a name, that stands there already.
    #[error("the same key or name was given before")]
    Repeated,
    /// A name that no line above defines.
    #[error("no line above defines the name")]
    UnknownName,
    /// A member that is already in a group.
    #[error("a member is already in a group")]
    MemberTwice,
    /// Not `all`, `any`, or a number from 1 to the number of members.
    #[error("a group asks for all, any, or a number of its members")]
    Threshold,
    /// `none` where a name is defined or a member listed.
    #[error("none is not a name")]
    ReservedName,
    /// No quorum line in the whole file, or more than one.
    #[error("there has to be exactly one quorum line")]
    Quorum,
    /// More than [`POLICY_ITEMS_MAX`] of a kind.
    #[error("too many logs, witnesses or groups")]
    TooMany,
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    logs: Vec<VerifierKey>,
    members: Vec<Member>,
    is_grouped: Vec<bool>,
    quorum: Option<Option<usize>>,
}

pub(super) fn policy(bytes: &[u8]) -> Result<Policy, PolicyError> {
    let whole = |problem| PolicyError { line: 0, problem };
    if bytes.len() > POLICY_BYTES_MAX {
        return Err(whole(PolicyProblem::TooLong));
    }
    let lines = bytes
        .strip_suffix(b"\n")
        .ok_or(whole(PolicyProblem::NotEnded))?;
    let mut reading = Reading::default();
    for (number, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        let at_line = |problem| PolicyError {
            line: number + 1,
            problem,
        };
        reading.line(line).map_err(at_line)?;
    }
    let quorum = reading.quorum.ok_or(whole(PolicyProblem::Quorum))?;
    Ok(Policy {
        logs: reading.logs,
        members: reading.members,
        quorum,
    })
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyProblem> {
        let is_forbidden = |byte: &u8| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f;
        if line.iter().any(is_forbidden) {
            return Err(PolicyProblem::ControlCharacter);
        }
        let words: Vec<&[u8]> = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] | [b"log", key, _] => self.log(key),
            [b"witness", name, key] | [b"witness", name, key, _] => self.witness(name, key),
            [b"group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            [b"quorum", name] => self.quorum(name),
            [b"log" | b"witness" | b"group" | b"quorum", ..] => Err(PolicyProblem::WordCount),
            _ => Err(PolicyProblem::UnknownWord),
        }
    }

    fn log(&mut self, key: &[u8]) -> Result<(), PolicyProblem> {
        let key = key_of_kind(key, SignatureKind::Ed25519)?;
        if self.logs.iter().any(|log| is_same_key(log, &key)) {
            return Err(PolicyProblem::Repeated);
        }
        if self.logs.len() >= POLICY_ITEMS_MAX {
            return Err(PolicyProblem::TooMany);
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8]) -> Result<(), PolicyProblem> {
        let key = key_of_kind(key, SignatureKind::Cosignature)?;
        let is_known = |member: &Member| match &member.kind {
            MemberKind::Witness(known) => is_same_key(known, &key),
            MemberKind::Group { .. } => false,
        };
        if self.members.iter().any(is_known) {
            return Err(PolicyProblem::Repeated);
        }
        self.define(name, MemberKind::Witness(Box::new(key)))
    }

    fn group(
        &mut self,
        name: &[u8],
        threshold: &[u8],
        names: &[&[u8]],
    ) -> Result<(), PolicyProblem> {
        let mut members = Vec::with_capacity(names.len());
        for member in names {
            let number = self.number_of(member)?;
            match self.is_grouped.get_mut(number) {
                Some(is_grouped) if !*is_grouped => *is_grouped = true,
                _ => return Err(PolicyProblem::MemberTwice),
            }
            members.push(number);
        }
        let threshold = match threshold {
            b"all" => members.len(),
            b"any" => 1,
            number => threshold_of(number).ok_or(PolicyProblem::Threshold)?,
        };
        if !(1..=members.len()).contains(&threshold) {
            return Err(PolicyProblem::Threshold);
        }
        self.define(name, MemberKind::Group { threshold, members })
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), PolicyProblem> {
        if self.quorum.is_some() {
            return Err(PolicyProblem::Quorum);
        }
        self.quorum = Some(match name {
            b"none" => None,
            name => Some(self.number_of(name)?),
        });
        Ok(())
    }

    fn define(&mut self, name: &[u8], kind: MemberKind) -> Result<(), PolicyProblem> {
        if name == b"none" {
            return Err(PolicyProblem::ReservedName);
        }
        if self.members.iter().any(|member| member.name == name) {
            return Err(PolicyProblem::Repeated);
        }
        if self.members.len() >= 2 * POLICY_ITEMS_MAX {
            return Err(PolicyProblem::TooMany);
        }
        self.members.push(Member {
            name: name.to_vec(),
            kind,
        });
        self.is_grouped.push(false);
        Ok(())
    }

    fn number_of(&self, name: &[u8]) -> Result<usize, PolicyProblem> {
        if name == b"none" {
            return Err(PolicyProblem::ReservedName);
        }
        self.members
            .iter()
            .position(|member| member.name == name)
            .ok_or(PolicyProblem::UnknownName)
    }
}

fn key_of_kind(text: &[u8], kind: SignatureKind) -> Result<VerifierKey, PolicyProblem> {
    let text = std::str::from_utf8(text).map_err(|_| KeyError::Malformed)?;
    let key = VerifierKey::parse(text)?;
    if key.kind() == kind {
        Ok(key)
    } else {
        Err(PolicyProblem::KeyKind)
    }
}

/// Two keys are the same when their points are, whatever they are called.
fn is_same_key(left: &VerifierKey, right: &VerifierKey) -> bool {
    left.public_bytes() == right.public_bytes()
}

/// A decimal number of at most four digits, without sign or leading zero.
fn threshold_of(text: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() <= 4)?;
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
