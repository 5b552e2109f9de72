//! The manifest of a pack: a note, signed by the log, that lists every other file with its hash
//! and length. Its first line can never be that of a checkpoint, whose second line is a number.

use std::collections::BTreeMap;

use duly_proof::hash::{Hash, hash};
use duly_proof::note::{Note, SignerKey, VerifierKey, sign};
use jiff::civil::Date;

use super::PackError;
use crate::id::ClientId;

/// First line of a manifest, with its version.
const HEAD: &str = "duly-pack/v1";

/// What a pack is, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Which log.
    pub origin: String,
    /// Whose.
    pub client: ClientId,
    /// First local date that was asked about.
    pub from: Date,
    /// Last local date that was asked about.
    pub to: Date,
    /// Every file but the manifest, in order of their names.
    pub files: Vec<Listed>,
}

/// A file in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its content.
    pub hash: Hash,
}

impl Listed {
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            length: bytes.len() as u64,
            hash: hash(bytes),
        }
    }

    fn line(&self) -> String {
        format!(
            "file {} {} {}\n",
            self.hash.to_hex(),
            self.length,
            self.name
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("file ")?.splitn(3, ' ');
        let hash = Hash::from_hex(words.next()?)?;
        let length = words.next()?.parse().ok()?;
        let name = words.next()?.to_owned();
        Some(Self { name, length, hash })
    }
}

impl Manifest {
    pub(super) fn text(&self) -> String {
        let head = format!(
            "{HEAD}\norigin {}\nclient {}\nperiod {} {}\n",
            self.origin, self.client, self.from, self.to
        );
        self.files
            .iter()
            .fold(head, |text, file| text + &file.line())
    }

    /// Signs the list; refuses one that would read back as another.
    pub(super) fn sign(&self, signer: &SignerKey) -> Result<String, PackError> {
        let text = self.text();
        if Self::parse(&text)? != *self {
            return Err(PackError::Manifest);
        }
        Ok(sign(&text, signer)?)
    }

    /// Reads a manifest that one of these logs signed; says which.
    pub(super) fn open(note: &str, logs: &[VerifierKey]) -> Result<(Self, VerifierKey), PackError> {
        let note = Note::parse(note)?;
        let signers = note.verify(logs)?;
        let manifest = Self::parse(note.text())?;
        let is_own = |signer: &&&VerifierKey| signer.name() == manifest.origin;
        let signer = signers.iter().find(is_own).ok_or(PackError::Manifest)?;
        let signer = (*signer).clone();
        Ok((manifest, signer))
    }

    pub(super) fn parse(text: &str) -> Result<Self, PackError> {
        let mut lines = text.lines();
        let head = lines.next().unwrap_or_default();
        if head != HEAD {
            return Err(PackError::UnknownVersion(head.to_owned()));
        }
        let read = || {
            let mut word = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
            let origin = word("origin")?.to_owned();
            let client = ClientId::from(word("client")?);
            let (from, to) = word("period")?.split_once(' ')?;
            let (from, to) = (from.parse().ok()?, to.parse().ok()?);
            (from <= to).then_some(())?;
            Some(Self {
                origin,
                client,
                from,
                to,
                files: lines.map(Listed::parse).collect::<Option<Vec<_>>>()?,
            })
        };
        read()
            .filter(|manifest| manifest.text() == text)
            .ok_or(PackError::Manifest)
    }

    /// Checks that the files are exactly those of the list.
    pub(super) fn check(&self, files: &BTreeMap<&str, &[u8]>) -> Result<(), PackError> {
        let mut listed = self.files.iter();
        for (name, bytes) in files {
            if listed.next() != Some(&Listed::of(name, bytes)) {
                return Err(PackError::File((*name).to_owned()));
            }
        }
        match listed.next() {
            None => Ok(()),
            Some(missing) => Err(PackError::File(missing.name.clone())),
        }
    }
}
