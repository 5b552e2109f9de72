//! Checkpoints (C2SP `tlog-checkpoint` v1): the signed head of a log.
//!
//! Three lines: whose log, how many entries, which root. What is signed here must never be
//! inconsistent with what was signed before; to see to that is the business of whoever keeps the
//! log, since it takes memory.

use base64ct::{Base64, Encoding};

use crate::hash::Hash;
use crate::note::{Note, NoteError, SignerKey, VerifierKey, sign};

/// A log's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; also the name of the key that signs for it.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Lines that another log may have added; duly writes none and gives them no meaning.
    pub extensions: Vec<String>,
}

/// Why a text is not a checkpoint of the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it is refused.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not three lines of the right form.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// It is about another log than its key is for.
    #[error("a checkpoint of {found}, not of {expected}")]
    OriginDiffers {
        /// The log it should be about.
        expected: String,
        /// The log it is about.
        found: String,
    },
}

impl Checkpoint {
    /// A head without extension lines.
    #[must_use]
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let root = Base64::encode_string(&self.root.0);
        let mut text = format!("{}\n{}\n{root}\n", self.origin, self.size);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The signed note.
    ///
    /// # Errors
    ///
    /// When the key is for another log, or the origin cannot stand in a note.
    pub fn sign(&self, signer: &SignerKey) -> Result<String, CheckpointError> {
        self.is_of(signer.name())?;
        let text = self.text();
        Self::parse(&text)?;
        Ok(sign(&text, signer)?)
    }

    /// Reads a signed checkpoint of the log that the key is for.
    ///
    /// # Errors
    ///
    /// When the note or its signature is wrong, or the checkpoint is about another log.
    pub fn open(note: &str, log: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        note.verify(std::slice::from_ref(log))?;
        let checkpoint = Self::parse(note.text())?;
        checkpoint.is_of(log.name())?;
        Ok(checkpoint)
    }

    /// Reads the text of a checkpoint, whoever signed it or did not.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Malformed`] when the text has not exactly the form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let lines = text
            .strip_suffix('\n')
            .ok_or(malformed("its last line is not ended"))?;
        let mut lines = lines.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty());
        let origin = line().ok_or(malformed("it names no log"))?;
        let size = line()
            .and_then(decimal)
            .ok_or(malformed("its size is no number"))?;
        let root = line()
            .and_then(root_from)
            .ok_or(malformed("its root is no hash"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(malformed("it has an empty line"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }

    fn is_of(&self, log: &str) -> Result<(), CheckpointError> {
        if self.origin == log {
            return Ok(());
        }
        Err(CheckpointError::OriginDiffers {
            expected: log.to_owned(),
            found: self.origin.clone(),
        })
    }
}

/// A decimal number in its only spelling, at most 2^63 - 1 as every database can hold it.
fn decimal(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number <= i64::MAX as u64 && number.to_string() == text).then_some(number)
}

fn root_from(text: &str) -> Option<Hash> {
    let bytes = Base64::decode_vec(text).ok()?;
    Some(Hash(bytes.try_into().ok()?))
}
