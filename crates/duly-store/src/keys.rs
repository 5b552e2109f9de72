//! The root keys: one file outside the database and outside its backups.
//!
//! Two values, so that either can be replaced without the other: the seed from which the signing
//! key of each log is derived, and the root under which the keys of the clients are wrapped.
//! Whoever has this file can sign in every log's name and open every secret; whoever has only the
//! database can do neither. The directory also holds the lock file ([`crate::heads`]), which for
//! the same reason must not be restored together with the database.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use duly_proof::hash::{Hash, hash_parts};
use duly_proof::note::{SignerKey, VerifierKey};

use crate::error::Error;
use crate::random;

/// Name of the key file in its directory.
const FILE: &str = "root.key";

/// First line of the key file.
const FIRST_LINE: &str = "duly root key 1";

/// More than the file can ever hold.
const FILE_BYTES_MAX: u64 = 1_024;

/// The root keys. Never printed.
#[derive(Clone)]
pub struct Keys {
    dir: PathBuf,
    log_seed: [u8; 32],
    sealing_root: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Draws new root keys and writes them into a directory, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// When there is a key file already, or it cannot be written.
    pub fn create(dir: &Path) -> Result<Self, Error> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(file_error("making", dir))?;
        let keys = Self {
            dir: dir.to_owned(),
            log_seed: random::bytes()?,
            sealing_root: random::bytes()?,
        };
        let path = dir.join(FILE);
        let text = format!(
            "{FIRST_LINE}\nlog-seed {}\nsealing-root {}\n",
            Hash(keys.log_seed).to_hex(),
            Hash(keys.sealing_root).to_hex()
        );
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(file_error("writing", &path))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(file_error("writing", &path))?;
        sync_dir(dir)?;
        Ok(keys)
    }

    /// Reads the root keys from their directory.
    ///
    /// # Errors
    ///
    /// When the file is not there, not one, or may be read by anybody but its owner.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let mut file = File::open(&path).map_err(file_error("reading", &path))?;
        let meta = file.metadata().map_err(file_error("reading", &path))?;
        let mode = meta.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Error::KeyExposed { path, mode });
        }
        let mut text = String::new();
        (&mut file)
            .take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(file_error("reading", &path))?;
        let malformed = |why| Error::KeyMalformed {
            path: path.clone(),
            why,
        };
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(malformed("its first line is another"));
        }
        let mut value = |name: &str| {
            let line = lines.next()?.strip_prefix(name)?.strip_prefix(' ')?;
            Hash::from_hex(line).map(|hash| hash.0)
        };
        let log_seed = value("log-seed").ok_or_else(|| malformed("it has no log-seed"))?;
        let sealing_root =
            value("sealing-root").ok_or_else(|| malformed("it has no sealing-root"))?;
        Ok(Self {
            dir: dir.to_owned(),
            log_seed,
            sealing_root,
        })
    }

    /// The directory they lie in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The signing key of a log: for its checkpoints, and for the manifests of packs.
    ///
    /// # Errors
    ///
    /// When the origin cannot be the name of a key.
    pub fn signer(&self, origin: &str) -> Result<SignerKey, Error> {
        SignerKey::derive(&self.log_seed, origin)
            .map_err(|error| Error::Sealing(format!("key of {origin}: {error}")))
    }

    /// The public key of a log: what a client pins.
    ///
    /// # Errors
    ///
    /// When the origin cannot be the name of a key.
    pub fn verifier(&self, origin: &str) -> Result<VerifierKey, Error> {
        Ok(self.signer(origin)?.verifier())
    }

    /// A name for something that must not stand in the database, such as a network address: whoever
    /// has only the database can neither read nor try out what it stands for.
    pub(crate) fn blind(&self, kind: &str, parts: &[&[u8]]) -> Hash {
        let mut all: Vec<&[u8]> = vec![b"duly-blind1", &self.sealing_root, kind.as_bytes()];
        all.extend_from_slice(parts);
        hash_parts(&all)
    }

    pub(crate) fn sealing_root(&self) -> &[u8; 32] {
        &self.sealing_root
    }
}

/// Turns an I/O error into ours, with the file in it.
pub(crate) fn file_error(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { what, path, source }
}

/// Makes a new or renamed file's name survive a power cut.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir)
        .and_then(|handle| handle.sync_all())
        .map_err(file_error("syncing", dir))
}
