//! A file that is either whole or as it was before: written beside its place, made durable, then
//! renamed into it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file being written. Dropped before [`AtomicFile::commit`], it leaves nothing behind.
pub struct AtomicFile {
    target: PathBuf,
    beside: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl AtomicFile {
    /// Begins a file that will lie at `target`, readable by its owner alone: paths are nobody
    /// else's business.
    ///
    /// # Errors
    ///
    /// When no file can be made in that folder.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        let mut beside_name = std::ffi::OsString::from(".");
        beside_name.push(name);
        beside_name.push(format!(".{}.part", std::process::id()));
        let beside = target.with_file_name(beside_name);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        Ok(Self {
            target: target.to_owned(),
            beside,
            writer: Some(BufWriter::new(file)),
        })
    }

    /// Where it lies until it is whole.
    #[must_use]
    pub fn beside(&self) -> &Path {
        &self.beside
    }

    /// Makes it durable and puts it in its place.
    ///
    /// # Errors
    ///
    /// When any byte could not be written or made durable; the target is then as it was.
    pub fn commit(mut self) -> io::Result<()> {
        let writer = self
            .writer
            .take()
            .ok_or_else(|| io::Error::other("written already"))?;
        let file = writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&self.beside, &self.target)?;
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::Error::other("written already")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit it is no longer there; otherwise nothing better can be done.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Writes `bytes` to `target` in one go.
///
/// # Errors
///
/// As [`AtomicFile::begin`] and [`AtomicFile::commit`].
pub fn write(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::begin(target)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_file_leaves_the_old_one_and_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("known.json");
        write(&target, b"old").unwrap();
        let mut abandoned = AtomicFile::begin(&target).unwrap();
        abandoned.write_all(b"half of the ne").unwrap();
        drop(abandoned);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_committed_file_replaces_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("known.json");
        write(&target, b"old").unwrap();
        write(&target, b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
