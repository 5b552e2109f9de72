//! A repository's password from where restic's users keep it: a file, or restic's own variables.
//! Never from the command line, where every process of the machine can read it.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// Longest password read; a whole file given by mistake is refused.
const PASSWORD_BYTES_MAX: usize = 4_096;

/// Reads the password; a line end at its end is not part of it, as with restic.
///
/// # Errors
///
/// When there is none, or the file cannot be read.
pub fn read(file: &Option<PathBuf>) -> Result<String> {
    let named = std::env::var_os("RESTIC_PASSWORD_FILE").map(PathBuf::from);
    let password = match file.clone().or(named) {
        Some(path) => std::fs::read_to_string(&path)
            .with_context(|| format!("the password file {} cannot be read", path.display()))?,
        None => match std::env::var("RESTIC_PASSWORD") {
            Ok(password) => password,
            Err(_) => bail!(
                "the repository's password is missing: give --password-file, or set \
                 RESTIC_PASSWORD_FILE or RESTIC_PASSWORD"
            ),
        },
    };
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "the password is empty");
    ensure!(
        password.len() <= PASSWORD_BYTES_MAX,
        "the password has {} bytes; at most {PASSWORD_BYTES_MAX} are read",
        password.len()
    );
    Ok(password.to_owned())
}
