//! One process at a time: a file held under an exclusive lock for as long as a store is open.
//!
//! The lock ends with the process, however it ends, so there is nothing to clean up after a crash.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::error::Error;
use crate::keys::file_error;

/// Name of the file in the directory of keys.
const FILE: &str = "in-use";

/// The held lock.
#[derive(Debug)]
pub(crate) struct Instance(#[allow(dead_code, reason = "holding it is its use")] File);

impl Instance {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(file_error("opening", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::SecondInstance { path }),
            Err(TryLockError::Error(error)) => Err(file_error("locking", &path)(error)),
        }
    }
}
