//! Reading a manifest file line by line, however large it is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use duly_core::backup::manifest::{
    LINE_BYTES_MAX, ManifestEntry, ManifestError, ManifestHead, ManifestReading, ManifestSummary,
};
use duly_core::backup::path::SourcePath;

use super::ReadError;

/// The entries of a manifest, in order. After the last one, [`ManifestLines::finish`] says
/// whether it was whole.
pub struct ManifestLines<R> {
    source: R,
    reading: ManifestReading,
    line: Vec<u8>,
    number: u64,
}

/// Opens a manifest file.
///
/// # Errors
///
/// When the file cannot be opened or does not begin with a manifest's head.
pub fn open(path: &Path) -> Result<ManifestLines<BufReader<File>>, ReadError> {
    ManifestLines::new(BufReader::with_capacity(256 * 1024, File::open(path)?))
}

impl<R: BufRead> ManifestLines<R> {
    /// Reads the head.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn new(source: R) -> Result<Self, ReadError> {
        let mut lines = Self {
            source,
            reading: ManifestReading::new(),
            line: Vec::new(),
            number: 0,
        };
        if !lines.next_line()? {
            return Err(ManifestError::Head {
                why: "the file is empty".to_owned(),
            }
            .into());
        }
        lines.reading.line(&lines.line)?;
        Ok(lines)
    }

    /// The head.
    #[must_use]
    pub fn head(&self) -> Option<&ManifestHead> {
        self.reading.head()
    }

    /// After the last entry: the whole manifest's counts and root.
    ///
    /// # Errors
    ///
    /// When it was cut short or counts something else.
    pub fn finish(self) -> Result<ManifestSummary, ReadError> {
        Ok(self.reading.finish()?)
    }

    fn next_line(&mut self) -> Result<bool, ReadError> {
        self.line.clear();
        self.number += 1;
        let most = LINE_BYTES_MAX as u64 + 1;
        let length = self
            .source
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut self.line)?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if length as u64 == most {
            let why = format!("it is longer than {LINE_BYTES_MAX} bytes");
            return Err(ManifestError::Line {
                line: self.number,
                why,
            }
            .into());
        }
        Ok(length > 0)
    }
}

impl<R: BufRead> Iterator for ManifestLines<R> {
    type Item = Result<(SourcePath, ManifestEntry), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_line() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            match self.reading.line(&self.line) {
                Ok(Some(entry)) => return Some(Ok(entry)),
                Ok(None) => {}
                Err(error) => return Some(Err(error.into())),
            }
        }
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::File(error) => error,
            ReadError::Manifest(error) => Self::new(io::ErrorKind::InvalidData, error),
        }
    }
}
