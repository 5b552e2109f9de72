//! Reading the files that are named on the command line, each within a limit.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use duly_proof::note::NOTE_BYTES_MAX;
use duly_proof::pack::PACK_BYTES_MAX;

/// A pack.
pub(crate) fn pack(path: &Path) -> Result<Vec<u8>, String> {
    read(path, PACK_BYTES_MAX)
}

/// A policy, or another small file.
pub(crate) fn small(path: &Path) -> Result<Vec<u8>, String> {
    read(path, NOTE_BYTES_MAX)
}

/// A small file of text.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(small(path)?).map_err(|_| format!("{}: not a text", path.display()))
}

fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    let problem = |error| format!("{}: {error}", path.display());
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(bytes_max as u64 + 1).read_to_end(&mut bytes))
        .map_err(problem)?;
    if bytes.len() > bytes_max {
        return Err(format!("{}: longer than {bytes_max} bytes", path.display()));
    }
    Ok(bytes)
}
