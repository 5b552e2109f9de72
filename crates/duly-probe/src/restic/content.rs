//! The bytes of a file, hashed straight out of the repository; nothing is written to disk.

use duly_proof::hash::Hash;
use rustic_core::repofile::BlobType;
use rustic_core::{BlobId, DataId};
use sha2::{Digest, Sha256};

use super::{Indexed, plain};
use crate::backup::compare::Content;

/// Reads a file piece by piece.
///
/// `beginning`, when given, is how many bytes are to be hashed by themselves: those of a file
/// that grew while the backup read it.
///
/// # Errors
///
/// In words, when any piece is missing, damaged or cannot be decrypted.
pub fn read(
    repository: &Indexed,
    pieces: &[DataId],
    beginning: Option<u64>,
) -> Result<Content, String> {
    let mut whole = Sha256::new();
    let mut first = Sha256::new();
    let mut first_left = beginning.unwrap_or(0);
    let mut bytes = 0_u64;
    for id in pieces {
        let piece = repository
            .get_blob_cached(&BlobId::from(*id), BlobType::Data)
            .map_err(|error| plain(&error))?;
        whole.update(&piece);
        let part = usize::try_from(first_left)
            .unwrap_or(usize::MAX)
            .min(piece.len());
        first.update(piece.get(..part).unwrap_or_default());
        first_left -= part as u64;
        bytes += piece.len() as u64;
    }
    Ok(Content {
        bytes,
        sha256: Hash(whole.finalize().into()),
        beginning: beginning.map(|_| Hash(first.finalize().into())),
    })
}
