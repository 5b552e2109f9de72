//! Signed notes (C2SP `signed-note` v1): a text, an empty line, and lines with signatures.
//!
//! A note is worth what the *reader's* keys make of it: a signature by an unknown key is ignored,
//! a wrong signature by a known key rejects the whole note, and a note that no known key signed
//! is refused. Keys never come out of the note itself.

mod key;

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};

pub use key::{KeyError, SignatureKind, SignerKey, VerifierKey};

/// Longest note that is read. A checkpoint has 200 bytes and 150 for each cosignature; the
/// manifest of a pack has at most 10,000 lines of 170.
pub const NOTE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most signature lines in a note. The format asks for at least 16; Go's reader stops at 100.
pub const SIGNATURES_MAX: usize = 100;

/// What every signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Why a note is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a note: no signature block, a control character, a malformed line, a limit passed.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// A key that the reader knows did not make the signature in its name.
    #[error("the signature in the name of {0} is wrong")]
    WrongSignature(String),
    /// None of the reader's keys signed it.
    #[error("no known key signed it")]
    NoKnownKey,
}

/// A note as read, its signatures not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<SignatureLine<'a>>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine<'a> {
    /// The name of the key that is said to have signed.
    pub name: &'a str,
    /// The id of that key.
    pub id: [u8; 4],
    /// The signature itself, in the format of the key's kind.
    pub signature: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Reads a note; checks its form, not its signatures.
    ///
    /// # Errors
    ///
    /// [`NoteError::Malformed`] when the form is not exactly that of a signed note.
    pub fn parse(note: &'a str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed("it is too long"));
        }
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Malformed("it contains a control character"));
        }
        let no_block = NoteError::Malformed("it has no block of signatures");
        let split = note.rfind("\n\n").ok_or(no_block.clone())?;
        let (text, block) = note.split_at(split + 1);
        let block = block.strip_prefix('\n').ok_or(no_block.clone())?;
        let block = block.strip_suffix('\n').ok_or(no_block)?;
        let signatures = block
            .split('\n')
            .take(SIGNATURES_MAX + 1)
            .map(SignatureLine::parse)
            .collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::Malformed("it has too many signatures"));
        }
        Ok(Self { text, signatures })
    }

    /// The text that is signed, with its last newline. Not to be used before [`Note::verify`].
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The signature lines, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine<'a>] {
        &self.signatures
    }

    /// Checks the signatures of the given keys, and says which of them signed.
    ///
    /// # Errors
    ///
    /// When a known key's signature is wrong, or no known key signed at all.
    pub fn verify<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers = Vec::new();
        let mut seen = BTreeSet::new();
        for line in &self.signatures {
            let matching = known.iter().enumerate();
            for (number, key) in matching.filter(|(_, key)| line.is_by(key)) {
                if !key.verifies(self.text, &line.signature) {
                    return Err(NoteError::WrongSignature(line.name.to_owned()));
                }
                if seen.insert(number) {
                    signers.push(key);
                }
            }
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownKey);
        }
        Ok(signers)
    }
}

impl<'a> SignatureLine<'a> {
    fn parse(line: &'a str) -> Result<Self, NoteError> {
        let refused = NoteError::Malformed("a signature line is not one");
        let parse = || {
            let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
            let bytes = Base64::decode_vec(encoded).ok()?;
            let (id, signature) = bytes.split_first_chunk::<4>()?;
            (key::is_name(name) && !signature.is_empty()).then(|| Self {
                name,
                id: *id,
                signature: signature.to_vec(),
            })
        };
        parse().ok_or(refused)
    }

    /// Whether this key is said to have signed.
    #[must_use]
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    /// The line as it stands in a note, with its newline.
    pub(crate) fn write(name: &str, id: [u8; 4], signature: &[u8]) -> String {
        let mut bytes = id.to_vec();
        bytes.extend_from_slice(signature);
        format!(
            "{SIGNATURE_PREFIX}{name} {}\n",
            Base64::encode_string(&bytes)
        )
    }
}

/// Signs a text; it has to end in a newline.
///
/// # Errors
///
/// [`NoteError::Malformed`] when the text cannot stand in a note.
pub fn sign(text: &str, signer: &SignerKey) -> Result<String, NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("its text does not end in a newline"));
    }
    let line = SignatureLine::write(signer.name(), signer.id(), &signer.sign(text));
    let note = format!("{text}\n{line}");
    Note::parse(&note)?;
    Ok(note)
}
