//! Planting a canary: a file that nobody ever changes, so that any other content in a backup, or
//! none, is a fault that nothing excuses.
//!
//! Name and content are random: neither an exclusion nor a program that encrypts files can know
//! it beforehand (backups.md, S8: a canary with a known name was spared).

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use duly_core::backup::manifest::root_to_text;
use duly_core::backup::request::Canary;
use duly_proof::hash::hash;

use crate::manifest::source_path;

/// Large enough not to be stored inside an inode or a folder's list, small enough not to matter.
const CONTENT_BYTES: usize = 8 * 1024;

/// Why no canary was planted.
#[derive(Debug, thiserror::Error)]
pub enum PlantError {
    /// The folder is relative, or the extension is none.
    #[error("{0}")]
    Refused(String),
    /// The file could not be written.
    #[error("{0}")]
    Write(#[from] io::Error),
    /// The system gave no randomness.
    #[error("no randomness: {0}")]
    Random(getrandom::Error),
}

/// Writes a canary into `folder`, which must exist, with `extension` (without its dot).
///
/// # Errors
///
/// When the folder is not absolute, the extension is not plain letters and digits, or the file
/// cannot be written.
pub fn plant(folder: &Path, extension: &str) -> Result<Canary, PlantError> {
    if !folder.is_absolute() {
        return Err(PlantError::Refused(format!(
            "`{}` is not absolute",
            folder.display()
        )));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    if extension.is_empty() || extension.len() > 16 || !extension.bytes().all(plain) {
        return Err(PlantError::Refused(format!(
            "`{extension}` is not a plain extension"
        )));
    }
    let mut random = [0; CONTENT_BYTES / 2 + 8];
    getrandom::fill(&mut random).map_err(PlantError::Random)?;
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let (name, content) = digits.split_at_checked(16).unwrap_or_default();
    let path = folder.join(format!("{name}.{extension}"));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(&path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    Ok(Canary {
        path: root_to_text(&source_path(&path)),
        sha256: hash(content.as_bytes()).to_hex(),
        size: content.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_file_is_what_its_document_says() {
        let folder = tempfile::tempdir().unwrap();
        let canary = plant(folder.path(), "txt").unwrap();
        let content = std::fs::read(&canary.path).unwrap();
        assert_eq!(content.len() as u64, canary.size);
        assert_eq!(hash(&content).to_hex(), canary.sha256);
    }

    #[test]
    fn no_two_canaries_share_name_or_content() {
        let folder = tempfile::tempdir().unwrap();
        let one = plant(folder.path(), "sql").unwrap();
        let two = plant(folder.path(), "sql").unwrap();
        assert_ne!(one.path, two.path);
        assert_ne!(one.sha256, two.sha256);
    }

    #[test]
    fn an_extension_that_would_leave_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            plant(folder.path(), "../x"),
            Err(PlantError::Refused(_))
        ));
        assert!(matches!(
            plant(Path::new("relative"), "txt"),
            Err(PlantError::Refused(_))
        ));
    }
}
