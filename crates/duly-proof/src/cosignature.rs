//! Cosignatures (C2SP `tlog-cosignature` v1, Ed25519): a witness's word that, at a time, this was
//! the largest head of a log that it had seen, and that it continued all heads before.
//!
//! Only the signature is made and checked here. That a witness signs nothing inconsistent takes
//! memory, and is the witness's business.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::{
    KeyError, Note, NoteError, SignatureKind, SignatureLine, SignerKey, VerifierKey,
};

/// The key of a witness.
#[derive(Clone, Debug)]
pub struct CosignerKey(SignerKey);

impl CosignerKey {
    /// The key of a witness, from the 32 secret bytes of an Ed25519 key, used for nothing else.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] when the name cannot stand in a signature line.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(SignerKey::of_kind(
            name,
            seed,
            SignatureKind::Cosignature,
        )?))
    }

    /// The public key, for those who check.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.0.verifier()
    }

    /// The signature line for a checkpoint's text, as of `time_s` (Unix seconds).
    #[must_use]
    pub fn cosign(&self, text: &str, time_s: u64) -> String {
        let mut signature = time_s.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.0.sign(&message(text, time_s)));
        SignatureLine::write(self.0.name(), self.0.id(), &signature)
    }

    /// The checkpoint note with this witness's cosignature added.
    ///
    /// # Errors
    ///
    /// When it is not a checkpoint note, or has no room for another signature.
    pub fn cosign_note(&self, note: &str, time_s: u64) -> Result<String, CheckpointError> {
        let parsed = Note::parse(note)?;
        Checkpoint::parse(parsed.text())?;
        let cosigned = format!("{note}{}", self.cosign(parsed.text(), time_s));
        Note::parse(&cosigned)?;
        Ok(cosigned)
    }
}

/// When the witness cosigned this note: Unix seconds, or `None` when it did not. The latest of
/// several.
///
/// # Errors
///
/// [`NoteError::WrongSignature`] when a signature in the witness's name is not one.
pub fn cosigned_at_s(note: &Note<'_>, witness: &VerifierKey) -> Result<Option<u64>, NoteError> {
    let mut latest = None;
    for line in note.signatures().iter().filter(|line| line.is_by(witness)) {
        let time_s = time_s(witness, note.text(), &line.signature)
            .ok_or_else(|| NoteError::WrongSignature(line.name.to_owned()))?;
        latest = latest.max(Some(time_s));
    }
    Ok(latest)
}

/// The time in a cosignature, when the signature holds.
pub(crate) fn time_s(witness: &VerifierKey, text: &str, signature: &[u8]) -> Option<u64> {
    if witness.kind() != SignatureKind::Cosignature {
        return None;
    }
    let (time_s, signature) = signature.split_first_chunk::<8>()?;
    let time_s = u64::from_be_bytes(*time_s);
    let is_time = time_s <= i64::MAX as u64;
    let holds = is_time && witness.verifies_bytes(message(text, time_s).as_bytes(), signature);
    holds.then_some(time_s)
}

fn message(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}
