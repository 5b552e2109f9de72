//! What a client holds: the whole log, what is disclosed of it, its signed heads, and a manifest
//! that binds them to each other.
//!
//! Built by the provider, read by the client's verifier; both from here, so that they cannot
//! disagree about the layout. The archive around it is [`duly_proof::pack`]. A pack names no key
//! and no policy: there is no place in it for either, and a file without a place is refused.
//! `docs/pack.md` describes the layout for whoever wants to read it with other tools.

mod bundle;
mod earlier;
mod manifest;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use duly_proof::checkpoint::{Checkpoint, CheckpointError};
use duly_proof::note::{NoteError, SignerKey, VerifierKey};
use duly_proof::pack::{self, Member};
use jiff::civil::Date;

use crate::id::ClientId;
use crate::record::Disclosure;
use crate::spelling::is_spelled;

pub use earlier::EARLIER_MAX;
pub use manifest::{Listed, Manifest};

/// The signed list of everything else.
const MANIFEST: &str = "manifest";
/// The signed head of the log.
const CHECKPOINT: &str = "checkpoint";
/// Earlier signed heads, each named by its size.
const CHECKPOINTS: &str = "checkpoints/";
/// What is disclosed of entries, one JSON object a line.
const DISCLOSURES: &str = "disclosures.jsonl";
/// What the pack is and how to check it, for whoever unpacks it.
const README: &str = "README.txt";

/// What a pack is made from. Nothing of it is checked here but its form: the verifier is who
/// checks.
#[derive(Clone, Debug)]
pub struct PackDraft<'a> {
    /// Whose log it is.
    pub client: &'a ClientId,
    /// First local date that the client asked about.
    pub from: Date,
    /// Last local date that the client asked about.
    pub to: Date,
    /// Every entry of the log up to the checkpoint, in order, each in its exact bytes.
    pub entries: &'a [Vec<u8>],
    /// What is disclosed of them.
    pub disclosures: &'a [Disclosure],
    /// The signed checkpoint over exactly these entries, with whatever cosignatures there are.
    pub checkpoint: &'a str,
    /// Signed checkpoints from before; at most [`EARLIER_MAX`] of them travel along.
    pub earlier_checkpoints: &'a [String],
}

/// What a pack holds, its manifest checked against the key of the log and against every file.
#[derive(Clone, Debug)]
pub struct Pack<'a> {
    /// The manifest.
    pub manifest: Manifest,
    /// The key that signed it.
    pub signer: VerifierKey,
    /// The note of the checkpoint; its signature not yet checked.
    pub checkpoint: &'a str,
    /// The notes of earlier checkpoints; their signatures not yet checked.
    pub earlier_checkpoints: Vec<&'a str>,
    /// The entries, in order.
    pub entries: Vec<&'a [u8]>,
    /// What is disclosed of them, by index.
    pub disclosures: BTreeMap<u64, Disclosure>,
}

/// Why a pack cannot be built, or bytes are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The archive is not the one that these files make.
    #[error(transparent)]
    Archive(#[from] pack::PackError),
    /// No known log signed the manifest, or not these bytes.
    #[error("its manifest is not signed by the log of the policy: {0}")]
    Signature(#[from] NoteError),
    /// A checkpoint that is none, or another log's.
    #[error("a checkpoint in it: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The manifest is spelled otherwise than it is written.
    #[error("its manifest is not spelled as manifests are")]
    Manifest,
    /// A pack of a later version; it may be all right.
    #[error("a pack of another version than this program knows ({0:?})")]
    UnknownVersion(String),
    /// A file is missing, has no place in a pack, or is not the one in the manifest.
    #[error("the file {0:?} is missing, has no place here, or is not the one in the manifest")]
    File(String),
    /// The entries are not bundled as the size of the log asks for.
    #[error("its entries are not bundled as a log of {0} entries is")]
    Bundles(u64),
    /// A line of the disclosures.
    #[error("line {0} of its disclosures is not one")]
    Disclosure(usize),
    /// An entry too long for a bundle.
    #[error("an entry is longer than {} bytes", crate::entry::ENTRY_BYTES_MAX)]
    EntryTooLong,
    /// It cannot be written as JSON.
    #[error("a disclosure cannot be written")]
    Json,
}

/// Builds a pack and signs its manifest with the key of the log.
///
/// # Errors
///
/// When a checkpoint is not one of the signer's log, an entry is too long, or a limit of the
/// archive is passed.
pub fn build(draft: &PackDraft<'_>, signer: &SignerKey) -> Result<Vec<u8>, PackError> {
    let log = signer.verifier();
    Checkpoint::open(draft.checkpoint, &log)?;
    let mut files = BTreeMap::new();
    files.insert(README.to_owned(), readme(signer.name()).into_bytes());
    files.insert(CHECKPOINT.to_owned(), draft.checkpoint.as_bytes().to_vec());
    for (size, note) in earlier::choose(draft.earlier_checkpoints, &log)? {
        files.insert(format!("{CHECKPOINTS}{size}"), note.as_bytes().to_vec());
    }
    files.insert(DISCLOSURES.to_owned(), disclosures_text(draft.disclosures)?);
    files.extend(bundle::write(draft.entries)?);
    let listed = files.iter().map(|(name, bytes)| Listed::of(name, bytes));
    let manifest = Manifest {
        origin: signer.name().to_owned(),
        client: draft.client.clone(),
        from: draft.from,
        to: draft.to,
        files: listed.collect(),
    };
    files.insert(MANIFEST.to_owned(), manifest.sign(signer)?.into_bytes());
    let members: Vec<Member<'_>> = files
        .iter()
        .map(|(name, bytes)| Member { name, bytes })
        .collect();
    Ok(pack::write(&members)?)
}

/// Reads a pack, and holds it against the keys of logs that the reader knows.
///
/// # Errors
///
/// When the archive, the manifest's signature, or any file is not exactly what it should be.
pub fn open<'a>(archive: &'a [u8], logs: &[VerifierKey]) -> Result<Pack<'a>, PackError> {
    let members = pack::read(archive)?;
    let mut files: BTreeMap<&str, &[u8]> = members
        .iter()
        .map(|member| (member.name, member.bytes))
        .collect();
    let note = text(MANIFEST, take(&mut files, MANIFEST)?)?;
    let (manifest, signer) = Manifest::open(note, logs)?;
    manifest.check(&files)?;
    take(&mut files, README)?;
    let checkpoint = text(CHECKPOINT, take(&mut files, CHECKPOINT)?)?;
    let disclosures = read_disclosures(take(&mut files, DISCLOSURES)?)?;
    let earlier: Vec<(&str, &[u8])> = files
        .iter()
        .filter(|(name, _)| name.starts_with(CHECKPOINTS))
        .map(|(name, bytes)| (*name, *bytes))
        .collect();
    let mut earlier_checkpoints = Vec::with_capacity(earlier.len());
    for (name, bytes) in earlier {
        files.remove(name);
        earlier_checkpoints.push(text(name, bytes)?);
    }
    let size = Checkpoint::open(checkpoint, &signer)?.size;
    let entries = bundle::read(&mut files, size)?;
    // What is left has no place in a pack.
    if let Some((name, _)) = files.first_key_value() {
        return Err(PackError::File((*name).to_owned()));
    }
    Ok(Pack {
        manifest,
        signer,
        checkpoint,
        earlier_checkpoints,
        entries,
        disclosures,
    })
}

fn take<'a>(files: &mut BTreeMap<&str, &'a [u8]>, name: &str) -> Result<&'a [u8], PackError> {
    files
        .remove(name)
        .ok_or_else(|| PackError::File(name.to_owned()))
}

fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, PackError> {
    std::str::from_utf8(bytes).map_err(|_| PackError::File(name.to_owned()))
}

fn disclosures_text(disclosures: &[Disclosure]) -> Result<Vec<u8>, PackError> {
    let mut text = Vec::new();
    let mut sorted: Vec<&Disclosure> = disclosures.iter().collect();
    sorted.sort_by_key(|disclosure| disclosure.index);
    for disclosure in sorted {
        serde_json::to_writer(&mut text, disclosure).map_err(|_| PackError::Json)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// Reads the disclosures: one spelling, in ascending order of entries, none twice.
fn read_disclosures(bytes: &[u8]) -> Result<BTreeMap<u64, Disclosure>, PackError> {
    let mut disclosures = BTreeMap::new();
    let mut next = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let refused = PackError::Disclosure(number + 1);
        let line = line.strip_suffix(b"\n").ok_or(refused.clone())?;
        let disclosure: Disclosure = serde_json::from_slice(line).map_err(|_| refused.clone())?;
        if !is_spelled(&disclosure, line) || disclosure.index < next {
            return Err(refused);
        }
        next = disclosure.index.saturating_add(1);
        disclosures.insert(disclosure.index, disclosure);
    }
    Ok(disclosures)
}

fn readme(origin: &str) -> String {
    format!(
        "This is a pack: the record that your provider keeps of its work for you,
up to the checkpoint in it.

  log  {origin}

Check it with duly-verify and with the policy that you were given when the
service began:

  duly-verify PACK.zip --policy POLICY --seen CHECKPOINT

Leave the pack as it is: unpacked and packed again it is no longer the pack.
CHECKPOINT is any checkpoint that you kept; each mail with a report carries
one. Get duly-verify from somewhere else than your provider, and do not
believe a policy that comes with a pack: the policy says whom you trust, and
that is for you to say.

Whoever prefers other tools: the formats are C2SP's tlog-checkpoint,
signed-note and tlog-tiles (entry bundles), over the tree of RFC 6962.
"
    )
}
