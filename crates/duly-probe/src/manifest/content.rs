//! One file's content, read so that a change during the reading is noticed.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use duly_proof::hash::Hash;
use jiff::Timestamp;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::walk::stamp;

/// How much is read at a time.
const PIECE_BYTES: usize = 128 * 1024;

/// Up to this size a file that changed while it was read is read once more; a larger one would
/// only change again.
const SECOND_READING_BYTES_MAX: u64 = 16 << 20;

/// A file as it was read.
pub(super) struct Content {
    pub(super) size: u64,
    pub(super) mtime: Timestamp,
    pub(super) ctime: Timestamp,
    pub(super) sha256: Hash,
    /// It changed while it was read.
    pub(super) volatile: bool,
}

/// Reads and hashes a regular file.
pub(super) fn read(path: &Path) -> io::Result<Content> {
    let content = read_once(path)?;
    if content.volatile && content.size <= SECOND_READING_BYTES_MAX {
        return read_once(path);
    }
    Ok(content)
}

fn read_once(path: &Path) -> io::Result<Content> {
    // Neither a link nor a pipe that took the file's place since may be followed or waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    let before = file.metadata()?;
    if !before.is_file() {
        return Err(io::Error::other("it is no longer a regular file"));
    }
    let (sha256, length) = hash(&file, before.len())?;
    let after = file.metadata()?;
    let same = |data: &Metadata| {
        (
            data.len(),
            data.mtime(),
            data.mtime_nsec(),
            data.ctime(),
            data.ctime_nsec(),
        )
    };
    Ok(Content {
        size: length,
        mtime: stamp(before.mtime(), before.mtime_nsec()),
        ctime: stamp(before.ctime(), before.ctime_nsec()),
        sha256,
        volatile: same(&before) != same(&after) || length != before.len(),
    })
}

/// Hashes at most `length` bytes, so that a file that grows as fast as it is read has an end.
fn hash(file: &File, length: u64) -> io::Result<(Hash, u64)> {
    let mut state = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut done = 0;
    let mut rest = file.take(length);
    loop {
        let read = match rest.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        state.update(piece.get(..read).unwrap_or_default());
        done += read as u64;
    }
    Ok((Hash(state.finalize().into()), done))
}
