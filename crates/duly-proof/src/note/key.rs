//! The keys of signed notes: who signs, and what it takes to check it.
//!
//! Ed25519 only, checked strictly (no weak keys, no malleable signatures). A key is known by its
//! name and a four-byte id together. Nothing here draws a key at random: seeds come in.

use std::fmt;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use crate::cosignature;
use crate::hash::hex;

/// Longest key name that is accepted; the format sets no limit, a line has to have one.
const NAME_BYTES_MAX: usize = 255;

/// Sets keys derived from a root seed apart from anything else derived from it.
const DERIVE_SALT: &[u8] = b"duly-log-key1";

/// What a key's signatures mean, by the byte that the format assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// `0x01`: Ed25519 over the text of the note.
    Ed25519,
    /// `0x04`: a witness's timestamped cosignature of a checkpoint.
    Cosignature,
}

impl SignatureKind {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Ed25519),
            4 => Some(Self::Cosignature),
            _ => None,
        }
    }
}

/// Why a text is not a usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `name+id+base64`.
    #[error("not a verifier key: it has to read NAME+ID+KEY")]
    Malformed,
    /// Empty, too long, or with a space or a plus in it.
    #[error("a key name is 1 to 255 bytes without spaces and plus signs")]
    Name,
    /// A kind of signature that this program does not check.
    #[error("a kind of signature ({0:#04x}) that this program does not know")]
    UnknownKind(u8),
    /// The id is not the one that name, kind and key give.
    #[error("the key's id does not belong to its name and key: it was changed or mistyped")]
    IdDiffers,
    /// The 32 bytes are no point of the curve, or a weak one.
    #[error("not a usable Ed25519 public key")]
    Point,
}

/// A public key with its name: what a reader has to know beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    kind: SignatureKind,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads the text form, `name+id+base64`.
    ///
    /// # Errors
    ///
    /// When it is not exactly a key of a known kind, whole and unchanged.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.split_once('+').ok_or(KeyError::Malformed)?;
        let (id, encoded) = rest.split_once('+').ok_or(KeyError::Malformed)?;
        let bytes = Base64::decode_vec(encoded).map_err(|_| KeyError::Malformed)?;
        let (kind, point) = bytes.split_first().ok_or(KeyError::Malformed)?;
        let kind = SignatureKind::from_byte(*kind).ok_or(KeyError::UnknownKind(*kind))?;
        let point = point.try_into().map_err(|_| KeyError::Point)?;
        let key = VerifyingKey::from_bytes(point).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        let parsed = Self::new(name, kind, key)?;
        if hex(&parsed.id) == id {
            Ok(parsed)
        } else {
            Err(KeyError::IdDiffers)
        }
    }

    fn new(name: &str, kind: SignatureKind, key: VerifyingKey) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            id: key_id(name, kind, &key),
            kind,
            key,
        })
    }

    /// Its name; for a log, the origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that, with the name, stand for it in a signature line.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What its signatures mean.
    #[must_use]
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether this is this key's signature of a note with this text.
    #[must_use]
    pub fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        match self.kind {
            SignatureKind::Ed25519 => self.verifies_bytes(text.as_bytes(), signature),
            SignatureKind::Cosignature => cosignature::time_s(self, text, signature).is_some(),
        }
    }

    /// Whether this is this key's plain Ed25519 signature of these bytes.
    pub(crate) fn verifies_bytes(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(bytes, &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        let encoded = Base64::encode_string(&bytes);
        write!(f, "{}+{}+{encoded}", self.name, hex(&self.id))
    }
}

/// A private key with its name. Its bytes are wiped when it is dropped, and never printed.
#[derive(Clone)]
pub struct SignerKey {
    verifier: VerifierKey,
    key: SigningKey,
}

impl SignerKey {
    /// The key of a log, from the 32 secret bytes of an Ed25519 key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] when the name cannot stand in a signature line.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        Self::of_kind(name, seed, SignatureKind::Ed25519)
    }

    /// The key of a log, derived from one root seed for all logs: HKDF-SHA256 with the origin as
    /// info. Whoever holds the root seed can sign for every log under it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] when the origin cannot stand in a signature line.
    pub fn derive(root_seed: &[u8; 32], origin: &str) -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        let expanded =
            Hkdf::<Sha256>::new(Some(DERIVE_SALT), root_seed).expand(origin.as_bytes(), &mut seed);
        debug_assert!(expanded.is_ok(), "32 bytes are one block of HKDF-SHA256");
        Self::from_seed(origin, seed)
    }

    pub(crate) fn of_kind(
        name: &str,
        seed: [u8; 32],
        kind: SignatureKind,
    ) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(&seed);
        let verifier = VerifierKey::new(name, kind, key.verifying_key())?;
        Ok(Self { verifier, key })
    }

    /// Its name; for a log, the origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// The id of the public key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.verifier.id
    }

    /// The public key, for those who check.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

/// The id that the format recommends: the head of a hash over name, kind and key.
fn key_id(name: &str, kind: SignatureKind, key: &VerifyingKey) -> [u8; 4] {
    let mut state = Sha256::new();
    state.update(name.as_bytes());
    state.update([b'\n', kind.byte()]);
    state.update(key.as_bytes());
    let digest: [u8; 32] = state.finalize().into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

/// Whether a text can be a key's name: no spaces of any script, no plus, no control characters.
pub(crate) fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.chars().all(is_allowed)
}
